"""Every organisation agrees, and the programme director publishes; a board member sees that it is so."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.walking import Workspace, take_picture, then_axe_finds_nothing, then_it_prints_well


def test_what_every_organisation_agreed_is_published(workspace: Workspace) -> None:
    place = workspace.plan("journey-publish")
    dora = workspace.visit("dora")
    dora.goto(f"{place}review/")
    expect(dora.get_by_role("button", name="Publish")).to_have_count(0)
    dora.get_by_role("button", name="Send for review").click()
    dora.get_by_text("The plan was sent for review.").wait_for()
    for name in ("nia", "noor", "femi", "gwen", "rhys"):
        expect(dora.get_by_role("button", name="Publish")).to_have_count(0)
        page = workspace.visit(name)
        page.goto(f"{place}review/")
        page.get_by_role("button", name="Agree").click()
        page.get_by_text("has agreed the plan").wait_for()
        page.context.close()
        dora.goto(f"{place}review/")
    expect(dora.get_by_text("Every organisation of the perimeter has agreed it.")).to_be_visible()
    dora.get_by_label("Note, for the record").fill("As the board asked on 1 December")
    dora.get_by_role("button", name="Publish").click()
    expect(dora.get_by_text("The plan is published.")).to_be_visible()
    then_axe_finds_nothing(dora)
    take_picture(dora, "publish")
    # then a viewer sees it, and that its quality assurance is green
    vera = workspace.visit("vera")
    vera.goto(place)
    vera.get_by_text("Published", exact=True).wait_for()
    expect(vera.get_by_text("Quality assurance: green")).to_be_visible()
    vera.get_by_role("link", name="What it rests on").click()
    expect(vera.get_by_text("Sign-off by organisations: 5").first).to_be_visible()
    then_axe_finds_nothing(vera)
    then_it_prints_well(vera)
    take_picture(vera, "quality-of-a-plan")
    for page in (dora, vera):
        workspace.then_nothing_went_wrong(page)
        page.context.close()
