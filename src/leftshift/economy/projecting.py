"""Project every organisation at once: a handful of array operations on [draw, year, line]."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import RESOURCES, Codes, Economy, Flags, Floats, Flows
from leftshift.economy.forms import paid, rate_of_change

BALANCE_TOLERANCE = 1e-3  # £000, so one pound; beside it 1e-12 of the money that moved


class DoesNotBalance(AssertionError):
    """Money was made or lost: an error of ours, never of the person's input."""


@dataclass(frozen=True)
class Projection:
    """Every movement of money, D draws of Y years; the deterministic run is the case of one draw.

    flows [draw, year, flow] as paid; activity the same at tariff, which differs where a contract has another
    form; spent_again [draw, year, allocation]; legs_at_tariff and by_rule [draw, year, leg], before and after
    the form of the contract; by_statement [year, posting]; all in £000. volume [draw, year, flow] and price
    [1, year, flow] are indices, 1 in a flow's first year;
    """

    economy: Economy
    flows: Floats
    activity: Floats
    spent_again: Floats
    legs_at_tariff: Floats
    by_rule: Floats
    by_statement: Floats
    volume: Floats
    price: Floats

    @cached_property
    def do_nothing(self) -> Floats:
        """The position of each node without the plan's interventions [draw, year, node]."""
        economy = self.economy
        flows, size = economy.flows, len(economy.nodes)
        total = sum_into(flows.payee, self.flows, size) - sum_into(flows.payer, self.flows, size)
        again = flows.spent_again
        total[:, :, economy.nodes.index(RESOURCES)] += self.spent_again.sum(axis=2)
        total -= sum_into(flows.payee[again], self.spent_again, size)
        return total + self.moved_by("do_nothing")

    @cached_property
    def with_plan(self) -> Floats:
        """The position of each node after the plan's interventions [draw, year, node]."""
        return self.do_nothing + self.moved_by("plan")

    @cached_property
    def touched(self) -> Floats:
        """What each intervention does to each node that it touches [draw, year, cell]: cells are of the economy."""
        legs = np.concatenate([self.by_rule, -self.by_rule], axis=2)
        stated = np.concatenate([self.by_statement, -self.by_statement], axis=1)[None]
        cells = self.economy.cells
        count = len(cells.node)
        return sum_into(cells.of_legs, legs, count) + sum_into(cells.of_stated, stated, count)

    def moved_by(self, stage: str) -> Floats:
        """What the interventions of a stage do to the position of each node [draw, year, node]."""
        cells = self.economy.cells
        mine = np.flatnonzero(in_stage(self.economy, stage)[cells.intervention])
        return sum_into(cells.node[mine], self.touched[:, :, mine], len(self.economy.nodes))

    def weighed(self, share: Floats) -> Floats:
        """What each intervention does to nodes by a share of each [node]: [draw, year, intervention]."""
        cells = self.economy.cells
        return sum_into(cells.intervention, self.touched * share[cells.node], len(self.economy.interventions))

    def impact(self, at: int) -> Floats:
        """What each intervention does to each node's position in a year [draw, intervention, node].

        Large and nearly empty: for a sum over nodes ask ``weighed``, for one over interventions ``moved_by``.
        """
        economy, cells = self.economy, self.economy.cells
        found = np.zeros((len(self.touched), len(economy.interventions), len(economy.nodes)))
        found[:, cells.intervention, cells.node] = self.touched[:, at]
        return found

    def perimeter(self, positions: Floats) -> Floats:
        """The sum over the perimeter of positions [..., node] by each node's share."""
        total: Floats = positions @ self.economy.share
        return total


def project(economy: Economy, base: Floats | None = None) -> Projection:
    """Project the economy; ``base`` [draw, flow] replaces the first-year values, £000.

    Raises DoesNotBalance when the positions of all nodes do not sum to nought.
    """
    start = economy.flows.base[None, :] if base is None else base
    volume, price = _indices(economy.flows, start)
    activity = np.where(economy.flows.runs, start[:, None, :] * volume * price, 0.0)
    agreed = agreed_activity(economy.flows, start, price)
    flows = _as_paid(economy.flows, activity, agreed)
    spent = flows[:, :, economy.flows.spent_again] * economy.flows.spent_share
    spent[:, 0, :] = 0.0  # the base year is as it was: its spending stands in its lines
    at_tariff = _legs_at_tariff(economy, activity, volume, price)
    by_rule = _legs_as_paid(economy, at_tariff, activity, agreed)
    projection = Projection(
        economy, flows, activity, spent, at_tariff, by_rule, economy.stated.amount, volume, price
    )
    _assert_balance(projection)
    return projection


def in_stage(economy: Economy, stage: str) -> Flags:
    """Which interventions are of a stage [intervention]."""
    return economy.stages[stage]


def _indices(flows: Flows, base: Floats) -> tuple[Floats, Floats]:
    """Volume [draw, year, flow] and price [1, year, flow], each 1 up to the flow's first year."""
    own = _levels(flows.volume)
    price = _levels(flows.price)[None]
    if not len(flows.follower):
        return own[None], price
    volume: Floats = np.repeat(own[None], len(base), axis=0)
    growth = flows.volume[:, flows.follower] + _activity_growth(flows, base, own)
    volume[:, :, flows.follower] = _levels(growth)
    return volume, price


def _levels(growth: Floats) -> Floats:
    """The level that growth [..., year, column] reaches, 1 in the base year.

    Year by year, which takes a sixth of the time of ``np.cumprod`` down an axis.
    """
    levels = 1.0 + growth
    for year in range(1, levels.shape[-2]):
        levels[..., year, :] *= levels[..., year - 1, :]
    return levels


def _activity_growth(flows: Flows, base: Floats, own: Floats) -> Floats:
    """Growth of the activity that each follower's organisation is paid for [draw, year, follower].

    Of the recurrent contracts that ran the year before, at constant prices: so a contract that starts or
    ends brings no growth with it, and its cost is a line of its own.
    """
    followers = flows.payer[flows.follower]
    nobody = int(max(flows.payee.max(), followers.max())) + 1
    paid_for = np.full(len(flows.rows), nobody)  # a place of its own, not to pick contracts from every array
    paid_for[flows.drives] = flows.payee[flows.drives]
    before = base[:, None, :] * (own[:-1] * flows.ran_before)
    sums = sum_into(paid_for, before, nobody + 1)
    moved = sum_into(paid_for, before * flows.volume[1:], nobody + 1)
    rate = np.divide(moved, sums, out=np.zeros_like(moved), where=sums != 0)[:, :, followers]
    growth = np.zeros((len(base), len(own), len(followers)))
    growth[:, 1:] = np.where(flows.ran_before[:, flows.follower], rate, 0.0)
    return growth


def agreed_activity(flows: Flows, base: Floats, price: Floats) -> Floats:
    """The activity that was agreed, in the prices of each year [draw, year, contract with a form]."""
    forms = flows.forms
    level = _levels(forms.agreed) * price[:, :, forms.flow]
    agreed: Floats = np.where(flows.runs[:, forms.flow], base[:, None, forms.flow] * level, 0.0)
    return agreed


def _as_paid(flows: Flows, activity: Floats, agreed: Floats) -> Floats:
    if not len(flows.forms.flow):
        return activity
    payments = activity.copy()
    payments[:, :, flows.forms.flow] = paid(flows.forms, activity[:, :, flows.forms.flow], agreed)
    return payments


def _legs_at_tariff(economy: Economy, activity: Floats, volume: Floats, price: Floats) -> Floats:
    effects, legs = economy.effects, economy.legs
    draws, years = activity.shape[:2]
    if not len(legs.effect):
        return np.zeros((draws, years, 0))
    value = effects.value + effects.percent * activity[:, effects.price_year, effects.flow]
    signed: Floats = legs.share * value[:, legs.effect]
    phased = signed[:, None, :] * economy.phase[None][:, :, legs.intervention]
    amounts: Floats = phased * leg_index(economy, volume, price)
    return amounts


def leg_index(economy: Economy, volume: Floats, price: Floats) -> Floats:
    """The level of each leg's volume and price, 1 in the price year of its effect [draw, year, leg]."""
    legs = economy.legs
    at = economy.effects.price_year[legs.effect]
    prices = np.concatenate([price, _levels(economy.cost_price)[None]], axis=2)[:, :, legs.price_of]
    volumes = volume[:, :, legs.volume_of]
    column = np.arange(len(at))
    index: Floats = (volumes / volumes[:, at, column][:, None]) * (prices / prices[:, at, column][:, None])
    return index


def _legs_as_paid(economy: Economy, at_tariff: Floats, activity: Floats, agreed: Floats) -> Floats:
    """The legs after the form of the contract: stage by stage, each on top of what comes before it."""
    forms, legs = economy.flows.forms, economy.legs
    if not (legs.form >= 0).any():
        return at_tariff
    found = at_tariff.copy()
    invested = activity[:, :, forms.flow]
    for stage in ("do_nothing", "plan", "comparison"):
        mine = np.flatnonzero((legs.form >= 0) & in_stage(economy, stage)[legs.intervention])
        moved, column = np.unique(legs.form[mine], return_inverse=True)
        change = sum_into(column, at_tariff[:, :, mine], len(moved))
        rate = rate_of_change(forms.only(moved), invested[:, :, moved], change, agreed[:, :, moved])
        found[:, :, mine] = at_tariff[:, :, mine] * rate[:, :, column]
        if stage == "do_nothing":
            invested[:, :, moved] += change
    return found


def sum_into(codes: Codes, values: Floats, size: int) -> Floats:
    """Sum the last axis of values into ``size`` places."""
    lead = values.shape[:-1]
    flat = values.reshape(int(np.prod(lead)), values.shape[-1])
    cells = (np.arange(len(flat))[:, None] * size + codes[None]).ravel()
    sums = np.bincount(cells, flat.ravel(), len(flat) * size)
    shaped: Floats = sums.astype(np.float64, copy=False).reshape(*lead, size)
    return shaped


def _assert_balance(projection: Projection) -> None:
    for positions in (projection.do_nothing, projection.with_plan):
        allowed = BALANCE_TOLERANCE + 1e-12 * np.abs(positions).sum(axis=2)
        off = np.abs(positions.sum(axis=2))
        if not (off <= allowed).all():
            raise DoesNotBalance(f"the positions of all bodies sum to {off.max():g} (£000) and not to nought")
