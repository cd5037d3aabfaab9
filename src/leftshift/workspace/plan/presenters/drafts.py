"""A draft: its files, its faults, what it changes so far, and its tables as grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.foundation.faults import Fault, Faults
from leftshift.foundation.years import FinancialYear
from leftshift.model import Model, PlanResult
from leftshift.place.differences import differences
from leftshift.place.rows import ALL, UNATTRIBUTED
from leftshift.place.schema import Column, schema
from leftshift.place.sheets import NotASheet, Sheet, SheetRow, sheet_of_text
from leftshift.reports import words
from leftshift.workspace.plan.models import Draft, Edit
from leftshift.workspace.plan.queries import model_of, standing
from leftshift.workspace.shared.tables import Cell, Row, Table

A_PAGE = 100
_NUMBERS = {"amount", "number", "percent", "share", "level", "whole"}
_LISTED = 50
_HALF_A_PENNY = 5e-6  # £000


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

    code: str
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


def grid(
    draft: Draft, sheet: Sheet, texts: Mapping[str, str], faults: Faults, *, find: str, page: int
) -> Grid:
    """A table of a draft as a grid."""
    table = sheet.table
    shown = [*sheet.columns, *(name for name in table.columns if name not in sheet.columns)]
    columns = [_column(name, table.columns.get(name), texts) for name in shown]
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
        draft.place.code,
        table.name,
        table.name.replace("_", " ").capitalize(),
        table.description,
        columns,
        [
            _row(sheet, line, row, columns, by_row.get(line, []))
            for line, row in known[(page - 1) * A_PAGE : page * A_PAGE]
        ],
        draft.edits,
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


def _column(name: str, column: Column | None, texts: Mapping[str, str]) -> GridColumn:
    if column is None:
        return GridColumn(name, name.replace("_", " "), "No table reads this column", False, False, ())
    return GridColumn(
        name,
        name.replace("_", " "),
        column.description,
        column.required,
        column.type in _NUMBERS,
        _choices(column, texts),
    )


def _choices(column: Column, texts: Mapping[str, str]) -> list[str]:
    """What a cell may hold, where that is a short list."""
    if column.type == "yes_no":
        return ["yes", "no"]
    if not column.refers:
        return list(column.choices)
    other = schema().tables[column.refers]
    try:
        sheet = sheet_of_text(other, texts.get(other.file))
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


@dataclass(frozen=True)
class DraftPage:
    """What a draft is at the moment."""

    draft: Draft
    name: str
    tables: Sequence[tuple[str, str, int, int]]  # name, title, rows, faults
    texts: Sequence[tuple[str, int]]  # file, faults
    missing: Sequence[tuple[str, str]]
    faults: Table | None
    fault_count: int
    changes: Table | None
    headline: str
    moved: str
    lapses: Sequence[str]


def draft_page(
    draft: Draft, sheets: Mapping[str, Sheet], texts: Sequence[str], model: Model | None, faults: Faults
) -> DraftPage:
    """A draft, with what it would say if it were a version."""
    by_file: dict[str, int] = {}
    for fault in faults:
        by_file[fault.file] = by_file.get(fault.file, 0) + 1
    base = model_of(draft.base_id)
    tables = schema().tables
    return DraftPage(
        draft,
        base.place.name,
        [
            (name, _title(name), sum(1 for _ in sheets[name].numbered()), by_file.get(f"{name}.csv", 0))
            for name in tables
            if name in sheets
        ],
        [(file, by_file.get(file, 0)) for file in texts],
        [(name, _title(name)) for name in tables if name not in sheets],
        faults_table(faults) if faults else None,
        faults.total,
        _changes(base, model) if model else None,
        *(_results(base, model) if model else ("", "")),
        _lapses(draft, model) if model else [],
    )


def _lapses(draft: Draft, model: Model) -> list[str]:
    """Organisations whose agreement would lapse: the plan differs, if only by a penny."""
    if model.place.plan_fingerprint == draft.base.plan_fingerprint:
        return []
    return sorted(standing(draft.base).agreements)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def faults_table(faults: Faults, name: str = "faults") -> Table:
    """Faults as a table."""
    rows = [
        Row(
            [
                Cell(fault.file),
                Cell(str(fault.row or "")),
                Cell(fault.column or ""),
                Cell(fault.found),
                Cell(fault.expected),
                Cell(fault.action + (f". Did you mean {fault.suggestion}?" if fault.suggestion else "")),
            ]
        )
        for fault in faults
    ]
    columns = ["File", "Row", "Column", "Found", "Expected", "What to do"]
    return Table(name, f"Faults: {faults.total:,}", columns, rows)


def _changes(base: Model, model: Model) -> Table:
    rows = [
        Row(
            [
                Cell(f"{_title(entry.table)}: {entry.key}"),
                Cell(entry.column.replace("_", " ") or "row"),
                Cell(entry.before or "–"),
                Cell(entry.after or "–"),
            ]
        )
        for entry in differences(base.place, model.place)
    ]
    return Table("changes", "What the draft changes", ["Input", "What", "Before", "After"], rows)


def _results(base: Model, model: Model) -> tuple[str, str]:
    """The headline of the draft, and how far its closing position is from the version it started from."""
    before, after = base.project(), model.project()
    year = after.place.last_year
    said = words.headline(after.document(), year.label)
    if year not in before.years:
        return said, ""
    return said, _moves(before, after, year)


def _moves(before: PlanResult, after: PlanResult, year: FinancialYear) -> str:
    """How far the perimeter moves, and the organisations that move most; to the pound where it is little."""
    moved = after.perimeter_position(year) - before.perimeter_position(year)
    by_body = {
        code: after.position(code, year) - before.position(code, year)
        for code in after.organisations
        if code in before.organisations
    }
    most = sorted(
        (code for code in by_body if abs(by_body[code]) >= _HALF_A_PENNY),
        key=lambda code: -abs(by_body[code]),
    )
    if abs(moved) < _HALF_A_PENNY and not most:
        return f"No closing position of {year.label} differs from the version it started from."
    bodies = [f"{after.names[code]} {_pounds(by_body[code])}" for code in most[:3]]
    whose = f": {words.listed(bodies)}" if bodies else ""
    return f"The closing position of {year.label} moves by {_pounds(moved)} from the version it started from{whose}."


def _pounds(amount: float) -> str:
    """An amount in £000 with its sign: in millions, or in pounds below a hundred thousand."""
    sign = "+" if amount > 0 else ""
    if abs(amount) >= 100:
        return f"{sign}{words.millions(amount)}"
    pounds = abs(amount) * 1000
    return ("+" if amount >= 0 else "\u2212") + (f"£{pounds:,.0f}" if pounds >= 100 else f"£{pounds:,.2f}")


def history_table(edits: Sequence[Edit]) -> list[tuple[Edit, str]]:
    """Each edit, newest first, with what it did in words."""
    return [(edit, "; ".join(_told(change) for change in edit.changes[:6])) for edit in edits]


def _told(change: Mapping[str, Any]) -> str:
    if change["do"] == "set":
        return f"{change['column'].replace('_', ' ')}: {change['before'] or 'nothing'} became {change['after'] or 'nothing'}"
    if change["do"] == "text":
        return "the text was changed"
    facts = ", ".join(list(change["cells"].values())[:4])
    return f"row {'added' if change['do'] == 'add' else 'removed'}: {facts}"
