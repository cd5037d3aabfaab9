"""Named checks of the estate: what closes is empty, what moves has somewhere to go, and what is posted is known."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.capacity.estate import area_used, is_open, site_of
from leftshift.capacity.pricing import price_faults
from leftshift.foundation.faults import Fault
from leftshift.foundation.years import FinancialYear
from leftshift.place.capacity_rows import Site, SiteService
from leftshift.place.place import Place
from leftshift.place.rows import Line
from leftshift.place.seen import Seen, fault_at

_NOISE = 1e-9


def estate_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Everything that is wrong with the sites of a place and the services in them."""
    sites = {row.site: row for row in place.sites}
    lines, held = {row.line: row for row in place.lines}, _held_by_lines(place)
    for site in place.sites:
        yield from _years(place, site)
        yield from _posted(site, lines, held)
    for service in place.site_services:
        yield from _move(place, service, sites)
    if seen.is_sound("sites", "site_services"):
        yield from _left_behind(place, sites)
        for site in place.sites:
            yield from _room(place, site)
    yield from price_faults(place, seen, [(row, row.organisation) for row in place.sites if row.posted])


def _held_by_lines(place: Place) -> dict[str, float]:
    """Line to the running cost of all sites whose closing takes away from it, £000."""
    found: dict[str, float] = {}
    for site in place.sites:
        if site.line and site.posted and site.closes:
            found[site.line] = found.get(site.line, 0.0) + (site.running_cost or 0.0)
    return found


def _in_plan(place: Place, year: FinancialYear) -> bool:
    """Whether something can happen in a year: the base year is as it was."""
    return place.base_year < year <= place.last_year


def _years(place: Place, site: Site) -> Iterator[Fault]:
    """Sites open and close in the years of the plan, in that order."""
    for column, otherwise in (("opens", "open already"), ("closes", "open to the end of the plan")):
        year: FinancialYear | None = getattr(site, column)
        if year is not None and not _in_plan(place, year):
            yield fault_at(
                site, column, "year outside the plan",
                expected=f"a year after {place.base_year} and up to {place.last_year}, or an empty cell: {otherwise}",
                action="Correct the year, or clear the cell",
            )  # fmt: skip
    if site.opens is not None and site.closes is not None and site.closes <= site.opens:
        yield fault_at(
            site, "closes", "dates do not follow",
            expected=f"a year after {site.opens}, when it opens", action="Correct one of the two",
        )  # fmt: skip


def _posted(site: Site, lines: dict[str, Line], held: dict[str, float]) -> Iterator[Fault]:
    if site.posted and site.running_cost is None:
        yield fault_at(
            site, "running_cost", "missing value",
            expected="£000 a year, for its closing or opening is posted", action="Fill in the cell, or post nothing",
        )  # fmt: skip
    if site.posted and site.opens is None and site.closes is None:
        yield fault_at(
            site, "posted", "nothing uses it",
            expected="a year in opens or closes", action="Give the year, or post nothing",
        )  # fmt: skip
    if site.line is None:
        return
    if not (site.posted and site.closes):
        yield fault_at(
            site, "line", "nothing uses it",
            expected="an empty cell: only a closing that is posted takes away from a line",
            action="Clear the cell, or post its closing",
        )  # fmt: skip
    elif line := lines.get(site.line):
        yield from _line(site, line, held[line.line])


def _line(site: Site, line: Line, held: float) -> Iterator[Fault]:
    """The line of a site is a cost that holds its running cost, and those of the other sites that name it."""
    if line.type != "cost" or line.organisation != site.organisation:
        yield fault_at(
            site, "line", "line is no cost",
            expected=f"a line of type cost of {site.organisation}",
            action=f"{line.line} is {line.type} of {line.organisation}: name the line that holds the running cost",
        )  # fmt: skip
    elif not line.recurrent:
        yield fault_at(
            site, "line", "line of one year",
            expected="a line that recurs, for its running cost stays until the site closes", action="Name another, or let it recur",
        )  # fmt: skip
    elif held > line.value * (1 + _NOISE):
        yield fault_at(
            site, "running_cost", "more than there is", found=f"{held:,.0f} of all sites that it holds",
            expected=f"at most {line.value:,}, which is all of the line {line.line}", action="Correct one of the two",
        )  # fmt: skip


def _move(place: Place, service: SiteService, sites: dict[str, Site]) -> Iterator[Fault]:
    """A service moves from a site that is open to another that is."""
    for column, other in (("moves_to", "moves"), ("moves", "moves_to")):
        if getattr(service, column) is None and getattr(service, other) is not None:
            yield fault_at(
                service, column, "missing value",
                expected=f"a value beside {other}: where a service moves, and when", action=f"Fill in the cell, or clear {other}",
            )  # fmt: skip
    if service.moves_to == service.site:
        yield fault_at(
            service, "moves_to", "moves to itself",
            expected=f"another site than {service.site}", action="Name the site that it moves to, or clear the cell",
        )  # fmt: skip
    if service.moves is None:
        return
    if not _in_plan(place, service.moves):
        yield fault_at(
            service, "moves", "year outside the plan",
            expected=f"a year after {place.base_year} and up to {place.last_year}",
            action="Correct the year; what has moved already stands at its new site",
        )  # fmt: skip
    own, target = sites.get(service.site), sites.get(service.moves_to or "")
    if own is not None and own.opens is not None and service.moves <= own.opens:
        yield fault_at(
            service, "moves", "dates do not follow",
            expected=f"a year after {own.opens}, when {own.site} opens", action="Correct the year",
        )  # fmt: skip
    if target is not None and target is not own and not is_open(target, service.moves):
        when = (
            f"opens in {target.opens}"
            if target.opens and service.moves < target.opens
            else f"closes in {target.closes}"
        )
        yield fault_at(
            service, "moves_to", "site is not open",
            found=f"{target.site}, which {when}",
            expected=f"a site that is open in {service.moves}", action="Correct the site, the year, or when the site is open",
        )  # fmt: skip


def _left_behind(place: Place, sites: dict[str, Site]) -> Iterator[Fault]:
    """When a site closes, every service has moved; each that has not is named."""
    for service in place.site_services:
        for name in dict.fromkeys(site_of(service, year) for year in place.years):
            closes = sites[name].closes if name in sites else None
            if closes is None or site_of(service, closes) != name:
                continue
            moves_here = service.moves is not None and name == service.moves_to
            if moves_here and service.moves == closes:
                continue  # told as a move to a site that is not open
            stays = service.moves is None or moves_here
            yield fault_at(
                service, "moves", "site closes before its services move",
                found=f"{service.service} {'stays' if stays else f'moves in {service.moves}'}",
                expected=f"a move to another site by {closes}, when {name} closes",
                action=f"Say where {service.service} moves, move it earlier, or close {name} later",
            )  # fmt: skip


def _room(place: Place, site: Site) -> Iterator[Fault]:
    """No site holds more than its area, and no more moves out of it than is used."""
    for year in place.years:
        used = area_used(site, place.site_services, year) if is_open(site, year) else None
        if used is None:
            continue
        if site.area is not None and used > float(site.area) * (1 + _NOISE):
            yield fault_at(
                site, "area", "more than there is",
                found=f"{used:,.0f} m² used of {site.area:,} in {year}",
                expected="room for every service that is there or moves in",
                action="Correct the areas, or move fewer services here",
            )  # fmt: skip
            return
        if used < -_NOISE * float(site.area or 0):
            yield fault_at(
                site, "utilisation", "more than there is",
                found=f"{used:,.0f} m² used in {year}",
                expected="at least as much used as the services that move out",
                action="Correct the utilisation, or the areas of the services",
            )  # fmt: skip
            return
