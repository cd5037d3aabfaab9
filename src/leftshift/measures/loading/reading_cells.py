"""Numbers as files of others write them: thousands, per cents, and marks that stand where nothing is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from leftshift.measures.loading.layouts import data_file
from leftshift.place.cells import CellRefused, parse_cell
from leftshift.place.schema import Column, schema

_PLAIN = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
_BRACKETED = re.compile(r"\[[A-Za-z]{1,6}\]")
_LESS = re.compile(r"[<>≤≥]=?\s?\d+(?:\.\d+)?")
_ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in place of a number, and what it means."""

    text: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.text} ({self.meaning})"


def number_of(column: str, text: str, *, percent: bool = False) -> Decimal | Mark | None:
    """The number of a cell, a mark, or None for an empty cell.

    ``column`` is that of observations.csv, whose limits hold; ``percent`` is whether a per cent sign may follow the number. Raises
    CellRefused.
    """
    written = text.strip().replace("\u00a0", "").replace("\u202f", "")
    if not written:
        return None
    if _PLAIN.fullmatch(written):
        return Decimal(written)
    mark = mark_of(written)
    if mark is not None:
        return mark
    if _ERRORS.fullmatch(written):
        raise CellRefused("error in a cell", "a number", "Mend the formula, or put the value in its place")
    if percent and written.endswith("%"):
        written = written.removesuffix("%").rstrip()
    found: Decimal = parse_cell(_column(column), written)
    return found


def mark_of(text: str) -> Mark | None:
    """The mark that a cell holds; None where it is none."""
    meaning = _marks().get(text.casefold())
    if meaning is None and _BRACKETED.fullmatch(text):
        meaning = _marks().get(text[1:-1].casefold(), "not shown")
    if meaning is None and _LESS.fullmatch(text):
        meaning = "too small to be shown" if text[0] in "<≤" else "not shown exactly"
    return None if meaning is None else Mark(text, meaning)


def rounded(value: Decimal, decimals: int | None) -> Decimal:
    """A value that a program printed with all its digits, with so many decimals; one with fewer stays as it is."""
    exponent = value.as_tuple().exponent
    if decimals is None or not isinstance(exponent, int) or -exponent <= decimals:
        return value
    return round(value, decimals)


@cache
def _marks() -> dict[str, str]:
    return dict(data_file("marks"))


@cache
def _column(name: str) -> Column:
    return schema().tables["observations"].columns[name]
