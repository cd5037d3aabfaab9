"""An analyst sends a draft for review; partners question a figure and answer."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.test_edit import open_grid, status
from tests.journeys.walking import (
    Workspace,
    take_picture,
    then_axe_finds_nothing,
    then_it_fits_a_phone,
    then_it_prints_well,
)


def test_a_draft_goes_into_review_and_is_questioned(workspace: Workspace) -> None:
    # given a draft with a fault
    asha = open_grid(workspace, "asha", "journey-review")
    asha.locator("#cell-r1-value").fill("sixty")
    asha.keyboard.press("Tab")
    status(asha, "Saved as edit 1")
    # when it is sent, it is held back
    asha.goto("/places/journey-review/draft/")
    asha.get_by_role("button", name="Make a version and send it for review").click()
    asha.get_by_text("to put right first").wait_for()
    then_axe_finds_nothing(asha)
    # when it is put right and sent
    asha.goto("/places/journey-review/draft/tables/contracts/")
    asha.locator("#cell-r1-value").fill("61000")
    asha.keyboard.press("Tab")
    status(asha, "Saved as edit 2")
    asha.goto("/places/journey-review/draft/")
    asha.get_by_label("What you changed and why").fill("The acute contract was a million short")
    asha.get_by_role("button", name="Make a version and send it for review").click()
    # then every organisation of the perimeter is asked
    asha.get_by_text("Version 2 was stored and sent for review.").wait_for()
    expect(
        asha.get_by_role("row", name="Northmoor Hospitals NHS Trust").get_by_text("Waiting")
    ).to_be_visible()
    asha.get_by_text("The acute contract was a million short").wait_for()
    then_axe_finds_nothing(asha)
    then_it_fits_a_phone(asha)
    then_it_prints_well(asha)
    take_picture(asha, "review")
    # when a finance lead asks about a figure and mentions the analyst
    femi = workspace.visit("femi")
    femi.goto("/places/journey-review/why/position/2027-28/?organisation=RN1")
    femi.get_by_label("Say something").fill("@asha why is this so much better than version 1?")
    femi.get_by_role("button", name="Comment", exact=True).click()
    expect(femi.get_by_text("so much better than version 1?").first).to_be_visible()
    then_axe_finds_nothing(femi)
    # then the analyst finds it, and settles it
    asha.get_by_role("link", name="Mentions").click()
    expect(asha.get_by_text("New", exact=True).first).to_be_visible()
    then_axe_finds_nothing(asha)
    asha.get_by_role(
        "link", name="Position with the plan, Northmoor Hospitals NHS Trust, 2027/28"
    ).first.click()
    asha.get_by_text("Answer Femi Invented").first.click()
    asha.get_by_label("Your answer").fill("The contract pays a million more, see C01.")
    asha.get_by_role("button", name="Answer and settle").click()
    expect(asha.get_by_text("settled").first).to_be_visible()
    asha.goto("/places/journey-review/comments/")
    expect(asha.get_by_text("Settled", exact=True)).to_be_visible()
    then_axe_finds_nothing(asha)
    take_picture(asha, "comments", height=800)
    workspace.then_nothing_went_wrong(asha)
    workspace.then_nothing_went_wrong(femi)
    asha.context.close()
    femi.context.close()
