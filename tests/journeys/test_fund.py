"""A fund manager opens last year's plan, rolls it forward, clears every fault, gets four signatures and produces the return."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.journeys.walking import (
    Workspace,
    follow,
    take_picture,
    then_axe_finds_nothing,
    then_every_chart_is_drawn,
    then_it_fits_a_phone,
)
from tests.library.fund.plans import clean

OFFICES = {
    "chair": "Chair of the health and wellbeing board",
    "iris": "Chief executive of the integrated care board",
    "cole": "Chief executive of the council",
    "theo": "Section 151 officer of the council",
}


def last_years_plan(folder: Path) -> Path:
    """The zip of a plan of 2023-25."""
    plan = replace(clean("2023-25"), code="testshire-2023-25", name="Testshire Better Care Fund 2023-25")
    file = folder / "testshire-2023-25.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in plan.with_tables(sign_offs=()).texts().items():
            packed.writestr(f"testshire-2023-25/{name}", text)
    return file


def fill(page: Page, at: str, table: str, column: str, value: str, *, choice: bool) -> None:
    """Give one value to every row that lacks it."""
    page.goto(f"{at}plan/{table}/fill/?column={column}")
    field = page.locator("#value")
    if choice:
        field.select_option(value)
    else:
        field.fill(value)
    page.get_by_role("button", name="Fill it in").click()
    expect(page.locator(".nhsuk-notification-banner__heading")).to_contain_text("Filled in")


def add(page: Page, at: str, table: str, **fields: str) -> None:
    """Add a row through its form."""
    page.goto(f"{at}plan/{table}/rows/new/")
    for name, value in fields.items():
        field = page.locator(f"#field-{name}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as edit")).to_be_visible()


def template_with_metrics(content: bytes) -> bytes:
    """The planning template as a fund manager sends it back: a target in every row of its metrics."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["6. Metrics"]
    target = next(cell.column for cell in sheet[5] if cell.value == "Target, as agreed")
    for row in range(6, 60):
        if sheet.cell(row, 2).value:
            sheet.cell(row, target).value = "100"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_fund_manager_from_last_years_plan_to_the_return(workspace: Workspace, tmp_path: Path) -> None:
    place = workspace.plan("journey-fund")
    mina = workspace.visit("mina")
    # opens last year's plan
    mina.goto(place)
    mina.get_by_role("link", name="Pooled funds").click()
    follow(mina, mina.get_by_role("link", name="Add a fund"))
    then_axe_finds_nothing(mina)
    mina.get_by_label("Files of the plan").set_input_files(last_years_plan(tmp_path))
    mina.get_by_role("button", name="Bring it in").click()
    expect(mina.get_by_text("was added.")).to_be_visible()
    then_every_chart_is_drawn(mina)
    then_axe_finds_nothing(mina)
    # rolls it forward
    follow(mina, mina.get_by_role("link", name="Roll it forward"))
    then_axe_finds_nothing(mina)
    expect(mina.get_by_label("Short name")).to_have_value("testshire-2025-26")
    mina.get_by_role("button", name="Roll it forward").click()
    expect(mina.get_by_role("heading", name="What became of everything")).to_be_visible()
    then_axe_finds_nothing(mina)
    at = f"{place}funds/testshire-2025-26/"
    # clears every fault: what many rows lack at once, what one lacks by its form, with help on each field
    mina.get_by_role("link", name="clear what keeps it from being signed").click()
    expect(mina.get_by_text("Primary Objective is not filled in, 7 rows.")).to_be_visible()
    then_axe_finds_nothing(mina)
    take_picture(mina, "fund-plan")
    fill(mina, at, "spend", "objective", "timely_discharge_from_hospital", choice=True)
    fill(mina, at, "conditions", "answer", "yes", choice=True)
    mina.goto(f"{at}plan/conditions/")
    fill(mina, at, "conditions", "statement", "It is met: the board agreed it in March.", choice=False)
    fill(mina, at, "metrics", "rationale", "What our residents tell us", choice=False)
    fill(mina, at, "metrics", "local_plan", "Home first", choice=False)
    for minimum, partner, amount in (
        ("social_care", "QZZ", "800000"), ("nhs_minimum", "QZZ", "1300000"), ("dfg", "E06999999", "200000"), ("council_grant", "E06999999", "600000"),
    ):  # fmt: skip
        add(mina, at, "required_spend", minimum=minimum, partner=partner, amount=amount)
    for section in ("overview", "objectives"):
        add(mina, at, "narrative", section=section, text="What we do, and why.")
    mina.goto(f"{at}plan/spend/")
    then_axe_finds_nothing(mina)
    mina.locator("#rows a").first.click()
    expect(mina.get_by_text("The kind of body that provides it.")).to_be_visible()
    then_axe_finds_nothing(mina)
    take_picture(mina, "fund-row")
    then_it_fits_a_phone(mina)
    mina.goto(f"{at}plan/")
    then_it_fits_a_phone(mina)
    # the metrics in the official workbook, read back cell for cell
    with mina.expect_download() as download:
        mina.goto(f"{at}")
        mina.get_by_role("link", name="The planning template of the round").click()
    filled = tmp_path / "template.xlsx"
    filled.write_bytes(template_with_metrics(Path(download.value.path()).read_bytes()))
    mina.goto(f"{at}take-in/")
    then_axe_finds_nothing(mina)
    mina.get_by_label("Workbook", exact=True).set_input_files(filled)
    mina.get_by_role("button", name="Read it").click()
    expect(mina.get_by_text("tables were changed")).to_be_visible()
    expect(mina.get_by_text("4 of 4 signatures are missing.")).to_be_visible()
    # gets four signatures
    for name, office in OFFICES.items():
        officer = workspace.visit(name)
        officer.goto(f"{at}sign/")
        then_axe_finds_nothing(officer)
        heading = officer.get_by_role("heading", name=f"Sign as {office}")
        form = officer.locator("form", has=officer.locator(f'input[value="{office}"]'))
        expect(heading).to_be_visible()
        form.get_by_role("button", name="Sign this content").click()
        expect(officer.get_by_text("You have signed this content.")).to_be_visible()
        workspace.then_nothing_went_wrong(officer)
        officer.context.close()
    mina.goto(f"{at}sign/")
    expect(mina.get_by_text("Everybody has signed this content.")).to_be_visible()
    then_axe_finds_nothing(mina)
    take_picture(mina, "fund-sign")
    mina.get_by_label("Whose decision it is to send it").fill("Director of adult social services")
    mina.get_by_role("button", name="Record that it was sent").click()
    expect(mina.get_by_text("Sent, and approved by the board.")).to_be_visible()
    the_return(workspace, mina, at)
    # and a penny unsigns it, with the difference
    mina.goto(f"{at}plan/spend/")
    mina.locator("#rows a").first.click()
    penny = mina.locator("#field-amount")
    penny.fill(f"{penny.input_value()}.01")
    follow(mina, mina.get_by_role("button", name="Save", exact=True))
    mina.goto(f"{at}sign/")
    expect(mina.locator("#changes")).to_contain_text("+£0.01")
    then_axe_finds_nothing(mina)
    workspace.then_nothing_went_wrong(mina)
    mina.context.close()


def the_return(workspace: Workspace, mina: Page, at: str) -> None:
    """Prepared, reviewed by an executive, submitted, noted; and its workbook."""
    for condition in ("joint_plan", "objectives", "funding", "oversight"):
        add(mina, at, "condition_status", period="2025/26 Q1", condition=condition, answer="yes")
    for metric in ("emergency_admissions_65", "discharge_delay", "residential_admissions"):
        add(
            mina,
            at,
            "metric_status",
            period="2025/26 Q1",
            metric=metric,
            status="no_data",
            challenges="Not yet published",
        )
    mina.goto(f"{at}returns/")
    then_axe_finds_nothing(mina)
    mina.get_by_role("button", name="Prepare the quarterly return of 2025/26 Q1").click()
    expect(mina.get_by_text("The return was prepared from the record.")).to_be_visible()
    then_axe_finds_nothing(mina)
    take_picture(mina, "fund-return")
    address = mina.url
    cole, bo = workspace.visit("cole"), workspace.visit("bo")
    cole.goto(address)
    cole.get_by_role("button", name="Review it for the executive").click()
    expect(cole.get_by_text("The return is reviewed.")).to_be_visible()
    mina.goto(address)
    mina.get_by_role("button", name="Record that it was submitted").click()
    expect(mina.get_by_text("The return is submitted.")).to_be_visible()
    bo.goto(address)
    bo.get_by_label("Minute").fill("12/25")
    bo.get_by_role("button", name="Record that the board noted it").click()
    expect(bo.get_by_text("The return is noted.")).to_be_visible()
    with bo.expect_download() as download:
        bo.get_by_role("link", name="The official workbook").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert book["2. Cover"]["C9"].value == "2025/26 Q1"
    for page in (cole, bo):
        workspace.then_nothing_went_wrong(page)
        page.context.close()
