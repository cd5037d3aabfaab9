"""What options do to positions, taken from runs of the place: no second formula of any effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import Flags, Floats
from leftshift.economy.choosing.asking import Asked
from leftshift.economy.choosing.bending import Reach, Spots, reach_of, spots_of, spots_that_stay
from leftshift.economy.choosing.drawing import Drawn, Runs
from leftshift.economy.choosing.measuring import Measured
from leftshift.economy.projecting import sum_into


@dataclass(frozen=True)
class Quantity:
    """A position that counts, as options move it: base [draw], slope [draw, option], bend [spot], £000.

    ``bend`` is what a pound more of the payment at each spot moves it by. ``weights`` [year, node] make it of positions.
    """

    measured: Measured
    weights: Floats
    base: Floats
    slope: Floats
    bend: Floats

    def of_positions(self, positions: Floats) -> Floats:
        """Its value in each draw [draw], of positions [draw, year, node]."""
        found: Floats = np.einsum("dyn,yn->d", positions, self.weights)
        return found


@dataclass(frozen=True)
class Effects:
    """The effects of every option, D draws of them.

    ``runs`` are those of everything that may be chosen so many years later, ``as_it_stands`` that of the
    plan.
    """

    asked: Asked
    runs: dict[int, Drawn]
    as_it_stands: Drawn

    @property
    def straight(self) -> bool:
        """Whether payments that bend move in the proportion in which the runs move them, while searching."""
        return self.runs[0].is_straight

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.runs[0].do_nothing)

    @cached_property
    def reach(self) -> Reach:
        """How far options can change the activity at each spot."""
        return reach_of(spots_of(self.asked, self.runs), self.asked.options)

    @cached_property
    def spots(self) -> Spots:
        """The spots at which a payment bends within the reach of the options."""
        return self.reach.spots.only(self.reach.bends)

    def quantity(self, measured: Measured, weights: Floats) -> Quantity:
        """A position by weights [year, node] of the positions of all."""
        spots, steady = self.reach.spots, ~self.reach.bends
        slope = self._slope(weights)
        moved = (spots.weighed(weights) * self.reach.rate)[:, None] * spots.change
        np.add.at(slope, spots.draw[steady], moved[steady])
        base: Floats = np.einsum("dyn,yn->d", self._base, weights)
        return Quantity(measured, weights, base, slope, self.spots.weighed(weights))

    def values(self, quantity: Quantity, scales: Floats) -> Floats:
        """The value of a quantity in each draw [draw], of a choice of scales [option]."""
        paid = self.spots.paid(self.spots.change @ scales) * quantity.bend
        bent = np.bincount(self.spots.draw, paid, self.draws)
        found: Floats = quantity.base + quantity.slope @ scales + bent
        return found

    def matters(self, quantities: Sequence[Quantity]) -> Flags:
        """Which spots move any of the quantities."""
        found = np.zeros(len(self.spots), np.bool_)
        for quantity in quantities:
            found |= quantity.bend != 0
        return found

    @cached_property
    def _base(self) -> Floats:
        """The position of each node with nothing chosen [draw, year, node]."""
        run = self.runs[0]
        economy, cells = run.economy, run.economy.cells
        names = [row.intervention for row in economy.interventions]
        choice = np.isin(names, self.asked.choosable)
        stays = economy.stages["plan"] & ~choice
        goes = economy.stages["do_nothing"] & choice
        sign = stays.astype(np.float64) - goes
        moved = run.touched * sign[cells.intervention]
        positions = run.do_nothing + sum_into(cells.node, moved, len(economy.nodes))
        return positions + self._of_fixed_legs(names)

    def _of_fixed_legs(self, names: list[str]) -> Floats:
        """What is paid for the activity that stays changed, alone, in place of its part of what all pay together."""
        run = self.runs[0]
        economy, bent = run.economy, run.bent
        fixed = np.isin(names, self.asked.fixed)[economy.legs.intervention[bent.legs]]
        legs = bent.legs[fixed]
        paid, size = bent.as_paid[:, :, fixed], len(economy.nodes)
        found = sum_into(economy.legs.payer[legs], paid, size) - sum_into(
            economy.legs.payee[legs], paid, size
        )
        spots = spots_that_stay(self.asked, run)
        alone = spots.paid(spots.change[:, 0])
        np.add.at(found, (spots.draw, spots.year, spots.payee), alone)
        np.add.at(found, (spots.draw, spots.year, spots.payer), -alone)
        return found

    def _slope(self, weights: Floats) -> Floats:
        """What the whole of each option moves a quantity by [draw, option], payments that may bend left out."""
        economy = self.runs[0].economy
        by_later = {later: self._by_intervention(run, weights) for later, run in self.runs.items()}
        columns = [
            by_later[option.later][:, economy.number[option.intervention]] for option in self.asked.options
        ]
        found: Floats = np.stack(columns, axis=1)
        return found

    def _by_intervention(self, run: Drawn, weights: Floats) -> Floats:
        economy, cells, size = run.economy, run.economy.cells, len(run.economy.interventions)
        moved = np.einsum("dyc,yc->dc", run.touched, weights[:, cells.node])
        found = sum_into(cells.intervention, moved, size)
        legs = run.bent.legs
        factor = weights[:, economy.legs.payee[legs]] - weights[:, economy.legs.payer[legs]]
        bent = np.einsum("dyl,yl->dl", run.bent.as_paid, factor)
        return found - sum_into(economy.legs.intervention[legs], bent, size)


def effects_of(asked: Asked, runs: Runs) -> Effects:
    """Run the place once for every number of years that an option may be late."""
    later = sorted({0} | {option.later for option in asked.options})
    by_later = {years: runs(asked.all_later(years)) for years in later}
    compares = any(asked.rows[name].stage == "comparison" for name in asked.choosable)
    return Effects(asked, by_later, runs(asked.place) if compares else by_later[0])


def straightened(effects: Effects) -> Effects:
    """The same effects on straight lines."""
    runs = {later: run.straightened() for later, run in effects.runs.items()}
    return replace(effects, runs=runs)
