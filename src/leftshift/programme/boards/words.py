"""Days, counts and lists as the sentences of boards say them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time

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


_HOUR = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?", re.ASCII | re.IGNORECASE)


def hour_of(text: str) -> time | None:
    """The hour that a text names, as 14:00, 2pm and 2.30 pm do; None where it names none, or only a number."""
    words = " ".join(text.split()).casefold()
    if words in ("midday", "noon"):
        return time(12)
    found = _HOUR.fullmatch(words)
    if found is None or not (found[2] or found[3]):
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def moved_words(was: date, on: date | None) -> str:
    """From which day a meeting was moved, and when that was, as far as it is known."""
    return f"moved from {day_words(was)}" + (f" on {day_words(on)}" if on else "")


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and what it counts: 1 member, 6 members."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(texts: Sequence[str]) -> str:
    """Texts in one phrase: a, b and c."""
    return " and ".join(part for part in (", ".join(texts[:-1]), texts[-1] if texts else "") if part)


def plain(name: str) -> str:
    """A short name in words: county_council is county council."""
    return name.replace("_", " ")
