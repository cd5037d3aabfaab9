"""Minimums by hand: what counts, in shares and areas; what is not known is neither met nor missed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear
from leftshift.fund.checks.rules import check_plan
from leftshift.fund.plan.balances import MinimumBalance, allocated, balances, minimum_balances
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.rows import Hold, Spend
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import Allocation
from tests.library.fund.plans import ABOUT, COUNCIL, clean, day_of, round_of

CODE = "2023-25"
ROUND = round_of(CODE)
YEAR = ROUND.years[0]
SAID: dict[str, Any] = {"source": "A test", "evidence": "sourced"}


def line(name: str, amount: int, area: str, commissioner: str = "nhs", **more: Any) -> Spend:
    """A line out of the NHS minimum."""
    values: dict[str, Any] = {"source_of_funding": "nhs_minimum"} | more
    return Spend(
        spend=name, scheme="care", year=YEAR, amount=Money.pounds(amount), area_of_spend=area, commissioner=commissioner, **values, **ABOUT
    )  # fmt: skip


def of(
    plan: FundPlan, minimum: str, found: Round = ROUND, year: FinancialYear = YEAR
) -> list[MinimumBalance]:
    return [
        row
        for row in minimum_balances(plan, found)
        if (row.minimum.minimum, row.year) == (minimum, year)
    ]  # fmt: skip


def one(lines: list[Spend], minimum: str = "out_of_hospital") -> MinimumBalance:
    (found,) = of(clean(CODE).with_tables(spend=lines), minimum)
    return found


def test_only_what_the_nhs_commissions_outside_acute_hospitals_counts() -> None:
    found = one(
        [
            line("community", 300_000, "community_health"),
            line("acute", 900_000, "acute"),
            line("council", 900_000, "social_care", "council"),
            line("other_money", 900_000, "community_health", source_of_funding="ibcf"),
        ]
    )

    # required 500,000 (told); 300,000 counts
    assert (found.required, found.planned, found.short) == (
        Money.pounds(500_000), Money.pounds(300_000), Money.pounds(200_000),
    )  # fmt: skip
    assert found.state == "missed"
    assert found.clears == "Spend £200,000 more on it out of nhs minimum"


def test_of_what_is_commissioned_jointly_the_nhs_share_counts_to_the_penny() -> None:
    found = one(
        [
            line("joint", 100_001, "community_health", "joint", nhs_percent=Decimal("33.3"), council_percent=Decimal("66.7")),
            line("social", 10, "social_care", "nhs"),
        ]
    )  # fmt: skip

    # 100,001.00 × 33.3% = 33,300.333 → 33,300.33; and 10.00
    assert found.planned == Money(3_331_033)


def test_social_care_counts_whoever_commissions_it() -> None:
    found = one(
        [
            line("council", 300_000, "social_care", "council"),
            line("nhs", 200_000, "social_care"),
            line("health", 900_000, "community_health"),
        ],
        "social_care",
    )

    assert (found.planned, found.state) == (Money.pounds(500_000), "met")


@pytest.mark.parametrize("missing", [{"area_of_spend": ""}, {"commissioner": ""}, {"source_of_funding": ""}])
def test_a_line_that_does_not_say_enough_may_count_and_is_not_taken_for_met(missing: dict[str, Any]) -> None:
    sure, unclear = line("sure", 400_000, "community_health"), line("unclear", 100_000, "community_health")
    found = one([sure, replace(unclear, **missing)])

    # 400,000 for sure and 100,000 perhaps, of 500,000
    assert (found.planned, found.unclear, found.state) == (
        Money.pounds(400_000), Money.pounds(100_000), "not known",
    )  # fmt: skip
    smaller = one([sure, replace(unclear, amount=Money.pounds(99_999), **missing)])
    assert smaller.state == "missed"


def test_a_minimum_that_nobody_published_is_not_known_and_never_nought() -> None:
    plan = clean(CODE).with_tables(required_spend=())
    found = of(plan, "social_care")

    assert [(row.required, row.state, row.short) for row in found] == [(None, "not known", Money(0))]
    assert found[0].document()["required"] is None
    checked = check_plan(plan, ROUND, day_of(ROUND))
    states = {entry.rule.rule: entry.state for entry in checked.rules}
    assert (states["v03"], states["v04"], states["mandated"]) == ("not known", "not known", "not known")
    assert not checked.ready_to_sign


def test_each_of_two_commissioners_spends_its_own_money() -> None:
    plan = clean(CODE, ("QA1", "QB2"))
    # each pays 500,000, of which 250,000 goes on social care and 250,000 on nursing; each minimum is 250,000
    assert [(row.partner, row.planned, row.state) for row in of(plan, "social_care")] == [
        ("QA1", Money.pounds(250_000), "met"), ("QB2", Money.pounds(250_000), "met"),
    ]  # fmt: skip
    # a line more of the one does nothing for the other
    spend = [row for row in plan.spend if not (row.partner == "QB2" and row.area_of_spend == "social_care")]
    assert [row.state for row in of(plan.with_tables(spend=spend), "social_care")] == ["met", "missed"]


def _published(*rows: tuple[str, str | None, int]) -> Round:
    return replace(
        ROUND,
        allocations=tuple(
            Allocation(area=COUNCIL, line=name, partner=partner, year=YEAR, amount=Money.pounds(amount), **SAID)
            for name, partner, amount in rows
        ),
    )  # fmt: skip


def test_a_minimum_published_for_all_is_not_asked_of_each() -> None:
    plan = clean(CODE, ("QA1", "QB2")).with_tables(required_spend=())
    (found,) = of(plan, "social_care", _published(("social_care", None, 500_000)))

    assert (found.partner, found.required, found.planned) == ("", Money.pounds(500_000), Money.pounds(500_000))  # fmt: skip
    both = of(plan, "social_care", _published(("social_care", "QA1", 1), ("social_care", "QB2", 250_001)))
    assert [(row.partner, row.state) for row in both] == [("QA1", "met"), ("QB2", "missed")]


def test_allocations_of_partners_add_up_and_what_was_told_goes_before() -> None:
    plan = clean(CODE, ("QA1", "QB2"))
    found = _published(("nhs_minimum", "QA1", 600_000), ("nhs_minimum", "QB2", 500_000))

    told = allocated(plan, found, "nhs_minimum", YEAR)
    assert told is not None
    assert told.amount == Money.pounds(1_000_000)
    published = allocated(plan.with_tables(required_spend=()), found, "nhs_minimum", YEAR)
    assert published is not None
    assert published.amount == Money.pounds(1_100_000)
    # the whole and its parts are not added
    more = replace(found, allocations=(*found.allocations, *_published(("nhs_minimum", None, 1_100_000)).allocations))  # fmt: skip
    again = allocated(plan.with_tables(required_spend=()), more, "nhs_minimum", YEAR)
    assert again == published


def test_a_local_risk_share_is_taken_in_place_of_the_minimum_where_the_round_takes_it() -> None:
    found = round_of("2016-17")
    plan = clean("2016-17")
    at = next(at for at, row in enumerate(plan.spend) if row.commissioner == "nhs")
    spend = [replace(row, area_of_spend="acute") if n == at else row for n, row in enumerate(plan.spend)]
    short = next(
        row.short
        for row in minimum_balances(plan.with_tables(spend=spend), found)
        if row.minimum.minimum == "out_of_hospital" and row.short.pence
    )
    held = Hold(hold="risk", name="Risk share", kind="risk_share", treatment="within", year=found.years[0], amount=short, **ABOUT)  # fmt: skip
    too_little = replace(held, amount=short - Money(1))
    for holds, state in (((), "failed"), ((too_little,), "failed"), ((held,), "passed")):
        checked = check_plan(plan.with_tables(spend=spend, holds=holds), found, day_of(found))
        assert next(entry.state for entry in checked.rules if entry.rule.rule == "v03") == state


pounds = st.integers(0, 10**9).map(Money)


@given(st.lists(pounds, min_size=1, max_size=6), st.lists(pounds, min_size=1, max_size=6))
def test_a_source_balances_when_its_lines_are_its_income_to_the_penny(
    comes: list[Money], goes: list[Money]
) -> None:
    plan = clean("2025-26")
    income = [replace(plan.income[0], income=f"i{at}", amount=amount) for at, amount in enumerate(comes)]
    spend = [
        replace(plan.spend[0], spend=f"s{at}", amount=amount, source_of_funding=plan.income[0].line)
        for at, amount in enumerate(goes)
    ]
    (found,) = balances(plan.with_tables(income=income, spend=spend), round_of("2025-26"))

    left = sum(row.pence for row in comes) - sum(row.pence for row in goes)
    assert found.left == Money(left)
    assert (found.state == "met") is (left == 0)
    assert (found.clears == "") is (left == 0)
