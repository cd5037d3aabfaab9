"""Packs of boards stay as they were issued, whatever comes later; and what everybody reads holds nothing exempt."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.board_making import (
    SECRET,
    at,
    attend,
    boards_of,
    called,
    item,
    labels,
    paper,
    post,
    told,
)
from tests.workspace.conftest import Pages, signed_in
from tests.workspace.programme_making import own, person_of

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture(scope="module")
def held(database: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One programme for the tests of this file; each calls meetings of its own."""
    return own(tmp_path_factory.mktemp("boards"), f"b-{uuid4().hex[:12]}")


# ---------------------------------------------------------------------- the pack
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
                held,
                "paper_parts.csv",
                [SetCell(row.key, "text", facts["text"], "Cut.")],
                by=person_of("dora"),
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
    item(held, meeting, "Pay", "note", item="5b", exempt="yes", exempt_reason="About a person")
    paper(held, meeting, "1", "For everybody.")
    name = paper(held, meeting, "2", f"The {SECRET} offer.")
    post("bo", at(held, f"{meeting}/pack/"), do="issue")
    attend(held, meeting)
    post("bo", at(held, f"{meeting}/decisions/"), item="1", text="It was noted.", outcome="noted", action="Write to everybody", owner="Officer", due="2015-07-01")  # fmt: skip
    post("bo", at(held, f"{meeting}/decisions/"), item="2", text=f"{SECRET} is chosen.", outcome="agreed", exempt="yes", action=f"Tell {SECRET}", owner="Officer", due="2015-07-01")  # fmt: skip
    # a resolution apart at a public item, and an exempt item whose number ends in a letter like a minute of another
    post("bo", at(held, f"{meeting}/decisions/"), item="1", text=f"{SECRET} apart.", outcome="noted", exempt="yes", action=f"Ask {SECRET}", owner="Officer", due="2015-07-01")  # fmt: skip
    post("bo", at(held, f"{meeting}/decisions/"), item="5b", text=f"{SECRET} again.", outcome="noted", action=f"Call {SECRET}", owner="Officer", due="2015-07-01")  # fmt: skip
    post("bo", at(held, f"{meeting}/declarations/"), do="declare", item="5b", member="co_west", kind="indirect", what=f"A cousin at {SECRET}", leaves="yes")  # fmt: skip
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
    item(held, meeting, "Beds", "note")
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
    for room, fields in (("attendance/", {"state.pb_chair": "absent"}), ("declarations/", {"do": "declare"}), ("decisions/", {"item": "1", "text": "More"})):  # fmt: skip
        assert "a correction is recorded at a later meeting" in told(post("bo", at(held, f"{meeting}/{room}"), 400, **fields))  # fmt: skip
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
