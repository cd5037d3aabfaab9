"""What is shown of small numbers: by hand, and by trying every pair of exports."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.population.privacy.disclosure import (
    count_text,
    disclosure_rules,
    shown_count,
    told_text,
)

MOST = 25
LEAST_AMBIGUITY = 5


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, 0), (1, 0), (7, 0), (8, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1_000_002, 1_000_000)],
)
def test_counts_by_hand(count: int, expected: int) -> None:
    assert shown_count(count) == expected


def test_in_words() -> None:
    assert (count_text(0), count_text(1000)) == ("7 or fewer", "1,000")
    assert (told_text(0), told_text(1000)) == ("hidden", "1,000")


@given(st.integers(0, 10**9))
def test_a_shown_count_is_a_near_multiple_of_the_base(count: int) -> None:
    rules = disclosure_rules()
    found = shown_count(count)

    assert found % rules.base == 0
    assert found == 0 if count <= rules.threshold else abs(found - count) <= rules.base // 2


def test_a_total_rounded_from_the_true_one_would_tell_a_small_count() -> None:
    """Why it is not: four cells of seven make 28, which alone of all sums of hidden cells becomes 30."""
    found = [cells for cells in product(range(8), repeat=4) if shown_count(sum(cells)) == 30]

    assert found == [(7, 7, 7, 7)]


def narrowest(truth: pl.DataFrame, output: list[str], cells: list[str]) -> int:
    """Of all outputs under which a cell may be 1 to 7, the fewest values that it may have."""
    found = []
    for cell in cells:
        ranges = truth.group_by(output).agg(
            pl.col(cell).n_unique().alias("values"), pl.col(cell).is_between(1, 7).any().alias("small")
        )
        found.append(ranges.filter("small")["values"].min())
    return min(int(str(values)) for values in found)


def test_no_pair_of_exports_tells_a_small_difference() -> None:
    """Of a cohort and one within it, and of two that overlap: who is in one of them only is never told."""
    sizes = range(MOST + 1)
    rows = [
        {
            "only first": one,
            "only second": two,
            "shown first": shown_count(one + both),
            "shown second": shown_count(two + both),
        }
        for one, two, both in product(sizes, sizes, range(2 * MOST))
    ]
    overlapping = pl.DataFrame(rows)
    within = overlapping.filter(pl.col("only second") == 0)
    output = ["shown first", "shown second"]

    assert narrowest(within, output, ["only first"]) >= LEAST_AMBIGUITY
    assert narrowest(overlapping, output, ["only first", "only second"]) >= LEAST_AMBIGUITY
