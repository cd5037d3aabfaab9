"""The result of a run: every figure is a query on the one projection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from leftshift.economy.arrays import Floats
from leftshift.economy.drivers import drivers
from leftshift.economy.explanations.explaining import Explained, Explaining
from leftshift.economy.explanations.feeding import Fed, Feeding
from leftshift.economy.explanations.mattering import Matters, what_matters
from leftshift.economy.explanations.terms import Figure, check_figure
from leftshift.economy.explanations.tracing import Tracing
from leftshift.economy.figures import attributed, weighed
from leftshift.economy.growth import Growth
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import Projection, project
from leftshift.foundation.sources import Basis, weakest
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import UNATTRIBUTED, Contract, Row

if TYPE_CHECKING:
    import polars as pl

Year = FinancialYear | str


class YearNotInPlan(LookupError):
    """A year that the plan does not reach."""


@dataclass(frozen=True)
class Result:
    """What a run of the model gives: positions, gap, bridge and impact, £000.

    Years are given as FinancialYear or in any spelling of it; a year outside the plan raises YearNotInPlan.
    """

    projection: Projection

    @property
    def place(self) -> Place:
        """The place that was projected."""
        return self.projection.economy.place

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        """The base year and every year of the plan."""
        return self.projection.economy.years

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """The codes of those that hold positions, and ``unattributed`` where the plan needs it."""
        codes = tuple(sorted(row.code for row in self.place.organisations))
        return (*codes, UNATTRIBUTED) if UNATTRIBUTED in self.place.shares else codes

    @cached_property
    def names(self) -> dict[str, str]:
        """Organisation code to the name people use."""
        return {row.code: row.name for row in self.place.organisations} | {
            UNATTRIBUTED: "Not attributed to an organisation"
        }

    def at(self, year: Year | None) -> int:
        """How many years a year is after the base year; the last of the plan where none is named."""
        return len(self.years) - 1 if year is None else self._at(year)

    def _at(self, year: Year) -> int:
        wanted = FinancialYear.parse(year) if isinstance(year, str) else year
        if wanted not in self.years:
            raise YearNotInPlan(
                f"{wanted} is not a year of the plan, which runs from {self.years[0]} to {self.years[-1]}"
            )
        return self.years.index(wanted)

    def _node(self, organisation: str) -> int:
        return self.projection.economy.node[organisation]

    def position(self, organisation: str, year: Year) -> float:
        """The position of an organisation after the plan's interventions: a surplus is positive."""
        return float(self.projection.with_plan[0, self._at(year), self._node(organisation)])

    def do_nothing_position(self, organisation: str, year: Year) -> float:
        """The position of an organisation with growth and prices but no interventions."""
        return float(self.projection.do_nothing[0, self._at(year), self._node(organisation)])

    def perimeter_position(self, year: Year, *, do_nothing: bool = False) -> float:
        """The position of the perimeter: the sum of its members' by their shares."""
        positions = self.projection.do_nothing if do_nothing else self.projection.with_plan
        return float(self.projection.perimeter(positions)[0, self._at(year)])

    def gap(self, year: Year) -> float:
        """The gap: minus the do-nothing position of the perimeter."""
        return -self.perimeter_position(year, do_nothing=True)

    def bridge(self, year: Year) -> dict[str, float]:
        """Step to its amount, in the order of the bridge; they sum to closing minus do-nothing position."""
        amounts = self._weighted[self._at(year)]
        steps = {row.step: 0.0 for row in sorted(self.place.steps, key=lambda row: (row.order, row.step))}
        for position, row in enumerate(self.projection.economy.interventions):
            if row.stage == "plan":
                steps[row.step] += float(amounts[position])
        return steps

    @cached_property
    def _weighted(self) -> Floats:
        weighted: Floats = self.projection.weighed(self.projection.economy.share)[0]
        return weighted

    def impact(self, year: Year, *, stage: str = "plan") -> dict[str, dict[str, float]]:
        """Intervention to organisation to what it does to its position; all interventions of the stage."""
        at = self._at(year)
        nodes = [self._node(code) for code in self.organisations]
        amounts = self.projection.impact(at)[0][:, nodes].tolist()
        return {
            name: dict(zip(self.organisations, amounts[position], strict=True))
            for name, position in self.projection.economy.number.items()
            if self.projection.economy.interventions[position].stage == stage
        }

    def impact_total(
        self, year: Year, intervention: str | None = None, organisation: str | None = None
    ) -> float:
        """The sum of the impact table over what is not named: members of the perimeter, unattributed left out."""
        rows = [self.projection.economy.number[intervention]] if intervention else self._in_stage("plan")
        share = attributed(self.projection, self.projection.economy.share, organisation)
        return float(weighed(self.projection, self._at(year), rows, share)[0])

    def _in_stage(self, stage: str) -> list[int]:
        rows = enumerate(self.projection.economy.interventions)
        return [position for position, row in rows if row.stage == stage]

    @cached_property
    def basis(self) -> dict[str, Basis]:
        """Organisation to the weakest basis of the values and effects that its position rests on."""
        found: dict[str, set[Basis]] = {code: set() for code in self.organisations}
        for row in self.projection.economy.flows.rows:
            ends = (row.payer, row.payee) if isinstance(row, Contract) else (row.organisation,)
            for end in ends:
                if end in found:
                    found[end].add(row.basis)
        for effect in self.place.stated_effects:
            if effect.organisation in found:
                found[effect.organisation].add(effect.basis)
        for rate in self.place.assumptions:
            if rate.organisation in found:
                found[rate.organisation].add(rate.basis)
        return {code: weakest(bases) for code, bases in found.items()}

    def drivers(self, year: Year, organisation: str | None = None) -> dict[str, float]:
        """Driver to what it adds to the gap of an organisation, or of the perimeter; they sum to the gap."""
        at = self._at(year)
        if organisation is not None:
            return {
                name: float(values[at, self._node(organisation)]) for name, values in self._drivers.items()
            }
        return {
            name: float(values[at] @ self.projection.economy.share) for name, values in self._drivers.items()
        }

    @cached_property
    def growth(self) -> Growth:
        """What each rate adds to each flow, year by year."""
        return Growth(self.projection)

    @cached_property
    def tracing(self) -> Tracing:
        """The parts of the run, and the rows that they belong to."""
        return Tracing(self.growth)

    @cached_property
    def _explaining(self) -> Explaining:
        return Explaining(self.tracing)

    def figure(self, name: str, year: Year, organisation: str = "", item: str = "") -> Figure:
        """The name of a figure of this result; raises FigureNotKnown, or YearNotInPlan."""
        figure = Figure(name, self.years[self._at(year)], organisation, item)
        check_figure(self.place, figure)
        return figure

    def explain(self, name: str, year: Year, *, organisation: str = "", item: str = "") -> Explained:
        """Why a figure is what it is: a tree down to rows of files, whose every branch sums to its root.

        ``name`` is gap, position, do_nothing_position, bridge, impact or driver; without an organisation it is
        the perimeter's; ``item`` names a step of the bridge, an intervention or a driver. Raises FigureNotKnown.
        """
        return self._explaining.explain(self.figure(name, year, organisation, item))

    def inputs(
        self, name: str, year: Year, *, organisation: str = "", item: str = ""
    ) -> tuple[tuple[Row, float], ...]:
        """Every row that a figure rests on with its part of it, £000, largest first; the parts sum to the figure."""
        return self.tracing.inputs(self.figure(name, year, organisation, item))

    def matters(
        self, name: str, year: Year, *, organisation: str = "", item: str = "", most: int = 8
    ) -> tuple[Matters, ...]:
        """The inputs that move a figure most, each moved by a little and run again; largest first."""
        return what_matters(self.tracing, self.figure(name, year, organisation, item), most)

    def feeds(self, row: Row) -> tuple[Fed, ...]:
        """Every figure that a row of the place feeds, and how much of it, £000, largest first."""
        return self._feeding.figures(row)

    @cached_property
    def _feeding(self) -> Feeding:
        return Feeding(self.tracing)

    @cached_property
    def _drivers(self) -> dict[str, Floats]:
        return drivers(self.growth)

    @cached_property
    def perimeter_basis(self) -> Basis:
        """The weakest basis that the position of the perimeter rests on."""
        return weakest({self.basis[code] for code, share in self.place.shares.items() if share})

    def impact_basis(self, year: Year) -> dict[str, Basis]:
        """Intervention to the weakest basis of its effects: of the year, where it is stated."""
        wanted = self.years[self._at(year)]
        found: dict[str, set[Basis]] = {name: set() for name in self.projection.economy.number}
        for effect in self.place.effects:
            found[effect.intervention].add(effect.basis)
        for row in self.place.stated_effects:
            if row.year == wanted:
                found[row.intervention].add(row.basis)
        return {name: weakest(bases) for name, bases in found.items()}

    def tables(self) -> Mapping[str, pl.DataFrame]:
        """Every table of the result as a polars frame; amounts in £000."""
        from leftshift.economy import tables

        return {
            "positions": tables.positions(self),
            "bridge": tables.bridge(self),
            "drivers": tables.drivers(self),
            "impact": tables.impact(self),
            "transfers": tables.transfers(self),
        }


def run(place: Place) -> Result:
    """Project a place that has been read and checked."""
    return Result(project(prepare(place)))
