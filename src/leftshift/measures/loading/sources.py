"""What is read: a file as sheets, a sheet as numbered lines of cells in text. CSV here; workbooks come from leftshift.workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from leftshift.foundation.faults import Fault, Faults, FaultsFound, shown
from leftshift.place.reading_tables import encoding_fault
from leftshift.place.schema import schema

Lines = Iterator[tuple[int, list[str]]]
_MEGABYTE = 1_000_000
_LOOKED_AT = 100_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, or the whole of a CSV file; ``read`` gives its lines from the beginning, each time it is called."""

    name: str
    read: Callable[[], Lines]


@dataclass(frozen=True)
class Source:
    """A file: its name, its sheets, and what is to be said of how it was read."""

    file: str
    sheets: Sequence[Sheet]
    notes: Sequence[str] = ()

    def place_of(self, sheet: Sheet) -> str:
        """File and sheet, as faults name them."""
        return f"{self.file}, sheet {sheet.name}" if sheet.name else self.file


def csv_source(content: bytes | str, file: str) -> Source:
    """A CSV file: UTF-8 with or without a byte order mark, or Windows-1252, which is said. Raises FaultsFound."""
    if len(content) > schema().file_megabytes * _MEGABYTE:
        raise refused(
            "file too large",
            file,
            f"at most {schema().file_megabytes} MB",
            "Split the file",
            f"{len(content) / _MEGABYTE:,.0f} MB",
        )
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    encoding, notes = _encoding(raw, file)
    _refuse_separators(raw[:_LOOKED_AT].decode(encoding, "replace"), file)
    return Source(file, (Sheet("", lambda: _lines(raw, encoding)),), notes)


def refused(kind: str, file: str, expected: str, action: str, found: str = "") -> FaultsFound:
    """The exception for a file that cannot be read at all."""
    faults = Faults()
    faults.add(Fault(kind, file, None, None, found, expected, action))
    return FaultsFound(faults)


def _encoding(content: bytes, file: str) -> tuple[str, tuple[str, ...]]:
    """How the bytes are to be read, and a word where they are not UTF-8. Raises FaultsFound."""
    try:
        _try(content, "utf-8-sig")
        return "utf-8-sig", ()
    except UnicodeDecodeError as problem:
        faults = Faults()
        faults.add(encoding_fault(file, problem))
        if content[:2] in _UTF16 or b"\0" in content[:_LOOKED_AT]:
            raise FaultsFound(faults) from problem
        try:
            _try(content, "cp1252")
        except UnicodeDecodeError:
            raise FaultsFound(faults) from problem
        return "cp1252", (
            f"{file} is not in UTF-8; it was read as Windows-1252, as older spreadsheets write it",
        )


def _try(content: bytes, encoding: str) -> None:
    """Decode the bytes piece by piece and keep nothing: a large file is in memory once."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    while text.read(_LOOKED_AT):
        pass


def _refuse_separators(text: str, file: str) -> None:
    """Refuse a file whose first line with something in it has no comma and several of another separator."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    fault = separator_fault(first, file, least=2)
    if fault is not None:
        faults = Faults()
        faults.add(fault)
        raise FaultsFound(faults)


def separator_fault(heading: str, file: str, *, least: int = 1) -> Fault | None:
    """The fault of a heading without a comma and with at least so many of another separator; None where there is none."""
    for sign, name in _SEPARATORS.items():
        if heading.count(sign) >= least and "," not in heading:
            action = (
                f"Save it as 'CSV UTF-8 (comma delimited)': a file with {name} may hold commas in its numbers"
            )
            expected = "columns separated by commas"
            return Fault("file not understood", file, None, None, shown(heading.strip()), expected, action)
    return None


def _lines(content: bytes, encoding: str) -> Lines:
    reader = csv.reader(_bounded(content, encoding), strict=True)
    line = 1
    for record in reader:
        yield line, record
        line = reader.line_num + 1


def _bounded(content: bytes, encoding: str) -> Iterator[str]:
    longest = schema().line_characters
    file = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    while line := file.readline(longest):
        if len(line) >= longest:
            raise csv.Error(f"a line is longer than {longest:,} characters")
        yield line
