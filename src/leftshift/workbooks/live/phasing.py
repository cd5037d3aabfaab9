"""The sheet ``Calc phasing``: the part of a full year that each intervention reaches, from profile, delay and delivery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.economy.projecting import Projection
from leftshift.foundation.years import MONTHS_IN_YEAR, FinancialYear
from leftshift.place.rows import Intervention, ProfilePoint
from leftshift.workbooks.live.grid import NOW, Cell, Grid, Line, fixed
from leftshift.workbooks.live.inputs import Inputs
from leftshift.workbooks.live.timing import Timing

SHEET = "Calc phasing"


@dataclass(frozen=True)
class _Stretch:
    """Months since April of the base year in which one level holds, before any delay; the point that gives the level."""

    first: int
    after: int
    point: ProfilePoint | None


class PhaseLines:
    """Lays out every intervention: delay and delivery first, then its stretches, then the phase."""

    def __init__(self, projection: Projection, inputs: Inputs, timing: Timing) -> None:
        self.economy, self.inputs, self.timing = projection.economy, inputs, timing
        self.months = len(self.economy.years) * MONTHS_IN_YEAR
        note = (
            "Months count from April of the base year. Start and profile were decided when this was written."
        )
        self.grid = Grid(SHEET, "Phasing of interventions", note, [year.label for year in self.economy.years])
        self.levers: list[Line] = []
        self.phase: dict[int, Line] = {}
        ruled = set(self.economy.legs.intervention.tolist())
        self.points: dict[str, list[ProfilePoint]] = {}
        for point in self.economy.place.profiles:
            self.points.setdefault(point.profile, []).append(point)
        self.grid.section("Delay and delivery of every intervention", D="number", F="delay", G="delivery")
        for number, row in enumerate(self.economy.interventions):
            self.levers.append(self._lever(number, row))
        for number in sorted(ruled):
            self.phase[number] = self._phase(number, self.economy.interventions[number])

    def _lever(self, number: int, row: Intervention) -> Line:
        return self.grid.add(
            row.name, "", code=row.intervention, D=fixed(float(number) + 1),
            F=self.inputs.take(row, "delay_months", float(row.delay_months), "months"),
            G=self.inputs.take(row, "delivery", row.delivery, "share"),
        )  # fmt: skip

    def delay(self, number: int, on: Grid) -> Cell:
        """The delay of an intervention, taken up from this sheet."""
        value = float(self.economy.interventions[number].delay_months)
        return Cell(value, self.levers[number].constant("F", on), "months", "calculated")

    def delivery(self, number: int, on: Grid) -> Cell:
        """The delivery of an intervention, taken up from this sheet."""
        value = self.economy.interventions[number].delivery
        return Cell(value, self.levers[number].constant("G", on), "share", "calculated")

    def _phase(self, number: int, row: Intervention) -> Line:
        start = row.start.months_since(self.economy.place.base_year) if row.start else MONTHS_IN_YEAR
        title = f"{row.name}: from month {start}" + (f", profile {row.profile}" if row.profile else "")
        self.grid.section(title, D="first month", E="month after", F="delay", G="level")
        lines = [self._stretch(number, stretch) for stretch in self._stretches(row, start)]
        amounts = f"SUM({NOW}{lines[0].row}:{NOW}{lines[-1].row})" if lines else "0"
        formula = f"{self.levers[number].constant('G', self.grid)}*{amounts}"
        values = self.economy.phase[:, number]
        return self.grid.add(
            "Part of a full year", "share", formula, values, code=row.intervention, look="total"
        )

    def _stretch(self, number: int, stretch: _Stretch) -> Line:
        row, timing, on = self.grid.next_row, self.timing, self.grid
        begins, ends = timing.first_month.now(on), timing.month_after.now(on)
        formula = f"$G{row}*MAX(0,MIN({ends}-$F{row},$E{row})-MAX({begins}-$F{row},$D{row}))/{timing.months}"
        delay, level = self.economy.interventions[number].delay_months, 1.0
        taken = fixed(1.0, "share")
        if stretch.point is not None:
            level = stretch.point.share
            taken = self.inputs.take(stretch.point, "share", level, "share")
        year = np.arange(len(self.economy.years)) * MONTHS_IN_YEAR
        months = np.minimum(year + MONTHS_IN_YEAR - delay, stretch.after) - np.maximum(
            year - delay, stretch.first
        )
        values = level * np.maximum(months, 0) / MONTHS_IN_YEAR
        label = f"From {stretch.point.period} on" if stretch.point else "In full"
        return self.grid.add(
            label, "share", formula, values, D=fixed(float(stretch.first), "months"),
            E=fixed(float(stretch.after), "months"), F=self.delay(number, on), G=taken,
        )  # fmt: skip

    def _stretches(self, row: Intervention, start: int) -> list[_Stretch]:
        """The months of each level: none before the start, and none after twelve months of what does not recur."""
        floor = max(start, 0)
        last = self.months if row.recurrent else min(self.months, floor + MONTHS_IN_YEAR)
        points = self.points.get(row.profile or "", [])
        if not points:
            return [_Stretch(floor, max(last, floor), None)]
        begins = self._begun(points, start)
        ends = [first for first, _ in begins[1:]] + [last]
        found = []
        for (first, point), after in zip(begins, ends, strict=True):
            low, high = max(first, floor), min(after, last)
            found.append(_Stretch(low, max(low, high), point))
        return found

    def _begun(self, points: list[ProfilePoint], start: int) -> list[tuple[int, ProfilePoint]]:
        begins = [(self._begins(point, start), point) for point in points]
        return sorted(begins, key=lambda entry: entry[0])

    def _begins(self, point: ProfilePoint, start: int) -> int:
        """The month from which a point holds."""
        if isinstance(point.period, FinancialYear):
            return (point.period.starts - self.economy.place.base_year.starts) * MONTHS_IN_YEAR
        return start + point.period - 1
