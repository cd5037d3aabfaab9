"""Attendance: what is no attendance is refused in words, and what a change does to resolutions is told by their names."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.board_making import THERE, at, attend, boards_of, called, item, post, told
from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import own

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture(scope="module")
def held(database: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return own(tmp_path_factory.mktemp("attendance"), f"a-{uuid4().hex[:12]}")


def refused(held: Any, meeting: str, **fields: str) -> str:
    return told(post("bo", at(held, f"{meeting}/attendance/"), 400, **fields))


def test_an_empty_form_is_no_attendance(held: Any) -> None:
    meeting = called(held)
    words = "Nothing was saved: say of at least one member whether they were there."
    assert refused(held, meeting) == words
    assert refused(held, meeting, chair="pb_chair") == words
    assert boards_of(held).meeting[meeting].chair == ""


@pytest.mark.parametrize("state", ["present", "remote", "absent"])
def test_before_the_day_there_are_apologies_only(held: Any, state: str) -> None:
    meeting = called(held, date="2015-07-23")
    said = refused(held, meeting, **{"state.pb_chair": "apologies", "state.co_east": state})
    assert said == "The meeting is on Thursday 23 July 2015: until then only apologies are recorded."
    assert not boards_of(held).attendance_of(meeting)
    post("bo", at(held, f"{meeting}/attendance/"), **{"state.pb_chair": "apologies"})
    # and what was recorded by mistake is cleared again
    post("bo", at(held, f"{meeting}/attendance/"))
    assert not boards_of(held).attendance_of(meeting)
    post("bo", at(held, f"{meeting}/change/"), date="2015-07-23", cancelled="yes")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"substitute.co_east": "somebody"}, "somebody is not named as a substitute for"),
        ({"arrived_item.co_east": "99"}, "Choose items of the agenda for when"),
        ({"chair": "somebody"}, "somebody is no member of Programme board: choose who presided."),
    ],
)
def test_names_that_the_meeting_does_not_have(held: Any, fields: dict[str, str], words: str) -> None:
    meeting = called(held)
    assert words in refused(held, meeting, **{"state.co_east": "apologies"}, **fields)
    assert not boards_of(held).attendance_of(meeting)


def test_resolutions_that_lose_their_quorum_are_named(held: Any) -> None:
    """The programme board needs 5, of whom 6 are there; without two of them what was agreed does not stand."""
    meeting = called(held)
    item(held, meeting, "Beds", "note")
    item(held, meeting, "Money", "note")
    attend(held, meeting)
    for number in ("1", "2"):
        post(
            "bo",
            at(held, f"{meeting}/decisions/?item={number}"),
            item=number,
            text="Agreed.",
            outcome="agreed",
        )
    address = at(held, f"{meeting}/attendance/")
    attend(held, meeting, lay_member="absent")
    assert "no longer stands" not in signed_in("bo").get(address)
    bo = signed_in("bo")
    states = {f"state.{member}": state for member, state in (THERE | {"lay_member": "absent", "dass_county": "absent"}).items()}  # fmt: skip
    assert bo.client.post(address, {"chair": "pb_chair", **states}).status_code == 302
    text = bo.get(address)
    for name in ("1(a)", "2(a)"):
        assert f"Resolution {name} no longer stands: " in text
    # told once: who saves the same again changes nothing that stood
    bo.client.post(address, {"chair": "pb_chair", **states})
    assert "no longer stands" not in bo.get(address)
    said = "Nothing was saved: the meeting has decided, and nobody would have been there."
    assert refused(held, meeting, chair="pb_chair") == said
