"""The drivers of the gap: what each cause adds to it, by organisation and year, in a way no order changes.

Direct are the opening position, money that does not recur or starts later, planned investments and flows
outside. What growth adds is shared by ``growth``, year by year. The drivers of a body sum to minus its
do-nothing position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from leftshift.economy.arrays import Codes, Economy, Flags, Floats, Flows
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


def counted(flows: Flows, columns: Codes) -> dict[str, Counted]:
    """Driver to what it counts of some flows; money spent again and investments have no flow and stand apart."""
    start, runs = flows.first[columns] == 0, flows.runs[:, columns]
    kept = flows.recurrent[columns] & start
    outside, funding, lines = flows.outside[columns], flows.funding[columns], flows.lines[columns]
    inside = kept & ~outside & ~funding
    nothing = np.zeros(runs.shape)

    def growth(which: Flags, *causes: Cause) -> Counted:
        return Counted(nothing, dict.fromkeys(causes, which.astype(np.float64)))

    return {
        "opening_position": Counted(nothing + start),
        "not_recurrent": Counted(
            np.where(kept, 0.0, runs * 1.0 - start), dict.fromkeys(CAUSES, np.where(kept, 0.0, 1.0))
        ),
        "demography": growth(inside, "demography"),
        "other_growth": growth(inside, "other_growth"),
        "cost_inflation": growth(inside & lines, "price"),
        "price_and_efficiency": growth(inside & ~lines, "price"),
        "contract_terms": growth(inside, "agreed_growth", "outcome"),
        "funding_growth": growth(kept & funding, *CAUSES),
        "investments": Counted(nothing),
        "flows_outside": growth(kept & outside, *CAUSES),
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
    for name, count in counted(economy.flows, np.arange(len(economy.flows.rows))).items():
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
