"""Runs with draws: the same quantities, by the same luck, for every variant of a place that a choice asks about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.economy.choosing.drawing import Drawn, Runs, deterministic, drawn_of_cells
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.place.place import Place
from leftshift.place.uncertain import how_of


class SetsWhatIsChosen(ValueError):
    """A quantity that sets a delivery or a delay, so that no choice of either would show in a draw."""


def runs_of(place: Place, draws: int, seed: int | None = None) -> Runs:
    """Draws of what is uncertain in a place, or its one run where nothing is; raises SetsWhatIsChosen."""
    if not place.uncertainty:
        return deterministic
    for row in place.uncertainty:
        if row.moves in ("delivery", "delay") and how_of(row) == "set":
            better = "times" if row.moves == "delivery" else "add"
            raise SetsWhatIsChosen(
                f"{row.quantity} sets the {row.moves} of {row.item} itself, so that no choice of it would show: "
                f'write "{better}" into its column how'
            )
    return _Drawing(draws, seed)


@dataclass(frozen=True)
class _Drawing:
    draws: int
    seed: int | None

    def __call__(self, place: Place) -> Drawn:
        """The draws of a variant: positions do nothing, and what each intervention does to each node."""
        from leftshift.economy.uncertainty.figures import usual
        from leftshift.economy.uncertainty.simulating import (  # SciPy: only when draws are made
            Asked,
            simulate,
        )

        seed = int(usual("seed")) if self.seed is None else self.seed
        projection = project(prepare(place))
        values = simulate(projection, Asked(self.draws, seed), keep="cells").values
        nodes = len(projection.economy.nodes)
        nothing, touched = (
            np.ascontiguousarray(part.transpose(2, 1, 0)) for part in (values[:nodes], values[nodes:])
        )
        return drawn_of_cells(projection.economy, nothing, touched)
