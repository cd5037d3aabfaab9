"""The frontier: the most that can be expected for each degree of safety, each point with its choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from leftshift.economy.choosing.constraints import Building, Constraint
from leftshift.economy.choosing.effects import Quantity
from leftshift.economy.choosing.measuring import EXPECTED, Measured
from leftshift.economy.choosing.parameters import parameter
from leftshift.economy.choosing.searching import Found, Search
from leftshift.economy.choosing.variants import Taken


@dataclass(frozen=True)
class Point:
    """A choice on the frontier: the position that is expected, the mean of its worst draws, and what is expected of it
    beyond choosing nothing; £000."""

    expected: float
    risk: float
    saving: float
    taken: Mapping[str, Taken]

    def document(self) -> dict[str, Any]:
        """The point as plain values."""
        return {
            "expected": self.expected,
            "risk": self.risk,
            "saving": self.saving,
            "chosen": {
                name: {"later": taken.later, "scale": taken.scale} for name, taken in self.taken.items()
            },
        }


def frontier(search: Search, points: int) -> tuple[Point, ...]:
    """The points of the frontier, the safest last; only one where there are no draws to tell safe from unsafe.

    Between its ends the most is sought that can be expected while the worst draws are held to equal steps, so that
    choices are found which no weighing of the two against each other would lead to.
    """
    building = Building(search.asked, search.effects)
    expected = building.objective(EXPECTED)
    risk = building.objective(Measured(search.asked.question.objective.share))
    found = {
        tuple(sorted(point.taken.items(), key=str)): point
        for point in _points(search, expected, risk, points)
    }
    ordered = sorted(found.values(), key=lambda point: (point.risk, -point.expected))
    best, kept = -np.inf, list[Point]()
    for point in reversed(ordered):  # what is less safe and expects no more is no point of it
        if point.expected > best:
            best = point.expected
            kept.append(point)
    return tuple(reversed(kept))


def _points(search: Search, expected: Quantity, risk: Quantity, points: int) -> Iterator[Point]:
    low = _both(search, expected, risk)
    if low is None:
        return
    yield _point(search, expected, risk, low)
    high = _both(search, risk, expected)
    if high is None or search.taken(high.solved) == search.taken(low.solved):
        return
    yield _point(search, expected, risk, high)
    first, last = (risk.measured.of(risk.of_positions(entry.run.with_plan)) for entry in (low, high))
    for floor in np.linspace(first, last, max(points, 2))[1:-1]:
        safe = Constraint("search", "safe", low=float(floor), quantity=risk)
        between = search.held(expected, [*search.constraints, safe])
        if between is not None:
            yield _point(search, expected, risk, between)


def _both(search: Search, first: Quantity, second: Quantity) -> Found | None:
    """The best by the first, and of those the best by the second."""
    found = search.held(first, search.constraints)
    if found is None or search.effects.draws == 1:
        return found
    exactly = (
        found.value + parameter("tolerance") / 2
    )  # a scale may not give up the half pound that a limit lets pass
    as_good = Constraint("search", "as good", low=exactly, quantity=first)
    return search.held(second, [*search.constraints, as_good]) or found


def _point(search: Search, expected: Quantity, risk: Quantity, found: Found) -> Point:
    positions = found.run.with_plan
    values, worst = (entry.measured.of(entry.of_positions(positions)) for entry in (expected, risk))
    nothing = expected.measured.of(expected.base)
    return Point(values, worst, values - nothing, search.taken(found.solved))
