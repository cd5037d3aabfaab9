"""Faults of a table in which one slip stands in many rows: told once, with the first row and how many more; and what marks it holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss
from leftshift.measures.loading.reading_cells import Mark

_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_NEAR = 0.7  # how like a known column another must be to be a slip and no column of somebody's own: "measure" is no "rebase"

Key = tuple[str, str, str, str, str]


@dataclass
class GroupedFaults(Faults):
    """A collector that keeps the first of faults that are alike in kind, column and form of what was found, and counts the others."""

    _more: dict[Key, int] = field(default_factory=dict)

    def add(self, fault: Fault) -> None:
        """Keep the fault; only count it where one like it was kept."""
        key = _key(fault)
        if key is None or key not in self._more:
            super().add(fault)
        if key is not None:
            self._more[key] = self._more.get(key, -1) + 1

    def raise_if_any(self) -> None:
        """Raise FaultsFound when there is at least one, each with how many more rows have the same."""
        if self:
            raise FaultsFound(Faults(self.limit, [self._told(fault) for fault in self], self.counts_by_kind))

    def _told(self, fault: Fault) -> Fault:
        key = _key(fault)
        more = self._more[key] if key is not None else 0
        if not more:
            return fault
        return replace(
            fault, found=f"{fault.found} and the like in {more:,} more row{'s' if more > 1 else ''}"
        )


def _key(fault: Fault) -> Key | None:
    if fault.row is None or fault.column is None:
        return None
    return (fault.kind, fault.column, fault.expected, fault.action, _form(fault.found))


def _form(text: str) -> str:
    """What texts that are written in the same way have in common; a text without digits is only like itself."""
    if not any(character.isdigit() for character in text):
        return text
    return re.sub(r"[^\W\d]+", "a", re.sub(r"\d+", "0", text))


def meant_period(text: str) -> str | None:
    """The period that 01/04/2024 or 15.4.2024 may mean: the month that begins on that day, else the day; None for anything else."""
    match = _DAY_FIRST.fullmatch(text.strip())
    if match is None:
        return None
    try:
        day = date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
    return day.isoformat()[:7] if day.day == 1 else day.isoformat()


def slip_of(name: str, known: Iterable[str], there: Collection[str]) -> str | None:
    """The known column that is not there and that a name is a slip of; None where it is a column of somebody's own."""
    near = near_miss(name, [column for column in known if column not in there])
    like = SequenceMatcher(None, name.casefold(), near or "").ratio()
    return near if like >= _NEAR else None


def marks_in_words(marks: Counter[tuple[str, Mark]]) -> list[str]:
    """A sentence for each mark of a column, and how often it stands there."""
    return [
        f"{column} says {mark} in {count:,} row{'s' if count > 1 else ''}: no figure, and not nought."
        for (column, mark), count in marks.most_common()
    ]
