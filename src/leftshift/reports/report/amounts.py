"""How figures, organisations and long runs stand in the tables of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from leftshift.foundation.money import round_half_up
from leftshift.place.rows import ALL, OUTSIDE, UNATTRIBUTED
from leftshift.reports.content import Cell, Column
from leftshift.reports.words import amount

_Item = TypeVar("_Item")
YEARS_ACROSS = 8
"""How many years stand side by side in one table on paper."""
_SPECIAL = {ALL: "Every organisation without its own", OUTSIDE: "Outside the place"}


def in_runs(items: Sequence[_Item], length: int) -> list[Sequence[_Item]]:
    """The items in runs of at most so many, as even as they can be; none for no items."""
    runs = -(-len(items) // length)
    size, more = divmod(len(items), runs) if runs else (0, 0)
    ends = [0]
    for run in range(runs):
        ends.append(ends[-1] + size + (run < more))
    return [items[start:end] for start, end in pairwise(ends)]


def year_columns(years: Iterable[Any]) -> tuple[Column, ...]:
    """A narrow column of amounts for each year."""
    return tuple(Column(str(year), numeric=True, weight=0) for year in years)


def cells(values: Iterable[float]) -> tuple[Cell, ...]:
    """Amounts in £000 as cells."""
    return tuple(Cell(amount(value)) for value in values)


def percent(share: float) -> str:
    """A share as people write it, without noughts at its end: 4%, 2.53%."""
    text = f"{round_half_up(100 * share, 4):,}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return short.replace("-", "\u2212") + "%"


def spaced(name: str) -> str:
    """A short name as words: demographic_growth gives Demographic growth."""
    return begun(name.replace("_", " "))


def begun(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def name_of(names: Mapping[str, str], code: str) -> str:
    """The name of an organisation, or what a word that stands for several means."""
    return names.get(code) or _SPECIAL.get(code, code)


def distinct(texts: Iterable[str]) -> str:
    """Each different text once, in its order."""
    return "; ".join(dict.fromkeys(filter(None, texts)))


def attributed(codes: Iterable[str]) -> list[str]:
    """The codes of real organisations."""
    return [code for code in codes if code != UNATTRIBUTED]
