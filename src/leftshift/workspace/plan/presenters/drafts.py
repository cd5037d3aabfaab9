"""A draft: its files, its faults, what it changes so far, and its tables as grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leftshift.foundation.faults import Faults
from leftshift.foundation.years import FinancialYear
from leftshift.model import Model, PlanResult
from leftshift.place.differences import differences
from leftshift.place.schema import schema
from leftshift.place.sheets import Sheet
from leftshift.reports import words
from leftshift.workspace.plan.models import Draft
from leftshift.workspace.plan.queries import model_of, standing
from leftshift.workspace.shared.tables import Cell, Row, Table

_HALF_A_PENNY = 5e-6  # £000


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
