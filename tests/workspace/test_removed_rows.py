"""Rows that somebody removes: it is asked before, and who edits the row meanwhile loses nothing; in funds and programmes alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.fund_making import make_fund
from tests.workspace.programme_making import own, person_of
from tests.workspace.test_fund_sceptic import at as fund_at
from tests.workspace.test_fund_sceptic import form_of

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture
def mine(database: object, tmp_path: Path) -> Any:
    return own(tmp_path, f"r-{uuid4().hex[:12]}")


def form(text: str) -> dict[str, str]:
    """A form as a browser sends it."""
    inputs = dict(re.findall(r'name="(field\.\w+)" value="([^"]*)"', text))
    chosen = dict(
        re.findall(r'<select[^>]*name="(field\.\w+)".*?<option value="([^"]*)" selected', text, re.DOTALL)
    )
    return {**form_of(text), **inputs, **chosen}


def first_row(page: str) -> str:
    found = re.search(r"/rows/(r\w+)/", page)
    assert found is not None
    return found.group(1)


def test_a_programmes_row_that_was_removed_meanwhile_can_be_added_again(mine: Any) -> None:
    at = f"/places/{mine.place.code}/programme/records/themes/"
    liam, dora = signed_in("liam"), signed_in("dora")
    from leftshift.place.sheets import AddRow
    from leftshift.workspace.programme.actions import editing

    editing.save(
        mine, "themes.csv", [AddRow("nlast", "", {"theme": "last_theme", "name": "A theme", "source": "A test", "basis": "assumed"})], by=person_of("dora"),
    )  # fmt: skip
    row = f"{at}rows/nlast/"
    known = form(liam.get(row))
    assert dora.client.post(row, {**form(dora.get(row)), "do": "remove"}).status_code == 302
    answer = liam.client.post(row, {**known, "field.name": "A theme of many words", "do": "back"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "somebody else has removed this row meanwhile" in text
    assert 'value="A theme of many words"' in text
    assert f'action="{at}rows/new/"' in text
    # when it is sent as the page offers
    again = liam.client.post(f"{at}rows/new/", form(text))
    assert again.status_code == 302
    assert "A theme of many words" in liam.get(at)
    # and who wanted to remove it too is told that it is gone
    assert dora.client.post(row, {"do": "remove"}).status_code == 302
    assert "somebody else had removed this row already" in dora.get(at)
    assert dora.client.get(row).status_code == 404


def test_a_funds_row_that_was_removed_meanwhile_can_be_added_again(database: object) -> None:
    fund = make_fund("removed-rows")
    mina = signed_in("mina")
    sheet = fund_at(fund, "plan/spend/")
    row = f"{sheet}rows/{first_row(mina.get(sheet))}/"
    known = form(mina.get(row))
    assert mina.client.post(row, {**known, "do": "remove"}).status_code == 302
    answer = mina.client.post(row, {**known, "do": "back"})
    assert answer.status_code == 409
    assert f'action="{sheet}rows/new/"' in answer.content.decode()


def test_removing_a_row_is_asked_before_without_script(mine: Any) -> None:
    at = f"/places/{mine.place.code}/programme/records/milestones/"
    dora = signed_in("dora")
    text = dora.get(f"{at}rows/{first_row(dora.get(at))}/")
    asked = re.search(r"<details(?:(?!</details>).)*Remove this row.*?</details>", text, re.DOTALL)
    assert asked is not None
    assert 'value="remove"' in asked.group()
    assert text.count('value="remove"') == 1
