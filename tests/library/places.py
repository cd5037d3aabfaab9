"""Hypothesis strategies for whole places that have no fault, and a small place built by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from leftshift.economy.preparing import prepare
from leftshift.foundation.sources import BASES
from leftshift.foundation.years import FinancialYear, Month
from leftshift.place import rows
from leftshift.place.place import Place

BASE = FinancialYear(2024)
RULES = {
    "length_of_stay": ["cost_share"],
    "overheads_released": [],
    "beds_reduced": ["cost_share"],
    "bed_days_shifted_to_new": ["cost_share", "receiver_cost_share", "price_share"],
    "bed_days_shifted_to_expanded": ["cost_share", "receiver_cost_share", "price_share"],
    "qipp_on_contract": ["cost_share"],
    "qipp_outside_contracts": [],
    "cip": [],
    "repatriation": ["receiver_cost_share", "price_share"],
    "investment": ["cost_share"],
}
ON_LINES = {"overheads_released", "qipp_outside_contracts", "cip"}
SHIFTS = {"bed_days_shifted_to_new", "bed_days_shifted_to_expanded"}
NAMES = ["demographic", "other", "inflation", "efficiency"]

amounts = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 3))
rates = st.floats(-0.2, 0.3, allow_nan=False).map(lambda value: round(value, 4))
shares = st.sampled_from([0.0, 0.25, 0.5, 0.7, 0.8, 1.0, 1.2])
texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12).filter(
    lambda text: not text.startswith("#")
)
BY: dict[str, Any] = {"source": "a test", "basis": "assumed"}
FORMS_OF_CONTRACT = st.sampled_from(["tariff", "tariff", "tariff", "block", "blend", "grown", "alliance"])
FORMS = (
    rows.Form(form="blend", kind="cap_and_collar", cap=0.02, collar=0.1, marginal_rate=0.2, **BY),
    rows.Form(form="grown", kind="block", agreed_growth="demographic", **BY),
    rows.Form(
        form="alliance",
        kind="outcome_linked",
        risk_share=0.5,
        at_risk=0.1,
        outcome="achieved",
        gain_share=0.25,
        **BY,
    ),
)


def _by(draw: st.DrawFn) -> dict[str, Any]:
    return {"source": draw(texts), "basis": draw(st.sampled_from(BASES))}


@st.composite
def places(draw: st.DrawFn) -> Place:
    """A place of every feature in small, which reads without a fault."""
    years = draw(st.integers(1, 4))
    commissioners = [f"C{number}A" for number in range(draw(st.integers(1, 3)))]
    providers = [f"P{number}A" for number in range(draw(st.integers(1, 3)))]
    councils = ["E06000999"][: draw(st.integers(0, 1))]
    everybody = [*commissioners, *providers, *councils]
    kinds = {
        **dict.fromkeys(commissioners, "commissioner"),
        **dict.fromkeys(providers, "provider"),
        **dict.fromkeys(councils, "council"),
    }
    place = Place(
        code="a-place", name=draw(texts), base_year=BASE, last_year=BASE.plus(years), perimeter="all of it", description=draw(texts),
        organisations=tuple(rows.Organisation(code=code, name=draw(texts), kind=kind, **_by(draw)) for code, kind in kinds.items()),  # type: ignore[arg-type]
        perimeters=tuple(rows.Membership(perimeter="all of it", organisation=code, share=draw(shares.filter(lambda s: s <= 1)), **_by(draw)) for code in [*everybody, "unattributed"]),
        settings=_settings(draw), services=_services(), derivations=_derivations(), assumptions=_assumptions(draw, everybody, years), forms=FORMS,
        rules=tuple(rows.RuleShare(rule=rule, share=share, value=draw(shares), **BY) for rule, needed in RULES.items() for share in needed),
    )  # fmt: skip
    place = replace(place, contracts=_contracts(draw, everybody, years), lines=_lines(draw, kinds, years))
    return without_unused(_with_interventions(draw, place, everybody))


def _settings(draw: st.DrawFn) -> tuple[rows.Setting, ...]:
    chosen = {
        "growth": draw(st.sampled_from(["added", "multiplied"])),
        "outside_flows": draw(st.sampled_from(["in", "in", "out"])),
        "non_recurrent_spend": draw(st.sampled_from(["0%", "1%", "2.5%"])),
        "transitional_cost": draw(st.sampled_from(["in", "out"])),
        "social_care": draw(st.sampled_from(["in", "out"])),
        "cost_price": "net_inflation",
    }
    return tuple(rows.Setting(setting=name, value=value, **BY) for name, value in chosen.items())


def _services() -> tuple[rows.Service, ...]:
    return (
        rows.Service(
            service="acute",
            name="Acute",
            demographic_growth="demographic",
            other_growth="other",
            price_change="tariff",
            **BY,
        ),
        rows.Service(
            service="care",
            name="Care",
            scope="social_care",
            demographic_growth="demographic",
            price_change="inflation",
            **BY,
        ),
        rows.Service(
            service="double", name="Double running", scope="transitional", price_change="inflation", **BY
        ),
        rows.Service(service="cost", name="Cost", price_change="net_inflation", follows_activity=True, **BY),
        rows.Service(service="flat", name="Flat", **BY),
    )


def _derivations() -> tuple[rows.Derivation, ...]:
    return (
        rows.Derivation(assumption="tariff", formula="inflation + efficiency", **BY),
        rows.Derivation(assumption="net_inflation", formula="(2 * inflation - efficiency) / 3", **BY),
    )


def _assumptions(draw: st.DrawFn, everybody: list[str], years: int) -> tuple[rows.Assumption, ...]:
    found = [
        rows.Assumption(organisation="all", assumption=name, percent=draw(rates), **_by(draw))
        for name in NAMES
    ]
    found.append(rows.Assumption(organisation="all", assumption="achieved", percent=0.9, **BY))
    for code in everybody[: draw(st.integers(0, 2))]:
        for name in draw(st.sets(st.sampled_from(NAMES), max_size=2)):
            year = draw(st.one_of(st.none(), st.integers(1, years).map(BASE.plus)))
            follows = draw(st.sampled_from([None, None, "all"]))
            percent = None if follows else draw(rates)
            found.append(
                rows.Assumption(
                    organisation=code,
                    assumption=name,
                    year=year,
                    percent=percent,
                    follows=follows,
                    **_by(draw),
                )
            )
    return tuple(found)


def _contracts(draw: st.DrawFn, everybody: list[str], years: int) -> tuple[rows.Contract, ...]:
    ends = [*everybody, "outside"]
    pairs = st.tuples(st.sampled_from(ends), st.sampled_from(ends)).filter(lambda pair: pair[0] != pair[1])
    found = [
        rows.Contract(contract=f"K{number}", payer=payer, payee=payee, service=draw(st.sampled_from(["acute", "acute", "care", "flat"])),
                      value=draw(amounts), year=BASE.plus(draw(st.sampled_from([0, 0, 0, years]))), recurrent=draw(st.sampled_from([True, True, False])), form=draw(FORMS_OF_CONTRACT), **_by(draw))
        for number, (payer, payee) in enumerate(draw(st.lists(pairs, max_size=6)))
    ]  # fmt: skip
    first = rows.Contract(
        contract="K",
        payer=everybody[0],
        payee=next(code for code in everybody if code.startswith("P")),
        service="acute",
        value=draw(amounts),
        year=BASE,
        form=draw(FORMS_OF_CONTRACT),
        **_by(draw),
    )
    away = rows.Contract(
        contract="KO",
        payer=everybody[0],
        payee="outside",
        service="acute",
        value=draw(amounts),
        year=BASE,
        **_by(draw),
    )
    return (first, away, *found)


def _lines(draw: st.DrawFn, kinds: dict[str, str], years: int) -> tuple[rows.Line, ...]:
    found = []
    for code, kind in kinds.items():
        may = ["other_income", "cost"] if kind == "provider" else ["allocation", "cost"]
        for number in range(draw(st.integers(0, 2))):
            type_: Any = draw(st.sampled_from(may))
            service = draw(
                st.sampled_from(
                    ["flat", "double", "care", *(["cost"] if type_ == "cost" and code == "P0A" else [])]
                )
            )
            found.append(rows.Line(line=f"L{code}{number}", organisation=code, type=type_, service=service, name="", value=draw(amounts),
                                   year=BASE.plus(draw(st.sampled_from([0, 0, years]))), recurrent=draw(st.booleans()), **_by(draw)))  # fmt: skip
    sure = rows.Line(
        line="L", organisation="P0A", type="cost", service="cost", value=draw(amounts), year=BASE, **_by(draw)
    )
    return (sure, *found)


def _with_interventions(draw: st.DrawFn, place: Place, everybody: list[str]) -> Place:
    interventions, effects, stated = [], [], []
    for number, rule in enumerate(draw(st.lists(st.sampled_from(sorted(RULES)), max_size=4))):
        effect = _effect(draw, place, f"E{number}", f"by_rule_{number}", rule)
        if effect:
            effects.append(effect)
            interventions.append(_intervention(draw, place, effect.intervention))
    for number in range(draw(st.integers(0, 2))):
        name = f"stated_{number}"
        stated += _stated(draw, place, name, everybody)
        stage: Any = draw(st.sampled_from(["plan", "plan", "do_nothing", "comparison"]))
        delay = draw(st.sampled_from([0, 0, 6, 15]))
        interventions.append(
            rows.Intervention(
                intervention=name,
                name="Stated",
                step="other",
                stage=stage,
                delay_months=delay,
                delivery=draw(shares),
                **_by(draw),
            )
        )
    steps = tuple(
        rows.Step(step=name, name=name, order=order, **BY)
        for order, name in enumerate(("savings", "other"), start=1)
    )
    profiles = (
        *(
            rows.ProfilePoint(profile="by_month", period=month, share=share, **BY)
            for month, share in ((2, 0.5), (9, 1.0))
        ),
        *(
            rows.ProfilePoint(profile="by_year", period=BASE.plus(year), share=share, **BY)
            for year, share in ((1, 0.4), (2, 1.0))
            if year <= len(place.years) - 1
        ),
    )
    return replace(
        place,
        steps=steps,
        profiles=profiles,
        interventions=tuple(interventions),
        effects=tuple(effects),
        stated_effects=tuple(stated),
        resources=_resources(draw, place, [row.intervention for row in interventions]),
    )


def _resources(draw: st.DrawFn, place: Place, interventions: list[str]) -> tuple[rows.Need, ...]:
    """What some interventions need of two resources."""
    keys = st.tuples(
        st.sampled_from(interventions or ["none"]),
        st.sampled_from(["capital", "nurses"]),
        st.sampled_from(place.years[1:]),
    )
    return tuple(
        rows.Need(
            intervention=name,
            resource=resource,
            year=year,
            amount=Decimal(draw(st.integers(0, 2_000))),
            **_by(draw),
        )
        for name, resource, year in draw(st.lists(keys, unique=True, max_size=3 if interventions else 0))
    )


def _intervention(draw: st.DrawFn, place: Place, name: str) -> rows.Intervention:
    start = draw(st.sampled_from([None, Month(2025, 4), Month(2025, 10), Month(2024, 1)]))
    return rows.Intervention(intervention=name, name="By rule", step=draw(st.sampled_from(["savings", "other"])),
                             stage=draw(st.sampled_from(["plan", "plan", "do_nothing", "comparison"])), start=start, delay_months=draw(st.sampled_from([0, 0, 5])),
                             profile=draw(st.sampled_from([None, "by_month", "by_year"])), recurrent=draw(st.booleans()), delivery=draw(shares), **_by(draw))  # fmt: skip


def _effect(draw: st.DrawFn, place: Place, name: str, intervention: str, rule: str) -> rows.Effect | None:
    contract: rows.Contract | None = None
    line: rows.Line | None = None
    if rule in ON_LINES:
        line = draw(st.sampled_from([row for row in place.lines if row.type == "cost"]))
    else:
        inside = [row for row in place.contracts if (row.payee == "outside") == (rule == "repatriation")]
        contract = draw(st.sampled_from(inside))
    receiver = None
    if rule in SHIFTS or rule == "repatriation":
        ends = {contract.payer, contract.payee} if contract else set()
        others = [row.code for row in place.organisations if row.code not in ends]
        if not others:
            return None
        receiver = draw(st.sampled_from(others))
    by_value = draw(st.booleans())
    flow = contract or line
    assert flow is not None
    price_year = draw(st.sampled_from([place.base_year, place.last_year]))
    overridden: dict[str, Any] = {share: draw(st.one_of(st.none(), shares)) for share in RULES[rule]}
    return rows.Effect(effect=name, intervention=intervention, rule=rule, contract=contract.contract if contract else None, line=line.line if line else None, receiver=receiver,
                       value=draw(amounts) if by_value else None, percent=None if by_value else draw(st.sampled_from([0.0, 0.01, 0.5])), price_year=price_year, **overridden, **_by(draw))  # fmt: skip


def _stated(draw: st.DrawFn, place: Place, name: str, everybody: list[str]) -> list[rows.StatedEffect]:
    signed = st.floats(-1e5, 1e5, allow_nan=False).map(lambda value: round(value, 3))
    found = []
    for year in place.years[1:]:
        amount = draw(signed)
        if len(everybody) > 1 and draw(st.booleans()):
            payer, payee = everybody[0], draw(st.sampled_from([*everybody[1:], "outside"]))
            found.append(
                rows.StatedEffect(
                    intervention=name,
                    organisation=payer,
                    year=year,
                    amount=-amount,
                    payer=payer,
                    payee=payee,
                    **_by(draw),
                )
            )
            if payee != "outside":
                found.append(
                    rows.StatedEffect(
                        intervention=name,
                        organisation=payee,
                        year=year,
                        amount=amount,
                        payer=payer,
                        payee=payee,
                        **_by(draw),
                    )
                )
        else:
            found.append(
                rows.StatedEffect(
                    intervention=name,
                    organisation=draw(st.sampled_from([*everybody, "unattributed"])),
                    year=year,
                    amount=amount,
                    **_by(draw),
                )
            )
    return found


def without_unused(place: Place) -> Place:
    """The place without what nothing uses, which a place may not hold."""
    services = {row.service for row in place.flow_rows}
    place = replace(
        place,
        services=tuple(row for row in place.services if row.service in services),
        steps=tuple(row for row in place.steps if row.step in {entry.step for entry in place.interventions}),
        profiles=tuple(
            row for row in place.profiles if row.profile in {entry.profile for entry in place.interventions}
        ),
    )
    rates_ = prepare(place).rates
    return replace(
        place,
        assumptions=tuple(row for row in place.assumptions if id(row) in rates_.used_rows),
        derivations=tuple(row for row in place.derivations if row.assumption in rates_.used_derivations),
    )


def published(figure: str, year: FinancialYear, value: str, **more: Any) -> rows.Published:
    """A published figure in £000."""
    given: dict[str, Any] = {"unit": "£000", "relation": "ties", **BY, **more}
    return rows.Published(figure=figure, year=year, value=Decimal(value), **given)
