"""A programme director asks whether it is working: from the overview to one chart, its words and what should move it; by keyboard, on a phone, in grey."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import (
    Workspace,
    take_picture,
    then_axe_finds_nothing,
    then_every_chart_is_drawn,
    then_it_fits_a_phone,
    then_it_prints_well,
)

PLACE = "/places/southmoor"
ROOM = f"{PLACE}/measures/"


def test_a_programme_director_asks_whether_it_is_working(vera: Page) -> None:
    # given the overview
    vera.goto(f"{PLACE}/overview/2029-30/")
    # when they open the room
    vera.get_by_role("navigation", name="Rooms").get_by_role("link", name="Measures").click()
    # then every measure is there with its words
    expect(vera.get_by_role("heading", name="Southmoor Measures")).to_be_visible()
    planned = vera.get_by_role("table", name="Planned care")
    row = planned.get_by_role("row").filter(has_text="Follow-up visits for one first visit")
    expect(row).to_contain_text("Special cause, improving, lower than usual")
    expect(row).to_contain_text("Consistently fails the target")
    take_picture(vera, "measures", height=1500)
    # when they narrow it to one theme
    vera.get_by_label("Theme").select_option("Leaving hospital")
    vera.get_by_role("button", name="Show").click()
    expect(vera.get_by_role("table", name="Planned care")).to_have_count(0)
    # and open a measure
    vera.get_by_role("link", name="Days in hospital after the patient was ready to leave").click()
    # then it says what it is in beds, and what changed
    expect(vera.get_by_text("35 beds filled on every day, 2.8 more than the target").first).to_be_visible()
    expect(vera.get_by_text("The definition changed in 2025-04").first).to_be_visible()
    then_every_chart_is_drawn(vera)
    then_it_prints_well(vera)
    take_picture(vera, "measure", height=1700)
    # when they follow what should move it
    vera.get_by_role("link", name="Community stays become care by teams").click()
    expect(vera.get_by_role("table", name="Every intervention 2029/30")).to_be_visible()
    # and come back from another intervention
    vera.get_by_role("link", name="Mean stay on medical wards").click()
    expect(vera.get_by_role("heading", name="Mean stay on medical wards")).to_be_visible()


def test_small_charts_peers_and_the_savings_register(vera: Page) -> None:
    vera.goto(ROOM)
    vera.get_by_role("link", name="Show as small charts").click()
    expect(vera.locator(".app-multiple")).to_have_count(24)
    take_picture(vera, "measures-small-charts", height=1500)

    vera.get_by_role("navigation", name="Views of measures").get_by_role(
        "link", name="Savings register"
    ).click()
    expect(vera.get_by_role("table", name="Savings register, £000 a year")).to_be_visible()
    then_every_chart_is_drawn(vera)
    take_picture(vera, "savings", height=1300)

    vera.goto(f"{ROOM}emergency_admissions/?body=SM1")
    expect(vera.get_by_role("heading", name="Beside its peers")).to_be_visible()
    then_every_chart_is_drawn(vera)


def test_it_works_without_script_and_a_chart_is_a_file(workspace: Workspace, southmoor: None) -> None:
    page = workspace.visit("vera", script=False)
    page.goto(f"{ROOM}?theme=Care+at+home&view=charts")
    expect(page.get_by_role("heading", name="Care at home")).to_be_visible()
    page.goto(f"{ROOM}two_hours/?body=RS2")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the chart (svg)").first.click()
    assert download.value.path().read_text("utf-8").startswith("<svg")
    page.context.close()


def test_the_keyboard_reaches_every_measure(vera: Page) -> None:
    vera.goto(ROOM)
    reached = set()
    for _ in range(60):
        vera.keyboard.press("Tab")
        reached.add(vera.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"))

    assert any("Emergency admissions to medicine" in words for words in reached)
    assert "Show as small charts" in reached


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "?view=charts",
        "delayed_days/?body=RS1",
        "emergency_admissions/?body=SM1",
        "savings-register/",
        "reaching-others/",
    ],
)
def test_axe_finds_nothing_wide_and_narrow(vera: Page, inside: str) -> None:
    vera.goto(f"{ROOM}{inside}")
    then_every_chart_is_drawn(vera)
    then_axe_finds_nothing(vera)

    then_it_fits_a_phone(vera)
    vera.set_viewport_size({"width": 375, "height": 800})
    then_axe_finds_nothing(vera)


def test_what_came_of_loading_is_the_first_thing_seen(workspace: Workspace, southmoor: None) -> None:
    asha = workspace.visit("asha")
    asha.goto(f"{ROOM}load-figures/")
    then_axe_finds_nothing(asha)
    figures = b"measure,of,period,numerator,denominator\nUCR,RS2,2026-10,300,400\n"
    asha.locator("#file").set_input_files({"name": "o.csv", "mimeType": "text/csv", "buffer": figures})
    asha.get_by_label("Mapping").fill('[measures]\nUCR = "two_hours"')
    asha.get_by_role("button", name="Load").click()
    asha.wait_for_url("**/draft/")

    expect(asha.get_by_role("alert")).to_contain_text("1 new, 0 revised and 0 unchanged figures")
    then_axe_finds_nothing(asha)
    asha.get_by_role("link", name="See what changed").click()
    expect(asha.get_by_role("table", name="Edits, newest first")).to_contain_text("observations.csv")
    asha.context.close()
    workspace.then_nothing_went_wrong(asha)


def then_badges_stand_apart_from_icons(page: Page) -> None:
    """No rating reaches into the cell beside it."""
    assert page.locator(".app-measures .nhsuk-tag").count() > 10
    reaching = page.evaluate(
        """() => [...document.querySelectorAll('.app-measures .nhsuk-tag')].filter(tag =>
            tag.getBoundingClientRect().right > tag.closest('tr').querySelector('.app-icon').getBoundingClientRect().left
            && getComputedStyle(tag.closest('td')).display === 'table-cell').length"""
    )
    assert reaching == 0


def test_on_paper_there_are_figures_and_nothing_to_click(vera: Page) -> None:
    vera.goto(ROOM)
    vera.set_viewport_size({"width": 1080, "height": 800})
    then_badges_stand_apart_from_icons(vera)
    vera.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins
    vera.emulate_media(media="print")
    for what in (".app-filter", ".app-views", ".app-download"):
        expect(vera.locator(what).first).not_to_be_visible()
    then_badges_stand_apart_from_icons(vera)
    told = "link => getComputedStyle(link, '::after').content"
    assert set(vera.locator(".app-measures a").evaluate_all(f"links => links.map({told})")) == {"none"}
    assert (
        vera.locator(".app-measures tbody tr").first.evaluate("row => getComputedStyle(row).breakInside")
        == "avoid"
    )
    assert vera.evaluate("document.documentElement.scrollWidth") <= 718

    vera.emulate_media(media="screen")
    vera.goto(f"{ROOM}?view=charts")
    vera.emulate_media(media="print")
    assert set(vera.locator(".app-multiple a").evaluate_all(f"links => links.map({told})")) == {"none"}
    card = vera.locator(".app-multiple").first
    assert card.evaluate("card => getComputedStyle(card).breakInside") == "avoid"

    vera.emulate_media(media="screen")
    vera.goto(f"{ROOM}delayed_days/?body=RS1")
    folded = vera.locator(".app-fold table").first
    assert not folded.evaluate("table => table.checkVisibility({contentVisibilityAuto: true})")
    vera.emulate_media(media="print")
    assert folded.evaluate("table => table.checkVisibility({contentVisibilityAuto: true})")
    assert folded.evaluate("table => table.getBoundingClientRect().height") > 500
    assert (
        folded.evaluate("table => getComputedStyle(table).breakInside") == "auto"
    )  # it follows on the page, and goes on over it
    vera.emulate_media(media="screen")


def test_on_a_phone_every_measure_is_a_card(vera: Page) -> None:
    """Rating, icons and words are seen without scrolling sideways, each with its heading; it is still a table."""
    vera.set_viewport_size({"width": 375, "height": 800})
    vera.goto(ROOM)

    table = vera.get_by_role("table", name="Planned care")
    row = table.get_by_role("row").filter(has_text="Follow-up visits for one first visit")
    headings = [
        cell.evaluate("cell => getComputedStyle(cell, '::before').content.slice(1, -1)")
        for cell in row.get_by_role("cell").all()
    ]
    assert headings == table.get_by_role("columnheader").all_inner_texts()[1:]
    assert len(headings) == 7
    for inside in (".nhsuk-tag", ".app-judged >> nth=0", ".app-judged >> nth=1", "svg >> nth=-1"):
        box = row.locator(inside).bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 375
    assert vera.locator(".app-table").evaluate_all("all => all.every(e => e.scrollWidth <= e.clientWidth)")

    vera.goto(f"{ROOM}delayed_days/?body=RS1")
    says = vera.locator("#definition td").first.bounding_box()
    assert says is not None
    assert says["width"] > 150
    assert vera.locator(".app-table:has(#definition)").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_in_grey_the_meanings_are_told_apart_by_shape_and_words(vera: Page) -> None:
    """Every icon of another meaning has another outline or letter, so that grey prints say the same."""
    vera.goto(ROOM)
    shapes = vera.evaluate(
        """() => [...document.querySelectorAll('symbol')].map(symbol => [symbol.id,
            [...symbol.querySelectorAll('path')].map(path => path.getAttribute('d')).join() + symbol.textContent
            + (symbol.querySelector('path').getAttribute('fill') === '#ffffff' ? 'hollow' : 'filled')])"""
    )

    assert len(shapes) == 12
    assert len({shape for _, shape in shapes}) == 12
