"""Search for the best choice that keeps to its constraints when it is run, the same one every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import Flags, Floats
from leftshift.economy.choosing.asking import Asked
from leftshift.economy.choosing.constraints import Building, Constraint, constraints_of
from leftshift.economy.choosing.drawing import Drawn, Runs
from leftshift.economy.choosing.effects import Effects, Quantity, effects_of, straightened
from leftshift.economy.choosing.parameters import parameter
from leftshift.economy.choosing.programme import Goal, Programme, Solved
from leftshift.economy.choosing.variants import Taken


class NoPlanHolds(ValueError):
    """Straight lines lead to plans that break a limit when they are run, one after the other."""


@dataclass(frozen=True)
class Found:
    """A choice that keeps to its constraints when it is run: the run, and how far the search was off, £000.

    ``aside`` counts the choices put aside because the run of them broke a limit.
    """

    solved: Solved
    run: Drawn
    value: float
    off: float
    aside: int


@dataclass
class Search:
    """The options of a question with what they do, and every search among them."""

    asked: Asked
    effects: Effects
    constraints: tuple[Constraint, ...]
    objective: Quantity
    programme: Programme
    runs: Runs

    # ------------------------------------------------------------------ one search
    def value(self, quantity: Quantity, solved: Solved) -> float:
        """What a choice comes to."""
        return quantity.measured.of(self.effects.values(quantity, solved.scales))

    def highest(self, quantity: Quantity, constraints: Sequence[Constraint]) -> Solved | None:
        """A best choice, whichever of those that are as good; None where none keeps to the constraints."""
        return self.programme.solve(Goal(quantity), constraints)

    def is_possible(self, constraints: Sequence[Constraint]) -> bool:
        """Whether any choice keeps to the constraints."""
        return self.programme.solve(Goal(), constraints) is not None

    def must_have(self, name: str) -> Constraint:
        """An intervention has to be chosen."""
        return Building(self.asked, self.effects).must_have(name)

    def best(self, quantity: Quantity, constraints: Sequence[Constraint]) -> Solved | None:
        """The best choice: of those within a pound the one with fewest interventions, then early, then by name."""
        found = self.highest(quantity, constraints)
        if found is None or not found.proven:
            return found
        value, tolerance = self.value(quantity, found), parameter("tolerance")
        held = [*constraints, Constraint("search", "as good", low=value, quantity=quantity)]
        bound = max(found.bound, value)
        for cost in self._costs:
            better = self.programme.solve(Goal(cost=cost), held)
            if better is None or not better.proven or self.value(quantity, better) < value - tolerance:
                break
            found = better
            least = float(cost @ found.taken) + 0.5
            held.append(Constraint("search", "as simple", high=least, taken=cost[None]))
        return self._at_its_best(quantity, constraints, Solved(found.scales, found.taken, bound, True))

    @cached_property
    def _costs(self) -> tuple[Floats, ...]:
        """How many interventions, then how many years late they are; then their places in the order of options."""
        later = np.array([float(option.later) for option in self.asked.options])
        many = 1.0 + later.max(initial=0.0) * len(self.asked.choosable)
        simple: Floats = many + later
        return simple, 1.0 + np.arange(len(later), dtype=np.float64)

    def _at_its_best(self, quantity: Quantity, constraints: Sequence[Constraint], found: Solved) -> Solved:
        """The same options at the best scales, where scales are a choice."""
        if all(option.is_fixed for option in self.asked.options):
            return found
        row = np.where(found.taken, -1.0, 1.0)[None]
        same = Constraint("search", "the same options", high=0.5 - found.taken.sum(), taken=row)
        better = self.highest(quantity, [*constraints, same])
        return found if better is None else Solved(better.scales, better.taken, found.bound, True)

    # ------------------------------------------------------------------ as it is run
    def held(self, quantity: Quantity, constraints: Sequence[Constraint]) -> Found | None:
        """The best choice that keeps to the constraints when the whole model runs it; None where there is none.

        One that does not is put aside, and the search goes on. Raises NoPlanHolds when that leads nowhere.
        """
        more: list[Constraint] = []
        for aside in range(int(parameter("rounds"))):
            solved = self.best(quantity, [*constraints, *more])
            if solved is None:
                if more:
                    break
                return None
            run = self.runs(self.asked.variant(self.taken(solved)))
            broken = [
                (row, by) for row in constraints if (by := row.broken_by(self._as_run(row, solved, run))) > 0
            ]
            if not broken:
                value = quantity.measured.of(quantity.of_positions(run.with_plan))
                return Found(solved, run, value, self._off(quantity, constraints, solved, run), aside)
            more += self._put_aside(solved, broken)
        raise NoPlanHolds(
            "every plan that straight lines lead to breaks a limit when it is run: a contract with cap and collar bends too much. "
            "Loosen the limits, or ask with fewer draws"
        )

    def taken(self, solved: Solved) -> dict[str, Taken]:
        """Intervention to how it is chosen."""
        return {
            option.intervention: Taken(option.later, float(scale))
            for option, scale, taken in zip(self.asked.options, solved.scales, solved.taken, strict=True)
            if taken
        }

    def _as_run(self, row: Constraint, solved: Solved, run: Drawn) -> float:
        """What a choice comes to of a constraint when it is run."""
        if row.quantity is None:
            return row.used(self.effects, solved.scales, solved.taken)
        return row.quantity.measured.of(row.quantity.of_positions(run.with_plan))

    def _off(
        self, quantity: Quantity, constraints: Sequence[Constraint], solved: Solved, run: Drawn
    ) -> float:
        """The most by which the run differs from what the search took each position for."""
        positions = [quantity, *(row.quantity for row in constraints if row.quantity is not None)]
        return max(
            abs(entry.measured.of(entry.of_positions(run.with_plan)) - self.value(entry, solved))
            for entry in positions
        )

    def _put_aside(self, solved: Solved, broken: list[tuple[Constraint, float]]) -> list[Constraint]:
        """This choice no more: its options not all again, or, where a scale is a choice, more room to what it broke."""
        if any(not option.is_fixed for option in np.array(self.asked.options)[solved.taken]):
            return [
                Constraint("search", row.words, low=row.low + by + row.slack, quantity=row.quantity)
                for row, by in broken
                if row.quantity is not None
            ]
        row = np.where(solved.taken, 1.0, -1.0)[None]
        return [Constraint("search", "another choice", high=solved.taken.sum() - 0.5, taken=row)]


def search_of(asked: Asked, runs: Runs, seconds: float | None = None) -> Search:
    """Run the place for every start, and make ready to search.

    Payments that bend are held exactly unless there are too many of them, as with many draws: then on straight lines.
    """
    effects = effects_of(asked, runs)
    objective, constraints, matter = _asked_about(asked, effects)
    if matter.sum() > parameter("bends"):
        effects = straightened(effects)
        objective, constraints, matter = _asked_about(asked, effects)
    programme = Programme(effects, parameter("seconds") if seconds is None else seconds, matter)
    return Search(asked, effects, constraints, objective, programme, runs)


def _asked_about(asked: Asked, effects: Effects) -> tuple[Quantity, tuple[Constraint, ...], Flags]:
    objective, constraints = Building(asked, effects).objective(), constraints_of(asked, effects)
    quantities = [objective, *(row.quantity for row in constraints if row.quantity is not None)]
    return objective, constraints, effects.matters(quantities)
