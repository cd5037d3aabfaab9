"""Calendar feeds as a calendar reads them, and surveys: what can be kept, and how many said what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.boards.words import hour_of
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.engagement_rows import Contact
from leftshift.programme.engaging import choices_of
from leftshift.programme.feeding import Entry, calendar_feed, entries
from leftshift.programme.programme import Programme, read_programme
from leftshift.programme.surveying import Asked, asked_of, check_answers, survey_document, tallies
from leftshift.programme.work_rows import Change
from tests.library.programme.programmes import milestone, programme

LLR = read_programme(Path(__file__).parents[3] / "examples" / "llr-2014")
AS_OF = date(2015, 6, 12)


def test_a_calendar_reads_the_feed_and_finds_each_open_thing_on_its_day() -> None:
    feed, count = calendar_feed(LLR, AS_OF)
    events = list(icalendar.Calendar.from_ical(feed).walk("VEVENT"))
    assert len(events) == count
    found = {str(event["uid"]): event.decoded("dtstart") for event in events}
    meeting = next(event for event in events if str(event["uid"]).startswith("meeting-pb_2015_06@"))
    assert len(found) == count  # no two of one name: a calendar moves them and does not double them
    assert found["milestone-beds_first_ward@llr-2014-programme"] == date(2015, 7, 1)
    london = ZoneInfo("Europe/London")
    assert found["meeting-pb_2015_06@llr-2014-programme"] == datetime(2015, 6, 25, 14, tzinfo=london)
    assert meeting.decoded("dtend") == datetime(2015, 6, 25, 16, tzinfo=london)
    assert str(meeting["location"]) == "County Hall"
    assert str(meeting["description"]) == "moved from Thursday 18 June 2015 on Wednesday 10 June 2015"
    assert found["papers-pb_2015_06-@llr-2014-programme"] == date(2015, 6, 18)
    assert "milestone-beds_case@llr-2014-programme" not in found  # reached
    assert "action-senate_reply@llr-2014-programme" not in found  # done
    assert "gate-cip_quality@llr-2014-programme" not in found  # passed
    assert calendar_feed(LLR, AS_OF) == (feed, count)


def test_what_was_reached_later_is_still_open_on_the_day() -> None:
    whole = programme(milestone("open", date(2025, 7, 1), done=date(2025, 7, 3)))
    assert [entry.key for entry in on(whole, date(2025, 7, 2))] == ["milestone-open"]
    assert list(on(whole, date(2025, 7, 3))) == []


def on(whole: Programme, day: date) -> list[Entry]:
    return list(entries(CheckedProgramme(whole, day)))


def test_a_milestone_stands_on_the_day_that_was_agreed_unless_it_comes_earlier() -> None:
    """A forecast of its own does not move what was agreed: 1 July by the plan, 1 August by an approved change.

    Once that has gone by it is still to come on the day of the forecast, 1 September.
    """
    row = milestone("open", date(2025, 7, 1), due=date(2025, 9, 1))
    change = Change(
        change="later", project=row.project, what="Later", why="Because", asked_by="Lead", asked_on=date(2025, 5, 1), milestone="open",
        new_due=date(2025, 8, 1), outcome="approved", decided_by="Board", decided_on=date(2025, 6, 1), minute="7", source="s", basis="assumed",
    )  # fmt: skip
    whole = programme(row).with_tables(changes=[change])
    assert [entry.day for entry in on(whole, date(2025, 5, 31))] == [date(2025, 7, 1)]
    assert [entry.day for entry in on(whole, date(2025, 6, 1))] == [date(2025, 8, 1)]
    assert on(whole, date(2025, 6, 1))[0].said.endswith("It is expected on 1 September 2025")
    assert [entry.day for entry in on(whole, date(2025, 8, 2))] == [date(2025, 9, 1)]
    assert on(whole, date(2025, 8, 2))[0].said.endswith("It was due on 1 August 2025")
    sooner = whole.with_tables(milestones=[replace(row, due=date(2025, 7, 15))])
    assert [entry.day for entry in on(sooner, date(2025, 6, 1))] == [date(2025, 7, 15)]


def test_contacts_of_a_day_by_two_channels_are_two_entries() -> None:
    one = Contact(
        stakeholder="carers", channel="letter", due=date(2025, 7, 1), purpose="Tell", owner="Lead", source="s", basis="assumed"
    )  # fmt: skip
    whole = programme().with_tables(contacts=[one, replace(one, channel="meeting")])
    assert len({entry.key for entry in on(whole, AS_OF)}) == 2


def test_a_gate_stays_in_calendars_until_it_is_passed() -> None:
    """What was put off, or decided without its answers, is not over."""
    waiting = {
        state.gate.gate for state in CheckedProgramme(LLR, AS_OF).gates if state.waits and state.gate.due
    }
    there = {entry.key.removeprefix("gate-") for entry in on(LLR, AS_OF) if entry.key.startswith("gate-")}
    assert there == waiting
    decisions = [replace(row, outcome="deferred") for row in LLR.gate_decisions]
    put_off = {entry.key for entry in on(LLR.with_tables(gate_decisions=decisions), AS_OF)}
    assert "gate-cip_quality" in put_off


def test_what_has_no_hour_stands_on_its_whole_day() -> None:
    meetings = [replace(row, begins="after the Council") for row in LLR.boards.meetings]
    feed, _ = calendar_feed(LLR.with_tables(meetings=meetings), AS_OF)
    event = next(
        each
        for each in icalendar.Calendar.from_ical(feed).walk("VEVENT")
        if str(each["uid"]).startswith("meeting-pb_2015_06@")
    )
    assert event.decoded("dtstart") == date(2015, 6, 25)
    assert (
        str(event["description"])
        == "after the Council, moved from Thursday 18 June 2015 on Wednesday 10 June 2015"
    )


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("14:00", time(14)), ("9.30", time(9, 30)), ("2pm", time(14)), ("2.30 p.m.", time(14, 30)), ("12 am", time(0)), ("12:15 pm", time(12, 15)),
        ("noon", time(12)), ("99:99", None), ("24:00", None), ("13 pm", None), ("14", None), ("", None), ("after lunch", None),
    ],
)  # fmt: skip
def test_hours_are_read_as_they_are_written(text: str, hour: time | None) -> None:
    assert hour_of(text) == hour


def test_an_hour_that_is_none_is_a_fault_and_words_are_not() -> None:
    meetings = [
        replace(row, begins="99:99" if row.meeting == "pb_2015_06" else "In the afternoon")
        for row in LLR.boards.meetings
    ]
    found = [
        fault
        for fault in CheckedProgramme(LLR.with_tables(meetings=meetings), AS_OF).faults
        if fault.kind == "no hour"
    ]
    assert [fault.found for fault in found] == ["99:99"]


def test_words_with_commas_and_lines_come_back_as_they_were() -> None:
    whole = programme(
        milestone("open", date(2025, 7, 1), name="Doors, windows; a “line”\\nand more", owner="Lead, site")
    )
    event = icalendar.Calendar.from_ical(calendar_feed(whole, AS_OF)[0]).walk("VEVENT")[0]
    assert str(event["summary"]) == "Milestone: Doors, windows; a “line”\\nand more"


def asked(name: str, kind: str = "yes_no", *, required: bool = False, choices: tuple[str, ...] = ()) -> Asked:
    return Asked(name, kind, f"{name}?", choices, required, "")


QUESTIONS = [
    asked("use", required=True),
    asked("how", "choice", choices=("By bus", "By car")),
    asked("why", "open"),
]


def test_answers_are_kept_or_told() -> None:
    assert check_answers(QUESTIONS, {"use": " Yes ", "how": "", "why": "A\r\nbench"}) == (
        {"use": "Yes", "why": "A\nbench"},
        {},
    )
    kept, wrong = check_answers(QUESTIONS, {"how": "By boat", "why": "x" * 2001})
    assert kept == {}
    assert set(wrong) == {"use", "how", "why"}


def test_a_tally_by_hand() -> None:
    """12 yes, 3 no: 3 may not be shown, and as 15 is, 12 may not either. Of 20 by bus and 9 by car both are."""
    answers = [{"use": "Yes"}] * 12 + [{"use": "No"}] * 3 + [{"how": "By bus"}] * 20 + [{"how": "By car"}] * 9
    found = tallies(QUESTIONS, answers)
    assert [(each.asked.question, each.total, dict(each.numbers)) for each in found] == [
        ("use", 15, {"Yes": None, "No": None}), ("how", 29, {"By bus": 20, "By car": 9}),
    ]  # fmt: skip
    few = tallies(QUESTIONS, [{"use": "Yes"}] * 4)[0].document()
    assert (few["total"], few["numbers"]) == (None, {"Yes": None, "No": None})


@given(st.lists(st.sampled_from(["Yes", "No", ""]), max_size=40))
def test_no_tally_gives_a_small_number_away(given_: list[str]) -> None:
    found = tallies([asked("use")], [{"use": text} for text in given_ if text])[0]
    true = {choice: given_.count(choice) for choice in ("Yes", "No")}
    shown = {choice: number for choice, number in found.document()["numbers"].items() if number is not None}
    assert all(number == true[choice] and (number == 0 or number >= 5) for choice, number in shown.items())
    hidden = [choice for choice in true if choice not in shown]
    if found.document()["total"] is not None and len(hidden) == 1:  # the total less what is shown would be it
        raise AssertionError(f"{hidden} can be worked out")


def test_a_published_survey_is_read_back_as_it_was() -> None:
    document = survey_document(LLR, "hubs_2015")
    assert [each.question for each in asked_of(document)] == ["would_use", "travel", "better"]
    assert asked_of(document)[1].offered == tuple(
        choices_of("On foot or by bicycle;By bus;By car;Somebody would bring me")
    )
    assert document["groups"] == ["Under 25", "25 to 64", "65 and over"]
