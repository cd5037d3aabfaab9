"""The fast charts are those of the slow ones, and move as their series do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftshift.measures.process_control.charting import ControlCharts, control_charts
from leftshift.measures.process_control.rule_sets import RULES, RuleSet, rule_sets
from leftshift.measures.process_control.single import ASSURANCES, JUDGEMENTS, VARIATIONS
from tests.library.slow_process_control import SlowChart

LINES = ("mean", "lower", "upper", "near_lower", "near_upper")
_SHORT = {
    name: replace(rules, least_points_for_limits=2, least_points_for_icons=4, run_points=3, trend_points=3)
    for name, rules in rule_sets().items()
}
_ANY_SIDE = replace(_SHORT["plotthedots"], third_on_same_side=False)
RULE_SETS = [*rule_sets().values(), *_SHORT.values(), _ANY_SIDE]


@st.composite
def problems(draw: st.DrawFn) -> dict[str, Any]:
    """A matrix with ties, steps, missing values, padding, rebases, gaps, targets and directions."""
    series, periods = draw(st.integers(1, 6)), draw(st.integers(0, 45))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    levels = draw(st.sampled_from([2, 4, 12, 60]))
    values = random.integers(0, levels, (series, periods)).astype(float)
    if draw(st.booleans()):
        values = np.cumsum(values - levels // 3, axis=1)
    values = values * draw(st.sampled_from([1.0, 0.1, 0.97, -3.7, 1e-9, 1e12]))
    if draw(st.booleans()):  # rounding of a computer, which is no difference
        values = values * (1 + random.choice([0.0, 3e-16], values.shape))
    if draw(st.booleans()):
        values[random.random(values.shape) < draw(st.sampled_from([0.02, 0.1, 0.6]))] = np.nan
    if draw(st.booleans()) and periods:
        for row in values:
            row[random.integers(0, periods + 1) :] = np.nan
    rare = draw(st.sampled_from([0.03, 0.15]))
    targets = random.choice(np.append(values.ravel(), [0.0, np.nan]), values.shape)
    return {
        "values": values,
        "rules": draw(st.sampled_from(RULE_SETS)),
        "better": random.integers(-1, 2, series),
        "starts": random.random(values.shape) < rare if draw(st.booleans()) else None,
        "gaps": random.random(values.shape) < rare if draw(st.booleans()) else None,
        "targets": targets if draw(st.booleans()) else None,
        "fix": draw(st.sampled_from([None, 12, 20])),
    }


@settings(max_examples=1000)
@given(problems())
def test_the_slow_charts_agree(problem: dict[str, Any]) -> None:
    """Codes are equal; lines to 1e-9 of the largest value."""
    charts = control_charts(**problem)

    for at in range(len(charts)):
        _compare(charts, at, _slow(problem, at))


def _slow(problem: dict[str, Any], at: int) -> SlowChart:
    def row(name: str) -> Sequence[Any]:
        return [] if problem[name] is None else problem[name][at].tolist()

    return SlowChart(
        row("values"),
        problem["rules"],
        int(problem["better"][at]),
        row("starts"),
        row("gaps"),
        row("targets"),
        problem["fix"],
    )


def _compare(charts: ControlCharts, at: int, slow: SlowChart) -> None:
    by_period = {point.period: point for point in slow.points}
    largest = max((abs(point.value) for point in slow.points), default=1.0)
    for period in range(charts.values.shape[1]):
        point = by_period.get(period)
        if point is None:
            assert charts.segment[at, period] == -1
            assert charts.rule[at, period] == 0
            assert np.isnan([getattr(charts, line)[at, period] for line in LINES]).all()
            continue
        assert charts.segment[at, period] == point.segment
        assert RULES[charts.rule[at, period]] == point.rule
        assert charts.side[at, period] == point.side
        assert JUDGEMENTS[charts.judgement[at, period]] == point.judgement
        found = [getattr(charts, line)[at, period] for line in LINES]
        wanted = point.lines or (point.mean, *[np.nan] * 4)
        assert found == pytest.approx(wanted, abs=1e-9 * largest, nan_ok=True)
    assert VARIATIONS[charts.variation[at]] == slow.variation
    assert ASSURANCES[charts.assurance[at]] == slow.assurance
    assert charts.points[at] == len(slow.points)
    assert charts.latest[at] == (slow.points[-1].period if slow.points else -1)


@st.composite
def whole_numbers(draw: st.DrawFn) -> dict[str, Any]:
    """Series of whole numbers, which stay exact when they are moved, multiplied or turned round."""
    series, periods = draw(st.integers(1, 4)), draw(st.integers(1, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = random.integers(-20, 21, (series, periods)).astype(float)
    values[random.random(values.shape) < 0.05] = np.nan
    return {
        "values": values,
        "rules": draw(st.sampled_from(RULE_SETS)),
        "better": random.integers(-1, 2, series),
        "starts": random.random(values.shape) < 0.04,
        "targets": random.integers(-20, 21, values.shape).astype(float),
    }


@given(whole_numbers(), st.integers(-1000, 1000))
def test_adding_a_constant_moves_the_limits_by_it(problem: dict[str, Any], constant: int) -> None:
    charts = control_charts(**problem)
    moved = control_charts(
        **{**problem, "values": problem["values"] + constant, "targets": problem["targets"] + constant}
    )

    for line in LINES:
        np.testing.assert_allclose(getattr(moved, line), getattr(charts, line) + constant, atol=1e-9)
    _same_signals(charts, moved)


@given(whole_numbers(), st.sampled_from([2.0, 0.125, 1024.0, 1e60, 1e-60]))
def test_multiplying_by_a_positive_number_scales(problem: dict[str, Any], factor: float) -> None:
    charts = control_charts(**problem)
    scaled = control_charts(
        **{**problem, "values": problem["values"] * factor, "targets": problem["targets"] * factor}
    )

    for line in LINES:
        np.testing.assert_allclose(getattr(scaled, line) / factor, getattr(charts, line), atol=1e-9)
    _same_signals(charts, scaled)


def _same_signals(first: ControlCharts, second: ControlCharts) -> None:
    for name in ("rule", "side", "judgement", "segment", "variation", "assurance", "suggested", "warnings"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)


@given(whole_numbers())
def test_reversing_the_sign_mirrors_high_and_low(problem: dict[str, Any]) -> None:
    charts = control_charts(**problem)
    turned = control_charts(
        **{
            **problem,
            "values": -problem["values"],
            "targets": -problem["targets"],
            "better": -problem["better"],
        }
    )

    np.testing.assert_allclose(turned.upper, -charts.lower, atol=1e-9)
    np.testing.assert_allclose(turned.mean, -charts.mean, atol=1e-9)
    np.testing.assert_array_equal(turned.side, -charts.side)
    for name in ("rule", "judgement", "assurance"):
        np.testing.assert_array_equal(getattr(turned, name), getattr(charts, name), err_msg=name)
    assert [VARIATIONS[code].split()[0] for code in turned.variation] == [
        VARIATIONS[code].split()[0] for code in charts.variation
    ]


@given(whole_numbers())
def test_a_series_is_charted_alike_alone_and_among_others(problem: dict[str, Any]) -> None:
    charts = control_charts(**problem)

    for at in range(len(charts)):
        one: dict[str, Any] = {
            name: given if isinstance(given, RuleSet) else given[at : at + 1]
            for name, given in problem.items()
        }
        alone = control_charts(**one)
        for name in (*LINES, "rule", "side", "judgement", "segment"):
            np.testing.assert_array_equal(getattr(alone, name)[0], getattr(charts, name)[at], err_msg=name)
