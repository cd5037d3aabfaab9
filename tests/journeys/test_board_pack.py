"""A board member opens a board pack and its quality assurance, from files and without the network; axe finds nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from leftshift.reports.assurance import assurance_report, quality_of
from leftshift.reports.html import html_of
from tests.journeys.test_report import opened_text
from tests.journeys.walking import IMAGES, then_axe_finds_nothing
from tests.reports.packs import CASES, DAY, files
from tests.reports.places import LLR, NORTHMOOR, example, result_of


@cache
def assurance(name: str) -> str:
    """The quality assurance of an example as HTML."""
    return html_of(assurance_report(quality_of(result_of(example(name)), DAY)))


PAGES: dict[str, Callable[[], str]] = {
    **{f"pack {case}": (lambda case=case: files(case).html.decode()) for case in CASES},  # type: ignore[misc]
    **{f"assurance {name}": (lambda name=name: assurance(name)) for name in (LLR, NORTHMOOR)},  # type: ignore[misc]
}


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_it_fits(browser: Browser, tmp_path: Path, name: str, width: int) -> None:
    page = opened_text(browser, tmp_path, PAGES[name](), width=width)

    then_axe_finds_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for image in page.locator("img").all():
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    page.context.close()


def test_a_member_goes_from_the_contents_to_what_keeps_it_from_green(
    browser: Browser, tmp_path: Path
) -> None:
    page = opened_text(browser, tmp_path, PAGES[f"pack {LLR}"]())

    page.get_by_role("navigation", name="Contents").get_by_role("link", name="11. Quality assurance").click()

    heading = page.get_by_role("heading", name="11. Quality assurance: the master check")
    expect(heading).to_be_visible()
    expect(page.locator("p.lead").filter(has_text="Not green")).to_be_visible()
    page.context.close()


def test_the_number_of_a_paragraph_stands_beside_it(browser: Browser, tmp_path: Path) -> None:
    page = opened_text(browser, tmp_path, PAGES[f"pack {LLR}"]())
    paragraph = page.locator("p.numbered").first
    number = paragraph.locator(".paragraph-number")

    boxes = paragraph.bounding_box(), number.bounding_box()
    assert boxes[0] and boxes[1]  # noqa: PT018
    assert boxes[1]["x"] == boxes[0]["x"]
    assert boxes[1]["width"] < 60
    page.context.close()


def taken(page: Page, name: str) -> None:
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        page.screenshot(
            path=IMAGES / name, clip={"x": 0, "y": 0, "width": 1280, "height": 1000}, full_page=True
        )
    page.context.close()

    assert (IMAGES / name).exists(), "take it with: make docs"


def test_screenshots_for_the_guide(browser: Browser, tmp_path: Path) -> None:
    taken(opened_text(browser, tmp_path, PAGES[f"pack {LLR}"]()), "board-pack.png")
    taken(opened_text(browser, tmp_path, PAGES[f"assurance {LLR}"]()), "quality-assurance.png")
