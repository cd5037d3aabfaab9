"""Risks, gates and benefits: by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from leftshift.foundation.periods import Period
from leftshift.programme.benefit_rows import (
    Benefit,
    BroughtBenefit,
    Gate,
    GateAssessment,
    GateDecision,
    GateEvidence,
    GateOption,
    GateQuestion,
    PlannedBenefit,
)
from leftshift.programme.benefiting import benefit_states, by_organisation, overlaps
from leftshift.programme.boards.rows import AgendaItem, Attendance, Body, Decision, Meeting, Member
from leftshift.programme.gating import breaches, gate_states, kinds, stops
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


def test_a_risk_was_brought_to_a_board_from_the_day_on() -> None:
    row = risk(escalated_to="board", escalated_on=date(2025, 6, 20))
    whole = programme(risks=(row,), risk_scores=(score("current", 5, 5),))
    for as_of, waits in ((date(2025, 6, 19), True), (date(2025, 6, 20), False)):
        (state,) = Register(whole, as_of).risks
        assert (state.to_escalate, state.escalated_to) == (waits, "" if waits else "board")


def test_what_nothing_would_read_of_risks_is_told() -> None:
    band = ScaleBand(scale="npsa", band="huge", name="Huge", least=1, most=25, rag="red", **ABOUT)
    whole = programme(
        risks=(risk(threatens="work", threatens_kind="", review=None),),
        risk_scores=(score("current", 5, 5),),
        bands=(band,),
    )
    assert {(fault.kind, fault.column) for fault in whole.check(AS_OF).faults} >= {
        ("band of no scale", "scale"),
        ("missing value", "threatens_kind"),
        ("missing value", "review"),
    }


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


def test_what_came_after_the_decision_does_not_make_it_good() -> None:
    """Decided on 20 April with nothing on the table; the answers of May need a decision of their own."""
    early = decision(decided_on=date(2025, 4, 20))
    whole = programme(gates=(gate(),), gate_decisions=(early,), **answers())
    state = gate_states(whole, AS_OF)[0]
    assert (state.is_passed(), state.state) == (False, "not proven")
    assert "it was decided on 20 April 2025, before its answers" in state.why_not()
    assert {stop.what for stop in stops(whole, AS_OF)} == {"start", "spend"}
    assert "passed without its answers" in {fault.kind for fault in whole.check(AS_OF).faults}
    again = whole.with_tables(gate_decisions=[early, decision()])
    assert gate_states(again, AS_OF)[0].is_passed()


@pytest.mark.parametrize(
    ("kind", "questions"),
    [("own", ()), ("four_testz", ()), ("own", ({"question": "nice", "required": False},))],
)
def test_a_gate_that_asks_nothing_cannot_be_passed(kind: str, questions: Sequence[dict[str, Any]]) -> None:
    asked = [GateQuestion(gate="tests", text="Is it nice", **row, **ABOUT) for row in questions]
    whole = programme(gates=(gate(kind=kind),), gate_questions=asked, gate_decisions=(decision(),))
    state = gate_states(whole, AS_OF)[0]
    assert (state.is_passed(), state.why_not()) == (False, "it asks nothing that has to be answered")
    assert len(stops(whole, AS_OF)) == 2
    assert {fault.kind for fault in whole.check(AS_OF).faults} & {
        "gate without questions",
        "unknown kind of gate",
    }


def test_of_two_decisions_of_one_day_the_one_that_holds_back_counts() -> None:
    for rows in ([decision(), decision(outcome="not_passed")], [decision(outcome="not_passed"), decision()]):
        whole = programme(gates=(gate(),), gate_decisions=rows, **answers())
        assert gate_states(whole, AS_OF)[0].why_not() == "not passed"


@pytest.mark.parametrize(("outcome", "late"), [("deferred", ["tests"]), ("passed", []), ("not_passed", [])])
def test_a_gate_that_was_put_off_past_its_day_is_overdue(outcome: str, late: list[str]) -> None:
    whole = programme(
        gates=(gate(due=date(2025, 6, 10)),), gate_decisions=(decision(outcome=outcome),), **answers()
    )
    assert [entry.name for entry in whole.check(AS_OF).overdue if entry.kind == "gate"] == late


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
    assert "Build began on 1 June 2025" in breaches(whole, AS_OF)["work"][0]
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


def test_a_ledger_that_was_not_read_makes_nothing_late() -> None:
    whole = programme(
        benefits=(benefit(account="fund/scheme", baseline=Decimal(500)),),
        benefit_profile=(planned("2024/25 Q1", 100),),
    )
    state = benefit_states(whole, AS_OF)[0]
    assert (state.rag, state.missing, state.unread) == ("not_known", (), "fund/scheme")
    # a ledger that knows nothing of it is another thing
    assert benefit_states(whole, AS_OF, None, lambda *_: None)[0].rag == "red"


def test_which_of_two_claims_is_refused_does_not_follow_the_order_of_rows() -> None:
    rows = [benefit("a", overlap="beds"), benefit("b", overlap="beds")]
    for order in (rows, rows[::-1]):
        assert [(first.benefit, second.benefit) for first, second, _ in overlaps(programme(benefits=order))] == [("a", "b")]  # fmt: skip


def test_a_claim_that_was_refused_refuses_no_other() -> None:
    """B is refused for the group that A has; C, which shares only B's intervention, stands."""
    rows = [
        benefit("a", overlap="beds"),
        benefit("b", overlap="beds", intervention="cip"),
        benefit("c", intervention="cip"),
    ]
    assert [second.benefit for _, second, _ in overlaps(programme(benefits=rows))] == ["b"]


def test_money_in_thousands_is_not_added_to_pounds() -> None:
    whole = programme(
        benefits=(benefit("a"), benefit("b", unit="£000")),
        benefit_profile=(planned("2024/25", 100_000, "a"), planned("2024/25", 500, "b")),
    )
    assert by_organisation(benefit_states(whole, AS_OF))["RX1"]["planned"] == 100_000
    assert ("money in another unit", "unit") in {
        (fault.kind, fault.column) for fault in whole.check(AS_OF).faults
    }


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
        # the whole place's includes each organisation's; another unit is no other claim
        ({"intervention": "cip", "organisation": ""}, {"intervention": "cip", "organisation": "RX2"}, True),
        ({"measure": "admissions", "of": "E1", "unit": "£"}, {"measure": "admissions", "of": "E1"}, True),
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


def test_a_claim_that_clashes_twice_is_told_once() -> None:
    both = {"overlap": "beds", "intervention": "cip"}
    assert len(list(overlaps(programme(benefits=(benefit("one", **both), benefit("other", **both)))))) == 1


def test_what_was_brought_of_a_period_that_goes_on_does_not_count_yet() -> None:
    whole = programme(
        benefits=(benefit(),),
        benefit_profile=(planned("2024/25", 100),),
        benefit_actuals=(brought("2024/25", 60),),
    )
    assert benefit_states(whole, date(2025, 3, 30))[0].actual is None
    assert benefit_states(whole, date(2025, 3, 31))[0].actual == Decimal(60)


@pytest.mark.parametrize(("better", "actual"), [("lower", 70), ("higher", -70)])
def test_a_measure_shows_how_far_it_has_come_in_the_better_direction(better: str, actual: int) -> None:
    """500 admissions a quarter before, 430 in this one: 70 fewer, which is 70 brought where fewer is better."""
    quarter = Period.parse("2024/25 Q1")
    series = SimpleNamespace(by_period={quarter: SimpleNamespace(value=430.0)})
    measures: Any = SimpleNamespace(series={("admissions", "E1"): series})
    whole = programme(
        benefits=(benefit(measure="admissions", of="E1", baseline=Decimal(500), better=better),),
        benefit_profile=(planned("2024/25 Q1", 100),),
    )
    state = benefit_states(whole, AS_OF, measures)[0]
    assert (state.actual, state.periods[0].proof) == (Decimal(actual), "measure")
    assert benefit_states(whole, quarter.end, measures)[0].actual is None  # it has not ended


def test_a_board_passes_a_gate_where_its_resolution_stands() -> None:
    """Two of three are needed: with one there the resolution does not stand, and the gate stays shut."""
    boards: dict[str, Any] = {
        "bodies": [Body(body="board", name="Board", quorum=2, **ABOUT)],
        "members": [Member(member=name, body="board", name=name, **ABOUT) for name in ("ann", "bob", "cyd")],
        "meetings": [Meeting(meeting="june", body="board", date=date(2025, 6, 2), **ABOUT)],
        "agenda": [AgendaItem(meeting="june", item="1", title="The gate", **ABOUT)],
        "decisions": [Decision(meeting="june", item="1", resolution="a", text="Passed.", outcome="agreed", subject="gate:tests", **ABOUT)],
    }  # fmt: skip
    for there, passed in ((["ann"], False), (["ann", "bob"], True)):
        attendance = [Attendance(meeting="june", member=name, state="present", **ABOUT) for name in there]
        whole = programme(gates=(gate(),), **answers(), **boards, attendance=attendance)
        state = gate_states(whole, AS_OF)[0]
        assert state.is_passed() is passed
        assert [row.minute for row in state.decisions] == (["june, 1(a)"] if passed else [])
