"""Days as people write them: a cell of a column of days takes 01/10/2016 and 1 Oct 2016, as spreadsheets in English copy them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from leftshift.place.schema import Table
from leftshift.place.sheets import AddRow, Change, SetCell
from leftshift.reports.pack.composing import day_in_words

_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_NAMED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4})", re.ASCII | re.IGNORECASE
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True)
class Understood:
    """A cell in which a day was written in another way than it is kept."""

    row: str
    column: str
    was: str
    now: str


def day_understood(text: str) -> str:
    """A day as it is kept (2016-10-01) where a text is one, day before month; else the text itself.

    Two digits of a year could be of two centuries, and 31/02/2025 is no day: both stay as they are, and are refused where days are read.
    """
    numbers, named = _NUMBERS.fullmatch(text.strip()), _NAMED.fullmatch(text.strip())
    if numbers:
        day, month, year = numbers[1], int(numbers[3]), numbers[4]
    elif named and (found := _month(named[2])):
        day, month, year = named[1], found, named[3]
    else:
        return text
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return text


def _month(name: str) -> int:
    """The number of a month by its name or the first letters of it; 0 where it is none."""
    lower = "sep" if name.lower() == "sept" else name.lower()
    return next((at for at, month in enumerate(_MONTHS, 1) if lower in (month, month[:3])), 0)


def cells_understood(table: Table, cells: Mapping[str, str]) -> dict[str, str]:
    """Column to text, its days as they are kept."""
    return {name: day_understood(text) if _holds_days(table, name) else text for name, text in cells.items()}


def changes_understood(table: Table, changes: Sequence[Change]) -> tuple[list[Change], list[Understood]]:
    """Changes of a table with their days as they are kept, and what was understood in them."""
    found: list[Change] = []
    told: list[Understood] = []
    for change in changes:
        match change:
            case SetCell():
                after = cells_understood(table, {change.column: change.after})
                told += told_of(change.row, {change.column: change.after}, after)
                found.append(replace(change, after=after[change.column]))
            case AddRow():
                cells = cells_understood(table, change.cells)
                told += told_of(change.row, change.cells, cells)
                found.append(replace(change, cells=cells))
            case _:
                found.append(change)
    return found, told


def told_of(row: str, was: Mapping[str, str], now: Mapping[str, str]) -> list[Understood]:
    """What was understood in the cells of a row."""
    return [Understood(row, name, text, now[name]) for name, text in was.items() if text != now[name]]


def words_of(told: Sequence[Understood]) -> str:
    """What was understood, in words; empty where everything was written as it is kept."""
    if not told:
        return ""
    first = told[0]
    more = f", and {len(told) - 1} more days in the same way" if len(told) > 1 else ""
    return f"“{first.was}” was understood as {day_in_words(date.fromisoformat(first.now))}{more}."


def _holds_days(table: Table, column: str) -> bool:
    known = table.columns.get(column)
    return known is not None and known.type == "date"
