"""Every rule of a round: a plan that passes all of them, and for each rule a change that breaks it and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear
from leftshift.fund.checks.rules import RULES, check_plan
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.record_rows import MetricStatus, SignOff
from leftshift.fund.plan.rows import Printed
from leftshift.fund.plan.work_rows import Claim, MetricPlan
from leftshift.fund.rounds.checking import rule_words
from tests.library.fund.plans import (
    ABOUT,
    CODES,
    COUNCIL,
    check,
    clean,
    day_of,
    not_passed,
    round_of,
    sign,
    with_row,
)

PENNY = Money(1)
OLD, NOW = "2023-25", "2025-26"


@dataclass(frozen=True)
class Breaks:
    """A change that breaks one rule, and where the finding stands."""

    rule: str
    change: Callable[[FundPlan], FundPlan]
    file: str
    column: str | None
    code: str = NOW
    unsigned: bool = False


def at(plan: FundPlan, table: str, **wanted: object) -> int:
    """The place of the first row with these values."""
    return next(
        place
        for place, row in enumerate(plan.tables[table])
        if all(getattr(row, name) == value for name, value in wanted.items())
    )


def line(plan: FundPlan, source: str, **values: Any) -> FundPlan:
    """The first line of a source changed."""
    return with_row(plan, "spend", at(plan, "spend", source_of_funding=source), **values)


def _move_social_care(plan: FundPlan) -> FundPlan:
    return line(plan, "nhs_minimum", area_of_spend="community_health")


def _move_nursing(plan: FundPlan) -> FundPlan:
    place = at(plan, "spend", scheme="nursing")
    return with_row(plan, "spend", place, area_of_spend="acute")


def _less(plan: FundPlan) -> FundPlan:
    """Half a million less of the NHS minimum comes in and is spent, so that all balances hold."""
    place = at(plan, "income", line="council_grant")
    short = plan.income[place].amount - Money.pounds(1)
    plan = with_row(plan, "income", place, amount=short)
    plan = line(plan, "council_grant", amount=short)
    return with_row(plan, "printed", amount=plan.printed[0].amount - Money.pounds(1))


def _pence(plan: FundPlan) -> FundPlan:
    place = at(plan, "income", line="carry_forward")
    plan = with_row(plan, "income", place, amount=plan.income[place].amount + PENNY)
    plan = line(plan, "carry_forward", amount=plan.income[place].amount)
    return with_row(plan, "printed", amount=plan.printed[0].amount + PENNY)


def _year_differs(plan: FundPlan) -> FundPlan:
    whole = MetricPlan(
        metric="discharge_delay", period=Period.parse("2025/26"), numerator=Decimal(700), denominator=Decimal(1000), **ABOUT
    )  # fmt: skip
    return plan.with_tables(metric_plan=(*plan.metric_plan, whole))


def _claimed_twice(plan: FundPlan) -> FundPlan:
    claims = tuple(
        Claim(claim=name, scheme="care", metric="discharge_delay", owner="Head of care", year=FinancialYear.parse("2025/26"), **ABOUT)
        for name in ("one", "two")
    )  # fmt: skip
    return plan.with_tables(claims=claims)


def _provisional(plan: FundPlan) -> FundPlan:
    status = MetricStatus(
        period=Period.parse("2025/26 Q1"), metric="discharge_delay", provisional=True, **ABOUT
    )
    return plan.with_tables(metric_status=(status,))


def _unsigned(plan: FundPlan) -> FundPlan:
    return plan.with_tables(sign_offs=plan.sign_offs[1:])


def _changed(plan: FundPlan) -> FundPlan:
    return with_row(plan, "narrative", text="Another text.")


def _two_schemes_one_number(plan: FundPlan) -> FundPlan:
    return with_row(plan, "schemes", 1, number=1)


BREAKS = [
    Breaks("v01", lambda plan: line(plan, "dfg", objective=""), "spend.csv", "objective"),
    Breaks("v01", lambda plan: with_row(plan, "conditions", answer=""), "conditions.csv", "answer"),
    Breaks("v01", lambda plan: with_row(plan, "metrics", rationale=""), "metrics.csv", "rationale"),
    Breaks("v01", lambda plan: plan.with_tables(narrative=plan.narrative[1:]), "narrative.csv", "text"),
    Breaks(
        "v01", lambda plan: plan.with_tables(metric_plan=plan.metric_plan[1:]), "metric_plan.csv", "period"
    ),
    Breaks(
        "v02",
        lambda plan: with_row(
            line(plan, "dfg", amount=Money.pounds(199_999)),
            "printed",
            amount=clean(NOW).printed[0].amount - Money.pounds(1),
        ),
        "spend.csv",
        "source_of_funding",
    ),
    Breaks("v03", _move_nursing, "required_spend.csv", "amount", OLD),
    Breaks("v04", _move_social_care, "required_spend.csv", "amount"),
    Breaks("v05", lambda plan: line(plan, "ibcf", commissioner="joint"), "spend.csv", "nhs_percent", OLD),
    Breaks("v06", lambda plan: line(plan, "dfg", provider="nhs_acut"), "spend.csv", "provider"),
    Breaks(
        "v06",
        lambda plan: plan.with_tables(
            required_spend=(*plan.required_spend, replace(plan.required_spend[0], minimum="social_car"))
        ),
        "required_spend.csv",
        "minimum",
    ),
    Breaks("v07", lambda plan: line(plan, "ibcf", outputs=None), "spend.csv", "outputs", OLD),
    Breaks("v08", _pence, "income.csv", "amount"),
    Breaks(
        "v09", lambda plan: line(plan, "dfg", activity="urgent_community_response"), "spend.csv", "activity"
    ),
    Breaks("v10", _two_schemes_one_number, "schemes.csv", "number"),
    Breaks("v11", lambda plan: with_row(plan, "conditions", answer="no"), "conditions.csv", "action"),
    Breaks(
        "v12",
        lambda plan: with_row(plan, "metric_plan", denominator=Decimal(0)),
        "metric_plan.csv",
        "denominator",
    ),
    Breaks("v12", lambda plan: with_row(plan, "metric_plan", target="0.98 *"), "metric_plan.csv", "target"),
    # 50 / 1,000 × 100,000 = 5,000
    Breaks(
        "v13", lambda plan: with_row(plan, "metric_plan", value=Decimal(4999)), "metric_plan.csv", "value"
    ),
    # twelve months of 50 days over 1,000 discharges are 600 over 12,000 in the year, 0.05; 0.70 is said
    Breaks("v14", _year_differs, "metric_plan.csv", "value"),
    Breaks(
        "v15",
        lambda plan: with_row(plan, "metric_plan", operating_plan=Decimal(4000)),
        "metric_plan.csv",
        "operating_plan",
    ),
    Breaks("v16", _unsigned, "sign_offs.csv", "signatory", unsigned=True),
    Breaks("v17", _changed, "sign_offs.csv", "fingerprint", unsigned=True),
    Breaks("v18", lambda plan: line(plan, "dfg", previous=Money.pounds(100_000)), "spend.csv", "comments"),
    Breaks("v19", _claimed_twice, "claims.csv", "claim"),
    Breaks("v20", lambda plan: with_row(plan, "narrative", text="word " * 501), "narrative.csv", "text"),
    Breaks("v20", lambda plan: line(plan, "dfg", comments="x" * 501), "spend.csv", "comments"),
    Breaks("v21", lambda plan: replace(plan, area="E08000016"), "plan.toml", None),
    Breaks("v22", _provisional, "metric_status.csv", "provisional"),
    Breaks("mandated", _less, "income.csv", "amount"),
    Breaks(
        "mandated",
        lambda plan: plan.with_tables(required_spend=plan.required_spend[:1]),
        "income.csv",
        "amount",
    ),
    Breaks("printed", lambda plan: with_row(plan, "printed", amount=Money(1)), "printed.csv", "amount"),
    Breaks(
        "attributed", lambda plan: with_row(plan, "income", attributed=Money(0)), "income.csv", "attributed"
    ),
    Breaks("business_plans", lambda plan: with_row(plan, "schemes", exit=""), "schemes.csv", "scheme"),
    Breaks(
        "business_plans",
        lambda plan: with_row(plan, "scheme_effects", reason=""),
        "scheme_effects.csv",
        "reason",
    ),
    Breaks(
        "pathways",
        lambda plan: with_row(plan, "capacity_demand", number=Decimal(11)),
        "capacity_demand.csv",
        "number",
    ),
    Breaks("pathways", lambda plan: plan.with_tables(capacity_demand=()), "capacity_demand.csv", "number"),
]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("commissioners", [("QZZ",), ("QA1", "QB2")])
def test_a_clean_plan_passes_every_rule(code: str, commissioners: tuple[str, ...]) -> None:
    checked = check(clean(code, commissioners))

    assert not_passed(checked) == {}
    assert checked.ready_to_sign
    assert checked.document()["faults"] == []
    assert checked.document()["sign_off"]["signed"] is True


@pytest.mark.parametrize("case", BREAKS, ids=[f"{at}-{case.rule}" for at, case in enumerate(BREAKS)])
def test_a_change_breaks_its_rule_and_no_other(case: Breaks) -> None:
    found = round_of(case.code)
    changed = case.change(clean(case.code))
    checked = check(changed if case.unsigned else sign(changed, found))

    assert list(not_passed(checked)) == [case.rule]
    faults = checked.document()["faults"]
    assert any(
        fault["column"] == case.column and (fault["file"] or case.file) == case.file for fault in faults
    ), faults
    assert all(fault["found"] and fault["expected"] and fault["action"] for fault in faults)


def test_every_rule_has_words_and_a_test() -> None:
    assert set(RULES) == set(rule_words())
    assert set(RULES) - {case.rule for case in BREAKS} == {"v23", "deadline"}  # below


def test_a_round_without_a_plan_says_so() -> None:
    found = round_of(NOW)
    rules = tuple(replace(row, severity="blocking") if row.rule == "v23" else row for row in found.rules)
    checked = check_plan(clean(NOW), replace(found, plan=False, rules=rules), day_of(found))

    assert not_passed(checked) == {"v23": "failed"}


def test_the_day_after_it_was_due_a_plan_is_late() -> None:
    late = check(clean(NOW), day_of(round_of(NOW)) + timedelta(days=1))

    assert not_passed(late) == {"deadline": "failed"}
    assert late.ready_to_sign


def test_a_signature_for_an_office_that_nobody_may_sign_for_is_none() -> None:
    wrong = with_row(clean(NOW), "sign_offs", for_another=True)

    (fault,) = check(wrong).document()["faults"]
    assert "somebody signed in their place" in fault["found"]
    assert "nobody may sign for them" in fault["expected"]


def test_a_signature_of_nobody_is_told() -> None:
    extra = SignOff(
        signatory="mayor", partner=COUNCIL, fingerprint="x", signed_on=date(2025, 3, 1), role="Mayor", **ABOUT
    )
    plan = clean(NOW).with_tables(sign_offs=(*clean(NOW).sign_offs, extra))

    assert [fault["kind"] for fault in check(plan).document()["faults"]] == ["signature of nobody"]


def test_rules_that_are_off_are_not_asked() -> None:
    # the round of 2025-26 asks for no shares of what is commissioned jointly
    plan = sign(line(clean(NOW), "dfg", commissioner="joint"))

    assert not_passed(check(plan)) == {}
    assert "v05" not in {entry.rule.rule for entry in check(plan).rules}


@pytest.mark.parametrize("figure", ["source", "priority", "scheme", "list", "resources"])
def test_printed_totals_of_every_kind_tie_to_the_penny(figure: str) -> None:
    plan = clean(NOW)
    sums = {
        "source": ("dfg", 200_000), "priority": ("home", 1_550_000), "scheme": ("homes", 200_000), "list": ("home", 1_550_000),
        "resources": ("", 1_550_000),
    }  # fmt: skip
    item, pounds = sums[figure]
    kind: Any = figure
    for pence, ties in ((0, True), (1, False), (-1, False)):
        amount = Money.pounds(pounds) + Money(pence)
        row = Printed(figure=kind, item=item, amount=amount, **ABOUT)
        states = not_passed(check(sign(plan.with_tables(printed=(row,)))))
        assert states == ({} if ties else {"printed": "failed"})
