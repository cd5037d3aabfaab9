"""A short sign of everything that stands on a calculated sheet, to see on reading back whether somebody typed there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from leftshift.workbooks.live.grid import DIGITS_KEPT, Grid
from leftshift.workbooks.live.positions import CHOSEN_YEAR, OUT_IMPACT

_LENGTH = 12
_IN_TEXT = re.compile(r'("[^"]*")')
_SPELLING = re.compile(r"[\s'$]")  # which programs set as they like
Marks = Mapping[tuple[int, int], str]


def normal_formula(formula: str) -> str:
    """A formula without the equals sign, as every program spells it: blanks, quotes of names and dollar signs set aside."""
    parts = _IN_TEXT.split(formula.removeprefix("="))
    return "".join(part if part.startswith('"') else _SPELLING.sub("", part).upper() for part in parts)


def mark(value: object) -> str:
    """What stands in a cell, in a word: a formula, a number, or a text; nothing for an empty one."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f"={normal_formula(value)}" if value.startswith("=") else f"'{value}"
    return f"{float(value):.{DIGITS_KEPT}g}" if isinstance(value, int | float) else f"?{value}"


def marks_of_grid(grid: Grid) -> Marks:
    """Row and column to what a sheet is written with."""
    found = {at: mark(f"={cell.formula}" if cell.formula else cell.value) for at, cell in grid.cells.items()}
    return without_choices(grid.name, found)


def without_choices(sheet: str, marks: Marks) -> Marks:
    """The marks without the cells in which a person is to choose, and without empty ones."""
    chosen = (int(CHOSEN_YEAR[1:]), 2) if sheet == OUT_IMPACT else None
    return {at: found for at, found in marks.items() if found and at != chosen}


def layout_of(marks: Marks) -> Marks:
    """The marks of formulas and fixed numbers: what stays as it is while only numbers of inputs are edited."""
    return {at: found for at, found in marks.items() if not found.startswith("'")}


def fingerprint(marks: Marks) -> str:
    """The short sign of some marks."""
    return _digest(f"{row},{column},{found}" for (row, column), found in sorted(marks.items()))


def fingerprint_of_grid(grid: Grid) -> str:
    """The short sign of a sheet as it is written."""
    return fingerprint(marks_of_grid(grid))


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_LENGTH]
