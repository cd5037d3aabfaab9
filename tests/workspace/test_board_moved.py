"""Meetings that were moved or cancelled: told wherever people look for the meeting, inside and out."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.board_making import at, attend, boards_of, called, item, paper, post, told
from tests.workspace.conftest import Pages, signed_in
from tests.workspace.programme_making import own, person_of

pytestmark = pytest.mark.usefixtures("examples")
FROM = "moved from Thursday 2 July 2015 on Friday 12 June 2015"


@pytest.fixture(scope="module")
def held(database: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return own(tmp_path_factory.mktemp("moved"), f"v-{uuid4().hex[:12]}")


def published(held: Any, date: str) -> str:
    """A meeting whose pack everybody reads."""
    meeting = called(held, date=date)
    item(held, meeting, "Beds", "note")
    paper(held, meeting, "1")
    post("bo", at(held, f"{meeting}/pack/"), do="issue")
    post("bo", at(held, f"{meeting}/pack/"), do="publish")
    return meeting


def test_a_moved_meeting_is_told_to_everybody_and_in_its_pack(held: Any, stranger: Pages) -> None:
    meeting, public = published(held, "2015-07-02"), f"/public/{held.place.code}/"
    plain = f'packs/{meeting}/">Programme board, Thursday 2 July 2015</a></li>'
    assert plain in stranger.get(public)
    post("bo", at(held, f"{meeting}/change/"), date="2015-07-09")
    assert "Thursday 2 July 2015</a>, moved to 9 July 2015</li>" in stranger.get(public)
    assert "This meeting was moved to 9 July 2015." in stranger.get(f"{public}packs/{meeting}/")
    vera = signed_in("vera")
    assert FROM in vera.get(at(held, f"{meeting}/"))
    assert "from 2 July 2015" in vera.get(at(held))
    # the new day is something that can be issued, and the first page of the pack says it
    assert "another day of the meeting, Thursday 9 July 2015" in signed_in("bo").get(at(held, f"{meeting}/pack/"))  # fmt: skip
    post("bo", at(held, f"{meeting}/pack/"), do="supplement")
    post("bo", at(held, f"{meeting}/pack/"), do="publish")
    pack = stranger.get(f"{public}packs/{meeting}/")
    assert FROM.replace("moved", "Moved") in pack
    assert "Thursday 9 July 2015</a>, moved from 2 July 2015</li>" in stranger.get(public)
    assert "Nothing came since" in told(post("bo", at(held, f"{meeting}/pack/"), 400, do="supplement"))


def test_a_cancelled_meeting_is_told_to_everybody(held: Any, stranger: Pages) -> None:
    meeting, public = published(held, "2015-07-16"), f"/public/{held.place.code}/"
    post("bo", at(held, f"{meeting}/change/"), date="2015-07-16", cancelled="yes")
    assert "Thursday 16 July 2015</a>, cancelled</li>" in stranger.get(public)
    assert "This meeting was cancelled." in stranger.get(f"{public}packs/{meeting}/")
    for room in ("", "pack/preview/public/", "minutes/"):
        assert "ancelled." in signed_in("vera").get(at(held, f"{meeting}/{room}")), room
    assert "This meeting was cancelled." in signed_in("vera").get(at(held, f"{meeting}/pack/preview/public/"))


def test_minutes_say_that_the_meeting_was_moved(held: Any) -> None:
    meeting = called(held, date="2015-06-04")
    assert "The meeting was moved" not in signed_in("vera").get(at(held, f"{meeting}/minutes/"))
    post("bo", at(held, f"{meeting}/change/"), date="2015-06-08")
    item(held, meeting, "Beds", "note")
    attend(held, meeting)
    text = signed_in("vera").get(at(held, f"{meeting}/minutes/"))
    assert "The meeting was moved from Thursday 4 June 2015 on Friday 12 June 2015." in text
    assert boards_of(held).meeting[meeting].was is not None


def test_a_programme_that_cannot_be_read_still_shows_what_was_published(
    held: Any, stranger: Pages, tmp_path: Any
) -> None:
    from leftshift.workspace.programme.actions import editing

    broken = own(tmp_path, f"w-{uuid4().hex[:12]}")
    meeting = published(broken, "2015-07-02")
    text = broken.files.get(file="programme.toml").content["text"]
    editing.save_text(broken, "programme.toml", text, "nothing that can be read", by=person_of("dora"))
    assert signed_in("bo").client.get(at(broken)).status_code == 409
    assert f"packs/{meeting}/" in stranger.get(f"/public/{broken.place.code}/")
    stranger.get(f"/public/{broken.place.code}/packs/{meeting}/")
