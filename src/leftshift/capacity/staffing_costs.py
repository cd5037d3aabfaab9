"""What agency staff add to the money of a place."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.capacity.contributing import contribution, cost_lines, stated_effects
from leftshift.capacity.pricing import price_levels
from leftshift.capacity.staffing import Workforce, workforce
from leftshift.place.capacity_rows import StaffNeeded
from leftshift.place.contributions import Contribution
from leftshift.place.place import Place


def staffing_contributions(place: Place) -> list[Contribution]:
    """For each row of staff_needed.csv that posts: what agency staff cost over own staff, against the base year, £000.

    The change under do nothing is a cost of each year; what the plan changes on top is an effect of its own. The
    premium of the base year stands in the organisation's costs already and moves with their prices, so only more or
    fewer agency staff are posted, and no change of price of those that were there.
    """
    posting = sorted(
        (row for row in place.staff_needed if row.posted and row.year is None),
        key=lambda row: (row.organisation, row.staff_group),
    )
    staff = workforce(place) if posting else None
    return [entry for row in posting if staff for entry in _contribution(place, staff, row)]


def _contribution(place: Place, staff: Workforce, row: StaffNeeded) -> Iterator[Contribution]:
    pair = (row.organisation, row.staff_group)
    nothing, planned = staff.do_nothing[pair].agency_premium, staff.with_plan[pair].agency_premium
    if nothing is None or planned is None:
        return  # the check of staff tells of it
    held = nothing[0] * price_levels(place, [row.organisation])[row.organisation]
    name = f"agency_{row.organisation}_{row.staff_group}".lower()
    words = f"Agency premium: {staff.name_of(row.staff_group)}"
    yield from contribution(
        f"staff_needed {row.organisation} {row.staff_group}",
        cost_lines(place, row, name, words, row.organisation, nothing - held),
        stated_effects(place, row, name, words, row.organisation, nothing - planned),
    )
