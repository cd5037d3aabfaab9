"""The command that gives numbers of a file their intervals."""

from __future__ import annotations

import csv
import io
import math
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import polars as pl

from leftshift.cli import showing
from leftshift.cli.verbs import OK, print_json
from leftshift.foundation.faults import Fault, Faults, shown
from leftshift.measures.loading.sources import separator_fault
from leftshift.measures.statistics.frames import NEEDED, OPTIONAL, RESULTS
from leftshift.measures.statistics.frames import intervals as intervals_of
from leftshift.place.writing import write_whole

_SHOWN = 40  # rows on the terminal; --out has them all
_DIGITS = 4
_STANDARD_INPUT = "standard input"
_MOST_BYTES = 200_000_000


def intervals(options: Namespace) -> int:
    """Read a file, or standard input; print its rows with their intervals, or write them."""
    name, content = _content(options.file)
    table, rows = read_table(name, content)
    found = intervals_of(table, file=name, rows=rows, tell=showing.say_beside)
    if options.out:
        write_whole({options.out: found.write_csv().encode()})
    if options.json:
        print_json({"file": name, "rows": found.to_dicts(), "withheld": _withheld(found)})
    else:
        _show(found, name)
        if options.out:
            showing.say(f"{found.height:,} rows written to {options.out}")
    return OK


def read_table(name: str, content: bytes) -> tuple[pl.DataFrame, list[int]]:
    """The table that a CSV file holds, every cell as text, and the line of each row; raises FaultsFound."""
    faults = Faults()
    text = _decoded(name, content, faults)
    faults.raise_if_any()
    try:
        lines = [(row, line) for row, line in _numbered(text) if any(cell.strip() for cell in line)]
    except csv.Error as problem:
        faults.add(
            Fault(
                "file not understood", name, None, None, "", "comma-separated values", f"Mend it: {problem}"
            )
        )
        faults.raise_if_any()
        raise
    if len(lines) < 2:
        action = "Write the names of the columns into the first row and a row for each number below it"
        faults.add(Fault("no rows", name, None, None, "", f"columns {', '.join(NEEDED)} and rows", action))
        faults.raise_if_any()
    return _framed(name, lines, faults)


def _numbered(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    return [(reader.line_num, line) for line in reader]


def _framed(name: str, lines: list[tuple[int, list[str]]], faults: Faults) -> tuple[pl.DataFrame, list[int]]:
    separated = separator_fault(lines[0][1][0], name) if len(lines[0][1]) == 1 else None
    if separated is not None:
        faults.add(separated)
        faults.raise_if_any()
    header = [cell.strip().lower().replace(" ", "_") for cell in lines[0][1]]
    for column in sorted({cell for cell in header if header.count(cell) > 1 and cell}):
        faults.add(
            Fault("column twice", name, 1, column, shown(column), "each column once", "Remove one of them")
        )
    for row, line in lines[1:]:
        if any(cell.strip() for cell in line[len(header) :]):
            found = f"{len(line)} cells"
            faults.add(
                Fault(
                    "too many cells", name, row, None, found, f"{len(header)} cells", "Quote text with commas"
                )
            )
    faults.raise_if_any()
    width = len(header)
    rows = [(line + [""] * width)[:width] for _, line in lines[1:]]
    columns = {
        cell or f"column_{at + 1}": [row[at].strip() for row in rows] for at, cell in enumerate(header)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), [row for row, _ in lines[1:]]


def _content(path: Path) -> tuple[str, bytes]:
    if str(path) == "-":
        return _STANDARD_INPUT, sys.stdin.buffer.read(_MOST_BYTES + 1)
    with path.open("rb") as file:
        return path.name, file.read(_MOST_BYTES + 1)


def _decoded(name: str, content: bytes, faults: Faults) -> str:
    if len(content) > _MOST_BYTES:
        most = f"at most {_MOST_BYTES // 1_000_000} MB"
        faults.add(Fault("file too large", name, None, None, "more", most, "Split the file"))
        return ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        row = content[: problem.start].count(b"\n") + 1
        action = "Save the file as CSV UTF-8"
        faults.add(
            Fault("encoding not understood", name, row, None, "bytes of another encoding", "UTF-8", action)
        )
        return ""


def _withheld(found: pl.DataFrame) -> int:
    return int((found["withheld"] != "").sum())


def _show(found: pl.DataFrame, name: str) -> None:
    kept = [column for column in found.columns if column not in {*NEEDED, *OPTIONAL, *RESULTS}]
    columns = [*kept, "kind", "numerator", "denominator", "value", "lower", "upper", "how, or why not"]
    table = showing.table_of(f"Intervals of {name}", columns, left=len(kept) + 1)
    table.columns[-1].justify = "left"
    for row in found.head(_SHOWN).iter_rows(named=True):
        numbers = [_number(row[column]) for column in ("value", "lower", "upper")]
        given = [row[column] or "" for column in kept] + [row["kind"]]
        given += [_number(row[column]) for column in NEEDED[1:]]
        table.add_row(*given, *numbers, row["method"] or row["withheld"])
    showing.console_of().print(table)
    if found.height > _SHOWN:
        showing.say(f"… and {found.height - _SHOWN:,} more rows: --out FILE.csv has them all")
    withheld = _withheld(found)
    if withheld:
        showing.say(f"{withheld:,} of {found.height:,} are withheld")


def _number(value: Any) -> str:
    if value is None:
        return "–"
    if value == int(value):
        return f"{value:,.0f}"
    digits = max(0, _DIGITS - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 12)}f}"
