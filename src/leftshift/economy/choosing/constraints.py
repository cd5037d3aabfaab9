"""The constraints of a question as rows over options, each with the words that tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from leftshift.economy.arrays import Flags, Floats
from leftshift.economy.choosing.asking import Asked
from leftshift.economy.choosing.effects import Effects, Quantity
from leftshift.economy.choosing.measuring import EXPECTED, Measured
from leftshift.economy.choosing.parameters import parameter
from leftshift.economy.choosing.question import (
    AS_IT_STANDS,
    DO_NOTHING,
    EACH,
    EVERY,
    PERIMETER,
    TOTAL,
    Measure,
    PositionLimit,
    Prerequisite,
    ResourceLimit,
)
from leftshift.economy.choosing.variants import needs_of, planned_start
from leftshift.foundation.money import thousands
from leftshift.foundation.years import FinancialYear
from leftshift.place.rows import Intervention

Kind = Literal[
    "position", "resource", "starts", "interventions", "exclusion", "prerequisite", "must_have", "search"
]
LIMITS: tuple[Kind, ...] = ("position", "resource", "starts", "interventions")
"""The kinds that have an amount, of which there could be one more."""


@dataclass(frozen=True, eq=False)
class Constraint:
    """What a choice has to keep to: a quantity, a sum over scales or sums over options taken, between low and high.

    taken [row, option] multiplies whether an option is taken, scaled [option] its scale, to which ``already`` is added.
    ``more`` is the unit by which it is loosened to see what it is worth.
    """

    kind: Kind
    words: str
    path: str = ""
    low: float = -np.inf
    high: float = np.inf
    quantity: Quantity | None = None
    taken: Floats | None = None
    scaled: Floats | None = None
    already: float = 0.0
    more: float = 0.0
    unit: str = field(default="")

    def used(self, effects: Effects, scales: Floats, taken: Flags) -> float:
        """What a choice comes to of it; of several rows the largest."""
        if self.quantity is not None:
            return self.quantity.measured.of(effects.values(self.quantity, scales))
        if self.scaled is not None:
            return self.already + float(self.scaled @ scales)
        assert self.taken is not None
        return float((self.taken @ taken).max(initial=-np.inf))

    def broken_by(self, used: float) -> float:
        """How far what is used lies beyond low or high; nought or less where it holds."""
        return max(self.low - used, used - self.high) - self.slack

    @property
    def slack(self) -> float:
        """How far beyond still counts as kept: a pound, or what adding up loses of a resource."""
        if self.quantity is not None:
            return parameter("tolerance")
        return 1e-6 * max(1.0, abs(self.high)) if self.scaled is not None else 0.5

    @property
    def limit(self) -> float:
        """Where it stands."""
        return self.low if np.isfinite(self.low) else self.high

    def loosened(self, by: float) -> Constraint:
        """The same with so much more room."""
        return replace(self, low=self.low - by, high=self.high + by)


def constraints_of(asked: Asked, effects: Effects) -> tuple[Constraint, ...]:
    """Every constraint of a question, in its order: one for each organisation and year that a limit speaks of."""
    building = Building(asked, effects)
    return (*building.positions(), *building.resources(), *building.rules())


@dataclass(frozen=True)
class Building:
    """Makes rows of a question."""

    asked: Asked
    effects: Effects

    # ------------------------------------------------------------------ positions
    def objective(self, measured: Measured | None = None) -> Quantity:
        """The position that is to be best, as it is measured."""
        objective = self.asked.question.objective
        own = Measured(objective.share) if objective.measure == "risk" else EXPECTED
        weights = sum(self.weights(objective.whose, year) for year in self.asked.years)
        return self.effects.quantity(measured or own, np.asarray(weights))

    def weights(self, whose: str, year: FinancialYear) -> Floats:
        """The weights [year, node] of a position in a year."""
        economy = self.effects.runs[0].economy
        found = np.zeros((len(economy.years), len(economy.nodes)))
        at = economy.years.index(year)
        if whose == PERIMETER:
            found[at] = economy.share
        else:
            found[at, economy.node[whose]] = 1.0
        return found

    def positions(self) -> Iterator[Constraint]:
        """A constraint for each organisation and year of each limit of a position."""
        years = self.asked.place.years[1:]
        for at, limit in enumerate(self.asked.question.position_limits, start=1):
            for whose in self.asked.members if limit.whose == EACH else (limit.whose,):
                for year in years if limit.year == EVERY else (limit.year,):
                    assert isinstance(year, FinancialYear)
                    yield self._position(limit, whose, year, f"position_limits {at}.no_worse_than")

    def _position(self, limit: PositionLimit, whose: str, year: FinancialYear, path: str) -> Constraint:
        quantity = self.effects.quantity(self._measured(limit.measure), self.weights(whose, year))
        floor, words = self._floor(limit, quantity)
        of = f", in the worst {quantity.measured.share:.0%} of draws," if limit.measure == "risk" else ""
        said = f"{self.asked.whose(whose)} in {year}{of} no worse than {thousands(floor)} (£000){words}"
        more = self.asked.question.one_more_position
        return Constraint("position", said, path, low=floor, quantity=quantity, more=more, unit="£000")

    def _measured(self, measure: Measure) -> Measured:
        return Measured(self.asked.question.objective.share) if measure == "risk" else EXPECTED

    def _floor(self, limit: PositionLimit, quantity: Quantity) -> tuple[float, str]:
        run = self.effects.runs[0]
        if limit.no_worse_than == AS_IT_STANDS:
            stands = self.effects.as_it_stands.with_plan
            return quantity.measured.of(quantity.of_positions(stands)), ", as the plan stands"
        if limit.no_worse_than == DO_NOTHING:
            return quantity.measured.of(quantity.of_positions(run.do_nothing)), ", as doing nothing leaves it"
        return float(limit.no_worse_than), ""

    # ------------------------------------------------------------------ resources
    def resources(self) -> Iterator[Constraint]:
        """A constraint for each year of each limit of a resource."""
        years = self.asked.place.years[1:]
        for at, limit in enumerate(self.asked.question.resource_limits, start=1):
            path = f"resource_limits {at}.at_most"
            if limit.year == TOTAL:
                yield self._resource(limit, None, path)
            for year in years if limit.year == EVERY else (limit.year,):
                if isinstance(year, FinancialYear):
                    yield self._resource(limit, year, path)

    def _resource(self, limit: ResourceLimit, year: FinancialYear | None, path: str) -> Constraint:
        asked, name = self.asked, limit.resource.replace("_", " ")
        options = [
            self._need(asked.rows[option.intervention], limit.resource, option.later, year)
            for option in asked.options
        ]
        fixed = sum(self._need(asked.rows[row], limit.resource, 0, year) for row in asked.fixed)
        when = f"in {year}" if year else "in all years together"
        staying = f", of which what stays in the plan needs {_plain(fixed)}" if fixed else ""
        return Constraint(
            "resource",
            f"{name} {when} at most {_plain(limit.at_most)}{staying}",
            path,
            high=limit.at_most,
            scaled=np.array(options),
            already=fixed,
            more=asked.question.one_more_resource,
            unit=name,
        )

    def _need(self, row: Intervention, resource: str, later: int, year: FinancialYear | None) -> float:
        found = needs_of(self.asked.place, row, resource, later)
        if year is None:
            return float(found.sum())
        return float(found[year.starts - self.asked.place.base_year.starts])

    # ------------------------------------------------------------------ rules
    def rules(self) -> Iterator[Constraint]:
        """Starts a year, number of interventions, exclusions, prerequisites and what must be chosen."""
        question, options = self.asked.question, self.asked.options
        more = question.one_more_count
        if question.most_starts_a_year is not None:
            most = question.most_starts_a_year
            for year in sorted({option.start for option in options}):
                row = np.array([[float(option.start == year) for option in options]])
                words = f"at most {most} starts in {year}"
                yield Constraint(
                    "starts", words, "most_starts_a_year", high=most, taken=row, more=more, unit="starts"
                )
        if question.most_interventions is not None:
            most, row = question.most_interventions, np.ones((1, len(options)))
            words = f"at most {most} interventions"
            path = "most_interventions"
            yield Constraint(
                "interventions", words, path, high=most, taken=row, more=more, unit="interventions"
            )
        for at, group in enumerate(question.exclusions, start=1):
            either = np.sum([self.chosen(name) for name in group.of], axis=0)
            words = f"at most one of {', '.join(group.of)}"
            yield Constraint("exclusion", words, f"exclusions {at}.of", high=1.0, taken=either[None])
        for at, rule in enumerate(question.prerequisites, start=1):
            yield self._prerequisite(rule, f"prerequisites {at}.needs")
        for name in question.must_have:
            yield self.must_have(name)

    def must_have(self, name: str) -> Constraint:
        """An intervention has to be chosen."""
        words = f"{name} has to be chosen"
        return Constraint("must_have", words, "must_have", low=1.0, taken=self.chosen(name)[None])

    def chosen(self, name: str) -> Floats:
        """Which options are of an intervention [option]."""
        return np.array([float(option.intervention == name) for option in self.asked.options])

    def _prerequisite(self, rule: Prerequisite, path: str) -> Constraint:
        """A row for each start of the one: it needs a start of the other early enough."""
        options = self.asked.options
        mine = [at for at, option in enumerate(options) if option.intervention == rule.intervention]
        rows = []
        for at in mine:
            latest = options[at].start.plus(-rule.lag_years)
            early = [option.intervention == rule.needs and option.start <= latest for option in options]
            row = -np.array(early, dtype=np.float64) - self._stays_in(rule.needs, latest) * self._unit(at)
            row[at] += 1.0
            rows.append(row)
        lag = (
            f", {'a year' if rule.lag_years == 1 else f'{rule.lag_years} years'} before it"
            if rule.lag_years
            else ""
        )
        words = f"{rule.intervention} needs {rule.needs}{lag}"
        return Constraint("prerequisite", words, path, high=0.0, taken=np.array(rows))

    def _stays_in(self, name: str, latest: FinancialYear) -> float:
        """1 where an intervention is in the plan whatever is chosen, and has started by then."""
        starts = planned_start(self.asked.place, self.asked.rows[name])
        return float(name in self.asked.fixed and starts <= latest)

    def _unit(self, at: int) -> Floats:
        found = np.zeros(len(self.asked.options))
        found[at] = 1.0
        return found


def _plain(value: float) -> str:
    """A number with as many decimals as it has, up to three."""
    return f"{value:,.3f}".rstrip("0").rstrip(".")
