"""Staff the slow and obvious way: one person-year after the other, in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from leftshift.place.place import Place


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


def reached(place: Place, name: str) -> list[Fraction]:
    """The part of a full year that an intervention without profile has reached in each year."""
    (row,) = [row for row in place.interventions if row.intervention == name]
    start = row.start.months_since(place.base_year) if row.start else 12
    start += row.delay_months
    months = [Fraction(int(month >= start)) * exact(row.delivery) for month in range(12 * len(place.years))]
    return [sum(months[12 * at : 12 * at + 12], Fraction(0)) / 12 for at in range(len(place.years))]


def staff(place: Place, organisation: str, group: str, stages: set[str]) -> list[dict[str, Fraction]]:
    """Every flow of each year."""
    rows = [row for row in place.workforce if (row.organisation, row.staff_group) == (organisation, group)]
    bands = {row.age_band: exact(row.wte) for row in sorted(rows, key=lambda row: row.age_band)}
    by_band = {row.age_band: row for row in rows}
    needs = {
        row.year: row
        for row in place.staff_needed
        if (row.organisation, row.staff_group) == (organisation, group)
    }
    need = (
        exact(needs[None].wte)
        if None in needs and needs[None].wte is not None
        else sum(bands.values(), Fraction(0))
    )
    stage_of = {row.intervention: row.stage for row in place.interventions}
    effects = [
        row
        for row in place.workforce_effects
        if (row.organisation, row.staff_group) == (organisation, group)
        and stage_of[row.intervention] in stages
    ]
    (kind,) = [row for row in place.staff_groups if row.staff_group == group]
    found = []
    before = Fraction(0)
    for at, year in enumerate(place.years):
        start = sum(bands.values(), Fraction(0)) + before
        joiners = leavers = retirements = Fraction(0)
        if at:
            ageing = {}
            for band, there in bands.items():
                row = by_band[band]
                going, retiring = there * exact(row.leaver_rate), there * exact(row.retirement_rate)
                leavers, retirements, joiners = (
                    leavers + going,
                    retirements + retiring,
                    joiners + exact(row.joiners),
                )
                ageing[band] = there - going - retiring
            bands = {band: left + exact(by_band[band].joiners) for band, left in ageing.items()}
            order = list(bands)
            for younger, older in pairwise(order):
                if younger.width:
                    moved = ageing[younger] / younger.width
                    bands[younger] -= moved
                    bands[older] += moved
            grows = needs.get(year, needs.get(None))
            need *= 1 + (exact(grows.percent) if grows else 0)
        level = {
            side: sum(
                (
                    exact(row.wte) * reached(place, row.intervention)[at]
                    for row in effects
                    if row.side == side
                ),
                Fraction(0),
            )
            for side in ("need", "supply")
        }
        supply = sum(bands.values(), Fraction(0)) + level["supply"]
        wanted = need + level["need"]
        short = max(Fraction(0), wanted - supply)
        limit = short if kind.agency_limit is None else exact(kind.agency_limit) * max(Fraction(0), wanted)
        found.append(
            {
                "start": start, "joiners": joiners, "leavers": leavers, "retirements": retirements,
                "effects": level["supply"] - before, "supply": supply, "need": wanted, "shortfall": short,
                "agency": min(short, limit), "unfilled": short - min(short, limit),
            }
        )  # fmt: skip
        before = level["supply"]
    return found
