"""A reference economy for timing engines: declared as a place, and by hand in NumPy.

Eight providers of ten services, two commissioners, ten years. Demand of each service grows at random; eighty interventions
avoid a part of it, phased over five years; contracts pay half of a change in activity; six tenths of pay follow activity.
By hand it is the money of the economy, and no more: the same four balances by year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.foundation.years import FinancialYear
from leftshift.place import rows
from leftshift.place.place import Place
from leftshift.place.rows import Level, Uncertainty

BY: dict[str, Any] = {"source": "invented for timing", "basis": "assumed"}
BASE = FinancialYear(2024)
PROVIDERS, SERVICES, YEARS = 8, 10, 10
BLEND, FOLLOWS, PHASE_YEARS = 0.5, 0.6, 5
BALANCES = ("providers", "icb", "council", "system")
_MOST_AVOIDED = 0.25
_RATES = {  # mean and standard deviation
    "productivity": (0.008, 0.003),
    "pay_inflation": (0.028, 0.006),
    "other_inflation": (0.025, 0.006),
    "tariff": (0.022, 0.004),
    "allocation": (0.030, 0.004),
}
_GROWTH = {"demography": (0.012, 0.004), "other": (0.010, 0.005)}


def base_year() -> dict[str, Floats]:
    """Activity, prices and costs of the base year, £000 [provider, service]."""
    chance = np.random.default_rng(7)
    activity = chance.uniform(2_000, 60_000, (PROVIDERS, SERVICES)).round()
    income = activity * chance.uniform(0.08, 2.5, SERVICES).round(5)
    return {
        "income": income,
        "icb": chance.uniform(0.6, 1.0, (PROVIDERS, SERVICES)).round(3),
        "pay": (income * 0.6 * chance.uniform(0.9, 1.1, (PROVIDERS, SERVICES))).round(3),
        "other": (income * 0.36).round(3),
    }


# ---------------------------------------------------------------------- as a place
def reference_place() -> Place:
    """The economy as a place, with what is uncertain of it."""
    base = base_year()
    providers = [f"P{number}A" for number in range(PROVIDERS)]
    codes = ["ICB", "E10000999", *providers]
    kinds: dict[str, Any] = {"ICB": "commissioner", "E10000999": "council"}
    years = [BASE.plus(year) for year in range(1, YEARS + 1)]
    pairs = [(p, s) for p in range(PROVIDERS) for s in range(SERVICES)]
    return Place(
        code="reference",
        name="Reference economy",
        base_year=BASE,
        last_year=years[-1],
        perimeter="all",
        organisations=tuple(
            rows.Organisation(code=code, name=code, kind=kinds.get(code, "provider"), **BY) for code in codes
        ),
        perimeters=tuple(
            rows.Membership(perimeter="all", organisation=code, share=1.0, **BY) for code in codes
        ),
        settings=tuple(
            rows.Setting(setting=name, value=value, **BY)
            for name, value in {
                "growth": "multiplied",
                "non_recurrent_spend": "0%",
                "cost_price": "pay_price",
            }.items()
        ),
        services=_services(),
        derivations=(
            rows.Derivation(
                assumption="pay_price", formula="(1 + pay_inflation) * (1 - productivity) - 1", **BY
            ),
        ),
        assumptions=tuple(
            rows.Assumption(organisation="all", assumption=name, percent=mean, **BY)
            for name, mean in (*((name, mean) for name, (mean, _) in _rates().items()), ("achieved", 1.0))
        ),
        forms=(
            rows.Form(
                form="blend", kind="outcome_linked", risk_share=BLEND, at_risk=0.1, outcome="achieved", **BY
            ),
        ),
        contracts=tuple(contract for p, s in pairs for contract in _contracts(base, p, s)),
        lines=(*(line for p, s in pairs for line in _costs(base, p, s)), *_allocations(base)),
        steps=(rows.Step(step="avoid", name="Avoided demand", order=1, **BY),),
        interventions=tuple(
            rows.Intervention(
                intervention=f"avoid_{p}_{s}",
                name=f"Avoid {p} {s}",
                step="avoid",
                profile="ramp",
                delivery=_MOST_AVOIDED / 2,
                **BY,
            )
            for p, s in pairs
        ),
        profiles=tuple(
            rows.ProfilePoint(profile="ramp", period=year, share=min(1.0, at / PHASE_YEARS), **BY)
            for at, year in enumerate(years, start=1)
        ),
        rules=(rows.RuleShare(rule="qipp_on_contract", share="cost_share", value=0.0, **BY),),
        effects=tuple(effect for p, s in pairs for effect in _effects(p, s)),
        uncertainty=_uncertain(),
    )


def _rates() -> dict[str, tuple[float, float]]:
    by_service = {f"{name}_{s}": spread for name, spread in _GROWTH.items() for s in range(SERVICES)}
    return {**by_service, **_RATES}


def _services() -> tuple[rows.Service, ...]:
    prices = {"care": "tariff", "pay": "pay_price", "supplies": "other_inflation"}
    by_service = [
        rows.Service(
            service=f"{kind}_{s}",
            name=f"{kind} {s}",
            demographic_growth=f"demography_{s}",
            other_growth=f"other_{s}",
            price_change=price,
            **BY,
        )
        for kind, price in prices.items()
        for s in range(SERVICES)
    ]
    fixed = rows.Service(service="fixed_pay", name="Fixed pay", price_change="pay_price", **BY)
    funding = rows.Service(service="funding", name="Funding", price_change="allocation", **BY)
    return (*by_service, fixed, funding)


def _contracts(base: Mapping[str, Floats], p: int, s: int) -> list[rows.Contract]:
    income, icb = float(base["income"][p, s]), float(base["icb"][p, s])
    return [
        rows.Contract(
            contract=f"{payer}-{p}-{s}",
            payer=payer,
            payee=f"P{p}A",
            service=f"care_{s}",
            value=income * share,
            year=BASE,
            form="blend",
            **BY,
        )
        for payer, share in (("ICB", icb), ("E10000999", 1 - icb))
    ]


def _costs(base: Mapping[str, Floats], p: int, s: int) -> list[rows.Line]:
    pay, other = float(base["pay"][p, s]), float(base["other"][p, s])
    parts = {
        "fixed": ("fixed_pay", (1 - FOLLOWS) * pay),
        "pay": (f"pay_{s}", FOLLOWS * pay),
        "supplies": (f"supplies_{s}", other),
    }
    return [
        rows.Line(
            line=f"{name}-{p}-{s}",
            organisation=f"P{p}A",
            type="cost",
            service=service,
            value=value,
            year=BASE,
            **BY,
        )
        for name, (service, value) in parts.items()
    ]


def _allocations(base: Mapping[str, Floats]) -> list[rows.Line]:
    return [
        rows.Line(
            line=f"allocation-{code}",
            organisation=code,
            type="allocation",
            service="funding",
            value=value,
            year=BASE,
            **BY,
        )
        for code, value in zip(("ICB", "E10000999"), _allocated(base), strict=True)
    ]


def _allocated(base: Mapping[str, Floats]) -> tuple[float, float]:
    icb = float((base["income"] * base["icb"]).sum())
    return icb, float(base["income"].sum()) - icb


def _effects(p: int, s: int) -> list[rows.Effect]:
    changed: list[dict[str, Any]] = [
        {"rule": "qipp_on_contract", "contract": f"{payer}-{p}-{s}"} for payer in ("ICB", "E10000999")
    ]
    changed += [{"rule": "cip", "line": f"{part}-{p}-{s}"} for part in ("pay", "supplies")]
    return [
        rows.Effect(
            effect=f"E{p}-{s}-{at}",
            intervention=f"avoid_{p}_{s}",
            percent=1.0,
            price_year=BASE,
            **found,
            **BY,
        )
        for at, found in enumerate(changed)
    ]


def _uncertain() -> tuple[Uncertainty, ...]:
    rates = [
        Uncertainty(
            quantity=name,
            moves="rate",
            item=name,
            how="set",
            distribution="normal",
            mean=Level(mean, True),
            sd=Level(sd, True),
            **BY,
        )
        for name, (mean, sd) in _rates().items()
    ]
    avoided = [
        Uncertainty(
            quantity=f"avoid_{p}_{s}",
            moves="delivery",
            item=f"avoid_{p}_{s}",
            distribution="uniform",
            low=Level(0.0),
            high=Level(_MOST_AVOIDED),
            **BY,
        )
        for p in range(PROVIDERS)
        for s in range(SERVICES)
    ]
    return (*rates, *avoided)


# ---------------------------------------------------------------------- by hand
def by_hand(base: Mapping[str, Floats], values: Mapping[str, Floats]) -> Floats:
    """The balances of a block of draws [balance, year, draw], as an expert would write them for this economy alone."""
    draws = len(values["tariff"])
    growth = np.ones((draws, SERVICES))
    for name in _GROWTH:
        growth *= 1 + np.stack([values[f"{name}_{s}"] for s in range(SERVICES)], axis=1)
    avoided = np.stack(
        [values[f"avoid_{p}_{s}"] for p in range(PROVIDERS) for s in range(SERVICES)], axis=1
    ).reshape(draws, PROVIDERS, SERVICES)
    tariff, other, allocation = (1 + values[name] for name in ("tariff", "other_inflation", "allocation"))
    pay = (1 + values["pay_inflation"]) * (1 - values["productivity"])
    given = _allocated(base)
    demand, found = np.ones((draws, 1, SERVICES)), np.empty((4, YEARS + 1, draws))
    prices = [np.ones((draws, 1, 1)) for _ in range(3)]
    funding = np.ones(draws)
    found[:, 0] = _balances(base, np.ones((draws, PROVIDERS, SERVICES)), prices, funding, given)
    for year in range(1, YEARS + 1):
        demand = demand * growth[:, None]
        prices = [
            level * rate[:, None, None] for level, rate in zip(prices, (tariff, pay, other), strict=True)
        ]
        funding = funding * allocation
        ratio = demand * (1 - avoided * min(1.0, year / PHASE_YEARS))
        found[:, year] = _balances(base, ratio, prices, funding, given)
    return found


def _balances(
    base: Mapping[str, Floats],
    ratio: Floats,
    prices: list[Floats],
    funding: Floats,
    given: tuple[float, float],
) -> Floats:
    income = base["income"] * ((1 - BLEND) + BLEND * ratio) * prices[0]
    icb = (income * base["icb"]).sum(axis=(1, 2))
    council = income.sum(axis=(1, 2)) - icb
    cost = base["pay"] * ((1 - FOLLOWS) + FOLLOWS * ratio) * prices[1] + base["other"] * ratio * prices[2]
    providers = icb + council - cost.sum(axis=(1, 2))
    left = (given[0] * funding - icb, given[1] * funding - council)
    return np.array([providers, *left, providers + left[0] + left[1]])
