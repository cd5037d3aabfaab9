"""The published plan of LLR, November 2016: what its papers print, and what in them does not hold together."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from leftshift.model import Model, PlanResult, read_place
from tests.library.activity_places import LLR_2016

STRANDS = {"new_models": 54, "service_configuration": 18.9, "redesigned_pathways": 33, "operational_efficiencies": 288, "enablers": 17.6}  # fmt: skip
GROUPS = {"very_high": (9821, 5969), "high": (8564, 5969), "medium": (10922, 7461), "low": (471, 612), "healthy": (68, 60)}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Model:
    return read_place(LLR_2016)


@pytest.fixture(scope="module")
def result(model: Model) -> PlanResult:
    return model.project()


@pytest.fixture(scope="module")
def capacity(model: Model) -> dict[str, Any]:
    return model.capacity().document()


def verdicts(result: PlanResult, figure: str, **where: Any) -> list[tuple[str | None, float]]:
    """Verdict and difference of every published figure of a kind."""
    return [
        (tie.verdict, tie.difference)
        for tie in result.tie_out().ties
        if tie.row.figure == figure and all(getattr(tie.row, name) == value for name, value in where.items())
    ]


# ------------------------------------------------------------------ money
def test_the_headline(result: PlanResult) -> None:
    """-399.3 + 412.9 + 66 - 66 = +13.6; health 341.6 and social care 57.7."""
    bridge = result.bridge("2020/21")

    assert result.gap("2020/21") == pytest.approx(399_300, abs=1)
    assert {name: bridge[name] / 1000 for name in STRANDS} == pytest.approx(STRANDS)
    assert bridge["funding"] == 66_000
    assert bridge["investment"] == -66_000
    assert sum(bridge.values()) == pytest.approx(412_900)
    assert result.perimeter_position("2020/21") == pytest.approx(13_600, abs=1)
    assert result.gap("2016/17") == pytest.approx(6_700, abs=1)


def test_investment_by_year(result: PlanResult) -> None:
    found = [-result.bridge(year)["investment"] for year in ("2017/18", "2018/19", "2019/20", "2020/21")]

    assert found == [24_650, 24_400, 25_150, 66_000]


def test_what_does_not_hold_together_is_flagged(result: PlanResult) -> None:
    """411.5 against 412.9, 343 against 346.9, capital by 1, a payback that does not follow; nothing else is off."""
    flagged = {(tie.row.figure, str(tie.row.value)): tie for tie in result.tie_out().ties if tie.verdict == "known conflict"}  # fmt: skip

    assert flagged["bridge", "412.9"].modelled == pytest.approx(411.5)
    assert flagged["bridge", "343"].modelled == pytest.approx(346.9)
    assert flagged["capital_gross", "279581"].modelled == 279_582
    assert flagged["capital_net", "251231"].modelled == 251_232
    assert flagged["capital_cost", "29389"].modelled == 29_390
    assert flagged["capital_payback", "11.43"].modelled == pytest.approx(251_232 / 25_600)
    assert all(tie.reason for tie in flagged.values())
    assert result.tie_out().counts()["does not tie"] == 0
    [(verdict, difference)] = verdicts(result, "gap_with")
    assert (verdict, round(difference, 2)) == ("ties", 0.3)


def test_growth_and_saving_by_group(result: PlanResult) -> None:
    """Every printed rate is within its own rounding, and net growth to two decimals."""
    for figure, count in (
        ("growth_of_spending", 6),
        ("saving_of_spending", 6),
        ("net_growth_of_spending", 6),
    ):
        found = verdicts(result, figure)
        assert [verdict for verdict, _ in found] == ["ties"] * count


def test_control_totals_envelopes_and_the_pool(result: PlanResult) -> None:
    """One total for the system and two for trusts; what payers agreed is held against what they can pay; the pool runs down."""
    totals = {held.row.organisation: held for held in result.control_totals()}
    assert set(totals) == {None, "RWE", "RT5"}
    assert totals[None].position == pytest.approx(result.perimeter_position("2017/18"))
    held = result.envelopes()
    assert {entry.payer for entry in held.affordability} == {"03W", "04C", "04V"}
    for entry in held.held:
        assert entry.difference == pytest.approx(entry.modelled - entry.amount)
    quarters = result.risk_pool().quarters
    assert [str(found.quarter) for found in quarters] == [f"2017/18 Q{number}" for number in (1, 2, 3, 4)]
    for before, after in pairwise(quarters):
        assert after.opening == before.closing
    assert quarters[0].expected_later == 900 + 1800 + 1200 + 700


# ------------------------------------------------------------------ capacity
def test_beds(capacity: dict[str, Any]) -> None:
    acute = capacity["bed_bridge"]["RWE"]["acute"]["2020/21"]

    assert (acute["start"], acute["end"]) == pytest.approx((1940, 1697), abs=0.01)
    assert acute["avoided"] == pytest.approx(-128, abs=0.01)
    assert capacity["beds"]["RT5"]["community"]["2020/21"] == pytest.approx(195, abs=0.01)


def test_admissions_to_be_avoided(capacity: dict[str, Any]) -> None:
    """5,969 / 5,969 / 7,461 / 612 / 60 = 20,071, and the desired column within 1; low is asked for more than its level."""
    plan = capacity["avoidable_admissions"]["integrated_teams"]
    groups = {group["risk_group"]: group for group in plan["groups"]}

    assert {name: round(group["allocated"]) for name, group in groups.items()} == {name: asked for name, (_, asked) in GROUPS.items()}  # fmt: skip
    for name, (desired, _) in GROUPS.items():
        assert abs(groups[name]["desired"] - desired) <= 1
    assert round(plan["allocated"]) == 20_071
    assert [name for name, group in groups.items() if group["is_asked_for_more"]] == ["low"]
    assert len(plan["flags"]) == 3


def test_a_tenth_more_admissions_change_every_figure_that_hangs_on_them(model: Model) -> None:
    place = model.place
    more = tuple(row for row in place.avoidance_plans)
    raised = (
        Model(place.with_tables(avoidance_plans=tuple(_raised(row) for row in more))).capacity().document()
    )
    start = model.capacity().document()
    before = start["avoidable_admissions"]["integrated_teams"]
    after = raised["avoidable_admissions"]["integrated_teams"]

    for name in ("admissions", "allocated", "desired"):
        assert after[name] == pytest.approx(1.1 * before[name])
    for allocation in ("target", "desired"):
        for name in ("admissions", "bed_days", "beds", "full_tariff", "marginal"):
            assert after["worth"][allocation][name] == pytest.approx(1.1 * before["worth"][allocation][name])
    bridges = [document["bed_bridge"]["RWE"]["acute"]["2020/21"] for document in (start, raised)]
    assert bridges[1]["avoided"] == pytest.approx(1.1 * bridges[0]["avoided"])
    assert bridges[1]["end"] == pytest.approx(1697 - 12.8, abs=0.01)
    assert raised["beds"]["RT5"] == start["beds"]["RT5"]
    assert after["worth"]["target"]["team_cost"] == before["worth"]["target"]["team_cost"]


def _raised(row: Any) -> Any:
    return replace(row, admissions=row.admissions * Decimal("1.1"))


def test_staff(result: PlanResult) -> None:
    """593 GPs at 1% for four years are 617; with support staff 2,505, printed truncated."""
    found = {(tie.row.item, tie.row.year.label): tie for tie in result.tie_out().ties if tie.row.figure == "staff_in_post"}  # fmt: skip

    assert found["general_practitioners", "2020/21"].modelled == pytest.approx(593 * 1.01**4, abs=0.05)
    assert {tie.verdict for tie in found.values()} == {"ties", "differs by rounding"}
    assert found["provider_staff", "2020/21"].modelled == 18_303


def test_acute_capital(capacity: dict[str, Any]) -> None:
    """279,582 - 28,350 = 251,232; 25,600 a year is 10.2% of the net cost, paid back in 9.81 years."""
    found = capacity["capital"]["acute_reconfiguration"]

    assert (found["gross"], found["disposals"], found["net"]) == (279_582, 28_350, 251_232)
    assert found["return"] == pytest.approx(0.1019, abs=5e-5)
    assert found["payback"] == pytest.approx(9.81, abs=0.005)
    assert found["return_basis"] == "net"
    assert found["ask"] == found["net"]


def test_every_row_says_where_it_comes_from_and_estimates_are_marked() -> None:
    """What no paper prints is an estimate, an assumption or derived; money of the base year is never called published."""
    for path in sorted(Path(LLR_2016).glob("*.csv")):
        for row in csv.DictReader(path.read_text("utf-8").splitlines()):
            assert row["source"], path.name
            if path.name in ("contracts.csv", "control_totals.csv", "envelopes.csv", "risk_pool.csv"):
                assert row["basis"] == "estimate"
