"""Rolling a plan forward: what is mapped, what is asked, what ends; and no line or amount that is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.money import Money
from leftshift.fund.plan.plan import FundPlan, read_plan_texts
from leftshift.fund.plan.rows import Income, Scheme, Spend
from leftshift.fund.plan.work_rows import Text
from leftshift.fund.rolling import CHOOSE, ENDS, MAPPED, NEW, Rolled, RoundsDoNotFollow, roll
from leftshift.fund.rounds.rows import Allocation
from tests.library.fund.plans import ABOUT, BOARD, COUNCIL, ROUNDS, check, clean, round_of
from tests.library.fund.test_rutland import FUND as RUTLAND

CHAIN = ["2016-17", "2017-19", "2023-25", "2025-26"]


def rolled(plan: FundPlan, to: str) -> Rolled:
    """The plan in another round; what comes out can be written and read without a fault."""
    found = roll(plan, round_of(plan.round), round_of(to), code=f"next-{to}")
    read = read_plan_texts(found.plan.texts())
    assert [str(fault) for fault in read.faults] == []
    assert read.plan == found.plan
    return found


def step(found: Rolled, key: str, column: str) -> tuple[str, str, tuple[str, ...]]:
    """What became of one value."""
    (row,) = (entry for entry in found.steps if (entry.key, entry.column) == (key, column))
    return row.state, row.becomes, row.choices


def with_type(plan: FundPlan, **values: Any) -> FundPlan:
    """The plan with other values in its first line of the last year."""
    last = plan.spend[-1].year
    name = plan.spend[0].spend
    return plan.with_tables(
        spend=[replace(row, **values) if (row.spend, row.year) == (name, last) else row for row in plan.spend]
    )


def test_what_becomes_one_thing_is_mapped_and_what_may_become_several_is_asked() -> None:
    plan = with_type(clean("2016-17"), scheme_type="support_for_carers", provider="ccg")
    name = plan.spend[0].spend

    found = rolled(rolled(plan, "2017-19").plan, "2023-25")
    assert step(found, name, "scheme_type") == (MAPPED, "carers_services", ())
    assert step(found, name, "provider") == (MAPPED, "nhs", ())
    asked = rolled(with_type(found.plan, scheme_type="community_based_schemes"), "2025-26")
    # a scheme type of 2023-25 becomes an activity of 2025-26, one of two
    assert step(asked, name, "activity") == (
        CHOOSE,
        "",
        ("wider_support_to_promote_prevention_and_independence", "long_term_home_based_community_health_services"),
    )  # fmt: skip
    assert (asked.plan.spend[0].activity, asked.plan.spend[0].scheme_type) == ("", "")
    sure = rolled(with_type(found.plan, scheme_type="carers_services"), "2025-26")
    assert step(sure, name, "activity") == (MAPPED, "support_to_carers_including_unpaid_carers", ())
    assert sure.plan.spend[0].activity == "support_to_carers_including_unpaid_carers"


def test_conditions_metrics_and_texts_end_are_mapped_or_are_new() -> None:
    found = rolled(clean("2023-25"), "2025-26")
    states = {(entry.table, entry.was or entry.key): entry.state for entry in found.steps}

    assert states["conditions", "maintained_spend"] == MAPPED
    assert states["conditions", "oversight"] == NEW
    assert states["metrics", "falls"] == ENDS
    assert states["metrics", "residential_admissions"] == MAPPED
    assert states["metrics", "emergency_admissions_65"] == NEW
    assert states["narrative", "inequalities"] == ENDS
    # two conditions that become one keep both texts
    objectives = next(row for row in found.plan.conditions if row.condition == "objectives")
    assert objectives.statement == "It is met.\nIt is met."
    assert objectives.answer == ""
    # an effect on a metric that ended cannot stand; it is listed
    assert found.plan.scheme_effects == ()
    assert [entry.key for entry in found.of(ENDS) if entry.table == "scheme_effects"] == [
        "care, avoidable_admissions", "nursing, avoidable_admissions", "homes, avoidable_admissions",
    ]  # fmt: skip


def test_two_sources_that_become_one_add_up() -> None:
    found = rolled(clean("2023-25"), "2025-26")
    amounts = {row.line: row.amount for row in found.plan.income}

    # the grant: iBCF 300,000 + the council's discharge money 300,000; the NHS minimum 1,000,000 + 300,000
    assert amounts == {
        "nhs_minimum": Money.pounds(1_300_000),
        "dfg": Money.pounds(200_000),
        "council_grant": Money.pounds(600_000),
        "carry_forward": Money.pounds(50_000),
    }


def test_a_text_that_two_sections_become_is_both() -> None:
    becomes = round_of("2025-26")
    crossings = tuple(
        replace(row, becomes="objectives") if row.was in ("objective_1", "objective_2") else row
        for row in becomes.crosswalk
    )
    plan = clean("2023-25").with_tables(
        narrative=[Text(section=f"objective_{at}", text=f"Text {at}", **ABOUT) for at in (1, 2)]
    )
    found = roll(plan, round_of("2023-25"), replace(becomes, crosswalk=crossings), code="next")

    assert [(row.section, row.text) for row in found.plan.narrative] == [("objectives", "Text 1\nText 2")]


def test_published_amounts_stand_in_place_of_old_ones_and_never_twice() -> None:
    becomes = replace(
        round_of("2025-26"),
        allocations=(
            Allocation(
                area=COUNCIL, line="nhs_minimum", year=round_of("2025-26").years[0], amount=Money.pounds(1_500_000), source="Paper", evidence="sourced"
            ),
        ),
    )  # fmt: skip
    one = roll(clean("2023-25"), round_of("2023-25"), becomes, code="next").plan
    two = roll(clean("2023-25", ("QA1", "QB2")), round_of("2023-25"), becomes, code="next").plan

    assert [row.amount for row in one.income if row.line == "nhs_minimum"] == [Money.pounds(1_500_000)]
    assert next(row.basis for row in one.income if row.line == "nhs_minimum") == "published"
    # an amount for both together is neither's: each starts from its own of the year before
    assert [row.amount for row in two.income if row.line == "nhs_minimum"] == [Money.pounds(650_000)] * 2


def test_a_line_that_ended_before_the_last_year_is_listed() -> None:
    plan = clean("2023-25")
    early = replace(plan.spend[0], spend="pilot")
    found = rolled(plan.with_tables(spend=(early, *plan.spend)), "2025-26")

    assert "pilot" in [entry.key for entry in found.of(ENDS) if entry.table == "spend"]
    assert "pilot" not in {row.spend for row in found.plan.spend}


def test_what_happened_to_the_old_plan_is_no_part_of_the_new_one() -> None:
    plan = clean("2023-25")
    found = rolled(plan, "2025-26").plan

    for table in ("sign_offs", "entries", "holds", "required_spend"):
        assert found.tables[table] == ()
    assert {row.partner for row in found.partners} == {"QZZ", COUNCIL, BOARD}
    assert {row.source for row in found.spend} == {"Rolled forward from Test 2023-25"}


def test_rutland_goes_all_the_way_with_nothing_lost() -> None:
    plan, lines = RUTLAND.plan, {row.spend for row in RUTLAND.plan.spend}
    for to in CHAIN[1:]:
        plan = rolled(plan, to).plan
        for year in round_of(to).years:
            spent = [row for row in plan.spend if row.year == year]
            assert {row.spend for row in spent} == lines
            assert sum((row.amount for row in spent), Money(0)) == Money.pounds(2_447_000)
    assert plan.schemes == RUTLAND.plan.schemes
    # a rolled plan is a draft: it can be checked, and says what is missing
    assert not check(plan).ready_to_sign


@pytest.mark.parametrize(("code", "to"), [("2016-17", "2023-25"), ("2025-26", "2016-17"), ("2016-17", "2016-17")])  # fmt: skip
def test_only_a_round_that_follows_is_rolled_into(code: str, to: str) -> None:
    with pytest.raises(RoundsDoNotFollow, match=f"the plan is of {code}"):
        roll(clean(code), round_of(code), round_of(to), code="next")


def test_the_rounds_that_follow_are_found() -> None:
    assert [ROUNDS.after(code) for code in CHAIN] == [["2017-19"], ["2023-25"], ["2025-26"], []]


names = st.sampled_from([f"line_{at}" for at in range(12)])
amounts = st.integers(0, 10**10).map(Money)


@st.composite
def plans(draw: st.DrawFn) -> FundPlan:
    """A plan of 2023-25 with any lines, any values of its lists (or none), and any sources."""
    found = round_of("2023-25")
    base = clean("2023-25", ("QA1", "QB2"))
    lists = {
        name: ["", "not_in_any_list", *(row.value for row in found.values(name))]
        for name in ("scheme_type", "sub_type", "area_of_spend", "commissioner", "provider")
    }
    sources = ["", *found.line]
    keys = draw(st.sets(st.tuples(names, st.sampled_from(found.years)), max_size=10))
    spend = []
    for name, year in sorted(keys):
        listed: dict[str, Any] = {
            column: draw(st.sampled_from(values)) for column, values in lists.items()
        } | ABOUT
        source = draw(st.sampled_from(sources))
        spend.append(
            Spend(
                spend=name, scheme="care", year=year, amount=draw(amounts), source_of_funding=source, **listed
            )
        )
    pays = draw(
        st.sets(st.tuples(st.sampled_from(list(found.line)), st.sampled_from(["QA1", "QB2", COUNCIL])))
    )
    income = [
        Income(income=f"{line}_{partner.lower()}", line=line, partner=partner, year=year, amount=draw(amounts), **ABOUT)
        for line, partner in sorted(pays)
        for year in found.years
    ]  # fmt: skip
    return base.with_tables(spend=spend, income=income, schemes=(Scheme(scheme="care", name="Care", **ABOUT),),
        deliverables=(), milestones=(), scheme_effects=())  # fmt: skip


@given(plans())
def test_every_line_and_every_amount_is_in_the_new_plan(plan: FundPlan) -> None:
    found = rolled(plan, "2025-26")
    last = round_of("2023-25").years[-1]

    before = {row.spend: row.amount for row in plan.spend if row.year == last}
    assert {row.spend: row.amount for row in found.plan.spend} == before
    assert {row.spend: row.previous for row in found.plan.spend} == before
    # what is not carried over is listed
    ended = {entry.key for entry in found.of(ENDS) if entry.table == "spend"}
    assert {row.spend for row in plan.spend} - set(before) <= ended
    # every value that a line had is mapped, asked or listed as ended
    said = {(entry.key, entry.was) for entry in found.steps if entry.table == "spend"}
    for row in (row for row in plan.spend if row.year == last):
        for value in (row.scheme_type, row.sub_type, row.area_of_spend, row.provider, row.source_of_funding):
            assert not value or (row.spend, value) in said
    # every source of 2023-25 becomes exactly one of 2025-26, so all income is there
    assert sum((row.amount for row in found.plan.income), Money(0)) == sum(
        (row.amount for row in plan.income if row.year == last), Money(0)
    )
    assert found.document()["counts"][CHOOSE] == len(found.of(CHOOSE))
