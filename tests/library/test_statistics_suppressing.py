"""What is suppressed can never be worked out: not by subtraction, and not by knowing that counts are 0 or more."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from leftshift.measures.statistics.suppressing import Suppressed, audit, least_width, suppress

X = None  # hidden


def equations(lines: int, rows: int, columns: int, groups: list[str] | None) -> list[tuple[list[int], int]]:
    """Which cells of the table with its totals sum to which, built by loops: cells are numbered line by line."""
    width = columns + (columns > 1)
    named = list(dict.fromkeys(groups or []))
    found = []
    for column in range(width):
        for at, name in enumerate(named):
            members = [row for row in range(rows) if groups and groups[row] == name]
            found.append(([row * width + column for row in members], (rows + at) * width + column))
        found.append(([row * width + column for row in range(rows)], (lines - 1) * width + column))
    if width > columns:
        found += [
            ([line * width + column for column in range(columns)], line * width + columns)
            for line in range(lines)
        ]
    return found


def assert_nothing_can_be_subtracted(
    found: Suppressed, counts: NDArray[np.int64], groups: list[str] | None
) -> None:
    """No hidden cell is the same in every solution of the sums: each has room in their null space."""
    rows, columns = counts.reshape(len(counts), -1).shape
    hidden = found.hidden.ravel()
    if not hidden.any():
        return
    sums = np.zeros((0, hidden.size))
    for parts, total in equations(len(found.lines), rows, columns, groups):
        line = np.zeros(hidden.size)
        line[parts] = 1
        line[total] -= 1
        assert line @ found.counts.ravel() == 0
        sums = np.vstack([sums, line])
    _, values, vectors = np.linalg.svd(sums[:, hidden])
    free = vectors[int((values > 1e-9).sum()) :]
    assert (np.abs(free).max(axis=0, initial=0) > 1e-9).all()


def test_a_small_number_takes_the_next_smallest_with_it() -> None:
    # 3 is small; with 20 shown it would be 68 - 20 - 30 - 15 = 3. The smallest other, 15, goes too: both are from 0 to 18.
    found = suppress([3, 20, 30, 15], names=["N", "E", "S", "W"])

    assert found.lines == ("N", "E", "S", "W", "total")
    assert found.shown() == [[X], [20], [30], [X], [68]]
    low, high = audit(found)
    assert (low[0, 0], high[0, 0]) == (0, 18)
    assert found.primary.sum() == found.secondary.sum() == 1


def test_a_small_number_of_a_table_takes_three_with_it() -> None:
    # A single hidden number of a row, or of a column, is its total less the others: it takes a rectangle.
    found = suppress([[3, 20, 30], [15, 25, 35], [40, 50, 60]])

    assert found.shown() == [
        [X, X, 30, 53],
        [X, X, 35, 75],
        [40, 50, 60, 150],
        [58, 95, 125, 278],
    ]


def test_totals_of_groups_are_guarded() -> None:
    # Without groups the 3 and the 11 would do; but group A less 20 and 30 is 3, so another of A goes.
    found = suppress([3, 20, 30, 11, 12], groups=["A", "A", "A", "B", "B"])

    assert found.lines == ("1", "2", "3", "4", "5", "total A", "total B", "total")
    assert found.shown() == [[X], [X], [30], [11], [12], [53], [23], [76]]


def test_two_small_numbers_alone_in_a_total_take_more_with_them() -> None:
    # 1 + 1 = 2: both would be 0 to 2, two wide. That is what the rule says where it hides 1 to 3, but less than 1 to 7: 30 goes too.
    found = suppress([1, 1, 30])

    assert found.shown() == [[X], [X], [X], [32]]
    assert suppress([1, 1, 30], threshold=3).shown() == [[X], [X], [30], [32]]


def test_a_small_total_is_small_itself() -> None:
    assert suppress([3, 0, 0]).shown() == [[X], [0], [0], [X]]
    assert suppress([0, 0]).shown() == [[0], [0], [0]]


def test_one_organisation_that_is_all_of_its_group_hides_the_total() -> None:
    found = suppress([4, 50, 60], groups=["A", "B", "B"])

    assert found.shown()[0] == found.shown()[3] == [X]


@pytest.mark.parametrize(
    ("counts", "how"),
    [
        ([1, -1], {}),
        ([1.5, 2], {}),
        ([1, math.nan], {}),
        ([], {}),
        ([[[1]]], {}),
        ([2e9], {}),
        ([1, 2], {"threshold": 0}),
        ([1, 2], {"threshold": 8}),
        ([1, 2], {"groups": ["A"]}),
        ([1, 2], {"names": ["A"]}),
    ],
)
def test_what_is_no_table_of_counts_is_refused(counts: object, how: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        suppress(counts, **how)  # type: ignore[arg-type]


_counts = st.one_of(st.integers(0, 12), st.integers(0, 400))


@st.composite
def tables(draw: st.DrawFn) -> tuple[NDArray[np.int64], list[str] | None, int]:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    cells = draw(st.lists(_counts, min_size=rows * columns, max_size=rows * columns))
    counts = np.array(cells).reshape(rows, columns)
    groups = draw(st.none() | st.lists(st.sampled_from("ABC"), min_size=rows, max_size=rows))
    return counts, groups, draw(st.integers(1, 7))


@given(tables())
def test_nothing_hidden_can_be_worked_out(given_: tuple[NDArray[np.int64], list[str] | None, int]) -> None:
    counts, groups, threshold = given_
    found = suppress(counts, groups=groups, threshold=threshold)

    small = (found.counts >= 1) & (found.counts <= threshold)
    assert (found.primary == small).all()
    assert not (found.primary & found.secondary).any()
    if not small.any():
        assert not found.hidden.any()
    assert_nothing_can_be_subtracted(found, counts, groups)
    low, high = audit(found, groups)
    assert (low <= found.counts + 1e-6).all()
    assert (found.counts <= high + 1e-6).all()
    # Tolerance: 1e-6 of a person, as the solver works.
    assert (high - low)[found.primary].min(initial=np.inf) >= least_width(threshold) - 1e-6
    assert (high - low)[found.secondary].min(initial=np.inf) >= 1 - 1e-6
    assert (high == low)[~found.hidden].all()


@given(st.lists(st.integers(0, 6), min_size=4, max_size=4), st.integers(1, 3))
def test_the_audit_is_what_trying_every_table_finds(cells: list[int], threshold: int) -> None:
    """Tables of two by two: every table of whole numbers that fits what is shown."""
    found = suppress(np.array(cells).reshape(2, 2), threshold=threshold)
    low, high = audit(found)
    hidden = found.hidden.ravel()
    seen: list[set[int]] = [set() for _ in hidden]
    cap = 14
    choices = [range(cap) if hidden[at] else [cells[place]] for place, at in enumerate((0, 1, 3, 4))]
    for a, b, c, d in itertools.product(*choices):
        table = (a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d)
        if all(
            hide or number == shown
            for hide, number, shown in zip(hidden, table, found.counts.ravel(), strict=True)
        ):
            for numbers, number in zip(seen, table, strict=True):
                numbers.add(number)
    for at, numbers in enumerate(seen):
        assert min(numbers) == pytest.approx(low.ravel()[at], abs=1e-6)
        if max(numbers) < cap - 1:
            assert max(numbers) == pytest.approx(high.ravel()[at], abs=1e-6)
        assert len(numbers) == 1 or hidden[at]
        assert len(numbers) > 1 or not hidden[at]


@given(st.lists(_counts, min_size=2, max_size=8), st.integers(1, 7))
def test_the_order_of_rows_hides_as_much(cells: list[int], threshold: int) -> None:
    one, other = suppress(cells, threshold=threshold), suppress(cells[::-1], threshold=threshold)

    assert one.primary.sum() == other.primary.sum()
