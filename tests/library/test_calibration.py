"""Calibration: the least proportional change of estimates that meets the marked totals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from leftshift.economy.calibration.calibrating import calibrate
from leftshift.economy.result import run
from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import Line, Membership, Organisation, Service, Setting
from tests.library.places import BASE, BY, published

NEXT = BASE.plus(1)


def two_lines(*targets: tuple[str, FinancialYear, str]) -> Place:
    """A body that earns 300 and spends 400, both estimates, that do not grow."""
    by: dict[str, Any] = {"source": "a test", "basis": "estimate"}
    return Place(
        code="two", name="Two", base_year=BASE, last_year=NEXT, perimeter="all",
        organisations=(Organisation(code="AAA", name="A", kind="commissioner", **BY),),
        perimeters=(Membership(perimeter="all", organisation="AAA", share=1.0, **BY),),
        services=(Service(service="flat", name="Flat", **BY),),
        lines=(
            Line(line="I", organisation="AAA", type="other_income", service="flat", value=300.0, year=BASE, **by),
            Line(line="J", organisation="AAA", type="cost", service="flat", value=400.0, year=BASE, **by),
        ),
        published=tuple(published(figure, year, value, calibrate=True) for figure, year, value in targets),
    )  # fmt: skip


def test_the_least_proportional_change_by_hand() -> None:
    # 300(1+a) - 400(1+b) = -50 with a² + b² least: (a, b) = 50 (300, -400) / (300² + 400²) = (0.06, -0.08)
    calibration = calibrate(two_lines(("gap", NEXT, "50")))

    assert [change.proportion for change in calibration.changes] == pytest.approx([0.06, -0.08], abs=1e-5)
    assert run(calibration.place).gap(NEXT) == pytest.approx(50, abs=0.01)


def test_values_are_marked_and_the_estimate_kept() -> None:
    calibrated = calibrate(two_lines(("gap", NEXT, "50"))).place

    assert [(row.basis, row.estimate) for row in calibrated.lines] == [
        ("calibrated", 300.0),
        ("calibrated", 400.0),
    ]


def test_calibrating_twice_is_calibrating_once() -> None:
    once = calibrate(two_lines(("gap", NEXT, "50"))).place

    assert calibrate(once).place == once


def test_a_change_past_ten_percent_is_flagged() -> None:
    changes = calibrate(two_lines(("gap", NEXT, "0"))).changes

    assert [change.is_large for change in changes] == [True, True]


def test_when_it_warns_is_a_setting_of_the_place() -> None:
    lenient = two_lines(("gap", NEXT, "0")).with_tables(
        settings=(Setting(setting="calibration_warning", value="40%", **BY),)
    )

    assert [change.is_large for change in calibrate(lenient).changes] == [False, False]


def test_without_a_marked_total_there_is_nothing_to_calibrate_to() -> None:
    with pytest.raises(FaultsFound) as caught:
        calibrate(two_lines())

    assert "nothing to calibrate to" in caught.value.faults.counts_by_kind


def test_without_estimates_there_is_nothing_to_calibrate() -> None:
    place = two_lines(("gap", NEXT, "50"))
    firm = replace(place, lines=tuple(replace(row, basis="published") for row in place.lines))

    with pytest.raises(FaultsFound) as caught:
        calibrate(firm)

    assert "nothing to calibrate" in caught.value.faults.counts_by_kind


def test_a_stated_effect_is_never_a_target() -> None:
    with pytest.raises(FaultsFound) as caught:
        calibrate(two_lines(("bridge", NEXT, "50")))

    assert set(caught.value.faults.counts_by_kind) == {"figure cannot be a target"}


def test_no_other_change_that_meets_the_total_is_smaller() -> None:
    calibration = calibrate(two_lines(("gap", NEXT, "50")))
    size = np.linalg.norm([change.proportion for change in calibration.changes])

    for a in np.linspace(-0.5, 0.5, 101):
        b = (300 * (1 + a) + 50) / 400 - 1
        assert np.hypot(a, b) >= size - 1e-4
