"""The tables of capacity as polars frames, with named columns and units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from leftshift.capacity.activity.postings import STEPS
from leftshift.capacity.avoiding import avoidable_table
from leftshift.capacity.beds.bridging import BRIDGE
from leftshift.capacity.capital import capital_table

if TYPE_CHECKING:
    from leftshift.capacity.result import Capacity


def tables_of(capacity: Capacity) -> Mapping[str, pl.DataFrame]:
    """Name to table; a place without rows for a table has it empty."""
    return {
        "activity": activity_table(capacity),
        "activity_moves": moves_table(capacity),
        "beds": beds_table(capacity),
        "beds_by_site": beds_by_site_table(capacity),
        "bed_bridge": bridge_table(capacity),
        "left_shift": left_shift_table(capacity),
        "avoidable_admissions": avoidable_table(capacity.avoidable_admissions),
        "workforce": capacity.workforce.table(),
        "estate": capacity.estate.table(),
        "capital": capital_table(capacity.capital),
    }


def activity_table(capacity: Capacity) -> pl.DataFrame:
    """Every row of activity in every year: how many, and bed days, doing nothing and under the plan."""
    plan, levels = capacity.activity, capacity.levels
    kinds = {row.point_of_delivery: row for row in capacity.place.points_of_delivery}
    figures = {
        (name, do_nothing): levels.of_rows(bed_days=name == "bed_days", do_nothing=do_nothing)
        for name in ("activity", "bed_days")
        for do_nothing in (True, False)
    }
    found = [
        {
            "activity": row.activity,
            "point_of_delivery": row.point_of_delivery,
            "setting_of_care": kinds[row.point_of_delivery].setting_of_care,
            "pathway": row.pathway,
            "specialty": row.specialty,
            "age_band": row.age_band.label,
            "provider": row.provider,
            "commissioner": row.commissioner or "",
            "site": row.site or "",
            "bed_type": row.bed_type or "",
            "year": year.label,
            "do_nothing": float(figures["activity", True][at, number]),
            "with_plan": float(figures["activity", False][at, number]),
            "bed_days_do_nothing": float(figures["bed_days", True][at, number]),
            "bed_days_with_plan": float(figures["bed_days", False][at, number]),
            "basis": row.basis,
        }
        for number, row in enumerate(plan.rows)
        for at, year in enumerate(capacity.years)
    ]
    return pl.DataFrame(found, schema=_ACTIVITY)


_TEXT = ("activity", "point_of_delivery", "setting_of_care", "pathway", "specialty", "age_band", "provider", "commissioner", "site",
         "bed_type", "year")  # fmt: skip
_NUMBERS = ("do_nothing", "with_plan", "bed_days_do_nothing", "bed_days_with_plan")
_ACTIVITY: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(_TEXT, pl.String), **dict.fromkeys(_NUMBERS, pl.Float64), "basis": pl.String,
}  # fmt: skip


def moves_table(capacity: Capacity) -> pl.DataFrame:
    """What every effect takes from each row of activity or brings to it, year by year."""
    plan, products = capacity.activity, capacity.levels.products[:, :, 0]
    postings, counted = plan.postings, plan.counted()
    found = [
        {
            "effect": plan.effects[postings.effect[at]].effect,
            "intervention": plan.effects[postings.effect[at]].intervention,
            "activity": plan.rows[postings.row[at]].activity,
            "step": STEPS[postings.step[at]],
            "year": year.label,
            "activity_moved": float(postings.activity[at] * products[number, postings.product[at]]),
            "bed_days_moved": float(postings.bed_days[at] * products[number, postings.product[at]]),
        }
        for at in range(len(postings.row))
        if postings.effect[at] >= 0 and counted[at]
        for number, year in enumerate(capacity.years)
    ]
    names = ("effect", "intervention", "activity", "step", "year")
    numbers = ("activity_moved", "bed_days_moved")
    return pl.DataFrame(
        found, schema={**dict.fromkeys(names, pl.String), **dict.fromkeys(numbers, pl.Float64)}
    )


def beds_table(capacity: Capacity) -> pl.DataFrame:
    """Beds by provider, type and year: needed, doing nothing and under the plan, in the fullest month, and open."""
    beds = capacity.beds
    found = [
        {
            "organisation": pool.provider,
            "bed_type": pool.bed_type,
            "virtual": beds.is_virtual(pool),
            "year": year.label,
            "occupancy": beds.occupancy(pool),
            "do_nothing": float(beds.needed_doing_nothing[at, number, 0]),
            "needed": float(beds.needed[at, number, 0]),
            "peak": float(beds.peak[at, number, 0]),
            "open": float(beds.open[at, number]) if beds.counted[number] else None,
        }
        for number, pool in enumerate(beds.pools)
        for at, year in enumerate(capacity.years)
    ]
    numbers = ("occupancy", "do_nothing", "needed", "peak", "open")
    return pl.DataFrame(
        found,
        schema={
            "organisation": pl.String, "bed_type": pl.String, "virtual": pl.Boolean, "year": pl.String,
            **dict.fromkeys(numbers, pl.Float64),
        },
    )  # fmt: skip


def beds_by_site_table(capacity: Capacity) -> pl.DataFrame:
    """The same by site; activity that is in no site stands without one."""
    beds = capacity.beds
    found = [
        {
            "organisation": pool.provider,
            "site": pool.site or "",
            "bed_type": pool.bed_type,
            "year": year.label,
            "needed": float(beds.needed_by_site[at, number, 0]),
            "open": float(beds.open_by_site[at, number]),
        }
        for number, pool in enumerate(beds.site_pools)
        for at, year in enumerate(capacity.years)
    ]
    names = ("organisation", "site", "bed_type", "year")
    return pl.DataFrame(
        found, schema={**dict.fromkeys(names, pl.String), "needed": pl.Float64, "open": pl.Float64}
    )


def bridge_table(capacity: Capacity) -> pl.DataFrame:
    """The bed bridge of every year, step by step; ``closed`` is beside it, empty where nobody says what is open."""
    found = []
    for year in capacity.years[1:]:
        shut = capacity.beds_closed(year)
        for pool, steps in capacity.bed_bridge(year).items():
            start = {"organisation": pool.provider, "bed_type": pool.bed_type, "year": year.label}
            found += [{**start, "step": step, "beds": steps[step]} for step in (*BRIDGE, "end")]
            found.append({**start, "step": "closed", "beds": shut[pool]})
    names = ("organisation", "bed_type", "year", "step")
    return pl.DataFrame(found, schema={**dict.fromkeys(names, pl.String), "beds": pl.Float64})


def left_shift_table(capacity: Capacity) -> pl.DataFrame:
    """What is moved between providers and settings, in beds of where it comes from, every year."""
    found = [
        {"year": year.label, **entry.document()}
        for year in capacity.years[1:]
        for entry in capacity.left_shift(year)
    ]
    names = ("year", "effect", "intervention", "from", "to")
    numbers = ("beds", "back_filled", "to_teams")
    return pl.DataFrame(
        found, schema={**dict.fromkeys(names, pl.String), **dict.fromkeys(numbers, pl.Float64)}
    )
