"""Boards in the workspace: meetings, papers, packs that stay as they were issued, decisions that stand, and what everybody reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.conftest import Pages, signed_in
from tests.workspace.programme_making import AT, example, own, person_of

pytestmark = pytest.mark.usefixtures("examples")
SECRET = "Zeppelin"
"""A word that stands in what is exempt, and nowhere else."""
PARTS = (
    "purpose", "recommendations", "links_to_plan", "previous_decisions", "background", "consultation", "resource_implications", "timeline",
    "equality_assessment", "background_papers", "officers",
)  # fmt: skip
THERE = {"pb_chair": "present", "co_east": "present", "co_city": "remote", "ce_hospitals": "present", "dass_county": "present", "lay_member": "present"}  # fmt: skip


@pytest.fixture(scope="module")
def held(database: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One programme for the tests of this file; each calls meetings of its own."""
    return own(tmp_path_factory.mktemp("boards"), f"b-{uuid4().hex[:12]}")


def at(held: Any, rest: str = "") -> str:
    return f"/places/{held.place.code}/programme/boards/{rest}"


_days = iter(range(1, 29))


def called(held: Any, **given: str) -> str:
    """A meeting of the programme board on a day of its own; gives its short name."""
    from leftshift.workspace.programme.actions.meeting import add_meeting

    held.refresh_from_db()
    asked = {"body": "programme_board", "date": f"2015-02-{next(_days):02d}", **given}
    return add_meeting(held, asked, by=person_of("bo"))


def post(who: str, address: str, status: Any = 302, **fields: Any) -> str:
    """Send a form; gives the page that comes of it."""
    response = signed_in(who).client.post(address, fields)
    text = str(response.content.decode())
    assert response.status_code == status, told(text)
    return text


def told(text: str) -> str:
    """What the summary of problems says."""
    found = re.search(r"nhsuk-error-summary.*?<ul.*?>(.*?)</ul>", text, re.DOTALL)
    assert found is not None, text[:2000]
    return " ".join(re.sub("<[^>]*>", " ", found.group(1)).split())


def item(held: Any, meeting: str, title: str, kind: str = "decision", **more: str) -> None:
    post("bo", at(held, f"{meeting}/agenda/"), do="add", title=title, kind=kind, **more)


def paper(held: Any, meeting: str, number: str, text: str = "Words of the paper.") -> str:
    """A paper with all that its template needs; gives its short name."""
    response = signed_in("bo").client.post(at(held, f"{meeting}/agenda/"), {"do": "paper", "of": number})
    name = response["Location"].rstrip("/").rpartition("/")[2]
    fields = {f"part.{part}": text for part in PARTS} | {f"level.{heading}": "low" for heading in ("time", "viability", "finance", "profile", "equality")}  # fmt: skip
    post("bo", at(held, f"{meeting}/papers/{name}/"), title=f"Paper {number}", author="Officer", **fields)
    return str(name)


def attend(held: Any, meeting: str, **more: str) -> None:
    states = {f"state.{member}": state for member, state in (THERE | more).items()}
    post("bo", at(held, f"{meeting}/attendance/"), chair="pb_chair", **states)


def boards_of(held: Any) -> Any:
    from leftshift.workspace.programme import queries

    held.refresh_from_db()
    found = queries.seen(held)
    assert found.content is not None, list(found.unread)
    return found.content.boards


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


# ---------------------------------------------------------------------- the pack
def labels(held: Any, meeting: str, number: int) -> dict[str, list[str]]:
    document = held.packs.get(meeting=meeting, issue=number).document
    return {row["key"]: row["labels"] for row in document["public"]["pieces"]}


def test_a_pack_is_refused_as_long_as_papers_lack_something(held: Any) -> None:
    meeting = called(held, date="2015-06-26")
    address = at(held, f"{meeting}/pack/")
    assert told(post("bo", address, status=400, do="issue")) == "There is no agenda yet."
    item(held, meeting, "Beds")
    text = post("bo", address, status=400, do="issue", in_spite="not ticked")
    assert "Papers lack what their template needs: item 1, Beds: a paper." in told(text)
    assert not held.packs.filter(meeting=meeting).exists()
    assert boards_of(held).meeting[meeting].issued_on is None
    post("bo", address, do="issue", anyway="yes", in_spite="The author is ill.")
    text = signed_in("vera").get(address)
    assert "It went out with what is lacking: The author is ill." in text
    assert "In time, due by Friday 19 June 2015: 5 working days before the meeting." in text
    assert str(boards_of(held).meeting[meeting].issued_on) == "2015-06-12"
    assert "was issued already" in told(
        post("bo", address, status=400, do="issue", anyway="yes", in_spite="x")
    )


def test_what_was_issued_stays_and_a_supplement_stands_behind_it(held: Any) -> None:
    from leftshift.place.sheets import SetCell
    from leftshift.workspace.programme import queries
    from leftshift.workspace.programme.actions import editing

    meeting = called(held, date="2015-06-29")
    item(held, meeting, "Beds")
    item(held, meeting, "Money")
    first = paper(held, meeting, "1", "Words of beds. " * 300)
    paper(held, meeting, "2")
    address = at(held, f"{meeting}/pack/")
    post("bo", address, do="issue")
    issued = bytes(held.packs.get(meeting=meeting, issue=1).public_pdf)
    before, page = labels(held, meeting, 1), signed_in("vera").get(f"{address}1/public/")
    # somebody changes the paper among the records, and the agenda: what was issued is not touched
    sheet = queries.sheet_now(boards_of(held) and held, "paper_parts.csv")
    for _, row in sheet.numbered():
        facts = sheet.facts(row)
        if facts["paper"] == first and facts["part"] in ("background", "consultation"):
            editing.save(
                held, "paper_parts.csv", [SetCell(row.key, "text", facts["text"], "Cut.")], by="a test"
            )
    assert "was issued and stays as it is" in told(post("bo", at(held, f"{meeting}/papers/{first}/"), status=400, title="Other"))  # fmt: skip
    assert "stays as it is" in told(
        post("bo", at(held, f"{meeting}/agenda/"), status=400, do="remove", of="1")
    )
    assert told(post("bo", address, status=400, do="supplement")) == "Nothing came since: write a supplement to a paper, or add an item."  # fmt: skip
    # a supplement to the first paper, and an item that was added, on the very day of issue
    response = signed_in("bo").client.post(at(held, f"{meeting}/papers/{first}/"), {"do": "supplement"})
    added = response["Location"].rstrip("/").rpartition("/")[2]
    post("bo", response["Location"], title="Beds, corrected", **{"part.background": "The number is 12."})
    item(held, meeting, "Urgent", "note")
    late = paper(held, meeting, "3")
    post("bo", address, do="supplement")
    after = labels(held, meeting, 2)
    assert {key: after[key] for key in before} == before
    last = before[first][-1]
    assert after[added] == [f"{last}A"]
    assert late in after
    assert after["added"] == ["i"]
    assert bytes(signed_in("vera").client.get(f"{address}1/public.pdf").content) == issued
    assert "app-document" in page
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert strip.sub("", signed_in("vera").get(f"{address}1/public/").partition("app-document")[2]) == strip.sub("", page.partition("app-document")[2])  # fmt: skip
    assert "Words of beds." in signed_in("vera").get(f"{address}2/public/"), (
        "as it was issued, not as it is now"
    )
    assert "Cut." not in signed_in("vera").get(f"{address}2/public/")
    # and a third issue moves nothing either
    response = signed_in("bo").client.post(at(held, f"{meeting}/papers/{first}/"), {"do": "supplement"})
    post("bo", response["Location"], title="Once more", **{"part.background": "The number is 13."})
    post("bo", address, do="supplement")
    third = labels(held, meeting, 3)
    assert {key: third[key] for key in after} == after
    assert third[response["Location"].rstrip("/").rpartition("/")[2]] == [f"{last}B"]


def test_the_pages_of_the_html_are_those_of_the_stored_pack(held: Any) -> None:
    meeting = called(held, date="2015-06-30")
    item(held, meeting, "Beds")
    paper(held, meeting, "1", "Long words. " * 400)
    post("bo", at(held, f"{meeting}/pack/"), do="issue")
    marks = re.findall(r'id="page-([^"]*)"', signed_in("vera").get(at(held, f"{meeting}/pack/1/public/")))
    assert marks == [label for row in labels(held, meeting, 1).values() for label in row]
    assert len(marks) > 2


# ---------------------------------------------------------------------- what everybody reads
def test_nothing_exempt_is_in_what_the_public_reads(held: Any, stranger: Pages) -> None:
    code = held.place.code
    meeting = called(held, date="2015-06-01")
    item(held, meeting, "Beds", "note")
    item(held, meeting, "Prices", "decision", exempt="yes", exempt_reason="Commercial terms")
    paper(held, meeting, "1", "For everybody.")
    name = paper(held, meeting, "2", f"The {SECRET} offer.")
    post("bo", at(held, f"{meeting}/pack/"), do="issue")
    attend(held, meeting)
    post("bo", at(held, f"{meeting}/decisions/"), item="1", text="It was noted.", outcome="noted", action="Write to everybody", owner="Officer", due="2015-07-01")  # fmt: skip
    post("bo", at(held, f"{meeting}/decisions/"), item="2", text=f"{SECRET} is chosen.", outcome="agreed", exempt="yes", action=f"Tell {SECRET}", owner="Officer", due="2015-07-01")  # fmt: skip
    post("bo", at(held, f"{meeting}/minutes/"), do="approve", on="2015-06-11")
    for address, status in (
        (f"/public/{code}/packs/{meeting}/", 404),
        (f"/public/{code}/minutes/{meeting}.pdf", 404),
    ):
        stranger.get(address, status=status)
    post("bo", at(held, f"{meeting}/pack/"), do="publish")
    post("bo", at(held, f"{meeting}/minutes/"), do="publish")
    index = stranger.get(f"/public/{code}/")
    for below in ("packs", "minutes"):
        address = f"/public/{code}/{below}/{meeting}/"
        assert address in index
        text = stranger.get(address)
        assert SECRET not in text
        assert stranger.client.get(f"{address.rstrip('/')}.pdf").content.startswith(b"%PDF")
    assert "For everybody." in stranger.get(f"/public/{code}/packs/{meeting}/")
    assert "Write to everybody" in stranger.get(f"/public/{code}/minutes/{meeting}/")
    # the officer reads the whole, the viewer does not
    assert SECRET in signed_in("bo").get(at(held, f"{meeting}/pack/1/exempt/"))
    assert SECRET in signed_in("bo").get(at(held, f"{meeting}/minutes/?whole=yes"))
    signed_in("vera").get(at(held, f"{meeting}/pack/1/exempt/"), status=403)
    signed_in("vera").get(at(held, f"{meeting}/pack/1/exempt.pdf"), status=403)
    signed_in("vera").get(at(held, f"{meeting}/pack/preview/exempt/"), status=403)
    for room in ("", "pack/", "pack/1/public/", "minutes/", "minutes/?whole=yes"):
        assert SECRET not in signed_in("vera").get(at(held, f"{meeting}/{room}")), room
    assert name  # an exempt paper is in the document apart
    post("bo", at(held, f"{meeting}/pack/"), do="withdraw")
    stranger.get(f"/public/{code}/packs/{meeting}/", status=404)
    assert stranger.client.get(f"/public/{code}/packs/{meeting}.pdf").status_code == 404


def test_a_draft_is_not_published_and_approved_minutes_are_approved_once(held: Any) -> None:
    meeting = called(held)
    address = at(held, f"{meeting}/minutes/")
    assert "there is nothing to approve yet" in told(
        post("bo", address, status=400, do="approve", on="2015-06-11")
    )
    attend(held, meeting)
    assert "The minutes are a draft" in told(post("bo", address, status=400, do="publish"))
    assert "not before that day has come" in told(
        post("bo", address, status=400, do="approve", on="2015-06-13")
    )
    post("bo", address, do="approve", on="2015-06-11")
    assert "They were approved on Thursday 11 June 2015" in told(post("bo", address, status=400, do="approve", on="2015-06-12"))  # fmt: skip
    for kind, start in (("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!DOCTYPE")):
        response = signed_in("vera").client.get(f"{address}public.{kind}")
        assert response.content.startswith(start)
        assert f"minutes-{meeting}-public.{kind}" in response["Content-Disposition"]
    signed_in("vera").get(f"{address}public.exe", status=404)


def test_the_register_is_published_without_what_is_sensitive(held: Any, stranger: Pages) -> None:
    from leftshift.workspace.programme.actions.keeping import keeping

    code = held.place.code
    with keeping(held, person_of("bo")) as records:
        records.add("interests", {"interest": "hidden", "body": "programme_board", "member": "co_west", "kind": "financial", "what": f"The {SECRET} works", "since": "2015-01-01", "declared_on": "2015-01-05", "sensitive": "yes"})  # fmt: skip
    post("bo", at(held, "registers/programme_board/"), do="publish")
    text = stranger.get(f"/public/{code}/registers/programme_board/")
    assert "A sensitive interest" in text
    assert "Shares in a home care company" in text
    assert "A dinner" not in text, "below what has to be declared"
    assert SECRET not in text
    assert stranger.client.get(f"/public/{code}/registers/programme_board.pdf").content.startswith(b"%PDF")
    assert SECRET not in signed_in("vera").get(at(held))
    post("vera", at(held, "registers/programme_board/"), status=403, do="withdraw")
    post("bo", at(held, "registers/programme_board/"), do="withdraw")
    stranger.get(f"/public/{code}/registers/programme_board/", status=404)


def test_a_cell_that_cannot_be_read_is_told_instead_of_a_page(database: object, tmp_path: Path) -> None:
    broken = own(tmp_path, f"b-{uuid4().hex[:12]}")
    from leftshift.workspace.programme.models import ProgrammeFile

    kept = ProgrammeFile.objects.get(programme=broken, file="meetings.csv")
    kept.content["rows"][0][1][2] = "soon"
    kept.content["rows"][0][2] = None
    kept.save(update_fields=["content"])
    for room in ("", "pb_2015_05/", "pb_2015_05/pack/", "registers/programme_board/", "add/"):
        assert "meetings.csv" in signed_in("bo").get(at(broken, room), status=409)
