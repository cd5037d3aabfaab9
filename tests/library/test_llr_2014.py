"""LLR 2014: the figures that the plan prints, from the place's own files."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leftshift.foundation.years import FinancialYear
from leftshift.model import Model, PlanResult, read_place
from leftshift.place.place import Place
from tests.library.slow_economy import Slow

FOLDER = Path(__file__).parents[2] / "examples" / "llr-2014"
LAST = FinancialYear(2018)
NHS = ["03W", "04C", "04V", "Q59", "RT5", "RWE"]


@pytest.fixture(scope="module")
def model() -> Model:
    return read_place(FOLDER)


@pytest.fixture(scope="module")
def result(model: Model) -> PlanResult:
    return model.project()


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_bridge_closing_surplus_and_gap(result: PlanResult) -> None:
    assert sum(result.bridge(LAST).values()) == pytest.approx(
        238_372 + 110_324 + 11_020 + 16_844 + 23_436, abs=1e-3
    )
    assert sum(result.bridge(LAST).values()) == pytest.approx(399_996, abs=1e-3)
    assert result.perimeter_position(LAST) == pytest.approx(1_880, abs=0.5)
    assert result.gap(LAST) == pytest.approx(399_996 - 1_880, abs=0.5)


def test_cip_and_qipp_are_87_17_percent_of_the_savings(result: PlanResult) -> None:
    bridge = result.bridge(LAST)

    assert round(100 * (bridge["cips"] + bridge["qipps"]) / sum(bridge.values()), 2) == 87.17


def test_each_row_and_column_of_the_impact_table_sums_as_published(result: PlanResult) -> None:
    printed = [
        row
        for row in rows("published")
        if row["figure"] == "impact" and row["reading"] in {"row total", "column total"}
    ]

    assert len(printed) == 13 + 6
    for row in printed:
        modelled = result.impact_total(LAST, row["item"] or None, row["organisation"] or None)
        assert 1000 * modelled == pytest.approx(float(row["value"]), abs=3), row


def test_the_grand_total_and_what_stands_outside_it(result: PlanResult) -> None:
    unattributed = {name: row["unattributed"] for name, row in result.impact(LAST).items()}

    assert 1000 * result.impact_total(LAST) == pytest.approx(392_993_993, abs=0.5)
    assert unattributed["primary_care_investment"] == 7_000
    assert sum(unattributed.values()) == pytest.approx(7_002.007, abs=1e-3)
    assert sum(result.bridge(LAST).values()) == pytest.approx(
        result.impact_total(LAST) + sum(unattributed.values()), abs=1e-3
    )


def test_the_investment_counted_twice_is_shown_as_what_it_is(result: PlanResult) -> None:
    ties = {
        (tie.row.figure, tie.row.reading): tie
        for tie in result.tie_out().ties
        if tie.row.item == "investment_counted_twice"
    }

    counted = result.impact(LAST, stage="do_nothing")["investment_counted_twice"]["03W"]

    assert counted == pytest.approx(-13_637.39, abs=1e-3)
    assert ties["gap_without", "headline"].verdict == "known conflict"
    assert ties["gap_without", "headline"].modelled == pytest.approx(384.479, abs=1e-3)
    assert ties["gap_without", "corrected"].verdict == "ties"


@pytest.mark.parametrize("year", [FinancialYear(starts) for starts in range(2014, 2019)])
def test_tariff_deflator_and_net_inflation_tie_in_every_year(result: PlanResult, year: FinancialYear) -> None:
    ties = [tie for tie in result.tie_out().ties if tie.row.figure == "assumption" and tie.row.year == year]

    assert {(tie.row.item, tie.row.organisation) for tie in ties} == {
        (item, code) for item in ("tariff_deflator", "net_inflation") for code in ("RWE", "RT5")
    }
    assert all(tie.verdict == "ties" and tie.how == "computed" for tie in ties)


def test_new_contracting_models_are_computed_from_inputs(result: PlanResult) -> None:
    computed = {
        code: 1000 * result.impact(LAST, stage="comparison")[f"new_contracting_inferred_{code.lower()}"][code]
        for code in ("03W", "04C", "04V")
    }
    printed = {
        row["organisation"]: float(row["value"])
        for row in rows("published")
        if row["figure"] == "computed_effect" and row["unit"] == "£"
    }

    assert {code: round(value) for code, value in computed.items()} == {
        "03W": 4_188_530,
        "04C": 4_111_691,
        "04V": 4_187_297,
    }
    assert all(abs(computed[code] - printed[code]) <= 250 for code in computed)


def test_new_contracting_models_by_hand(model: Model, result: PlanResult) -> None:
    rates = {
        (row.organisation, row.assumption, row.year): float(row.percent or 0)
        for row in model.place.assumptions
    }
    value = 4_000.0
    for year in model.place.years[1:]:
        value *= (1 + rates["03W", "demographic_growth", year]) * (
            1 + rates["03W", "inflation", year] + rates["03W", "provider_efficiency", year]
        )

    assert result.impact(LAST, stage="comparison")["new_contracting_inferred_03w"]["03W"] == pytest.approx(
        value, abs=1e-6
    )


def test_earlier_balances_are_shown_for_comparison_only_in_both_readings(result: PlanResult) -> None:
    comparisons = result.tie_out().comparisons

    assert {tie.row.reading for tie in comparisons} == {"in print order", "-19,343 first"}
    assert [float(tie.row.value) for tie in comparisons if tie.row.reading == "in print order"] == [
        -15200,
        -10525,
        -14446,
        -15096,
        -19343,
    ]
    assert all(tie.verdict is None and not tie.counted for tie in comparisons)


def test_calibrated_figures_are_marked_and_not_counted(model: Model, result: PlanResult) -> None:
    ties = result.tie_out().ties
    used = [tie for tie in ties if tie.row.calibrate]
    following = [tie for tie in ties if tie.row.figure == "closing_position" and tie.row.organisation is None]

    assert all(row.basis == "calibrated" and row.estimate for row in model.place.flow_rows)
    assert {result.basis[code] for code in NHS} == {"calibrated"}
    assert len(used) == 2
    assert not any(tie.counted for tie in (*used, *following))
    assert all(tie.how == "calibrated" for tie in (*used, *following))


def test_calibrating_again_gives_what_is_stored(model: Model) -> None:
    calibration = model.calibrate()

    assert calibration.place == model.place
    assert max(abs(change.proportion) for change in calibration.changes) < 0.02


def test_calibration_says_what_it_could_not_determine(model: Model, result: PlanResult) -> None:
    ranges = model.calibrate().ranges
    first = result.place.base_year

    assert model.ranges() == ranges
    assert set(ranges.undetermined_estimates) == set(ranges.estimates)
    assert len(ranges.estimates) == 36
    assert list(ranges.positions) == NHS
    open_years = ranges.years(determined=False)
    assert all(open_years[code] == result.place.years for code in NHS[:-1])
    assert open_years["RWE"] == result.place.years[2:]
    # the trust's deficit of £39.7m is printed, and a total; so its range is what rounds to it
    assert ranges.positions["RWE"][first].is_determined
    assert ranges.positions["RWE"][first].low == pytest.approx(-39_750, abs=0.01)
    assert ranges.positions["RWE"][first].high == pytest.approx(-39_650, abs=0.01)
    for code in NHS:
        for year in result.place.years:
            found = ranges.positions[code][year]
            assert found.low <= result.position(code, year) <= found.high
    assert ranges.largest_miss < 0.001
    assert ranges.sentence() == (
        "The totals determine the position of RWE in 2013/14 and 2014/15. They do not determine any of the 36 estimates, the "
        "positions of 03W, 04C, 04V, Q59 and RT5 in 2013/14 to 2018/19 or the position of RWE in 2015/16 to 2018/19."
    )


def test_every_published_figure_that_counts_ties_or_says_why(result: PlanResult) -> None:
    for tie in result.tie_out().ties:
        assert tie.verdict in {"ties", "differs by rounding", "known conflict"} or tie.reason, tie


def test_councils_stand_outside_the_gap(result: PlanResult) -> None:
    councils = [tie for tie in result.tie_out().ties if tie.row.item == "council_savings"]

    assert [float(tie.row.value) for tie in councils if tie.row.perimeter == "Councils"] == [177]
    assert all(tie.verdict == "ties" for tie in councils)


def test_the_whole_place_agrees_with_the_slow_implementation(model: Model, result: PlanResult) -> None:
    slow = Slow(model.place).run()

    for code in NHS:
        for year in model.place.years:
            assert result.position(code, year) == pytest.approx(slow.plan[code, year], abs=1e-3)


def _with(place: Place, table: str, column: str, value: float, **where: Any) -> Place:
    """The place with one input changed."""
    change: dict[str, Any] = {column: value}
    before: tuple[Any, ...] = place.table(table)
    after = tuple(
        replace(row, **change) if all(getattr(row, name) == wanted for name, wanted in where.items()) else row
        for row in before
    )
    assert after != before
    return place.with_tables(**{table: after})


CHANGES = [
    (
        "gap and closing position",
        "assumptions",
        "percent",
        0.03,
        {"organisation": "03W", "assumption": "demographic_growth", "year": LAST},
    ),
    (
        "allocation",
        "assumptions",
        "percent",
        0.01,
        {"organisation": "04C", "assumption": "revenue_recurrent_resource_limit", "year": LAST},
    ),
    (
        "pay",
        "assumptions",
        "percent",
        0.06,
        {"organisation": "RWE", "assumption": "pay_inflation", "year": LAST},
    ),
    ("contract", "contracts", "value", 160_000.0, {"contract": "C01"}),
    (
        "stated effect",
        "stated_effects",
        "amount",
        200_000.0,
        {"intervention": "cip", "organisation": "RWE", "year": LAST},
    ),
    ("unattributed", "stated_effects", "amount", 6_000.0, {"intervention": "primary_care_investment"}),
    (
        "duplicated investment",
        "stated_effects",
        "amount",
        -10_000.0,
        {"intervention": "investment_counted_twice"},
    ),
    ("inferred contracting", "effects", "value", 4_100.0, {"effect": "E01"}),
]


@pytest.mark.parametrize(
    ("table", "column", "value", "where"),
    [change[1:] for change in CHANGES],
    ids=[change[0] for change in CHANGES],
)
def test_a_changed_input_moves_every_headline_as_the_slow_implementation_says(
    model: Model, result: PlanResult, table: str, column: str, value: float, where: dict[str, object]
) -> None:
    place = _with(model.place, table, column, value, **where)
    changed, slow = Model(place).project(), Slow(place).run()
    share = place.shares

    do_nothing = sum(share[code] * slow.do_nothing[code, LAST] for code in share)
    closing = sum(share[code] * slow.plan[code, LAST] for code in share)

    assert changed.gap(LAST) == pytest.approx(-do_nothing, abs=1e-3)
    assert changed.perimeter_position(LAST) == pytest.approx(closing, abs=1e-3)
    assert sum(changed.bridge(LAST).values()) == pytest.approx(closing - do_nothing, abs=1e-3)
    for (intervention, code, year), amount in slow.impact.items():
        if year == LAST and code in changed.organisations:
            stage = next(row.stage for row in place.interventions if row.intervention == intervention)
            assert changed.impact(LAST, stage=stage)[intervention][code] == pytest.approx(amount, abs=1e-3)
    moved = [
        changed.gap(LAST) != result.gap(LAST),
        changed.bridge(LAST) != result.bridge(LAST),
        changed.impact(LAST, stage="comparison") != result.impact(LAST, stage="comparison"),
    ]
    assert any(moved)
