"""The sheet ``Calc timing``: the years of every calculated sheet, and the few numbers that all formulas share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.economy.arrays import Economy
from leftshift.economy.forms import NO_MOVE
from leftshift.economy.preparing import percent_setting
from leftshift.economy.projecting import BALANCE_TOLERANCE
from leftshift.foundation.years import MONTHS_IN_YEAR
from leftshift.workbooks.live.grid import Cell, Grid, Line, fixed
from leftshift.workbooks.live.inputs import Inputs

SHEET = "Calc timing"
NOTICED = 1e-9  # as a share of it: a smaller change of an input is how programs store numbers, and no edit


@dataclass(frozen=True)
class Timing:
    """Where the shared numbers stand; each is the cell in a formula of any other sheet."""

    grid: Grid
    per_cent: str
    multiplied: str
    spent_again: str
    months: str
    no_move: str
    tolerance: str
    noticed: str
    first_month: Line
    month_after: Line


class _Shared:
    """Adds one shared number after the other."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid

    def add(self, label: str, cell: Cell, source: str) -> str:
        """Add one; gives its cell, as formulas of other sheets name it."""
        line = self.grid.add(label, cell.unit, D=cell, E=Cell(source, look="text"))
        return f"'{SHEET}'!$D${line.row}"


def timing(economy: Economy, inputs: Inputs) -> Timing:
    """Lay out the sheet."""
    labels = [year.label for year in economy.years]
    note = "The same years stand in the same columns of every calculated sheet, from column L on."
    grid = Grid(SHEET, "Timing and shared numbers", note, labels)
    grid.timeline(SHEET)
    grid.section("Numbers that all formulas share", D="number", E="where from")
    shared = _Shared(grid)
    per_cent = shared.add("One per cent", fixed(0.01), "What 1% is: rates are typed in per cent")
    months = shared.add("Months in a year", fixed(MONTHS_IN_YEAR, "months"), "April to March")
    multiplied = shared.add(
        "Growth is multiplied, not added", _multiplied(economy, inputs), "settings: growth"
    )
    again = shared.add(
        "Share of commissioners' allocations that is spent again", _spent_again(economy, inputs, per_cent),
        "settings: non_recurrent_spend",
    )  # fmt: skip
    no_move = shared.add(
        "A change of activity too small to divide by, £000", fixed(NO_MOVE), "economy/forms.py"
    )
    tolerance = shared.add(
        "Agreement of two figures, £000: £1", fixed(BALANCE_TOLERANCE), "economy/projecting.py"
    )
    noticed = shared.add(
        "The share of an input by which it counts as edited", fixed(NOTICED), "workbooks/live/timing.py"
    )
    grid.section("Months since April of the base year")
    months_cell = months.partition("!")[2]
    numbers = np.arange(len(labels), dtype=np.float64)
    first = grid.add(
        "First month of the year", "months", f"{{now}}$5*{months_cell}", numbers * MONTHS_IN_YEAR
    )
    after = grid.add(
        "Month after the last", "months", f"{{now}}{first.row}+{months_cell}", (numbers + 1) * MONTHS_IN_YEAR
    )
    return Timing(grid, per_cent, multiplied, again, months, no_move, tolerance, noticed, first, after)


def _setting(inputs: Inputs, name: str) -> str | None:
    """The cell of a switch, where the place sets it."""
    sheet = inputs.sheets["settings"]
    for record in sheet.facts():
        if sheet.text(record, "setting").strip() == name:
            column = sheet.address(record, "value").rstrip("0123456789")
            return f"settings!${column}${record + 1}"
    return None


def _multiplied(economy: Economy, inputs: Inputs) -> Cell:
    value = float(economy.flows.growth_multiplied)
    cell = _setting(inputs, "growth")
    return Cell(value, f'IF({cell}="multiplied",1,0)', "yes", "input") if cell else fixed(value, "yes")


def _spent_again(economy: Economy, inputs: Inputs, per_cent: str) -> Cell:
    value = percent_setting(economy.place, "non_recurrent_spend")
    cell = _setting(inputs, "non_recurrent_spend")
    if cell is None:
        return fixed(value, "share")
    own = per_cent.partition("!")[2]
    return Cell(value, f'VALUE(SUBSTITUTE({cell},"%",""))*{own}', "share", "input")


LIVE_SETTINGS = ("growth", "non_recurrent_spend")
