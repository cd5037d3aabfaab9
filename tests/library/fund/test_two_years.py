"""Official workbooks of two years, and rows that are about the same: no year takes the words of another, no row is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.fund.plan.differences import differences
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.record_rows import SignOff, Submission
from leftshift.fund.plan.rows import Partner
from leftshift.fund.plan.signing import seats_of
from leftshift.fund.returns.building import NoSuchReturn, build
from leftshift.fund.returns.content import Record
from leftshift.workbooks.official.reading import Official
from leftshift.workbooks.official.taking_in import take_in
from tests.library.fund.plans import ABOUT, BOARD, clean, round_of
from tests.library.fund.test_official import read, written

DAY = date(2026, 2, 3)


def two_years(**second: Any) -> FundPlan:
    """The plan of 2023-25 whose first line has other cells in its second year."""
    plan = clean("2023-25")
    first = next(row for row in plan.spend if row.year == plan.spend[0].year)
    rows = [
        replace(row, **second) if row.spend == first.spend and row.year != first.year else row
        for row in plan.spend
    ]
    assert rows != list(plan.spend)
    return plan.with_tables(spend=rows)


@pytest.mark.parametrize(
    "second",
    [
        {"previous": Money(5_000_00), "comments": "More in the second year"},  # words that a line says once
        {"provider": "private"},
        {"source_of_funding": "carry_forward"},
    ],
    ids=str,
)
def test_a_second_year_that_differs_comes_back_as_it_was(second: dict[str, Any]) -> None:
    plan = two_years(**second)
    taken = take_in(read(written(plan, "plan"), plan, "plan"), plan, round_of("2023-25"))
    assert [change.words for change in differences(plan, taken)] == []


def test_a_source_that_another_partner_pays_in_the_second_year_comes_back() -> None:
    plan = clean("2023-25")
    first = plan.income[0]
    rows = [
        replace(row, partner=COUNCIL) if row.income == first.income and row.year != first.year else row
        for row in plan.income
    ]
    plan = plan.with_tables(income=rows)
    made = build("plan", Record(plan, round_of("2023-25"), DAY))
    paid = [row["amount_2"] for row in made.blocks["income"] if row["partner"] == first.partner and row["income"] == first.income]  # fmt: skip
    assert paid == [None]  # the partner of the first year pays nothing in the second
    taken = take_in(read(written(plan, "plan"), plan, "plan"), plan, round_of("2023-25"))
    assert differences(plan, taken) == ()


COUNCIL = "E06999999"


# ---------------------------------------------------------------------- rows about the same
def official_of(plan: FundPlan, kind: str, block: str, rows: list[dict[str, Any]]) -> Official:
    numbers = {block: list(range(6, 6 + len(rows)))}
    return Official(kind, plan.round, "book.xlsx", {}, {block: rows}, numbers)


def test_one_reference_on_two_rows_is_a_fault_and_loses_no_money() -> None:
    plan = clean("2025-26")
    rows = list(build("plan", Record(plan, round_of("2025-26"), DAY)).blocks["spend"])
    rows.append({**rows[0], "amount_1": Money(1_000_00)})
    with pytest.raises(FaultsFound) as caught:
        take_in(official_of(plan, "plan", "spend", rows), plan, round_of("2025-26"))
    (fault,) = caught.value.faults
    assert (fault.kind, fault.row) == ("reference twice", 5 + len(rows))
    assert fault.file == "book.xlsx, sheet 5. Expenditure"


def test_two_rows_of_one_source_and_partner_without_reference_are_both_kept() -> None:
    plan = clean("2025-26")
    one = plan.income[0]
    rows = [
        {"income": "", "line": one.line, "partner": one.partner, "amount_1": Money(pence), "comment": ""}
        for pence in (100_00, 30_00)
    ]
    taken = take_in(official_of(plan, "plan", "income", rows), plan, round_of("2025-26"))
    assert sorted(row.amount.pence for row in taken.income) == [30_00, 100_00]
    assert len({row.income for row in taken.income}) == 2


def test_a_comment_without_a_forecast_is_said_and_not_dropped() -> None:
    plan = clean("2025-26")
    line = plan.spend[0]
    rows = [
        {"scheme": line.scheme, "line": line.source_of_funding, "forecast": None, "comment": "Began late"}
    ]
    period = Period.parse("2025/26 Q2")
    with pytest.raises(FaultsFound, match="Began late"):
        take_in(official_of(plan, "quarterly", "spend", rows), plan, round_of("2025-26"), period)


# ---------------------------------------------------------------------- what the cover says, and of which period a return is
def agreed(plan: FundPlan) -> Any:
    return build("plan", Record(plan, round_of(plan.round), DAY)).cells["board_agreed"]


def test_the_cover_says_that_the_board_agreed_only_when_every_board_has() -> None:
    plan = clean("2025-26").with_tables(
        partners=[*clean("2025-26").partners, Partner(partner="other_board", name="Other board", kind="board", **ABOUT)]
    )  # fmt: skip
    signed = [
        SignOff(signatory=row.signatory, partner=partner.partner, fingerprint=plan.fingerprint, signed_on=DAY, role=row.role, **ABOUT)
        for row, partner in seats_of(plan, round_of("2025-26"))
    ]  # fmt: skip
    assert agreed(plan.with_tables(sign_offs=signed)) == "yes"
    one = [row for row in signed if row.partner == BOARD]
    assert agreed(plan.with_tables(sign_offs=one)) == "no"
    wrongly = [replace(row, for_another=True) for row in signed]
    if not next(row for row in round_of("2025-26").signatories if row.of == "board").may_delegate:
        assert agreed(plan.with_tables(sign_offs=wrongly)) == "no"


def test_the_cover_says_that_the_board_agreed_when_it_has_ratified() -> None:
    plan = clean("2025-26").with_tables(sign_offs=())
    sent = Submission(submitted_on=DAY, fingerprint=plan.fingerprint, power="Chair", by="Director", meeting_on=DAY, **ABOUT)  # fmt: skip
    assert agreed(plan.with_tables(submissions=[sent])) == "no"
    assert agreed(plan.with_tables(submissions=[replace(sent, ratified_on=DAY, minute="7/26")])) == "yes"


@pytest.mark.parametrize(
    ("kind", "period"),
    [("quarterly", "2025-06"), ("quarterly", "2025/26"), ("year_end", "2025/26 Q4"), ("year_end", "2024/25-2025/26")],
)  # fmt: skip
def test_a_return_is_of_a_period_of_its_kind(kind: str, period: str) -> None:
    with pytest.raises(NoSuchReturn, match="no period of a"):
        build(kind, Record(clean("2025-26"), round_of("2025-26"), DAY, Period.parse(period)))
