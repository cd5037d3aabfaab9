"""Beds told: what changes the beds that are needed, needed against open, what moves, and the chance that they suffice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from leftshift.capacity.beds.bridging import BRIDGE, NAMES
from leftshift.capacity.beds.checking import SUFFICE
from leftshift.capacity.beds.needing import Pool
from leftshift.capacity.result import Capacity
from leftshift.economy.uncertainty.drawn import DrawOutOfRange
from leftshift.economy.uncertainty.streams import TooManyQuantities
from leftshift.foundation.years import FinancialYear
from leftshift.reports.capacity import pictures
from leftshift.reports.capacity.cells import basis_of, chance_of_days, counted, is_nought, most, series
from leftshift.reports.capacity.words import bed_sentence, count, pool_name
from leftshift.reports.content import (
    Block,
    Cell,
    Column,
    Figure,
    Items,
    Note,
    Paragraph,
    Row,
    Subheading,
    Table,
)
from leftshift.reports.decisions.cells import columns, row
from leftshift.reports.uncertain_words import chance_text

_DRAWN, _ACROSS = 12, 6


def bed_blocks(capacity: Capacity, year: FinancialYear, draws: int | None = None) -> Iterator[Block]:
    """Beds of a place in a year; nothing where it has none. ``draws`` are those of the chance that beds suffice."""
    if not capacity.beds.pools:
        return
    yield Paragraph(_lead(capacity), lead=True)
    yield Items(tuple(bed_sentence(capacity, year)))
    yield Subheading("What changes the need")
    yield from _bridges(capacity, year)
    yield Subheading("Needed and open")
    yield from _over_years(capacity)
    yield from _by_site(capacity, year)
    yield from _left_shift(capacity, year)
    yield from _chances(capacity, year, draws)


def _lead(capacity: Capacity) -> str:
    check = next((check for check in capacity.checks() if check.check == SUFFICE), None)
    if check is None:
        return "How many beds are needed; nothing is said of how many are open."
    if check.passed:
        return "Open beds suffice at the planned occupancy in every year of the plan."
    return f"Open beds do not suffice in every year: {check.detail}."


# ---------------------------------------------------------------------- the bridge
def _bridges(capacity: Capacity, year: FinancialYear) -> Iterator[Block]:
    bridge, beds = capacity.bed_bridge(year), capacity.beds
    moving = [
        pool for pool, steps in bridge.items() if not all(is_nought(steps[step]) for step in BRIDGE[1:])
    ]
    sizes = [sum(abs(bridge[pool][step]) for step in BRIDGE[1:]) for pool in moving]
    drawn = [moving[at] for at in most([pool_name(capacity, pool) for pool in moving], sizes, _DRAWN)]
    at = capacity.years.index(year)
    for pool in drawn:
        number = beds.pools.index(pool)
        opened = (float(beds.open[0, number]), float(beds.open[at, number])) if beds.counted[number] else None
        yield Figure(
            pictures.bed_bridge(bridge[pool], opened),
            _bridge_said(capacity, pool, bridge[pool], year),
            f"Waterfall of the beds needed in {capacity.years[0]}, step by step to those needed in {year}. "
            "The table below holds its figures.",
        )
    if not moving:
        yield Paragraph(f"Nothing changes the beds that are needed by {year}.")
    elif len(drawn) < len(moving):
        yield Note(f"Drawn are the {len(drawn)} kinds of beds that change most; the table holds all.")
    yield from _bridge_tables(capacity, bridge, year)


def _bridge_said(capacity: Capacity, pool: Pool, steps: Mapping[str, float], year: FinancialYear) -> str:
    largest = max(BRIDGE[1:], key=lambda step: abs(steps[step]))
    words = f"{pool_name(capacity, pool)}: {count(steps['start'])} needed in {capacity.years[0]} become {count(steps['end'])} in {year}"
    words += f"; the largest step is “{NAMES[largest]}” with {count(steps[largest], signed=True)}."
    shut = capacity.beds_closed(year)[pool]
    if shut is None or is_nought(shut):
        return words
    return f"{words} {count(abs(shut))} {'beds are opened' if shut > 0 else 'beds are closed'} meanwhile."


def _bridge_tables(
    capacity: Capacity, bridge: Mapping[Pool, Mapping[str, float]], year: FinancialYear
) -> Iterator[Table]:
    closed, pools = capacity.beds_closed(year), list(bridge)
    for start in range(0, len(pools), _ACROSS):
        shown = pools[start : start + _ACROSS]
        rows = [_step(step, [bridge[pool][step] for pool in shown]) for step in (*BRIDGE, "end")]
        beside = Row((Cell(NAMES["closed"]), *(counted(closed[pool], signed=True) for pool in shown)))
        rests = Row((Cell("Basis"), *(_basis(capacity, pool) for pool in shown)))
        number = start // _ACROSS
        more = f", part {number + 1}" if len(pools) > _ACROSS else ""
        yield Table(
            f"Bed bridge {year}, beds{more}",
            (Column("Step", weight=2), *columns(*(pool_name(capacity, pool) for pool in shown))),
            (*rows, beside, rests),
            key="bed-bridge" + (f"-{number + 1}" if number else ""),
        )


def _step(step: str, values: Iterable[float]) -> Row:
    is_end = step in ("start", "end")
    return Row((Cell(NAMES[step]), *(counted(value, signed=not is_end) for value in values)), strong=is_end)


def _basis(capacity: Capacity, pool: Pool) -> Cell:
    """The weakest basis of the activity that lies in the beds, and of the beds that are open."""
    place = capacity.place
    owners = {entry.site: entry.organisation for entry in place.sites}
    lying = {
        entry.basis
        for entry in capacity.activity.rows
        if (entry.provider, entry.bed_type) == (pool.provider, pool.bed_type)
    }
    standing = {
        entry.basis
        for entry in place.beds
        if (owners[entry.site], entry.bed_type) == (pool.provider, pool.bed_type)
    }
    return basis_of(lying | standing)


# ---------------------------------------------------------------------- by year
def _over_years(capacity: Capacity) -> Iterator[Block]:
    beds = capacity.beds
    sizes = [float(beds.peak[:, number, 0].max()) for number in range(len(beds.pools))]
    names = [pool_name(capacity, pool) for pool in beds.pools]
    for virtual in (False, True):
        numbers = [at for at, pool in enumerate(beds.pools) if beds.is_virtual(pool) == virtual]
        kept = most([names[at] for at in numbers], [sizes[at] for at in numbers], _DRAWN)
        if numbers:
            yield _years_figure(capacity, [numbers[at] for at in kept], virtual=virtual)
    yield Table(
        "Beds needed and open, by year",
        (Column("Beds", weight=2.5), *columns(*map(str, capacity.years))),
        tuple(entry for at in range(len(beds.pools)) for entry in _years_rows(capacity, at, names[at])),
        key="beds-by-year",
    )
    yield Note(
        "A bed that is needed is the bed days that fill it for a year at the planned occupancy. The fullest month is that of the "
        "seasonal profile of its type. Virtual beds are places in people's own homes, and stand apart."
    )


def _years_figure(capacity: Capacity, numbers: Sequence[int], *, virtual: bool) -> Figure:
    beds = capacity.beds
    panels = {}
    for at in numbers:
        lines = {
            "Needed with the plan": beds.needed[:, at, 0],
            "In the fullest month": beds.peak[:, at, 0],
            "Needed doing nothing": beds.needed_doing_nothing[:, at, 0],
            **({"Open": beds.open[:, at]} if beds.counted[at] else {}),
        }
        panels[pool_name(capacity, beds.pools[at])] = {
            name: values.tolist() for name, values in lines.items()
        }
    kind = "places of virtual wards and teams" if virtual else "beds"
    return Figure(
        pictures.by_year(
            panels,
            [str(year) for year in capacity.years],
            pictures.BED_LINES,
            "places" if virtual else "beds",
        ),
        _shortest(capacity, numbers, virtual=virtual),
        f"Lines of {kind} by year: needed with the plan and in the fullest month, needed doing nothing, and open. "
        "The table below holds the figures.",
    )


def _shortest(capacity: Capacity, numbers: Sequence[int], *, virtual: bool) -> str:
    """Where the fullest month is furthest above what is open."""
    beds = capacity.beds
    said = "places" if virtual else "beds"
    known = [at for at in numbers if beds.counted[at]]
    if not known:
        return f"How many {said} are needed by year; nothing is said of how many are open."
    short = beds.peak[:, known, 0] - beds.open[:, known]
    when, which = np.unravel_index(int(np.argmax(short)), short.shape)
    name = pool_name(capacity, beds.pools[known[int(which)]])
    if is_nought(max(0.0, float(short[when, which]))):
        return f"Open {said} suffice in the fullest month of every year."
    return f"{name}: {count(float(short[when, which]))} {said} too few in the fullest month of {capacity.years[int(when)]}, the most of any."


def _years_rows(capacity: Capacity, at: int, name: str) -> Iterator[Row]:
    beds = capacity.beds
    yield series(f"{name}: needed with the plan", beds.needed[:, at, 0], strong=True)
    yield series(f"{name}: in the fullest month", beds.peak[:, at, 0])
    yield series(f"{name}: needed doing nothing", beds.needed_doing_nothing[:, at, 0])
    if beds.counted[at]:
        yield series(f"{name}: open", beds.open[:, at])


def _by_site(capacity: Capacity, year: FinancialYear) -> Iterator[Table]:
    beds, at = capacity.beds, capacity.years.index(year)
    sites = {entry.site: entry.name for entry in capacity.place.sites}
    if not any(pool.site for pool in beds.site_pools):
        return
    rows = tuple(
        row(
            sites.get(pool.site or "", "In no site"),
            Cell(pool_name(capacity, pool)),
            counted(float(beds.needed_by_site[at, number, 0])),
            counted(float(beds.open_by_site[at, number])),
        )
        for number, pool in enumerate(beds.site_pools)
    )
    heads = (Column("Site", weight=2), Column("Beds", weight=2), *columns("Needed", "Open"))
    yield Table(f"Beds by site {year}", heads, rows, key="beds-by-site")


# ---------------------------------------------------------------------- what moves, and whether it suffices
def _left_shift(capacity: Capacity, year: FinancialYear) -> Iterator[Block]:
    found = capacity.left_shift(year)
    if not found:
        return
    names = {entry.code: entry.name for entry in capacity.place.organisations}
    effects = {entry.intervention: entry.name for entry in capacity.place.interventions}
    yield Subheading("What moves")
    moved, teams = sum(entry.moved for entry in found), sum(entry.to_teams for entry in found)
    yield Paragraph(
        f"In {year} the plan moves what filled {count(moved)} beds to another provider or setting; what {count(teams)} of them "
        "held is then cared for by teams or on virtual wards."
    )
    rows = tuple(
        row(
            effects[entry.intervention],
            Cell(names[entry.from_provider]),
            Cell(names[entry.to_provider]),
            *(counted(value) for value in (entry.moved, entry.back_filled, entry.to_teams)),
        )
        for entry in found
    )
    heads = (Column("Intervention", weight=2), Column("From", weight=2), Column("To", weight=2))
    numeric = columns("Beds", "Back-filled", "To teams")
    yield Table(
        f"What moves {year}, in beds of where it comes from", (*heads, *numeric), rows, key="left-shift"
    )


def _chances(capacity: Capacity, year: FinancialYear, draws: int | None) -> Iterator[Block]:
    if not capacity.beds.counted.any():
        return
    yield Subheading("The chance that they suffice on a day")
    try:
        found = capacity.beds_suffice(draws=draws)
    except (DrawOutOfRange, TooManyQuantities) as problem:
        yield Note(f"It cannot be said: {problem}")
        return
    at = capacity.years.index(year)
    known = [number for number in range(len(found.pools)) if not np.isnan(found.suffice[at, number])]
    yield Paragraph(f"So many days of {year} no more people lie in beds than there are beds:")
    yield Items(
        tuple(
            f"{pool_name(capacity, found.pools[number])}: {chance_text(found.suffice[at, number])} of all days, "
            f"{chance_text(found.in_peak_month[at, number])} of the days of the fullest month"
            for number in known
        )
    )
    rows = []
    for number in known:
        name = pool_name(capacity, found.pools[number])
        rows.append(row(name, *map(chance_of_days, found.suffice[:, number].tolist()), strong=True))
        fullest = map(chance_of_days, found.in_peak_month[:, number].tolist())
        rows.append(row(f"{name}: in the fullest month", *fullest))
    heads = (Column("Beds", weight=2.5), *columns(*map(str, capacity.years)))
    yield Table("Days on which open beds suffice, % of days", heads, tuple(rows), key="beds-suffice")
    drawn = (
        f"What is uncertain of the plan comes from {found.draws:,} draws with seed {found.seed}; the command leftshift capacity takes more."
        if capacity.place.uncertainty
        else "Nothing in this plan is marked as uncertain, so that only people's coming and going is."
    )
    yield Note(
        "People come and go at random around the mean of the season, so that on a day more or fewer lie in beds than on "
        f"average (a Poisson distribution). {drawn}"
    )
