"""Turn a place into arrays: flows, their growth and their forms; effects and phases beside them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from leftshift.economy.arrays import (
    ENDS,
    Codes,
    Economy,
    Floats,
    Flows,
    Source,
    ends_of,
    grower_of,
    name_of,
)
from leftshift.economy.forms import prepare_forms
from leftshift.economy.preparing_effects import cost_prices, phases, prepare_effects, prepare_stated
from leftshift.economy.rates import Rates
from leftshift.foundation.money import NumberNotUnderstood, parse_number
from leftshift.place.place import Place
from leftshift.place.rows import OUTSIDE, Line, Service


def prepare(place: Place) -> Economy:
    """The arrays of a place; rows are sorted first, so that their order never matters."""
    rates = Rates(place)
    nodes = (*sorted({row.code for row in place.organisations}), *ENDS)
    at = {name: position for position, name in enumerate(nodes)}
    interventions = tuple(sorted(place.interventions, key=lambda row: row.intervention))
    number = {row.intervention: position for position, row in enumerate(interventions)}
    flows, flow_at = _flows(place, rates, at)
    cost_price = cost_prices(place, rates, nodes)
    effects, legs, left_out = prepare_effects(place, at, number, flows, flow_at)
    share = np.array([place.shares.get(name, 0.0) for name in nodes])
    phase = phases(place, interventions)
    stated = prepare_stated(place, interventions, number, at)
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
        for key in sorted({(grower_of(row), row.service) for row in rows})
    }
    years = len(place.years)
    demographic, other, price = (
        np.array([growth[grower_of(row), row.service][part] for row in rows]).reshape(-1, years).T.copy()
        for part in range(3)
    )
    first = np.array([row.year.starts - place.base_year.starts for row in rows], dtype=np.int64)
    not_yet = np.arange(years)[:, None] <= first[None, :]
    demographic[not_yet], other[not_yet], price[not_yet] = 0.0, 0.0, 0.0
    ends = [ends_of(row) for row in rows]
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
        prepare_forms(place, rates, rows, first),
    )
    return flows, {name_of(row): position for position, row in enumerate(rows)}


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
