"""Payments that bend: what a contract with cap and collar pays is a broken line of the activity at tariff.

What options change of the activity adds up and is straight; what is paid for the sum is not. So the sum is kept for each
spot where a payment bends, a spot being one contract in one year of one draw, and the payment is the engine's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import Codes, Flags, Floats, Forms
from leftshift.economy.choosing.asking import Asked, Option
from leftshift.economy.choosing.drawing import Drawn, forms_at
from leftshift.economy.forms import paid
from leftshift.economy.projecting import sum_into

_MOVES = 1e-9  # £000: an option that changes less leaves a spot alone


@dataclass(frozen=True)
class Spots:
    """S spots: activity at tariff with nothing chosen and agreed activity [spot], change of each option [spot, option], £000."""

    draw: Codes
    year: Codes
    payer: Codes
    payee: Codes
    forms: Forms
    activity: Floats
    agreed: Floats
    change: Floats

    def __len__(self) -> int:
        return len(self.draw)

    def only(self, chosen: Flags) -> Spots:
        """Some of the spots."""
        forms = self.forms
        kept = Forms(
            forms.flow[chosen],
            forms.agreed[:, chosen],
            forms.low[chosen],
            forms.high[chosen],
            forms.marginal[chosen],
            forms.quality[chosen],
            forms.gain[chosen],
        )
        arrays = {
            name: getattr(self, name)[chosen]
            for name in ("draw", "year", "payer", "payee", "activity", "agreed", "change")
        }
        return replace(self, forms=kept, **arrays)

    def paid(self, change: Floats) -> Floats:
        """What a change of the activity [spot] adds to the payment [spot]."""
        before = paid(self.forms, self.activity, self.agreed)
        found: Floats = paid(self.forms, self.activity + change, self.agreed) - before
        return found

    def edges(self) -> Floats:
        """The changes at which a payment bends [spot, 2]: where activity comes to collar and to cap."""
        low, high = (side * self.agreed - self.activity for side in (self.forms.low, self.forms.high))
        found: Floats = np.stack([low, high], axis=1)
        return found

    def weighed(self, weights: Floats) -> Floats:
        """What a pound more of each payment moves positions by weights [year, node]: [spot]."""
        found: Floats = weights[self.year, self.payee] - weights[self.year, self.payer]
        return found


@dataclass(frozen=True)
class Reach:
    """How far options can change each spot, [spot] each."""

    spots: Spots
    low: Floats
    high: Floats

    @cached_property
    def bends(self) -> Flags:
        """Whether a payment bends within reach."""
        edges = self.spots.edges()
        inside = (edges > self.low[:, None] + _MOVES) & (edges < self.high[:, None] - _MOVES)
        return np.logical_or(inside[:, 0], inside[:, 1])

    @cached_property
    def rate(self) -> Floats:
        """What a pound of activity moves a payment that does not bend within reach."""
        width = self.high - self.low
        moves = width > _MOVES
        rise = self.spots.paid(self.high) - self.spots.paid(self.low)
        found: Floats = np.divide(rise, width, out=np.zeros_like(rise), where=moves)
        return found


def reach_of(spots: Spots, options: Sequence[Option]) -> Reach:
    """How far a choice can change each spot: one option of each intervention at most, at its highest scale."""
    most = spots.change * np.array([option.highest for option in options])
    names = [option.intervention for option in options]
    groups = [[at for at, name in enumerate(names) if name == wanted] for wanted in dict.fromkeys(names)]
    low, high = np.zeros(len(spots)), np.zeros(len(spots))
    for group in groups:
        low += np.minimum(most[:, group].min(axis=1), 0.0)
        high += np.maximum(most[:, group].max(axis=1), 0.0)
    return Reach(spots, low, high)


def spots_of(asked: Asked, runs: dict[int, Drawn]) -> Spots:
    """Every spot that an option changes; runs are of everything that may be chosen, so many years later."""
    change = np.stack(
        [_changed_by(runs[option.later], [option.intervention]) for option in asked.options], axis=-1
    )
    stays = _changed_by(runs[0], asked.fixed)
    return _spots(runs[0], runs[0].bent.activity + stays, change)


def spots_that_stay(asked: Asked, run: Drawn) -> Spots:
    """Every spot that an intervention changes which is no choice; all of them together are the one option."""
    return _spots(run, run.bent.activity, _changed_by(run, asked.fixed)[..., None])


def _spots(run: Drawn, activity: Floats, change: Floats) -> Spots:
    """The spots at which a change [draw, year, contract, option] is one, of activity [draw, year, contract]."""
    economy, bent = run.economy, run.bent
    touched = (np.abs(change) > _MOVES).any(axis=-1)
    at = draw, year, contract = np.nonzero(touched)
    column = bent.contracts[contract]
    flow = economy.flows.forms.flow[column]
    forms = forms_at(economy, column, bent.quality[at])
    payer, payee = economy.flows.payer[flow], economy.flows.payee[flow]
    return Spots(draw, year, payer, payee, forms, activity[at], bent.agreed[at], change[touched])


def _changed_by(run: Drawn, names: Sequence[str]) -> Floats:
    """What some interventions change of the activity of each bent contract, at tariff [draw, year, contract]."""
    economy, bent = run.economy, run.bent
    wanted = [economy.number[name] for name in names]
    mine = np.flatnonzero(np.isin(economy.legs.intervention[bent.legs], wanted))
    column = np.searchsorted(bent.contracts, economy.legs.form[bent.legs[mine]])
    return sum_into(column, bent.at_tariff[:, :, mine], len(bent.contracts))
