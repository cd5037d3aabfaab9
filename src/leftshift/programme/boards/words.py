"""Days, counts and lists as the sentences of boards say them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day_words(day: date) -> str:
    """A day as people say it: Thursday 9 April 2026."""
    return f"{_DAYS[day.weekday()]} {short_day(day)} {day.year}"


def short_day(day: date) -> str:
    """A day without its year: 9 April."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def long_day(day: date) -> str:
    """A day with its year: 9 April 2026."""
    return f"{short_day(day)} {day.year}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and what it counts: 1 member, 6 members."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(texts: Sequence[str]) -> str:
    """Texts in one phrase: a, b and c."""
    return " and ".join(part for part in (", ".join(texts[:-1]), texts[-1] if texts else "") if part)


def plain(name: str) -> str:
    """A short name in words: county_council is county council."""
    return name.replace("_", " ")
