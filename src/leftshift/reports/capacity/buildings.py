"""Buildings told: which are open, how much of them is used, what they cost, and which services move."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.capacity.parameters import parameter
from leftshift.capacity.result import Capacity
from leftshift.foundation.years import FinancialYear
from leftshift.reports.capacity import pictures
from leftshift.reports.capacity.cells import basis_of, counted, most, series, shared
from leftshift.reports.capacity.words import site_words
from leftshift.reports.content import Block, Cell, Column, Figure, Paragraph, Row, Table
from leftshift.reports.decisions.cells import columns, row, share_text
from leftshift.reports.words import listed

_DRAWN = 20
_TOTALS = {
    "open_sites": "Open sites", "area": "Floor area, m²", "area_used": "Floor area in use, m²", "running_cost": "Running cost, £000",
    "backlog": "Backlog, £000",
}  # fmt: skip


def building_blocks(capacity: Capacity, year: FinancialYear) -> Iterator[Block]:
    """Sites of a place in a year; nothing where it has none."""
    if not capacity.estate.sites:
        return
    yield Paragraph(_lead(capacity, year), lead=True)
    yield from _utilisation(capacity, year)
    yield _in_the_year(capacity, year)
    yield _by_year(capacity)
    yield _totals(capacity)
    yield from _services(capacity)


def _lead(capacity: Capacity, year: FinancialYear) -> str:
    estate, total = capacity.estate, capacity.estate.totals()[capacity.years.index(year)]
    words = f"{total.open_sites} of {len(estate.sites)} sites {'is' if total.open_sites == 1 else 'are'} open in {year}"
    if total.utilisation is not None:
        words += f"; {share_text(total.utilisation)} of their floor area is used"
    closing = [f"{site.name} from {site.closes}" for site in estate.sites.values() if site.closes]
    return f"{words}. {f'Closed: {listed(closing)}.' if closing else 'No site closes.'}"


def _utilisation(capacity: Capacity, year: FinancialYear) -> Iterator[Figure]:
    estate, at = capacity.estate, capacity.years.index(year)
    known = [
        (site.name, used)
        for name, site in estate.sites.items()
        if (used := estate.by_year[name][at].utilisation) is not None
    ]
    if not known:
        return
    target = parameter("least_utilisation")
    kept = most([name for name, _ in known], [1 - used for _, used in known], _DRAWN)
    below = [name for name, used in known if used < target]
    sentence = f"Every site uses at least {target:.0%} of its floor area in {year}."
    if below:
        sentence = f"{listed(below)} {'uses' if len(below) == 1 else 'use'} less than {target:.0%} of the floor area in {year}."
    found = {f"{known[number][0]}": known[number][1] for number in kept}
    yield Figure(
        pictures.utilisation(found, target),
        sentence,
        f"Bars of the share of the floor area of each site that is used in {year}, with a line at {target:.0%}. The table below holds the figures.",
    )


def _in_the_year(capacity: Capacity, year: FinancialYear) -> Table:
    estate, at = capacity.estate, capacity.years.index(year)
    owners = {entry.code: entry.name for entry in capacity.place.organisations}
    rows = []
    for name, site in estate.sites.items():
        found = estate.by_year[name][at]
        numbers = (counted(found.area), counted(found.area_used), shared(found.utilisation))
        money = (counted(found.running_cost), counted(found.backlog))
        ends = (Cell(site_words(estate, name, found) or "open"), basis_of({site.basis}))
        rows.append(row(site.name, Cell(owners[site.organisation]), *numbers, *money, *ends))
    numeric = columns("Area, m²", "Used, m²", "Used, %", "Running cost, £000", "Backlog, £000")
    heads = (
        Column("Site", weight=1.6),
        Column("Organisation", weight=1.8),
        *numeric,
        Column("State", weight=2),
        Column("Basis"),
    )
    return Table(f"Sites {year}", heads, tuple(rows), key="sites")


def _by_year(capacity: Capacity) -> Table:
    estate = capacity.estate

    def state(name: str, at: int) -> Cell:
        found = estate.by_year[name][at]
        return (
            Cell(f"open, {share_text(found.utilisation)} used" if found.utilisation is not None else "open")
            if found.is_open
            else Cell("closed")
        )

    rows = tuple(
        Row((Cell(site.name), *(state(name, at) for at in range(len(capacity.years)))))
        for name, site in estate.sites.items()
    )
    heads = (Column("Site", weight=1.6), *(Column(str(year)) for year in capacity.years))
    return Table("Sites open and closed, by year", heads, rows, key="sites-by-year")


def _totals(capacity: Capacity) -> Table:
    """What open sites come to together, as far as anything of it is known."""
    totals = capacity.estate.totals()
    known = [found for years in capacity.estate.by_year.values() for found in years if found.is_open]
    rows = [
        series(name, (float(getattr(found, field)) for found in totals))
        for field, name in _TOTALS.items()
        if field == "open_sites" or any(getattr(found, field) is not None for found in known)
    ]
    heads = (
        Column("All open sites, as far as it is known", weight=2),
        *columns(*map(str, capacity.years)),
    )
    return Table("All open sites by year", heads, tuple(rows), key="estate-by-year")


def _services(capacity: Capacity) -> Iterator[Block]:
    estate = capacity.estate
    names = {name: site.name for name, site in estate.sites.items()}
    moving = [entry for entry in estate.services if entry.moves is not None or entry.moves_to is not None]
    if not estate.services:
        return
    if not moving:
        yield Paragraph("No service moves to another site.")
        return
    rows = tuple(
        row(
            entry.service,
            Cell(names.get(entry.site, entry.site)),
            Cell(names.get(entry.moves_to, entry.moves_to) if entry.moves_to else "Leaves the buildings"),
            Cell(str(entry.moves) if entry.moves else "–"),
            counted(None if entry.area is None else float(entry.area)),
            basis_of({entry.basis}),
        )
        for entry in moving
    )
    heads = (
        Column("Service", weight=2),
        Column("From", weight=1.6),
        Column("To", weight=1.6),
        Column("Year"),
        *columns("Area, m²"),
        Column("Basis"),
    )
    yield Table("Services that move", heads, rows, key="services-that-move")
