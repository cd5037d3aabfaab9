"""Named checks of plans to avoid admissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from leftshift.foundation.faults import Fault
from leftshift.place.capacity_rows import AvoidancePlan, RiskGroup
from leftshift.place.place import Place
from leftshift.place.seen import Seen, fault_at

_NOISE = 1e-9


def avoidance_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Everything that is wrong with plans to avoid admissions and their groups."""
    groups: dict[str, list[RiskGroup]] = defaultdict(list)
    for row in place.risk_groups:
        groups[row.plan].append(row)
    for plan in place.avoidance_plans:
        yield from _worth(plan)
        if seen.is_sound("risk_groups"):
            yield from _enough(plan, groups[plan.plan])
            yield from _places(groups[plan.plan])


def _worth(plan: AvoidancePlan) -> Iterator[Fault]:
    needs = (("bed_type", "length_of_stay"), ("marginal_share", "unit_price"))
    for column, needed in needs:
        if getattr(plan, column) is not None and getattr(plan, needed) is None:
            yield fault_at(
                plan, column, "nothing uses it",
                expected=f"an empty cell, for {needed} is not given", action=f"Give {needed}, or clear the cell",
            )  # fmt: skip


def _enough(plan: AvoidancePlan, groups: list[RiskGroup]) -> Iterator[Fault]:
    """Nothing is avoided that does not happen."""
    if not groups:
        yield fault_at(
            plan, "plan", "nothing uses it",
            expected="rows in risk_groups.csv", action="Add the groups of risk of the plan, or remove it",
        )  # fmt: skip
        return
    every = sum(row.unplanned_admissions for row in groups)
    if plan.admissions > every:
        yield fault_at(
            plan, "admissions", "more than there is",
            expected=f"at most {every:,} admissions, which is what its groups have in all",
            action="Correct it, or the unplanned admissions of its groups",
        )  # fmt: skip
        return
    for row in groups:
        asked = row.target_percent * float(plan.admissions)
        if asked > float(row.unplanned_admissions) * (1 + _NOISE):
            yield fault_at(
                row, "target_percent", "more than there is",
                found=f"{row.target_percent:.2%} of {plan.admissions:,}, which is {asked:,.0f} admissions",
                expected=f"at most the group's own {row.unplanned_admissions:,} admissions",
                action="Lower the target of the group",
            )  # fmt: skip


def _places(groups: list[RiskGroup]) -> Iterator[Fault]:
    at: dict[int, RiskGroup] = {}
    for row in groups:
        first = at.setdefault(row.order, row)
        if first is not row:
            yield fault_at(
                row, "order", "duplicate order",
                expected=f"another place than {row.order}, which is that of {first.risk_group}",
                action="Number the groups from the highest risk down",
            )  # fmt: skip
