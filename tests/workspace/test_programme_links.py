"""Tables of a programme lead to what they speak of, and minutes are said by board and day."""

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


def links(text: str, table: str) -> dict[str, str]:
    """What the texts of a table lead to."""
    found = re.search(rf'<table[^>]*id="{table}".*?</table>', text, re.DOTALL)
    assert found is not None, table
    return {words: address for address, words in re.findall(r'<a class="" href="([^"]+)">([^<]+)</a>', found[0])}  # fmt: skip


def test_the_overview_leads_to_projects_and_their_next_milestones(held: Any) -> None:
    found = links(signed_in("vera").get(AT), "projects")
    assert found["Beds moved from hospital to home"] == f"{AT}projects/bed_moves/"
    assert any(address.startswith(f"{AT}timeline/bed_moves/#milestone-beds_") for address in found.values())


def test_slips_lead_to_milestones_and_projects_on_the_day_that_is_looked_at(held: Any) -> None:
    found = links(signed_in("vera").get(f"{AT}slips/{DAY}"), "slips")
    assert found["Beds moved from hospital to home"] == f"{AT}projects/bed_moves/{DAY}"
    assert f"{AT}timeline/bed_moves/{DAY}#milestone-beds_first_ward" in found.values()


def test_what_is_overdue_or_needs_a_decision_leads_to_its_row(held: Any) -> None:
    text = signed_in("vera").get(AT + DAY)
    rooms = {address.partition("#")[0] for address in links(text, "overdue").values()}
    assert {f"{AT}actions/{DAY}", f"{AT}risks/{DAY}", f"{AT}timeline/bed_moves/{DAY}", f"{AT}gates/beds_four_tests/{DAY}"} <= rooms  # fmt: skip
    assert f"{AT}gates/beds_four_tests/{DAY}" in links(text, "decisions_needed").values()


@pytest.mark.parametrize(("room", "table"), [("", "projects"), ("", "overdue"), ("", "decisions_needed"), ("slips/", "slips"), ("gates/", "gates"), ("actions/", "actions")])  # fmt: skip
@pytest.mark.parametrize("day", ["", DAY])
def test_each_link_leads_to_a_page_that_has_the_row(held: Any, room: str, table: str, day: str) -> None:
    pages = signed_in("vera")
    addresses = set(links(pages.get(AT + room + day), table).values())
    assert addresses
    for address in addresses:
        page, _, row = address.partition("#")
        assert not row or f'id="{row}"' in pages.get(page), address


def test_every_kind_of_row_that_is_overdue_leads_somewhere(held: Any) -> None:
    from leftshift.workspace.programme import queries
    from leftshift.workspace.programme.presenters.programme import leads_to

    content = queries.seen(held).content
    assert content is not None
    address = leads_to(held, content, "")
    assert address("log/x") == f"{AT}risks/#log-x"
    assert address("benefit/x") == f"{AT}benefits/#benefit-x"
    assert address("change/x") == f"{AT}actions/#change-x"
    assert address("contact/x") == f"{AT}alignment/"
    assert address("milestone/unknown") == ""
    assert address("meeting/pb_2015_04") == f"{AT}boards/pb_2015_04/"


@pytest.mark.parametrize("room", ["actions/", "gates/beds_four_tests/", "choices/", "choices/hub_sites/", "equality/", "engagement/", "projects/bed_moves/", ""])  # fmt: skip
def test_no_room_speaks_of_a_meeting_by_its_code(held: Any, room: str) -> None:
    text = re.sub(r'(href|src|id)="[^"]*"', "", signed_in("vera").get(AT + room))
    assert not re.search(r"\b(pb|upb|hwb)_20\d\d", text)


def test_an_action_says_where_it_was_agreed_and_leads_there(held: Any) -> None:
    found = links(signed_in("vera").get(f"{AT}actions/"), "actions")
    assert found["Programme board, 23 April 2015, 55(a)"] == f"{AT}boards/pb_2015_04/"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("pb_2015_04, 2(b)", ("pb_2015_04", "Programme board, 23 April 2015, 2(b)")),
        ("pb_2015_04/2/b", ("pb_2015_04", "Programme board, 23 April 2015, 2(b)")),
        ("pb_2015_04", ("pb_2015_04", "Programme board, 23 April 2015")),
        ("61(a)", ("", "61(a)")), ("pb_1999_01, 2", ("", "pb_1999_01, 2")), ("", ("", "")), ("Minute 4, second page", ("", "Minute 4, second page")),
    ],
)  # fmt: skip
def test_a_minute_is_said_by_its_board_and_day(held: Any, reference: str, said: tuple[str, str]) -> None:
    from leftshift.reports.programme.asking import minute_said
    from leftshift.workspace.programme import queries

    content = queries.seen(held).content
    assert content is not None
    assert minute_said(content.boards, reference) == said
