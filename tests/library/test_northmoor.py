"""Northmoor by hand: the sums that a person with a calculator writes down, £000."""

from __future__ import annotations

from pathlib import Path

import pytest

from leftshift.model import PlanResult, read_place

FOLDER = Path(__file__).parents[2] / "examples" / "northmoor"
YEAR = "2025/26"
# one year of growth: 1% demographic (2% in the west), 1% other in acute care; tariff 3% - 1%; net inflation 50% of 2% and 4%
ACUTE_EAST, ACUTE_WEST, TARIFF, NET = 1.01 + 0.01, 1.02 + 0.01, 1 + 0.03 - 0.01, 1 + 0.5 * 0.02 + 0.5 * 0.04


@pytest.fixture(scope="module")
def result() -> PlanResult:
    return read_place(FOLDER).project()


def test_the_base_year(result: PlanResult) -> None:
    assert (
        result.position("NM1", "2024/25")
        == 115_000 - (60_000 + 20_000 + 12_000 + 5_000 + 3_000) - 12_000 - 2_000
    )
    assert (
        result.position("RN1", "2024/25") == 60_000 + 40_000 + 10_000 + 4_000 + 1_000 - 500 - 108_000 - 5_000
    )
    assert result.gap("2024/25") == -(1_000 + 1_000 + 1_500 + 0 + 0)


def test_a_commissioner_that_does_nothing(result: PlanResult) -> None:
    allocation = 115_000 * 1.03 * (1 - 0.01)
    contracts = (60_000 + 5_000) * ACUTE_EAST * TARIFF + (20_000 + 12_000) * 1.01 * TARIFF + 3_000 * 1.03
    lines = 12_000 * (1 + 0.01 + 0.04) + 2_000 * 1.03
    pooled_fund = 200

    by_hand = allocation - contracts - lines - pooled_fund
    assert result.do_nothing_position("NM1", YEAR) == pytest.approx(by_hand, abs=1e-6)


def test_a_hospital_that_does_nothing(result: PlanResult) -> None:
    east, west = 60_000 + 10_000, 40_000  # bodies outside grow as the east does
    income = (east * ACUTE_EAST + west * ACUTE_WEST) * TARIFF + 4_000 * 1.03
    activity = (east * ACUTE_EAST + west * ACUTE_WEST) / (east + west)
    cost = 108_000 * activity * NET + 5_000 * 1.03
    pays_for_community = 500 * 1.01 * TARIFF

    by_hand = income - cost - pays_for_community
    assert result.do_nothing_position("RN1", YEAR) == pytest.approx(by_hand, abs=1e-6)


def test_every_intervention_in_its_first_year(result: PlanResult) -> None:
    east, west = ACUTE_EAST * TARIFF, ACUTE_WEST * TARIFF
    activity = (70_000 * ACUTE_EAST + 40_000 * ACUTE_WEST) / 110_000
    by_hand = {
        ("hospital_cip", "RN1"): 4_000 * 0.40 * activity * NET,
        ("management_overheads", "RN1"): 0.10 * 5_000 * 1.03,
        ("shorter_stays", "RN1"): 0.70 * 1_000 * ACUTE_EAST * NET,
        ("ward_closure", "RN1"): 0,  # from April 2026
        ("virtual_ward", "NM1"): 6 / 12 * (1_000 - 0.80 * 1_000) * east,
        ("virtual_ward", "RN1"): 6 / 12 * (-1_000 * east + 0.70 * 1_000 * ACUTE_EAST * NET),
        ("virtual_ward", "RN2"): 6 / 12 * (0.80 * 1_000 * east - 1_000 * ACUTE_EAST * NET),
        ("community_beds", "NM2"): 0,
        ("community_beds", "RN1"): 6 / 12 * (-1_000 * west + 0.70 * 1_000 * ACUTE_WEST * NET),
        ("community_beds", "RN2"): 6 / 12 * (1_000 * west - 0.80 * 1_000 * ACUTE_WEST * NET),
        ("referral_management", "NM1"): 0.80 * 1_000 * east,
        ("medicines", "NM1"): (6 * 0.5 + 6 * 1.0) / 12 * 500 * 1.05,
        ("home_for_hips", "NM1"): 0,
        ("home_for_hips", "RN1"): 1_000 * east - 0.70 * 1_000 * ACUTE_EAST * NET,
        ("crisis_team", "NM1"): -600 * 1.01 * TARIFF,
        ("crisis_team", "RN3"): 600 * 1.01 * TARIFF - 600 * 1.01 * NET,
        ("winter_scheme", "NM2"): -6 / 12 * 300 * 1.02 * TARIFF,
    }

    impact = result.impact(YEAR)
    for (intervention, organisation), amount in by_hand.items():
        assert impact[intervention][organisation] == pytest.approx(amount, abs=1e-6), (
            intervention,
            organisation,
        )


def test_levels_reached_in_the_last_year(result: PlanResult) -> None:
    activity = 1.0
    level = [70_000.0, 40_000.0]
    for _ in range(3):
        grown = [level[0] * ACUTE_EAST, level[1] * ACUTE_WEST]
        activity *= sum(grown) / sum(level)
        level = grown

    assert result.impact("2027/28")["hospital_cip"]["RN1"] == pytest.approx(
        4_000 * 1.00 * activity * NET**3, abs=1e-6
    )
    assert result.impact("2027/28")["winter_scheme"]["NM2"] == 0  # twelve months from October 2025
