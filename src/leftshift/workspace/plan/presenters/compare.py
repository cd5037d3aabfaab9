"""Two runs side by side: what differs, what moved, because of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from leftshift.economy.comparing import Comparison, Moved
from leftshift.economy.explanations.terms import Figure
from leftshift.economy.explanations.words import Words
from leftshift.foundation.years import FinancialYear
from leftshift.reports import charts, words
from leftshift.workspace.plan.models import PlaceVersion
from leftshift.workspace.plan.presenters.page import (
    Page,
    Picture,
    amount,
    room_page,
    slug,
    why_address,
    years_of,
)
from leftshift.workspace.plan.presenters.scenarios import inputs_table
from leftshift.workspace.plan.queries import Viewed, scenarios_of
from leftshift.workspace.shared.tables import Cell, Row, Table

_SMALL = 0.05  # £000
_LISTED = 500
_MOST = 3  # organisations whose moves are told with their causes


@dataclass(frozen=True)
class Choice:
    """Something to choose in the form."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Chooser:
    """The form of one side."""

    name: str
    title: str
    versions: Sequence[Choice]
    scenarios: Sequence[Choice]


def choosers(versions: Sequence[PlaceVersion], before: Viewed, after: Viewed) -> list[Chooser]:
    """The form: which version under which scenarios, before and after."""
    return [_chooser("before", "Before", versions, before), _chooser("after", "After", versions, after)]


def _chooser(name: str, title: str, versions: Sequence[PlaceVersion], side: Viewed) -> Chooser:
    return Chooser(
        name,
        title,
        [
            Choice(
                str(version.number),
                f"Version {version.number}, stored {version.added_at:%d %B %Y}",
                version.pk == side.version.pk,
            )
            for version in versions
        ],
        [Choice(code, text, code in side.scenarios) for code, text, _ in scenarios_of(side.version.pk)],
    )


def compare_page(shown: Viewed, before: Viewed, after: Viewed, comparison: Comparison, year: str) -> Page:
    """What differs, what moved in a year, and because of what."""
    asked = urlencode(_asked(before, after), doseq=True)
    most = sorted(_positions(comparison, year), key=lambda entry: -abs(entry.move))[:_MOST]
    has_moved = any(abs(entry.move) >= _SMALL for entry in most)
    picture = Picture(
        f"/places/{shown.address}/charts/compare/{slug(year)}.svg?{asked}",
        sentence(comparison, year),
        f"Bars of how far each organisation's position with the plan moved in {year}; the table below holds the figures.",
    )
    address = f"/places/{shown.address}/compare/{{year}}/?{asked}"
    tables = [moved_table(before, after, comparison, year)]
    figures = [Figure(name, FinancialYear.parse(year)) for name in ("position", "gap")]
    figures += [entry.figure for entry in most]
    tables += [table for figure in figures if (table := because_table(comparison, figure)).rows]
    tables.append(differences_table(shown, comparison, year))
    return room_page(
        shown,
        "compare",
        f"Compare {year}",
        year,
        picture if has_moved else None,
        tables,
        years=years_of(shown, "compare", year, address),
        remarks=[] if has_moved else [sentence(comparison, year)],
    )


def refused_page(shown: Viewed, year: str) -> Page:
    """The page when the two cannot be compared: the form and what is wrong."""
    return room_page(shown, "compare", f"Compare {year}", year, None, [])


def _of(comparison: Comparison, name: str, year: str) -> Moved | None:
    figure = Figure(name, FinancialYear.parse(year))
    return next((entry for entry in comparison.moved if entry.figure == figure), None)


def sentence(comparison: Comparison, year: str) -> str:
    """What moved most, and because of what."""
    closing = _of(comparison, "position", year)
    count = len(comparison.inputs)
    inputs = "No input differs" if not count else f"{count} input{'s differ' if count != 1 else ' differs'}"
    if closing is None:
        return f"{inputs}; only one of the two runs reaches {year}."
    if abs(closing.move) < 0.5:
        return f"{inputs}; the closing position of {year} does not move{_between(comparison, year)}."
    causes = comparison.because_of(closing.figure)
    most = next(iter(causes), "")
    because = f", most of all because of {most} ({words.millions(causes[most])})" if most else ""
    return f"{inputs}; the closing position of {year} moves by {words.millions(closing.move)}{because}."


def _between(comparison: Comparison, year: str) -> str:
    """Who gains and who loses when the whole does not move."""
    moved = sorted(_positions(comparison, year), key=lambda entry: entry.move)
    if not moved or abs(moved[0].move) < 0.5:
        return ""
    names = Words(comparison.right.projection.economy)
    loses, gains = moved[0], moved[-1]
    return (
        f", but {names.organisation(loses.figure.organisation)} loses {words.millions(-loses.move)} and "
        f"{names.organisation(gains.figure.organisation)} gains {words.millions(gains.move)}"
    )


def _asked(before: Viewed, after: Viewed) -> dict[str, list[str]]:
    """The form as it was filled in."""
    return {
        "before": [str(before.version.number)],
        "before_under": list(before.scenarios),
        "after": [str(after.version.number)],
        "after_under": list(after.scenarios),
    }


def moved_table(before: Viewed, after: Viewed, comparison: Comparison, year: str) -> Table:
    """Every figure of the year that moved, each leading to why it is so on its side."""

    def why(side: Viewed, figure: Figure) -> str:
        return why_address(side, figure.name, year, figure.organisation, figure.item)

    names = Words(comparison.right.projection.economy)
    rows = [
        Row(
            [
                Cell(names.figure(entry.figure)),
                amount(entry.left, why=why(before, entry.figure)),
                amount(entry.right, why=why(after, entry.figure)),
                amount(entry.move),
            ],
            strong=not entry.figure.organisation and not entry.figure.item,
        )
        for entry in comparison.moved
        if entry.figure.year.label == year and abs(entry.move) >= _SMALL
    ]
    columns = ["Figure", "Before", "After", "Move"]
    return Table(
        "moved",
        f"What moved in {year}, £000",
        columns,
        rows or [Row([Cell("Nothing moved"), Cell(""), Cell(""), Cell("")])],
        numeric_from=1,
    )


def because_table(comparison: Comparison, figure: Figure) -> Table:
    """The causes of a figure's move, which sum to it; no rows where it does not move."""
    entry = next((moved for moved in comparison.moved if moved.figure == figure), None)
    causes = comparison.because_of(figure) if entry else {}
    rows = [Row([Cell(f"{cause[:1].upper()}{cause[1:]}"), amount(value)]) for cause, value in causes.items()]
    if entry is None or abs(entry.move) < _SMALL:
        rows = []
    elif rows:
        rows.append(Row([Cell("The move"), amount(entry.move)], strong=True))
    what = Words(comparison.right.projection.economy).figure(figure)
    name = f"because-{figure.name.replace('_', '-')}-{figure.organisation or 'perimeter'}".lower()
    return Table(
        name, f"Because of what it moved: {what}, £000", ["Input", "Moves it by"], rows, numeric_from=1
    )


def differences_table(shown: Viewed, comparison: Comparison, year: str) -> Table:
    """The inputs that differ."""
    found = comparison.inputs
    more = f" (the first {_LISTED} of {len(found):,})" if len(found) > _LISTED else ""
    table = inputs_table(shown, found[:_LISTED], "inputs", f"Inputs that differ{more}", year)
    return (
        table
        if table.rows
        else Table(
            "inputs", "Inputs that differ", table.columns, [Row([Cell("No input differs"), *[Cell("")] * 5])]
        )
    )


def _positions(comparison: Comparison, year: str) -> list[Moved]:
    return [
        entry
        for entry in comparison.moved
        if entry.figure.name == "position" and entry.figure.organisation and entry.figure.year.label == year
    ]


def chart(comparison: Comparison, year: str) -> dict[str, Any]:
    """How far each organisation's position with the plan moved, as bars."""
    names = Words(comparison.right.projection.economy)
    moved = [
        (names.organisation(entry.figure.organisation), entry.move)
        for entry in _positions(comparison, year)
        if abs(entry.move) >= _SMALL
    ]
    return charts.moves(moved)
