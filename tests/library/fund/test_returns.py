"""Returns: built from the record, checked by the round's rules, step by step on their way, and held beside the last."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.fund.fund import read_fund
from leftshift.fund.plan.record_rows import ConditionStatus, Forecast, MetricStatus
from leftshift.fund.recording import actuals
from leftshift.fund.returns.building import NoSuchReturn, Return, build, return_differences
from leftshift.fund.returns.checking import check_return, lateness
from leftshift.fund.returns.content import Actuals, Record
from leftshift.fund.returns.states import (
    NOTED,
    PREPARED,
    REVIEWED,
    STATES,
    SUBMITTED,
    WITHDRAWN,
    StepAsked,
    StepRefused,
    check_step,
    next_step,
)
from tests.library.fund.plans import ABOUT, clean, round_of

CODE = "2016-17"
FOUND, PLAN = round_of(CODE), clean(CODE)
Q2 = Period.parse("2016/17 Q2")
DAY = date(2016, 11, 20)
SOUTHMOOR = read_fund(Path(__file__).parents[3] / "examples" / "southmoor-2025-26")


def answered(**answers: Any) -> list[ConditionStatus]:
    """Every condition of the round answered yes, but for one."""
    rows = [
        ConditionStatus(period=Q2, condition=row.condition, answer="yes", **ABOUT) for row in FOUND.conditions
    ]
    return [replace(rows[0], **answers), *rows[1:]]


def metrics(**values: Any) -> list[MetricStatus]:
    """Every metric without data, and why; the first as said."""
    rows = [
        MetricStatus(period=Q2, metric=row.metric, status="no_data", challenges="Not published", **ABOUT)
        for row in FOUND.metrics
    ]
    return [replace(rows[0], **values), *rows[1:]]


def made(kind: str = "quarterly", spent: Actuals | None = None, **tables: Any) -> Return:
    whole: dict[str, Any] = {"condition_status": answered(), "metric_status": metrics()} | tables
    period = Q2 if kind == "quarterly" else Period.of_year(FOUND.years[0])
    if kind == "year_end":
        whole = {name: [replace(row, period=period) for row in rows] for name, rows in whole.items()}
    plan = PLAN.with_tables(**whole)
    return build(kind, Record(plan, FOUND, DAY, period, spent or Actuals()))


def faults(found: Return) -> list[tuple[str, str | None]]:
    return [(entry.rule, entry.fault.column) for entry in check_return(found, FOUND)]


def test_a_whole_return_has_no_fault() -> None:
    assert faults(made()) == []


@pytest.mark.parametrize(
    ("tables", "wanted"),
    [
        ({"condition_status": answered()[1:]}, [("v01", "answer")]),
        ({"condition_status": answered(answer="no")}, [("v11", "by"), ("v11", "comment")]),
        ({"condition_status": answered(answer="in_progress", by=DAY, comment="Soon")}, []),
        ({"metric_status": metrics(challenges="")}, [("v01", "challenges")]),
        ({"metric_status": metrics(status="not_on_track")}, [("v01", "challenges")]),
        ({"metric_status": metrics(status="not_on_track", mitigation="More")}, []),
        # planned 50 / 1,000 × 100,000 = 5,000 a quarter; 9,000 is red, whatever is said
        (
            {"metric_status": metrics(status="on_track", actual=Decimal(9000), challenges="")},
            [("v01", "challenges")],
        ),
    ],
)
def test_what_a_return_lacks_is_told(tables: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert faults(made(**tables)) == wanted


@pytest.mark.parametrize(("pounds", "comment", "wanted"), [(110, "", 0), (111, "", 1), (89, "", 1), (111, "Why", 0)])  # fmt: skip
def test_a_forecast_more_than_a_tenth_off_plan_says_why(pounds: int, comment: str, wanted: int) -> None:
    line = PLAN.spend[0]
    # of that scheme and source: its lines together
    key = (line.scheme, line.source_of_funding)
    planned = sum(row.amount.pence for row in PLAN.spend if (row.scheme, row.source_of_funding) == key)
    forecast = Forecast(
        period=Q2, scheme=key[0], source_of_funding=key[1], amount=Money(planned * pounds // 100), comment=comment, **ABOUT
    )  # fmt: skip
    assert faults(made(forecasts=[forecast])) == [("v18", "comment")] * wanted


def test_at_the_end_of_the_year_what_came_and_went_says_why_it_differs() -> None:
    nothing = made("year_end")
    # nothing came in and nothing was spent: each source, and each scheme by source
    lines = len(nothing.blocks["income"]) + len(nothing.blocks["spend"])
    assert faults(nothing) == [("v18", "comment")] * lines


def test_amounts_below_nought_are_not_taken() -> None:
    line = PLAN.income[0]
    found = made(spent=Actuals({(line.line, line.partner): Money(-1)}))
    assert faults(found) == [("v08", "actual")]


def test_money_comes_from_the_ledger_up_to_the_end_of_the_period() -> None:
    ledger = SOUTHMOOR.ledger
    first, second = (actuals(ledger, Period.parse(f"2025/26 {quarter}")) for quarter in ("Q1", "Q2"))

    # the additional NHS contribution: 1,200,000 in quarters
    assert first.received["nhs_additional", "SM1"] == Money.pounds(300_000)
    assert second.received["nhs_additional", "SM1"] == Money.pounds(600_000)
    # what was paid twice and taken back in August counts for nothing:
    # 1,100,000 / 4 = 275,000; × 1.12 = 308,000 in June, × 1.15 = 316,250 in September
    assert second.spent["equipment", "nhs_minimum"] == Money.pounds(624_250)
    # accrued is spent: 2,350,000 / 4 = 587,500 in June, × 1.05 = 616,875 in September, 86,400.35 owed
    assert second.spent["bridging", "council_grant"] == Money.pounds("1290775.35")


@pytest.mark.parametrize(
    ("kind", "period", "words"),
    [
        ("plan", Q2, "a plan has no period"),
        ("quarterly", None, "needs a period"),
        ("quarterly", Period.parse("2017/18 Q1"), "not in the years"),
        ("fortnightly", Q2, "has no fortnightly return"),
    ],
)
def test_returns_that_there_are_not(kind: str, period: Period | None, words: str) -> None:
    with pytest.raises(NoSuchReturn, match=words):
        build(kind, Record(PLAN, FOUND, DAY, period))


def test_how_late_a_return_is() -> None:
    due = date(2016, 11, 25)
    for days in (-1, 0, 1, 30):
        late = lateness(FOUND, "quarterly", str(Q2), due + timedelta(days=days))
        assert (late.due, late.days, late.is_late) == (due, max(0, days), days > 0)
    none = lateness(round_of("2025-26"), "quarterly", "2025/26 Q2", DAY)
    assert (none.due, none.is_late) == (None, False)


def test_what_differs_from_the_last_return() -> None:
    before, after = made(), made(condition_status=answered(answer="no", by=DAY, comment="Late"))
    changes = return_differences(before.document(), after.document())

    assert [change.words for change in changes] == [
        "conditions, joint_plan: answer yes → no",
        "conditions, joint_plan: by nothing → 2016-11-20",
        "conditions, joint_plan: comment nothing → Late",
    ]
    assert return_differences(before.document(), before.document()) == ()


def step(name: str, by: str = "b", **more: str) -> StepAsked:
    return StepAsked(name, by, **more)


def test_a_return_goes_its_way_step_by_step() -> None:
    taken: list[str] = []
    people: list[str] = []
    for name, by in zip(STATES, "abcd", strict=True):
        assert next_step(taken) == name
        check_step(taken, step(name, by, minute="HWB/16/9"), faults=0, by_before=people)
        taken.append(name)
        people.append(by)
    assert next_step(taken) is None


@pytest.mark.parametrize(
    ("taken", "asked", "more", "words"),
    [
        ([], step(SUBMITTED), {}, "next is prepared"),
        ([PREPARED], step(SUBMITTED), {}, "next is reviewed"),
        ([PREPARED], step(REVIEWED), {"faults": 2}, "2 faults"),
        ([PREPARED], step(REVIEWED, "a"), {"by_before": ["a"]}, "does not review it"),
        ([PREPARED, REVIEWED], step(SUBMITTED), {"faults": 1}, "One fault keeps"),
        ([PREPARED, REVIEWED, SUBMITTED], step(NOTED, minute=" "), {}, "which minute"),
        ([PREPARED, REVIEWED, SUBMITTED], step(WITHDRAWN), {}, "next is noted"),
        ([PREPARED, WITHDRAWN], step(REVIEWED), {}, "was taken back"),
        (list(STATES), step(PREPARED), {}, "next is nothing"),
    ],
)
def test_steps_that_a_return_cannot_take(
    taken: list[str], asked: StepAsked, more: dict[str, Any], words: str
) -> None:
    values: dict[str, Any] = {"faults": 0, "by_before": [], **more}
    with pytest.raises(StepRefused, match=words):
        check_step(taken, asked, **values)


@given(st.lists(st.sampled_from([*STATES, WITHDRAWN]), max_size=12))
def test_whatever_is_asked_only_the_way_is_taken(asked: list[str]) -> None:
    taken: list[str] = []
    for name in asked:
        try:
            check_step(taken, step(name, f"p{len(taken)}", minute="M"), faults=0, by_before=[])
        except StepRefused:
            continue
        taken.append(name)
    assert [name for name in taken if name != WITHDRAWN] == list(
        STATES[: len(taken) - taken.count(WITHDRAWN)]
    )
    assert WITHDRAWN not in taken[:-1]
