"""A calculated sheet as cells: items down, years across, the same years in the same columns on every sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]
Unit = Literal["", "£000", "rate", "share", "index", "months", "number", "yes"]
Look = Literal[
    "title", "note", "section", "head", "label", "text", "fixed", "input", "calculated", "total", "check"
]

LABEL, CODE, UNIT = "A", "B", "C"
CONSTANTS = "DEFGHIJ"  # what a row needs besides the years
OPENING = "K"  # stays empty: the year before the first, so that the first year has the formula of all others
FIRST_YEAR = 12  # column L
YEARS_ROW, NUMBER_ROW = 4, 5
FIRST_ROW = 7
DIGITS_KEPT = (
    12  # three less than spreadsheets have, so that none is lost where one program rounds what another wrote
)
# Which column a formula means in each year: its own, and the one before.
NOW, BEFORE = "{now}", "{before}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows and, where it is calculated, its formula without the equals sign."""

    value: float | str
    formula: str = ""
    unit: Unit = ""
    look: Look = "label"


@lru_cache(maxsize=1024)
def letter(column: int) -> str:
    """The letters of a column: 1 is A."""
    letters = ""
    while column:
        column, left = divmod(column - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters


def quoted(sheet: str) -> str:
    """The name of a sheet as a formula has it."""
    return f"'{sheet}'" if " " in sheet else sheet


@dataclass(frozen=True, eq=False)
class Line:
    """A row of a calculated sheet: where it stands, and the library's own figures for it by year."""

    sheet: str
    row: int
    values: Series

    def now(self, on: Grid) -> str:
        """The cell of the same year, in a formula on that sheet."""
        return f"{on.prefix(self.sheet)}{NOW}{self.row}"

    def years(self, on: Grid) -> str:
        """All years of the row."""
        last = letter(FIRST_YEAR + len(self.values) - 1)
        return f"{on.prefix(self.sheet)}${letter(FIRST_YEAR)}${self.row}:${last}${self.row}"

    def constant(self, column: str, on: Grid) -> str:
        """A cell left of the years."""
        return f"{on.prefix(self.sheet)}${column}${self.row}"


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a sheet one below the other."""

    sheet: str
    first: int
    last: int

    def __bool__(self) -> bool:
        return self.last >= self.first

    def now(self, on: Grid) -> str:
        """The cells of the same year."""
        return f"{on.prefix(self.sheet)}{NOW}${self.first}:{NOW}${self.last}"

    def before(self, on: Grid) -> str:
        """The cells of the year before."""
        return f"{on.prefix(self.sheet)}{BEFORE}${self.first}:{BEFORE}${self.last}"

    def constants(self, column: str, on: Grid) -> str:
        """A column left of the years."""
        return f"{on.prefix(self.sheet)}${column}${self.first}:${column}${self.last}"

    def years(self, on: Grid, count: int) -> str:
        """The cells of every year."""
        ends = f"${letter(FIRST_YEAR)}${self.first}:${letter(FIRST_YEAR + count - 1)}${self.last}"
        return f"{on.prefix(self.sheet)}{ends}"


@dataclass
class Grid:
    """A calculated sheet while it is being filled, from the top down."""

    name: str
    title: str
    note: str
    labels: Sequence[str]  # of the years
    kind: Literal["calculation", "output", "check"] = "calculation"
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)
    next_row: int = FIRST_ROW

    def __post_init__(self) -> None:
        self.put("A", 1, Cell(self.title, look="title"))
        self.put("A", 2, Cell(self.note, look="note"))

    def timeline(self, on: str) -> None:
        """Head the columns of the years, from the sheet that holds the timeline."""
        self.put("A", YEARS_ROW, Cell("Financial year", look="head"))
        for at in range(1, FIRST_YEAR):
            self.cells.setdefault((YEARS_ROW, at), Cell("", look="head"))
        self.put("A", NUMBER_ROW, Cell("Years since the base year", look="note"))
        for number, label in enumerate(self.labels):
            column = FIRST_YEAR + number
            source = "" if on == self.name else f"{quoted(on)}!{letter(column)}$"
            year = Cell(label, source and f"{source}{YEARS_ROW}", look="head")
            self.cells[YEARS_ROW, column] = year
            self.cells[NUMBER_ROW, column] = Cell(
                number, source and f"{source}{NUMBER_ROW}", "number", "note"
            )

    def prefix(self, sheet: str) -> str:
        """How a formula on this sheet names a cell of another; nothing for its own."""
        return "" if sheet == self.name else f"{quoted(sheet)}!"

    def put(self, column: str, row: int, cell: Cell) -> None:
        """Fill one cell."""
        self.cells[row, _number(column)] = cell

    def section(self, title: str, note: str = "", **heads: str) -> int:
        """Begin a section, with a heading over each constant that its rows have; gives the row of the first."""
        if self.next_row > FIRST_ROW:
            self.next_row += 1
        self.put(LABEL, self.next_row, Cell(title, look="section"))
        if note:
            self.next_row += 1
            self.put(LABEL, self.next_row, Cell(note, look="note"))
        for column, words in heads.items():
            self.put(column, self.next_row, Cell(words, look="note"))
        self.next_row += 1
        return self.next_row

    def block(self, first: int) -> Block:
        """The rows from one down to the last that was added."""
        return Block(self.name, first, self.next_row - 1)

    def add(
        self,
        label: str,
        unit: Unit,
        formula: str = "",
        values: Series | None = None,
        *,
        code: str = "",
        look: Look = "calculated",
        **constants: Cell | None,
    ) -> Line:
        """Add a row: one formula for every year, beside the figures it gives; without one, figures that are fixed."""
        row = self.next_row
        self.next_row += 1
        self.put(LABEL, row, Cell(label, look="total" if look == "total" else "label"))
        if code:
            self.put(CODE, row, Cell(code, look="text"))
        self.put(UNIT, row, Cell(_UNIT_WORDS[unit], look="note"))
        for column, cell in constants.items():
            if cell is not None:
                self.put(column, row, cell)
        if values is None:
            return Line(self.name, row, np.zeros(len(self.labels)))
        for number, value in enumerate(values.tolist()):
            column = letter(FIRST_YEAR + number)
            own = formula.replace(NOW, column).replace(BEFORE, letter(FIRST_YEAR + number - 1))
            stored = Cell(value, own, unit, look) if formula else fixed(value, unit)
            self.cells[row, FIRST_YEAR + number] = stored
        return Line(self.name, row, values)

    def longest(self, column: str) -> int:
        """How many characters the longest text of a column has, titles and notes left out."""
        texts = (
            len(str(cell.value))
            for (row, at), cell in self.cells.items()
            if at == _number(column) and row >= YEARS_ROW and cell.look not in {"note", "section"}
        )
        return max(texts, default=0)

    def is_empty(self, column: str) -> bool:
        """Whether nothing stands in a column but the band of the headings."""
        at = _number(column)
        return not any(cell.value != "" for (_, found), cell in self.cells.items() if found == at)

    @property
    def formulas(self) -> int:
        """How many cells are calculated."""
        return sum(1 for cell in self.cells.values() if cell.formula)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of rows over the years, to stand below the last row."""

    title: str
    columns: tuple[Line, ...]  # stacked
    lines: tuple[Line, ...]


_UNIT_WORDS: dict[Unit, str] = {
    "": "",
    "£000": "£000",
    "rate": "per cent",
    "share": "per cent",
    "index": "index",
    "months": "months",
    "number": "number",
    "yes": "1 is yes",
}


def _number(column: str) -> int:
    number = 0
    for sign in column:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number


def fixed(value: float | str, unit: Unit = "number") -> Cell:
    """A cell that was decided when the workbook was written; a number has as many digits as every program keeps."""
    kept = float(f"{value:.{DIGITS_KEPT}g}") if isinstance(value, float) else value
    return Cell(kept, "", unit, "fixed")


def calculated(value: float | str, formula: str, unit: Unit = "number") -> Cell:
    """A cell with a formula."""
    return Cell(value, formula, unit, "calculated")
