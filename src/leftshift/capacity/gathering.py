"""Everything that capacity says of a place: its faults, and what it contributes to the money."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from leftshift.capacity.activity.checking import activity_faults
from leftshift.capacity.activity.checking_effects import effect_faults
from leftshift.capacity.activity.posting import activity_contributions
from leftshift.capacity.activity.projecting import plan_of
from leftshift.capacity.beds.checking import bed_faults
from leftshift.capacity.checking_avoidance import avoidance_faults
from leftshift.foundation.faults import Fault
from leftshift.place.contributions import Contribution, gather
from leftshift.place.place import Place
from leftshift.place.seen import Seen

_CHECKS: tuple[Callable[[Place, Seen], Iterator[Fault]], ...] = (
    activity_faults, bed_faults, effect_faults, avoidance_faults,
)  # fmt: skip


def capacity_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Every fault of people, activity, beds, staff, estate and capital."""
    for check in _CHECKS:
        yield from check(place, seen)


def contributions_of(place: Place) -> tuple[Contribution, ...]:
    """What the capacity of a sound place contributes to its money."""
    return activity_contributions(plan_of(place)) if place.activity_effects else ()


def with_contributions(place: Place) -> Place:
    """The place as the economy projects it: what was written, and what follows from its capacity."""
    return gather(place, contributions_of(place))
