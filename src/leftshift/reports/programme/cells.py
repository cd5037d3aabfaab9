"""Cells, columns and words of programmes: days, pounds and statuses as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from leftshift.foundation.money import round_half_up, thousands
from leftshift.programme.statuses import WORDS, Status
from leftshift.reports.content import Cell, Column, Row, Table
from leftshift.reports.pack.composing import day_in_words
from leftshift.reports.words import millions

NONE = "–"
STATUS_WORDS = {**WORDS, "not_known": "Not known yet"}
_PER_THOUSAND = 1000
_SHORT = 3
_TIED = "\N{NO-BREAK SPACE}"


def day(when: date | None) -> str:
    """A day in a table: 30 Jun 2015, with spaces at which no line breaks."""
    if when is None:
        return NONE
    number, month, year = day_in_words(when).split(" ")
    return f"{number}{_TIED}{month[:_SHORT]}{_TIED}{year}"


def pounds(value: Decimal | float | None) -> Cell:
    """An amount in pounds; a dash where there is none."""
    return Cell(NONE) if value is None else Cell(pounds_said(value), number=float(value))


def pounds_said(value: Decimal | float) -> str:
    """An amount in pounds, whole, with a true minus in front."""
    whole = round_half_up(value)
    return f"{'−' if whole < 0 else ''}£{abs(whole):,}"


def number(value: Decimal | float | None) -> Cell:
    """A number with no more than one decimal; a dash where there is none."""
    if value is None:
        return Cell(NONE)
    return Cell(thousands(float(value), 1).removesuffix(".0"), number=float(value))


def in_thousands(value: float) -> Cell:
    """An amount of £000 in a table of £000."""
    return Cell(thousands(value), number=value)


def thousands_said(value: float) -> str:
    """An amount of £000 in a sentence: £3.7m, £899,000."""
    return millions(value) if abs(value) >= _PER_THOUSAND else pounds_said(value * _PER_THOUSAND)


def share(value: float) -> Cell:
    """A share of one in whole per cent."""
    return Cell(f"{round_half_up(100 * value)}%", number=value)


def status(found: Status) -> Cell:
    """How something stands, in words; ``by hand`` where somebody set it and it counts."""
    hand = " (by hand)" if found.by_hand is not None and not found.refused else ""
    return Cell(f"{WORDS[found.rag]}{hand}")


def why(found: Status) -> str:
    """Why it stands so, with who set it by hand and for what reason, where somebody did."""
    said = found.words.removeprefix(WORDS[found.rag]).lstrip(":, ")
    return said[:1].upper() + said[1:]


def count(number_of: int, one: str, many: str = "") -> str:
    """So many of something, in words: 1 milestone, 3 milestones, no milestone."""
    name = one if number_of in (0, 1) else many or f"{one}s"
    return f"{number_of or 'no'} {name}"


def sentence(text: str) -> str:
    """A text with a capital in front and one full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def col(name: str, weight: float = 1.0) -> Column:
    """A column of texts."""
    return Column(name, weight=weight)


def days_col(name: str) -> Column:
    """A column of days or short words, as narrow as its content."""
    return Column(name, weight=0)


def num(name: str, weight: float = 0) -> Column:
    """A column of numbers: as narrow as its content, or of a width beside the others' where its name is long."""
    return Column(name, numeric=True, weight=weight)


def of(kind: str, name: str, text: str) -> Cell:
    """A text that speaks of something: a page may lead from it to where that stands."""
    return Cell(text or NONE, about=f"{kind}/{name}" if name else "")


def line(*cells: str | Cell, strong: bool = False, about: str = "") -> Row:
    """A row of texts and cells; what is empty is a dash. ``about`` is what it is the row of."""
    return Row(
        tuple(cell if isinstance(cell, Cell) else Cell(cell or NONE) for cell in cells),
        strong,
        about,
    )


def table(caption: str, columns: Iterable[Column], rows: Iterable[Row], key: str) -> Table:
    """A table."""
    return Table(caption, tuple(columns), tuple(rows), key)
