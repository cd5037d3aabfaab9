"""Process control of 10,000 series of 60 months, beside the bare arithmetic of the same rules in NumPy.

The aims: at most 0.7 seconds, a hundredth of the 70 that the R package NHSRplotthedots 0.2.2 was measured to take for as many series (on
a shared machine, quoted and not run here), and at most three times the bare arithmetic. The bare arithmetic knows whole series alone: no rebase, no
gap, no tie, no target, no icon, no season and no object; it gives the same limits and the same rule at every point, which is
asserted before any time is printed. November 2026: 1.8 times, 2.1 with targets and seasons, 2.6 with a rebase in every series. Where months are missing it is 4.4
times: values are gathered from among the gaps and spread again, of which the bare arithmetic does nothing.

    OMP_NUM_THREADS=1 python -m benchmarks.process_control [SERIES [PERIODS]]
"""

from __future__ import annotations

import sys
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import in_turns, show
from leftshift.measures.process_control.charting import ControlCharts, control_charts
from leftshift.measures.process_control.rule_sets import rule_set

SERIES, PERIODS, REPEATS = 10_000, 60, 9
PUBLISHED_SECONDS = 70.0  # of the R package, as the docstring says
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_BARE = "bare arithmetic"


def main() -> None:
    """Times side by side, and the published figure."""
    series, periods = (*(int(text) for text in sys.argv[1:]), *(SERIES, PERIODS)[len(sys.argv) - 1 :])
    values = invented(series, periods)
    check(values)
    plain: dict[str, Any] = {"rules": "plotthedots", "better": 1}
    targets, starts = np.full_like(values, 105.0), np.zeros(values.shape, dtype=bool)
    starts[:, periods // 2] = True
    holes = values.copy()
    holes[np.random.default_rng(2).random(values.shape) < 0.02] = np.nan
    print(f"{series:,} series of {periods} months, processor time")
    actions = {
        _BARE: lambda: bare(values),
        "ours: limits, rules, icons": lambda: control_charts(values, **plain),
        "ours, with targets and seasons": lambda: control_charts(values, targets=targets, cycle=12, **plain),
        "ours, every series rebased once": lambda: control_charts(
            values, targets=targets, starts=starts, cycle=12, **plain
        ),
        "ours, every fiftieth month missing": lambda: control_charts(
            holes, targets=targets, cycle=12, **plain
        ),
        "ours, by making_data_count": lambda: control_charts(values, targets=targets, better=1, cycle=12),
    }
    times = in_turns(actions, repeats=REPEATS)
    show(times, beside=_BARE)
    if (series, periods) == (SERIES, PERIODS):
        slowest = max(median(seconds) for seconds in times.values())
        print(
            f"quoted, not run: the R package took {PUBLISHED_SECONDS:g} s; the slowest of ours {slowest:.3f} s, {PUBLISHED_SECONDS / slowest:,.0f} times less"
        )


def invented(series: int, periods: int) -> Floats:
    """Values about 100, a few of them with a step in the middle."""
    random = np.random.default_rng(1)
    values = random.normal(100, 10, (series, periods))
    values[::7, periods // 2 :] += 15
    return values


def check(values: Floats) -> ControlCharts:
    """Assert that both ways agree, at every point; gives ours."""
    ours = control_charts(values, rules="plotthedots", better=1)
    mean, half, rule, side = bare(values)
    np.testing.assert_allclose(ours.mean, np.broadcast_to(mean, values.shape), rtol=1e-12)
    np.testing.assert_allclose(ours.upper, np.broadcast_to(mean + half, values.shape), rtol=1e-12)
    np.testing.assert_array_equal(ours.rule, rule)
    np.testing.assert_array_equal(ours.side, side)
    return ours


def bare(values: Floats) -> tuple[Floats, Floats, NDArray[np.int8], NDArray[np.int8]]:
    """Mean and half the width between limits [series, 1], rule and side [series, period], by the rules of plotthedots."""
    rules = rule_set("plotthedots")
    mean = values.mean(axis=1, keepdims=True)
    step = np.diff(values, axis=1)
    moving = np.abs(step)
    average = moving.mean(axis=1, keepdims=True)
    kept = moving < rules.screening * average
    average = (moving * kept).sum(axis=1, keepdims=True) / kept.sum(axis=1, keepdims=True)
    half = rules.limit_constant * average
    near = rules.near_share * half
    above, below = values > mean, values < mean
    outside_high, outside_low = values > mean + half, values < mean - half
    near_high, near_low = (values > mean + near) & ~outside_high, (values < mean - near) & ~outside_low
    up, down = _in_trend(step > 0), _in_trend(step < 0)
    falls_next = np.zeros_like(up)
    falls_next[:, :-1] = step < 0
    up, down = up & ~(down & falls_next), down & ~(up & ~falls_next)
    high, low = _two_of_three(near_high, above), _two_of_three(near_low, below)
    run_high, run_low = _in_run(above), _in_run(below)
    rule, side = np.zeros(values.shape, np.int8), np.zeros(values.shape, np.int8)
    for code, fires_high, fires_low in (
        (4, run_high, run_low),
        (3, high, low),
        (2, up, down),
        (1, outside_high, outside_low),
    ):
        rule[fires_high | fires_low] = code
        side[fires_high], side[fires_low] = 1, -1
    return mean, half, rule, side


def _in_run(on_side: Flags) -> Flags:
    """The points of seven in a row on one side."""
    periods = on_side.shape[1]
    whole = on_side[:, : periods - 6].copy()
    for by in range(1, 7):
        whole &= on_side[:, by : periods - 6 + by]
    found = np.zeros_like(on_side)
    for by in range(7):
        found[:, by : periods - 6 + by] |= whole
    return found


def _in_trend(steps: Flags) -> Flags:
    """The points of six steps in a row in one direction; steps are [series, period − 1]."""
    periods = steps.shape[1] + 1
    whole = steps[:, : periods - 6].copy()
    for by in range(1, 6):
        whole &= steps[:, by : periods - 6 + by]
    found = np.zeros((steps.shape[0], periods), dtype=bool)
    for by in range(7):
        found[:, by : periods - 6 + by] |= whole
    return found


def _two_of_three(near: Flags, on_side: Flags) -> Flags:
    """The points near a limit in three on one side with at least two of them near it."""
    periods = near.shape[1]
    one, two, three = (near[:, by : periods - 2 + by] for by in range(3))
    whole = (one & two) | (one & three) | (two & three)
    for by in range(3):
        whole &= on_side[:, by : periods - 2 + by]
    found = np.zeros_like(near)
    for by in range(3):
        found[:, by : periods - 2 + by] |= whole
    return found & near


if __name__ == "__main__":
    main()
