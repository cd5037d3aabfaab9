"""Boards in the workspace: meetings are called, papers written, and what happened is recorded; decisions only as far as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.board_making import (
    at,
    attend,
    boards_of,
    called,
    item,
    paper,
    post,
    told,
)
from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import AT, example, own, person_of

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture(scope="module")
def held(database: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One programme for the tests of this file; each calls meetings of its own."""
    return own(tmp_path_factory.mktemp("boards"), f"b-{uuid4().hex[:12]}")


# ---------------------------------------------------------------------- pages
def test_the_boards_of_the_example_are_pages_for_a_viewer_and_an_officer(database: object) -> None:
    example()
    for who in ("vera", "bo"):
        pages = signed_in(who)
        text = pages.get(f"{AT}boards/")
        assert "At least 6 members with a vote, among them at least 1 of the class ccg" in text
        assert "Independent chair" in text
        assert ("boards/add/" in text) == (who == "bo")
        for address in set(re.findall(rf'href="({AT}boards/[^"#?]*)"', text)):
            assert pages.client.get(address).status_code == 200, address
        for meeting in ("pb_2015_04", "pb_2015_05", "pb_2015_06", "hwb_2015_05", "upb_2015_06"):
            for address in set(
                re.findall(rf'href="({AT}boards/[^"#]*)"', pages.get(f"{AT}boards/{meeting}/"))
            ):
                assert pages.client.get(address).status_code == 200, address


def test_every_page_of_a_meeting_is_a_valid_page(database: object) -> None:
    example()
    bo = signed_in("bo")
    for room in ("", "agenda/", "questions/", "pack/", "attendance/", "declarations/", "decisions/", "decisions/?item=2", "minutes/", "minutes/?whole=yes", "change/", "pack/preview/public/", "pack/preview/exempt/", "papers/senate_view/"):  # fmt: skip
        bo.get(f"{AT}boards/pb_2015_04/{room}")
    bo.get(f"{AT}boards/hwb_2015_05/questions/night_visits/")
    bo.get(f"{AT}boards/registers/programme_board/")
    bo.get(f"{AT}boards/none/", status=404)
    bo.get(f"{AT}boards/pb_2015_04/papers/none/", status=404)
    bo.get(f"{AT}boards/registers/none/", status=404)


def test_what_lapsed_is_said_of_the_meeting(database: object) -> None:
    example()
    text = signed_in("vera").get(f"{AT}boards/pb_2015_06/")
    assert "moved from Thursday 18 June 2015 on Wednesday 10 June 2015" in text


def test_a_viewer_looks_and_changes_nothing(held: Any) -> None:
    meeting = called(held)
    for room in ("agenda/", "attendance/", "declarations/", "decisions/", "questions/", "change/", "papers/senate_view/"):  # fmt: skip
        signed_in("vera").get(at(held, f"{meeting}/{room}"), status=403)
        post("vera", at(held, f"{meeting}/{room}"), status=403)
    post("vera", at(held, "add/"), status=403)
    for room, do in (("pack/", "issue"), ("pack/", "publish"), ("minutes/", "approve"), ("minutes/", "publish")):  # fmt: skip
        before = boards_of(held)
        assert signed_in("vera").client.post(at(held, f"{meeting}/{room}"), {"do": do}).status_code in (
            400,
            403,
        )
        assert boards_of(held) == before
    signed_in("vera").get(at(held, f"{meeting}/minutes/whole.pdf"), status=403)
    signed_in("charlie").get(at(held, f"{meeting}/"), status=404)


# ---------------------------------------------------------------------- a meeting is called
def test_a_meeting_is_called_and_its_deadlines_name_the_holidays(held: Any) -> None:
    """The programme board asks 5 working days: before Thursday 9 April 2015 those are 8, 7, 2 and 1 April and 31 March, as
    6 April is Easter Monday and 3 April Good Friday."""
    text = post("bo", at(held, "add/"), status=200, do="look", body="programme_board", date="2015-04-09")
    assert "Tuesday 31 March 2015" in text
    assert "Easter Monday (6 April)" in text
    assert "Nothing is saved yet" in text
    assert "programme_board_2015_04_09" not in boards_of(held).meeting
    post("bo", at(held, "add/"), do="add", body="programme_board", date="2015-04-09", venue="Town hall")
    text = signed_in("bo").get(at(held, "programme_board_2015_04_09/"))
    assert "Good Friday (3 April) and Easter Monday (6 April)" in text
    assert "There is no agenda yet" in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"body": "", "date": "2015-04-09"}, "Choose the body that meets."),
        ({"body": "programme_board", "date": "soon"}, "Say on which day it is: a day such as 2026-04-09."),
        ({"body": "programme_board", "date": "2015-04-23"}, "Programme board meets on Thursday 23 April 2015 already."),
        ({"body": "programme_board", "date": "2015-03-03", "venue": "x" * 10_001}, "Nothing was saved: venue has 10,001 characters, and a cell holds at most 10,000."),
    ],
)  # fmt: skip
def test_what_is_no_meeting_is_refused_in_words(held: Any, given: dict[str, Any], words: str) -> None:
    assert told(post("bo", at(held, "add/"), status=400, do="add", **given)) == words


def test_a_meeting_is_moved_and_cancelled(held: Any) -> None:
    meeting = called(held, date="2015-07-02")
    post("bo", at(held, f"{meeting}/change/"), date="2015-07-09", venue="Town hall")
    found = boards_of(held).meeting[meeting]
    assert (str(found.date), str(found.was), str(found.moved_on)) == (
        "2015-07-09",
        "2015-07-02",
        "2015-06-12",
    )
    post("bo", at(held, f"{meeting}/change/"), date="2015-07-02")
    assert boards_of(held).meeting[meeting].was is None
    post("bo", at(held, f"{meeting}/change/"), date="2015-07-02", cancelled="yes")
    assert "Cancelled." in signed_in("vera").get(at(held, f"{meeting}/"))
    assert "was cancelled" in told(post("bo", at(held, f"{meeting}/agenda/"), status=400, do="add", title="A", kind="note"))  # fmt: skip


# ---------------------------------------------------------------------- the agenda
def test_an_agenda_is_built_item_by_item(held: Any) -> None:
    meeting = called(held)
    for title in ("Welcome", "Beds", "Money"):
        item(held, meeting, title, "procedure")

    def titles() -> list[str]:
        return [f"{row.item} {row.title}" for row in boards_of(held).agenda_of(meeting)]

    post("bo", at(held, f"{meeting}/agenda/"), do="up", of="3")
    assert titles() == ["1 Welcome", "2 Money", "3 Beds"]
    post("bo", at(held, f"{meeting}/agenda/"), do="down", of="1")
    assert titles() == ["1 Money", "2 Welcome", "3 Beds"]
    post("bo", at(held, f"{meeting}/agenda/"), do="up", of="1")  # the first stays the first
    post("bo", at(held, f"{meeting}/agenda/"), do="remove", of="1")
    assert titles() == ["1 Welcome", "2 Beds"]
    item(held, meeting, "Between", "note", item="1a")
    assert titles() == ["1 Welcome", "1a Between", "2 Beds"]
    problem = post(
        "bo", at(held, f"{meeting}/agenda/"), status=400, do="add", title="Again", kind="note", item="2"
    )
    assert "There is an item 2 already" in told(problem)
    problem = post("bo", at(held, f"{meeting}/agenda/"), status=400, do="add", title="Secret", kind="note", exempt="yes")  # fmt: skip
    assert "Say why the public is excluded" in told(problem)
    assert 'value="Secret"' in problem, "what was typed is not lost"


def test_a_topic_of_the_forward_plan_comes_onto_the_agenda(held: Any) -> None:
    from leftshift.workspace.programme.actions.keeping import keeping

    meeting = called(held)
    with keeping(held, person_of("bo")) as records:
        records.add("forward_plan", {"topic": "winter", "body": "programme_board", "title": "Winter", "month": "2015-09", "owner": "Officer"})  # fmt: skip
    assert "Winter (for 2015-09)" in signed_in("bo").get(at(held, f"{meeting}/agenda/"))
    post("bo", at(held, f"{meeting}/agenda/"), do="take", topic="winter")
    found = boards_of(held)
    assert [(row.item, row.title, row.owner) for row in found.agenda_of(meeting)] == [
        ("1", "Winter", "Officer")
    ]
    assert next(row.meeting for row in found.forward_plan if row.topic == "winter") == meeting


def test_an_item_at_which_something_is_recorded_keeps_its_number(held: Any) -> None:
    meeting = called(held)
    item(held, meeting, "Beds", "note")
    item(held, meeting, "Money", "note")
    attend(held, meeting)
    post("bo", at(held, f"{meeting}/declarations/"), do="declare", item="2", member="co_east", kind="indirect", what="A cousin", leaves="no")  # fmt: skip
    for do, of in (("up", "2"), ("down", "1"), ("remove", "2"), ("remove", "1")):
        assert "their numbers stay" in told(
            post("bo", at(held, f"{meeting}/agenda/"), status=400, do=do, of=of)
        )


# ---------------------------------------------------------------------- papers
def test_a_paper_is_written_part_by_part_and_says_what_it_lacks(held: Any) -> None:
    meeting = called(held)
    item(held, meeting, "Beds")
    response = signed_in("bo").client.post(at(held, f"{meeting}/agenda/"), {"do": "paper", "of": "1"})
    address = response["Location"]
    text = signed_in("bo").get(address)
    assert "<li>Purpose</li>" in text
    assert "<li>a risk under the heading Time</li>" in text
    post("bo", address, title="Beds", **{"part.purpose": "To agree.\n\nAnd more.", "part.recommendations": ["First", "", "Second"], "level.time": "high", "risk.time": "Winter"})  # fmt: skip
    name = address.rstrip("/").rpartition("/")[2]
    found = boards_of(held)
    assert [(row.part, row.letter, row.text) for row in found.parts_of(name)] == [
        ("purpose", "", "To agree.\n\nAnd more."),
        ("recommendations", "a", "First"),
        ("recommendations", "b", "Second"),
    ]
    assert [(row.heading, row.level, row.text) for row in found.risks_of(name)] == [
        ("time", "high", "Winter")
    ]
    text = signed_in("bo").get(address)
    assert "<li>Purpose</li>" not in text
    assert 'id="recommendations-c"' in text
    post("bo", address, title="Beds", **{"part.recommendations": ["Second"]})
    assert [(row.part, row.letter, row.text) for row in boards_of(held).parts_of(name)] == [("recommendations", "a", "Second")]  # fmt: skip
    assert "Rate the risk under Time" in told(
        post("bo", address, status=400, title="Beds", **{"risk.time": "Why"})
    )


def test_two_who_write_the_same_paper_do_not_write_over_each_other(held: Any) -> None:
    meeting = called(held)
    item(held, meeting, "Beds")
    name = paper(held, meeting, "1")
    address = at(held, f"{meeting}/papers/{name}/")
    boards_of(held)
    seen = held.edits
    post("bo", address, seen=seen, title="Paper 1", **{"part.purpose": "Mine"})
    text = post("dora", address, status=409, seen=seen, title="Paper 1", **{"part.purpose": "Theirs"})
    assert "somebody else has changed the same thing" in told(text)
    assert "Theirs" in text, "what was typed is not lost"
    assert [row.text for row in boards_of(held).parts_of(name)] == ["Mine"]


# ---------------------------------------------------------------------- attendance, declarations, decisions
def test_attendance_says_whether_there_is_a_quorum(held: Any) -> None:
    """The programme board needs 5, among them a commissioner, a provider and a council."""
    meeting = called(held)
    attend(held, meeting, ce_hospitals="apologies", lay_member="absent")
    found = boards_of(held)
    assert {row.member: row.state for row in found.attendance_of(meeting)}["ce_hospitals"] == "apologies"
    assert "Not quorate: 4 members present, 5 needed; 0 of the class provider present, 1 needed." in signed_in("vera").get(at(held, f"{meeting}/"))  # fmt: skip
    attend(held, meeting)
    assert "Quorate: 6 of at least 5 present." in signed_in("vera").get(at(held, f"{meeting}/"))


def test_two_who_record_attendance_at_once(held: Any) -> None:
    meeting = called(held)
    boards_of(held)
    seen = held.edits
    address = at(held, f"{meeting}/attendance/")
    post("bo", address, seen=seen, **{"state.pb_chair": "present"})
    assert "somebody else" in told(
        post("dora", address, status=409, seen=seen, **{"state.pb_chair": "absent"})
    )
    assert [row.state for row in boards_of(held).attendance_of(meeting)] == ["present"]


def test_nobody_was_there_before_the_day(held: Any) -> None:
    meeting = called(held, date="2015-07-16")
    text = post("bo", at(held, f"{meeting}/attendance/"), status=400, **{"state.pb_chair": "present"})
    assert told(text) == "The meeting is on Thursday 16 July 2015: until then only apologies are recorded."
    post("bo", at(held, f"{meeting}/attendance/"), **{"state.pb_chair": "apologies"})


def test_a_declaration_keeps_a_member_from_the_item(held: Any) -> None:
    meeting = called(held)
    item(held, meeting, "Beds", "note")
    attend(held, meeting)
    address = at(held, f"{meeting}/declarations/")
    text = post(
        "bo",
        address,
        status=400,
        do="declare",
        item="1",
        member="co_east",
        kind="financial",
        what="Shares",
        leaves="no",
    )
    assert told(text) == "Say by which rule, or by whose ruling, a member with a financial interest stayed."
    post(
        "bo", address, do="declare", item="1", member="co_east", kind="financial", what="Shares", leaves="yes"
    )
    assert "That member has declared" in told(post("bo", address, status=400, do="declare", item="1", member="co_east", kind="financial", what="Shares", leaves="yes"))  # fmt: skip
    assert "declared a financial interest: Shares" in signed_in("vera").get(at(held, f"{meeting}/"))
    post("bo", address, do="remove", item="1", member="co_east")
    assert not boards_of(held).declarations_of(meeting)


def test_a_resolution_is_recorded_once_and_gives_an_action(held: Any) -> None:
    meeting = called(held)
    item(held, meeting, "Beds", "note")
    attend(held, meeting)
    address = at(held, f"{meeting}/decisions/?item=1")
    given = {"item": "1", "text": "It is agreed.", "outcome": "agreed", "votes_for": "4", "votes_against": "1", "moved_by": "co_east"}  # fmt: skip
    post("bo", address, **given, subject="project:bed_moves", action="Write to all", owner="Officer", due="2015-08-01")  # fmt: skip
    found = boards_of(held)
    assert [(row.resolution, row.text, row.votes_for) for row in found.decisions_of(meeting)] == [("a", "It is agreed.", 4)]  # fmt: skip
    from leftshift.workspace.programme import queries

    content = queries.seen(held).content
    assert content is not None
    action = next(row for row in content.actions if row.text == "Write to all")
    assert (action.minute, action.body, str(action.due), action.project) == ("1(a)", "programme_board", "2015-08-01", "bed_moves")  # fmt: skip
    assert "Write to all" in signed_in("vera").get(at(held, f"{meeting}/minutes/"))
    text = post("bo", address, status=400, **given, resolution="a")
    assert told(text) == "Resolution a of this item is recorded already, and is never altered: a correction is a further resolution."  # fmt: skip
    assert "lettered a, b, c in order" in told(post("bo", address, status=400, **given, resolution="d"))


@pytest.mark.parametrize(
    ("there", "given", "words"),
    [
        ({"ce_hospitals": "absent"}, {"outcome": "agreed"}, "It would not stand, and is not recorded: no quorum at the item: 4 members present, 5 needed; 0 of the class provider present, 1 needed."),
        ({}, {"outcome": "agreed", "votes_for": "6"}, "It would not stand, and is not recorded: 6 votes and abstentions, and 5 were entitled to vote."),
        ({}, {"outcome": "agreed", "moved_by": "lay_member"}, "It would not stand, and is not recorded: moved by lay_member, who may not take part in the item."),
        ({}, {"outcome": "agreed", "votes_for": "1", "votes_against": "2"}, "It would not stand, and is not recorded: 1 for and 2 against, and the outcome is agreed."),
        ({}, {"outcome": ""}, "Say how it ended."),
        ({}, {"outcome": "noted", "votes_for": "many"}, "For: a number of votes, or nothing where they were not counted."),
        ({}, {"outcome": "noted", "subject": "gate:none"}, "Choose the gate or project on which it decides, or none."),
        ({}, {"outcome": "noted", "action": "Write"}, "An action needs who does it and by when."),
    ],
)  # fmt: skip
def test_a_resolution_that_does_not_stand_is_refused_in_words(
    held: Any, there: dict[str, str], given: dict[str, Any], words: str
) -> None:
    """The lay member has an interest in home care, which the item concerns: 5 of 6 who are there may vote."""
    meeting = called(held)
    item(held, meeting, "Home care", "note", concerns="home_care")
    attend(held, meeting, **there)
    post("bo", at(held, f"{meeting}/declarations/"), do="declare", item="1", member="lay_member", kind="financial", what="Shares", leaves="yes")  # fmt: skip
    before = boards_of(held).decisions
    text = post(
        "bo", at(held, f"{meeting}/decisions/?item=1"), status=400, item="1", text="So be it.", **given
    )
    assert told(text) == words
    assert boards_of(held).decisions == before


def test_nothing_is_decided_before_attendance_is_recorded_or_the_day_has_come(held: Any) -> None:
    for day, words in (("2015-03-27", "Record attendance first"), ("2015-07-23", "record what it decides once it was held")):  # fmt: skip
        meeting = called(held, date=day)
        item(held, meeting, "Beds", "note")
        text = post("bo", at(held, f"{meeting}/decisions/"), status=400, item="1", text="So be it.", outcome="noted")  # fmt: skip
        assert words in told(text)


def test_what_a_board_decides_on_a_gate_stands_at_the_gate(held: Any) -> None:
    from leftshift.workspace.programme import queries

    meeting = called(held)
    item(held, meeting, "The four tests", "note")
    attend(held, meeting)
    post("bo", at(held, f"{meeting}/decisions/?item=1"), item="1", text="Put off.", outcome="deferred", subject="gate:beds_four_tests")  # fmt: skip
    boards_of(held)
    state = next(row for row in queries.seen(held).checked.gates if row.gate.gate == "beds_four_tests")
    assert [row.outcome for row in state.decisions if row.minute == f"{meeting}, 1(a)"] == ["deferred"]


def test_decisions_are_edited_in_no_sheet(held: Any) -> None:
    assert signed_in("bo").client.get(f"/places/{held.place.code}/programme/records/decisions/").status_code in (200, 404)  # fmt: skip
    assert signed_in("bo").client.get(f"/places/{held.place.code}/programme/records/decisions/grid/").status_code == 404  # fmt: skip


# ---------------------------------------------------------------------- the public asks
def test_the_public_asks_and_is_answered(held: Any) -> None:
    meeting = called(held)
    address = at(held, f"{meeting}/questions/")
    assert told(post("bo", address, status=400, kind="question", received_on="2015-01-05", text=" ")) == "Write what was asked or said."  # fmt: skip
    post("bo", address, kind="question", asked_by="a carer", received_on="2015-01-05", minutes="4", text="Who comes at night?")  # fmt: skip
    post("bo", address, kind="question", received_on="2015-01-06", minutes="14", text="And by day?")
    text = signed_in("bo").get(address)
    assert "minutes 0 to 4" in text
    assert "would end after 18 minutes of the 15 in all: answered in writing" in text
    boards_of(held)
    seen = held.edits
    post("bo", f"{address}question_1/", seen=seen, answer="The team.", answered_by="Officer")
    assert "somebody else" in told(
        post("dora", f"{address}question_1/", status=409, seen=seen, answer="Nobody.")
    )
    assert boards_of(held).questions_of(meeting)[0].answer == "The team."


def test_a_cell_that_cannot_be_read_is_told_instead_of_a_page(database: object, tmp_path: Path) -> None:
    broken = own(tmp_path, f"b-{uuid4().hex[:12]}")
    from leftshift.workspace.programme.models import ProgrammeFile

    kept = ProgrammeFile.objects.get(programme=broken, file="meetings.csv")
    kept.content["rows"][0][1][2] = "soon"
    kept.content["rows"][0][2] = None
    kept.save(update_fields=["content"])
    for room in ("", "pb_2015_05/", "pb_2015_05/pack/", "registers/programme_board/", "add/"):
        assert "meetings.csv" in signed_in("bo").get(at(broken, room), status=409)


NONSENSE = ["\0", "<b>&amp;", "-1", "9" * 400, "x\r\n\r\ny;=1+1", "ａ١", "x" * 10_001]


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_in_a_form_is_kept_as_text_or_refused_in_words(held: Any, text: str) -> None:
    """Every field of every form at once; whatever comes of it, the programme can still be read."""
    meeting = called(held)
    item(held, meeting, "Beds", "note")
    attend(held, meeting)
    name = paper(held, meeting, "1")
    forms = {
        "add/": ("body", "date", "begins", "venue"),
        f"{meeting}/agenda/": ("item", "title", "owner", "minutes", "exempt", "exempt_reason", "concerns", "of", "topic"),
        f"{meeting}/change/": ("date", "begins", "venue", "seen"),
        f"{meeting}/papers/{name}/": ("title", "author", "received_on", "part.purpose", "part.recommendations", "level.time", "risk.time", "seen"),
        f"{meeting}/attendance/": ("chair", "state.pb_chair", "substitute.pb_chair", "arrived_item.pb_chair", "left_item.pb_chair"),
        f"{meeting}/declarations/": ("item", "member", "kind", "what", "leaves", "by_rule"),
        f"{meeting}/decisions/?item=1": ("resolution", "text", "outcome", "votes_for", "moved_by", "subject", "action", "owner", "due"),
        f"{meeting}/questions/": ("kind", "asked_by", "received_on", "minutes", "text"),
        f"{meeting}/minutes/": ("do", "on"),
        f"{meeting}/pack/": ("do", "in_spite", "anyway"),
    }  # fmt: skip
    good = {"kind": "note", "date": "2015-02-27", "received_on": "2015-02-01", "outcome": "noted", "leaves": "yes", "title": "Beds", "state.pb_chair": "present"}  # fmt: skip
    for address, fields in forms.items():
        for given in (dict.fromkeys(fields, text), {field: good.get(field, text) for field in fields}):
            response = signed_in("bo").client.post(at(held, address), given)
            assert response.status_code in (302, 400, 404, 409), (address, response.status_code)
    assert boards_of(held).agenda_of(meeting)
    for room in ("", "agenda/", "attendance/", "decisions/?item=1", "questions/", "pack/", "minutes/", f"papers/{name}/"):  # fmt: skip
        signed_in("bo").get(at(held, f"{meeting}/{room}"))
