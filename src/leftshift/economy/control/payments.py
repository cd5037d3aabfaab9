"""What one body pays another with the plan, and what a body takes in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import Flags, Floats
from leftshift.economy.preparing_effects import delivered
from leftshift.economy.projecting import Projection
from leftshift.place.rows import OUTSIDE, StatedEffect


@dataclass(frozen=True)
class Payments:
    """Queries on the payments of a projection, interventions of the plan included. £000 [year]."""

    projection: Projection

    @cached_property
    def _counts(self) -> Flags:
        """Whether an intervention counts: what is only compared does not."""
        stages = self.projection.economy.stages
        found: Flags = stages["do_nothing"] | stages["plan"]
        return found

    @cached_property
    def _legs(self) -> Floats:
        """The legs by rule that count [year, leg]."""
        legs = self.projection.economy.legs
        found: Floats = self.projection.by_rule[0] * self._counts[legs.intervention]
        return found

    @cached_property
    def _pairs(self) -> tuple[tuple[StatedEffect, Floats], ...]:
        """Stated effects that name both ends and count, with what each comes to [year]."""
        economy = self.projection.economy
        return tuple(
            (row, delivered(economy.interventions[economy.number[row.intervention]], row, economy.place))
            for row, _ in economy.stated.rows
            if row.payer is not None and self._counts[economy.number[row.intervention]]
        )

    def between(self, payer: str, payee: str) -> Floats:
        """What a body pays another; a saving that the other gives back under their contract counts against it."""
        economy, flows, legs = (
            self.projection.economy,
            self.projection.economy.flows,
            self.projection.economy.legs,
        )
        one, other = economy.node[payer], economy.node[payee]
        contracts = (flows.payer == one) & (flows.payee == other)
        found: Floats = self.projection.flows[0][:, contracts].sum(axis=1)
        found = found + self._legs[:, (legs.payer == one) & (legs.payee == other)].sum(axis=1)
        for row, amount in self._pairs:
            if (row.payer, row.payee) == (payer, payee):
                found = found + _of_payment(row, amount)
        return found

    def income(self, organisation: str) -> Floats:
        """What a body takes in: allocation, contracts, other income and what interventions add to them."""
        economy, node = self.projection.economy, self.projection.economy.node[organisation]
        found: Floats = self.projection.flows[0][:, economy.flows.payee == node].sum(axis=1)
        found = found + self._legs[:, economy.legs.payee == node].sum(axis=1)
        for row, amount in self._pairs:
            if row.payee == organisation:
                found = found + _of_payment(row, amount)
        return found


def _of_payment(row: StatedEffect, amount: Floats) -> Floats:
    """A payment is told once: by the row of who is paid, or of who pays where that is all there is."""
    if row.organisation == row.payee:
        return amount
    return -amount if row.payee == OUTSIDE else np.zeros_like(amount)
