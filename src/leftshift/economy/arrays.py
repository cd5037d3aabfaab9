"""The arrays of an economy: integer codes, growth by year and line, legs of interventions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from leftshift.economy.rates import Rates
from leftshift.place.place import Place
from leftshift.place.rows import OUTSIDE, UNATTRIBUTED, Contract, Effect, Intervention, Line, StatedEffect

RESOURCES = "resources"  # staff, suppliers and all others who are paid and are no organisation of the model
GOVERNMENT = "government"
NOT_STATED = "not stated"  # the other side of a one-sided effect
ENDS = (OUTSIDE, RESOURCES, GOVERNMENT, NOT_STATED, UNATTRIBUTED)

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Source = Contract | Line


def name_of(row: Source) -> str:
    """A contract or a line in two words: ``contract C01``."""
    return f"contract {row.contract}" if isinstance(row, Contract) else f"line {row.line}"


def grower_of(row: Source) -> str:
    """Whose rates a flow grows by: the payer's for a contract, the organisation's own for a line."""
    return row.payer if isinstance(row, Contract) else row.organisation


def ends_of(row: Source) -> tuple[str, str]:
    """Who pays and who is paid: the organisations of a contract, an organisation and the world for a line."""
    if isinstance(row, Contract):
        return row.payer, row.payee
    if row.type == "cost":
        return row.organisation, RESOURCES
    return (GOVERNMENT if row.type == "allocation" else OUTSIDE), row.organisation


@dataclass(frozen=True)
class Forms:
    """Contracts that are not paid by tariff, C of them: what of a change in activity moves the payment.

    Of activity at tariff, what lies between ``low`` and ``high`` times the agreed activity is paid in full and
    what lies beyond at the ``marginal`` rate; ``quality`` scales the whole.
    """

    flow: Codes
    agreed: Floats  # [year, contract]: growth of the agreed activity
    low: Floats
    high: Floats
    marginal: Floats
    quality: Floats  # [year, contract]: what outcomes leave of the payment
    gain: Floats  # share of a saving in the provider's cost that goes back to the payer


@dataclass(frozen=True)
class Flows:
    """Contracts and lines, F of them in canonical order; growth is [year, flow] and 0 up to the first year."""

    rows: tuple[Source, ...]
    payer: Codes
    payee: Codes
    base: Floats
    first: Codes
    recurrent: Flags
    demographic: Floats
    other: Floats
    growth_multiplied: bool
    price: Floats
    follower: Codes  # flows whose volume follows the activity of who bears them
    spent_again: Codes  # allocations of which a share is spent non-recurrently
    spent_share: float
    forms: Forms

    @cached_property
    def volume(self) -> Floats:
        """Growth of volume [year, flow]: demographic and other growth, added or multiplied."""
        if self.growth_multiplied:
            return (1 + self.demographic) * (1 + self.other) - 1
        return self.demographic + self.other


@dataclass(frozen=True)
class Legs:
    """Legs of effects by rule, E of them: amounts move by the volume of one flow and a price index."""

    effect: Codes
    intervention: Codes
    payer: Codes
    payee: Codes
    share: Floats  # sign and share of v
    form: Codes  # column of forms whose rate a payment leg moves at; -1: in full
    volume_of: Codes  # flow whose volume index applies
    price_of: Codes  # column of prices: flows first, then organisations' cost prices

    def none(self) -> Legs:
        """No legs at all."""
        return Legs(*(getattr(self, entry.name)[:0] for entry in fields(self)))


@dataclass(frozen=True)
class Effects:
    """Effects by rule: v in £000, or a share of a flow's own value, in the prices of a year."""

    rows: tuple[Effect, ...]
    value: Floats
    percent: Floats
    flow: Codes
    price_year: Codes

    def none(self) -> Effects:
        """No effects at all."""
        return Effects(*(getattr(self, entry.name)[:0] for entry in fields(self)))


@dataclass(frozen=True)
class Stated:
    """Stated effects as postings, [year, posting], £000 in the prices of their year."""

    intervention: Codes
    payer: Codes
    payee: Codes
    amount: Floats
    rows: tuple[tuple[StatedEffect, int], ...]  # each row, and the posting that it is part of


@dataclass(frozen=True)
class Economy:
    """Everything that the arithmetic needs, and nothing else. Years run from the base year, Y of them."""

    place: Place
    nodes: tuple[str, ...]
    share: Floats  # of each node in the perimeter
    interventions: tuple[Intervention, ...]
    phase: Floats  # [year, intervention]
    flows: Flows
    cost_price: Floats  # [year, node]: growth of the price of an organisation's costs
    effects: Effects
    legs: Legs
    stated: Stated
    left_out: tuple[str, ...]  # effects on what the switches leave out
    rates: Rates
