"""The ranges that the same totals leave: by hand, for any place, and beside points found at random."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leftshift.economy.arrays import Floats
from leftshift.economy.calibration.calibrating import Calibration, calibrate, ranges_of
from leftshift.economy.calibration.extremes import MISS, Ends, ends, quantities
from leftshift.economy.calibration.ranging import Range
from leftshift.economy.preparing import prepare
from leftshift.economy.result import run
from leftshift.foundation.sources import Basis
from leftshift.place.place import Place
from leftshift.place.rows import Published, Setting
from tests.library.places import BASE, BY, places, published
from tests.library.test_calibration import NEXT, two_lines

POUND = 0.001  # calibrated values are kept in whole pounds


def firm(place: Place, *lines: str) -> Place:
    return replace(
        place,
        lines=tuple(replace(row, basis="published") if row.line in lines else row for row in place.lines),
    )


def setting(place: Place, **values: str) -> Place:
    rows = tuple(Setting(setting=name, value=value, **BY) for name, value in values.items())
    return place.with_tables(settings=(*place.settings, *rows))


def ends_of(calibration: Calibration) -> Ends:
    return ends(calibration.totals, calibration.change, distance=calibration.ranges.distance)


def near(found: Range, low: float, high: float) -> bool:
    return found.low == pytest.approx(low, abs=2 * POUND) and found.high == pytest.approx(high, abs=2 * POUND)


def test_two_estimates_and_one_total_by_hand() -> None:
    # I from 270 to 330, J from 360 to 440, and J - I from 49.5 to 50.5: so J is at least 360 and I at most 330
    ranges = calibrate(two_lines(("gap", NEXT, "50"))).ranges

    assert near(ranges.estimates["line I"], 360 - 50.5, 330)
    assert near(ranges.estimates["line J"], 360, 330 + 50.5)
    assert [found.is_determined for found in ranges.estimates.values()] == [False, False]


def test_the_total_settles_the_position_to_its_last_digit() -> None:
    ranges = calibrate(two_lines(("gap", NEXT, "50.0"))).ranges

    for year in (BASE, NEXT):
        assert near(ranges.positions["AAA"][year], -50.05, -49.95)
        assert ranges.positions["AAA"][year].is_determined


def test_one_estimate_and_one_total_determine_it() -> None:
    # 400 - I from 89.5 to 90.5
    ranges = calibrate(firm(two_lines(("gap", NEXT, "90")), "J")).ranges

    assert list(ranges.estimates) == ["line I"]
    assert near(ranges.estimates["line I"], 400 - 90.5, 400 - 89.5)
    assert ranges.estimates["line I"].is_determined
    assert ranges.sentence() == "The totals determine every estimate, and every position that rests on one."


def test_a_total_of_one_body_leaves_the_estimates_of_another_where_the_box_ends() -> None:
    place = two_lines(("do_nothing_position", NEXT, "-100"))
    other = replace(place.organisations[0], code="BBB", name="B")
    target = replace(place.published[0], organisation="AAA")
    cost = replace(place.lines[1], line="K", organisation="BBB", value=50.0)
    ranges = calibrate(
        place.with_tables(
            organisations=(*place.organisations, other), lines=(*place.lines, cost), published=(target,)
        )
    ).ranges

    assert near(ranges.estimates["line K"], 50 * 0.9, 50 * 1.1)
    assert near(ranges.positions["BBB"][NEXT], -50 * 1.1, -50 * 0.9)
    assert not ranges.positions["BBB"][NEXT].is_determined
    assert ranges.positions["AAA"][NEXT].is_determined


def test_the_box_reaches_as_far_as_calibration_moved_an_estimate() -> None:
    # I 300 -> 336 and J 400 -> 336, by 12% and 16%: the only corner where both boxes and the total meet
    ranges = calibrate(two_lines(("gap", NEXT, "0"))).ranges

    assert near(ranges.estimates["line I"], 335.5, 336)
    assert near(ranges.estimates["line J"], 336, 336.5)


def test_how_far_and_how_wide_are_settings_of_the_place() -> None:
    place = setting(two_lines(("gap", NEXT, "50")), calibration_range="20%", calibration_width="50%")
    ranges = calibrate(place).ranges

    # I from 240 to 360, J from 320 to 480
    assert near(ranges.estimates["line I"], 320 - 50.5, 360)
    assert near(ranges.estimates["line J"], 320, 360 + 50.5)
    assert all(found.is_determined for found in ranges.estimates.values())


def test_an_estimate_never_turns_negative() -> None:
    place = setting(two_lines(("gap", NEXT, "50")), calibration_range="100%")

    assert calibrate(place).ranges.estimates["line I"].low >= 0


def test_what_calibration_cannot_move_is_not_listed() -> None:
    place = two_lines(("gap", NEXT, "90"))
    other = replace(place.organisations[0], code="BBB", name="B")
    ranges = calibrate(place.with_tables(organisations=(*place.organisations, other))).ranges

    assert list(ranges.positions) == ["AAA"]


def test_the_sentence_says_what_is_determined_and_what_is_not() -> None:
    ranges = calibrate(two_lines(("gap", NEXT, "50"))).ranges

    assert ranges.sentence() == (
        "The totals determine the position of AAA in 2024/25 and 2025/26. They do not determine any of the 2 estimates."
    )


def test_without_totals_or_estimates_there_are_no_ranges() -> None:
    assert ranges_of(two_lines()) is None
    assert ranges_of(firm(two_lines(("gap", NEXT, "100")), "I", "J")) is None


def test_estimates_that_a_switch_leaves_out_have_no_range() -> None:
    place = two_lines(("gap", NEXT, "0"))
    left_out = place.with_tables(services=(replace(place.services[0], scope="social_care"),))
    ranges = calibrate(left_out).ranges

    assert not ranges.estimates
    assert not ranges.positions


def test_ranges_are_the_same_before_and_after_calibrating() -> None:
    place = two_lines(("gap", NEXT, "50"))

    assert ranges_of(calibrate(place).place) == ranges_of(place)


@st.composite
def with_totals(draw: st.DrawFn) -> Place:
    """A place whose flows are mostly estimates, and one or two totals that values near them give."""
    place = draw(places())
    bases: st.SearchStrategy[Basis] = st.sampled_from(["estimate", "estimate", "published"])
    place = place.with_tables(
        contracts=tuple(replace(row, basis=draw(bases)) for row in place.contracts),
        lines=tuple(replace(row, basis=draw(bases)) for row in place.lines),
    )
    near_by = {
        row: row.value * (1 + draw(st.floats(-0.05, 0.05))) if row.basis == "estimate" else row.value
        for row in place.flow_rows
    }
    result = run(
        place.with_tables(
            contracts=tuple(replace(row, value=near_by[row]) for row in place.contracts),
            lines=tuple(replace(row, value=near_by[row]) for row in place.lines),
        )
    )
    digits = draw(st.sampled_from([0, 1]))
    targets: list[Published] = []
    for year in draw(st.lists(st.sampled_from(place.years), min_size=1, max_size=2, unique=True)):
        code = draw(st.sampled_from([None, *(row.code for row in place.organisations)]))
        value = result.position(code, year) if code else result.gap(year)
        figure: dict[str, Any] = {"organisation": code, "calibrate": True}
        name = "closing_position" if code else "gap"
        targets.append(published(name, year, f"{value:.{digits}f}", **figure))
    assume(any(row.basis == "estimate" and row.value > 0 for row in prepare(place).flows.rows))
    return place.with_tables(published=tuple(targets))


@given(with_totals())
def test_totals_that_values_near_the_estimates_give_are_met_and_every_end_meets_them(place: Place) -> None:
    calibration = calibrate(place)
    ranges, totals = calibration.ranges, calibration.totals

    found = ends_of(calibration)
    for side in found.changes:
        off = np.abs(totals.values(totals.read, side) - totals.wanted) - totals.allowed if len(side) else 0
        assert np.max(off, initial=0.0) <= MISS
        assert (side >= np.minimum(-0.1, calibration.change) - 1e-9).all()
        assert (side <= np.maximum(0.1, calibration.change) + 1e-9).all()
    assert ranges.largest_miss <= MISS

    result = run(calibration.place)
    for change in calibration.changes:
        assert ranges.estimates[change.name].low <= change.after <= ranges.estimates[change.name].high
    for code, by_year in ranges.positions.items():
        for year, range_ in by_year.items():
            assert range_.low <= result.position(code, year) <= range_.high


@given(with_totals(), st.integers(0, 2**32 - 1))
def test_no_point_found_at_random_lies_outside(place: Place, seed: int) -> None:
    calibration = calibrate(place)
    found, totals = ends_of(calibration), calibration.totals
    points = feasible_points(calibration, seed)
    values = totals.values(lambda projection: quantities(totals, projection), points)[:, found.quantity]
    low, high = found.values.min(axis=0), found.values.max(axis=0)

    # the programmes are straight and the model is not: what that may cost is a thousandth of the range
    slack = 1e-3 * (high - low) + 2 * MISS + 1e-9 * np.abs(high)
    assert (values >= low - slack).all()
    assert (values <= high + slack).all()


def feasible_points(calibration: Calibration, seed: int) -> Floats:
    """Points of a random walk among the changes that meet the totals, each brought back onto them."""
    random, totals, at = np.random.default_rng(seed), calibration.totals, calibration.change
    low, high = np.minimum(-0.1, at), np.maximum(0.1, at)
    points = [at]
    for _ in range(20):
        _, slopes = totals.slopes(totals.read, at)
        flat = np.eye(len(at)) - np.linalg.pinv(slopes, rcond=1e-9) @ slopes
        step = at + random.uniform(-0.2, 0.2) * flat @ random.normal(size=len(at))
        step = step if random.random() < 0.5 else at + 0.1 * np.sign(step - at)
        step = np.clip(step, low, high)
        for _ in range(4):
            off = totals.wanted - totals.values(totals.read, step[None])[0]
            step = np.clip(step + np.linalg.pinv(slopes, rcond=1e-9) @ off, low, high)
        if (np.abs(totals.values(totals.read, step[None])[0] - totals.wanted) <= totals.allowed).all():
            at = step
            points.append(at)
    return np.array(points)


@given(with_totals())
def test_ranges_of_any_place_are_the_same_before_and_after_calibrating(place: Place) -> None:
    assert ranges_of(calibrate(place).place) == ranges_of(place)


def test_the_ends_are_corrected_for_what_is_not_straight() -> None:
    """A cost that follows activity: the product of a base value and of a mean of growth rates."""
    place = bent()
    calibration = calibrate(place)
    totals, found = calibration.totals, ends_of(calibration)
    _, slopes = totals.slopes(totals.read, calibration.change)
    bend = totals.values(totals.read, found.changes[0]) - totals.wanted
    straight = (found.changes[0] - calibration.change) @ slopes.T

    assert np.abs(bend - straight).max() > 10 * MISS
    assert calibration.ranges.largest_miss <= MISS


def bent() -> Place:
    """A body paid by two contracts, one that grows by half and one that does not, whose cost follows both."""
    from leftshift.place.rows import Assumption, Contract, Line, Membership, Organisation, Service

    by: dict[str, Any] = {"source": "a test", "basis": "estimate"}
    return Place(
        code="bent", name="Bent", base_year=BASE, last_year=NEXT, perimeter="all",
        organisations=(Organisation(code="PPP", name="P", kind="provider", **BY),),
        perimeters=(Membership(perimeter="all", organisation="PPP", share=1.0, **BY),),
        services=(
            Service(service="grows", name="Grows", demographic_growth="people", **BY),
            Service(service="flat", name="Flat", **BY),
            Service(service="cost", name="Cost", follows_activity=True, **BY),
        ),
        assumptions=(Assumption(organisation="all", assumption="people", percent=0.5, **BY),),
        contracts=(
            Contract(contract="G", payer="outside", payee="PPP", service="grows", value=5000.0, year=BASE, **by),
            Contract(contract="F", payer="outside", payee="PPP", service="flat", value=5000.0, year=BASE, **by),
        ),
        lines=(Line(line="C", organisation="PPP", type="cost", service="cost", value=6000.0, year=BASE, **by),),
        published=(published("closing_position", NEXT, "5000.0", organisation="PPP", calibrate=True),),
    )  # fmt: skip


def test_a_bent_place_worked_out_on_a_grid() -> None:
    """In the next year (1.5 G + F) - C (1.5 G + F) / (G + F) = 5,000, which gives C for any G and F."""
    growing, flat = np.meshgrid(np.linspace(4500, 5500, 1001), np.linspace(4500, 5500, 1001))
    costs = [(growing + flat) * (1 - total / (1.5 * growing + flat)) for total in (4999.95, 5000.05)]
    within = [(cost >= 5400) & (cost <= 6600) for cost in costs]
    positions = [(growing + flat - cost)[kept] for cost, kept in zip(costs, within, strict=True)]
    found = calibrate(bent()).ranges.positions["PPP"][BASE]

    # a step of the grid is 1
    assert found.low == pytest.approx(min(position.min() for position in positions), abs=1)
    assert found.high == pytest.approx(max(position.max() for position in positions), abs=1)
    assert found.width > 100
