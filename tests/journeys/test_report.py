"""A board member opens the report of a plan, from a file and without the network; axe finds nothing in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.walking import IMAGES, then_axe_finds_nothing
from tests.reports.places import CASES, LLR
from tests.reports.places import page as report_page


def opened(browser: Browser, folder: Path, case: str, *, width: int = 1280) -> Page:
    """The report of a case as a file, opened."""
    return opened_text(browser, folder, report_page(case), width=width)


def opened_text(browser: Browser, folder: Path, text: str, *, width: int = 1280) -> Page:
    """A page as a file, opened; every request beside the file's own is a failure."""
    file = folder / "report.html"
    file.write_text(text, "utf-8")
    page = browser.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url))
    page.on("console", lambda message: foreign.append(message.text))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    assert [url for url in foreign if not url.startswith(("data:image/svg+xml;base64,", file.as_uri()))] == []
    return page


@pytest.mark.parametrize("case", CASES)
def test_axe_finds_nothing_and_every_chart_is_drawn(browser: Browser, tmp_path: Path, case: str) -> None:
    page = opened(browser, tmp_path, case)

    then_axe_finds_nothing(page)
    for image in page.locator("img").all():
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    page.context.close()


@pytest.mark.parametrize("case", CASES)
def test_it_fits_a_phone(browser: Browser, tmp_path: Path, case: str) -> None:
    page = opened(browser, tmp_path, case, width=375)

    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    then_axe_finds_nothing(page)
    page.context.close()


def test_the_keyboard_skips_to_the_report_and_reaches_its_tables(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, LLR)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert (
        page.evaluate("document.activeElement.getAttribute('aria-label')")
        == "Drivers of the gap 2018/19, £000"
    )
    page.context.close()


def test_the_contents_lead_to_the_sections(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, LLR)

    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Limits").click()

    expect(page.get_by_role("heading", name="Limits")).to_be_visible()
    assert page.url.endswith("#limits")
    page.context.close()


def test_a_screenshot_for_the_guide(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, LLR)
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        page.screenshot(
            path=IMAGES / "report.png", clip={"x": 0, "y": 0, "width": 1280, "height": 1000}, full_page=True
        )
    page.context.close()

    assert (IMAGES / "report.png").exists(), "take it with: make docs"
