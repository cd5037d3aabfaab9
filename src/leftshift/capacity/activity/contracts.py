"""Contracts beside the activity that they pay for: what it is worth, and whether both grow alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leftshift.capacity.activity.growing import Growth, Series
from leftshift.capacity.activity.projecting import Levels
from leftshift.economy.arrays import Floats
from leftshift.economy.rates import Rates
from leftshift.place.capacity_rows import Activity
from leftshift.place.place import Place
from leftshift.place.rows import Contract

_POUNDS = 1000.0


@dataclass(frozen=True)
class ContractTie:
    """A contract beside the activity that names it, £000 in the base year; ``rows`` have a price, ``unpriced`` none."""

    contract: Contract
    activity: float
    rows: int
    unpriced: int

    @property
    def share(self) -> float:
        """How much of the contract its activity is worth; 0 for a contract of nothing."""
        return self.activity / self.contract.value if self.contract.value else 0.0


def contract_ties(place: Place) -> tuple[ContractTie, ...]:
    """Every contract that activity with a price names, beside what that activity is worth."""
    found = []
    rows = sorted(place.activity, key=lambda row: row.activity)
    for contract in sorted(place.contracts, key=lambda row: row.contract):
        named = [row for row in rows if row.contract == contract.contract]
        priced = [row for row in named if row.unit_price is not None]
        if priced:
            worth = sum(value_of(row) for row in priced)
            found.append(ContractTie(contract, worth, len(priced), len(named) - len(priced)))
    return tuple(found)


def value_of(row: Activity) -> float:
    """What a row is worth in the base year at its price, £000."""
    return float(row.count) * price(row)


def price(row: Activity) -> float:
    """The price of one, £000."""
    return float(row.unit_price or 0) / _POUNDS


def growth_beside(levels: Levels) -> Mapping[str, tuple[Floats, Floats]]:
    """Contract to the growth of its activity at its prices, doing nothing, and of its volume in the money: two of [year], from 1.

    The two are the same where activity follows the rates of the contract's service, and apart where it follows people.
    """
    place, rows = levels.plan.place, levels.plan.rows
    services = {row.service: row for row in place.services}
    nothing = levels.of_rows(do_nothing=True)
    prices = np.array([price(row) for row in rows])
    found = {}
    for tie in contract_ties(place):
        contract = tie.contract
        mine = np.array([row.contract == contract.contract for row in rows])
        worth = nothing[:, mine] @ prices[mine]
        service = services[contract.service]
        series = Series(
            organisation=contract.payer,
            demographic=service.demographic_growth or "",
            other=service.other_growth or "",
        )
        volume = Growth(place, (series,), np.zeros(1, dtype=np.int64)).levels(Rates(place))[1][:, 0, 0]
        found[contract.contract] = (worth / worth[0] if worth[0] else np.ones_like(worth), volume)
    return found
