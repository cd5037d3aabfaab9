"""What an intervention reaches in a draw: its size and its delay, and how it builds up with both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from leftshift.economy.arrays import Floats
from leftshift.economy.phasing import monthly_levels, part_year
from leftshift.economy.uncertainty.drawing import Values, moved
from leftshift.foundation.years import MONTHS_IN_YEAR
from leftshift.place.checking_uncertainty import interventions_of
from leftshift.place.place import Place
from leftshift.place.rows import Intervention, Uncertainty


def size_of(
    row: Intervention,
    delivery: Sequence[Uncertainty],
    effect: Sequence[Uncertainty],
    values: Values,
    count: int,
) -> Floats:
    """What an intervention delivers, and by what its effects are multiplied [draw]."""
    return moved([*effect], values, moved([*delivery], values, np.full(count, row.delivery)))


def delay_of(
    row: Intervention, delay: Sequence[Uncertainty], values: Values, count: int, years: int
) -> NDArray[np.int64]:
    """Whole months, never below nought, at most the whole plan [draw]."""
    drawn = moved([*delay], values, np.full(count, float(row.delay_months)))
    return np.clip(np.rint(drawn), 0, MONTHS_IN_YEAR * years).astype(np.int64)


@dataclass(frozen=True)
class DrawnLevels:
    """The levels of interventions in a block of draws; without ``values``, as planned."""

    place: Place
    values: Values
    count: int = 1

    def of(self, row: Intervention) -> Floats:
        """The part of a full year that an intervention reaches [year, draw]."""
        years = len(self.place.years)
        moving = self._moving.get(row.intervention, {})
        size = size_of(row, moving.get("delivery", ()), moving.get("effect", ()), self.values, self.count)
        delays = delay_of(row, moving.get("delay", ()), self.values, self.count, years)
        points = (
            [point for point in self.place.profiles if point.profile == row.profile] if row.profile else []
        )
        found = np.zeros((years, self.count))
        for months in np.unique(delays).tolist():
            late = replace(row, delivery=1.0, delay_months=months)
            found[:, delays == months] = part_year(monthly_levels(self.place, late, points))[:, None]
        found *= size
        return found

    @cached_property
    def _moving(self) -> Mapping[str, Mapping[str, list[Uncertainty]]]:
        found: dict[str, dict[str, list[Uncertainty]]] = {}
        for entry in sorted(self.place.uncertainty, key=lambda entry: entry.quantity):
            for name in (
                interventions_of(self.place, entry.item) if entry.moves not in ("rate", "value") else ()
            ):
                found.setdefault(name, {}).setdefault(entry.moves, []).append(entry)
        return found
