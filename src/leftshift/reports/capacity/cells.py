"""Cells of capacity: counts of beds, people and activity, with their exact number beside the words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leftshift.foundation.money import thousands
from leftshift.foundation.sources import Basis, weakest
from leftshift.reports.capacity.words import amount_or_dash, count
from leftshift.reports.content import Cell, Row
from leftshift.reports.uncertain_words import chance_text
from leftshift.reports.words import BASES


def counted(value: float | None, *, signed: bool = False) -> Cell:
    """A number of beds, people, m² or £000; a dash where it is not known."""
    return Cell(amount_or_dash(value, signed=signed), number=value)


def shared(value: float | None) -> Cell:
    """A share of one, in a column of per cent; a dash where it is not known."""
    per_cent = None if value is None else 100 * value
    return Cell("–" if per_cent is None else thousands(per_cent, 1), number=per_cent)


def chance_of_days(value: float) -> Cell:
    """A share of days, in a table of per cent: 0% and 100% only where it is none and all."""
    return Cell(chance_text(value), number=100 * value)


def series(name: str, values: Iterable[float], *, strong: bool = False, total: bool = False) -> Row:
    """A row of numbers, year by year, and their sum where it is asked for."""
    found = [float(value) for value in values]
    return Row((Cell(name), *map(counted, [*found, sum(found)] if total else found)), strong)


def is_nought(value: float) -> bool:
    """Whether a number shows as nought."""
    return count(value) == "0"


def basis_of(bases: Iterable[Basis]) -> Cell:
    """The weakest basis that a row rests on."""
    return Cell(BASES[weakest(set(bases))])


def most(names: Sequence[str], amounts: Iterable[float], limit: int) -> list[int]:
    """Where those stand that move most, at most so many, in their order."""
    sizes = list(amounts)
    return sorted(sorted(range(len(names)), key=lambda at: (-abs(sizes[at]), names[at]))[:limit])
