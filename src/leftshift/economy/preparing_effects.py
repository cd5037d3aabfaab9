"""Turn the interventions of a place into arrays: legs of effects, stated effects, phases."""

from __future__ import annotations

import numpy as np

from leftshift.economy.arrays import (
    NOT_STATED,
    RESOURCES,
    Effects,
    Floats,
    Flows,
    Legs,
    Stated,
)
from leftshift.economy.legs import LEGS, Leg
from leftshift.economy.phasing import monthly_levels, part_year, slipped
from leftshift.economy.rates import Rates
from leftshift.foundation.years import MONTHS_IN_YEAR
from leftshift.place.place import Place
from leftshift.place.rows import OUTSIDE, Contract, Effect, Intervention, StatedEffect

_Leg = tuple[int, int, int, int, float, int, int, int]


def cost_prices(place: Place, rates: Rates, nodes: tuple[str, ...]) -> Floats:
    """Growth of the price of the costs of each node that an effect moves [year, node]."""
    prices = np.zeros((len(place.years), len(nodes)))
    contracts = {row.contract: row for row in place.contracts}
    for effect in place.effects:
        contract = contracts.get(effect.contract or "")
        uses = {leg.index for leg in LEGS[effect.rule]}
        if contract and "provider_cost" in uses and contract.payee in nodes and contract.payee != OUTSIDE:
            prices[:, nodes.index(contract.payee)] = rates.of(contract.payee, place.setting("cost_price"))
        if effect.receiver in nodes and "receiver_cost" in uses:
            prices[:, nodes.index(effect.receiver)] = rates.of(effect.receiver, place.setting("cost_price"))
    return prices


def phases(place: Place, interventions: tuple[Intervention, ...]) -> Floats:
    """The part of a full year that each intervention reaches [year, intervention]."""
    profiles: dict[str, list] = {}  # type: ignore[type-arg]
    for point in place.profiles:
        profiles.setdefault(point.profile, []).append(point)
    levels = [
        part_year(monthly_levels(place, row, profiles.get(row.profile or "", []))) for row in interventions
    ]
    return np.array(levels).reshape(-1, len(place.years)).T.copy()


def prepare_effects(
    place: Place, at: dict[str, int], number: dict[str, int], flows: Flows, flow_at: dict[str, int]
) -> tuple[Effects, Legs, tuple[str, ...]]:
    """Effects by rule, their legs, and the names of those whose contract or line the switches leave out."""
    legs_of = _LegsOf(place, at, flows, flow_at)
    kept: list[Effect] = []
    legs: list[_Leg] = []
    left_out: list[str] = []
    for row in sorted(place.effects, key=lambda row: row.effect):
        if _flow_name(row) not in flow_at or row.intervention not in number:
            left_out.append(row.effect)
            continue
        legs += legs_of.effect(row, len(kept), number[row.intervention])
        kept.append(row)
    columns = list(zip(*legs, strict=True)) or [()] * 8
    codes = [np.array(column, dtype=np.int64) for column in columns]
    effect, intervention, payer, payee, _, form, volume_of, price_of = codes
    share = np.array(columns[4], dtype=np.float64)
    found = Legs(effect, intervention, payer, payee, share, form, volume_of, price_of)
    return _effect_arrays(place, kept, flow_at), found, tuple(left_out)


def _flow_name(row: Effect) -> str:
    return f"contract {row.contract}" if row.contract else f"line {row.line}"


class _LegsOf:
    """The legs of one effect after the other."""

    def __init__(self, place: Place, at: dict[str, int], flows: Flows, flow_at: dict[str, int]) -> None:
        self.at, self.flow_at = at, flow_at
        self.shares = {(row.rule, row.share): row.value for row in place.rules}
        self.contracts = {row.contract: row for row in place.contracts}
        self.owners = {row.line: row.organisation for row in place.lines}
        self.forms = {int(flow): column for column, flow in enumerate(flows.forms.flow)}
        self.gains = flows.forms.gain

    def effect(self, row: Effect, effect: int, intervention: int) -> list[_Leg]:
        """(effect, intervention, payer, payee, share of v, form, flow of the volume, column of the price)."""
        flow = self.flow_at[_flow_name(row)]
        parties = _parties(row, self.contracts.get(row.contract or ""), self.owners)
        form = self.forms.get(flow, -1)
        found: list[_Leg] = []
        for leg in LEGS[row.rule]:
            payer, payee = parties.get(leg.payer), parties.get(leg.payee)
            bearer = parties.get(leg.index.removesuffix("_cost")) if leg.is_cost else None
            gain = self._gain(leg, form)
            if payer not in self.at or payee not in self.at or gain == 0.0:
                continue  # refused rows have no other side here
            if leg.is_cost and (bearer not in self.at or bearer == OUTSIDE):
                continue  # an investment in a body outside has no cost side here
            price = len(self.flow_at) + self.at[str(bearer)] if leg.is_cost else flow
            share = leg.sign * _share(row, leg, self.shares) * gain
            moves = form if leg.follows_form else -1
            found.append(
                (effect, intervention, self.at[str(payer)], self.at[str(payee)], share, moves, flow, price)
            )
        return found

    def _gain(self, leg: Leg, form: int) -> float:
        """1 for any leg but that of a shared gain, which is the form's share, and nothing where there is none."""
        if not leg.is_shared_gain:
            return 1.0
        return float(self.gains[form]) if form >= 0 else 0.0


def _effect_arrays(place: Place, kept: list[Effect], flow_at: dict[str, int]) -> Effects:
    return Effects(
        tuple(kept),
        np.array([row.value or 0.0 for row in kept], dtype=np.float64),
        np.array([row.percent or 0.0 for row in kept], dtype=np.float64),
        np.array(
            [flow_at[_flow_name(row)] for row in kept],
            dtype=np.int64,
        ),
        np.array([row.price_year.starts - place.base_year.starts for row in kept], dtype=np.int64),
    )


def _parties(row: Effect, contract: Contract | None, owners: dict[str, str]) -> dict[str, str | None]:
    return {
        "payer": contract.payer if contract else None,
        "provider": contract.payee if contract else None,
        "receiver": row.receiver,
        "owner": owners.get(row.line or ""),
        "outside": OUTSIDE,
        "resources": RESOURCES,
    }


def _share(row: Effect, leg: Leg, shares: dict[tuple[str, str], float]) -> float:
    if leg.share is None:
        return 1.0
    own: float | None = getattr(row, leg.share)
    return own if own is not None else shares.get((row.rule, leg.share), 0.0)


def prepare_stated(
    place: Place, interventions: tuple[Intervention, ...], number: dict[str, int], at: dict[str, int]
) -> Stated:
    """Stated effects as postings, those of one payer and payee added up."""
    years = len(place.years)
    amounts: dict[tuple[int, int, int], Floats] = {}
    posted: list[tuple[StatedEffect, int]] = []
    number_of: dict[tuple[int, int, int], int] = {}
    known = [row for row in place.stated_effects if row.intervention in number and row.organisation in at]
    for row in sorted(
        known,
        key=lambda row: (row.intervention, row.organisation, row.year, row.payer or "", row.payee or ""),
    ):
        key = (number[row.intervention], at[_other_side(row)], at[row.organisation])
        moved = delivered(interventions[key[0]], row, place)
        amounts[key] = amounts.get(key, np.zeros(years)) + moved
        posted.append((row, number_of.setdefault(key, len(number_of))))
    keys = np.array(list(amounts), dtype=np.int64).reshape(-1, 3)
    amount = np.array(list(amounts.values())).reshape(-1, years).T.copy()
    return Stated(keys[:, 0], keys[:, 1], keys[:, 2], amount, tuple(posted))


def _other_side(row: StatedEffect) -> str:
    """Who pays the organisation so much more.

    Both rows of a pair are posted against the other end's clearing side, ``not stated``, when the other end
    is an organisation too: the two halves meet there and cancel, so that rounding of a print stays visible.
    """
    return OUTSIDE if OUTSIDE in {row.payer, row.payee} else NOT_STATED


def delivered(intervention: Intervention, row: StatedEffect, place: Place) -> Floats:
    """What a stated effect comes to in each year [year], after its intervention's delay and delivery."""
    stated = np.zeros(len(place.years))
    stated[row.year.starts - place.base_year.starts] = row.amount
    monthly = slipped(np.repeat(stated, MONTHS_IN_YEAR), intervention.delay_months)
    return part_year(monthly) * intervention.delivery
