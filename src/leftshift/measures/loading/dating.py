"""Periods as files of others write them, made to agree with how often a measure is counted."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from leftshift.foundation.periods import HOW_TO_WRITE, Period, PeriodNotUnderstood

AS_DATES = "periods written as dates were taken as the {every} that begins on that day"

_MIDNIGHT = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0+)?)?Z?$")
_BRITISH = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_MONTH_SHORT = re.compile(r"^([A-Za-z]{3,9})[\s-]'?(\d{2})$")
_MONTH_LAST = re.compile(r"^(\d{4})[\s-]([A-Za-z]{3,9})$")
_SPACED_SPAN = re.compile(r"^(\d{4})\s+[-\u2013]\s+(\d{2})$")
_CALENDAR_QUARTER = re.compile(r"^(?:(\d{4})\s?Q([1-4])|Q([1-4])\s(\d{4}))$", re.IGNORECASE)
_MONTHS = {"month": 1, "quarter": 3}
_WEEK_DAYS = 7
_SEPTEMBER = re.compile(r"^sept(?=[\s-])", re.IGNORECASE)


@lru_cache(maxsize=65536)
def period_of(text: str, every: str, manner: str = "plain") -> tuple[Period, bool]:
    """The period that a cell says, and whether it was written as a date that stands for something longer.

    ``every`` is how often the measure is counted: a first of a month is a month where it is counted monthly. ``manner`` is ``calendar``
    where years with a spaced hyphen are calendar years and quarters without a financial year are those of the calendar.
    Raises PeriodNotUnderstood.
    """
    written = _SEPTEMBER.sub("Sep", " ".join(text.split()))
    day = _day(written)
    if day is not None:
        return _from_day(day, every)
    found = _of_calendar(written) if manner == "calendar" else None
    if found is not None:
        return found, False
    if match := _MONTH_LAST.match(written):
        written = f"{match[2]} {match[1]}"
    elif every == "month" and (match := _MONTH_SHORT.match(written)):
        written = f"{match[1]} 20{match[2]}"
    return Period.parse(written), False


def is_period(text: str) -> bool:
    """Whether a heading is a period in any spelling."""
    try:
        period_of(text, "month")
    except PeriodNotUnderstood:
        return False
    return True


def _day(text: str) -> date | None:
    match = _MIDNIGHT.match(text) or re.match(r"^(\d{4}-\d{2}-\d{2})$", text)
    if match is None and not (british := _BRITISH.match(text)):
        return None
    try:
        if match is not None:
            return date.fromisoformat(match[1])
        assert british is not None
        return date(int(british[3]), int(british[2]), int(british[1]))
    except ValueError as problem:
        raise PeriodNotUnderstood(f"there is no such day; {HOW_TO_WRITE}") from problem


def _from_day(day: date, every: str) -> tuple[Period, bool]:
    if every == "day":
        return Period("day", day, 1), False
    if every == "week":
        return Period("week", day, _WEEK_DAYS), True
    months = _MONTHS.get(every)
    if months is not None and day.day == 1 and (day.month - 1) % months == 0:
        return Period(every, day, months), True
    raise PeriodNotUnderstood(
        f"a date stands for a {every} only where it is its first day; {HOW_TO_WRITE}"
        if months
        else f"a date says no {every}; {HOW_TO_WRITE}"
    )


def _of_calendar(text: str) -> Period | None:
    if match := _SPACED_SPAN.match(text):
        first = int(match[1])
        last = first - first % 100 + int(match[2])
        return Period.parse(f"{first}-{last if last > first else last + 100}")
    if match := _CALENDAR_QUARTER.match(text):
        year, number = int(match[1] or match[4]), int(match[2] or match[3])
        return Period("quarter", date(year, number * 3 - 2, 1), 3)
    return None
