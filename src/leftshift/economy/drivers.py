"""The drivers of the gap: what each cause adds to it, by organisation and year, in a way no order changes.

Direct are the opening position, money that does not recur or starts later, planned investments and flows
outside. What growth adds is shared by ``growth``, year by year. The drivers of a body sum to minus its
do-nothing position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from leftshift.economy.arrays import Economy, Flags, Floats
from leftshift.economy.growth import CAUSES, Cause, Growth
from leftshift.economy.projecting import Projection, sum_into

DRIVERS: Mapping[str, str] = {
    "opening_position": "Opening position",
    "not_recurrent": "Money that does not recur or starts later",
    "demography": "Demographic growth",
    "other_growth": "Other growth",
    "cost_inflation": "Cost inflation",
    "price_and_efficiency": "Price and efficiency of contracts",
    "contract_terms": "Terms of contracts: agreed growth and outcomes",
    "funding_growth": "Growth of funding",
    "investments": "Planned investments",
    "flows_outside": "Growth of flows outside",
}


@dataclass(frozen=True)
class Counted:
    """What of the flows a driver counts: first values [year, flow], and what each cause has added by then [flow].

    Each is a weight, 0 where the driver does not count it.
    """

    first_value: Floats
    causes: Mapping[Cause, Floats] = field(default_factory=dict)


def counted(economy: Economy) -> dict[str, Counted]:
    """Driver to what it counts of the flows; money spent again and investments have no flow and stand apart."""
    flows = economy.flows
    nothing = np.zeros_like(flows.price)
    start = flows.first == 0
    kept = flows.recurrent & start
    outside, funding, lines = flows.outside, flows.funding, flows.lines
    inside = kept & ~outside & ~funding

    def growth(**causes: Flags) -> Counted:
        return Counted(
            nothing, {cause: np.where(causes[cause], 1.0, 0.0) for cause in CAUSES if cause in causes}
        )

    return {
        "opening_position": Counted(nothing + start),
        "not_recurrent": Counted(
            np.where(kept, 0.0, flows.runs * 1.0 - start),
            {cause: np.where(kept, 0.0, 1.0) for cause in CAUSES},
        ),
        "demography": growth(demography=inside),
        "other_growth": growth(other_growth=inside),
        "cost_inflation": growth(price=inside & lines),
        "price_and_efficiency": growth(price=inside & ~lines),
        "contract_terms": growth(agreed_growth=inside, outcome=inside),
        "funding_growth": growth(**dict.fromkeys(CAUSES, kept & funding)),
        "investments": Counted(nothing),
        "flows_outside": growth(**dict.fromkeys(CAUSES, kept & outside)),
    }


def drivers(growth: Growth) -> dict[str, Floats]:
    """Driver to what it adds to the gap of each node [year, node], £000; a positive amount widens the gap."""
    first = np.broadcast_to(growth.economy.flows.base, growth.economy.flows.price.shape)
    return drivers_of(growth.projection, first, growth.by_cause)


def drivers_of(projection: Projection, first: Floats, by_cause: Mapping[Cause, Floats]) -> dict[str, Floats]:
    """The drivers that some first values and some growth by cause [year, flow] make, with all else of a projection."""
    economy = projection.economy
    so_far = {cause: np.cumsum(added, axis=0) for cause, added in by_cause.items()}
    found = {}
    for name, count in counted(economy).items():
        amounts = count.first_value * first
        for cause, weight in count.causes.items():
            amounts = amounts + weight * so_far[cause]
        found[name] = _gap_of(economy, amounts)
    found["not_recurrent"] += _spent_again(projection)
    found["investments"] -= projection.moved_by("do_nothing")[0]
    return found


def _gap_of(economy: Economy, flows: Floats) -> Floats:
    """Minus the positions that flows [year, flow] make [year, node]."""
    size = len(economy.nodes)
    gap: Floats = sum_into(economy.flows.payer, flows, size) - sum_into(economy.flows.payee, flows, size)
    return gap


def _spent_again(projection: Projection) -> Floats:
    economy = projection.economy
    again, spent = economy.flows.spent_again, projection.spent_again[0]
    gap: Floats = sum_into(economy.flows.payee[again], spent, len(economy.nodes))
    gap[:, economy.nodes.index("resources")] -= spent.sum(axis=1)
    return gap
