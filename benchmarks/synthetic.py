"""A large invented place: the same one every time."""

from __future__ import annotations

import random
from typing import Any

from leftshift.foundation.years import FinancialYear, Month
from leftshift.place import rows
from leftshift.place.place import Place

BY: dict[str, Any] = {"source": "invented for timing", "basis": "assumed"}
BASE = FinancialYear(2024)
FORMS = ("block", "banded", "shared", *("tariff",) * 7)  # of every ten contracts
RULES = ("beds_reduced", "length_of_stay", "investment")
BUYERS_RATES = {"demographic": 0.03, "other": 0.05, "inflation": 0.05, "efficiency": 0.0, "agreed": 0.04}
SELLERS_RATES = {"inflation": 0.05, "achieved": 0.99}


def synthetic_place(
    *, organisations: int = 200, contracts: int = 5_000, interventions: int = 1_000, years: int = 10
) -> Place:
    """A place of that many organisations, contracts and interventions, with rates of its own for each body and year."""
    chance = random.Random(1)
    codes = [f"Z{number:03d}" for number in range(organisations)]
    buyers, sellers = codes[: organisations // 4], codes[organisations // 4 :]
    plan_years = [BASE.plus(year) for year in range(1, years + 1)]
    rates = {code: BUYERS_RATES if code in buyers else SELLERS_RATES for code in codes}
    kinds = {code: "commissioner" if code in buyers else "provider" for code in codes}
    return Place(
        code="synthetic",
        name="Synthetic place",
        base_year=BASE,
        last_year=plan_years[-1],
        perimeter="all",
        organisations=tuple(rows.Organisation(code=code, name=f"Body {code}", kind=kinds[code], **BY) for code in codes),  # type: ignore[arg-type]
        perimeters=tuple(rows.Membership(perimeter="all", organisation=code, share=1.0, **BY) for code in codes),
        settings=(rows.Setting(setting="non_recurrent_spend", value="1%", **BY),),
        services=(
            rows.Service(service="care", name="Care", demographic_growth="demographic", other_growth="other", price_change="tariff", **BY),
            rows.Service(service="cost", name="Cost", price_change="net_inflation", follows_activity=True, **BY),
            rows.Service(service="funding", name="Funding", price_change="inflation", **BY),
        ),
        derivations=(
            rows.Derivation(assumption="tariff", formula="inflation + efficiency", **BY),
            rows.Derivation(assumption="net_inflation", formula="inflation * 0.9", **BY),
        ),
        assumptions=tuple(
            rows.Assumption(organisation=code, assumption=name, year=year, percent=round(chance.uniform(most - 0.06, most), 4), **BY)
            for code in codes
            for name, most in rates[code].items()
            for year in plan_years
        ),
        forms=(
            rows.Form(form="banded", kind="cap_and_collar", agreed_growth="agreed", cap=0.02, collar=0.02, marginal_rate=0.2, **BY),
            rows.Form(form="shared", kind="outcome_linked", agreed_growth="agreed", risk_share=0.5, at_risk=0.1, outcome="achieved", gain_share=0.25, **BY),
        ),
        contracts=tuple(
            rows.Contract(
                contract=f"C{number}", payer=chance.choice(buyers), payee=sellers[number % len(sellers)], service="care",
                value=round(chance.uniform(100, 10_000), 3), year=BASE, form=FORMS[number % 10], **BY
            )
            for number in range(contracts)
        ),
        lines=(
            *(rows.Line(line=f"A{code}", organisation=code, type="allocation", service="funding", value=500_000.0, year=BASE, **BY) for code in buyers),
            *(rows.Line(line=f"L{code}", organisation=code, type="cost", service="cost", value=150_000.0, year=BASE, **BY) for code in sellers),
        ),
        steps=tuple(rows.Step(step=f"s{number}", name=f"Step {number}", order=number, **BY) for number in range(1, 5)),
        interventions=tuple(
            rows.Intervention(
                intervention=f"i{number}", name=f"Intervention {number}", step=f"s{1 + number % 4}",
                stage="do_nothing" if number % 20 == 2 else "plan", start=Month(BASE.starts + 1 + number % 5, 1 + number % 12), **BY
            )
            for number in range(interventions)
        ),
        effects=tuple(
            rows.Effect(effect=f"E{number}", intervention=f"i{number}", rule=RULES[number % 3], contract=f"C{number}", value=10.0, price_year=BASE.plus(number % 4), **BY)
            for number in range(interventions)
        ),
        rules=tuple(rows.RuleShare(rule=rule, share="cost_share", value=0.7, **BY) for rule in RULES),
    )  # fmt: skip
