"""Highlight reports: of which month one may be written, what it must say, and two who write at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import AT, example, own

pytestmark = pytest.mark.usefixtures("examples")
REPORT = "projects/bed_moves/report/"
WORDS = {
    "achieved": "The senate has answered.",
    "next": "Choose the ward.",
    "confidence": "amber",
    "author": "Project lead",
}


@pytest.fixture
def held(database: object) -> Any:
    return example()


@pytest.fixture
def mine(database: object, tmp_path: Path) -> Any:
    return own(tmp_path, f"h-{uuid4().hex[:12]}")


def address(held: Any, month: str) -> str:
    return f"/places/{held.place.code}/programme/{REPORT}?month={month}"


@pytest.mark.parametrize("month", ["2015-07", "2026-12", "2030-01", "2199-12"])
def test_a_month_that_has_not_begun_on_the_day_of_the_programme_has_no_page(held: Any, month: str) -> None:
    """The example is looked at from 12 June 2015, whatever the clock says."""
    liam = signed_in("liam").client
    assert liam.get(f"{AT}{REPORT}?month={month}").status_code == 404
    assert liam.post(f"{AT}{REPORT}?month={month}", {**WORDS, "do": "file"}).status_code == 404
    assert liam.get(f"{AT}{REPORT.rstrip('/')}/{month}/0.svg").status_code == 404
    assert not held.reports.filter(period=month).exists()


def test_the_month_after_is_not_offered_before_it_begins(held: Any) -> None:
    liam = signed_in("liam")
    assert "?month=2015-07" not in liam.get(f"{AT}{REPORT}")
    assert "?month=2015-06" in liam.get(f"{AT}{REPORT}?month=2015-05")


def test_a_month_that_is_not_over_is_filed_as_of_the_day_of_the_programme(mine: Any) -> None:
    liam = signed_in("liam").client
    answer = liam.post(address(mine, "2015-06"), {**WORDS, "do": "file"})
    assert answer.status_code == 302
    document = mine.reports.get(period="2015-06").document
    assert (document["as_of"], document["made_on"]) == ("2015-06-12", "2015-06-12")
    liam.post(address(mine, "2015-03"), {**WORDS, "do": "file"})
    assert mine.reports.get(period="2015-03").document["as_of"] == "2015-03-31"


@pytest.mark.parametrize(
    ("left_out", "said", "field"),
    [
        (("author",), "Say who writes it: a role.", "author"),
        (("achieved", "next"), "Write what was achieved, or what comes next.", "achieved"),
        (("confidence",), "Say how sure you are that it will be delivered.", "confidence"),
        (("achieved", "next", "confidence"), "Write what was achieved, or what comes next.", "achieved"),
    ],
)
def test_a_report_that_says_nothing_is_not_filed(
    mine: Any, left_out: tuple[str, ...], said: str, field: str
) -> None:
    words = {name: "" if name in left_out else text for name, text in WORDS.items()}
    answer = signed_in("liam").client.post(address(mine, "2015-06"), {**words, "do": "file"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(f'<a href="#write-{field}">\\s*{said}', text)
    assert f'id="write-{field}-error"' in text
    assert not mine.reports.exists()


def test_after_a_clash_what_the_other_wrote_stands_beside_ones_own(mine: Any) -> None:
    liam, dora = signed_in("liam").client, signed_in("dora").client
    here = address(mine, "2015-06")
    assert liam.post(here, {**WORDS, "do": "save"}).status_code == 302
    clash = dora.post(here, {**WORDS, "achieved": "Two wards were counted.", "do": "save"})
    text = clash.content.decode()
    assert clash.status_code == 409
    assert "Somebody else wrote meanwhile" in text
    assert "The senate has answered.</p>" in text
    assert "Two wards were counted.</textarea>" in text
    # the next save knows what now stands there
    before = {f"before.{name}": text for name, text in WORDS.items()}
    both = {**WORDS, **before, "achieved": "The senate has answered. Two wards were counted.", "do": "save"}
    assert dora.post(here, both).status_code == 302
