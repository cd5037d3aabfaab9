"""Minutes that were approved: what they are made of stays, whichever way somebody comes; what they do not say goes on."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from tests.workspace.board_making import at, attend, boards_of, called, item, post, told
from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import own
from tests.workspace.test_programme_decided import rows
from tests.workspace.test_taking_in import send

pytestmark = pytest.mark.usefixtures("examples")
SAID = "were approved on Thursday 11 June 2015, and stay as they are; a correction is recorded at a later meeting"


@pytest.fixture(scope="module")
def held(database: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return own(tmp_path_factory.mktemp("minutes"), f"m-{uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def approved(held: Any) -> str:
    """A meeting with everything that minutes are made of, approved by the next."""
    meeting = called(held, date="2015-05-28")
    item(held, meeting, "Beds", "note")
    attend(held, meeting)
    post("bo", at(held, f"{meeting}/declarations/"), do="declare", item="1", member="co_east", kind="indirect", what="A cousin", leaves="no")  # fmt: skip
    post("bo", at(held, f"{meeting}/questions/"), kind="question", asked_by="a resident", received_on="2015-05-20", text="Why?")  # fmt: skip
    post("bo", at(held, f"{meeting}/decisions/?item=1"), item="1", text="Noted.", outcome="noted", action="Write to all", owner="Officer", due="2015-08-01")  # fmt: skip
    post("bo", at(held, f"{meeting}/minutes/"), do="approve", on="2015-06-11")
    return meeting


def row_of(held: Any, table: str, meeting: str) -> dict[str, str]:
    from leftshift.workspace.programme import queries

    held.refresh_from_db()
    sheet = queries.sheet_now(held, f"{table}.csv")
    own = ((row, sheet.facts(row)) for _, row in sheet.numbered())
    return next({**facts, "key": row.key} for row, facts in own if facts.get("meeting") == meeting)


def records(held: Any, rest: str) -> str:
    return f"/places/{held.place.code}/programme/records/{rest}"


TOUCHED = {
    "meetings": ("venue", "Elsewhere"),
    "agenda": ("title", "Money"),
    "attendance": ("state", "absent"),
    "declarations": ("what", "A friend"),
    "questions": ("answer", "Because."),
}


@pytest.mark.parametrize("table", TOUCHED)
def test_what_minutes_say_is_not_altered_among_the_records(held: Any, approved: str, table: str) -> None:
    (column, text), row = TOUCHED[table], row_of(held, table, approved)
    bo = signed_in("bo").client
    answers = [
        bo.post(records(held, f"{table}/rows/{row['key']}/"), {f"field.{column}": text, "do": "save"}),
        bo.post(records(held, f"{table}/grid/"), {f"remove.{row['key']}": "on", "seen": held.edits}),
        bo.post(records(held, f"{table}/fill/"), {"column": column, "value": text, "rows": row["key"], "seen": held.edits}),
        bo.post(records(held, f"{table}/grid/"), {f"cell.{row['key']}.{column}": text, "seen": held.edits}),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code in (400, 409)
        assert SAID in told(answer.content.decode())
    change = {"do": "set", "row": row["key"], "column": column, "before": row.get(column, ""), "after": text}
    sent = {"changes": [change], "seen": held.edits, "key": uuid4().hex}
    answer = bo.post(records(held, f"{table}/grid/save"), json.dumps(sent), content_type="application/json")
    assert (answer.status_code, SAID in answer.json()["problem"]) == (400, True)
    assert row_of(held, table, approved) == row


def test_nothing_is_added_to_minutes_that_were_approved(held: Any, approved: str) -> None:
    bo = signed_in("bo").client
    given = {"field.meeting": approved, "field.item": "2", "field.title": "Late", "field.kind": "note", "field.source": "A test", "field.basis": "assumed"}  # fmt: skip
    answer = bo.post(records(held, "agenda/rows/new/"), given)
    assert answer.status_code == 400
    assert SAID in told(answer.content.decode())


def test_the_pages_of_the_meeting_alter_no_approved_minutes(held: Any, approved: str) -> None:
    question = boards_of(held).questions_of(approved)[0].question
    for room, fields in {
        f"questions/{question}/": {"answer": "Because."},
        "questions/": {"kind": "question", "received_on": "2015-05-20", "text": "And why?"},
        "agenda/": {"do": "add", "title": "Late", "kind": "note"},
        "attendance/": {"state.pb_chair": "absent"},
        "declarations/": {"do": "remove", "item": "1", "member": "co_east"},
        "change/": {"date": "2015-05-29"},
    }.items():
        said = told(post("bo", at(held, f"{approved}/{room}"), 400, **fields))
        assert "pproved" in said, room


def test_the_history_takes_nothing_back_that_minutes_say(held: Any, approved: str) -> None:
    row_of(held, "meetings", approved)
    bo = signed_in("bo").client
    for file in ("attendance.csv", "meetings.csv"):  # the last of meetings is the approval itself
        edit = held.history.filter(file=file, undoes=None).last()
        answer = bo.post(f"/places/{held.place.code}/programme/history/", {"number": edit.number})
        assert answer.status_code == 409
        assert SAID in told(answer.content.decode()), file


def test_a_workbook_takes_nothing_out_of_approved_minutes(held: Any, approved: str) -> None:
    content = signed_in("bo").client.get(f"/places/{held.place.code}/programme/programme.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    line = next(line for line in book["Attendance"].iter_rows() if approved in [cell.value for cell in line])
    assert line[0].row is not None
    book["Attendance"].delete_rows(line[0].row)
    out = io.BytesIO()
    book.save(out)
    answer = send("bo", held, "programme.xlsx", out.getvalue())
    assert answer.status_code == 400
    assert SAID in answer.content.decode()


def test_an_action_goes_on_and_is_not_taken_from_its_minute(held: Any, approved: str) -> None:
    row = next(facts for facts in rows(held, "actions").values() if facts.get("text") == "Write to all")
    address = records(held, f"actions/rows/{row['key']}/")
    liam = signed_in("liam").client
    for given in ({"field.minute": "2(a)", "do": "save"}, {"do": "remove"}):
        answer = liam.post(address, given)
        assert answer.status_code == 400
        assert SAID in told(answer.content.decode())
        assert f"the action {row['action']} is minuted, and the minutes of" in told(answer.content.decode())
    done = {"field.done": "2015-06-10", "field.comment": "Sent", "field.due": "2016-01-01", "do": "save"}
    assert liam.post(address, done).status_code == 302


def test_approved_minutes_say_what_was_so_when_they_were_approved(held: Any, approved: str) -> None:
    """Somebody is called otherwise afterwards, and an action is due later: pages, files and what is published say it as it was."""
    before = minutes_of(held, approved)
    member = row_of(held, "attendance", approved)["member"]
    was = next(
        row
        for row in rows(held, "members").values()
        if row["member"] == member and row["body"] == "programme_board"
    )
    assert was["name"] in before
    post_records(held, "bo", f"members/rows/{was['key']}/", {"field.name": "Somebody else", "do": "save"})
    action = next(facts for facts in rows(held, "actions").values() if facts.get("text") == "Write to all")
    post_records(held, "liam", f"actions/rows/{action['key']}/", {"field.owner": "Another", "do": "save"})
    post("bo", at(held, f"{approved}/minutes/"), do="publish")
    assert minutes_of(held, approved) == before
    public = signed_in("vera").client.get(f"/public/{held.place.code}/minutes/{approved}/").content.decode()
    assert "Somebody else" not in public
    assert was["name"] in public
    assert "Another" not in public
    draft = called(held, date="2015-06-02")
    item(held, draft, "Beds", "note")
    attend(held, draft)
    assert "Somebody else" in minutes_of(held, draft)


def minutes_of(held: Any, meeting: str) -> str:
    """The minutes as one page, which the command line and everybody's download have too."""
    answer = signed_in("vera").client.get(at(held, f"{meeting}/minutes/public.html"))
    assert answer.status_code == 200
    return str(answer.content.decode())


def post_records(held: Any, who: str, rest: str, given: dict[str, str]) -> None:
    assert signed_in(who).client.post(records(held, rest), given).status_code == 302


def test_what_is_kept_for_minutes_is_what_they_are_drawn_from() -> None:
    from leftshift.workspace.programme.actions.approved import NOT_SAID
    from leftshift.workspace.programme.queries import MINUTED

    assert set(NOT_SAID) == set(MINUTED)


def test_what_minutes_do_not_say_goes_on(held: Any, approved: str) -> None:
    """Minutes are published, a paper is written afterwards, and the next meeting is minuted as ever."""
    post("bo", at(held, f"{approved}/minutes/"), do="publish")
    post("bo", at(held, f"{approved}/agenda/"), do="paper", of="1")
    meeting = called(held, date="2015-06-01")
    item(held, meeting, "Beds", "note")
    attend(held, meeting)
    attend(held, meeting, lay_member="absent")
    post("bo", at(held, f"{meeting}/minutes/"), do="approve", on="2015-06-12")


def test_a_meeting_comes_with_its_approved_minutes_in_one_workbook(held: Any) -> None:
    content = signed_in("bo").client.get(f"/places/{held.place.code}/programme/programme.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, cells in {
        "Meetings": {"meeting": "of_old", "body": "programme_board", "date": "2014-01-09", "minutes approved on": "2014-02-06"},
        "Attendance": {"meeting": "of_old", "member": "pb_chair", "state": "present"},
    }.items():  # fmt: skip
        heads = next(
            [cell.value for cell in line] for line in book[sheet].iter_rows() if "meeting" in [cell.value for cell in line]
        )  # fmt: skip
        facts = cells | {"source": "A test", "basis": "assumed"}
        book[sheet].append([facts.get(str(head), "") for head in heads])
    out = io.BytesIO()
    book.save(out)
    assert "2 tables were changed" in send("bo", held, "programme.xlsx", out.getvalue()).content.decode()
    found = boards_of(held)
    assert str(found.meeting["of_old"].minutes_approved_on) == "2014-02-06"
    assert [row.state for row in found.attendance_of("of_old")] == ["present"]
