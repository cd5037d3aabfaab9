"""Decisions, attendance, the time of the public, papers and the order of minutes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.boards.attending import attendance_rates
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.checking import check_boards
from leftshift.programme.boards.deciding import decisions_on, rulings
from leftshift.programme.boards.minuting import minutes_of
from leftshift.programme.boards.papers import lacks, letter_of, letters
from leftshift.programme.boards.parameters import paper_templates
from leftshift.programme.boards.questions import public_time
from leftshift.programme.boards.rows import Paper, PaperPart, PaperRisk, Question
from tests.library.programme.boards.tables import (
    DAY,
    SAID,
    boards,
    body,
    decided,
    declared,
    item,
    meeting,
    seat,
    was,
)


def _kinds(found: Boards, as_of: date = DAY) -> list[str]:
    return sorted(fault.kind for fault in check_boards(found, as_of).faults)


# ------------------------------------------------------------------ decisions


def _refused(*decisions: Any, **met: Any) -> list[tuple[str, ...]]:
    given = boards(
        body(), meeting(**met), seat("a"), seat("b"), seat("c"), was("a"), was("b"), was("c", "absent"), item("1"), *decisions
    )  # fmt: skip
    return [ruling.refused for ruling in rulings(given, given.meetings[0])]


def test_resolutions_are_lettered_in_order() -> None:
    assert _refused(decided("1", "a"), decided("1", "b")) == [(), ()]
    wrong = "the resolutions of an item are lettered a, b, c in order, and these are a, c"
    assert _refused(decided("1", "a"), decided("1", "c")) == [(wrong,), (wrong,)]


def test_votes_of_those_who_were_not_entitled_are_refused() -> None:
    assert _refused(decided("1", "a", votes_for=2, votes_against=0, abstained=0)) == [()]
    assert _refused(decided("1", "a", votes_for=2, votes_against=0, abstained=1)) == [
        ("3 votes and abstentions, and 2 were entitled to vote",)
    ]
    assert _refused(decided("1", "a", moved_by="c")) == [("moved by c, who was not there with a vote",)]


def test_an_outcome_against_the_votes_is_refused() -> None:
    assert _refused(decided("1", "a", votes_for=0, votes_against=2)) == [
        ("0 for and 2 against, and the outcome is agreed",)
    ]
    assert _refused(decided("1", "a", votes_against=2)) == [
        ("0 for and 2 against, and the outcome is agreed",)
    ]
    assert _refused(decided("1", "a", votes_for=0, votes_against=0, abstained=2)) == [
        ("0 for and 0 against, and the outcome is agreed",)
    ]
    # nobody against, and nobody counted who was for
    assert _refused(decided("1", "a", votes_against=0)) == [()]
    # with as many for as against the chair decides
    assert _refused(decided("1", "a", votes_for=1, votes_against=1)) == [()]


def test_a_cancelled_meeting_and_an_item_that_is_not_there_decide_nothing() -> None:
    assert _refused(decided("1", "a"), cancelled=True) == [("the meeting was cancelled",)]
    assert _refused(decided("9", "a")) == [("the agenda has no item 9",)]


def test_decisions_on_a_subject_are_found_by_the_day_on_which_they_were_taken() -> None:
    given = boards(
        body(), meeting(), seat("a"), seat("b"), was("a"), was("b"), item("1"), decided("1", "a", subject="gate:capital")
    )  # fmt: skip

    assert [ruling.stands for ruling in decisions_on(given, "gate:capital", DAY)] == [True]
    assert decisions_on(given, "gate:capital", DAY - timedelta(days=1)) == []
    assert decisions_on(given, "gate:other", DAY) == []


# ----------------------------------------------------------------- attendance


def test_cancelled_meetings_do_not_count_and_apologies_are_no_absence() -> None:
    # Four meetings by the day: one cancelled, one without a row of hers. Of the two that are left she came to one: a half.
    days = [DAY - timedelta(days=7 * at) for at in range(4)]
    met = [meeting(meeting=f"m{at}", date=day, cancelled=at == 3) for at, day in enumerate(days)]
    given = boards(
        body(), *met, seat("a"), was("a", "remote", meeting="m0"), was("a", "apologies", meeting="m1", substitute="s"),
        was("a", "absent", meeting="m3"), seat("s", substitute_for="a"),
    )  # fmt: skip

    (rate,) = attendance_rates(given, DAY)
    assert (rate.meetings, rate.attended, rate.apologies, rate.substituted, rate.absent) == (3, 1, 1, 1, 0)
    assert (rate.not_recorded, rate.rate) == (1, 0.5)


def test_meetings_out_of_the_term_do_not_count_and_none_is_no_rate() -> None:
    given = boards(body(), meeting(), seat("a", begins=DAY + timedelta(days=1)), was("a"))

    (rate,) = attendance_rates(given, DAY + timedelta(days=9))
    assert (rate.meetings, rate.rate, rate.document()["rate_reason"]) == (
        0,
        None,
        "no attendance is recorded",
    )


# ------------------------------------------------------------------- questions


def _asked(name: str, minutes: int | None = None, **given: Any) -> Question:
    base: dict[str, Any] = {
        "meeting": "met",
        "question": name,
        "received_on": DAY - timedelta(days=9),
        "text": "Why?",
    }
    return Question(**{**base, "minutes": minutes, **SAID, **given})


def _heard(*asked: Question, **rules: Any) -> dict[str, int | None]:
    own = body(**{"question_days": 4, "question_minutes": 30, "short_notice_minutes": 15, **rules})
    given = boards(own, meeting(), seat("a"), *asked)
    return {row.question.question: row.begins for row in public_time(given, given.meetings[0])}


def test_thirty_minutes_of_which_fifteen_for_short_notice() -> None:
    late = {"received_on": DAY - timedelta(days=1)}

    # 10 and 10 minutes in time; at short notice 8 minutes end at 28; 5 more would end at 33, 2 more at 30
    found = _heard(_asked("a", 10), _asked("b", 10), _asked("x", 8, **late), _asked("y", 5, **late), _asked("z", 2, **late))  # fmt: skip
    assert found == {"a": 0, "b": 10, "x": 20, "y": None, "z": 28}
    # short notice alone: 8 and 8 are over its 15
    assert _heard(_asked("x", 8, **late), _asked("y", 8, **late), _asked("z", 7, **late)) == {
        "x": 0,
        "y": None,
        "z": 8,
    }


def test_a_question_without_a_length_takes_what_the_parameter_says() -> None:
    assert _heard(*(_asked(f"q{at:02}") for at in range(11))) == {
        f"q{at:02}": (3 * at if at < 10 else None) for at in range(11)
    }


def test_without_a_limit_all_are_heard() -> None:
    found = _heard(_asked("a", 500), _asked("b", 500), question_minutes=None, short_notice_minutes=None)

    assert found == {"a": 0, "b": 500}


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=12))
def test_what_is_heard_never_takes_more_than_its_time(given_: list[tuple[int, bool]]) -> None:
    asked = [_asked(f"q{at}", length, short_notice=short) for at, (length, short) in enumerate(given_)]
    own = body(question_minutes=30, short_notice_minutes=15)
    found = public_time(boards(own, meeting(), seat("a"), *asked), meeting())
    heard = [row for row in found if not row.over]

    assert sum(row.minutes for row in heard) <= 30
    assert sum(row.minutes for row in heard if row.short_notice) <= 15
    # each that is over would have passed a limit at its turn
    for at, row in enumerate(found):
        before = [each for each in found[:at] if not each.over]
        total = sum(each.minutes for each in before) + row.minutes
        short = sum(each.minutes for each in before if each.short_notice) + row.minutes
        assert bool(row.over) is (total > 30 or (row.short_notice and short > 15))


# --------------------------------------------------------------------- papers


def test_letters_go_on_after_z() -> None:
    assert letters(3) == ["a", "b", "c"]
    assert [letter_of(at) for at in (25, 26, 27, 51, 52, 701, 702)] == [
        "z",
        "aa",
        "ab",
        "az",
        "ba",
        "zz",
        "aaa",
    ]


def test_what_a_paper_lacks_for_a_decision_and_for_a_note() -> None:
    parts = [
        PaperPart(paper="p", part=part, letter=letter, text="Words", **SAID)
        for part, letter in (("purpose", ""), ("background", ""), ("officers", ""), ("recommendations", "a"), ("recommendations", "c"))
    ]  # fmt: skip
    risk = PaperRisk(paper="p", heading="time", level="low", **SAID)
    given = boards(Paper(paper="p", title="P", **SAID), *parts, risk)

    assert list(lacks(given, "p", "note")) == [
        "recommendations lettered a, b, c in order: the letters are a, c"
    ]
    missing = list(lacks(given, "p", "decision"))
    assert "part consultation (Consultation)" in missing
    assert sum(what.startswith("a risk under") for what in missing) == 4
    needed = [name for name, entry in paper_templates()["part"].items() if "decision" in entry["needed_for"]]
    assert sum(what.startswith("part ") for what in missing) == len(needed) - 4


# ------------------------------------------------------------------ wrong records


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([meeting(was=DAY - timedelta(days=7))], "missing value"),
        ([meeting(moved_on=DAY - timedelta(days=7))], "missing value"),
        ([meeting(was=DAY, moved_on=DAY - timedelta(days=7))], "moved to the same day"),
        ([meeting(cancelled=True), was("a")], "cancelled and held"),
        ([meeting(), was("z")], "not a member"),
        ([meeting(), was("a", arrived_item="7")], "unknown item"),
        ([meeting(), was("a", substitute="s")], "member and substitute"),
        ([meeting(), was("a", "apologies", substitute="b")], "not a substitute"),
        ([meeting(), item("1", exempt=True)], "missing value"),
        ([meeting(), item("1", takes_part_by="plan_area")], "missing value"),
        ([meeting(), item("1", kind="decision")], "no paper"),
        ([meeting(), declared("a", "9")], "unknown item"),
        ([meeting(), item("1"), declared("a", "1", leaves=False)], "missing value"),
        ([meeting(date=DAY + timedelta(days=9)), was("a")], "not held yet"),
        ([Paper(paper="p", title="P", **SAID)], "nothing uses it"),
        ([seat("c", begins=DAY, ends=DAY - timedelta(days=1))], "ends before it begins"),
        ([seat("c", substitute_for="nobody")], "not a member"),
    ],
)
def test_what_does_not_hold_together_is_a_fault(rows: list[Any], kind: str) -> None:
    given = boards(body(), seat("a"), seat("b"), seat("s", substitute_for="a"), *rows)

    assert kind in _kinds(given)


def test_supplements_in_a_ring_are_a_fault_and_no_endless_loop() -> None:
    ring = [Paper(paper=name, title=name, supplement_to=other, **SAID) for name, other in ("pq", "qp")]
    given = boards(body(quorum=1), seat("a"), meeting(issued_on=DAY), item("1", paper="p"), *ring)

    assert "supplements in a ring" in _kinds(given)


def test_a_board_without_members_is_answered_and_not_quorate() -> None:
    checked = check_boards(boards(body(), meeting(date=DAY + timedelta(days=30))), DAY)

    assert [fault.kind for fault in checked.faults] == ["board without members"]
    (quorum,) = checked.document()["quorum"]
    assert quorum["quorate"] is False
    assert quorum["short"] == ["The board has no members, so that it can never be quorate"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"cancelled": True}, "the meeting was cancelled"),
        ({"date": DAY + timedelta(days=1)}, "the meeting is yet to be held"),
        ({}, "attendance is not recorded"),
    ],
)
def test_where_quorum_cannot_be_known_it_is_null_with_the_reason(given: dict[str, Any], reason: str) -> None:
    (quorum,) = check_boards(boards(body(), seat("a"), seat("b"), meeting(**given)), DAY).document()["quorum"]

    assert (quorum["quorate"], quorum["present"], quorum["reason"]) == (None, None, reason)


def test_a_quorum_that_nobody_could_reach_is_a_fault() -> None:
    assert _kinds(boards(body(quorum=3), seat("a"), seat("b"))) == ["quorum out of reach"]


# -------------------------------------------------------------------- minutes


def test_minutes_say_what_the_tables_say() -> None:
    given = boards(
        body(), meeting(chair="a"), seat("a"), seat("b"), seat("c"), seat("s", substitute_for="c"),
        was("a"), was("b", left_item="2"), was("c", "apologies", substitute="s"), item("1"), item("2"),
        declared("a", "1"), decided("1", "a", votes_for=2, votes_against=0), decided("1", "b", outcome="deferred"),
    )  # fmt: skip
    made = minutes_of(given, given.meetings[0], [("1a", "Write to the board", "A", DAY)])

    assert made.status == "Draft, not yet approved"
    assert made.opening == (
        "In the chair: A.",
        "Present: A; B (until item 2).",
        "Substitutes: S for C.",
        "Apologies: C.",
        "Quorate: 3 of at least 2 present.",
    )
    first = made.items[0]
    assert first.sentences == ("A declared a financial interest: owns it; left for the item.",)
    assert [(letter, text) for letter, text, _ in first.resolutions] == [
        ("a", "Resolved: So be it. (2 for and 0 against)"),
        ("b", "Deferred: So be it."),
    ]
    # who was not there did not leave either
    absent = boards(
        *given.bodies, *given.meetings, *given.members, item("1"), was("a", "apologies"), declared("a", "1")
    )
    assert minutes_of(absent, absent.meetings[0]).items[0].sentences == ()
    assert made.actions == (("1a", "Write to the board", "A", DAY),)


def test_minutes_of_a_cancelled_meeting_say_only_that() -> None:
    made = minutes_of(boards(body(), seat("a")), meeting(cancelled=True))

    assert (made.opening, made.items) == (("The meeting was cancelled.",), ())
