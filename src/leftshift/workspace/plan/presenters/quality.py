"""Quality assurance on a page: the master check, what keeps it from green, who verified what, limits, sign-off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.place.assurance import subject_name, verifiable_tables
from leftshift.reports.assurance import Quality
from leftshift.reports.assurance.assessing import RULES, together
from leftshift.workspace.plan.presenters.page import Page, room_page
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Cell, Row, Table

_TITLES = {
    "master_check": "Every point of the master check",
    "verifications": "Who verified what",
    "limits": "Known limits",
    "sign_offs": "Sign-off by organisations",
    "roles": "Who answers for the plan",
    "checks": "Checks that ran",
    "digests": "What a verification of each table names",
    "assumptions_log": "Assumptions log",
}
_FOLDED = {"master_check", "digests", "assumptions_log"}
_COLOURS = {"met": "green", "accepted": "blue", "open": "orange", "passed": "green", "failed": "red"}


@dataclass(frozen=True)
class QualityPage:
    """The page, and what can be verified on it."""

    page: Page
    is_green: bool
    words: str
    open: Sequence[str]
    subjects: Sequence[tuple[str, str]]


def quality_page(viewed: Viewed, quality: Quality, year: str) -> QualityPage:
    """Quality assurance of a version."""
    tables = [
        _table(name, rows, quality)
        for name, rows in sorted(quality.tables().items(), key=lambda item: list(_TITLES).index(item[0]))
        if rows
    ]
    page = room_page(viewed, "quality", "Quality assurance", year, None, tables)
    return QualityPage(
        page,
        quality.master.is_green,
        quality.master.words,
        together(quality.master.open),
        subjects(quality),
    )


def subjects(quality: Quality) -> list[tuple[str, str]]:
    """What can be verified: its key (kind and item), and its name."""
    place = quality.result.place
    found = [("table", name) for name in verifiable_tables() if place.table(name)]
    found += [("check", check.check) for check in quality.checks]
    found += [("tie_out", ""), ("ranges", ""), ("results", "")]
    return [(f"{kind}|{item}", subject_name(kind, item)) for kind, item in found]  # type: ignore[arg-type]


def _table(name: str, rows: Sequence[Mapping[str, Any]], quality: Quality) -> Table:
    sentences = {rule.key: rule.sentence for rule in RULES}
    columns = list(rows[0])
    return Table(
        name,
        f"{_TITLES[name]}: {len(rows):,}",
        [column.replace("_", " ").capitalize() for column in columns],
        [Row([_cell(column, row[column], sentences) for column in columns]) for row in rows],
        folded=name in _FOLDED,
    )


def _cell(column: str, value: Any, sentences: Mapping[str, str]) -> Cell:
    if value is None or value == "":
        return Cell("–")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, int | float):
        return Cell(f"{value:,}", number=float(value))
    text = sentences.get(str(value), str(value)) if column == "rule" else str(value)
    return Cell(
        text.replace("_", " ") if column in ("outcome", "kind", "role") else text,
        tag=_tag(column, str(value)),
    )


def _tag(column: str, value: str) -> str:
    return _COLOURS.get(value, "") if column in ("state", "verdict") else ""
