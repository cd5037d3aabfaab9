"""Questions of the public: one that is sent twice is one, and whoever serves the board takes one out; the history keeps it."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.board_making import at, attend, boards_of, called, item, post, told
from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import own

pytestmark = pytest.mark.usefixtures("examples")
ASKED = {"kind": "question", "asked_by": "a resident", "received_on": "2014-08-20", "text": "Why at night?"}


@pytest.fixture(scope="module")
def held(database: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return own(tmp_path_factory.mktemp("questions"), f"q-{uuid4().hex[:12]}")


def form(held: Any, meeting: str) -> dict[str, str]:
    """The form as somebody sends it who has just opened it."""
    text = signed_in("bo").get(at(held, f"{meeting}/questions/"))
    found = re.search(r'name="once" value="([0-9a-f]{32})"', text)
    assert found is not None
    return ASKED | {"once": found.group(1)}


def asked(held: Any, meeting: str) -> list[str]:
    return [row.question for row in boards_of(held).questions_of(meeting)]


def test_a_question_that_is_sent_twice_is_one(held: Any) -> None:
    meeting = called(held)
    sent, address = form(held, meeting), at(held, f"{meeting}/questions/")
    for _ in range(3):
        post("bo", address, **sent)
    assert asked(held, meeting) == ["question_1"]
    # the same words from somebody else are another question
    post("bo", address, **form(held, meeting))
    assert asked(held, meeting) == ["question_1", "question_2"]


def test_a_form_that_was_refused_is_sent_again(held: Any) -> None:
    meeting = called(held)
    sent, address = form(held, meeting), at(held, f"{meeting}/questions/")
    text = post("bo", address, 400, **(sent | {"text": ""}))
    assert f'value="{sent["once"]}"' in text
    post("bo", address, **sent)
    assert asked(held, meeting) == ["question_1"]


def test_a_question_is_taken_out_and_the_history_keeps_it(held: Any) -> None:
    meeting = called(held)
    post("bo", at(held, f"{meeting}/questions/"), **form(held, meeting))
    address = at(held, f"{meeting}/questions/question_1/")
    assert "Take this question out" in signed_in("bo").get(address)
    post("vera", address, 403, do="out")
    assert asked(held, meeting) == ["question_1"]
    post("bo", address, do="out")
    assert asked(held, meeting) == []
    assert "Why at night?" not in signed_in("vera").get(at(held, f"{meeting}/"))
    signed_in("bo").get(address, status=404)
    history = f"/places/{held.place.code}/programme/history/"
    assert "row removed" in signed_in("bo").get(history)
    held.refresh_from_db()
    assert signed_in("bo").client.post(history, {"number": held.edits}).status_code == 302
    assert asked(held, meeting) == ["question_1"]


def test_who_takes_a_question_out_sees_what_was_answered_meanwhile(held: Any) -> None:
    meeting = called(held)
    post("bo", at(held, f"{meeting}/questions/"), **form(held, meeting))
    address = at(held, f"{meeting}/questions/question_1/")
    boards_of(held)
    seen = held.edits
    post("dora", address, seen=seen, answer="Because of the lifts.")
    assert "somebody else has changed the same thing" in told(post("bo", address, 409, seen=seen, do="out"))
    assert asked(held, meeting) == ["question_1"]


def test_a_question_of_approved_minutes_is_not_taken_out(held: Any) -> None:
    meeting = called(held, date="2015-06-02")
    item(held, meeting, "Beds", "note")
    attend(held, meeting)
    post("bo", at(held, f"{meeting}/questions/"), **form(held, meeting))
    post("bo", at(held, f"{meeting}/minutes/"), do="approve", on="2015-06-11")
    said = told(post("bo", at(held, f"{meeting}/questions/question_1/"), 400, do="out"))
    assert "approved on Thursday 11 June 2015: a correction is recorded at a later meeting" in said
    assert asked(held, meeting) == ["question_1"]
