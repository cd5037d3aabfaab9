"""Periods that something is counted over: a day, a week, a month, a quarter, a financial year, a calendar year, or several years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from leftshift.foundation.years import FinancialYear, Month, Quarter, YearNotUnderstood

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_WEEK = re.compile(r"^W\s?(\d{4}-\d{2}-\d{2})$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_MONTH_NAMED = re.compile(r"^([A-Za-z]{3,9})[\s-](\d{4})$")
_CALENDAR_YEAR = re.compile(r"^\d{4}$")
_QUARTER = re.compile(r"^(Q[1-4]\s.+|.+\sQ[1-4])$", re.IGNORECASE)
_SPAN = re.compile(r"^(\d{4}(?:/\d{2})?)\s?(?:-|\u2013|to)\s?(\d{2,4}(?:/\d{2})?)$")
_NAMES: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTHS_IN_YEAR: Final = 12
_WEEK_DAYS: Final = 7
_UNITS: Final = {"day": "days", "week": "days", "month": "months", "quarter": "months", "year": "months"}
_LENGTHS: Final = {"day": 1, "week": 7, "month": 1, "quarter": 3, "year": 12}

_EARLIEST: Final = 1900
_LATEST: Final = 2199

HOW_TO_WRITE = (
    "write a month as 2016-04, a quarter as 2016/17 Q1, a financial year as 2016/17, a calendar year as 2016, "
    "a day as 2016-04-18, a week as W2016-04-18 after its first day, several years as 2014/15-2016/17 or 2014-2016"
)


class PeriodNotUnderstood(ValueError):
    """A text that is no period; its message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period: its kind, its first day and how many of its unit it lasts (days, or months from a month on).

    Periods of one kind and length are in order and follow each other; those of two kinds are in order of their ends.
    """

    kind: str
    first: date
    length: int

    @property
    def end(self) -> date:
        """Its last day."""
        return _moved(self.kind, self.first, self.length) - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.first).days + 1

    @property
    def financial_year(self) -> FinancialYear:
        """The financial year that its last day falls in."""
        return Month(self.end.year, self.end.month).financial_year

    @property
    def following(self) -> Period:
        """The next period of its kind: of a span of years, the one that begins a year later."""
        return self.plus(1)

    @property
    def sort(self) -> str:
        """Its kind and length, which two periods share when one may follow the other."""
        return f"{self.kind} {self.length}"

    @property
    def step(self) -> int:
        """How many of its unit lie between its first day and that of the next; spans of years overlap by a year."""
        return min(self.length, _LENGTHS[self.kind])

    @property
    def a_year(self) -> float:
        """How many such periods a year has."""
        unit = 365.25 if _UNITS[self.kind] == "days" else float(_MONTHS_IN_YEAR)
        return unit / self.length

    def plus(self, periods: int) -> Period:
        """The period so many steps later."""
        return Period(self.kind, _moved(self.kind, self.first, self.step * periods), self.length)

    def until(self, last: Period) -> Iterator[Period]:
        """This period and every one after it up to the last, of the same kind."""
        current = self
        while current.first <= last.first:
            yield current
            current = current.following

    def steps_since(self, earlier: Period) -> int:
        """How many steps lie between an earlier period of its kind and this one; negative when that is later."""
        if _UNITS[self.kind] == "days":
            return (self.first - earlier.first).days // self.step
        months = (self.first.year - earlier.first.year) * _MONTHS_IN_YEAR
        return (months + self.first.month - earlier.first.month) // self.step

    def __lt__(self, other: Period) -> bool:
        return (self.end, self.first) < (other.end, other.first)

    def __le__(self, other: Period) -> bool:
        return self == other or self < other

    def __str__(self) -> str:
        return _WRITTEN[self.kind](self)

    @staticmethod
    def parse(text: str) -> Period:
        """Read a period. Raises PeriodNotUnderstood."""
        return _parse(text)

    @staticmethod
    def of_year(year: FinancialYear) -> Period:
        """A financial year as a period."""
        return Period("year", date(year.starts, 4, 1), _MONTHS_IN_YEAR)


def _moved(kind: str, first: date, count: int) -> date:
    if _UNITS[kind] == "days":
        return first + timedelta(days=count)
    months = first.year * _MONTHS_IN_YEAR + first.month - 1 + count
    return date(months // _MONTHS_IN_YEAR, months % _MONTHS_IN_YEAR + 1, 1)


def _day(period: Period) -> str:
    return period.first.isoformat()


def _week(period: Period) -> str:
    return f"W{period.first.isoformat()}"


def _month(period: Period) -> str:
    return period.first.isoformat()[:7]


def _quarter(period: Period) -> str:
    start = Month(period.first.year, period.first.month)
    return str(Quarter(start.financial_year, start.months_since(start.financial_year) // 3 + 1))


def _year(period: Period) -> str:
    first, last = period.first.year, period.end.year
    if period.first.month == 1:
        return str(first) if period.length == _MONTHS_IN_YEAR else f"{first}-{last}"
    whole = FinancialYear(first).label
    return whole if period.length == _MONTHS_IN_YEAR else f"{whole}-{Month(last, 3).financial_year.label}"


_WRITTEN: Final = {"day": _day, "week": _week, "month": _month, "quarter": _quarter, "year": _year}


@lru_cache(maxsize=65536)
def _parse(text: str) -> Period:
    written = " ".join(text.split())
    try:
        found = next((value for read in _READERS if (value := read(written)) is not None), None)
    except (ValueError, OverflowError, YearNotUnderstood) as problem:
        raise PeriodNotUnderstood(f"{problem}; {HOW_TO_WRITE}") from problem
    if found is None:
        raise PeriodNotUnderstood(HOW_TO_WRITE)
    if not _EARLIEST <= found.first.year <= _LATEST:
        raise PeriodNotUnderstood(f"the year lies outside {_EARLIEST} to {_LATEST}; {HOW_TO_WRITE}")
    return found


def _read_day(text: str) -> Period | None:
    return Period("day", date.fromisoformat(text), 1) if _DAY.match(text) else None


def _read_week(text: str) -> Period | None:
    match = _WEEK.match(text)
    return Period("week", date.fromisoformat(match[1]), _WEEK_DAYS) if match else None


def _read_month(text: str) -> Period | None:
    match = _MONTH.match(text)
    # 2016-17 is a year that somebody spelled with a hyphen: no month is greater than 12
    if match and 1 <= int(match[2]) <= _MONTHS_IN_YEAR:
        return Period("month", date(int(match[1]), int(match[2]), 1), 1)
    return None


def _read_named_month(text: str) -> Period | None:
    match = _MONTH_NAMED.match(text)
    if not match:
        return None
    at = [index for index, name in enumerate(_NAMES) if name.startswith(match[1].lower())]
    return Period("month", date(int(match[2]), at[0] + 1, 1), 1) if len(at) == 1 else None


def _read_quarter(text: str) -> Period | None:
    if not _QUARTER.match(text):
        return None
    quarter = Quarter.parse(text)
    months = (quarter.number - 1) * 3 + 3
    return Period("quarter", date(quarter.year.starts + months // 12, months % 12 + 1, 1), 3)


def _read_calendar_year(text: str) -> Period | None:
    return Period("year", date(int(text), 1, 1), _MONTHS_IN_YEAR) if _CALENDAR_YEAR.match(text) else None


def _read_span(text: str) -> Period | None:
    match = _SPAN.match(text)
    if not match:
        return None
    if "/" in match[1] and "/" in match[2]:
        return _span(Period.of_year(FinancialYear.parse(match[1])), FinancialYear.parse(match[2]).starts)
    if "/" not in text and len(match[2]) == 4 and match[1] < match[2]:
        return _span(Period("year", date(int(match[1]), 1, 1), _MONTHS_IN_YEAR), int(match[2]))
    return None


def _span(first: Period, last: int) -> Period:
    years = last - first.first.year + 1
    if years < 1:
        raise PeriodNotUnderstood("the last year comes before the first")
    return Period("year", first.first, years * _MONTHS_IN_YEAR)


def _read_year(text: str) -> Period | None:
    return Period.of_year(FinancialYear.parse(text))


_READERS: Final = (
    _read_day,
    _read_week,
    _read_month,
    _read_named_month,
    _read_quarter,
    _read_calendar_year,
    _read_span,
    _read_year,
)
