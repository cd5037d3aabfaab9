"""The yardstick of process control gives what the library gives; how fast either is, no test asks."""

from __future__ import annotations

import numpy as np

from benchmarks.process_control import check, invented


def test_the_bare_arithmetic_is_that_of_the_library() -> None:
    charts = check(invented(60, 60))

    assert {*np.unique(charts.rule)} == {0, 1, 2, 3, 4} or {*np.unique(charts.rule)} >= {0, 1, 3, 4}


def test_turning_trends_are_too() -> None:
    """A rise of seven that turns into a fall of seven, and ends in a run."""
    steps = [1.0] * 8 + [-1.0] * 9 + [0.5, -0.5] * 12
    check(np.cumsum([[0.0, *steps], [0.0, *(-step for step in steps)]], axis=1) + 50)
