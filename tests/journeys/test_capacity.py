"""A board member asks whether beds, people and buildings suffice: from the overview, with the keyboard, on a phone; axe finds nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import (
    take_picture,
    then_axe_finds_nothing,
    then_every_chart_is_drawn,
    then_it_fits_a_phone,
    then_it_prints_well,
)

PLACE, YEAR = "/places/southmoor", "2029-30"
ROOMS = [
    *(f"capacity/{subject}/{YEAR}" for subject in ("beds", "activity", "staff", "buildings", "capital")),
    f"control/{YEAR}",
]


def test_a_board_member_asks_whether_capacity_suffices(vera: Page) -> None:
    # given the overview
    vera.goto(f"{PLACE}/overview/{YEAR}/")
    # when they open the room
    vera.get_by_role("navigation", name="Rooms").get_by_role("link", name="Capacity").click()
    # then the beds are there, with the bridge as a table
    expect(vera.get_by_role("heading", name="Beds 2029/30")).to_be_visible()
    expect(vera.get_by_text("Open beds do not suffice in every year")).to_be_visible()
    bridge = vera.get_by_role("table", name="Bed bridge 2029/30, beds")
    expect(bridge.get_by_role("row", name="Needed at the end 678 170 48 41")).to_be_visible()
    then_every_chart_is_drawn(vera)
    then_it_prints_well(vera)
    take_picture(vera, "capacity", height=1500)
    # when they turn to staff, and to the nurses among them
    subjects = vera.get_by_role("navigation", name="Subjects of capacity")
    subjects.get_by_role("link", name="Staff").click()
    expect(vera.get_by_text("438 are missing where they are needed")).to_be_visible()
    take_picture(vera, "capacity-staff", height=1500)
    vera.get_by_role("navigation", name="Staff groups").get_by_role("link", name="Registered nurses").click()
    expect(vera.get_by_text("Registered nurses: 2,009 whole-time equivalents are needed")).to_be_visible()
    then_every_chart_is_drawn(vera)
    then_axe_finds_nothing(vera)
    # and to capital
    subjects.get_by_role("link", name="Capital").click()
    expect(vera.get_by_text("£3.5m remain to be found in all")).to_be_visible()
    funds = vera.get_by_role("table", name="One hospital site: schemes and funds by year, £000")
    expect(funds.get_by_role("row", name="Still to be found 0 3,000 8,000 0 −7,500 3,500")).to_be_visible()
    take_picture(vera, "capacity-capital", height=1500)


def test_the_keyboard_reaches_subjects_groups_and_tables(vera: Page) -> None:
    vera.goto(f"{PLACE}/capacity/staff/{YEAR}/")
    reached = set()
    for _ in range(50):
        vera.keyboard.press("Tab")
        reached.add(
            vera.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
            )
        )

    assert {"Beds", "Capital", "Doctors", "2025/26", "Staff by year, whole-time equivalents"} <= reached


@pytest.mark.parametrize("room", ROOMS)
def test_axe_finds_nothing_wide_and_narrow(vera: Page, room: str) -> None:
    vera.goto(f"{PLACE}/{room}/")
    then_every_chart_is_drawn(vera)
    then_axe_finds_nothing(vera)

    then_it_fits_a_phone(vera)
    vera.set_viewport_size({"width": 375, "height": 800})
    then_axe_finds_nothing(vera)
