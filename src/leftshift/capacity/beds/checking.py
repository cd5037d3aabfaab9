"""Named checks of beds: that types are used, that seasons are whole years, and that open beds suffice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from leftshift.capacity.beds.moving import successor
from leftshift.capacity.beds.needing import Beds, Pool
from leftshift.capacity.beds.seasons import mean_factor, monthly_factors
from leftshift.capacity.parameters import parameter
from leftshift.foundation.checks import CheckResult
from leftshift.foundation.faults import Fault
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.seen import Seen, fault_at

SUFFICE = "Open beds suffice at the planned occupancy"
_MONTHS = 12
_HALF_A_BED = 0.5  # less rounds to none


def bed_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Faults of bed types, seasonal profiles and open beds."""
    if seen.is_sound("bed_types", "activity", "beds", "avoidance_plans"):
        yield from _unused_types(place)
    if seen.is_sound("seasonal_profiles", "bed_types"):
        yield from _seasons(place)
    if seen.is_sound("beds", "sites"):
        yield from _outside_opening(place)
    if seen.is_sound("activity", "sites", "site_services"):
        yield from _left_behind(place)


def _unused_types(place: Place) -> Iterator[Fault]:
    named = {row.bed_type for row in place.activity} | {row.bed_type for row in place.avoidance_plans}
    named |= {row.bed_type for row in place.beds}
    for row in place.bed_types:
        if row.bed_type not in named:
            yield fault_at(row, "bed_type", "nothing uses it", expected="activity, beds or a plan to avoid admissions that uses it", action="Use it, or remove it")  # fmt: skip


def _seasons(place: Place) -> Iterator[Fault]:
    used = {row.seasonal_profile: row.bed_type for row in place.bed_types if row.seasonal_profile}
    months: dict[str, set[int]] = {}
    for row in place.seasonal_profiles:
        months.setdefault(row.profile, set()).add(row.month)
    told = set[str]()
    for row in place.seasonal_profiles:
        if row.profile in told:
            continue
        told.add(row.profile)
        missing = sorted({*range(1, _MONTHS + 1)} - months[row.profile])
        if row.profile not in used:
            yield fault_at(row, "profile", "nothing uses it", expected="a bed type that uses it", action="Name it in bed_types.csv, or remove it")  # fmt: skip
        elif missing:
            yield fault_at(row, "month", "missing value", found=f"no month {', '.join(map(str, missing))}", expected="a factor for each of the twelve months", action="Add the months")  # fmt: skip
        else:
            mean = mean_factor(monthly_factors(place, used[row.profile]))
            if abs(mean - 1) > parameter("season_tolerance"):
                yield fault_at(row, "factor", "value out of range", found=f"a mean of {mean:.4f} over the days of the year", expected="factors whose mean is 1", action=f"Divide every factor by {mean:.4f}")  # fmt: skip


def _outside_opening(place: Place) -> Iterator[Fault]:
    """Beds stand open only in a site that is open."""
    sites = {row.site: row for row in place.sites}
    for row in place.beds:
        site = sites.get(row.site)
        too_early = site and site.opens and row.year < site.opens
        too_late = site and site.closes and row.year >= site.closes
        if site and row.beds > 0 and (too_early or too_late):
            yield fault_at(row, "year", "site is closed", expected=f"a year in which {site.site} is open", action="Correct the year, or the site's opening")  # fmt: skip
    for name, bed_type in sorted({(row.site, row.bed_type) for row in place.beds}):
        site = sites.get(name)
        if (
            site
            and site.closes
            and site.closes <= place.last_year
            and _open_beds(place, name, bed_type, site.closes)
        ):
            yield fault_at(site, "closes", "site closes with its beds", found=f"{site.closes}, with {bed_type} beds open", expected=f"a row of beds.csv with 0 beds from {site.closes} at the latest", action="Say where the beds go, and close them here")  # fmt: skip


def _open_beds(place: Place, site: str, bed_type: str, year: FinancialYear) -> bool:
    """Whether some beds are open in a year: those of the last row up to then."""
    rows = [row for row in place.beds if (row.site, row.bed_type) == (site, bed_type) and row.year <= year]
    return bool(rows) and max(rows, key=lambda row: row.year).beds > 0


def _left_behind(place: Place) -> Iterator[Fault]:
    """Activity of a site that closes has somewhere to go."""
    sites = {row.site: row for row in place.sites}
    arrives = {row.to_activity for row in place.activity_effects} | {
        row.overflow_to for row in place.activity_effects
    }
    for row in place.activity:
        site = sites.get(row.site or "")
        closing = site and site.closes and site.closes <= place.last_year
        if site and closing and (row.count or row.activity in arrives) and successor(place, site) is None:
            yield fault_at(row, "site", "site closes before it moves", found=f"{site.site}, which closes in {site.closes}", expected="services of it in site_services.csv that all move to one site", action="Say there where its services move, or name another site here")  # fmt: skip


def bed_checks(beds: Beds) -> tuple[CheckResult, ...]:
    """Whether open beds suffice in every year of the plan; nothing where nobody says how many are open."""
    if not beds.counted.any():
        return ()
    short = beds.needed[:, :, 0] - beds.open
    found = []
    for at in np.flatnonzero(beds.counted):
        if (short[:, at] > _HALF_A_BED).any():
            year = beds.place.years[int(np.argmax(short[:, at]))]
            found.append(f"{_name(beds.pools[at])} {short[:, at].max():,.0f} short in {year}")
    return (CheckResult(SUFFICE, not found, "; ".join(found) or "In every year of the plan"),)


def _name(pool: Pool) -> str:
    return f"{pool.bed_type.replace('_', ' ')} beds of {pool.provider}"
