"""A board member asks why of a figure, goes down to its source, and sees what else the source feeds."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.walking import (
    Workspace,
    take_picture,
    then_axe_finds_nothing,
    then_it_fits_a_phone,
    then_it_prints_well,
)


def test_from_a_figure_to_its_source_and_back_to_every_figure(workspace: Workspace) -> None:
    page = workspace.visit("vera")
    page.goto("/places/llr-2014/overview/2018-19/")
    # when they click the gap
    page.get_by_role("link", name="£398.1m").click()
    expect(page.get_by_role("heading", name="Why? Do-nothing gap")).to_be_visible()
    then_axe_finds_nothing(page)
    then_it_fits_a_phone(page)
    then_it_prints_well(page)
    # then the parts sum to it, and each has its share as a bar
    assert page.locator(".app-tree--root .app-bar").count() > 3
    # when they follow the input that matters most
    most = page.get_by_role("table", name="What matters most").get_by_role("row").nth(1)
    most.get_by_role("link").first.click()
    # then its source stands there, with every figure that it feeds
    expect(page.get_by_text("LLR five-year strategy, June 2014").first).to_be_visible()
    expect(page.get_by_role("link", name="Do-nothing gap").first).to_be_visible()
    then_axe_finds_nothing(page)
    take_picture(page, "explain")
    workspace.then_nothing_went_wrong(page)
    page.context.close()
