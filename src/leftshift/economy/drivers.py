"""The drivers of the gap: what each cause adds to it, by organisation and year, in a way no order changes.

Direct are the opening position, money that does not recur or starts later, planned investments and flows
outside. The growth effects act on the same flows at once; each is given its Shapley value: the mean, over all
orders in which the causes could be switched on, of what it adds. The drivers of a body sum to minus its
do-nothing position.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from math import factorial

import numpy as np

from leftshift.economy.preparing import Economy, Flags, Floats
from leftshift.economy.projecting import Projection, project
from leftshift.place.rows import OUTSIDE, Contract, Line

GROWTH = ("demography", "other_growth", "price")
DRIVERS: Mapping[str, str] = {
    "opening_position": "Opening position",
    "not_recurrent": "Money that does not recur or starts later",
    "demography": "Demographic growth",
    "other_growth": "Other growth",
    "cost_inflation": "Cost inflation",
    "price_and_efficiency": "Price and efficiency of contracts",
    "funding_growth": "Growth of funding",
    "investments": "Planned investments",
    "flows_outside": "Growth of flows outside",
}


def drivers(projection: Projection) -> dict[str, Floats]:
    """Driver to what it adds to the gap of each node [year, node], £000; a positive amount widens the gap."""
    economy = projection.economy
    found = {name: np.zeros(projection.do_nothing.shape[1:]) for name in DRIVERS}
    base = economy.flows.base
    recurrent = economy.flows.recurrent & (economy.flows.first == 0)
    opening = np.where(economy.flows.first == 0, base, 0.0)
    found["opening_position"] += _gap_of(economy, np.broadcast_to(opening, projection.flows[0].shape))
    found["not_recurrent"] += _gap_of(economy, np.where(recurrent, 0.0, projection.flows[0]))
    found["not_recurrent"] -= _gap_of(
        economy, np.broadcast_to(np.where(recurrent, 0.0, opening), projection.flows[0].shape)
    )
    found["not_recurrent"] += _spent_again(projection)
    for name, flows in _growth_effects(projection, recurrent).items():
        found[name] += _gap_of(economy, flows)
    stage = np.array([row.stage == "do_nothing" for row in economy.interventions], dtype=np.bool_)
    found["investments"] -= projection.impact[0][:, stage, :].sum(axis=1)
    return found


def _gap_of(economy: Economy, flows: Floats) -> Floats:
    """Minus the positions that flows [year, flow] make [year, node]."""
    gap = np.zeros((len(flows), len(economy.nodes)))
    for year, amounts in enumerate(flows):
        np.add.at(gap[year], economy.flows.payer, amounts)
        np.subtract.at(gap[year], economy.flows.payee, amounts)
    return gap


def _spent_again(projection: Projection) -> Floats:
    economy = projection.economy
    gap = np.zeros(projection.do_nothing.shape[1:])
    again = economy.flows.spent_again
    for year, amounts in enumerate(projection.spent_again[0]):
        np.add.at(gap[year], economy.flows.payee[again], amounts)
        gap[year, economy.nodes.index("resources")] -= amounts.sum()
    return gap


def _growth_effects(projection: Projection, recurrent: Flags) -> dict[str, Floats]:
    """Driver to the change of each recurrent flow since the base year that it causes [year, flow]."""
    shares = _shapley(projection)
    economy = projection.economy
    outside = np.array([OUTSIDE in _ends(row) for row in economy.flows.rows], dtype=np.bool_)
    funding = np.array(
        [isinstance(row, Line) and row.type == "allocation" for row in economy.flows.rows], dtype=np.bool_
    )
    costs = np.array([isinstance(row, Line) for row in economy.flows.rows], dtype=np.bool_)
    inside = recurrent & ~outside & ~funding
    whole = sum(shares.values(), np.zeros_like(projection.flows[0]))
    return {
        "demography": np.where(inside, shares["demography"], 0.0),
        "other_growth": np.where(inside, shares["other_growth"], 0.0),
        "cost_inflation": np.where(inside & costs, shares["price"], 0.0),
        "price_and_efficiency": np.where(inside & ~costs, shares["price"], 0.0),
        "funding_growth": np.where(recurrent & funding, whole, 0.0),
        "flows_outside": np.where(recurrent & outside, whole, 0.0),
    }


def _ends(row: Contract | Line) -> tuple[str, ...]:
    return (row.payer, row.payee) if isinstance(row, Contract) else ()


def _shapley(projection: Projection) -> dict[str, Floats]:
    """Growth cause to its Shapley value in each flow [year, flow]."""
    values = {
        frozenset(on): _flows_with(projection.economy, frozenset(on))
        for size in range(len(GROWTH) + 1)
        for on in combinations(GROWTH, size)
    }
    found = {}
    for cause in GROWTH:
        total = np.zeros_like(projection.flows[0])
        for before in (group for group in values if cause not in group):
            orders = factorial(len(before)) * factorial(len(GROWTH) - len(before) - 1)
            total += orders / factorial(len(GROWTH)) * (values[before | {cause}] - values[before])
        found[cause] = total
    return found


def _flows_with(economy: Economy, on: frozenset[str]) -> Floats:
    """The flows [year, flow] when only some causes of growth act."""
    flows = economy.flows
    demographic = flows.demographic if "demography" in on else np.zeros_like(flows.demographic)
    other = flows.other if "other_growth" in on else np.zeros_like(flows.other)
    price = flows.price if "price" in on else np.zeros_like(flows.price)
    switched = replace(flows, demographic=demographic, other=other, price=price)
    without_effects = replace(
        economy, flows=switched, effects=economy.effects.none(), legs=economy.legs.none()
    )
    projected: Floats = project(without_effects).flows[0]
    return projected
