"""Tables that people edit together as grids: what a page of one shows, and what its script is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.foundation.faults import Fault, Faults
from leftshift.place.rows import ALL, UNATTRIBUTED
from leftshift.place.schema import Column, Table
from leftshift.place.sheets import NotASheet, Sheet, SheetRow, sheet_of_text

A_PAGE = 100
_NUMBERS = {"amount", "number", "percent", "share", "level", "whole", "money"}
_LISTED = 50


@dataclass(frozen=True)
class GridColumn:
    """A column of a grid: its name, what it holds, and what may be chosen."""

    name: str
    label: str
    description: str
    is_required: bool
    is_numeric: bool
    choices: Sequence[str]


@dataclass(frozen=True)
class GridCell:
    """A cell: its text, and what is wrong with it."""

    column: GridColumn
    text: str
    fault: str


@dataclass(frozen=True)
class GridRow:
    """A row with its key, its line in the file, and what is wrong with the row as a whole."""

    key: str
    line: int
    cells: Sequence[GridCell]
    fault: str


@dataclass(frozen=True)
class Grid:
    """A page of a table to be edited."""

    address: str
    table: str
    title: str
    description: str
    columns: Sequence[GridColumn]
    rows: Sequence[GridRow]
    seen: int
    total: int
    page: int
    pages: int
    find: str
    faults: Sequence[tuple[str, str]]  # words, and the id of the cell or row they are about
    others: int

    @property
    def is_last(self) -> bool:
        """Whether rows that are added at the end show on this page."""
        return self.page == self.pages and not self.find


Choices = Callable[[str], Sequence[str]]
"""Column to what may be chosen there besides what the schema says; nothing for most."""


@dataclass(frozen=True)
class Editable:
    """A sheet with what is needed to edit it: where it is saved, the tables it belongs to with their texts, its faults, the last edit."""

    address: str
    sheet: Sheet
    tables: Mapping[str, Table]
    texts: Mapping[str, str]
    faults: Faults
    edits: int
    choices: Choices = lambda column: ()
    shown: Sequence[str] = ()


def grid(editable: Editable, *, find: str, page: int) -> Grid:
    """A table as a grid; columns that are not ``shown`` stand last."""
    sheet, faults, table = editable.sheet, editable.faults, editable.sheet.table
    named = [*sheet.columns, *(name for name in table.columns if name not in sheet.columns)]
    first = [name for name in editable.shown if name in named]
    ordered = [*first, *(name for name in named if name not in first)]
    columns = [_column(name, table.columns.get(name), editable) for name in ordered]
    known = [
        (line, row)
        for line, row in sheet.numbered()
        if not find or any(find.casefold() in cell.casefold() for cell in row.cells or ())
    ]
    pages = max(1, -(-len(known) // A_PAGE))
    page = min(max(page, 1), pages)
    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        if fault.file == table.file:
            by_row.setdefault(fault.row or 0, []).append(fault)
    keys = {line: row.key for line, row in sheet.numbered()}
    return Grid(
        editable.address,
        table.name,
        table.name.replace("_", " ").capitalize(),
        table.description,
        columns,
        [
            _row(sheet, line, row, columns, by_row.get(line, []))
            for line, row in known[(page - 1) * A_PAGE : page * A_PAGE]
        ],
        editable.edits,
        len(known),
        page,
        pages,
        find,
        [
            (str(fault), cell_id(keys.get(fault.row or 0, ""), fault.column or ""))
            for line in sorted(by_row)
            for fault in by_row[line]
        ][:_LISTED],
        faults.total - sum(map(len, by_row.values())),
    )


def cell_id(row: str, column: str) -> str:
    """The id of a cell on the page; of a row where no column is named."""
    return f"cell-{row}-{column}" if column else f"row-{row}"


def _column(name: str, column: Column | None, editable: Editable) -> GridColumn:
    if column is None:
        return GridColumn(name, name.replace("_", " "), "No table reads this column", False, False, ())
    return GridColumn(
        name,
        name.replace("_", " "),
        column.description,
        column.required,
        column.type in _NUMBERS,
        list(editable.choices(name)) or _choices(column, editable),
    )


def _choices(column: Column, editable: Editable) -> list[str]:
    """What a cell may hold, where that is a short list."""
    if column.type == "yes_no":
        return ["yes", "no"]
    if not column.refers:
        return list(column.choices)
    other = editable.tables[column.refers]
    try:
        sheet = sheet_of_text(other, editable.texts.get(other.file))
    except NotASheet:
        return []
    found = dict.fromkeys(sheet.cell(row, other.key[0]) for _, row in sheet.numbered())
    return [
        *(name for name in found if name),
        *(name for name in column.also if name in (ALL, UNATTRIBUTED, "outside")),
    ]


def _row(
    sheet: Sheet, line: int, row: SheetRow, columns: Sequence[GridColumn], faults: Sequence[Fault]
) -> GridRow:
    said: dict[str, list[str]] = {}
    for fault in faults:
        said.setdefault(fault.column or "", []).append(words_of(fault))
    return GridRow(
        row.key,
        line,
        [
            GridCell(column, sheet.cell(row, column.name), " ".join(said.get(column.name, [])))
            for column in columns
        ],
        " ".join(said.get("", [])),
    )


def words_of(fault: Fault) -> str:
    """A fault without its place, which the grid shows."""
    hint = f" Did you mean {fault.suggestion}?" if fault.suggestion else ""
    return f"Expected {fault.expected}. {fault.action}.{hint}"


def faults_document(sheet: Sheet, faults: Faults) -> dict[str, Any]:
    """The faults of a table for the script of the grid: by row and column, and how many stand elsewhere."""
    keys = {line: row.key for line, row in sheet.numbered()}
    own = [fault for fault in faults if fault.file == sheet.table.file]
    return {
        "faults": [
            {
                "row": keys.get(fault.row or 0, ""),
                "column": fault.column or "",
                "words": words_of(fault),
                "whole": str(fault),
            }
            for fault in own[:200]
        ],
        "elsewhere": faults.total - len(own),
    }
