"""The workspace on a phone: words are not broken letter by letter, charts stay readable, and what is wide scrolls in a region of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.walking import Workspace, then_axe_finds_nothing

PROGRAMME = "/places/llr-2014/programme/"
PAGES = [
    PROGRAMME, f"{PROGRAMME}timeline/", f"{PROGRAMME}risks/", f"{PROGRAMME}engagement/", f"{PROGRAMME}boards/pb_2015_04/",
    f"{PROGRAMME}records/milestones/", "/places/llr-2014/overview/2018-19/", "/places/llr-2014/capacity/2018-19/", "/roles/",
]  # fmt: skip
NARROWEST = 70  # pixels of a cell that holds words: ten letters of a text of 16 pixels
CELLS = """() => [...document.querySelectorAll('.app-table :is(td, th)')]
    .filter(cell => cell.innerText.trim().length > 20)
    .map(cell => [cell.getBoundingClientRect().width, cell.innerText])"""


def phone(workspace: Workspace, name: str) -> Page:
    return workspace.visit(name, width=375)


@pytest.mark.parametrize("address", PAGES)
def test_tables_and_charts_can_be_read_on_a_phone(workspace: Workspace, address: str) -> None:
    page = phone(workspace, "dora")
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    narrow = [text for width, text in page.evaluate(CELLS) if width < NARROWEST]
    assert narrow == []
    for chart in page.locator(".app-chart").all():
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        assert box["width"] >= 600
    then_axe_finds_nothing(page)
    page.context.close()
    workspace.then_nothing_went_wrong(page)
