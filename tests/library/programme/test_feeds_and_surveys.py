"""Calendar feeds as a calendar reads them, and surveys: what can be kept, and how many said what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.engaging import choices_of
from leftshift.programme.feeding import calendar_feed, entries
from leftshift.programme.programme import read_programme
from leftshift.programme.surveying import Asked, asked_of, check_answers, survey_document, tallies
from tests.library.programme.programmes import milestone, programme

LLR = read_programme(Path(__file__).parents[3] / "examples" / "llr-2014")
AS_OF = date(2015, 6, 12)


def test_a_calendar_reads_the_feed_and_finds_each_open_thing_on_its_day() -> None:
    feed, count = calendar_feed(LLR, AS_OF)
    events = list(icalendar.Calendar.from_ical(feed).walk("VEVENT"))
    assert len(events) == count
    found = {str(event["uid"]): event.decoded("dtstart") for event in events}
    assert len(found) == count  # no two of one name: a calendar moves them and does not double them
    assert found["milestone-beds_first_ward@llr-2014-programme"] == date(2015, 7, 1)
    assert found["meeting-pb_2015_06@llr-2014-programme"] == date(2015, 6, 25)
    assert found["papers-pb_2015_06-@llr-2014-programme"] == date(2015, 6, 18)
    assert "milestone-beds_case@llr-2014-programme" not in found  # reached
    assert "action-senate_reply@llr-2014-programme" not in found  # done
    assert "gate-cip_quality@llr-2014-programme" not in found  # decided
    assert calendar_feed(LLR, AS_OF) == (feed, count)


def test_what_was_reached_later_is_still_open_on_the_day() -> None:
    whole = programme(milestone("open", date(2025, 7, 1), done=date(2025, 7, 3)))
    assert [entry.key for entry in entries(whole, date(2025, 7, 2))] == ["milestone-open"]
    assert list(entries(whole, date(2025, 7, 3))) == []


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
