"""Build the calculated sheets of a place: every cell, and where inputs and outputs stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from leftshift.capacity.gathering import capacity_faults, with_contributions
from leftshift.economy.checking import economy_faults
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.economy.result import Result
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.reading import read_document
from leftshift.place.rows import Row
from leftshift.workbooks.live.changes import SHEET as CHANGES
from leftshift.workbooks.live.changes import ChangeLines
from leftshift.workbooks.live.checks import AS_WRITTEN, CHECKS, CheckLines, WrittenLines
from leftshift.workbooks.live.effects import EFFECTS, STATED, EffectLines, StatedLines
from leftshift.workbooks.live.flows import FLOWS, GROWTH, FlowLines
from leftshift.workbooks.live.grid import FIRST_YEAR, Grid, Line, letter
from leftshift.workbooks.live.inputs import PER_CENT_SIGN, Inputs
from leftshift.workbooks.live.phasing import SHEET as PHASING
from leftshift.workbooks.live.phasing import PhaseLines
from leftshift.workbooks.live.positions import (
    IMPACT,
    OUT_BRIDGE,
    OUT_IMPACT,
    OUT_POSITIONS,
    POSITIONS,
    ImpactLines,
    Outputs,
    PositionLines,
)
from leftshift.workbooks.live.rates import SHEET as RATES
from leftshift.workbooks.live.rates import RateLines
from leftshift.workbooks.live.timing import SHEET as TIMING
from leftshift.workbooks.live.timing import timing

# Names that no table has: reading a workbook tells them from the sheets that hold the place.
CALCULATED_SHEETS = (
    TIMING, RATES, GROWTH, FLOWS, PHASING, EFFECTS, STATED, IMPACT, POSITIONS, OUT_POSITIONS, OUT_BRIDGE, OUT_IMPACT,
    AS_WRITTEN, CHANGES, CHECKS,
)  # fmt: skip
Figure = Literal["do_nothing", "with_plan", "bridge", "gap"]
Address = tuple[str, str]  # a sheet, and a cell of it such as E5


@dataclass(frozen=True)
class Calculated:
    """The calculated sheets of one place, in their order, and where what stands."""

    result: Result
    grids: Sequence[Grid]
    inputs: Inputs
    outputs: Outputs

    @property
    def formulas(self) -> int:
        """How many cells are calculated."""
        return sum(grid.formulas for grid in self.grids)

    @property
    def not_live(self) -> Sequence[str]:
        """The cells with numbers that no formula takes up, as ``contracts!E5``."""
        return list(dict.fromkeys(cell for cell, _ in self.inputs.not_live))

    def input(self, row: Row, column: str) -> Address | None:
        """Where a number of a row of the place stands; None where it is spelled as a text, or has no cell."""
        return self.inputs.address(row, column)

    def as_typed(self, row: Row, column: str, value: float) -> float:
        """The number to put into that cell so that it means ``value``: 4 for 0.04 where rates are typed in per cent."""
        sheet = self.inputs.sheet_of(row)
        text = sheet.text(sheet.record_of_line[row.origin.row], column)
        in_per_cent = (
            sheet.table.columns[column].type == "percent" and text and not text.endswith(PER_CENT_SIGN)
        )
        return value * 100 if in_per_cent else value

    def output(self, figure: Figure, year: FinancialYear | str, code: str = "") -> Address:
        """Where a figure stands: a position of an organisation (``code``), a step of the bridge, or the gap."""
        lines: Mapping[str, Line] = {
            "do_nothing": self.outputs.do_nothing,
            "with_plan": self.outputs.with_plan,
            "bridge": self.outputs.bridge,
            "gap": {"": self.outputs.gap},
        }[figure]
        at = [label.label for label in self.result.years].index(str(year))
        return lines[code].sheet, f"{letter(FIRST_YEAR + at)}{lines[code].row}"


def build(texts: Mapping[str, str]) -> Calculated | None:
    """The calculated sheets of a place folder, as file name to text; None where the place has faults."""
    place = place_of(texts)
    return None if place is None else _build(Result(project(prepare(with_contributions(place)))), texts)


def place_of(texts: Mapping[str, str]) -> Place | None:
    """The place of some texts; None where it has faults."""
    read = read_document(texts)
    if read.place is None or read.faults or any(capacity_faults(read.place, read.seen)):
        return None
    return None if any(economy_faults(with_contributions(read.place), read.seen)) else read.place


def _build(result: Result, texts: Mapping[str, str]) -> Calculated:
    projection, economy = result.projection, result.projection.economy
    labels = [year.label for year in economy.years]
    shared = timing(economy, Inputs(texts))
    inputs = Inputs(texts, shared.per_cent)
    rates = RateLines(economy, inputs)
    flows = FlowLines(projection, inputs, shared, rates)
    phases = PhaseLines(projection, inputs, shared)
    effects = EffectLines(projection, inputs, shared, rates, flows, phases)
    stated = StatedLines(projection, inputs, shared, phases)
    impact = ImpactLines(result, inputs, effects, stated)
    accounts = PositionLines(result, shared, flows, impact)
    outputs = Outputs(result, inputs, impact, accounts)
    changes = ChangeLines(inputs, shared, labels, economy.place)
    written = WrittenLines(outputs)
    checks = CheckLines(outputs, accounts, flows, written, changes, shared)
    grids = [
        shared.grid, rates.grid, flows.growth, flows.grid, phases.grid, effects.grid, stated.grid, impact.grid,
        accounts.grid, outputs.positions_grid, outputs.bridge_grid, outputs.impact_grid, written.grid, changes.grid, checks.grid,
    ]  # fmt: skip
    for grid in grids:
        if grid not in (shared.grid, outputs.impact_grid, changes.grid):
            grid.timeline(TIMING)
    return Calculated(result, grids, inputs, outputs)
