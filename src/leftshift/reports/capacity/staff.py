"""Staff told: need against supply, who comes and goes, age bands, and agency staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from leftshift.capacity.result import Capacity
from leftshift.capacity.staffing import FLOWS, Pair, Staff
from leftshift.economy.arrays import Floats
from leftshift.foundation.ages import ALL_AGES, OLDEST, AgeBand
from leftshift.foundation.years import FinancialYear
from leftshift.reports.capacity import pictures
from leftshift.reports.capacity.cells import basis_of, counted, is_nought, most, series, shared
from leftshift.reports.capacity.words import count
from leftshift.reports.content import Block, Cell, Column, Figure, Note, Paragraph, Row, Table
from leftshift.reports.decisions.cells import columns, row

_DRAWN = 12
_FLOWS = {
    "start": "At the start", "joiners": "Join", "leavers": "Leave", "retirements": "Retire", "effects": "The plan adds",
    "supply": "At the end",
}  # fmt: skip


def staff_groups(capacity: Capacity) -> dict[str, str]:
    """The staff groups that a place has staff of, with their names."""
    codes = sorted({group for _, group in capacity.workforce.with_plan})
    return {code: capacity.workforce.name_of(code) for code in codes}


def staff_blocks(capacity: Capacity, year: FinancialYear, group: str = "") -> Iterator[Block]:
    """Staff of a place in a year, all of them or those of one group; nothing where it has none."""
    pairs = _pairs(capacity, group)
    if not pairs:
        return
    for block in _told(capacity, year, group, pairs):
        if group and isinstance(block, Table):  # a group's tables have names of their own
            block = replace(block, key=f"{block.key}-{group}")
        yield block


def _told(capacity: Capacity, year: FinancialYear, group: str, pairs: Sequence[Pair]) -> Iterator[Block]:
    yield Paragraph(_lead(capacity, year, group, pairs), lead=True)
    yield _need_and_supply(capacity, year, group, pairs)
    yield _in_the_year(capacity, year, pairs)
    yield _by_year(capacity, pairs)
    yield _flows(capacity, year, pairs)
    yield from _ages(capacity, year, group, pairs)
    yield from _agency(capacity, pairs)


def _pairs(capacity: Capacity, group: str) -> list[Pair]:
    found = capacity.workforce.with_plan
    return sorted(
        (pair for pair in found if not group or pair[1] == group), key=lambda pair: (pair[1], pair[0])
    )


def _name(capacity: Capacity, pair: Pair) -> str:
    names = {entry.code: entry.name for entry in capacity.place.organisations}
    return f"{capacity.workforce.name_of(pair[1])}, {names.get(pair[0], pair[0])}"


def _whose(capacity: Capacity, group: str) -> str:
    return capacity.workforce.name_of(group) if group else "All staff"


def _lead(capacity: Capacity, year: FinancialYear, group: str, pairs: Sequence[Pair]) -> str:
    at, staff = capacity.years.index(year), capacity.workforce
    need, there, agency, unfilled = (
        float(staff.total("with_plan", figure, pairs)[at])
        for figure in ("need", "supply", "agency", "unfilled")
    )
    short = sum(float(staff.with_plan[pair].shortfall[at]) for pair in pairs)
    words = f"{_whose(capacity, group)}: {count(need)} whole-time equivalents are needed in {year} and {count(there)} are in post"
    if is_nought(short):
        return words + "; none are missing."
    return (
        words
        + f". {count(short)} are missing where they are needed: agency staff fill {count(agency)}, and {count(unfilled)} stay unfilled."
    )


# ---------------------------------------------------------------------- need against supply
def _need_and_supply(capacity: Capacity, year: FinancialYear, group: str, pairs: Sequence[Pair]) -> Figure:
    """A panel for each staff group; for each organisation where one group is asked for."""
    staff = capacity.workforce
    panels: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        panels[_name(capacity, pair) if group else staff.name_of(pair[1])].append(pair)
    names = list(panels)
    at = capacity.years.index(year)
    missing = [sum(float(staff.with_plan[pair].shortfall[at]) for pair in panels[name]) for name in names]
    kept = [names[number] for number in most(names, missing, _DRAWN)]
    worst = max(range(len(names)), key=lambda number: (missing[number], names[number]))
    sentence = (
        f"{names[worst]}: {count(missing[worst])} short in {year}, the most of any, before agency staff."
    )
    if is_nought(missing[worst]):
        sentence = f"No group is short of staff in {year}."
    if len(kept) < len(names):
        sentence += f" Drawn are the {len(kept)} that are short of most; the table holds all."
    spec = pictures.by_year(
        {name: _lines(capacity, panels[name]) for name in kept},
        [str(each) for each in capacity.years],
        pictures.STAFF_LINES,
        "whole-time equivalents",
    )
    return Figure(
        spec,
        sentence,
        "Lines of staff needed, in post, and in post with agency staff, by year. The table “Staff by year” holds the figures.",
    )


def _lines(capacity: Capacity, pairs: Sequence[Pair]) -> dict[str, list[float]]:
    staff = capacity.workforce
    need, there, agency = (staff.total("with_plan", figure, pairs) for figure in ("need", "supply", "agency"))
    return {
        "Needed": need.tolist(),
        "In post": there.tolist(),
        "In post and agency": (there + agency).tolist(),
    }


def _in_the_year(capacity: Capacity, year: FinancialYear, pairs: Sequence[Pair]) -> Table:
    at = capacity.years.index(year)
    rows = []
    for pair in pairs:
        found = capacity.workforce.with_plan[pair]
        numbers = (
            found.start[0],
            *(
                values[at]
                for values in (found.need, found.supply, found.shortfall, found.agency, found.unfilled)
            ),
        )
        cells = (
            *(counted(float(value)) for value in numbers),
            shared(float(found.agency_share[at])),
            _basis(capacity, pair),
        )
        rows.append(row(_name(capacity, pair), *cells))
    numeric = columns(
        f"In post {capacity.years[0]}",
        "Needed",
        "In post",
        "Short",
        "Agency",
        "Unfilled",
        "Agency, % of need",
    )
    return Table(
        f"Staff {year} with the plan, whole-time equivalents",
        (Column("Staff", weight=2.6), *numeric, Column("Basis")),
        tuple(rows),
        key="staff",
    )


def _basis(capacity: Capacity, pair: Pair) -> Cell:
    place = capacity.place
    posts, needs = (
        {entry.basis for entry in table if (entry.organisation, entry.staff_group) == pair}
        for table in (place.workforce, place.staff_needed)
    )
    return basis_of(posts | needs)


def _by_year(capacity: Capacity, pairs: Sequence[Pair]) -> Table:
    rows = []
    for pair in pairs:
        found, nothing = capacity.workforce.with_plan[pair], capacity.workforce.do_nothing[pair]
        name = _name(capacity, pair)
        rows.append(series(f"{name}: needed with the plan", found.need, strong=True))
        rows.append(series(f"{name}: needed doing nothing", nothing.need))
        rows.append(series(f"{name}: in post", found.supply))
        rows.append(series(f"{name}: agency", found.agency))
        rows.append(series(f"{name}: unfilled", found.unfilled))
    heads = (Column("Staff", weight=3), *columns(*map(str, capacity.years)))
    return Table("Staff by year, whole-time equivalents", heads, tuple(rows), key="staff-by-year")


# ---------------------------------------------------------------------- who comes and goes, and ages
def _flows(capacity: Capacity, year: FinancialYear, pairs: Sequence[Pair]) -> Table:
    at = capacity.years.index(year)

    def flow(found: Staff, name: str) -> Cell:
        value = float(getattr(found, name)[at])
        return counted(
            -value if name in ("leavers", "retirements") else value, signed=name not in ("start", "supply")
        )

    rows = tuple(
        row(_name(capacity, pair), *(flow(capacity.workforce.with_plan[pair], name) for name in FLOWS))
        for pair in pairs
    )
    heads = (Column("Staff", weight=3), *columns(*(_FLOWS[name] for name in FLOWS)))
    return Table(f"Who comes and goes in {year}, whole-time equivalents", heads, rows, key="staff-flows")


def _ages(capacity: Capacity, year: FinancialYear, group: str, pairs: Sequence[Pair]) -> Iterator[Block]:
    before, after = _by_band(capacity, pairs, 0), _by_band(capacity, pairs, capacity.years.index(year))
    if not before:
        return
    bands = sorted(before, key=_from_young)
    labels = [band.label for band in bands]
    names = (f"In post {capacity.years[0]}", f"In post {year}")
    if names[0] == names[1]:
        names = (names[0], f"{names[1]} ")
    yield Figure(
        pictures.pyramid(labels, [before[band] for band in bands], [after[band] for band in bands], names),
        _older(capacity, year, group, before, after),
        f"Pyramid of staff by age band, {capacity.years[0]} to the left and {year} to the right, the oldest above. The table below holds the figures.",
    )
    rows = []
    for pair in pairs:
        cohort = capacity.workforce.with_plan[pair].cohort
        at = capacity.years.index(year)
        for number, band in enumerate(cohort.bands):
            ends = float(cohort.start[0, number]), float(cohort.end[at, number])
            flows = [-float(series_[at, number]) for series_ in (cohort.leavers, cohort.retirements)]
            cells = (
                *map(counted, ends),
                counted(ends[1] - ends[0], signed=True),
                *(counted(value, signed=True) for value in flows),
            )
            rows.append(row(_name(capacity, pair), Cell(band.label), *cells))
    numeric = columns(*(name.strip() for name in names), "Change", f"Leave in {year}", f"Retire in {year}")
    heads = (Column("Staff", weight=3), Column("Age band"), *numeric)
    yield Table(f"Staff by age band {year}, whole-time equivalents", heads, tuple(rows), key="staff-ages")
    yield Note(
        "What interventions add to staff has no age, and is not in the age bands. Staff of one band, all, are not drawn."
    )


def _by_band(capacity: Capacity, pairs: Sequence[Pair], at: int) -> dict[AgeBand, float]:
    """Those in post by age band, as far as their age is known."""
    found: dict[AgeBand, float] = defaultdict(float)
    for pair in pairs:
        cohort = capacity.workforce.with_plan[pair].cohort
        for number, band in enumerate(cohort.bands):
            if band != ALL_AGES:
                found[band] += float(cohort.end[at, number])
    return found


def _from_young(band: AgeBand) -> tuple[int, int]:
    return band.first, OLDEST if band.last is None else band.last


def _older(
    capacity: Capacity,
    year: FinancialYear,
    group: str,
    before: dict[AgeBand, float],
    after: dict[AgeBand, float],
) -> str:
    oldest = max(before, key=_from_young)
    shares = [found[oldest] / whole if (whole := sum(found.values())) else 0.0 for found in (before, after)]
    return (
        f"{_whose(capacity, group)}: {shares[1]:.0%} of those in post in {year} whose age is known are aged {oldest.label}, against {shares[0]:.0%} in "
        f"{capacity.years[0]}."
    )


# ---------------------------------------------------------------------- agency
def _agency(capacity: Capacity, pairs: Sequence[Pair]) -> Iterator[Table]:
    staff = capacity.workforce
    rows: list[Row] = []
    totals = {figure: np.zeros(len(capacity.years)) for figure in ("agency_cost", "agency_premium")}
    for pair in pairs:
        for figure, words in (
            ("agency_cost", "cost of agency staff"),
            ("agency_premium", "of that, above own staff"),
        ):
            found: Floats | None = getattr(staff.with_plan[pair], figure)
            if found is not None:
                rows.append(series(f"{_name(capacity, pair)}: {words}", found))
                totals[figure] += found
    if rows:
        rows.append(series("All: cost of agency staff", totals["agency_cost"], strong=True))
        rows.append(series("All: of that, above own staff", totals["agency_premium"], strong=True))
        heads = (Column("Staff", weight=3), *columns(*map(str, capacity.years)))
        yield Table("Cost of agency staff with the plan, £000", heads, tuple(rows), key="agency-cost")
