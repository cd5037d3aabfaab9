"""Two capacities side by side: every figure of activity, beds, staff, admissions and capital that moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leftshift.foundation.years import FinancialYear

if TYPE_CHECKING:
    from leftshift.capacity.result import Capacity

_NOTHING = 1e-6
Key = tuple[str, str, str, str]  # figure, organisation or plan, item, unit


@dataclass(frozen=True)
class MovedCapacity:
    """A figure of a year before and after; ``whose`` is an organisation, a plan or a programme."""

    figure: str
    whose: str
    item: str
    year: str
    unit: str
    before: float
    after: float

    @property
    def move(self) -> float:
        """After less before."""
        return self.after - self.before

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "figure": self.figure, "whose": self.whose, "item": self.item, "year": self.year, "unit": self.unit,
            "before": self.before, "after": self.after, "move": self.move,
        }  # fmt: skip


def moved_capacity(before: Capacity, after: Capacity) -> tuple[MovedCapacity, ...]:
    """Every figure that differs, in years that both have; what only one of them has counts as nought in the other."""
    found = []
    years = [year for year in before.years if year in after.years]
    left, right = _figures(before, years), _figures(after, years)
    for key in sorted(left.keys() | right.keys()):
        for year in years:
            values = (left.get(key, {}).get(year, 0.0), right.get(key, {}).get(year, 0.0))
            if abs(values[1] - values[0]) > _NOTHING:
                figure, whose, item, unit = key
                found.append(MovedCapacity(figure, whose, item, year.label, unit, *values))
    return tuple(found)


def _figures(capacity: Capacity, years: list[FinancialYear]) -> dict[Key, dict[FinancialYear, float]]:
    found: dict[Key, dict[FinancialYear, float]] = {}
    for key, year, value in _every(capacity):
        if year in years:
            by_year = found.setdefault(key, {})
            by_year[year] = by_year.get(year, 0.0) + value
    return found


def _every(capacity: Capacity) -> Iterator[tuple[Key, FinancialYear, float]]:
    for at, year in enumerate(capacity.years):
        yield from ((key, year, value) for key, value in _of_year(capacity, at))
    for plan in capacity.avoidable_admissions:
        for group in plan.groups:
            yield (
                ("admissions avoided", plan.row.plan, group.risk_group, "admissions"),
                plan.row.year,
                group.allocated,
            )
    for programme in capacity.capital:
        for year, cost in zip(programme.years, programme.net_by_year, strict=True):
            yield ("capital, net", programme.row.programme, "", "£000"), year, cost


def _of_year(capacity: Capacity, at: int) -> Iterator[tuple[Key, float]]:
    beds, counts = capacity.beds, capacity.levels.of_rows()
    for number, pool in enumerate(beds.pools):
        yield ("beds needed", pool.provider, pool.bed_type, "beds"), float(beds.needed[at, number, 0])
        yield ("beds open", pool.provider, pool.bed_type, "beds"), float(beds.open[at, number])
    for number, row in enumerate(capacity.activity.rows):
        yield ("activity", row.provider, row.point_of_delivery, ""), float(counts[at, number])
    for (organisation, group), staff in capacity.workforce.with_plan.items():
        yield ("staff needed", organisation, group, "WTE"), float(staff.need[at])
        yield ("staff in post", organisation, group, "WTE"), float(staff.supply[at])
    for shift in capacity.left_shift(capacity.years[at]) if at else ():
        yield ("beds back-filled", shift.to_provider, shift.effect, "beds"), shift.back_filled
        yield ("beds to teams", shift.to_provider, shift.effect, "beds"), shift.to_teams
