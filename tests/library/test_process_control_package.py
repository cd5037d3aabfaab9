"""``plotthedots`` flags what the R package's own tests expect: NHSRplotthedots, tests of its point types, commit 0b49a46 (MIT).

The package tests each rule on vectors of signs and flags; here each is a series with that pattern behind a fixed baseline.
"""

from __future__ import annotations

import pytest

from leftshift.measures.process_control.charting import control_charts
from leftshift.measures.process_control.single import ControlChart

ENDS_LOW, ENDS_HIGH = (12.0, 10.0) * 6, (10.0, 12.0) * 6  # mean 11, near limit above 14.55, upper limit 16.32


def _flagged(baseline: tuple[float, ...], values: list[float], rule: str) -> list[int]:
    chart: ControlChart = control_charts([[*baseline, *values]], rules="plotthedots", fix=12).chart(0)
    return [int(chart.rule_at(12 + at) == rule) for at in range(len(values))]


@pytest.mark.parametrize(
    ("sides", "flags"),
    [
        ([1] * 6, [0] * 6),
        ([1] * 6 + [-1], [0] * 7),
        ([1] * 8 + [-1], [1] * 8 + [0]),
        ([-1] + [1] * 8 + [-1], [0] + [1] * 8 + [0]),
    ],
)
@pytest.mark.parametrize("turn", [1, -1])
def test_runs(sides: list[int], flags: list[int], turn: int) -> None:
    values = [11 + turn * side * (1 + 0.5 * (at % 2)) for at, side in enumerate(sides)]

    assert _flagged(ENDS_LOW if turn > 0 else ENDS_HIGH, values, "run") == flags


@pytest.mark.parametrize(
    ("steps", "flags"),
    [
        ([1, 2, 3, 4, 5, 6], [0] * 6),
        ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
        ([1, 2, 3, 4, 5, 6, 7], [1] * 7),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [0] + [1] * 7 + [0]),
    ],
)
@pytest.mark.parametrize("turn", [1, -1])
def test_trends(steps: list[int], flags: list[int], turn: int) -> None:
    values = [11 + turn * (step - 4) * 0.2 for step in steps]

    assert _flagged(ENDS_HIGH if turn > 0 else ENDS_LOW, values, "trend") == flags


@pytest.mark.parametrize(
    ("near", "flags"),
    [
        ([0, 0, 0], [0, 0, 0]),
        ([1, 0, 1], [1, 0, 1]),
        ([0, 1, 1], [0, 1, 1]),
        ([1, 1, 0], [1, 1, 0]),
        ([0, 0, 1, 0, 1, 0], [0, 0, 1, 0, 1, 0]),
        ([1, 0, 0, 1], [0, 0, 0, 0]),
        ([1, 0, 0, 1, 1], [0, 0, 0, 1, 1]),
    ],
)
@pytest.mark.parametrize("turn", [1, -1])
def test_two_of_three(near: list[int], flags: list[int], turn: int) -> None:
    values = [11.0 + turn * (4 if close else 1) for close in near]

    assert _flagged(ENDS_LOW if turn > 0 else ENDS_HIGH, values, "two of three") == flags
