"""A board member looks at the plan in a browser, with the keyboard, on a phone; axe finds nothing on any page."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import IMAGES, Workspace, then_axe_finds_nothing

ROOMS = [
    "overview/2018-19",
    "drivers/2018-19",
    "organisations/2018-19",
    "interventions/2018-19",
    "impact/2018-19",
    "tie-out/2018-19",
    "scenarios/2018-19",
    "compare/2018-19",
    "sources/2018-19",
    "why/position/2018-19",
]


def then_the_chart_is_drawn(page: Page) -> None:
    width = page.locator("img.app-chart").evaluate("image => image.decode().then(() => image.naturalWidth)")
    assert width > 100


def test_a_board_member_asks_how_the_gap_is_closed(page: Page) -> None:
    # given the list of places
    page.goto("/")
    then_axe_finds_nothing(page)
    # when they open LLR
    page.get_by_role("link", name="Leicester, Leicestershire and Rutland").click()
    # then the headline, the bridge and its table are there
    expect(page.get_by_text("Doing nothing leaves a gap of £398.1m in 2018/19")).to_be_visible()
    then_the_chart_is_drawn(page)
    bridge = page.get_by_role("table", name="Bridge 2018/19, £000")
    expect(bridge.get_by_role("row", name="Closing position (calibrated estimate) 1,880")).to_be_visible()
    # when they choose an earlier year
    page.get_by_role("navigation", name="Years").get_by_role("link", name="2015/16").click()
    expect(page.get_by_role("heading", name="Overview 2015/16")).to_be_visible()
    then_axe_finds_nothing(page)


def test_and_who_bears_it(page: Page) -> None:
    page.goto("/places/llr-2014/overview/2018-19/")
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Impact").click()
    then_the_chart_is_drawn(page)
    table = page.get_by_role("table", name="Impact of the plan 2018/19, £000")
    expect(table.get_by_role("row", name="Total").get_by_text("392,994")).to_be_visible()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Organisations").click()
    then_the_chart_is_drawn(page)
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="What ties").click()
    expect(page.get_by_text("Does not tie").first).to_be_visible()


@pytest.mark.parametrize("room", ROOMS)
def test_axe_finds_nothing_in_any_room(page: Page, room: str) -> None:
    page.goto(f"/places/llr-2014/{room}/")

    then_the_chart_is_drawn(page)
    then_axe_finds_nothing(page)


def test_axe_finds_nothing_in_the_description_of_the_api(page: Page) -> None:
    page.goto("/api/")

    expect(page.get_by_role("heading", name="The API")).to_be_visible()
    then_axe_finds_nothing(page)


def test_the_keyboard_reaches_content_and_tables(page: Page) -> None:
    page.goto("/places/llr-2014/impact/2018-19/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "maincontent"
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
            )
        )
    assert {"Overview", "2015/16", "Impact of the plan 2018/19, £000"} <= reached


@pytest.mark.parametrize("room", ROOMS)
def test_it_fits_a_phone(workspace: Workspace, room: str) -> None:
    page = workspace.visit("dora", width=375)
    page.goto(f"/places/llr-2014/{room}/")

    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.context.close()


def test_faults_of_a_folder_are_listed(page: Page) -> None:
    page.goto("/")

    page.get_by_role("link", name="The folder broken has 1 fault").click()
    expect(page.get_by_role("table", name="Faults of broken").get_by_text("'sixty'")).to_be_visible()
    then_axe_finds_nothing(page)


def test_a_board_member_asks_why_and_follows_it_to_its_source(page: Page) -> None:
    # given the positions of organisations
    page.goto("/places/llr-2014/organisations/2018-19/")
    table = page.get_by_role("table", name="With the plan, £000")
    # when they click the hospital trust's position of 2018/19
    table.get_by_role("row", name="University Hospitals of Leicester").get_by_role(
        "link", name="−45,530"
    ).click()
    # then the tree, its picture, and what matters most are there
    expect(
        page.get_by_role("heading", name="Why? Position with the plan, University Hospitals")
    ).to_be_visible()
    then_the_chart_is_drawn(page)
    most = page.get_by_role("table", name="What matters most, £000").get_by_role("row").nth(1)
    expect(most).to_contain_text("Pay inflation of University Hospitals of Leicester NHS Trust")
    # when they open a branch with the keyboard
    going_out = page.locator("summary", has_text="What goes out")
    going_out.focus()
    page.keyboard.press("Enter")
    expect(page.locator("summary", has_text="Running cost")).to_be_visible()
    then_axe_finds_nothing(page)
    # and follow the input that matters most
    most.get_by_role("link").click()
    expect(page.get_by_text("LLR five-year strategy, June 2014, appendix 6").first).to_be_visible()
    expect(
        page.get_by_role("link", name="Position with the plan, University Hospitals of Leicester NHS Trust")
    ).to_be_visible()
    then_axe_finds_nothing(page)


def test_and_what_if(page: Page) -> None:
    page.goto("/places/llr-2014/scenarios/2018-19/")
    page.get_by_role("link", name="Compare Slow delivery with the plan").click()
    expect(page.get_by_text("the closing position of 2018/19 moves by −£67.5m").first).to_be_visible()
    # when they add the pay award to it
    after = page.get_by_role("group", name="After")
    expect(after.get_by_label("Under Slow delivery")).to_be_checked()
    after.get_by_label("Under Pay award").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("the closing position of 2018/19 moves by −£94.7m").first).to_be_visible()
    then_the_chart_is_drawn(page)
    then_axe_finds_nothing(page)
    # and look at the plan under one of them
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Scenarios").click()
    page.get_by_role("link", name="Look at the plan under Pay award").click()
    expect(page.get_by_text("Under Pay award: not the plan itself.")).to_be_visible()
    then_axe_finds_nothing(page)


@pytest.mark.parametrize(
    "name",
    [
        "overview",
        "drivers",
        "organisations",
        "interventions",
        "impact",
        "tie-out",
        "scenarios",
        "compare",
        "sources",
        "why",
    ],
)
def test_screenshots_for_the_guide(page: Page, name: str) -> None:
    room = {
        "why": "why/position/2018-19/?organisation=RWE",
        "compare": "compare/2018-19/?before=1&after=1&after_under=slow-delivery",
    }
    page.goto(f"/places/llr-2014/{room.get(name, f'{name}/2018-19/')}")
    then_the_chart_is_drawn(page)
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        IMAGES.mkdir(parents=True, exist_ok=True)
        page.screenshot(
            path=IMAGES / f"{name}.png", clip={"x": 0, "y": 0, "width": 1280, "height": 1000}, full_page=True
        )

    assert (IMAGES / f"{name}.png").exists(), "take it with: make docs"
