"""Positions of the synthetic place as an expert would write them for it alone: the yardstick of the engine.

The same arithmetic on the same prepared arrays, without the engine's draws, classes, settings and checks. It takes
for granted what is true of this one place: every flow recurs and starts in the base year, growth is added, no effect is
a percentage or stated, and lines stand after contracts. What hangs on codes and not on amounts (which legs are of which
stage, who pays whom as sparse sums) is worked out once, before: so the yardstick is as fast as NumPy and SciPy get.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from leftshift.economy.arrays import RESOURCES, Codes, Economy, Floats
from leftshift.place.rows import Contract

Positions = tuple[Floats, Floats]  # do nothing and with the plan, [year, node]


def by_hand(economy: Economy) -> Callable[[], Positions]:
    """What gives the positions; its own preparation is done here."""
    flows, legs, effects, forms = economy.flows, economy.legs, economy.effects, economy.flows.forms
    size, contracts = len(economy.nodes), sum(isinstance(row, Contract) for row in flows.rows)
    assert (flows.first == 0).all()
    assert flows.recurrent.all()
    assert not flows.growth_multiplied
    assert not effects.percent.any()
    assert not len(economy.stated.payer)
    payee, follower, formed = flows.payee[:contracts], flows.follower, forms.flow
    resources, again_paid = economy.nodes.index(RESOURCES), flows.payee[flows.spent_again]
    net_of_flows, net_of_legs = (_net(rows.payee, rows.payer, size) for rows in (flows, legs))
    earned = csr_array((np.ones(contracts), (payee, np.arange(contracts))), shape=(size, contracts))
    stage = np.array([row.stage for row in economy.interventions])[legs.intervention]
    by_flow, by_cost = (
        np.flatnonzero(found) for found in (legs.price_of < len(flows.rows), legs.price_of >= len(flows.rows))
    )
    moves = legs.form >= 0
    cut = {
        name: (np.flatnonzero(moves & (stage == name)), legs.form[moves & (stage == name)])
        for name in ("do_nothing", "plan")
    }
    invested, planned = np.flatnonzero(stage == "do_nothing"), np.flatnonzero(stage == "plan")
    net_invested, net_planned = net_of_legs[:, invested], net_of_legs[:, planned]
    at, share = effects.price_year[legs.effect], legs.share * effects.value[legs.effect]

    def paid(activity: Floats, agreed: Floats, of: Codes | slice = slice(None)) -> Floats:
        inside = np.clip(activity, forms.low[of] * agreed, forms.high[of] * agreed)
        return (inside + forms.marginal[of] * (activity - inside)) * forms.quality[:, of]

    def positions() -> Positions:
        growth = flows.demographic + flows.other
        volume, price = _levels(growth), _levels(flows.price)
        before = flows.base[:contracts] * volume[:-1, :contracts]
        moved = before * growth[1:, :contracts]
        rate = np.divide(
            (earned @ moved.T).T, sums := (earned @ before.T).T, where=sums != 0, out=np.zeros_like(sums)
        )
        growth[1:, follower] += rate[:, flows.payer[follower]]
        volume[:, follower] = _levels(growth[:, follower])
        activity = flows.base * volume * price
        agreed = flows.base[formed] * _levels(forms.agreed) * price[:, formed]
        at_tariff = activity[:, formed]
        activity[:, formed] = paid(at_tariff, agreed)
        again = activity[:, flows.spent_again] * flows.spent_share
        again[0] = 0.0

        index = volume[:, legs.volume_of]
        index[:, by_flow] *= price[:, legs.price_of[by_flow]]
        index[:, by_cost] *= _levels(economy.cost_price)[:, legs.price_of[by_cost] - len(flows.rows)]
        amounts = share * economy.phase[:, legs.intervention] * (index / index[at, np.arange(len(at))])
        for mine, of in cut.values():  # no contract is cut twice in a stage
            change, held = amounts[:, mine], agreed[:, of]
            now = paid(at_tariff[:, of] + change, held, of) - paid(at_tariff[:, of], held, of)
            at_tariff[:, of] += change
            amounts[:, mine] = now

        do_nothing = (net_of_flows @ activity.T).T + (net_invested @ amounts[:, invested].T).T
        do_nothing[:, resources] += again.sum(axis=1)
        do_nothing[:, again_paid] -= again
        return do_nothing, do_nothing + (net_planned @ amounts[:, planned].T).T

    return positions


def _net(payee: Codes, payer: Codes, size: int) -> csr_array:
    """What each node gains from a pound of each column, as a sparse matrix [node, column]."""
    columns = np.arange(len(payee))
    signs = np.concatenate([np.ones(len(payee)), -np.ones(len(payer))])
    cells = (np.concatenate([payee, payer]), np.concatenate([columns, columns]))
    return csr_array((signs, cells), shape=(size, len(payee)))


def _levels(growth: Floats) -> Floats:
    """The level that growth [year, column] reaches: year by year, a sixth of the time of ``np.cumprod`` down an axis."""
    levels = 1.0 + growth
    for year in range(1, len(levels)):
        levels[year] *= levels[year - 1]
    return levels
