"""The arrays of an economy: integer codes, growth by year and line, legs of interventions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from leftshift.economy.rates import Rates
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import (
    OUTSIDE,
    UNATTRIBUTED,
    Contract,
    Effect,
    Intervention,
    Line,
    Stage,
    StatedEffect,
)

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
class Ends:
    """Finds the rows that pay or are paid, by node."""

    rows: Codes
    first: Codes  # where the rows of each node begin

    @staticmethod
    def between(payer: Codes, payee: Codes) -> Ends:
        """The index of some rows with two ends."""
        nodes, rows = np.concatenate([payer, payee]), np.tile(np.arange(len(payer)), 2)
        order = np.lexsort((rows, nodes))
        first = np.searchsorted(nodes[order], np.arange(nodes.max(initial=-1) + 2))
        return Ends(rows[order], first)

    def of(self, node: int) -> Codes:
        """The rows of a node, in their order; one that it pays to itself stands here twice."""
        if node + 1 >= len(self.first):
            return self.rows[:0]
        return self.rows[self.first[node] : self.first[node + 1]]


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

    def only(self, columns: Codes) -> Forms:
        """Some of the contracts."""
        return Forms(*(getattr(self, entry.name)[..., columns] for entry in fields(self)))


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
    def ends(self) -> Ends:
        """The flows of each node."""
        return Ends.between(self.payer, self.payee)

    @cached_property
    def volume(self) -> Floats:
        """Growth of volume [year, flow]: demographic and other growth, added or multiplied."""
        if self.growth_multiplied:
            return (1 + self.demographic) * (1 + self.other) - 1
        return self.demographic + self.other

    @cached_property
    def runs(self) -> Flags:
        """Whether a flow runs in a year [year, flow]."""
        years = np.arange(len(self.price))[:, None]
        found: Flags = np.where(self.recurrent, years >= self.first, years == self.first)
        return found

    @cached_property
    def outside(self) -> Flags:
        """Whether a flow is a contract with a body outside [flow]."""
        found = [isinstance(row, Contract) and OUTSIDE in ends_of(row) for row in self.rows]
        return np.array(found, dtype=np.bool_)

    @cached_property
    def funding(self) -> Flags:
        """Whether a flow is an allocation [flow]."""
        found = [isinstance(row, Line) and row.type == "allocation" for row in self.rows]
        return np.array(found, dtype=np.bool_)

    @cached_property
    def lines(self) -> Flags:
        """Whether a flow is a line, and no contract [flow]."""
        return np.array([isinstance(row, Line) for row in self.rows], dtype=np.bool_)

    @cached_property
    def drives(self) -> Codes:
        """The contracts whose activity costs follow."""
        found: Codes = np.flatnonzero(~self.lines & self.recurrent)
        return found

    @cached_property
    def ran_before(self) -> Flags:
        """Whether a flow had started before a year of the plan [year without the base year, flow]."""
        found: Flags = np.arange(1, len(self.price))[:, None] > self.first
        return found


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

    @cached_property
    def ends(self) -> Ends:
        """The legs of each node."""
        return Ends.between(self.payer, self.payee)

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

    @cached_property
    def ends(self) -> Ends:
        """The postings of each node."""
        return Ends.between(self.payer, self.payee)


@dataclass(frozen=True)
class Cells:
    """The nodes that interventions touch: few of all pairs, so that impact is kept without its empty places.

    ``of_legs`` and ``of_stated`` give the cell of each payee, then of each payer.
    """

    intervention: Codes
    node: Codes
    of_legs: Codes
    of_stated: Codes


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

    @cached_property
    def years(self) -> tuple[FinancialYear, ...]:
        """The base year and every year of the plan."""
        return self.place.years

    @cached_property
    def node(self) -> Mapping[str, int]:
        """Organisation, or other end of money, to its place among the nodes."""
        return {name: at for at, name in enumerate(self.nodes)}

    @cached_property
    def number(self) -> Mapping[str, int]:
        """Intervention to its place among the interventions."""
        return {row.intervention: at for at, row in enumerate(self.interventions)}

    @cached_property
    def stages(self) -> Mapping[str, Flags]:
        """Stage to the interventions that are of it [intervention]."""
        stage_of = [row.stage for row in self.interventions]
        return {
            stage: np.array([found == stage for found in stage_of], dtype=np.bool_)
            for stage in get_args(Stage)
        }

    @cached_property
    def cells(self) -> Cells:
        """Every node that an intervention touches."""
        size = len(self.nodes)
        ends = [
            rows.intervention * size + node
            for rows in (self.legs, self.stated)
            for node in (rows.payee, rows.payer)
        ]
        places, cell = np.unique(np.concatenate(ends), return_inverse=True)
        of_legs, of_stated = np.split(cell, [2 * len(self.legs.payee)])
        return Cells(places // size, places % size, of_legs, of_stated)
