"""What is exempt or sensitive is seen by who serves the boards, wherever a programme is read; and nobody else loses it by an edit."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.board_making import SECRET, at, attend, called, item, paper, post
from tests.workspace.conftest import Pages, signed_in
from tests.workspace.digest_making import email as email_of
from tests.workspace.digest_making import mail, mails_in, own_programme, send, subscribe
from tests.workspace.programme_making import own, person_of, texts

pytestmark = pytest.mark.usefixtures("examples")
OWNER = f"Agent of {SECRET}"


@pytest.fixture(scope="module")
def held(database: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One programme for the tests of this file, of which a board has decided something exempt."""
    found = own(tmp_path_factory.mktemp("withheld"), f"w-{uuid4().hex[:12]}")
    _decide(found)
    return found


@pytest.fixture
def mine(database: object, tmp_path: Path) -> Iterator[Any]:
    """A programme of its own with the same, to be changed: minutes that were approved would keep the actions of their meeting."""
    drafts = texts()["meetings.csv"].replace(",pb_chair,2015-05-21,", ",pb_chair,,")
    for found in own_programme(tmp_path, meetings=drafts):
        _decide(found)
        yield found


def _decide(held: Any) -> None:
    """Three exempt actions (of an exempt item, of an exempt resolution, of a day that was moved), and one for everybody."""
    meeting = called(held, date="2015-06-01")
    item(held, meeting, "Beds", "note")
    item(held, meeting, "Prices", "note", exempt="yes", exempt_reason="Commercial terms")
    attend(held, meeting)
    for number, exempt, text, owner in (("1", "", "Write to everybody", "Officer"), ("1", "yes", f"Ask {SECRET}", OWNER), ("2", "", f"Pay {SECRET}", OWNER)):  # fmt: skip
        given = {
            "text": "It was noted.",
            "outcome": "noted",
            "action": text,
            "owner": owner,
            "due": "2015-06-20",
        }
        post("bo", at(held, f"{meeting}/decisions/"), item=number, exempt=exempt, **given)


def programme(held: Any, rest: str = "") -> str:
    return f"/places/{held.place.code}/programme/{rest}"


def _actions(held: Any, who: str = "bo") -> list[str]:
    from leftshift.workspace.programme import queries

    held.refresh_from_db()
    found = queries.seen(held, whole=who == "bo").content
    assert found is not None
    return [row.text for row in found.actions]


def _rows(held: Any, table: str) -> Any:
    from leftshift.workspace.programme import queries

    held.refresh_from_db()
    found = queries.sheet_now(held, f"{table}.csv")
    return [(row.key, found.facts(row)) for _, row in found.numbered()]


def _secret_key(held: Any) -> str:
    return str(next(key for key, facts in _rows(held, "actions") if facts["text"] == f"Pay {SECRET}"))


def _read(page: Pages, address: str) -> str:
    """Everything that an address gives, what is packed in it too."""
    response = page.client.get(address)
    assert response.status_code == 200, address
    if not response.content.startswith(b"PK"):
        return str(response.content.decode("utf-8", "replace"))
    files = zipfile.ZipFile(io.BytesIO(response.content))
    return "".join(files.read(name).decode("utf-8", "replace") for name in files.namelist())


READ = [
    "", "actions/", "calendar/", "calendar.ics", "digest/", "projects/bed_moves/", "records/", "records/actions/", "records/actions/?page=1",
    "history/", "parts/actions/actions.csv", "folder.zip", "programme.xlsx", "check.json", "records/actions/", "boards/", "slips/",
]  # fmt: skip


@pytest.mark.parametrize("rest", READ)
def test_an_exempt_action_is_read_by_who_serves_the_boards_alone(held: Any, rest: str) -> None:
    for who in ("vera", "liam", "asha"):
        assert SECRET not in _read(signed_in(who), programme(held, rest)), who


def test_those_who_serve_the_boards_read_it_everywhere(held: Any) -> None:
    rooms = ("actions/", "calendar.ics", "digest/", "records/actions/", "history/", "parts/actions/actions.csv", "folder.zip", "programme.xlsx")  # fmt: skip
    for who in ("bo", "dora"):
        for rest in rooms:
            assert SECRET in _read(signed_in(who), programme(held, rest)), rest
    for rest in ("actions/", "records/actions/", "history/", "folder.zip"):
        assert "Write to everybody" in _read(signed_in("vera"), programme(held, rest)), rest


def test_grids_and_forms_do_not_open_it_either(held: Any) -> None:
    liam, key = signed_in("liam"), _secret_key(held)
    grid = programme(held, "records/actions/grid/")
    for address in (grid, f"{grid}since?seen=0", programme(held, "records/actions/fill/?column=comment")):
        assert SECRET not in _read(liam, address), address
    assert liam.client.get(programme(held, f"records/actions/rows/{key}/")).status_code == 404
    wrong = {"do": "set", "row": key, "column": "text", "before": "A guess", "after": "Mine"}
    for address in (f"{grid}save", f"{grid}check"):
        sent = json.dumps({"changes": [wrong], "seen": 0, "key": "k"})
        answer = liam.client.post(address, sent, content_type="application/json")
        assert SECRET not in answer.content.decode(), address
    assert f"Pay {SECRET}" in _actions(held)


def test_a_mail_and_a_calendar_hold_what_their_person_sees(
    mine: Any, tmp_path: Path, stranger: Pages
) -> None:
    from leftshift.workspace.programme import queries
    from leftshift.workspace.programme.actions.subscribing import make_address
    from leftshift.workspace.record.acting import acting

    found = {}
    for who in ("vera", "bo"):
        subscribe(mine, who)
        with acting(person_of(who).number):
            token = queries.token_of(make_address(mine, by=person_of(who)))
        found[who] = stranger.client.get(programme(mine, f"calendar/{token}.ics")).content.decode()
    assert (SECRET in found["vera"], SECRET in found["bo"]) == (False, True)
    assert "Write to everybody" in found["vera"]
    with mail(f"file:{tmp_path / 'mail'}"):
        send()
    told = {mail["To"]: mail.get_content() for mail in mails_in(tmp_path / "mail")}
    assert (SECRET in told[email_of("vera")], SECRET in told[email_of("bo")]) == (False, True)
    page = signed_in("vera")
    page.client.post(programme(mine, "digest/"), {"do": "subscribe", "every": "daily", "owner": OWNER})
    assert "Choose one of the owners" in page.get(programme(mine, "digest/"))


# ---------------------------------------------------------------------- and nobody loses it
def test_who_edits_the_actions_that_they_see_leaves_the_others(mine: Any) -> None:
    liam, kept = signed_in("liam"), [row for row in _rows(mine, "actions") if SECRET in row[1]["text"]]
    grid = programme(mine, "records/actions/grid/")
    key = next(key for key, facts in _rows(mine, "actions") if facts["action"] == "senate_reply")
    assert liam.client.post(grid, {"seen": str(mine.edits), f"cell.{key}.comment": "Sent", "new.1.text": "Ring", "new.1.action": "ring", "new.1.owner": "Lead", "new.1.raised": "2015-06-01", "new.1.due": "2015-06-30", "new.1.source": "Lead", "new.1.basis": "assumed"}).status_code == 200  # fmt: skip
    form = programme(mine, f"records/actions/rows/{key}/")
    assert liam.client.post(form, {"field.comment": "Sent again", "do": "save"}).status_code == 302
    assert liam.client.post(form, {"do": "remove"}).status_code == 302
    assert {"Ring", "Write to everybody", f"Ask {SECRET}", f"Pay {SECRET}"} <= set(_actions(mine))
    assert [row for row in _rows(mine, "actions") if SECRET in row[1]["text"]] == kept
    edit = mine.history.filter(file="actions.csv", changes__icontains=f"Pay {SECRET}").first()
    assert liam.client.post(programme(mine, "history/"), {"number": str(edit.number)}).status_code == 403
    assert f"Pay {SECRET}" in _actions(mine)


def test_a_table_that_is_taken_in_replaces_what_its_sender_sees(mine: Any) -> None:
    kept = [facts for _, facts in _rows(mine, "actions") if SECRET in facts["text"]]
    sent = io.BytesIO(
        b"action,text,owner,raised,due,source,basis\none,Call,Lead,2015-06-01,2015-06-30,A list,assumed\n"
    )
    sent.name = "actions.csv"
    assert signed_in("liam").client.post(programme(mine, "take-in/"), {"files": [sent]}).status_code == 302
    assert _actions(mine, "liam") == ["Call"]
    assert [facts for _, facts in _rows(mine, "actions") if SECRET in facts["text"]] == kept
    assert len(kept) == 2
    # what the officer sees is all of it, and so what the officer sends replaces all
    sent.seek(0)
    both = {"files": [sent]}
    assert signed_in("dora").client.post(programme(mine, "take-in/"), both).status_code == 302
    assert _actions(mine) == ["Call"]
    assert SECRET not in signed_in("vera").get(programme(mine, "history/")), (
        "what is taken out stays withheld"
    )


def test_an_action_of_a_programme_that_cannot_be_read_is_withheld(mine: Any) -> None:
    """Where nobody knows what is exempt, what has a minute is withheld."""
    from leftshift.place.sheets import SetCell
    from leftshift.workspace.programme.actions import editing

    key, facts = next((key, facts) for key, facts in _rows(mine, "meetings") if facts["meeting"] == "programme_board_2015_06_01")  # fmt: skip
    editing.save(mine, "meetings.csv", [SetCell(key, "date", facts["date"], "soon")], by=person_of("dora"))
    for rest in ("folder.zip", "programme.xlsx", "calendar.ics", "records/actions/", "history/"):
        assert SECRET not in _read(signed_in("vera"), programme(mine, rest)), rest
    assert SECRET in _read(signed_in("bo"), programme(mine, "folder.zip"))


# ---------------------------------------------------------------------- interests
def test_a_sensitive_interest_is_seen_by_who_serves_the_boards_alone(mine: Any) -> None:
    given = {"interest": "kin", "body": "programme_board", "member": "co_east", "kind": "indirect", "what": f"A child in care of {SECRET} House", "since": "2015-01-01", "sensitive": "yes", "concerns": "hub_sites"}  # fmt: skip
    fields = {f"field.{name}": text for name, text in given.items()} | {"field.source": "Told", "field.basis": "assumed", "do": "save"}  # fmt: skip
    post("bo", programme(mine, "records/interests/rows/new/"), **fields)
    for who in ("vera", "liam"):
        page = signed_in(who)
        assert page.client.get(programme(mine, "records/interests/")).status_code == 403
        for rest in (*READ, "boards/registers/programme_board/", "boards/pb_2015_06/"):
            assert f"{SECRET} House" not in _read(page, programme(mine, rest)), rest
    assert f"{SECRET} House" in signed_in("bo").get(programme(mine, "records/interests/"))


# ---------------------------------------------------------------------- papers
def test_a_supplement_to_an_exempt_paper_is_called_by_its_item(mine: Any) -> None:
    from leftshift.workspace.programme import queries

    meeting = called(mine, date="2015-06-02")
    item(mine, meeting, "Beds", "note")
    item(mine, meeting, "Prices", "note", exempt="yes", exempt_reason="Commercial terms")
    papers = {number: paper(mine, meeting, number) for number in ("1", "2")}
    post("bo", at(mine, f"{meeting}/pack/"), do="issue")
    for number, title in (("1", "Beds again"), ("2", f"The {SECRET} offer")):
        page = signed_in("bo").client
        begun = page.post(at(mine, f"{meeting}/papers/{papers[number]}/"), {"do": "supplement"})
        page.post(begun["Location"], {"title": title, "author": "Officer", "part.purpose": "To say more."})
    post("bo", at(mine, f"{meeting}/pack/"), do="supplement")
    vera, bo = (signed_in(who).get(at(mine, f"{meeting}/")) for who in ("vera", "bo"))
    assert SECRET not in vera
    assert "Item 2 (exempt)" in vera
    assert "Paper of item 2 (exempt) issued on" in vera
    assert "Paper “Beds again” issued on" in vera
    assert f"The {SECRET} offer" in bo
    for text in (vera, *(row.words for row in queries.seen(mine).checked.boards.deadlines)):
        assert "_supplement" not in text
    assert SECRET not in _read(signed_in("vera"), programme(mine, "check.json"))
