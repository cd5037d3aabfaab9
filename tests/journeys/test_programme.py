"""The programme in a browser: a lead files a highlight report, the director sees what slipped and what it costs, somebody answers a survey."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import (
    ROOT,
    Workspace,
    follow,
    take_picture,
    then_axe_finds_nothing,
    then_every_chart_is_drawn,
    then_it_fits_a_phone,
    then_it_prints_well,
)

FOLDER = ROOT / "examples" / "llr-2014" / "programme"
AT = "/places/llr-2014/programme/"
ROOMS = [
    "digest/",
    "", "slips/", "timeline/", "calendar/", "actions/", "risks/", "benefits/", "gates/", "choices/", "engagement/", "alignment/", "equality/",
    "records/", "history/", "projects/bed_moves/", "timeline/bed_moves/", "gates/beds_four_tests/", "choices/hub_sites/", "choices/hub_sites/score/?scorer=lay_member", "records/milestones/",
    "records/risks/rows/new/", "records/actions/grid/", "take-in/",
]  # fmt: skip


def programme_of_its_own(workspace: Workspace, code: str, scratch: Path) -> str:
    """The programme of LLR in a plan of its own, its survey open today; brought in as a person does."""
    place = workspace.plan(code)
    dora = workspace.visit("dora")
    dora.goto(f"{place}programme/")
    then_axe_finds_nothing(dora)
    today = datetime.now(tz=UTC).date()
    files = []
    for path in sorted(FOLDER.iterdir()):
        text = path.read_text("utf-8").replace("llr-2014", code).replace('looked_at = "2015-06-12"\n', "")
        if path.name == "surveys.csv":
            text = text.replace("2015-06-01", str(today)).replace(
                "2015-07-31", str(today + timedelta(days=30))
            )
        files.append({"name": path.name, "mimeType": "text/csv", "buffer": text.encode()})
    dora.get_by_label("The folder of a programme").set_input_files(files)  # type: ignore[arg-type]
    dora.get_by_role("button", name="Bring it in").click()
    expect(dora.get_by_role("heading", level=1)).to_contain_text("Overview")
    dora.context.close()
    return f"{place}programme/"


@pytest.mark.parametrize("room", ROOMS)
def test_axe_finds_nothing_in_any_room_and_it_fits_a_phone(page: Page, room: str) -> None:
    page.goto(f"{AT}{room}")
    then_every_chart_is_drawn(page)
    then_axe_finds_nothing(page)
    then_it_fits_a_phone(page)
    then_it_prints_well(page)


def test_the_director_sees_what_slipped_and_what_it_costs(page: Page) -> None:
    page.goto("/places/llr-2014/overview/2018-19/")
    follow(page, page.get_by_role("link", name="Programme and boards"))
    expect(page.locator(".nhsuk-lede-text").first).to_contain_text("slips cost the plan")
    take_picture(page, "programme", height=1100)
    # when she asks which
    follow(page, page.get_by_role("link", name="Slips", exact=True))
    table = page.get_by_role("table").filter(has_text="Bed reconfiguration")
    expect(table.first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("First ward moved")
    then_every_chart_is_drawn(page)
    take_picture(page, "slips", height=1300)
    # and how it stood a year before
    page.get_by_label("As of").fill("2014-06-12")
    with page.expect_navigation():
        page.get_by_role("button", name="Look from this day").click()
    expect(page.get_by_label("As of")).to_have_value("2014-06-12")
    # and what the timeline and the risks look like
    page.goto(f"{AT}timeline/bed_moves/")
    then_every_chart_is_drawn(page)
    take_picture(page, "timeline", height=1100)
    page.goto(f"{AT}risks/")
    then_every_chart_is_drawn(page)
    take_picture(page, "risks", height=1100)


def test_a_project_lead_files_a_highlight_report_with_the_keyboard(
    workspace: Workspace, tmp_path: Path
) -> None:
    at = programme_of_its_own(workspace, "journey-highlight", tmp_path)
    liam = workspace.visit("liam")
    liam.goto(f"{at}projects/bed_moves/")
    link = liam.get_by_role("link", name="Write this month’s highlight report")
    link.focus()
    with liam.expect_navigation():
        liam.keyboard.press("Enter")
    then_axe_finds_nothing(liam)
    # when it is filed without saying who writes it
    liam.get_by_label("What was achieved").focus()
    liam.keyboard.type("Two of three councils have answered.")
    liam.keyboard.press("Tab")
    liam.keyboard.type("Choose the first ward.")
    liam.get_by_role("button", name="File the report").focus()
    with liam.expect_navigation():
        liam.keyboard.press("Enter")
    expect(liam.get_by_role("link", name="Say who writes it: a role.")).to_be_visible()
    expect(liam.get_by_label("What was achieved")).to_have_value("Two of three councils have answered.")
    then_axe_finds_nothing(liam)
    # and then with it
    liam.get_by_label("Who writes it: a role").fill("Project lead, bed moves")
    liam.get_by_label("How sure you are").select_option("amber_red")
    take_picture(liam, "highlight", height=1300)
    with liam.expect_navigation():
        liam.get_by_role("button", name="File the report").click()
    expect(liam.get_by_text("Filed. It stays as it is")).to_be_visible()
    expect(liam.get_by_role("main")).to_contain_text("Two of three councils have answered.")
    then_axe_finds_nothing(liam)
    then_it_fits_a_phone(liam)
    # then the director reads it, and what slips stands in it by itself
    dora = workspace.visit("dora")
    dora.goto(f"{at}projects/bed_moves/")
    follow(dora, dora.get_by_role("link", name=re.compile(r"^\d{4}-\d{2}$")).first)
    expect(dora.get_by_role("main")).to_contain_text("First ward moved")
    for page in (liam, dora):
        workspace.then_nothing_went_wrong(page, but="409")  # what was refused on the way
        page.context.close()


def test_somebody_answers_a_survey_and_later_reads_what_changed(workspace: Workspace, tmp_path: Path) -> None:
    at = programme_of_its_own(workspace, "journey-survey", tmp_path)
    bo = workspace.visit("bo")
    bo.goto(f"{at}publish/")
    then_axe_finds_nothing(bo)
    with bo.expect_navigation():
        bo.get_by_role("button", name="Publish Planned care hubs: what would help you?").click()
    expect(bo.get_by_text("Published at /public/journey-survey/surveys/hubs_2015/")).to_be_visible()
    # when somebody without an account opens it on a phone, without script
    resident = workspace.visit("", width=375, script=False)
    resident.goto("/public/journey-survey/")
    follow(resident, resident.get_by_role("link", name="Planned care hubs: what would help you?"))
    with resident.expect_navigation():
        resident.get_by_role("button", name="Send your answers").click()
    expect(resident.get_by_text("There is a problem")).to_be_visible()
    resident.get_by_label("Yes", exact=True).check()
    resident.get_by_label("By bus").check()
    resident.get_by_label("What would make it better for you?").fill("A bench at the stop.")
    resident.get_by_label("65 and over").check()
    with resident.expect_navigation():
        resident.get_by_role("button", name="Send your answers").click()
    expect(resident.get_by_role("heading", level=1)).to_have_text("Thank you")
    resident.context.close()
    # then the officer sees one answer, too few to be a number
    bo.goto(f"{at}publish/")
    expect(bo.get_by_role("table", name="Surveys")).to_contain_text("1")
    # and once something changed, publishes what
    with bo.expect_navigation():
        bo.get_by_role("button", name="Publish Four public meetings on moving beds").click()
    later = workspace.visit("")
    later.goto("/public/journey-survey/")
    then_axe_finds_nothing(later)
    follow(later, later.get_by_role("link", name="Four public meetings on moving beds"))
    said = later.get_by_role("table", name="You said, we did")
    expect(said).to_contain_text("no ward closes before home care for its patients is shown to stand")
    expect(said).to_contain_text("pb_2015_04, 2(b)")
    then_axe_finds_nothing(later)
    take_picture(later, "you-said", height=1000)
    later.goto("/public/journey-survey/surveys/hubs_2015/")
    then_axe_finds_nothing(later)
    then_it_fits_a_phone(later)
    take_picture(later, "survey", height=1000)
    for page in (bo, later):
        workspace.then_nothing_went_wrong(page)
        page.context.close()


def test_days_are_pasted_into_a_grid_as_a_spreadsheet_in_english_copies_them(
    workspace: Workspace, tmp_path: Path
) -> None:
    at = programme_of_its_own(workspace, "journey-days", tmp_path)
    liam = workspace.visit("liam")
    liam.goto(f"{at}records/milestones/grid/")
    cell = liam.locator('.app-cell[data-column="due"]').first
    cell.evaluate(
        """cell => {
            const data = new DataTransfer();
            data.setData("text/plain", "01/10/2016\\n2 Oct 2016\\n");
            cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    status = liam.locator("#grid-status")
    expect(status).to_contain_text("“01/10/2016” was understood as 1 October 2016, and 1 more")
    expect(cell).to_have_value("2016-10-01")
    expect(liam.locator('.app-cell[data-column="due"]').nth(1)).to_have_value("2016-10-02")
    # and what is typed next begins from what was understood
    cell.fill("3/10/2016")
    cell.press("Enter")
    expect(status).to_contain_text("“3/10/2016” was understood as 3 October 2016.")
    expect(cell).to_have_value("2016-10-03")
    liam.get_by_role("button", name="Undo").click()
    expect(cell).to_have_value("2016-10-01")
    expect(status).to_contain_text("Saved as edit")
    liam.context.close()
    workspace.then_nothing_went_wrong(liam)
