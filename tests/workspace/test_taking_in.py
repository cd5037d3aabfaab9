"""Spreadsheets that are taken into a programme: the workbook that is offered, what is left aside, and files of other kinds."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import AT, example, own

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture
def held(database: object) -> Any:
    return example()


@pytest.fixture
def mine(database: object, tmp_path: Path) -> Any:
    return own(tmp_path, f"t-{uuid4().hex[:12]}")


def send(who: str, held: Any, name: str, content: bytes) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return signed_in(who).client.post(f"/places/{held.place.code}/programme/take-in/", {"files": file}, follow=True)  # fmt: skip


def workbook(who: str, held: Any, **changed: tuple[str, str]) -> bytes:
    """The workbook as somebody gets it; ``changed`` maps a sheet to a text in it and what replaces it."""
    content = signed_in(who).client.get(f"/places/{held.place.code}/programme/programme.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet, (before, after) in changed.items():
        cells = [cell for line in book[sheet.replace("_", " ")].iter_rows() for cell in line]
        next(cell for cell in cells if cell.value == before).value = after
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("who", ["liam", "bo", "dora", "asha"])
def test_the_workbook_that_is_offered_is_taken_in_unchanged(held: Any, who: str) -> None:
    before = held.edits
    content = signed_in(who).client.get(f"{AT}programme.xlsx").content
    answer = send(who, held, "programme.xlsx", content)
    assert answer.status_code == 200
    assert "Nothing differs from what is kept." in answer.content.decode()
    held.refresh_from_db()
    assert held.edits == before


def test_a_lead_changes_a_milestone_in_the_workbook(mine: Any) -> None:
    sent = workbook("liam", mine, Milestones=("First ward moved", "The first ward moved"))
    text = send("liam", mine, "programme.xlsx", sent).content.decode()
    assert "1 table was changed; History takes each back." in text
    assert "Left aside" not in text
    mine.refresh_from_db()
    assert mine.edits == 1


def test_what_somebody_may_not_change_is_left_aside_and_named(mine: Any) -> None:
    changed = {
        "Milestones": ("First ward moved", "The first ward moved"),
        "Bodies": ("Programme board", "Our board"),
    }
    text = send("liam", mine, "programme.xlsx", workbook("liam", mine, **changed)).content.decode()
    assert "1 table was changed" in text
    assert "Left aside: Bodies: whoever serves the boards keeps it." in text
    # and where nothing else differs, it is refused
    only = workbook("liam", mine, Bodies=("Programme board", "Our board"))
    answer = send("liam", mine, "programme.xlsx", only)
    assert answer.status_code == 400
    assert "Nothing was taken in. Bodies: whoever serves the boards keeps it." in answer.content.decode()


def test_decisions_are_left_aside_where_they_differ(mine: Any) -> None:
    book = workbook("dora", mine)
    held = openpyxl.load_workbook(io.BytesIO(book))
    held["Decisions"].delete_rows(2)
    out = io.BytesIO()
    held.save(out)
    answer = send("dora", mine, "programme.xlsx", out.getvalue())
    assert answer.status_code == 400
    assert "Decisions: decisions are recorded one by one, where they are taken." in answer.content.decode()
    mine.refresh_from_db()
    assert mine.edits == 0


@pytest.mark.parametrize("name", ["holiday.pdf", "photo.jpg", "notes", "page.html"])
def test_a_file_of_another_kind_is_refused_by_its_name(held: Any, name: str) -> None:
    answer = send("dora", held, name, b"\x89PNG nothing of ours")
    text = answer.content.decode()
    assert answer.status_code == 400
    assert name in text
    assert "a file that ends in .xlsx, .csv, .toml or .zip" in text
    assert "Nothing differs" not in text


def test_a_fund_and_a_new_programme_refuse_files_of_another_kind() -> None:
    from leftshift.foundation.faults import FaultsFound
    from leftshift.workspace.fund.actions.taking import texts_of_upload

    with pytest.raises(FaultsFound, match=r"photo\.jpg"):
        texts_of_upload([("photo.jpg", b"\xff\xd8")])
