"""What a programme does not take: circles, by whichever way they are written, and a heading that could not be read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import own, put_past_the_guard

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture
def mine(database: object, tmp_path: Path) -> Any:
    return own(tmp_path, f"r-{uuid4().hex[:12]}")


def at(held: Any, rest: str = "") -> str:
    return f"/places/{held.place.code}/programme/{rest}"


def rows(held: Any, table: str) -> list[Any]:
    from leftshift.workspace.programme import queries

    held.refresh_from_db()
    return [row for _, row in queries.sheet_now(held, f"{table}.csv").numbered()]


def refused(held: Any, edits: int, answer: Any, words: str) -> None:
    """Nothing was saved, the words say why, and every room still opens."""
    assert answer.status_code in (400, 409)
    said = answer.json()["problem"] if "json" in answer["Content-Type"] else answer.content.decode()
    assert words in said.replace("&gt;", ">")
    assert "Nothing was saved" in said
    held.refresh_from_db()
    assert held.edits == edits
    assert signed_in("vera").client.get(at(held, "slips/")).status_code == 200


ABOUT = {"source": "A test", "basis": "assumed"}
BACK = {"before": "front_door_open", "after": "front_door_case", "kind": "finish_to_start", **ABOUT}
"""A dependency that closes a circle: the case is what the opening waits for."""
WAITS = "would wait for itself: "


def test_a_form_that_closes_a_circle_is_not_saved(mine: Any) -> None:
    form = {f"field.{name}": text for name, text in BACK.items()} | {"once": "0" * 32}
    answer = signed_in("liam").client.post(at(mine, "records/dependencies/rows/new/"), form)
    refused(mine, 0, answer, WAITS)
    assert "Remove one of these dependencies." in answer.content.decode()
    assert 'value="A test"' in answer.content.decode()  # what was written is kept


def test_a_milestone_does_not_wait_for_itself(mine: Any) -> None:
    form = {f"field.{name}": text for name, text in BACK.items()} | {"once": "0" * 32, "field.after": "front_door_open"}  # fmt: skip
    refused(mine, 0, signed_in("liam").client.post(at(mine, "records/dependencies/rows/new/"), form), WAITS)


def test_a_grid_that_closes_a_circle_is_not_saved_with_script_or_without(mine: Any) -> None:
    liam = signed_in("liam").client
    added = {"do": "add", "row": "n1", "below": "", "cells": BACK}
    answer = liam.post(at(mine, "records/dependencies/grid/save"), json.dumps({"key": "k1", "seen": 0, "changes": [added]}), "application/json")  # fmt: skip
    refused(mine, 0, answer, WAITS)
    plain = {f"new.1.{name}": text for name, text in BACK.items()} | {"seen": "0"}
    refused(mine, 0, liam.post(at(mine, "records/dependencies/grid/"), plain), WAITS)


def test_taking_an_edit_back_closes_no_circle(mine: Any) -> None:
    liam = signed_in("liam").client
    waits = next(row for row in rows(mine, "dependencies") if row.cells[:2] == ("front_door_case", "front_door_staff"))  # fmt: skip
    liam.post(at(mine, f"records/dependencies/rows/{waits.key}/"), {"do": "remove"})  # fmt: skip
    turned = {f"field.{name}": text for name, text in BACK.items()}
    turned |= {"field.before": "front_door_staff", "field.after": "front_door_case", "once": "1" * 32}
    assert liam.post(at(mine, "records/dependencies/rows/new/"), turned).status_code == 302
    refused(mine, 2, liam.post(at(mine, "history/"), {"number": "1"}), WAITS)


def test_a_board_does_not_report_to_itself_through_others(mine: Any) -> None:
    bo = signed_in("bo").client
    key = next(row.key for row in rows(mine, "bodies") if row.cells[0] == "wellbeing_board")
    form = {"field.reports_to": "prevention_board", "before.reports_to": "", "do": "save"}
    words = "would report to itself: Unified Prevention Board → Health and Wellbeing Board → Unified Prevention Board."  # fmt: skip
    refused(mine, 0, bo.post(at(mine, f"records/bodies/rows/{key}/"), form), words)
    filled = {"column": "reports_to", "value": "prevention_board", "rows": [key], "seen": "0"}
    refused(mine, 0, bo.post(at(mine, "records/bodies/fill/"), filled), words)


def test_a_circle_that_stood_before_can_be_undone_step_by_step(mine: Any) -> None:
    """Whatever brought it in, other edits go on, and the one that opens it is taken."""
    from leftshift.place.sheets import AddRow

    put_past_the_guard(mine, "dependencies.csv", [AddRow("n1", "", {**BACK, "lag_days": "0"})])
    liam = signed_in("liam").client
    milestone = next(row.key for row in rows(mine, "milestones") if row.cells[0] == "beds_first_ward")
    assert liam.post(at(mine, f"records/milestones/rows/{milestone}/"), {"field.name": "Ward", "do": "save"}).status_code == 302  # fmt: skip
    assert liam.post(at(mine, "records/dependencies/rows/n1/"), {"do": "remove"}).status_code == 302
    assert liam.get(at(mine, "slips/")).status_code == 200


# ---------------------------------------------------------------------- the heading
HEADING = '[programme]\ncode = "p"\nname = "P"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("code = ", "The text: expected TOML"),
        ("", "code: expected code: Short name of the programme"),
        ('[programme]\ncode = "p"\n', "name: expected name: How people call it"),
        (HEADING + 'nation = "england_and_wales"', "nation: expected one of england, wales, scotland, northern_ireland"),
        (HEADING + 'scale = "nspa"', "Did you mean npsa?"),
        (HEADING + 'looked_at = "yesterday"', "looked_at: expected a day such as 2015-06-12"),
        (HEADING + 'place = "northmoor"', "the place that it stands in"),
        (HEADING + 'colour = "blue"', "colour: expected one of code, name"),
    ],
)  # fmt: skip
def test_a_heading_that_cannot_be_read_is_not_saved(mine: Any, text: str, words: str) -> None:
    from leftshift.workspace.programme import queries

    liam, before = signed_in("liam"), queries.texts_of(mine)["programme.toml"]
    answer = liam.client.post(at(mine, "records/heading/"), {"before": before, "text": text})
    refused(mine, 0, answer, words)
    page = answer.content.decode()
    kept = re.search(r'<textarea[^>]*id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert kept is not None
    assert kept.group(1).replace("&#34;", '"').lstrip("\n") == text  # to be mended, not to be written again


def test_a_heading_that_can_be_read_is_saved(mine: Any) -> None:
    from leftshift.workspace.programme import queries

    before = queries.texts_of(mine)["programme.toml"]
    after = before + 'nation = "wales"\nscale = "high_medium_low"\n'
    answer = signed_in("liam").client.post(at(mine, "records/heading/"), {"before": before, "text": after})
    assert answer.status_code == 302
    assert queries.seen(mine).content.nation == "wales"  # type: ignore[union-attr]
