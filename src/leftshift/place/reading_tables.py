"""Read the tables of a folder, of a place or of whatever else is kept as a folder of tables: every fault at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import TextIO

from leftshift.foundation.faults import Fault
from leftshift.place.reading_rows import Reading, read_rows, records
from leftshift.place.schema import Table

Opener = Callable[[], TextIO]
_MEGABYTE = 1_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def text_opener(text: str) -> Opener:
    """What opens a text as a file would be opened."""
    return lambda: io.StringIO(text, newline="")


def read_table(table: Table, opener: Opener | None, size: int, reading: Reading) -> None:
    """Read one table into what the reading has seen; a missing file of a needed table is a fault."""
    reading.tables[table.name] = []
    if opener is None:
        if table.required:
            reading.seen.unread.add(table.name)
            reading.refuse(
                "missing file",
                table.file,
                "a table of " + table.name,
                "Add it; leftshift new writes one to start from",
            )
        return
    if size > reading.schema.file_megabytes * _MEGABYTE:
        reading.refuse(
            "file too large",
            table.file,
            f"at most {reading.schema.file_megabytes} MB",
            f"Split the {reading.whole}, or leave out what it does not need",
            found=f"{size / _MEGABYTE:,.0f} MB",
        )
        return
    try:
        with opener() as file:
            read_rows(table, records(file, reading.schema.line_characters), reading)
    except UnicodeDecodeError as problem:
        _refuse_encoding(table, problem, reading)
    except csv.Error as problem:
        reading.seen.unread.add(table.name)
        action = f"Save it again as CSV UTF-8: {problem}"
        reading.refuse("file not understood", table.file, "comma-separated values", action)
    except OSError as problem:
        reading.seen.unread.add(table.name)
        reading.refuse(
            "file cannot be read", table.file, "a file that may be read", f"Mend it: {problem.strerror}"
        )


def _refuse_encoding(table: Table, problem: UnicodeDecodeError, reading: Reading) -> None:
    reading.tables[table.name] = []
    reading.seen.unread.add(table.name)
    reading.seen.faulty.add(table.file)
    reading.faults.add(encoding_fault(table.file, problem))


def encoding_fault(file: str, problem: UnicodeDecodeError) -> Fault:
    """The fault of a file that is not in UTF-8."""
    head = problem.object[:2]
    program = (
        "UTF-16 (Excel's 'Unicode text')" if head in _UTF16 else "another encoding, probably Windows-1252"
    )
    action = "Save it as 'CSV UTF-8 (comma delimited)'"
    found = f"{program}, at byte {problem.start:,}"
    return Fault("wrong encoding", file, None, None, found, "text in UTF-8", action)
