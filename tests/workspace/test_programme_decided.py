"""What a project lead does not decide on their own project: changes that were asked for, and gates. Every way in holds it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.conftest import EXAMPLES, signed_in
from tests.workspace.programme_making import own, person_of, texts
from tests.workspace.test_taking_in import send, workbook

pytestmark = pytest.mark.usefixtures("examples")
WHO = "a programme director or a board officer"
OPEN, APPROVED = "front_door_two_stage", "crisis_three_months"


@pytest.fixture(scope="module")
def held(database: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One programme for the tests of this file: what is refused changes nothing."""
    return own(tmp_path_factory.mktemp("decided"), f"d-{uuid4().hex[:12]}")


def at(held: Any, rest: str) -> str:
    return f"/places/{held.place.code}/programme/{rest}"


def rows(held: Any, table: str) -> dict[str, dict[str, str]]:
    """Short name of each row to its cells, with its key."""
    from leftshift.workspace.programme import queries

    held.refresh_from_db()
    sheet = queries.sheet_now(held, f"{table}.csv")
    return {row.cells[0]: {**sheet.facts(row), "key": row.key} for _, row in sheet.numbered() if row.cells}


def change(held: Any, name: str) -> dict[str, str]:
    return rows(held, "changes")[name]


def sent(who: str, held: Any, *changes: dict[str, Any], table: str = "changes") -> Any:
    """What the script of a grid sends."""
    body = json.dumps({"changes": list(changes), "seen": held.edits, "key": uuid4().hex})
    return signed_in(who).client.post(at(held, f"records/{table}/grid/save"), body, content_type="application/json")  # fmt: skip


def approval(held: Any) -> dict[str, str]:
    return {"do": "set", "row": change(held, OPEN)["key"], "column": "outcome", "before": "open", "after": "approved"}  # fmt: skip


# ---------------------------------------------------------------------- changes
def test_a_lead_does_not_approve_a_change_by_its_form(held: Any) -> None:
    row = f"records/changes/rows/{change(held, OPEN)['key']}/"
    asked = {"field.outcome": "approved", "before.outcome": "open", "field.decided_by": "Project lead", "do": "save"}  # fmt: skip
    answer = signed_in("liam").client.post(at(held, row), asked)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert f"only {WHO} may approve or refuse a change" in text
    assert "Project lead" in text, "what was typed is not lost"
    assert change(held, OPEN)["outcome"] == "open"


def test_a_lead_does_not_approve_a_change_in_a_grid(held: Any) -> None:
    answer = sent("liam", held, approval(held))
    assert answer.status_code == 400
    assert WHO in answer.json()["problem"]
    key = change(held, OPEN)["key"]
    plain = signed_in("liam").client.post(
        at(held, "records/changes/grid/"), {"seen": held.edits, f"cell.{key}.outcome": "refused"}
    )
    assert plain.status_code == 400
    assert WHO in plain.content.decode()
    assert change(held, OPEN)["outcome"] == "open"


def test_a_lead_does_not_approve_changes_by_filling_in(held: Any) -> None:
    asked = {"column": "outcome", "value": "approved", "rows": change(held, OPEN)["key"], "seen": held.edits}
    answer = signed_in("liam").client.post(at(held, "records/changes/fill/"), asked)
    assert WHO in answer.content.decode()
    assert change(held, OPEN)["outcome"] == "open"


def test_a_lead_neither_alters_nor_removes_what_was_decided(held: Any) -> None:
    row = change(held, APPROVED)
    later = {"do": "set", "row": row["key"], "column": "new_due", "before": "2015-07-01", "after": "2016-07-01"}  # fmt: skip
    gone = {"do": "remove", "row": row["key"], "cells": {k: v for k, v in row.items() if k != "key"}}
    for each in (later, gone):
        assert WHO in sent("liam", held, each).json()["problem"]
    assert change(held, APPROVED)["new_due"] == "2015-07-01"


def test_a_lead_does_not_take_in_an_approval(held: Any) -> None:
    book = workbook("liam", held, Changes=("open", "approved"))
    answer = send("liam", held, "programme.xlsx", book)
    assert answer.status_code == 400
    assert WHO in answer.content.decode()
    assert change(held, OPEN)["outcome"] == "open"


def test_the_history_gives_no_lead_what_they_may_not_do(held: Any) -> None:
    """The director approves and takes it back; by the history the lead cannot have the approval again."""
    assert sent("dora", held, approval(held)).status_code == 200
    held.refresh_from_db()
    approved = held.edits
    liam, dora = signed_in("liam"), signed_in("dora")
    answer = liam.client.post(at(held, "history/"), {"number": approved})
    assert answer.status_code == 409
    assert WHO in answer.content.decode()
    assert change(held, OPEN)["outcome"] == "approved"
    dora.client.post(at(held, "history/"), {"number": approved})
    assert change(held, OPEN)["outcome"] == "open"
    held.refresh_from_db()
    assert WHO in liam.client.post(at(held, "history/"), {"number": held.edits}).content.decode()


def test_a_lead_asks_for_a_change_and_withdraws_it(held: Any) -> None:
    cells = {"change": "later", "project": "bed_moves", "what": "Later", "why": "Snow", "asked_by": "Project lead", "asked_on": "2015-06-01", "source": "A test", "basis": "assumed"}  # fmt: skip
    assert sent("liam", held, {"do": "add", "row": "nlater", "below": "", "cells": cells}).status_code == 200
    held.refresh_from_db()
    drawn = {"do": "set", "row": "nlater", "column": "outcome", "before": "", "after": "withdrawn"}
    assert sent("liam", held, drawn).status_code == 200
    assert change(held, "later")["outcome"] == "withdrawn"


# ---------------------------------------------------------------------- gates
@pytest.mark.parametrize("table", ["gates", "gate_questions", "gate_options"])
def test_a_lead_neither_sets_nor_removes_gates(held: Any, table: str) -> None:
    liam = signed_in("liam")
    assert liam.client.get(at(held, f"records/{table}/")).status_code == 200
    for rest in ("rows/new/", "fill/", "grid/"):
        answer = liam.client.get(at(held, f"records/{table}/{rest}"))
        assert answer.status_code == 403
        assert "Only programme director or board officer may" in answer.content.decode()
    assert sent("liam", held, table=table).status_code == 403
    assert signed_in("bo").client.get(at(held, f"records/{table}/grid/")).status_code == 200


def test_a_lead_brings_evidence_for_a_gate(held: Any) -> None:
    assert signed_in("liam").client.get(at(held, "records/gate_evidence/rows/new/")).status_code == 200


def test_a_lead_does_not_take_in_a_looser_gate(held: Any) -> None:
    book = workbook("liam", held, Gates=("start_and_spend", "spend"))
    answer = send("liam", held, "programme.xlsx", book)
    assert answer.status_code == 400
    assert "Gates: whoever serves the boards keeps it" in answer.content.decode()


def test_a_gate_that_was_added_is_not_taken_back_by_a_lead(held: Any) -> None:
    row = rows(held, "gates")["beds_four_tests"]
    harder = {"do": "set", "row": row["key"], "column": "name", "before": row["name"], "after": "Four tests"}
    assert sent("dora", held, harder, table="gates").status_code == 200
    held.refresh_from_db()
    assert signed_in("liam").client.post(at(held, "history/"), {"number": held.edits}).status_code == 403
    assert rows(held, "gates")["beds_four_tests"]["name"] == "Four tests"


# ---------------------------------------------------------------------- a folder
def begun(held_place: Any, who: str, files: dict[str, str]) -> Any:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    file = io.BytesIO(out.getvalue())
    file.name = "programme.zip"
    return signed_in(who).client.post(f"/places/{held_place.code}/programme/begin/", {"files": file})


@pytest.fixture
def bare(database: object, tmp_path: Path) -> Any:
    """A place without a programme."""
    import shutil

    from leftshift.workspace.plan.actions.storing import import_place
    from leftshift.workspace.plan.models import StoredPlace

    code = f"bare-{uuid4().hex[:12]}"
    folder = Path(shutil.copytree(EXAMPLES / "llr-2014", tmp_path / code, ignore=shutil.ignore_patterns("programme")))  # fmt: skip
    heading = folder / "place.toml"
    heading.write_text(heading.read_text("utf-8").replace('"llr-2014"', f'"{code}"'), "utf-8")
    import_place(folder, by="a test")
    return StoredPlace.objects.get(code=code)


def test_a_lead_brings_a_folder_in_without_gates_and_decisions_only(bare: Any) -> None:
    folder = texts()
    folder["programme.toml"] = folder["programme.toml"].replace("llr-2014", bare.code)
    answer = begun(bare, "liam", folder)
    assert answer.status_code == 400
    assert f"only {WHO} may bring in gates and what was decided" in answer.content.decode()
    work = {name: text for name, text in folder.items() if not name.startswith(("gate", "decisions"))}
    answer = begun(bare, "liam", work)
    assert answer.status_code == 400
    assert f"only {WHO} may approve or refuse a change" in answer.content.decode()
    del work["changes.csv"]
    assert begun(bare, "liam", work).status_code == 302


def test_a_programme_that_comes_with_a_place_brings_no_decisions_of_an_analyst(bare: Any) -> None:
    from leftshift.workspace.programme.actions.storing import bring_programme

    folder = texts()
    folder["programme.toml"] = folder["programme.toml"].replace("llr-2014", bare.code)
    files = {name: text.encode() for name, text in folder.items()}
    assert WHO in bring_programme(bare.code, files, person_of("asha"))
    assert "was taken in with it" in bring_programme(bare.code, files, person_of("dora"))


# ---------------------------------------------------------------------- past a gate
PAST = "past the gate Consultation on one site, which is not passed"


def reached(held: Any, name: str) -> dict[str, Any]:
    row = rows(held, "milestones")[name]
    return {"do": "set", "row": row["key"], "column": "done", "before": "", "after": "2015-06-10"}


def test_nothing_is_reached_past_a_gate_in_a_grid_by_filling_in_or_by_a_workbook(held: Any) -> None:
    """The form is held to it in the tests of the pages. What the gate does not stop goes on."""
    from leftshift.workspace.programme import queries

    liam, edits = signed_in("liam").client, held.edits
    answer = sent("liam", held, reached(held, "site_built"), table="milestones")
    assert answer.status_code == 400
    assert PAST in answer.json()["problem"]
    key = rows(held, "milestones")["site_built"]["key"]
    filled = {"column": "done", "value": "2015-06-10", "rows": [key], "seen": str(edits)}
    assert PAST in liam.post(at(held, "records/milestones/fill/"), filled).content.decode()
    table = list(csv.DictReader(io.StringIO(queries.texts_of(held)["milestones.csv"])))
    out = io.StringIO()
    writing = csv.DictWriter(out, table[0])
    writing.writeheader()
    writing.writerows(
        {**row, "done": "2015-06-10"} if row["milestone"] == "site_built" else row for row in table
    )
    assert PAST in send("liam", held, "milestones.csv", out.getvalue().encode()).content.decode()
    held.refresh_from_db()
    assert held.edits == edits
    assert sent("liam", held, reached(held, "site_options"), table="milestones").status_code == 200


def test_a_lead_does_not_unbind_a_gated_project_from_its_money(held: Any) -> None:
    """Nothing but the scheme that a project names stops money at its gate."""
    gated = next(row["project"] for row in rows(held, "gates").values())
    free = next(
        name
        for name in rows(held, "projects")
        if name not in {row["project"] for row in rows(held, "gates").values()}
    )
    for name in (gated, free):
        key = rows(held, "projects")[name]["key"]
        bound = {"do": "set", "row": key, "column": "scheme", "before": "", "after": "fund/one"}
        assert sent("liam", held, bound, table="projects").status_code == 200
        away = {**bound, "before": "fund/one", "after": ""}
        answer = sent("liam", held, away, table="projects")
        if name == free:
            assert answer.status_code == 200
            continue
        assert answer.status_code == 400
        assert (
            f"has a gate, and only {WHO} may change which scheme of a fund it stops"
            in answer.json()["problem"]
        )
        assert sent("dora", held, away, table="projects").status_code == 200
