"""Working days: which they are, and how they are counted before and after a day.

Bank holidays come from the library `holidays`, which keeps them by year and nation; further days on which nobody works are
given. Counting before a meeting leaves the day of the meeting out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.metadata import version

_DAY = timedelta(days=1)
_SATURDAY = 5
_SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR"}
NATIONS = tuple(_SUBDIVISIONS)


@dataclass(frozen=True)
class WorkingDays:
    """The working days of a nation, less further days off with their reasons."""

    nation: str = "england"
    closures: Mapping[date, str] = field(default_factory=dict)

    def off(self, day: date) -> str:
        """Why nobody works on a day, as the name of the holiday; empty on a working day."""
        if day.weekday() >= _SATURDAY:
            return "weekend"
        return self.closures.get(day) or _bank_holidays(self.nation, day.year).get(day, "")

    def is_working(self, day: date) -> bool:
        """Whether it is a working day."""
        return not self.off(day)

    def before(self, day: date, number: int, *, clear: bool = False) -> date:
        """The last day from which there are so many working days before a day, which is not counted itself.

        With ``clear`` the day that is found is not counted either, so that it lies one working day earlier. For nought it is
        the day itself.
        """
        left = number + 1 if clear and number else number
        return self._step(day, left, -_DAY)

    def after(self, day: date, number: int) -> date:
        """The working day that comes so many working days after a day."""
        return self._step(day, number, _DAY)

    def _step(self, day: date, left: int, by: timedelta) -> date:
        while left:
            day += by
            left -= self.is_working(day)
        return day

    def notice(self, given: date, day: date, *, clear: bool = False) -> int:
        """How many working days of notice there were: those from ``given`` (with ``clear`` after it) to before ``day``."""
        first = given + _DAY if clear else given
        return sum(self.is_working(first + at * _DAY) for at in range(max(0, (day - first).days)))

    def skipped(self, first: date, last: date) -> tuple[tuple[date, str], ...]:
        """The weekdays between two days on which nobody works, with their names."""
        days = (first + at * _DAY for at in range(max(0, (last - first).days + 1)))
        return tuple((day, name) for day in days if (name := self.off(day)) and name != "weekend")


@cache
def _bank_holidays(nation: str, year: int) -> Mapping[date, str]:
    import holidays

    found = holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year, expand=False)
    return {day: str(name) for day, name in found.items()}


def library_release() -> str:
    """The release of the library that the bank holidays come from."""
    return f"holidays {version('holidays')}"
