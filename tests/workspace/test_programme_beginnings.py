"""Rooms in which nothing is recorded yet say what they are for, and lead to what begins them or say whom to ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import bare_place, person_of

pytestmark = pytest.mark.usefixtures("examples")
BEGINS = {
    "slips/": "milestones", "timeline/": "milestones", "calendar/": "milestones", "actions/": "actions", "risks/": "risks", "benefits/": "benefits",
    "gates/": "gates", "choices/": "appraisals", "engagement/": "engagements", "alignment/": "stakeholders", "equality/": "assessments",
}  # fmt: skip


@pytest.fixture
def begun(database: object, tmp_path: Path) -> Any:
    """A programme that was just begun: one objective, one workstream, one project."""
    from leftshift.workspace.programme.actions.storing import begin_programme

    place = bare_place(tmp_path, f"b-{uuid4().hex[:12]}")
    return begin_programme(place, name="A programme", by=person_of("dora"))


@pytest.fixture(scope="module")
def none(database: object, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the programme of a place would be that has none."""
    return f"/places/{bare_place(tmp_path_factory.mktemp('none'), f'n-{uuid4().hex[:12]}').code}/programme/"


@pytest.mark.parametrize("room", ["", *BEGINS, "boards/", "records/", "history/"])
def test_a_room_of_a_place_without_a_programme_says_what_it_is_for(none: str, room: str) -> None:
    dora = signed_in("dora").get(none + room)
    assert 'id="purpose"' in dora
    assert "Begin the programme" in dora
    vera = signed_in("vera").get(none + room)
    assert "Ask whoever is" in vera
    assert "project lead" in vera
    assert "<form" not in vera.split("<main")[1]


def test_each_room_says_its_own(none: str) -> None:
    pages = signed_in("vera")
    assert "which milestones are behind the plan" in pages.get(f"{none}slips/")
    assert "what threatens the programme" in pages.get(f"{none}risks/")
    assert pages.client.get("/places/nowhere/programme/slips/").status_code in (403, 404)
    assert pages.client.get(f"{none}projects/x/").status_code == 404


def test_an_empty_room_leads_to_its_first_row_or_says_whom_to_ask(begun: Any) -> None:
    at, vera = f"/places/{begun.place.code}/programme/", signed_in("vera")
    for room, table in BEGINS.items():
        first = f"{at}records/{table}/rows/new/"
        who = signed_in("bo" if table == "gates" else "liam")
        assert f'href="{first}">Add the first ' in who.get(at + room), room
        assert who.client.get(first).status_code == 200
        asked = vera.get(at + room)
        assert "Add the first" not in asked
        assert "Ask whoever is" in asked, room
        assert ("board officer" if table == "gates" else "project lead") in asked, room


def test_without_a_board_its_room_leads_who_serves_boards_to_the_first(begun: Any) -> None:
    at = f"/places/{begun.place.code}/programme/"
    text = signed_in("bo").get(f"{at}boards/")
    assert f'href="{at}records/bodies/rows/new/">Add the first board' in text
    assert "Add a meeting" not in text  # of no board
    asked = signed_in("liam").get(f"{at}boards/")
    assert "Ask whoever is" in asked
    assert "board officer" in asked


def test_a_room_in_which_something_is_recorded_says_no_such_thing(database: object) -> None:
    from tests.workspace.programme_making import AT, example

    example()
    pages = signed_in("liam")
    for room in ("", *BEGINS, "boards/"):
        assert 'id="purpose"' not in pages.get(AT + room), room
