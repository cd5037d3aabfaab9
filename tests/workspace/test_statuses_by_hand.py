"""Statuses by hand: only those are offered that make sense, what is refused is said at its field, and all of it in words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import own, put_past_the_guard

pytestmark = pytest.mark.usefixtures("examples")
NEW = "records/overrides/rows/new/"


@pytest.fixture
def mine(database: object, tmp_path: Path) -> Any:
    return own(tmp_path, f"s-{uuid4().hex[:12]}")


def at(held: Any, rest: str = "") -> str:
    return f"/places/{held.place.code}/programme/{rest}"


def offered(text: str, field: str) -> dict[str, str]:
    """Value to words of what a field offers."""
    found = re.search(rf'<select[^>]*name="field\.{field}".*?</select>', text, re.DOTALL)
    assert found is not None
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', found[0]))


def one(held: Any, overdue: bool, computed: tuple[str, ...]) -> str:
    """A milestone that stands so."""
    from leftshift.workspace.programme import queries

    states = queries.seen(held).checked.standing.milestones
    return next(name for name, state in states.items() if state.overdue is overdue and state.computed in computed)  # fmt: skip


GIVEN = {
    "field.of": "milestone", "field.status": "amber", "field.reason": "The supplier has told us", "field.by": "Project lead",
    "field.given_on": "2015-06-01", "field.until": "2015-12-31", "field.source": "A test", "field.basis": "assumed", "once": "0" * 32,
}  # fmt: skip


def test_only_statuses_are_offered_that_make_sense_and_in_words(mine: Any) -> None:
    liam = signed_in("liam")
    everything = {"green": "On track", "amber": "At risk", "red": "Off track"}
    assert offered(liam.get(at(mine, NEW)), "status") == {"": "Not said", **everything}
    late, done = one(mine, True, ("red",)), one(mine, False, ("complete",))
    found = offered(liam.get(at(mine, f"{NEW}?of=milestone&named={late}")), "status")
    assert found == {"": "Not said", "amber": "At risk", "red": "Off track"}
    found = offered(liam.get(at(mine, f"{NEW}?of=milestone&named={done}")), "status")
    assert found == {"": "None: it is not open any more"}


def test_what_it_is_for_is_chosen_by_name(mine: Any) -> None:
    liam = signed_in("liam")
    every = offered(liam.get(at(mine, NEW)), "named")
    assert every["bed_moves"] == "Project: Beds moved from hospital to home"
    assert every["beds_first_ward"] == "Milestone: First ward moved"
    projects = offered(liam.get(at(mine, f"{NEW}?of=project&named=bed_moves")), "named")
    assert projects["bed_moves"] == "Beds moved from hospital to home"
    assert "beds_first_ward" not in projects
    assert f'href="{at(mine, NEW)}?of=project&amp;named=bed_moves"' in liam.get(
        at(mine, "projects/bed_moves/")
    )
    assert NEW not in signed_in("vera").get(at(mine, "projects/bed_moves/"))


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"field.reason": ""}, "reason", "Expected"),
        ({"field.status": "overdue"}, "status", "Expected one of green, amber, red"),
        ({"field.status": "green"}, "status", "what is overdue cannot be on track"),
        ({"field.named": "nowhere"}, "named", "Expected a milestone of milestones.csv"),
        ({"field.named": "done"}, "status", "Expected what the dates say: complete (reached on"),
        ({"field.until": ""}, "until", "Expected"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said_at_its_field(mine: Any, changed: dict[str, str], field: str, words: str) -> None:  # fmt: skip
    named = {"field.named": one(mine, True, ("red",))}
    if changed.get("field.named") == "done":
        changed = {"field.named": one(mine, False, ("complete",))}
    answer = signed_in("liam").client.post(at(mine, NEW), {**GIVEN, **named, **changed})
    assert answer.status_code == 400
    text = answer.content.decode()
    said = re.search(rf'id="error-{field}">(.*?)</span>\s*(?:<|$)', text, re.DOTALL)
    assert said is not None
    assert words in said[0]
    assert "Nothing was saved." in text
    mine.refresh_from_db()
    assert mine.edits == 0


def test_a_status_by_hand_that_counts_is_saved_and_listed_in_words(mine: Any) -> None:
    liam = signed_in("liam")
    named = {"field.named": one(mine, True, ("red",))}
    assert liam.client.post(at(mine, NEW), GIVEN | named).status_code == 302
    text = liam.get(at(mine, "records/overrides/"))
    assert "At risk" in text
    assert not re.search(r">\s*(green|amber|red)\s*<", text, re.IGNORECASE)


def test_a_status_that_came_to_count_no_more_says_so_and_can_be_removed(mine: Any) -> None:
    from leftshift.place.sheets import AddRow

    cells = {name.removeprefix("field."): text for name, text in GIVEN.items() if name != "once"}
    late = one(mine, True, ("red",))
    put_past_the_guard(mine, "overrides.csv", [AddRow("n1", "", {**cells, "named": late, "status": "green"})])  # fmt: skip
    liam = signed_in("liam")
    text = liam.get(at(mine, "records/overrides/rows/n1/"))
    assert offered(text, "status")["green"] == "On track (does not count)"
    assert "Choose another, or remove it: what is overdue cannot be on track" in text
    assert "what the dates say: off track" in text
    assert liam.client.post(at(mine, "records/overrides/rows/n1/"), {"do": "remove"}).status_code == 302
