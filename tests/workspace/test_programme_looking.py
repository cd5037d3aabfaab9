"""A programme looked at from another day: the day goes from room to room, is said, and is refused in words where it is none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import AT, example

pytestmark = pytest.mark.usefixtures("examples")
DAY = "?as_of=2016-10-01"


@pytest.fixture
def held(database: object) -> Any:
    return example()


ROOMS = [
    "", "slips/", "timeline/", "calendar/", "actions/", "risks/", "benefits/", "gates/", "choices/", "engagement/", "alignment/",
    "equality/", "digest/", "boards/", "records/", "history/", "projects/bed_moves/", "timeline/bed_moves/", "choices/hub_sites/",
]  # fmt: skip


@pytest.mark.parametrize("room", ROOMS)
def test_the_day_goes_to_every_other_room(held: Any, room: str) -> None:
    text = signed_in("dora").get(AT + room + DAY)
    rooms = re.search(r'<ul class="app-rooms">(.*?)</ul>', text, re.DOTALL)
    assert rooms is not None
    addresses = re.findall(r'href="([^"]+)"', rooms.group(1))
    assert len(addresses) == 12
    assert all(address.endswith(f"/{DAY}") for address in addresses)
    assert 'id="looked-from"' in text


@pytest.mark.parametrize(
    ("room", "below"),
    [("", "projects/bed_moves/"), ("timeline/", "timeline/bed_moves/"), ("gates/", "gates/beds_four_tests/"), ("choices/", "choices/hub_sites/"), ("timeline/", "calendar/"), ("engagement/", "equality/"), ("projects/bed_moves/", "timeline/bed_moves/"), ("", "records/overrides/"), ("", "digest/")],
)  # fmt: skip
def test_the_day_goes_with_the_links_of_a_room(held: Any, room: str, below: str) -> None:
    text = signed_in("dora").get(AT + room + DAY)
    assert f'href="{AT}{below}{DAY}"' in text
    assert f'href="{AT}{below}"' not in text


def test_a_banner_says_the_day_and_leads_back(held: Any) -> None:
    pages = signed_in("vera")
    for room in ("", "slips/", "projects/bed_moves/", "digest/"):
        text = pages.get(f"{AT}{room}{DAY}")
        assert "As on 1 October 2016." in text
        assert '<a href="?">Back to 12 June 2015, the day of this programme</a>' in text
    assert 'id="looked-from"' not in pages.get(AT)


@pytest.mark.parametrize("room", ["records/", "history/", "boards/", "choices/"])
def test_a_room_that_knows_no_days_does_not_claim_to_be_of_one(held: Any, room: str) -> None:
    text = signed_in("bo").get(f"{AT}{room}{DAY}")
    assert "This page shows what is recorded by now; other rooms look from 1 October 2016." in text
    assert "As on 1 October 2016" not in text


def test_a_programme_of_today_leads_back_to_today() -> None:
    from datetime import date

    from leftshift.workspace.programme.presenters.looking import Looked, banner_of

    found = banner_of(Looked(date(2016, 10, 1)), None, looks=True)
    assert found is not None
    assert found.back == "Back to today"


@pytest.mark.parametrize(
    ("asked", "words"),
    [("x", "“x” is no day"), ("2016-02-30", "“2016-02-30” is no day"), ("9999-12-31", "9999-12-31 is out of the range of days, which are of the years 1900 to 2200"), ("0001-01-01", "out of the range"), ("<b>", "“&lt;b&gt;” is no day")],
)  # fmt: skip
def test_a_day_that_is_none_is_answered_in_words(held: Any, asked: str, words: str) -> None:
    pages = signed_in("vera")
    for room in ("", "slips/", "timeline/", "calendar/", "projects/bed_moves/", "digest/"):
        text = pages.get(f"{AT}{room}?as_of={asked}", 400)
        assert words in text
        assert "The page shows the programme as usual." in text
        assert "as_of=" not in re.sub(r"as_of=2015-06-12", "", text)  # a wrong day is not carried on
    assert pages.client.get(f"{AT}parts/slips/slips.csv?as_of={asked}").status_code == 404


@pytest.mark.parametrize("asked", ["1900-01-01", "2200-12-31"])
def test_the_first_and_the_last_day_can_be_looked_from(held: Any, asked: str) -> None:
    pages = signed_in("vera").client
    for room in ("", "slips/", "timeline/", "calendar/", "digest/", "projects/bed_moves/"):
        assert pages.get(f"{AT}{room}?as_of={asked}").status_code == 200


def test_a_day_may_be_written_as_people_write_it(held: Any) -> None:
    text = signed_in("vera").get(f"{AT}?as_of=01/10/2016")
    assert "As on 1 October 2016." in text
    assert f'href="{AT}slips/{DAY}"' in text
