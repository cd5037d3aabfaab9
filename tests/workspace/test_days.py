"""Days as people write them: what is understood, what stays as it was written, and that forms and grids of every kind show it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.workspace.shared.days import day_understood
from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import own


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01/10/2016", "2016-10-01"),
        ("1/10/2016", "2016-10-01"),
        ("13/2/2016", "2016-02-13"),
        ("29/02/2016", "2016-02-29"),
        ("01.10.2016", "2016-10-01"),
        ("01-10-2016", "2016-10-01"),
        (" 1 Oct 2016 ", "2016-10-01"),
        ("1 October 2016", "2016-10-01"),
        ("1st October 2016", "2016-10-01"),
        ("01-Oct-2016", "2016-10-01"),
        ("3 sept 2016", "2016-09-03"),
        ("2 MAY 2016", "2016-05-02"),
    ],
)
def test_a_day_as_it_is_written_in_english_is_understood(text: str, day: str) -> None:
    assert day_understood(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "2016-10-01", "31/02/2025", "29/02/2015", "10/13/2016", "0/1/2016", "1/10/16", "1 Oct 16", "1 Octember 2016", "Oct 2016",
        "01/10-2016", "2016/10/01", "1/10/0000", "1/1/20166", "about 1 Oct 2016", "١/١٠/٢٠١٦", "30 Feb 2016",
    ],
)  # fmt: skip
def test_what_is_no_day_or_could_be_two_stays_as_it_was_written(text: str) -> None:
    assert day_understood(text) == text


@given(st.dates())
def test_every_day_is_understood_in_every_way_and_once(day: date) -> None:
    ways = [f"{day.day}/{day.month}/{day.year:04}", f"{day.day:02}.{day.month:02}.{day.year:04}", str(day)]
    assert {day_understood(way) for way in ways} == {str(day)}


@pytest.fixture
def mine(examples: None, tmp_path: Path) -> Any:
    return own(tmp_path, f"d-{uuid4().hex[:12]}")


def milestone(held: Any, name: str) -> dict[str, str]:
    from leftshift.workspace.programme import queries

    held.refresh_from_db()
    sheet = queries.sheet_now(held, "milestones.csv")
    return next(
        {"key": row.key, **sheet.facts(row)} for _, row in sheet.numbered() if (row.cells or ("",))[0] == name
    )


def test_a_form_understands_a_day_and_says_how(mine: Any) -> None:
    liam, at = signed_in("liam"), f"/places/{mine.place.code}/programme/records/milestones/"
    key = milestone(mine, "crisis_open")["key"]
    answer = liam.client.post(f"{at}rows/{key}/", {"field.due": "1 Oct 2016", "do": "back"})
    assert answer.status_code == 302
    assert "“1 Oct 2016” was understood as 1 October 2016." in liam.get(at)
    assert milestone(mine, "crisis_open")["due"] == "2016-10-01"
    refused = liam.client.post(f"{at}rows/{key}/", {"field.due": "31/02/2016", "do": "back"})
    assert refused.status_code == 400
    filled = {"column": "due", "value": "02/10/2016", "rows": [key], "seen": "1"}
    assert liam.client.post(f"{at}fill/", filled).status_code == 302
    assert milestone(mine, "crisis_open")["due"] == "2016-10-02"


def test_a_grid_understands_what_is_pasted_and_tells_its_script(mine: Any) -> None:
    liam, at = signed_in("liam"), f"/places/{mine.place.code}/programme/records/milestones/grid/"
    row = milestone(mine, "crisis_open")
    change = {
        "do": "set",
        "row": row["key"],
        "column": "due",
        "before": row.get("due", ""),
        "after": "01/10/2016",
    }
    text = {**change, "column": "name", "before": row["name"], "after": "01/10/2016"}
    sent = json.dumps({"seen": 0, "key": "one", "changes": [change, text]})
    told = liam.client.post(f"{at}save", sent, content_type="application/json").json()
    assert told["understood"] == [
        {"row": row["key"], "column": "due", "was": "01/10/2016", "now": "2016-10-01"}
    ]
    assert told["words"] == "“01/10/2016” was understood as 1 October 2016."
    now = milestone(mine, "crisis_open")
    assert (now["due"], now["name"]) == ("2016-10-01", "01/10/2016")
    # what is checked while it is typed is what would be saved
    again = {**change, "before": "2016-10-01", "after": "2/10/2016"}
    checked = liam.client.post(
        f"{at}check", json.dumps({"changes": [again]}), content_type="application/json"
    )
    assert not [fault for fault in checked.json()["faults"] if fault["column"] == "due"]
    # and without script
    page = liam.client.post(at, {"seen": "1", f"cell.{row['key']}.due": "3 October 2016"})
    assert "“3 October 2016” was understood as 3 October 2016." in page.content.decode()
    assert milestone(mine, "crisis_open")["due"] == "2016-10-03"
