"""A care coordinator finds people for a reason, a viewer sees counts alone, and a privacy officer sees who looked: on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import (
    Workspace,
    follow,
    take_picture,
    then_axe_finds_nothing,
    then_every_chart_is_drawn,
    then_it_fits_a_phone,
    then_it_prints_well,
)
from tests.workspace.people_making import COHORT, run_of

AT = "/places/northmoor/people/"
LOADED = "people of northmoor"


@pytest.fixture
def loaded(workspace: Workspace) -> None:
    """A cohort and its list, loaded by the command; once for all journeys."""
    if LOADED not in workspace.plans:
        said = workspace.said("population", "load", str(run_of()), "northmoor", "--cohort", COHORT, "--list")
        assert "people are listed" in said
        workspace.plans.add(LOADED)


def then_it_is_whole(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    then_every_chart_is_drawn(page)
    then_axe_finds_nothing(page)
    then_it_fits_a_phone(page)


def test_a_place_without_a_cohort_says_how_to_load_one(workspace: Workspace) -> None:
    page = workspace.visit("vera")
    page.goto("/places/llr-2014/people/")
    expect(page.get_by_text("leftshift population load RUN llr-2014")).to_be_visible()
    then_it_is_whole(page)
    workspace.then_nothing_went_wrong(page)
    page.context.close()


def test_a_viewer_sees_counts_and_nobody(workspace: Workspace, loaded: None) -> None:
    page = workspace.visit("vera")
    page.goto("/places/northmoor/overview/2027-28/")
    follow(page, page.get_by_role("link", name="People by risk"))
    expect(page.get_by_text("are in this cohort as at 1 April 2016")).to_be_visible()
    expect(page.get_by_role("link", name="Find people of this cohort")).to_have_count(0)
    then_it_is_whole(page)
    take_picture(page, "people-cohort", height=1500)
    for folded in page.locator("details").all():
        folded.locator("summary").click()
    then_axe_finds_nothing(page)
    then_it_prints_well(page)
    answer = page.goto(f"{AT}list/")
    assert answer is not None
    assert answer.status == 404
    workspace.then_nothing_went_wrong(page, but="404")
    page.context.close()


def test_a_coordinator_says_why_finds_somebody_and_is_seen_to_have_looked(
    workspace: Workspace, loaded: None
) -> None:
    page = workspace.visit("cara")
    page.goto(AT)
    follow(page, page.get_by_role("link", name="Find people of this cohort"))
    then_it_is_whole(page)
    follow(page, page.get_by_role("button", name="Go on"))
    expect(page.get_by_role("alert")).to_contain_text("Choose a purpose")
    then_it_is_whole(page)
    page.get_by_label("What do you look at people for?").select_option("Direct care of the people listed")
    follow(page, page.get_by_role("button", name="Go on"))
    expect(page.get_by_text("A list proposes; a clinician decides")).to_be_visible()
    then_it_is_whole(page)
    take_picture(page, "people-list")
    page.get_by_label("Listed because of").select_option("A marker of frailty")
    page.get_by_label("In order of").select_option("Electronic frailty index, highest first")
    follow(page, page.get_by_role("button", name="Show"))
    row = page.locator("#people tbody tr").first
    key = row.locator("th").inner_text()
    follow(page, row.get_by_role("link"))
    expect(page.get_by_role("heading", name=f"Person {key}")).to_be_visible()
    expect(page.get_by_text("Found:").first).to_be_visible()
    then_it_is_whole(page)
    take_picture(page, "people-person", height=1600)
    follow(page, page.get_by_role("button", name="I am done"))
    workspace.then_nothing_went_wrong(page, but="400")
    page.context.close()

    pim = workspace.visit("pim")
    pim.goto(AT)
    follow(pim, pim.get_by_role("link", name="Who looked at people"))
    expect(pim.locator("#looks tbody tr").first).to_contain_text("Cara Invented")
    then_it_is_whole(pim)
    take_picture(pim, "people-access", height=800)
    follow(pim, pim.get_by_role("link", name="Check that the record is whole"))
    expect(pim.get_by_text("The record of every place is whole")).to_be_visible()
    then_it_is_whole(pim)
    pim.goto(f"{AT}access/?key={key}")
    follow(pim, pim.locator("#looks tbody tr").first.get_by_role("link"))
    expect(pim.get_by_role("listitem").filter(has_text=key).first).to_be_visible()
    then_it_is_whole(pim)
    workspace.then_nothing_went_wrong(pim)
    pim.context.close()
