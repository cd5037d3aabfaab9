"""Emergency admissions that a plan wants to avoid, group of risk by group, and what avoiding them is worth.

Two allocations stand side by side: what each group's share of the admissions makes of the whole (desired), and what the
plan's target allots to it (target). Nothing is rounded inside.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from leftshift.capacity.occupying import beds_for, occupancy_of
from leftshift.capacity.parameters import parameter
from leftshift.foundation.money import THOUSAND
from leftshift.place.capacity_rows import AvoidancePlan, RiskGroup
from leftshift.place.place import Place

if TYPE_CHECKING:
    import polars as pl

Allocation = Literal["target", "desired"]
_NOISE = 1e-9  # of a share: what the sum of a few floats may be off


@dataclass(frozen=True, slots=True)
class GroupAvoided:
    """What is asked of a group of risk, in admissions a year.

    ``share`` is its part of all unplanned admissions, ``target`` its part of what is to be avoided; ``of_own`` is what
    the target asks of it as a share of its own admissions, None where it has none.
    """

    risk_group: str
    name: str
    ed_attendances: float | None
    unplanned_admissions: float
    share: float
    target: float
    desired: float
    allocated: float
    of_own: float | None

    @property
    def is_asked_for_more(self) -> bool:
        """Whether the target asks for more than its share of the admissions would."""
        return self.allocated > self.desired * (1 + _NOISE)


@dataclass(frozen=True, slots=True)
class Worth:
    """What the admissions of an allocation are worth a year: beds, and £000. None is what the plan does not say.

    ``full_tariff`` is what is no longer paid, ``marginal`` what of it is saved at the margin; net is less the team.
    """

    allocation: Allocation
    admissions: float
    bed_days: float | None
    beds: float | None
    full_tariff: float | None
    marginal: float | None
    team_cost: float | None
    full_tariff_net: float | None
    marginal_net: float | None


@dataclass(frozen=True, slots=True)
class Avoidance:
    """A plan to avoid admissions, worked out. ``counted`` is the allocation that beds and money rest on."""

    row: AvoidancePlan
    groups: tuple[GroupAvoided, ...]
    admissions: float
    unplanned_admissions: float
    occupancy: float
    counted: Allocation
    worth: tuple[Worth, Worth]

    @property
    def of_all(self) -> float | None:
        """The admissions to be avoided as a share of all of the groups; None where there are none."""
        return self.admissions / self.unplanned_admissions if self.unplanned_admissions else None

    @property
    def targets(self) -> float:
        """The sum of the groups' targets, a share of 1 where everything is allocated."""
        return sum(group.target for group in self.groups)

    @property
    def allocated(self) -> float:
        """What the targets ask for in all."""
        return sum(group.allocated for group in self.groups)

    def worth_of(self, allocation: Allocation) -> Worth:
        """What an allocation is worth."""
        return next(found for found in self.worth if found.allocation == allocation)

    def flags(self) -> tuple[str, ...]:
        """What a reader of the plan should ask about, each in a sentence."""
        found = []
        if self.of_all is not None and self.of_all > parameter("most_of_admissions"):
            found.append(
                f"{self.admissions:,.0f} admissions are to be avoided, {self.of_all:.1%} of all {self.unplanned_admissions:,.0f}"
            )
        if abs(self.targets - 1) > _NOISE:
            found.append(
                f"The targets sum to {self.targets:.2%}, so {self.allocated:,.0f} of {self.admissions:,.0f} admissions are allocated"
            )
        for group in self.groups:
            if group.is_asked_for_more:
                own = "" if group.of_own is None else f", {group.of_own:.1%} of its own admissions"
                found.append(
                    f"{group.name} is asked for {group.allocated:,.0f}, more than its level of {group.desired:,.0f}{own}"
                )
        return tuple(found)

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON; shares are shares of 1."""
        row = self.row
        return {
            "plan": row.plan, "name": row.name, "year": row.year.label, "intervention": row.intervention,
            "admissions": self.admissions, "unplanned_admissions": self.unplanned_admissions, "of_all": self.of_all,
            "targets": self.targets, "allocated": self.allocated, "desired": sum(group.desired for group in self.groups),
            "occupancy": self.occupancy, "length_of_stay": None if row.length_of_stay is None else float(row.length_of_stay),
            "counted": self.counted,
            "groups": [{**asdict(group), "is_asked_for_more": group.is_asked_for_more} for group in self.groups],
            "worth": {found.allocation: asdict(found) for found in self.worth}, "flags": list(self.flags()),
            "source": row.source, "basis": row.basis,
        }  # fmt: skip


def avoidable_admissions(place: Place) -> tuple[Avoidance, ...]:
    """Every plan of the place to avoid admissions, by its name."""
    return tuple(_avoidance(place, row) for row in sorted(place.avoidance_plans, key=lambda row: row.plan))


def avoidable_table(plans: tuple[Avoidance, ...]) -> pl.DataFrame:
    """plan, year, risk_group, name, unplanned_admissions, share, target, desired, allocated, of_own, is_asked_for_more."""
    import polars as pl

    columns = [
        "risk_group",
        "name",
        "unplanned_admissions",
        "share",
        "target",
        "desired",
        "allocated",
        "of_own",
    ]
    rows = [
        (
            plan.row.plan,
            plan.row.year.label,
            *(getattr(group, name) for name in columns),
            group.is_asked_for_more,
        )
        for plan in plans
        for group in plan.groups
    ]
    types = dict.fromkeys(columns, pl.Float64) | {"risk_group": pl.String, "name": pl.String}
    return pl.DataFrame(
        rows,
        schema={"plan": pl.String, "year": pl.String, **types, "is_asked_for_more": pl.Boolean},
        orient="row",
    )


def _avoidance(place: Place, plan: AvoidancePlan) -> Avoidance:
    rows = sorted(
        (row for row in place.risk_groups if row.plan == plan.plan),
        key=lambda row: (row.order, row.risk_group),
    )
    every = float(sum(row.unplanned_admissions for row in rows))
    wanted = float(plan.admissions)
    groups = tuple(_group(row, every, wanted) for row in rows)
    occupancy = occupancy_of(place, plan.bed_type)
    counted: Allocation = "desired" if place.setting("avoidable_allocation") == "desired" else "target"
    worth = (
        _worth(plan, occupancy, "target", sum(group.allocated for group in groups)),
        _worth(plan, occupancy, "desired", sum(group.desired for group in groups)),
    )
    return Avoidance(plan, groups, wanted, every, occupancy, counted, worth)


def _group(row: RiskGroup, every: float, wanted: float) -> GroupAvoided:
    own = float(row.unplanned_admissions)
    share = own / every if every else 0.0
    allocated = row.target_percent * wanted
    return GroupAvoided(
        row.risk_group, row.name or row.risk_group.replace("_", " ").capitalize(),
        None if row.ed_attendances is None else float(row.ed_attendances),
        own, share, row.target_percent, share * wanted, allocated, allocated / own if own else None,
    )  # fmt: skip


def _worth(plan: AvoidancePlan, occupancy: float, allocation: Allocation, admissions: float) -> Worth:
    days = None if plan.length_of_stay is None else admissions * float(plan.length_of_stay)
    full = None if plan.unit_price is None else admissions * float(plan.unit_price) / THOUSAND
    marginal = None if full is None or plan.marginal_share is None else full * plan.marginal_share
    return Worth(
        allocation, admissions, days, None if days is None else beds_for(days, occupancy),
        full, marginal, plan.team_cost, _less(full, plan.team_cost), _less(marginal, plan.team_cost),
    )  # fmt: skip


def _less(worth: float | None, cost: float | None) -> float | None:
    return None if worth is None or cost is None else worth - cost
