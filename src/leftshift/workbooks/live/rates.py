"""The sheet ``Calc rates``: the rate of each organisation into each year, from the rows of ``assumptions`` and ``derivations``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.economy.arrays import Economy
from leftshift.place.rows import Assumption
from leftshift.workbooks.live.grid import CONSTANTS, NOW, NUMBER_ROW, Block, Cell, Grid, Line, Series, fixed
from leftshift.workbooks.live.inputs import Inputs

SHEET = "Calc rates"
_YEAR = f"{NOW}${NUMBER_ROW}"
_Key = tuple[str, str]


@dataclass(frozen=True)
class _Source:
    """Where the rate of one year comes from: a row of assumptions, whom it follows, or a formula."""

    row: Assumption | None = None
    follows: str | None = None


class RateLines:
    """Adds the line of a rate when somebody asks for it, below those that it rests on."""

    def __init__(self, economy: Economy, inputs: Inputs) -> None:
        self.economy, self.rates, self.place = economy, economy.rates, economy.place
        note = "Rates into each year, as shares of one. Which row applies was decided when this was written."
        self.grid = Grid(SHEET, "Rates", note, [year.label for year in economy.years])
        self.zeros = np.zeros(len(economy.years))
        self._lines: dict[_Key, Line] = {}
        self._at: dict[int, int] = {}
        self._given = self._list_rows(inputs)
        self.grid.section("Rates by organisation and year")
        self.none = self.grid.add("No assumption", "rate", values=self.zeros)

    def _list_rows(self, inputs: Inputs) -> Block:
        """Every row of ``assumptions`` with its rate, in the order of its sheet."""
        first = self.grid.section(
            "Rates as the sheet assumptions gives them", D="rate", E="line of this list", F="year"
        )
        for number, row in enumerate(self.place.assumptions, start=1):
            self._at[id(row)] = number
            rate = (
                fixed(0.0, "rate") if row.follows else inputs.take(row, "percent", row.percent or 0.0, "rate")
            )
            words = f"{_words(row.assumption)} of {row.organisation}" + (
                f": as {row.follows}" if row.follows else ""
            )
            year = Cell(row.year.label if row.year else "every year", look="text")
            self.grid.add(words, "rate", code=row.organisation, D=rate, E=fixed(number), F=year)
        return self.grid.block(first)

    def of(self, organisation: str, assumption: str | None) -> Line:
        """The line of a rate; one of noughts where there is no assumption."""
        if not assumption:
            return self.none
        key = (organisation, assumption)
        if key not in self._lines:
            self._lines[key] = self._added(organisation, assumption)
        return self._lines[key]

    def _added(self, organisation: str, assumption: str) -> Line:
        sources = [self._source(organisation, assumption, at) for at in range(1, len(self.economy.years))]
        rows = [source.row for source in sources if source.row is not None]
        others = list(dict.fromkeys(source for source in sources if source.row is None))
        values = self.rates.of(organisation, assumption)
        label = f"{_words(assumption)} of {organisation}"
        if not others and len({id(row) for row in rows}) == 1:
            cell = f"$D${self._given.first - 1 + self._at[id(rows[0])]}"
            return self._add(label, organisation, f"IF({_YEAR}=0,0,{cell})", values)
        terms = [self._by_row(label, sources)] if rows else []
        for other in others:
            line = self._other(organisation, assumption, other)
            if len(others) == 1 and not rows:
                return (
                    line
                    if other.follows is None
                    else self._add(label, organisation, line.now(self.grid), values)
                )
            terms.append(f"{self._switch(label, sources, other).now(self.grid)}*{line.now(self.grid)}")
        return self._add(label, organisation, "+".join(terms), values)

    def _source(self, organisation: str, assumption: str, at: int) -> _Source:
        row = self.rates.row_of(organisation, assumption, self.economy.years[at])
        if row is None or row.follows is None:
            return _Source(row)
        return _Source(follows=row.follows)

    def _add(self, label: str, organisation: str, formula: str, values: Series) -> Line:
        return self.grid.add(label, "rate", formula, values, code=organisation)

    def _by_row(self, label: str, sources: list[_Source]) -> str:
        """A row that says which line of the list gives each year, and the formula that takes it up."""
        lines = [0.0, *(float(self._at[id(source.row)]) if source.row else 0.0 for source in sources)]
        which = self.grid.add(f"{label}: line of the list", "number", values=np.array(lines))
        picked = self._given.constants("D", self.grid)
        return f"IF({which.now(self.grid)}=0,0,INDEX({picked},{which.now(self.grid)}))"

    def _switch(self, label: str, sources: list[_Source], wanted: _Source) -> Line:
        on = [0.0, *(float(source == wanted) for source in sources)]
        words = f"as {wanted.follows}" if wanted.follows else "worked out"
        return self.grid.add(f"{label}: {words} in", "yes", values=np.array(on))

    def _other(self, organisation: str, assumption: str, source: _Source) -> Line:
        if source.follows is not None:
            return self.of(source.follows, assumption)
        return self._worked_out(organisation, assumption)

    def _worked_out(self, organisation: str, assumption: str) -> Line:
        """The formula of the sheet ``derivations`` with a cell for each name; its numbers stand left of it."""
        found = self.rates.formula_of(assumption)
        assert found is not None  # a place without faults has a formula where it has no row
        derivation, formula = found
        needed = {name: self.of(organisation, name) for name in sorted(formula.names)}
        numbers = _Numbers(self.grid.next_row)
        words = formula.spelled(lambda name: needed[name].now(self.grid), numbers.cell)
        value = np.broadcast_to(formula.value(lambda name: needed[name].values), self.zeros.shape).copy()
        value[0] = 0.0
        label = f"{_words(assumption)} of {organisation}, worked out: {derivation.formula}"
        line = self._add(label, organisation, f"IF({_YEAR}=0,0,{words})", value)
        for column, cell in numbers.cells.items():
            self.grid.put(column, line.row, cell)
        return line


class _Numbers:
    """Puts the numbers of a formula into cells beside it; 0 and 1, and those that find no room, stay where they are."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.cells: dict[str, Cell] = {}

    def cell(self, number: float) -> str:
        """The cell of a number."""
        known = {cell.value: column for column, cell in self.cells.items()}
        if number not in known and number not in {0.0, 1.0} and len(self.cells) < len(CONSTANTS):
            known[number] = CONSTANTS[len(self.cells)]
            self.cells[known[number]] = fixed(number)
        return f"${known[number]}${self.row}" if number in known else repr(number).removesuffix(".0")


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
