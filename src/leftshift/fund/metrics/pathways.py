"""Intermediate care: capacity less demand, by line and month, and Little's law as a first check of both."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leftshift.foundation.years import Month
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.work_rows import PathwayFact
from leftshift.fund.rounds.round import Round

_NONE = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class PathwayMonth:
    """Demand and capacity of a line in a month, in people or packages."""

    month: Month
    demand: Decimal
    block: Decimal
    spot: Decimal

    @property
    def surplus(self) -> Decimal:
        """Capacity less demand."""
        return self.block + self.spot - self.demand

    def document(self) -> dict[str, Any]:
        """As plain values."""
        numbers = {name: float(getattr(self, name)) for name in ("demand", "block", "spot", "surplus")}
        return {"month": str(self.month), **numbers}


@dataclass(frozen=True)
class PathwayLine:
    """A line of intermediate care over the months of the plan."""

    setting: str
    pathway: str
    name: str
    months: tuple[PathwayMonth, ...]
    facts: PathwayFact | None

    @property
    def spot_percent(self) -> float | None:
        """How much of demand is met by what is bought when needed, in per cent; None without demand."""
        demand = sum((entry.demand for entry in self.months), _NONE)
        spot = sum((max(_NONE, min(entry.spot, entry.demand - entry.block)) for entry in self.months), _NONE)
        return float(spot / demand * _HUNDRED) if demand else None

    def occupied(self, entry: PathwayMonth) -> Decimal | None:
        """People in it at a time, by Little's law: arrivals a day × days that they stay; None where the length is not known."""
        if self.facts is None or self.facts.length is None:
            return None
        served = min(entry.demand, entry.block + entry.spot)
        return served * self.facts.length / _days(entry.month)

    @property
    def beyond_places(self) -> str:
        """Months whose block capacity is more than the places allow, in words; empty where none is."""
        facts = self.facts
        if facts is None or facts.places is None or not facts.length:
            return ""
        over = [
            f"{entry.month} {entry.block:f} of {facts.places * _days(entry.month) / facts.length:.0f}"
            for entry in self.months
            if entry.block * facts.length > facts.places * _days(entry.month)
        ]
        return ", ".join(over)

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "setting": self.setting,
            "pathway": self.pathway,
            "name": self.name,
            "spot_percent": self.spot_percent,
            "months": [
                {
                    **entry.document(),
                    "occupied": None if (found := self.occupied(entry)) is None else float(found),
                }
                for entry in self.months
            ],
        }


def _days(month: Month) -> int:
    return monthrange(month.year, month.month)[1]


def surplus(plan: FundPlan, found: Round) -> tuple[PathwayLine, ...]:
    """Every line of the round that has demand or capacity."""
    facts = {(row.setting, row.pathway): row for row in plan.pathway_facts}
    sums: dict[tuple[str, str], dict[Month, dict[str, Decimal]]] = {}
    for row in plan.capacity_demand:
        month = sums.setdefault((row.setting, row.pathway), {}).setdefault(row.month, {})
        month[row.kind] = month.get(row.kind, _NONE) + row.number
    return tuple(
        PathwayLine(
            line.setting,
            line.pathway,
            line.name,
            tuple(
                PathwayMonth(month, *(kinds.get(kind, _NONE) for kind in ("demand", "block", "spot")))
                for month, kinds in sorted(sums[line.setting, line.pathway].items())
            ),
            facts.get((line.setting, line.pathway)),
        )
        for line in found.pathways
        if (line.setting, line.pathway) in sums
    )
