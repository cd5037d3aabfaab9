"""Two analysts edit the same table: faults as they type, cells from a spreadsheet, undo, and nothing lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.walking import (
    Workspace,
    follow,
    take_picture,
    then_axe_finds_nothing,
    then_it_fits_a_phone,
    then_it_prints_well,
)

PASTE = """([cell, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def open_grid(workspace: Workspace, name: str, code: str, table: str = "contracts") -> Page:
    """The grid of a table, in the draft of a plan."""
    place = workspace.plan(code)
    page = workspace.visit(name)
    page.goto(f"{place}draft/")
    if page.get_by_role("button", name="Open a draft").count():
        then_axe_finds_nothing(page)
        follow(page, page.get_by_role("button", name="Open a draft"))
    page.goto(f"{place}draft/tables/{table}/")
    expect(page.get_by_role("button", name="Add a row")).to_be_visible()
    return page


def cell(page: Page, row: str, column: str = "value") -> object:
    return page.locator(f"#cell-{row}-{column}")


def status(page: Page, words: str) -> None:
    expect(page.locator("#grid-status")).to_contain_text(re.compile(words))


def test_an_analyst_edits_a_table(workspace: Workspace) -> None:
    page = open_grid(workspace, "asha", "journey-edit")
    then_axe_finds_nothing(page)
    # when a word is typed where a number belongs
    page.locator("#cell-r1-value").fill("sixty")
    # then it is told while they type, in the same words as the command line gives, and not saved
    expect(page.locator("#grid-faults")).to_contain_text("contracts.csv, row 2, column value: found 'sixty'")
    expect(page.locator("#cell-r1-value")).to_have_attribute("aria-invalid", "true")
    then_axe_finds_nothing(page)
    take_picture(page, "edit", height=800)
    # when it is put right
    page.locator("#cell-r1-value").fill("61000")
    page.keyboard.press("Enter")
    status(page, "Saved as edit 1")
    expect(page.locator("#grid-faults")).to_be_empty()
    expect(page.locator("#cell-r2-value")).to_be_focused()
    # when cells of a spreadsheet are pasted, more than there are rows
    rows = page.locator("#grid-table tbody tr")
    last = rows.last.get_attribute("data-row")
    count = rows.count()
    page.locator(f"#cell-{last}-value").focus()
    page.evaluate(f"args => ({PASTE})([document.activeElement, args])", "123\t2024/25\n456\t2024/25")
    expect(rows).to_have_count(count + 1)
    status(page, "Saved as edit 2")
    expect(page.locator(f"#cell-{last}-value")).to_have_value("123")
    expect(rows.last.locator("[data-column=value]")).to_have_value("456")
    assert "contract" in page.locator("#grid-faults").inner_text()  # the new row has no name yet
    # when it is undone
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(count)
    status(page, "Saved as edit 3")
    page.keyboard.press("Control+z")
    status(page, "Saved as edit 4")
    expect(page.locator("#cell-r1-value")).to_have_value("60000")
    page.get_by_role("button", name="Redo").click()
    status(page, "Saved as edit 5")
    expect(page.locator("#cell-r1-value")).to_have_value("61000")
    then_it_fits_a_phone(page)
    then_it_prints_well(page)
    # then the draft says what it changes
    page.goto("/places/journey-edit/draft/")
    row = page.get_by_role("table", name="What the draft changes").get_by_role("row").nth(1)
    expect(row).to_contain_text("C01")
    expect(page.locator(".nhsuk-lede-text")).to_contain_text("moves by")
    then_axe_finds_nothing(page)
    take_picture(page, "draft")
    follow(page, page.get_by_role("link", name="Every edit"))
    then_axe_finds_nothing(page)
    workspace.then_nothing_went_wrong(page)
    page.context.close()


def test_two_people_edit_the_same_table_and_lose_nothing(workspace: Workspace) -> None:
    asha = open_grid(workspace, "asha", "journey-two")
    dora = open_grid(workspace, "dora", "journey-two")
    # when Asha changes a cell, and Dora another and the same
    asha.locator("#cell-r1-value").fill("61000")
    asha.keyboard.press("Tab")
    status(asha, "Saved as edit 1")
    dora.locator("#cell-r2-value").fill("41000")
    dora.keyboard.press("Tab")
    status(dora, "Saved as edit 2")
    expect(dora.locator("#cell-r1-value")).to_have_value("61000")
    expect(asha.locator("#cell-r2-value")).to_have_value("41000", timeout=20_000)
    asha.locator("#cell-r3-value").fill("21000")
    asha.keyboard.press("Tab")
    status(asha, "Saved as edit 3")
    dora.locator("#cell-r3-value").fill("22000")
    dora.keyboard.press("Tab")
    # then Dora is shown both, and chooses
    clash = dora.locator(".app-clash")
    expect(clash).to_contain_text("value, row 4, now says “21000”. You wanted “22000”.")
    expect(dora.locator("#cell-r3-value")).to_have_value("21000")
    then_axe_finds_nothing(dora)
    take_picture(dora, "clash", height=800)
    clash.get_by_role("button", name="Use mine").click()
    status(dora, "Saved as edit 4")
    expect(asha.locator("#cell-r3-value")).to_have_value("22000", timeout=20_000)
    workspace.then_nothing_went_wrong(asha)
    workspace.then_nothing_went_wrong(dora, but="409")
    asha.context.close()
    dora.context.close()


def test_without_script_a_table_is_a_form(workspace: Workspace) -> None:
    open_grid(workspace, "asha", "journey-form").context.close()
    page = workspace.visit("asha", script=False)
    page.goto("/places/journey-form/draft/tables/contracts/")
    page.locator("#cell-r1-value").fill("61000")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved as edit 1.")).to_be_visible()
    expect(page.locator("#cell-r1-value")).to_have_value("61000")
    page.context.close()


def test_what_was_typed_survives_a_server_that_is_away(workspace: Workspace) -> None:
    page = open_grid(workspace, "asha", "journey-away")
    page.route("**/save", lambda route: route.abort())
    page.locator("#cell-r1-value").fill("61000")
    page.keyboard.press("Tab")
    status(page, "The server does not answer")
    page.unroute("**/save")
    status(page, "Saved as edit 1")

    workspace.then_nothing_went_wrong(page, but="Failed to load resource")
    page.context.close()
