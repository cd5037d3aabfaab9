"""Digests: what somebody has to know on a day, worked by hand; and no cell of a programme steers the mail it comes in."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.benefit_rows import Gate, GateDecision
from leftshift.programme.boards.rows import Body, Meeting, Member
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.digesting import TITLES, Digest, digest, expected_dates, one_line, owners
from leftshift.programme.parameters import parameter
from leftshift.programme.programme import Programme, read_programme
from leftshift.programme.raid_rows import Risk
from leftshift.programme.work_rows import Action, Change
from tests.library.programme.programmes import ABOUT, after, milestone, networks, programme

EXAMPLE = Path(__file__).parents[3] / "examples" / "llr-2014"
DAY = date(2025, 6, 16)  # a Monday; 14 days on is Monday 30 June
WEEK = DAY - timedelta(days=7)


def action(name: str, due: date, owner: str = "Nurse", done: date | None = None) -> Action:
    return Action(
        action=name, text=name.capitalize(), owner=owner, raised=date(2025, 1, 1), due=due, done=done, **ABOUT
    )


def of(content: Programme, owner: str = "", since: date | None = WEEK) -> Digest:
    return digest(CheckedProgramme(content, DAY), owner, since=since)


def names(found: Digest, section: str) -> list[str]:
    return [item.name for item in found.sections[section]]


def test_what_is_overdue_and_due_by_hand() -> None:
    """Due on 15 June: a day late. On 16 and 30 June: within 14 days. On 1 July: the day after. Done: nothing of it."""
    rows = [
        action("late", date(2025, 6, 15)), action("today", DAY), action("last_day", date(2025, 6, 30)),
        action("beyond", date(2025, 7, 1)), action("done", date(2025, 6, 20), done=date(2025, 6, 10)),
    ]  # fmt: skip
    found = of(programme(actions=tuple(rows)))
    assert parameter("digest_days") == 14
    assert names(found, "overdue") == ["late"]
    assert names(found, "due") == ["today", "last_day"]
    assert found.subject == "A programme for a test: 1 overdue, 2 due"
    assert found.text == (
        "A programme for a test\nDigest of Monday 16 June 2025\n\n"
        "Overdue (1)\n- Action: Late. Due on Sunday 15 June 2025, 1 day ago. Nurse.\n\n"
        "Due until Monday 30 June 2025 (2)\n- Action: Today. Due on Monday 16 June 2025. Nurse.\n"
        "- Action: Last_day. Due on Monday 30 June 2025. Nurse.\n"
    )


def test_it_looks_as_far_ahead_as_it_is_told() -> None:
    checked = CheckedProgramme(programme(actions=(action("beyond", date(2025, 7, 1)),)), DAY)
    assert digest(checked, days=14).is_empty
    assert names(digest(checked, days=15), "due") == ["beyond"]


def test_a_milestone_without_owner_is_its_projects() -> None:
    found = of(
        programme(milestone("open", date(2025, 6, 20)), milestone("other", date(2025, 6, 20), owner="Nurse")),
        " LEAD ",
    )
    assert names(found, "due") == ["open"]
    assert found.sections["due"][0].owner == "Lead"


def test_a_slip_since_the_digest_before_by_hand() -> None:
    """Both were planned for 1 August. The digest before said 1 August; now one says 22 August, and what waits for it follows: 21 days."""
    before = CheckedProgramme(
        programme(
            milestone("built", date(2025, 8, 1)),
            milestone("opened", date(2025, 8, 1)),
            dependencies=(after("built", "opened"),),
        ),
        WEEK,
    )
    now = programme(
        milestone("built", date(2025, 8, 1), due=date(2025, 8, 22)), milestone("opened", date(2025, 8, 1)), dependencies=(after("built", "opened"),)
    )  # fmt: skip
    found = digest(CheckedProgramme(now, DAY), since=WEEK, before=expected_dates(before))
    assert names(found, "slipped") == ["built", "opened"]
    assert (
        found.sections["slipped"][0].words
        == "Expected on Friday 22 August 2025, 21 days later than Friday 1 August 2025"
    )
    again = digest(CheckedProgramme(now, DAY), since=WEEK, before=expected_dates(CheckedProgramme(now, DAY)))
    assert names(again, "slipped") == []
    assert names(of(now), "slipped") == []  # the record as it stands said the same a week ago
    assert names(of(now, since=None), "slipped") == []


def test_what_waits_for_something_overdue_slips_with_it_and_the_overdue_is_told_once() -> None:
    """Due on 1 June and not done: on 9 June what waits for it could begin on 9 June, on 16 June on 16 June: 7 days later."""
    content = programme(
        milestone("built", date(2025, 6, 1)),
        milestone("opened", date(2025, 6, 8)),
        dependencies=(after("built", "opened", lag_days=7),),
    )
    found = of(content)
    assert names(found, "overdue") == ["built", "opened"]
    assert names(found, "slipped") == []
    later = programme(
        milestone("built", date(2025, 6, 1)),
        milestone("opened", date(2025, 7, 1), due=date(2025, 7, 1)),
        dependencies=(after("built", "opened", lag_days=30),),
    )
    assert [item.words for item in of(later).sections["slipped"]] == [
        "Expected on Wednesday 16 July 2025, 7 days later than Wednesday 9 July 2025"
    ]


def test_a_gate_that_was_put_off_is_still_to_be_decided() -> None:
    gate = Gate(gate="near", name="Near", project="work", kind="quality", decider="Board", due=DAY, **ABOUT)
    put_off = GateDecision(gate="near", decided_on=DAY, outcome="deferred", by="Board", minute="1", **ABOUT)
    whole = programme(gates=(gate,)).with_tables(gate_decisions=[put_off])
    assert names(of(whole), "decisions") == ["near"]


def test_decisions_are_gates_near_their_day_open_changes_and_risks_that_no_board_knows() -> None:
    gates = [
        Gate(
            gate=name,
            name=name.capitalize(),
            project="work",
            kind="quality",
            decider="Board",
            due=due,
            **ABOUT,
        )
        for name, due in (("near", date(2025, 6, 30)), ("far", date(2025, 7, 1)))
    ]
    change = Change(
        change="later",
        project="work",
        what="Open later",
        why="The lift",
        asked_by="Nurse",
        asked_on=date(2025, 6, 1),
        **ABOUT,
    )
    found = of(programme(gates=tuple(gates), changes=(change,)))
    assert names(found, "decisions") == ["later", "near"]
    assert names(of(programme(gates=tuple(gates), changes=(change,)), "Lead"), "decisions") == ["later"]
    assert names(of(programme(gates=tuple(gates), changes=(change,)), "Board"), "decisions") == ["near"]


def boards(chair: str = "Chair of the board") -> dict[str, tuple[object, ...]]:
    """A board that meets on Thursday 26 June; papers five working days before: Thursday 19 June."""
    return {
        "bodies": (Body(body="board", name="The board", quorum=1, papers_days=5, **ABOUT),),
        "members": (Member(member="chair", body="board", name=chair, **ABOUT),),
        "meetings": (
            Meeting(meeting="june", body="board", date=date(2025, 6, 26), begins="14:00", **ABOUT),
            Meeting(meeting="away", body="board", date=date(2025, 6, 27), cancelled=True, **ABOUT),
            Meeting(meeting="past", body="board", date=date(2025, 6, 13), **ABOUT),
        ),
    }  # fmt: skip


def test_meetings_and_the_last_day_of_their_papers() -> None:
    found = of(programme(**boards()))
    assert [item.line for item in found.sections["meetings"]] == [
        "Deadline: The board, 26 June. Papers have to be issued by Thursday 19 June 2025: 5 working days before the meeting.",
        "Meeting: The board. Thursday 26 June 2025, 14:00.",
    ]
    assert names(of(programme(**boards()), "chair of the BOARD"), "meetings") == names(found, "meetings")
    assert names(of(programme(**boards()), "Nurse"), "meetings") == []


def test_nothing_is_said_in_words() -> None:
    found = of(programme())
    assert found.is_empty
    assert found.subject == "A programme for a test: nothing overdue or due"
    assert "Nothing is overdue" in found.text


@pytest.mark.parametrize(
    "text",
    ["A\r\nBcc: all@example", "A\nBcc: all@example", "A\x0b\x00Bcc: all@example", "A\u2028Bcc: all@example"],
)
def test_a_line_break_in_a_name_stays_in_its_line(text: str) -> None:
    content = programme(actions=(action("late", DAY, owner=text),))
    found = of(
        Programme(**{**{name: getattr(content, name) for name in content.__dataclass_fields__}, "name": text})
    )
    assert found.subject == "A Bcc: all@example: 1 due"
    assert found.text.count("\n") == of(content).text.count("\n")
    assert names(of(content, one_line(text)), "due") == ["late"]


def test_the_subject_is_short_whatever_the_name() -> None:
    found = digest(CheckedProgramme(read_programme(EXAMPLE), date(2015, 6, 12)))
    assert len(found.subject) < 150
    assert "…" in found.subject


def test_everybody_who_is_named_can_have_a_digest_and_together_they_are_the_whole() -> None:
    """Of the example: each owner's own, put together, holds whatever the digest of all holds of somebody."""
    checked = CheckedProgramme(read_programme(EXAMPLE), date(2015, 6, 12))
    whole = digest(checked, since=date(2015, 6, 5))
    own = [digest(checked, name, since=date(2015, 6, 5)) for name in owners(checked.programme)]
    for section in ("overdue", "due", "slipped", "decisions"):
        told = {item.name for found in own for item in found.sections[section]}
        assert {item.name for item in whole.sections[section] if item.owner} <= told
    assert len(owners(checked.programme)) == len({name.casefold() for name in owners(checked.programme)})


@given(networks())
def test_the_order_of_rows_changes_nothing_and_every_slip_is_later(content: Programme) -> None:
    found = of(content)
    turned = of(content.with_tables(milestones=tuple(reversed(content.milestones))))
    assert found.document() == turned.document()
    assert list(found.document()["sections"]) == list(TITLES)
    assert not {item.name for item in found.sections["slipped"]} & {
        item.name for item in found.sections["overdue"]
    }
    now, then = (expected_dates(CheckedProgramme(content, day)) for day in (DAY, WEEK))
    overdue = {item.name for item in found.sections["overdue"]}
    later = {name for name in now if name in then and now[name] > then[name]} - overdue
    assert {item.name for item in found.sections["slipped"]} == later


@given(st.text(max_size=60))
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)


def test_a_risk_that_is_closed_is_not_reviewed() -> None:
    rows = [
        Risk(risk=name, cause="c", event="e", effect="f", owner="Nurse", response="treat", raised=date(2025, 1, 1), review=DAY, closed=closed, **ABOUT)
        for name, closed in (("open", None), ("closed", DAY))
    ]  # fmt: skip
    assert names(of(programme(risks=tuple(rows))), "due") == ["open"]
