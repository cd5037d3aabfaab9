"""The bed bridge: from the beds needed at the start, step by step, to those needed in a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from leftshift.capacity.activity.postings import STEPS
from leftshift.capacity.beds.needing import Beds, Pool
from leftshift.economy.arrays import Flags, Floats
from leftshift.foundation.years import FinancialYear

BRIDGE = (
    "start",
    "demography",
    "other_growth",
    "length_of_stay",
    "day_case",
    "avoided",
    "shifted_out",
    "shifted_in",
)
NAMES: Mapping[str, str] = {
    "start": "Needed at the start",
    "demography": "People: number and age",
    "other_growth": "Other growth",
    "length_of_stay": "Shorter stays",
    "day_case": "Day cases in place of stays",
    "avoided": "Activity avoided",
    "shifted_out": "Shifted out",
    "shifted_in": "Shifted in, back-fill included",
    "end": "Needed at the end",
    "closed": "Beds opened (+) or closed (−)",
}
"""The steps in words; ``closed`` stands beside the bridge: what is open, not what is needed."""


@dataclass(frozen=True)
class LeftShift:
    """What an effect moves between providers or settings in a year, in beds of where it comes from."""

    effect: str
    intervention: str
    from_provider: str
    to_provider: str
    moved: float
    back_filled: float
    to_teams: float

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "effect": self.effect, "intervention": self.intervention, "from": self.from_provider, "to": self.to_provider,
            "beds": self.moved, "back_filled": self.back_filled, "to_teams": self.to_teams,
        }  # fmt: skip


def bed_bridge(beds: Beds, year: FinancialYear) -> Mapping[Pool, Mapping[str, float]]:
    """Pool to step to beds; the steps sum to the end.

    People come first and other growth on top of them; effects follow, each as what it changes by itself, so that
    no order of them matters.
    """
    if not beds.pools:
        return {}
    at = year.starts - beds.place.base_year.starts
    postings, levels = beds.plan.postings, beds.levels
    key, lies = beds.keys(beds.pools)
    counted = beds.plan.counted() & lies

    def of(kept: Flags, *, people: bool = False) -> Floats:
        days = levels.by(key, len(beds.pools), bed_days=True, only=counted & kept, people=people)
        shown: Floats = days[:, :, 0] / beds.days_of_a_bed
        return shown

    base = postings.step == STEPS.index("start")
    grown, by_people = of(base), of(base, people=True)
    found = {
        "start": grown[0],
        "demography": by_people[at] - grown[0],
        "other_growth": grown[at] - by_people[at],
    }
    found |= {step: of(postings.step == number)[at] for number, step in enumerate(STEPS) if step != "start"}
    end = np.sum(list(found.values()), axis=0)
    return {
        pool: {**{step: float(found[step][number]) for step in BRIDGE}, "end": float(end[number])}
        for number, pool in enumerate(beds.pools)
    }


def closed(beds: Beds, year: FinancialYear) -> Mapping[Pool, float | None]:
    """Pool to the beds that close from the base year to a year, negative; None where nobody says how many are open."""
    at = year.starts - beds.place.base_year.starts
    change = beds.open[at] - beds.open[0]
    return {
        pool: float(change[number]) if beds.counted[number] else None
        for number, pool in enumerate(beds.pools)
    }


def left_shift(beds: Beds, year: FinancialYear) -> tuple[LeftShift, ...]:
    """What goes where in a year, effect by effect, for those that move bed days."""
    at = year.starts - beds.place.base_year.starts
    plan = beds.plan
    row_of = {row.activity: row for row in plan.rows}
    days = {pool: float(size) for pool, size in zip(beds.pools, beds.days_of_a_bed, strict=True)}
    found = []
    for number, effect in enumerate(plan.effects):
        sources = [plan.rows[row] for row in plan.chosen[number].rows]
        lying = next((row for row in sources if row.bed_type), None)
        if effect.to_activity is None or lying is None or plan.stages[number] == "comparison":
            continue
        bed = days[Pool(lying.provider, str(lying.bed_type))]
        gone = -float(beds.moved_by(number, 0, arriving=False)[at, 0])
        sides = [float(beds.moved_by(number, side)[at, 0]) / bed for side in (0, 1, 2)]
        to = row_of[effect.to_activity].provider
        found.append(
            LeftShift(
                effect.effect,
                effect.intervention,
                lying.provider,
                to,
                gone / bed,
                sides[1],
                sides[0] + sides[2],
            )
        )
    return tuple(found)
