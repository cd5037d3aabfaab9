"""Turn a place into arrays: integer codes, growth by year and line, legs of interventions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from leftshift.economy.legs import LEGS, Leg
from leftshift.economy.phasing import monthly_levels, part_year, slipped
from leftshift.economy.rates import Rates
from leftshift.foundation.money import NumberNotUnderstood, parse_number
from leftshift.foundation.years import MONTHS_IN_YEAR
from leftshift.place.place import Place
from leftshift.place.rows import (
    OUTSIDE,
    UNATTRIBUTED,
    Contract,
    Effect,
    Intervention,
    Line,
    Service,
    StatedEffect,
)

RESOURCES = "resources"  # staff, suppliers and all others who are paid and are no organisation of the model
GOVERNMENT = "government"
NOT_STATED = "not stated"  # the other side of a one-sided effect
_ENDS = (OUTSIDE, RESOURCES, GOVERNMENT, NOT_STATED, UNATTRIBUTED)

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Source = Contract | Line


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


def prepare(place: Place) -> Economy:
    """The arrays of a place; rows are sorted first, so that their order never matters."""
    rates = Rates(place)
    nodes = (*sorted({row.code for row in place.organisations}), *_ENDS)
    at = {name: position for position, name in enumerate(nodes)}
    interventions = tuple(sorted(place.interventions, key=lambda row: row.intervention))
    number = {row.intervention: position for position, row in enumerate(interventions)}
    flows, flow_at = _flows(place, rates, at)
    cost_price = _cost_prices(place, rates, nodes)
    effects, legs, left_out = _effects(place, at, number, flow_at)
    share = np.array([place.shares.get(name, 0.0) for name in nodes])
    phase = _phases(place, interventions)
    stated = _stated(place, interventions, number, at)
    _ask_for_published(place, rates)
    return Economy(
        place, nodes, share, interventions, phase, flows, cost_price, effects, legs, stated, left_out, rates
    )


def _ask_for_published(place: Place, rates: Rates) -> None:
    for row in place.published:
        if row.figure == "assumption" and row.organisation:
            rates.of(row.organisation, row.item)


def _counts(place: Place, service: Service, ends: Iterable[str]) -> bool:
    if service.scope == "social_care" and place.setting("social_care") == "out":
        return False
    if service.scope == "transitional" and place.setting("transitional_cost") == "out":
        return False
    return OUTSIDE not in ends or place.setting("outside_flows") == "in"


def _flows(place: Place, rates: Rates, at: dict[str, int]) -> tuple[Flows, dict[str, int]]:
    services = {row.service: row for row in place.services}
    contracts = [
        row for row in place.contracts if row.service in services and {row.payer, row.payee} <= at.keys()
    ]
    lines = [row for row in place.lines if row.service in services and row.organisation in at]
    rows: list[Source] = [
        *sorted(
            (row for row in contracts if _counts(place, services[row.service], (row.payer, row.payee))),
            key=lambda row: row.contract,
        ),
        *sorted(
            (row for row in lines if _counts(place, services[row.service], ())), key=lambda row: row.line
        ),
    ]
    growth = {
        key: _growth(rates, services[key[1]], key[0])
        for key in sorted({(_grower(row), row.service) for row in rows})
    }
    years = len(place.years)
    demographic, other, price = (
        np.array([growth[_grower(row), row.service][part] for row in rows]).reshape(-1, years).T.copy()
        for part in range(3)
    )
    first = np.array([row.year.starts - place.base_year.starts for row in rows], dtype=np.int64)
    not_yet = np.arange(years)[:, None] <= first[None, :]
    demographic[not_yet], other[not_yet], price[not_yet] = 0.0, 0.0, 0.0
    ends = [_ends(row) for row in rows]
    flows = Flows(
        tuple(rows),
        np.array([at[payer] for payer, _ in ends], dtype=np.int64),
        np.array([at[payee] for _, payee in ends], dtype=np.int64),
        np.array([row.value for row in rows], dtype=np.float64),
        first,
        np.array([row.recurrent for row in rows], dtype=np.bool_),
        demographic,
        other,
        place.setting("growth") == "multiplied",
        price,
        np.array(
            [position for position, row in enumerate(rows) if services[row.service].follows_activity],
            dtype=np.int64,
        ),
        _spent_again(place, rows),
        percent_setting(place, "non_recurrent_spend"),
    )
    return flows, {_name(row): position for position, row in enumerate(rows)}


def _name(row: Source) -> str:
    return f"contract {row.contract}" if isinstance(row, Contract) else f"line {row.line}"


def _ends(row: Source) -> tuple[str, str]:
    if isinstance(row, Contract):
        return row.payer, row.payee
    if row.type == "cost":
        return row.organisation, RESOURCES
    return (GOVERNMENT if row.type == "allocation" else OUTSIDE), row.organisation


def _grower(row: Source) -> str:
    """Whose rates a flow grows by: the payer's for a contract, the organisation's own for a line."""
    return row.payer if isinstance(row, Contract) else row.organisation


def _growth(rates: Rates, service: Service, organisation: str) -> tuple[Floats, Floats, Floats]:
    """Demographic growth, other growth and change of price by year."""
    names = (service.demographic_growth, service.other_growth, service.price_change)
    demographic, other, price = (rates.of(organisation, name) for name in names)
    return demographic, other, price


def _spent_again(place: Place, rows: list[Source]) -> Codes:
    commissioners = {row.code for row in place.organisations if row.kind == "commissioner"}
    return np.array(
        [
            p
            for p, row in enumerate(rows)
            if isinstance(row, Line) and row.type == "allocation" and row.organisation in commissioners
        ],
        dtype=np.int64,
    )


def percent_setting(place: Place, name: str) -> float:
    """A setting that is a percentage, as a share of one."""
    try:
        return float(parse_number(place.setting(name).rstrip("%")) / 100)
    except NumberNotUnderstood:
        return 0.0  # the check of the settings tells of it


def _cost_prices(place: Place, rates: Rates, nodes: tuple[str, ...]) -> Floats:
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


def _phases(place: Place, interventions: tuple[Intervention, ...]) -> Floats:
    profiles: dict[str, list] = {}  # type: ignore[type-arg]
    for point in place.profiles:
        profiles.setdefault(point.profile, []).append(point)
    levels = [
        part_year(monthly_levels(place, row, profiles.get(row.profile or "", []))) for row in interventions
    ]
    return np.array(levels).reshape(-1, len(place.years)).T.copy()


def _effects(
    place: Place, at: dict[str, int], number: dict[str, int], flow_at: dict[str, int]
) -> tuple[Effects, Legs, tuple[str, ...]]:
    shares = {(row.rule, row.share): row.value for row in place.rules}
    contracts = {row.contract: row for row in place.contracts}
    owners = {row.line: row.organisation for row in place.lines}
    kept: list[Effect] = []
    legs: list[tuple[int, int, int, int, float, int, int]] = []
    left_out: list[str] = []
    for row in sorted(place.effects, key=lambda row: row.effect):
        flow = flow_at.get(f"contract {row.contract}" if row.contract else f"line {row.line}")
        if flow is None or row.intervention not in number:
            left_out.append(row.effect)
            continue
        parties = _parties(row, contracts.get(row.contract or ""), owners)
        for leg in LEGS[row.rule]:
            payer, payee = parties.get(leg.payer), parties.get(leg.payee)
            if (
                payer is None
                or payee is None
                or payer not in at
                or payee not in at
                or (leg.payer == "provider" and payer == OUTSIDE)
            ):
                continue  # an investment in a body outside has no cost side here; refused rows have none either
            price = flow if leg.index in {"payment", "line"} else len(flow_at) + at[payer]
            legs.append(
                (
                    len(kept),
                    number[row.intervention],
                    at[payer],
                    at[payee],
                    leg.sign * _share(row, leg, shares),
                    flow,
                    price,
                )
            )
        kept.append(row)
    columns = list(zip(*legs, strict=True)) or [()] * 7
    codes = [np.array(column, dtype=np.int64) for column in columns]
    effect, intervention, payer_, payee_, _, volume_of, price_of = codes
    return (
        _effect_arrays(place, kept, flow_at),
        Legs(
            effect, intervention, payer_, payee_, np.array(columns[4], dtype=np.float64), volume_of, price_of
        ),
        tuple(left_out),
    )


def _effect_arrays(place: Place, kept: list[Effect], flow_at: dict[str, int]) -> Effects:
    return Effects(
        tuple(kept),
        np.array([row.value or 0.0 for row in kept], dtype=np.float64),
        np.array([row.percent or 0.0 for row in kept], dtype=np.float64),
        np.array(
            [flow_at[f"contract {row.contract}" if row.contract else f"line {row.line}"] for row in kept],
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


def _stated(
    place: Place, interventions: tuple[Intervention, ...], number: dict[str, int], at: dict[str, int]
) -> Stated:
    years = len(place.years)
    amounts: dict[tuple[int, int, int], Floats] = {}
    known = [row for row in place.stated_effects if row.intervention in number and row.organisation in at]
    for row in sorted(
        known,
        key=lambda row: (row.intervention, row.organisation, row.year, row.payer or "", row.payee or ""),
    ):
        payer, payee, amount = _posting(row)
        key = (number[row.intervention], at.get(payer, at[NOT_STATED]), at.get(payee, at[NOT_STATED]))
        amounts.setdefault(key, np.zeros(years))[row.year.starts - place.base_year.starts] += amount
    series = [_moved(interventions[key[0]], amount) for key, amount in amounts.items()]
    keys = np.array(list(amounts), dtype=np.int64).reshape(-1, 3)
    return Stated(keys[:, 0], keys[:, 1], keys[:, 2], np.array(series).reshape(-1, years).T.copy())


def _posting(row: StatedEffect) -> tuple[str, str, float]:
    """Who pays whom how much more.

    Both rows of a pair are posted against the other end's clearing side, ``not stated``, when the other end
    is an organisation too: the two halves meet there and cancel, so that rounding of a print stays visible.
    """
    if row.payer is not None and row.payee is not None and OUTSIDE in {row.payer, row.payee}:
        return OUTSIDE, row.organisation, row.amount
    return NOT_STATED, row.organisation, row.amount


def _moved(intervention: Intervention, amount: Floats) -> Floats:
    monthly = slipped(np.repeat(amount, MONTHS_IN_YEAR), intervention.delay_months)
    return part_year(monthly) * intervention.delivery
