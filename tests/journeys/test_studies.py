"""Somebody asks how sure the plan is, and reads the answer: with and without script, on a phone, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import (
    Workspace,
    follow,
    take_picture,
    then_axe_finds_nothing,
    then_it_fits_a_phone,
    then_it_prints_well,
)

KINDS = {
    "simulate": ("How sure is it?", "Closing position by year, £000"),
    "sensitivity": ("What matters?", "Share of the variance"),
    "stress": ("What if it goes wrong?", "under each shock"),
    "portfolio": ("Which interventions, when?", "What was asked for, and what binds"),
    "goal": ("What would have to be true?", "by value"),
}


def asked(workspace: Workspace, page: Page, kind: str, place: str) -> None:
    """Choose a kind of study, leave what is usual, and wait for its page."""
    page.goto(f"/places/{place}/studies/")
    follow(page, page.get_by_role("link", name=KINDS[kind][0]).first)
    then_axe_finds_nothing(page)
    page.get_by_role("button", name="Work it out").click()
    page.get_by_role("heading", name="What was asked").wait_for()


@pytest.mark.parametrize("kind", KINDS)
def test_an_analyst_asks_and_reads_the_answer(workspace: Workspace, kind: str) -> None:
    page = workspace.visit("asha")

    asked(workspace, page, kind, "llr-2014")

    expect(page.get_by_role("heading", name=KINDS[kind][0])).to_be_visible()
    expect(page.get_by_role("region").filter(has_text=KINDS[kind][1]).first).to_be_visible()
    for image in page.locator("img.app-chart").all():
        image.scroll_into_view_if_needed()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 200
    then_axe_finds_nothing(page)
    then_it_prints_well(page)
    if kind in ("simulate", "sensitivity"):
        take_picture(page, f"study-{kind}", height=1500)
    workspace.then_nothing_went_wrong(page)
    page.context.close()


def test_a_viewer_reads_it_on_a_phone_and_is_offered_no_question(workspace: Workspace) -> None:
    place = "llr-2014"
    asked(workspace, workspace.visit("asha"), "goal", place)
    page = workspace.visit("vera", width=375)

    page.goto(f"/places/{place}/studies/")
    expect(page.locator(".app-cards")).to_have_count(0)
    page.get_by_role("link", name="What would have to be true?").first.click()

    expect(page.get_by_text("The plan has it at")).to_be_visible()
    then_it_fits_a_phone(page)


def test_without_script_a_study_is_asked_for_all_the_same(workspace: Workspace) -> None:
    page = workspace.visit("asha", script=False)

    page.goto("/places/northmoor/studies/new/stress/")
    page.get_by_role("button", name="Work it out").click()
    for _ in range(60):
        if page.get_by_role("heading", name="What was asked").count():
            break
        page.wait_for_timeout(500)
        page.reload()

    expect(page.get_by_text("under all shocks together")).to_be_visible()
