"""What an invented system like ACG says of everybody: predicted cost, in step with need, and a risk group."""

from __future__ import annotations

from typing import Any

import numpy as np

from leftshift.population.invented.arrays import Draws, Floats, Ints, Text
from leftshift.population.invented.calibration import Calibration
from leftshift.population.invented.needing import Membership
from leftshift.population.invented.parameters import number
from leftshift.population.invented.people import People

SYSTEM = "invented ACG-like 1.0"
TIMES_MEAN = 3.0
_SURELY_ABOVE, _SURELY_BELOW = 3.05, 2.95
_ROUNDS = 60


def predicted_costs(people: People, who: Membership, need: Floats, draws: Draws) -> Floats:
    """Predicted cost in means of all counted people: three and more of the cohort alone."""
    noise = draws.of("predicted").standard_normal(len(people))
    scaled = (need - need.mean()) / max(float(need.std()), 1e-9)
    raw: Floats = np.exp(number("predicted_spread") * scaled + number("predicted_noise") * noise)
    if not people.is_counted.any():
        return raw
    low, high = 0.0, 50.0
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        if _bounded(raw * middle, who)[people.is_counted].mean() < 1:
            low = middle
        else:
            high = middle
    return _bounded(raw * low, who)


def _bounded(cost: Floats, who: Membership) -> Floats:
    found = np.where(who.is_member, cost, np.minimum(cost, _SURELY_BELOW))
    return np.where(who.by_cost, np.maximum(found, _SURELY_ABOVE), found)


def outside_scores(people: People, cost: Floats, group: Ints, calibration: Calibration) -> dict[str, Any]:
    """The table of scores of people who live and are registered."""
    who = np.flatnonzero(people.is_here)
    scores = np.array([one.score for one in calibration.risk_groups], dtype=np.float64)
    pounds = np.round(cost[who] * number("predicted_cost"), 2)
    row = np.repeat(who, 2)
    value = np.column_stack([pounds, scores[group[who]]]).ravel()
    return {
        "person_id": people.ids[row],
        "score": Text(np.tile([0, 1], len(who)), ("predicted_cost", "risk_group")),
        "value": value,
        "event_date": np.full(len(row), people.as_at, dtype=np.int32),
        "system": Text(np.zeros(len(row), dtype=np.int64), (SYSTEM,)),
    }
