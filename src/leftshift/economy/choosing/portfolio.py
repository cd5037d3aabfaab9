"""A portfolio: what is chosen, what it brings to whom, what binds, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.economy.choosing.asking import Asked, Option, ask
from leftshift.economy.choosing.conflicting import conflict_faults
from leftshift.economy.choosing.constraints import Building
from leftshift.economy.choosing.drawing import Runs, deterministic
from leftshift.economy.choosing.frontier import Point, frontier
from leftshift.economy.choosing.measuring import EXPECTED, Measured
from leftshift.economy.choosing.parameters import parameter
from leftshift.economy.choosing.question import DEFAULT, Question
from leftshift.economy.choosing.saving import scenario_text
from leftshift.economy.choosing.searching import Found, Search, search_of
from leftshift.economy.choosing.variants import Taken
from leftshift.economy.choosing.weighing import LeftOut, Weighed, leave_out, weigh
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place


@dataclass(frozen=True)
class Chosen:
    """An intervention that is chosen. ``effects`` is year → organisation → what it is expected to bring, £000;
    ``brings`` is its part of the objective when it is run with the others."""

    intervention: str
    name: str
    option: Option
    scale: float
    effects: Mapping[FinancialYear, Mapping[str, float]]
    brings: float


@dataclass(frozen=True)
class Portfolio:
    """The answer to a question. Every figure of it is of the run of the whole model with what is chosen."""

    search: Search
    found: Found

    @property
    def asked(self) -> Asked:
        """The question, with every default filled in."""
        return self.search.asked

    @property
    def taken(self) -> dict[str, Taken]:
        """Intervention to how it is chosen."""
        return self.search.taken(self.found.solved)

    @cached_property
    def place(self) -> Place:
        """The place with what is chosen."""
        return self.asked.variant(self.taken)

    @property
    def value(self) -> float:
        """The objective, £000."""
        return self.found.value

    @property
    def gap(self) -> float:
        """How much better the best choice could be at the most, £000, by what the search knows."""
        return max(0.0, self.found.solved.bound - self.found.value)

    @property
    def proven(self) -> bool:
        """Whether it is known that no choice is better: not when time was up, nor where the run is not what the search saw."""
        tolerance, solved = parameter("tolerance"), self.found.solved
        as_seen = self.found.off <= tolerance and self.gap <= 2 * tolerance and not self.found.aside
        return solved.proven and as_seen and not self.search.effects.straight

    def measured(self, of: str, measured: Measured = EXPECTED) -> float:
        """The position that counts, ``chosen``, ``as_it_stands`` or with ``nothing`` chosen, £000."""
        quantity = Building(self.asked, self.search.effects).objective(measured)
        if of == "nothing":
            return measured.of(quantity.base)
        run = self.found.run if of == "chosen" else self.search.effects.as_it_stands
        return measured.of(quantity.of_positions(run.with_plan))

    @property
    def risk(self) -> Measured:
        """The mean of the worst draws, as the question takes them."""
        return Measured(self.asked.question.objective.share)

    @cached_property
    def chosen(self) -> tuple[Chosen, ...]:
        """Every intervention that is chosen, in the order of their names."""
        return tuple(
            self._chosen(option, float(scale))
            for option, scale, taken in zip(
                self.asked.options, self.found.solved.scales, self.found.solved.taken, strict=True
            )
            if taken
        )

    def _chosen(self, option: Option, scale: float) -> Chosen:
        economy = self.found.run.economy
        nodes = {
            code: economy.node[code] for code in sorted(row.code for row in self.asked.place.organisations)
        }
        moved = self._moved(option.intervention)
        effects = {
            year: {code: float(moved[at, node]) for code, node in nodes.items()}
            for at, year in enumerate(economy.years)
        }
        name = self.asked.rows[option.intervention].name
        brings = float((moved * self.search.objective.weights).sum())
        return Chosen(option.intervention, name, option, scale, effects, brings)

    def _moved(self, intervention: str) -> Floats:
        """What an intervention does to each node [year, node], the mean of the draws of the run."""
        run = self.found.run
        cells = run.economy.cells
        mine = np.flatnonzero(cells.intervention == run.economy.number[intervention])
        found = np.zeros((len(run.economy.years), len(run.economy.nodes)))
        found[:, cells.node[mine]] = run.touched[:, :, mine].mean(axis=0)
        return found

    @cached_property
    def limits(self) -> tuple[Weighed, ...]:
        """Every constraint, whether it binds and what one more unit would be worth; solves again for each that binds."""
        return weigh(self.search, self.found)

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What is not chosen, and what forcing it in would cost; solves again for each."""
        return leave_out(self.search, self.found)

    def frontier(self, points: int | None = None) -> tuple[Point, ...]:
        """The most that can be expected for each degree of safety, under the constraints of the question."""
        return frontier(self.search, int(parameter("points")) if points is None else points)

    def scenario(self) -> str:
        """The portfolio as the file of a scenario of its place."""
        return scenario_text(self.asked, self.taken)

    def document(self) -> dict[str, Any]:
        """The portfolio as plain values, for JSON; amounts in £000."""
        from leftshift.economy.choosing.telling import document

        return document(self)


def choose(
    place: Place,
    question: Question | None = None,
    *,
    runs: Runs = deterministic,
    seconds: float | None = None,
) -> Portfolio:
    """The best portfolio of a place; ``runs`` gives the draws, ``seconds`` bounds each search.

    Raises FaultsFound for a question that does not fit, and where no choice keeps to it: then with the constraints
    that conflict. Raises NothingFoundInTime, and NoPlanHolds.
    """
    search = search_of(ask(DEFAULT if question is None else question, place), runs, seconds)
    found = search.held(search.objective, search.constraints)
    if found is None:
        conflict_faults(search).raise_if_any()
        raise AssertionError("a search without a choice has a conflict")
    return Portfolio(search, found)
