"""A table as pages and files show it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from leftshift.workbooks.publishing import NOT_APPLICABLE, PublishedColumn, PublishedTable, PublishedValue

_NOTHING = {"", "-", "–", "—"}
_AFTER_POINT = re.compile(r"\.(\d+)\D*$")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Cell:
    """What a cell shows; ``number`` is its exact value, for files; ``address`` where its text leads, and ``hint`` why."""

    text: str
    number: float | None = None
    tag: str = ""
    style: str = ""
    address: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Row:
    """A row; the first cell is its heading. ``anchor`` is what an address may end with that leads to it."""

    cells: Sequence[Cell]
    strong: bool = False
    anchor: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a caption; columns from ``numeric_from`` up to ``numeric_to`` hold numbers."""

    name: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Row]
    numeric_from: int = 1_000
    numeric_to: int = 1_000
    folded: bool = False  # opened by a click: long tables that few need

    def is_numeric(self, position: int) -> bool:
        """Whether the column holds numbers."""
        return self.numeric_from <= position < self.numeric_to


def csv_text(table: Table) -> str:
    """The table as CSV; a text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_csv_cell(cell) for cell in row.cells])
    return "\ufeff" + out.getvalue()


def _csv_cell(cell: Cell) -> str | float:
    if cell.number is not None:
        return round(cell.number, 6)
    return "'" + cell.text if cell.text.startswith(_FORMULA_STARTS) else cell.text


def published(table: Table) -> PublishedTable:
    """The table as a workbook publishes it: numbers exact, with as many decimals shown as the page shows."""
    columns = [
        PublishedColumn(heading, _decimals(table, at) if table.is_numeric(at) else None)
        for at, heading in enumerate(table.columns)
    ]
    rows = [[_published_cell(cell) for cell in row.cells] for row in table.rows]
    return PublishedTable(table.name, table.caption, columns, rows)


def _published_cell(cell: Cell) -> PublishedValue:
    if cell.number is not None:
        return cell.number
    return NOT_APPLICABLE if cell.text.strip() in _NOTHING else cell.text


def _decimals(table: Table, position: int) -> int:
    texts = [row.cells[position].text for row in table.rows if position < len(row.cells)]
    return max((len(digits.group(1)) for text in texts if (digits := _AFTER_POINT.search(text))), default=0)
