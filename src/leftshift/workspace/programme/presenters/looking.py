"""The day from which somebody looks at a programme: what an address asks for, how links carry it, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from leftshift.place.cells import EARLIEST_YEAR, LATEST_YEAR
from leftshift.programme.boards.words import long_day
from leftshift.workspace.shared.days import day_understood

_LONGEST = 30  # characters of what is no day that are said back
_INSTEAD = "The page shows the programme as usual."


@dataclass(frozen=True)
class Looked:
    """The day that an address asks for, None where it asks for none; and why nothing can be looked at from what it asks for."""

    day: date | None = None
    wrong: str = ""

    @property
    def carried(self) -> str:
        """What the address of another room ends with, so that the day goes there too."""
        return f"?as_of={self.day}" if self.day else ""


def looked_from(asked: Mapping[str, str]) -> Looked:
    """The day of an address, written in any of the ways in which cells take days."""
    text = asked.get("as_of", "").strip()
    if not text:
        return Looked()
    try:
        day = date.fromisoformat(day_understood(text))
    except ValueError:
        return Looked(wrong=f"“{text[:_LONGEST]}” is no day: write one such as 2016-10-01. {_INSTEAD}")
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        said = f"{text[:_LONGEST]} is out of the range of days, which are of the years {EARLIEST_YEAR} to {LATEST_YEAR}."
        return Looked(wrong=f"{said} {_INSTEAD}")
    return Looked(day)


@dataclass(frozen=True)
class Banner:
    """What a page says of the day, and the link that leaves it."""

    words: str
    back: str


def banner_of(looked: Looked, own_day: date | None, *, looks: bool) -> Banner | None:
    """The banner of a page; None where no day is asked for. ``own_day`` is that of a programme of the past; a page that
    does not look from the day says so.
    """
    if looked.day is None:
        return None
    day = long_day(looked.day)
    back = f"Back to {long_day(own_day)}, the day of this programme" if own_day else "Back to today"
    said = (
        f"As on {day}." if looks else f"This page shows what is recorded by now; other rooms look from {day}."
    )
    return Banner(said, back)
