"""Rutland 2016-17 by hand: what must hold of the published plan, and what one penny does."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.money import Money
from leftshift.fund.checks.rules import CheckedPlan
from leftshift.fund.fund import read_fund
from leftshift.fund.plan.plan import read_plan, read_plan_folder
from leftshift.fund.plan.record_rows import SignOff, Submission
from leftshift.fund.plan.signing import seats_of, signed_state
from leftshift.fund.plan.totals import tie_out
from tests.library.fund.plans import ABOUT, sign, with_row

RUTLAND = Path(__file__).parents[3] / "examples" / "rutland-2016-17"
FUND = read_fund(RUTLAND)
DAY = date(2016, 3, 1)


def pounds(amount: int) -> Money:
    return Money.pounds(amount)


def rule(checked: CheckedPlan, name: str) -> tuple[str, list[str]]:
    """The state of a rule, and what was found."""
    entry = next(entry for entry in checked.rules if entry.rule.rule == name)
    return entry.state, [finding.fault.found for finding in entry.findings]


def test_sources_are_priorities() -> None:
    # 2,061 + 186 + 200 = 2,447 = 528 + 898 + 936 + 85 (£000)
    found = FUND.totals

    assert dict(found.income) == {
        "nhs_minimum": pounds(2_061_000),
        "dfg": pounds(186_000),
        "carry_forward": pounds(200_000),
    }
    assert dict(found.by_priority) == {
        "unified_prevention": pounds(528_000),
        "long_term_conditions": pounds(898_000),
        "crisis_response": pounds(936_000),
        "enablers": pounds(85_000),
    }
    assert found.total_income == found.total_spend == pounds(2_447_000)


def test_what_stands_outside_adds_and_an_earmark_does_not() -> None:
    found = FUND.totals

    # 2,447 + 117 = 2,564; the 101 is within and adds to nothing
    assert (found.outside, found.earmarked) == (pounds(117_000), pounds(101_000))
    assert found.resources == pounds(2_564_000)


def test_45_of_the_200_carried_forward_is_unattributed_and_shown() -> None:
    # 200 − 155
    assert dict(FUND.totals.unattributed) == {"carry_forward": pounds(45_000)}
    state, found = rule(FUND.check(DAY), "attributed")

    assert state == "failed"
    assert "£200,000 comes in, £155,000 is tied to activities" in found


def test_the_printed_list_that_sums_to_813_is_flagged_with_its_missing_85() -> None:
    # 40 + 100 + 405 + 113 + 55 + 50 + 50 = 813; 898 − 813 = 85
    (wrong,) = (tie for tie in tie_out(FUND.plan, FUND.round) if not tie.ties)

    assert (wrong.row.figure, wrong.row.item) == ("list", "long_term_conditions")
    assert (wrong.worked_out, wrong.difference) == (pounds(813_000), pounds(85_000))
    assert [(row.spend, row.amount) for row in wrong.left_out] == [("carers", pounds(85_000))]
    state, found = rule(FUND.check(DAY), "printed")
    assert state == "failed"
    assert found == [
        "list long term conditions: printed £898,000, lines sum to £813,000; the list leaves out carers £85,000"
    ]


def test_income_that_is_unattributed_in_two_rows_of_a_line_adds_up() -> None:
    rows = [*FUND.plan.income, replace(FUND.plan.income[2], income="more", amount=pounds(10_000), attributed=pounds(4_000))]  # fmt: skip
    found = replace(FUND, plan=FUND.plan.with_tables(income=rows)).totals

    # 45 + 6
    assert dict(found.unattributed) == {"carry_forward": pounds(51_000)}


def test_what_no_paper_states_is_neither_met_nor_missed() -> None:
    checked = FUND.check(DAY)

    # nobody says which line the NHS minimum pays for, nor what the minimums of Rutland are
    assert rule(checked, "v03")[0] == "not known"
    assert rule(checked, "v04")[0] == "not known"
    assert rule(checked, "mandated") == ("passed", [])
    assert not checked.ready_to_sign


def test_one_penny_after_signing_unsigns_it_with_the_difference() -> None:
    signed = sign(FUND.plan)
    assert signed_state(signed, FUND.round, signed.sign_offs, ()).is_signed

    at = next(at for at, row in enumerate(signed.spend) if row.spend == "coordination")
    changed = with_row(signed, "spend", at, amount=signed.spend[at].amount + Money(1))
    state = signed_state(changed, FUND.round, changed.sign_offs, ())

    assert not state.is_signed
    assert {seat.state for seat in state.seats} == {"changed since"}
    checked = replace(FUND, plan=changed).check(DAY, signed=signed)
    assert rule(checked, "v17") == (
        "failed",
        ["spend, coordination, 2016/17: amount 30000 → 30000.01 (+£0.01)"],
    )
    # without the signed content at hand it is unsigned all the same
    assert rule(replace(FUND, plan=changed).check(DAY), "v17") == ("failed", ["another fingerprint"])
    # and taken back, it is signed again
    back = with_row(changed, "spend", at, amount=signed.spend[at].amount)
    assert signed_state(back, FUND.round, back.sign_offs, ()).is_signed


def test_what_happens_after_signing_does_not_unsign() -> None:
    signed = sign(FUND.plan)
    more = Submission(submitted_on=DAY, fingerprint=signed.fingerprint, by="Director", **ABOUT)
    sent = signed.with_tables(submissions=(more,), printed=())

    assert signed_state(sent, FUND.round, sent.sign_offs, sent.submissions).is_signed


def test_a_submission_before_the_board_is_open_until_it_is_ratified_with_a_minute() -> None:
    plan = FUND.plan
    seats = [pair for pair in seats_of(plan, FUND.round) if pair[0].of != "board"]
    signed = plan.with_tables(
        sign_offs=[
            SignOff(
                signatory=row.signatory, partner=partner.partner, fingerprint=plan.fingerprint, signed_on=DAY, role=row.role, **ABOUT
            )
            for row, partner in seats
        ]
    )  # fmt: skip
    sent = Submission(
        submitted_on=DAY, fingerprint=plan.fingerprint, power="paragraph 7.2", by="Chief executive", meeting_on=date(2016, 3, 22), **ABOUT
    )  # fmt: skip

    state = signed_state(signed, FUND.round, signed.sign_offs, [sent])
    assert state.ready_but_for_the_board
    assert not state.board_approved
    assert "submission of 2016-03-01 by paragraph 7.2" in [item.what for item in state.open_items]
    # a day alone does not ratify; the minute does
    for minute, ratified in (("", False), ("HWB/16/31", True)):
        row = replace(sent, ratified_on=date(2016, 3, 22), minute=minute)
        found = signed_state(signed, FUND.round, signed.sign_offs, [row])
        assert found.board_approved is ratified
        assert any("submission" in item.what for item in found.open_items) is not ratified


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RUTLAND, tmp_path / "rutland-2016-17"))


HEADER = "decision,hold,decided_on,amount,reason,ground,agreed_by,minute,source,basis\n"


@pytest.mark.parametrize("minute", ["", "  "])
def test_a_release_without_a_minute_is_refused_in_a_folder(folder: Path, minute: str) -> None:
    row = f"d1,contingency,2016-11-01,20000,Winter,Clause 9,Finance officers,{minute},a test,assumed\n"
    (folder / "decisions.csv").write_text(HEADER + row)

    with pytest.raises(FaultsFound) as caught:
        read_plan(folder)

    (fault,) = caught.value.faults
    assert (fault.kind, fault.file, fault.row, fault.column) == (
        "missing value",
        "decisions.csv",
        2,
        "minute",
    )


def test_what_is_left_of_a_hold(folder: Path) -> None:
    row = "d1,contingency,2016-11-01,20000.01,Winter,Clause 9,Finance officers,HWB/16/40,a test,assumed\n"
    (folder / "decisions.csv").write_text(HEADER + row)
    found = read_fund(folder)

    position = next(entry for entry in found.holds(date(2016, 12, 1)) if entry.hold.code == "contingency")
    # 117,000.00 − 20,000.01
    assert (position.held, position.released, position.left) == (
        pounds(117_000),
        Money(2_000_001),
        Money(9_699_999),
    )


def test_a_release_of_more_than_is_held_is_refused_at_its_own_row(folder: Path) -> None:
    lines = [
        "d1,contingency,2016-11-01,100000,Winter,Clause 9,Finance officers,HWB/16/40,a test,assumed",
        "d2,contingency,2016-12-01,17000.01,Winter,Clause 9,Finance officers,HWB/16/41,a test,assumed",
        "d3,contingency,2017-01-01,1,Winter,Clause 9,Finance officers,HWB/16/42,a test,assumed",
    ]
    (folder / "decisions.csv").write_text(HEADER + "\n".join(lines) + "\n")

    with pytest.raises(FaultsFound) as caught:
        read_fund(folder).holds(date(2017, 3, 31))
    assert [(fault.file, fault.row, fault.column) for fault in caught.value.faults] == [
        ("decisions.csv", 3, "amount")
    ]


def test_the_workspace_and_the_terminal_see_the_same_folder() -> None:
    found = read_plan_folder(RUTLAND)

    assert not found.faults
    assert found.plan == FUND.plan
    assert FUND.plan.required_spend == ()
    assert all(row.nhs_percent is None or row.nhs_percent <= Decimal(100) for row in FUND.plan.spend)
