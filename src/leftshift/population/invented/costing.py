"""What people's care cost, month by month and setting by setting."""

from __future__ import annotations

from typing import Any

import numpy as np

from leftshift.population.invented.arrays import NEVER, Days, Floats, Ints, Text, date_of, day_of
from leftshift.population.invented.parameters import number
from leftshift.population.invented.people import People

SETTINGS = (
    "inpatient",
    "emergency",
    "outpatient",
    "community",
    "mental_health",
    "primary_care",
    "prescribing",
    "social_care",
)
MONTHS = 24


class Months:
    """The months before a date: that of the date, as far as it has gone, and 24 before it."""

    def __init__(self, as_at: int) -> None:
        here = date_of(as_at)
        index = here.year * 12 + here.month - 1
        self.starts = np.array(
            [
                day_of(here.replace(year=at // 12, month=at % 12 + 1, day=1))
                for at in range(index - MONTHS, index + 1)
            ],
            dtype=np.int32,
        )

    def of(self, day: Days) -> Ints:
        """The month of each day; −1 before the first."""
        return np.searchsorted(self.starts, day, side="right") - 1


class Bill:
    """Adds up costs by person, month and setting."""

    def __init__(self, people: People) -> None:
        self._people, self._months = people, Months(people.as_at)
        self._cells = len(self._months.starts) * len(SETTINGS)
        self._keys: list[Ints] = []
        self._amounts: list[Floats] = []

    def add(self, setting: str, row: Ints, day: Days, cost: Floats | float) -> None:
        """Add costs of one setting on days."""
        month = self._months.of(day)
        amounts = np.broadcast_to(np.asarray(cost, dtype=np.float64), row.shape)
        known = month >= 0
        key = row[known] * self._cells + month[known] * len(SETTINGS) + SETTINGS.index(setting)
        self._keys.append(key)
        self._amounts.append(amounts[known])

    def add_care(self, row: Ints, start: Days, end: Days, weekly: Floats) -> None:
        """Add social care by the days of each month in which it was given."""
        last = np.where(end == NEVER, self._people.as_at - 1, np.minimum(end, self._people.as_at - 1))
        ends = np.append(self._months.starts[1:], self._people.as_at)
        for first, after in zip(self._months.starts, ends, strict=True):
            days = np.minimum(last + 1, after) - np.maximum(start, first)
            which = days > 0
            day = np.full(int(which.sum()), first, dtype=np.int32)
            self.add("social_care", row[which], day, weekly[which] * days[which] / 7)

    def table(self) -> dict[str, Any]:
        """The table of costs, in the order of people, months and settings."""
        total = np.bincount(
            np.concatenate(self._keys),
            weights=np.concatenate(self._amounts),
            minlength=len(self._people) * self._cells,
        )
        key = np.flatnonzero(total)
        cell = key % self._cells
        return {
            "person_id": self._people.ids[key // self._cells],
            "event_date": self._months.starts[cell // len(SETTINGS)],
            "setting": Text(cell % len(SETTINGS), SETTINGS),
            "cost": np.round(total[key], 2),
        }


def unit_cost(setting: str) -> float:
    """What one visit or issue costs, £."""
    return number({"primary_care": "visit_cost", "prescribing": "issue_cost"}[setting])
