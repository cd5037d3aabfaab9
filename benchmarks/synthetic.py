"""A large invented place: the same one every time."""

from __future__ import annotations

import random
from typing import Any

from leftshift.foundation.years import FinancialYear
from leftshift.place import rows
from leftshift.place.place import Place

BY: dict[str, Any] = {"source": "invented for timing", "basis": "assumed"}
BASE = FinancialYear(2024)


def synthetic_place(
    *, organisations: int = 200, contracts: int = 5_000, interventions: int = 1_000, years: int = 10
) -> Place:
    """A place of that many organisations, contracts and interventions, with rates of its own for each body and year."""
    chance = random.Random(1)
    codes = [f"Z{number:03d}" for number in range(organisations)]
    buyers, sellers = codes[: organisations // 4], codes[organisations // 4 :]
    names = ["demographic", "other", "inflation", "efficiency"]
    plan_years = [BASE.plus(year) for year in range(1, years + 1)]
    kinds = {code: "commissioner" if code in buyers else "provider" for code in codes}
    return Place(
        code="synthetic",
        name="Synthetic place",
        base_year=BASE,
        last_year=plan_years[-1],
        perimeter="all",
        organisations=tuple(rows.Organisation(code=code, name=f"Body {code}", kind=kinds[code], **BY) for code in codes),  # type: ignore[arg-type]
        perimeters=tuple(rows.Membership(perimeter="all", organisation=code, share=1.0, **BY) for code in codes),
        services=(
            rows.Service(service="care", name="Care", demographic_growth="demographic", other_growth="other", price_change="tariff", **BY),
            rows.Service(service="cost", name="Cost", price_change="net_inflation", follows_activity=True, **BY),
        ),
        derivations=(
            rows.Derivation(assumption="tariff", formula="inflation + efficiency", **BY),
            rows.Derivation(assumption="net_inflation", formula="inflation * 0.9", **BY),
        ),
        assumptions=tuple(
            rows.Assumption(organisation=code, assumption=name, year=year, percent=round(chance.uniform(-0.04, 0.05), 4), **BY)
            for code in codes
            for name in (names if code in buyers else ["inflation"])
            for year in plan_years
        ),
        contracts=tuple(
            rows.Contract(contract=f"C{number}", payer=chance.choice(buyers), payee=sellers[number % len(sellers)], service="care", value=round(chance.uniform(10, 10_000), 3), year=BASE, **BY)
            for number in range(contracts)
        ),
        lines=tuple(rows.Line(line=f"L{code}", organisation=code, type="cost", service="cost", value=50_000.0, year=BASE, **BY) for code in sellers),
        steps=(rows.Step(step="all", name="All", order=1, **BY),),
        interventions=tuple(rows.Intervention(intervention=f"i{number}", name=f"Intervention {number}", step="all", **BY) for number in range(interventions)),
        effects=tuple(
            rows.Effect(effect=f"E{number}", intervention=f"i{number}", rule="beds_reduced", contract=f"C{number}", value=10.0, price_year=BASE, **BY) for number in range(interventions)
        ),
        rules=(rows.RuleShare(rule="beds_reduced", share="cost_share", value=0.7, **BY),),
    )  # fmt: skip
