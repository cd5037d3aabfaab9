"""Age bands: ages at last birthday, written ``0-17``, ``65-74``, ``85+`` or ``all``."""

from __future__ import annotations

import re
from dataclasses import dataclass

OLDEST = 130
_SPELLING = re.compile(r"^(\d{1,3})\s*(?:[-\u2010-\u2014]|to)\s*(\d{1,3})$")
_OPEN = re.compile(r"^(\d{1,3})\s*(?:\+|and over|plus)$", re.IGNORECASE)


class AgesNotUnderstood(ValueError):
    """A text that is no age band; its message says what to write instead."""


@dataclass(frozen=True, order=True, slots=True)
class AgeBand:
    """Ages from ``first`` to ``last``, both included; without a last age it is open at the top."""

    first: int
    last: int | None = None

    @property
    def label(self) -> str:
        """The band as people write it."""
        if self.last is None:
            return "all" if self.first == 0 else f"{self.first}+"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def __str__(self) -> str:
        return self.label

    @property
    def width(self) -> int | None:
        """How many years of age it holds; None where it is open at the top."""
        return None if self.last is None else self.last - self.first + 1

    def holds(self, other: AgeBand) -> bool:
        """Whether every age of the other band lies in this one."""
        if other.first < self.first:
            return False
        return self.last is None or (other.last is not None and other.last <= self.last)

    def overlaps(self, other: AgeBand) -> bool:
        """Whether some age lies in both."""
        below = self.last is not None and self.last < other.first
        above = other.last is not None and other.last < self.first
        return not (below or above)

    @staticmethod
    def parse(text: str) -> AgeBand:
        """Read ``65-74``, ``65 to 74``, ``85+``, ``85 and over``, ``7`` or ``all``. Raises AgesNotUnderstood."""
        written = text.strip()
        if written.casefold() in {"all", "all ages"}:
            return ALL_AGES
        if written.isascii() and written.isdecimal() and int(written) <= OLDEST:
            return AgeBand(int(written), int(written))
        if (match := _OPEN.match(written)) and int(match[1]) <= OLDEST:
            return AgeBand(int(match[1]))
        if (match := _SPELLING.match(written)) and int(match[1]) <= int(match[2]) <= OLDEST:
            return AgeBand(int(match[1]), int(match[2]))
        raise AgesNotUnderstood("write an age band as 65-74, 85+ or all")


ALL_AGES = AgeBand(0)
