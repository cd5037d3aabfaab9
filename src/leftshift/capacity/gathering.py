"""Everything that capacity says of a place: its faults, and what it contributes to the money."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from leftshift.capacity.activity.checking import activity_faults
from leftshift.capacity.activity.checking_effects import NEEDED, effect_faults
from leftshift.capacity.activity.posting import activity_contributions
from leftshift.capacity.activity.projecting import plan_of
from leftshift.capacity.beds.checking import bed_faults
from leftshift.capacity.capital import capital_contributions
from leftshift.capacity.checking_avoidance import avoidance_faults
from leftshift.capacity.checking_capital import capital_faults
from leftshift.capacity.checking_estate import estate_faults
from leftshift.capacity.checking_staff import staff_faults
from leftshift.capacity.contributing import taken_names
from leftshift.capacity.estate import estate_contributions
from leftshift.capacity.staffing_costs import staffing_contributions
from leftshift.foundation.faults import Fault
from leftshift.place.capacity_rows import ROW_TYPES
from leftshift.place.contributions import Contribution, gather
from leftshift.place.place import Place
from leftshift.place.seen import Seen
from leftshift.population.checking import population_faults

_CHECKS: tuple[Callable[[Place, Seen], Iterator[Fault]], ...] = (
    population_faults, activity_faults, bed_faults, effect_faults, avoidance_faults, staff_faults, estate_faults, capital_faults,
)  # fmt: skip


def capacity_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Every fault of people, activity, beds, staff, estate and capital."""
    found = [fault for check in _CHECKS for fault in seen.noting(check(place, seen))]
    yield from found
    if not found and may_contribute(seen):
        yield from taken_names(place, contributions_of(place))


def may_contribute(seen: Seen) -> bool:
    """Whether what capacity contributes can be worked out from what was read."""
    return not seen.faulty and seen.is_usable(*ROW_TYPES, *NEEDED)


def contributions_of(place: Place) -> tuple[Contribution, ...]:
    """What the capacity of a sound place contributes to its money."""
    from_activity = activity_contributions(plan_of(place)) if place.activity_effects else ()
    return (
        *from_activity,
        *staffing_contributions(place),
        *estate_contributions(place),
        *capital_contributions(place),
    )


def with_contributions(place: Place, more: Sequence[Contribution] = ()) -> Place:
    """The place as the economy projects it: what was written, what follows from its capacity, and ``more`` from elsewhere.

    A place that has its contributions already is left as it is: nothing counts twice.
    """
    return place if place.before_contributions else gather(place, (*contributions_of(place), *more))
