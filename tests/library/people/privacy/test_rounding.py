"""Sums and means lose what would tell of one person: by hand, and by leaving out each of many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.population.privacy.rounding import figures, in_steps, step_over, told_value


@pytest.mark.parametrize(
    ("reach", "step"),
    [(0, 0), (1, 1), (1.1, 1.5), (1.6, 2), (2, 2), (3, 3), (5.5, 7), (7.1, 10), (120, 150), (0.0031, 0.005)],
)
def test_steps_by_hand(reach: float, step: float) -> None:
    assert step_over(reach) == pytest.approx(step)


@pytest.mark.parametrize(
    ("value", "reach", "contributors", "told"),
    [
        (5.0, 1, 5, None),
        (312.0, 12, 7, None),
        (312.0, 12, 8, 315),
        (18_147, 9, 9_000, 18_100),
        (-0.0512, 0.004, 99, -0.05),
        (0.0, 0, 99, 0),
    ],
)
def test_values_by_hand(value: float, reach: float, contributors: int, told: float | None) -> None:
    assert told_value(value, reach, contributors) == told


def test_figures() -> None:
    assert [figures(value) for value in (0, 123_456, 0.98765, -1.005)] == [0, 123_000, 0.988, -1.0]


@given(st.lists(st.floats(0, 1e6), min_size=9, max_size=30), st.data())
def test_nobody_who_is_left_out_moves_a_sum_by_more_than_a_step(
    values: list[float], data: st.DataObject
) -> None:
    reach = sum(value * value for value in values) ** 0.5
    without = sum(values) - data.draw(st.sampled_from(values))

    moved = in_steps(sum(values), reach) - in_steps(without, reach)

    assert moved <= step_over(reach) * (1 + 1e-9) + 1e-9
