"""A director moves what they doubt, sees the bridge at once, shares it, and keeps it as a scenario."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.walking import (
    Workspace,
    take_picture,
    then_axe_finds_nothing,
    then_it_fits_a_phone,
    then_it_prints_well,
)


def test_a_director_asks_what_if(workspace: Workspace) -> None:
    place = workspace.plan("journey-what-if")
    page = workspace.visit("dora")
    page.goto(place)
    page.get_by_role("link", name="What if?").click()
    page.get_by_text("The closing position is that of the plan.").wait_for()
    then_axe_finds_nothing(page)
    # when they move the first slider with the keyboard
    slider = page.get_by_role("slider").first
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    # then the bridge is redrawn without a new page, and the address holds the setting
    expect(page.locator("#answer")).to_contain_text("than the plan.")
    page.wait_for_url("**/what-if/2027-28/?*")
    moved = page.locator("#answer [role=status]").inner_text()
    then_axe_finds_nothing(page)
    then_it_fits_a_phone(page)
    then_it_prints_well(page)
    take_picture(page, "what-if", height=1300)
    # then whoever may see the plan sees the same by the link
    link = page.get_by_label("The address holds your settings").input_value()
    vera = workspace.visit("vera", script=False)
    vera.goto(link)
    assert vera.locator("#answer [role=status]").inner_text() == moved
    expect(vera.get_by_role("button", name="Keep it as a scenario")).to_have_count(0)
    # when it is kept
    page.get_by_label("Name of the scenario").fill("Dearer than we thought")
    page.get_by_role("button", name="Keep it as a scenario").click()
    page.get_by_text("Under Dearer than we thought: not the plan itself.").wait_for()
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Scenarios").click()
    expect(page.get_by_role("heading", name="Dearer than we thought")).to_be_visible()
    then_axe_finds_nothing(page)
    workspace.then_nothing_went_wrong(page)
    page.context.close()
    vera.context.close()


def test_it_works_without_script(workspace: Workspace) -> None:
    page = workspace.visit("vera", script=False)
    page.goto("/places/northmoor/what-if/2027-28/")
    page.get_by_role("spinbutton").first.fill("1")
    page.get_by_role("button", name="Show what comes of it").click()

    page.get_by_text("than the plan.").wait_for()
    page.context.close()
