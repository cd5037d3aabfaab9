"""Risks, gates, benefits, appraisals and engagement: by hand, and what must hold whatever is entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.periods import Period
from leftshift.programme.appraising import Appraised, NoWeights, appraise
from leftshift.programme.benefit_rows import (
    Benefit,
    BroughtBenefit,
    Gate,
    GateAssessment,
    GateDecision,
    GateEvidence,
    GateOption,
    PlannedBenefit,
)
from leftshift.programme.benefiting import benefit_states, by_organisation, overlaps
from leftshift.programme.choice_rows import Appraisal, Conflict, Criterion, Option, Score
from leftshift.programme.engagement_rows import Assessment, Engagement, Impact, Response, Theme
from leftshift.programme.engaging import assessment_states, heard, suppressed
from leftshift.programme.gating import breaches, gate_states, kinds, stops
from leftshift.programme.programme import Programme
from leftshift.programme.raid_rows import Risk, RiskScore, ScaleBand, ScaleScore
from leftshift.programme.risking import Register, scales
from tests.library.programme.programmes import ABOUT, after, milestone, programme

AS_OF = date(2025, 6, 15)


# ---------------------------------------------------------------------- risks
def test_the_bands_of_all_25_cells() -> None:
    """1–3 low, 4–6 moderate, 8–12 high, 15–25 extreme: 5, 7, 7 and 6 cells, as the matrix of 2008 has them."""
    scale = scales(programme())["npsa"]
    found = {(one, other): scale.band(one, other) for one in range(1, 6) for other in range(1, 6)}
    names = [band.band for band in found.values() if band is not None]
    assert {name: names.count(name) for name in dict.fromkeys(names)} == {
        "low": 5,
        "moderate": 7,
        "high": 7,
        "extreme": 6,
    }
    assert scale.gaps == ()
    for (one, other), band in found.items():
        product = one * other
        by_hand = (
            "low" if product <= 3 else "moderate" if product <= 6 else "high" if product <= 12 else "extreme"
        )
        assert band is not None
        assert band.band == by_hand
        assert scale.is_escalated(one, other) is (product >= 15)


def test_high_medium_low_has_no_gap() -> None:
    assert scales(programme())["high_medium_low"].gaps == ()


def risk(name: str = "staff", **more: Any) -> Risk:
    base = {
        "cause": "Few apply",
        "event": "The ward cannot open",
        "effect": "Savings come late",
        "owner": "Director",
    }
    return Risk(risk=name, response="treat", raised=date(2025, 1, 1), **{**base, **more}, **ABOUT)


def score(stage: Any, likelihood: int, impact: int, day: date = date(2025, 1, 1), **more: Any) -> RiskScore:
    return RiskScore(
        risk="staff", stage=stage, scored_on=day, likelihood=likelihood, impact=impact, **more, **ABOUT
    )


def test_a_risk_keeps_its_history_and_the_latest_counts() -> None:
    whole = programme(
        risks=(risk(),),
        risk_scores=(
            score("current", 3, 4, date(2025, 5, 1)), score("inherent", 5, 4), score("current", 4, 4, date(2025, 3, 1)),
            score("target", 2, 4), score("current", 1, 1, date(2025, 7, 1)),
        ),
    )  # fmt: skip
    state = Register(whole, AS_OF).risks[0]
    assert [entry.product for entry in state.history if entry.row.stage == "current"] == [16, 12]
    assert state.current is not None
    assert (state.current.product, state.move, state.to_escalate) == (12, -4, False)
    assert Register(whole, date(2025, 4, 1)).risks[0].to_escalate
    assert Register(whole, AS_OF).heat_map("npsa") == {(3, 4): [state]}


def test_scales_do_not_mix() -> None:
    """A score on another scale is no move up or down, and stands on its own map."""
    whole = programme(
        risks=(risk(),),
        risk_scores=(
            score("current", 4, 4, date(2025, 3, 1)),
            score("current", 3, 3, date(2025, 5, 1), scale="high_medium_low"),
        ),
    )
    register = Register(whole, AS_OF)
    assert register.risks[0].move == 0
    assert register.risks[0].to_escalate  # high × high of three
    assert register.heat_map("npsa") == {}
    assert list(register.heat_map("high_medium_low")) == [(3, 3)]


def test_a_scale_of_ones_own_with_a_gap_says_so() -> None:
    rows = [
        ScaleScore(scale="own", dimension=side, score=number, label=str(number), **ABOUT)
        for side in ("likelihood", "impact")
        for number in (1, 2)
    ]
    bands = [ScaleBand(scale="own", band="one", name="One", least=1, most=1, rag="green", **ABOUT), ScaleBand(scale="own", band="four", name="Four", least=4, most=4, rag="red", **ABOUT)]  # fmt: skip
    found = scales(programme(scales=rows, bands=bands))["own"]
    assert found.gaps == ((1, 2), (2, 1))
    assert found.escalate == "four"


def test_a_review_that_is_past_is_overdue_until_it_is_closed() -> None:
    open_risk = Register(programme(risks=(risk(review=date(2025, 6, 14)),)), AS_OF).risks[0]
    assert open_risk.is_review_overdue
    closed = Register(programme(risks=(risk(review=date(2025, 6, 14), closed=AS_OF),)), AS_OF).risks[0]
    assert not closed.is_review_overdue


# ---------------------------------------------------------------------- gates
def gate(**more: Any) -> Gate:
    given_ = {"name": "Four tests", "project": "work", "kind": "four_tests", "decider": "Board", **more}
    return Gate(gate="tests", **given_, **ABOUT)


def answers(*, but: str = "", verdict: Any = "met") -> dict[str, Any]:
    """Evidence and an assessment for every question of the four tests but one."""
    questions = [name for name in kinds()["four_tests"]["questions"] if name != but]
    return {
        "gate_evidence": [GateEvidence(gate="tests", question=name, evidence="A paper", dated=date(2025, 5, 1), **ABOUT) for name in questions],
        "gate_assessments": [GateAssessment(gate="tests", question=name, assessor="Lay member", verdict=verdict, assessed_on=date(2025, 5, 2), **ABOUT) for name in questions],
    }  # fmt: skip


def decision(**more: Any) -> GateDecision:
    return GateDecision(
        gate="tests",
        **{"decided_on": date(2025, 6, 1), "outcome": "passed", "by": "Board", "minute": "7(a)", **more},
        **ABOUT,
    )


@pytest.mark.parametrize(
    ("tables", "passed", "why"),
    [
        ({}, False, "nothing was decided"),
        (answers(), False, "nothing was decided"),  # evidence alone does not pass it
        ({"gate_decisions": [decision()]}, False, "decided without its answers"),  # nor does a decision alone
        ({**answers(), "gate_decisions": [decision()]}, True, ""),
        ({**answers(but="choice"), "gate_decisions": [decision()]}, False, "no evidence"),
        ({**answers(verdict="partly"), "gate_decisions": [decision()]}, False, "met in part"),
        ({**answers(verdict="partly"), "gate_decisions": [decision(conditions="Ask care homes by July")]}, True, ""),
        ({**answers(verdict="not_met"), "gate_decisions": [decision(conditions="Ask care homes by July")]}, False, "not met"),
        ({**answers(), "gate_decisions": [decision(outcome="deferred")]}, False, "put off"),
        ({**answers(), "gate_decisions": [decision(), decision(decided_on=date(2025, 6, 10), outcome="not_passed")]}, False, "not passed"),
        ({**answers(), "gate_decisions": [decision(decided_on=date(2025, 6, 16))]}, False, "nothing was decided"),  # still to come
    ],
)  # fmt: skip
def test_a_gate_is_passed_by_evidence_and_a_recorded_decision(
    tables: dict[str, Any], passed: bool, why: str
) -> None:
    state = gate_states(programme(gates=(gate(),), **tables), AS_OF)[0]
    assert state.is_passed() is passed
    assert why in state.why_not()
    stopped = stops(programme(gates=(gate(),), **tables), AS_OF)
    assert {stop.what for stop in stopped} == (set() if passed else {"start", "spend"})


def test_one_assessor_who_finds_less_counts() -> None:
    tables = answers()
    tables["gate_assessments"].append(
        GateAssessment(
            gate="tests",
            question="choice",
            assessor="Patient",
            verdict="not_met",
            assessed_on=date(2025, 5, 3),
            **ABOUT,
        )
    )
    state = gate_states(programme(gates=(gate(),), gate_decisions=(decision(),), **tables), AS_OF)[0]
    assert not state.is_passed()
    assert [question.question for question in state.lacking] == ["choice"]


def test_each_organisation_opts_in_for_itself() -> None:
    """03W opted in and 04V did not: the gate that is passed frees 03W alone."""
    options = [
        GateOption(
            gate="tests", organisation=code, takes_part=part, decided_on=date(2025, 5, 1), minute="3", **ABOUT
        )
        for code, part in (("03W", True), ("04V", False))
    ]
    whole = programme(
        gates=(gate(opt_in=True, stops="spend"),),
        gate_options=options,
        gate_decisions=(decision(),),
        **answers(),
    )
    state = gate_states(whole, AS_OF)[0]
    assert (state.is_passed("03W"), state.is_passed("04V")) == (True, False)
    assert [(stop.organisation, stop.why) for stop in stops(whole, AS_OF)] == [
        ("04V", "04V has not opted in")
    ]


def test_what_began_or_was_reached_past_a_gate_is_named() -> None:
    whole = programme(
        milestone("case", date(2025, 5, 1), done=date(2025, 5, 1)),
        milestone("build", date(2025, 9, 1), begins=date(2025, 6, 1)),
        milestone("open", date(2025, 10, 1)),
        dependencies=(after("case", "build"), after("build", "open")),
        gates=(gate(milestone="build"),),
    )
    assert "Build began on 2025-06-01" in breaches(whole, AS_OF)["work"][0]
    behind_opening = whole.with_tables(gates=(gate(milestone="open"),))
    assert breaches(behind_opening, AS_OF) == {}
    passed = whole.with_tables(gate_decisions=(decision(),), **answers())
    assert breaches(passed, AS_OF) == {}


# ---------------------------------------------------------------------- benefits
def benefit(name: str = "money", **more: Any) -> Benefit:
    base = {
        "name": name.capitalize(),
        "project": "work",
        "kind": "cash_releasing",
        "owner": "Director",
        "unit": "pounds",
        "organisation": "RX1",
    }
    return Benefit(benefit=name, **{**base, **more}, **ABOUT)


def planned(period: str, amount: int, of: str = "money") -> PlannedBenefit:
    return PlannedBenefit(benefit=of, period=Period.parse(period), planned=Decimal(amount), **ABOUT)


def brought(period: str, amount: int, of: str = "money") -> BroughtBenefit:
    return BroughtBenefit(
        benefit=of, period=Period.parse(period), actual=Decimal(amount), evidence="Ledger report", **ABOUT
    )


def test_a_benefit_by_hand() -> None:
    """Quarters of 100: 80 and 90 brought of 200, so 0.85 of what was planned; expected 170 + 0.85 × 200 = 340."""
    quarters = [planned(f"2024/25 Q{number}", 100) for number in (1, 2, 3, 4)]
    whole = programme(
        benefits=(benefit(),),
        benefit_profile=quarters,
        benefit_actuals=(brought("2024/25 Q1", 80), brought("2024/25 Q2", 90)),
    )
    state = benefit_states(whole, date(2024, 10, 15))[0]
    found = [state.planned_to_date, state.actual, state.planned, state.forecast]
    assert found == [Decimal(200), Decimal(170), Decimal(400), Decimal(340)]
    assert state.ratio == 0.85
    assert (state.rag, state.missing) == ("red", ())
    assert by_organisation([state]) == {
        "RX1": {"planned": 400, "planned_to_date": 200, "actual": 170, "forecast": 340}
    }
    later = benefit_states(whole, date(2025, 1, 15))[0]
    assert [str(period) for period in later.missing] == [
        "2024/25 Q3"
    ]  # ended, and nobody said what it brought


@pytest.mark.parametrize(
    ("actual", "rag"), [(100, "green"), (99, "amber"), (90, "amber"), (89, "red"), (130, "green")]
)
def test_a_benefit_is_red_from_a_tenth_behind(actual: int, rag: str) -> None:
    whole = programme(
        benefits=(benefit(),),
        benefit_profile=(planned("2024/25", 100),),
        benefit_actuals=(brought("2024/25", actual),),
    )
    assert benefit_states(whole, AS_OF)[0].rag == rag


def test_a_ledger_shows_what_was_not_spent() -> None:
    """Baseline 500 a quarter; 430 was spent on the scheme: 70 brought, whatever somebody entered."""
    whole = programme(
        benefits=(benefit(account="fund/scheme", baseline=Decimal(500)),),
        benefit_profile=(planned("2024/25 Q1", 100),), benefit_actuals=(brought("2024/25 Q1", 95),),
    )  # fmt: skip
    state = benefit_states(
        whole, AS_OF, None, lambda scheme, period: Decimal(430) if scheme == "fund/scheme" else None
    )[0]
    assert state.actual == Decimal(70)
    assert state.periods[0].proof == "ledger"


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ({"overlap": "beds"}, {"overlap": "beds"}, True),
        ({"overlap": "beds"}, {"overlap": "beds", "counted": False}, False),
        ({"overlap": "beds"}, {"overlap": "people"}, False),
        ({"intervention": "cip"}, {"intervention": "cip"}, True),
        ({"intervention": "cip"}, {"intervention": "cip", "organisation": "RX2"}, False),
        ({"measure": "admissions", "of": "E1"}, {"measure": "admissions", "of": "E1"}, True),
        ({"measure": "admissions", "of": "E1"}, {"measure": "admissions", "of": "E2"}, False),
        ({"account": "f/s"}, {"account": "f/s"}, True),
    ],
)
def test_one_claim_a_benefit(one: dict[str, Any], other: dict[str, Any], clash: bool) -> None:
    whole = programme(
        benefits=(benefit("one", **one), benefit("other", **other)),
        benefit_profile=(planned("2024/25", 100, "one"), planned("2024/25", 40, "other")),
    )
    assert bool(list(overlaps(whole))) is clash
    states = benefit_states(whole, AS_OF)
    counted = [state.benefit.benefit for state in states if not state.uncounted]
    assert counted == (["one"] if clash or not other.get("counted", True) else ["one", "other"])
    assert sum(sums["planned"] for sums in by_organisation(states).values()) == (
        100 if "other" not in counted else 140
    )


# ---------------------------------------------------------------------- appraisals
def appraisal(scores: dict[tuple[str, str, str], float], weights: dict[str, float], **more: Any) -> Programme:
    options = dict.fromkeys(option for option, _, _ in scores)
    return programme(
        appraisals=(Appraisal(appraisal="site", name="Where to build", **more.pop("about", {}), **ABOUT),),
        criteria=[Criterion(appraisal="site", criterion=name, name=name, weight=Decimal(str(weight)), **ABOUT) for name, weight in weights.items()],
        options=[Option(appraisal="site", option=name, name=name, **ABOUT) for name in options],
        scores=[Score(appraisal="site", option=option, criterion=criterion, scorer=scorer, score=Decimal(str(value)), **ABOUT) for (option, criterion, scorer), value in scores.items()],
        **more,
    )  # fmt: skip


def conflict(scorer: str, option: str = "") -> Conflict:
    return Conflict(
        appraisal="site",
        scorer=scorer,
        option=option,
        kind="financial",
        what="Owns it",
        declared_on=AS_OF,
        **ABOUT,
    )


SCORES = {
    ("east", "quality", "ann"): 80.0, ("east", "quality", "bob"): 60.0, ("east", "cost", "ann"): 40.0, ("east", "cost", "bob"): 40.0,
    ("west", "quality", "ann"): 50.0, ("west", "quality", "bob"): 50.0, ("west", "cost", "ann"): 90.0, ("west", "cost", "bob"): 70.0,
}  # fmt: skip


def test_an_appraisal_by_hand() -> None:
    """Weights 3 and 1. East: (3 × 70 + 40) / 4 = 62.5; west: (3 × 50 + 80) / 4 = 57.5."""
    found = appraise(appraisal(SCORES, {"quality": 3, "cost": 1}), "site")
    assert [(row.option.option, row.total, row.rank) for row in found.ranking] == [
        ("east", 62.5, 1),
        ("west", 57.5, 2),
    ]
    cell = found.cell("east", "quality")
    assert (cell.low, cell.high, cell.deviation) == (60, 80, 10)


def test_equal_scores_share_a_rank() -> None:
    """Equal weights: east (70 + 40) / 2 = 55 = west when west's cost is 60."""
    scores = SCORES | {("west", "cost", "ann"): 60.0, ("west", "cost", "bob"): 60.0}
    found = appraise(appraisal(scores, {"quality": 1, "cost": 1}), "site")
    assert [(row.rank, row.tied) for row in found.ranking] == [(1, ("west",)), (1, ("east",))]
    assert found.first == ("east", "west")


def test_a_missing_score_is_said_and_never_made_up() -> None:
    scores = {key: value for key, value in SCORES.items() if key[:2] != ("west", "cost")}
    found = appraise(appraisal(scores, {"quality": 3, "cost": 1}), "site")
    assert found.ranking[1].why_not == "no score counts for cost"
    assert (found.ranking[1].rank, found.first) == (None, ("east",))
    # what weighs nothing need not be scored
    assert appraise(appraisal(scores, {"quality": 3, "cost": 0}), "site").ranking[1].rank == 2


def test_weights_of_nought_are_answered() -> None:
    found = appraise(appraisal(SCORES, {"quality": 0, "cost": 0}), "site")
    with pytest.raises(NoWeights, match="every criterion weighs 0"):
        _ = found.ranking


def test_who_has_a_conflict_does_not_score() -> None:
    """Without Ann, east's quality is Bob's 60: (3 × 60 + 40) / 4 = 55, and west is first with 57.5."""
    whole = appraisal(SCORES, {"quality": 3, "cost": 1}, conflicts=(conflict("ann", "east"),))
    found = appraise(whole, "site")
    assert [(row.option.option, row.total) for row in found.ranking] == [("west", 57.5), ("east", 55.0)]
    assert [row.scorer for row in found.cell("east", "quality").excluded] == ["ann"]
    everywhere = appraise(
        appraisal(SCORES, {"quality": 3, "cost": 1}, conflicts=(conflict("ann"), conflict("bob"))), "site"
    )
    assert everywhere.first == ()
    assert everywhere.stability(1) == {}


values = st.sampled_from([0.0, 25.0, 40.0, 50.0, 75.0, 100.0])


@given(
    st.lists(values, min_size=12, max_size=12),
    st.lists(st.integers(0, 5), min_size=2, max_size=2).filter(any),
    st.integers(0, 3),
)
def test_a_ranking_agrees_with_the_slow_way(numbers: list[float], weights: list[int], seed: int) -> None:
    keys = [
        (option, criterion, scorer)
        for option in ("a", "b", "c")
        for criterion in ("x", "y")
        for scorer in ("ann", "bob")
    ]
    scores = dict(zip(keys, numbers, strict=True))
    found: Appraised = appraise(appraisal(scores, dict(zip(("x", "y"), weights, strict=True))), "site")
    totals = {
        option: sum(
            weight * (scores[option, criterion, "ann"] + scores[option, criterion, "bob"]) / 2
            for criterion, weight in zip(("x", "y"), weights, strict=True)
        )
        for option in "abc"
    }
    for row in found.ranking:
        better = [one for one in totals if totals[one] > totals[row.option.option] + 1e-6]
        assert row.rank == len(better) + 1
    stability = found.stability(seed, 200)
    assert sum(stability.values()) == pytest.approx(1)
    assert stability == found.stability(seed, 200)


def test_another_choice_than_the_first_needs_its_reason() -> None:
    found = appraise(appraisal(SCORES, {"quality": 3, "cost": 1}, about={"chosen": "west"}), "site")
    assert found.departs == "no reason is recorded"
    said = replace(found, appraisal=replace(found.appraisal, because="East floods"))
    assert said.departs == "East floods"


# ---------------------------------------------------------------------- engagement
def test_small_numbers_cannot_be_worked_out() -> None:
    """3 of 40 may not be shown; as the total is, 12, the smallest other, is hidden with it."""
    numbers = {
        ("buses", "young"): 3,
        ("buses", "old"): 25,
        ("buses", "carers"): 12,
        ("doors", "young"): 0,
        ("doors", "old"): 9,
    }
    assert suppressed(numbers) == {("buses", "young"), ("buses", "carers")}
    assert suppressed({("buses", "young"): 3, ("buses", "old"): 2, ("buses", "carers"): 12}) == {
        ("buses", "young"),
        ("buses", "old"),
    }


@given(st.dictionaries(st.tuples(st.sampled_from("ab"), st.sampled_from("xyzw")), st.integers(0, 30)))
def test_no_row_hides_one_number_alone(numbers: dict[tuple[str, str], int]) -> None:
    hidden = suppressed(numbers)
    for theme in "ab":
        row = {group: number for (name, group), number in numbers.items() if name == theme}
        out = [group for group in row if (theme, group) in hidden]
        assert all((theme, group) in hidden for group, number in row.items() if 0 < number < 5)
        if len(out) == 1:  # alone only where its total is too small to be shown as well
            assert sum(row.values()) < 5


def test_what_is_published_of_an_engagement() -> None:
    whole = programme(
        themes=(Theme(theme="buses", name="Buses are rare", **ABOUT),),
        engagements=(
            Engagement(
                engagement="hall",
                name="Meeting",
                asked="Everybody",
                channel="A hall",
                begins=AS_OF,
                ends=AS_OF,
                **ABOUT,
            ),
        ),
        responses=[
            Response(engagement="hall", group=group, theme="buses", number=number, supportive=yes, **ABOUT)
            for group, number, yes in (("young", 3, 1), ("old", 25, 20), ("carers", 12, 12))
        ],
    )
    found = heard(whole)[0].themes[0]
    assert found.groups == {"young": None, "old": 25, "carers": None}
    assert (found.total, found.supportive) == (40, 33)


def test_an_assessment_says_what_it_lacks() -> None:
    made = Assessment(assessment="beds", name="Beds", assessor="Lead", assessed_on=AS_OF, **ABOUT)
    impacts = [
        Impact(assessment="beds", characteristic="age", effect="negative", evidence="Stays", **ABOUT),
        Impact(assessment="beds", characteristic="sex", effect="none", **ABOUT),
    ]
    lacks = assessment_states(programme(assessments=(made,), impacts=impacts))[0].lacks
    assert "nothing is said of disability" in lacks
    assert "age: a negative effect needs a mitigation with an owner and a date" in lacks
    assert "sex: neither evidence, nor why there is none" in lacks
    assert len(lacks) == 9  # seven characteristics unsaid, and two that fall short
    none = replace(made, not_needed_because="It reports figures")
    assert assessment_states(programme(assessments=(none,)))[0].is_whole
