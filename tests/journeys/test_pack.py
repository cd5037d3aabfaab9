"""A board officer makes a pack: front sheet, sections, own words; one paper in three forms."""

from __future__ import annotations

import io

import docx
import pypdf
from playwright.sync_api import Page, expect

from tests.journeys.walking import (
    Workspace,
    follow,
    take_picture,
    then_axe_finds_nothing,
    then_it_fits_a_phone,
    then_it_prints_well,
)

IMPLICATIONS = (
    "Financial and resources",
    "Legal",
    "Equality and health inequalities",
    "Quality and safety of care",
    "Workforce",
    "Public involvement and consultation",
)


def download(page: Page, name: str) -> bytes:
    """The content of a file that a link gives."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    return waiting.value.path().read_bytes()


def test_a_board_officer_makes_a_pack(workspace: Workspace) -> None:
    place = workspace.plan("journey-pack")
    page = workspace.visit("bo")
    page.goto(place)
    follow(page, page.get_by_role("link", name="Board packs"))
    then_axe_finds_nothing(page)
    follow(page, page.get_by_role("link", name="Make a board pack"))
    then_axe_finds_nothing(page)
    then_it_fits_a_phone(page)
    take_picture(page, "pack", height=1400)
    # when something is missing, it is told, and nothing that was written is lost
    page.get_by_label("Title", exact=True).fill("The plan of Northmoor")
    page.get_by_role("button", name="Make the pack").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value("The plan of Northmoor")
    then_axe_finds_nothing(page)
    # when all is there
    page.get_by_label("Meeting or body").fill("Northmoor board")
    page.get_by_label("Date of the meeting").fill("2026-12-01")
    page.get_by_label("Role of the author").fill("Director of finance")
    page.get_by_label("Recommendations").fill("note the gap\nagree the plan")
    for area in IMPLICATIONS:
        page.get_by_label(area, exact=True).fill(f"{area}: none that the paper does not show.")
    first = page.get_by_role("group", name="Risk 1")
    first.get_by_label("Risk", exact=True).fill("Savings come late")
    first.get_by_label("Level").select_option("high")
    first.get_by_label("Why that high").fill("They did before")
    page.get_by_role("button", name="Make the pack").click()
    # then it is made, with progress, and its three forms say the same
    page.wait_for_url("**/packs/*/", timeout=60_000)
    expect(page.get_by_role("heading", name="The plan of Northmoor")).to_be_visible()
    then_axe_finds_nothing(page)
    then_it_prints_well(page)
    pdf = pypdf.PdfReader(io.BytesIO(download(page, "PDF")))
    word = docx.Document(io.BytesIO(download(page, "Word document")))
    html = download(page, "HTML page").decode()
    said = "\n".join(sheet.extract_text() for sheet in pdf.pages)
    for words in ("The plan of Northmoor", "Savings come late", "Northmoor board"):
        assert words in said
        assert words in html
    assert any("The plan of Northmoor" in paragraph.text for paragraph in word.paragraphs)
    workspace.then_nothing_went_wrong(page, but="400")
    page.context.close()
