"""Deadlines of meetings by hand: in time, late, overdue, moved, cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.boards.checking import check_boards
from leftshift.programme.boards.deadlines import Deadline, deadlines
from leftshift.programme.boards.rows import Body, Meeting, Paper, Question, Topic
from leftshift.programme.boards.working_days import WorkingDays
from tests.library.programme.boards.tables import DAY, SAID, boards, body, decided, item, meeting, seat, was

EASTER = date(2026, 4, 9)


def _found(own: Body, met: Meeting, *more: Any, as_of: date = date(2026, 4, 10)) -> dict[str, Deadline]:
    found = deadlines(boards(own, met, seat("a"), *more), met, as_of)
    return {row.what: row for row in found}


def _papers(as_of: date, **given: Any) -> Deadline:
    return _found(body(papers_days=4), meeting(date=EASTER, **given), as_of=as_of)["papers"]


def test_papers_of_a_meeting_after_easter() -> None:
    due = date(2026, 4, 1)

    assert _papers(due).state == "due"
    assert _papers(date(2026, 4, 2)).state == "overdue"
    met = _papers(EASTER, issued_on=due)
    assert (met.state, met.due, met.done, met.days_short) == ("met", due, due, 0)
    assert met.words.endswith(
        "4 working days before the meeting, Good Friday (3 April) and Easter Monday (6 April) not counted."
    )
    # issued on Tuesday 7: 7 and 8 April are two working days of notice, two are missing
    late = _papers(EASTER, issued_on=date(2026, 4, 7))
    assert (late.state, late.days_short) == ("late", 2)
    assert "2 working days short: due by Wednesday 1 April 2026" in late.words


def test_what_is_issued_after_the_day_that_is_asked_for_is_not_issued_yet() -> None:
    found = _papers(date(2026, 3, 30), issued_on=date(2026, 4, 1))

    assert (found.state, found.done) == ("due", None)


def test_a_meeting_moved_after_its_papers_were_issued() -> None:
    # Called for Thursday 2 April, papers out on Friday 27 March (four working days: 27, 30, 31 March, 1 April). On 31 March it is
    # moved to 9 April: the clock restarts, papers are due on 1 April, and those of 27 March are in time. People were told of
    # the new day on 31 March, which is in time as well.
    given = {"was": date(2026, 4, 2), "moved_on": date(2026, 3, 31), "issued_on": date(2026, 3, 27)}
    found = _found(body(papers_days=4), meeting(date=EASTER, **given))

    papers = found["papers"]
    assert (papers.state, papers.due, papers.done) == ("met", date(2026, 4, 1), date(2026, 3, 27))
    assert papers.words.startswith(
        "The meeting was moved from Thursday 2 April 2026 to Thursday 9 April 2026 on Tuesday 31 March 2026, after its papers "
        "were issued. The clock restarts from the new date. Papers issued on Friday 27 March 2026, in time"
    )
    assert (found["new_date"].state, found["new_date"].due) == ("met", date(2026, 4, 1))


def test_a_meeting_moved_forward_makes_papers_late_that_were_in_time() -> None:
    # Called for 16 April, papers out on 8 April. Moved on 8 April to 9 April: due on 1 April, one working day of notice, 3 short.
    given = {"was": date(2026, 4, 16), "moved_on": date(2026, 4, 8), "issued_on": date(2026, 4, 8)}
    found = _found(body(papers_days=4), meeting(date=EASTER, **given))

    assert (found["papers"].state, found["papers"].days_short) == ("late", 3)
    assert (found["new_date"].state, found["new_date"].days_short) == ("late", 3)


def test_a_meeting_moved_before_its_papers_were_issued_only_counts_from_the_new_day() -> None:
    given = {"was": date(2026, 4, 2), "moved_on": date(2026, 3, 20), "issued_on": date(2026, 4, 1)}
    found = _found(body(papers_days=4), meeting(date=EASTER, **given))

    assert found["papers"].state == "met"
    assert "restarts" not in found["papers"].words


def test_a_cancelled_meeting_needs_nothing() -> None:
    own = body(papers_days=4, question_days=4)
    found = _found(own, meeting(date=EASTER, cancelled=True))

    assert {row.state for row in found.values()} == {"not needed"}
    assert found["papers"].due is None


def test_a_body_without_a_rule_on_papers_is_never_late() -> None:
    assert _found(body(), meeting(date=EASTER))["papers"].state == "not needed"


def _asked(name: str, kind: str, day: date, **given: Any) -> Question:
    return Question(meeting="met", question=name, kind=kind, received_on=day, text="Why?", **SAID, **given)  # type: ignore[arg-type]


def test_the_public_of_bcp_after_christmas() -> None:
    # planning.md, section 4: for 12 January 2026 questions by midday on 6 January, statements on 9 January, petitions on 24 December.
    own = body(question_days=4, statement_days=1, petition_days=10, closes_at="midday")
    met = meeting(date=date(2026, 1, 12))
    asked = [_asked("q", "question", date(2026, 1, 6)), _asked("s", "statement", date(2026, 1, 12))]
    found = _found(own, met, *asked, as_of=date(2026, 1, 12))

    days = {what: row.due for what, row in found.items() if row.due}
    assert days == {
        "questions": date(2026, 1, 6),
        "statements": date(2026, 1, 9),
        "petitions": date(2025, 12, 24),
    }
    assert {what: row.state for what, row in found.items()} == {
        "papers": "not needed",
        "questions": "met",
        "statements": "late",
        "petitions": "not needed",
    }
    on_the_day = _found(own, met, as_of=date(2026, 1, 6))
    assert (on_the_day["questions"].state, on_the_day["petitions"].state) == ("due", "not needed")
    assert found["questions"].words.startswith("Questions close at midday on Tuesday 6 January 2026:")
    assert "1 statement came after that and counts as short notice" in found["statements"].words


def test_a_supplement_has_a_clock_of_its_own() -> None:
    papers = [
        Paper(paper="p", title="P", **SAID),
        Paper(paper="more", title="More", supplement_to="p", issued_on=date(2026, 4, 8), **SAID),
    ]
    found = _found(body(papers_days=4), meeting(date=EASTER), item("1", paper="p"), *papers)

    assert (found["paper"].of, found["paper"].state, found["paper"].days_short) == ("more", "late", 3)


def test_a_key_decision_needs_28_clear_days_of_notice() -> None:
    # 28 clear days before Thursday 9 April 2026 are 12 March to 8 April: notice on 11 March at the latest.
    def state(notice: date | None, as_of: date = EASTER) -> str:
        topic = Topic(
            topic="t", body="board", title="T", meeting="met", key_decision=True, notice_on=notice, **SAID
        )
        return _found(body(), meeting(date=EASTER), topic, as_of=as_of)["key_decision_notice"].state

    assert state(date(2026, 3, 11)) == "met"
    assert state(date(2026, 3, 12)) == "late"
    assert state(None) == "overdue"
    assert state(None, date(2026, 3, 11)) == "due"


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(0, 12), st.booleans(), st.integers(-5, 40))
def test_papers_are_late_exactly_when_days_are_missing(
    day: date, number: int, clear: bool, before: int
) -> None:
    issued = day - timedelta(days=before)
    found = _found(
        body(papers_days=number, clear_days=clear), meeting(date=day, issued_on=issued), as_of=day + timedelta(days=60)
    )["papers"]  # fmt: skip
    notice = WorkingDays().notice(issued, day, clear=clear)

    if issued <= day:
        assert (found.state == "late") is (notice < number)
        assert found.days_short == max(0, number - notice)
    else:
        assert found.state == "late"


def test_late_and_overdue_are_faults_at_their_rows() -> None:
    met = meeting(date=EASTER, issued_on=date(2026, 4, 7))
    faults = check_boards(boards(body(papers_days=4), met, seat("a"), seat("b")), date(2026, 4, 8)).faults

    assert [(fault.kind, fault.column) for fault in faults] == [("late", "issued_on")]


def test_what_came_in_after_the_pack_has_a_clock_even_if_only_its_coming_is_known() -> None:
    """The pack was out on 1 April; a paper came in on the 8th for the 9th, and an item was added on the 7th."""
    met = meeting(date=date(2026, 4, 9), issued_on=date(2026, 3, 20))
    papers = [
        Paper(paper="in_time", title="In time", received_on=date(2026, 3, 18), **SAID),
        Paper(paper="late", title="Late", received_on=date(2026, 4, 8), **SAID),
        Paper(paper="added", title="Added", received_on=date(2026, 3, 18), **SAID),
    ]
    items = [
        item("1", paper="in_time"),
        item("2", paper="late"),
        item("3", paper="added", added_on=date(2026, 4, 7)),
    ]
    found = deadlines(boards(body(papers_days=4), met, *papers, *items), met, date(2026, 4, 10))
    assert {row.of: (row.state, row.done) for row in found if row.what == "paper"} == {
        "late": ("late", date(2026, 4, 8)),
        "added": ("late", date(2026, 4, 7)),
    }


def test_a_meeting_that_was_moved_later_is_not_moved_yet() -> None:
    met = meeting(date=date(2026, 5, 14), was=date(2026, 4, 9), moved_on=date(2026, 4, 8))
    given = boards(body(papers_days=4), met, seat("a"), seat("b"))
    before = check_boards(given, date(2026, 4, 2), date(2026, 6, 1))
    (row,) = before.deadlines
    # four working days before 9 April, Good Friday (3rd) and Easter Monday (6th) not counted: 8, 7, 2, 1 April
    assert (row.what, row.due, row.state) == ("papers", date(2026, 4, 1), "overdue")
    after = check_boards(given, date(2026, 4, 8), date(2026, 6, 1))
    assert {row.what for row in after.deadlines} == {"papers", "new_date"}


def test_whoever_looks_back_is_told_nothing_of_what_meetings_did_after() -> None:
    given = boards(
        body(), meeting(), seat("a"), seat("b"), was("a"), was("b"), item("1", kind="procedure"), decided("1", "a")
    )  # fmt: skip
    day = DAY - timedelta(days=7)
    back = check_boards(given, day, DAY)
    assert (back.decisions, [fault.kind for fault in back.faults]) == ((), [])
    # nobody knows yet what is after the day until which things are known
    ahead = check_boards(given, day, day)
    assert {"not held yet"} <= {fault.kind for fault in ahead.faults}
    assert [row.stands for row in check_boards(given, DAY, DAY).decisions] == [True]
