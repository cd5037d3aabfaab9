"""An analyst brings a plan in, is told every fault of it, and brings it in again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.walking import (
    Workspace,
    follow,
    take_picture,
    then_axe_finds_nothing,
    then_it_fits_a_phone,
    then_it_prints_well,
)


def test_an_analyst_imports_a_plan(workspace: Workspace) -> None:
    # given an analyst with a zip that has two faults
    page = workspace.visit("asha")
    page.goto("/")
    follow(page, page.get_by_role("link", name="Import a plan"))
    then_axe_finds_nothing(page)
    then_it_fits_a_phone(page)
    take_picture(page, "import", height=700)
    wrong = workspace.zip_of(
        "journey-import", contracts=("60000", "sixty"), assumptions=("pay_inflation", "pay_inflatoin")
    )
    # when they send it
    page.get_by_label("The file, or the files of the folder").set_input_files(wrong)
    page.get_by_role("button", name="Import").click()
    # then every fault is told, with file, row and what to do
    page.get_by_text("was not taken in").wait_for()
    table = page.get_by_role("table", name="Faults")
    expect(table.get_by_role("row", name="contracts.csv").get_by_text("'sixty'")).to_be_visible()
    expect(table.get_by_text("pay_inflatoin").first).to_be_visible()
    then_axe_finds_nothing(page)
    then_it_prints_well(page)
    # when they send the mended one
    page.goto("/import/")
    page.get_by_label("The file, or the files of the folder").set_input_files(
        workspace.zip_of("journey-import")
    )
    page.get_by_role("button", name="Import").click()
    # then they are at its overview
    page.wait_for_url("**/places/journey-import/overview/2027-28/")
    expect(page.get_by_text("Doing nothing leaves a gap of £11.9m in 2027/28")).to_be_visible()
    workspace.then_nothing_went_wrong(page)
    page.context.close()


def test_it_works_without_script(workspace: Workspace) -> None:
    page = workspace.visit("asha", script=False)
    page.goto("/import/")
    page.get_by_label("The file, or the files of the folder").set_input_files(
        workspace.zip_of("journey-plain")
    )
    page.get_by_role("button", name="Import").click()
    for _ in range(60):
        if "/overview/" in page.url:
            break
        page.wait_for_timeout(500)
        page.get_by_role("link", name="Look again").click()

    expect(page.get_by_role("heading", name="Overview 2027/28")).to_be_visible()
    page.context.close()


def test_an_outsider_is_sent_to_sign_in(workspace: Workspace) -> None:
    page = workspace.visit("")
    page.goto("/places/northmoor/overview/2027-28/")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    then_axe_finds_nothing(page)
    take_picture(page, "sign-in", height=700)
    page.context.close()


def test_an_administrator_looks_after_people_and_the_trail(workspace: Workspace) -> None:
    page = workspace.visit("ada")
    for address, heading in (
        ("/people/", "People"),
        ("/roles/", "Who may do what"),
        ("/trail/", "Trail of events"),
        ("/account/", "Your account"),
        ("/account/second-factor/", "Set up your second factor"),
        ("/jobs/", "Jobs"),
        ("/mentions/", "Where you are mentioned"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        then_axe_finds_nothing(page)
        then_it_fits_a_phone(page)
    page.goto("/people/")
    take_picture(page, "people")
    page.goto("/trail/")
    expect(page.get_by_text("The trail is whole")).to_be_visible()
    take_picture(page, "trail")
    workspace.then_nothing_went_wrong(page)
    page.context.close()
