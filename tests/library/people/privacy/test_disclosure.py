"""What is shown of small numbers: by hand, and by trying every table of two by two cells and every pair of exports."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.population.privacy.disclosure import (
    count_text,
    disclosure_rules,
    protected,
    shown_count,
    with_totals,
)

MOST = 25
CELLS = ["a", "b", "c", "d"]
MARGINS = {"ab": ["a", "b"], "cd": ["c", "d"], "ac": ["a", "c"], "bd": ["b", "d"], "abcd": CELLS}
LEAST_AMBIGUITY = 5


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, 0), (1, 0), (7, 0), (8, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1_000_002, 1_000_000)],
)
def test_counts_by_hand(count: int, expected: int) -> None:
    assert shown_count(count) == expected
    assert protected([{"people": count}], counts=["people"])["people"].to_list() == [expected]


def test_in_words() -> None:
    assert (count_text(0), count_text(1000)) == ("7 or fewer", "1,000")


@given(st.integers(0, 10**9))
def test_a_shown_count_is_a_near_multiple_of_the_base(count: int) -> None:
    rules = disclosure_rules()
    found = shown_count(count)

    assert found % rules.base == 0
    assert found == 0 if count <= rules.threshold else abs(found - count) <= rules.base // 2


def every_table() -> pl.DataFrame:
    """Every table of two by two counts."""
    side = pl.DataFrame({"n": range(MOST + 1)})
    found = side.rename({"n": "a"})
    for cell in CELLS[1:]:
        found = found.join(side.rename({"n": cell}), how="cross")
    return found


def narrowest(truth: pl.DataFrame, output: list[str], cells: list[str]) -> int:
    """Of all outputs under which a cell may be 1 to 7, the fewest values that it may have."""
    found = []
    for cell in cells:
        ranges = truth.group_by(output).agg(
            pl.col(cell).n_unique().alias("values"), pl.col(cell).is_between(1, 7).any().alias("small")
        )
        found.append(ranges.filter("small")["values"].min())
    return min(int(str(values)) for values in found)


def test_no_output_of_two_by_two_cells_with_totals_tells_a_small_count() -> None:
    truth = every_table()

    shown = protected(truth, counts=CELLS, totals=MARGINS)

    output = [f"shown {name}" for name in shown.columns]
    both = truth.hstack(shown.rename(dict(zip(shown.columns, output, strict=True))))
    assert both.height == (MOST + 1) ** 4
    assert narrowest(both, output, CELLS) == 8


def test_totals_rounded_from_the_true_ones_would_tell_a_small_count() -> None:
    """Why they are not: four cells of seven make 28, which alone of all sums of hidden cells becomes 30."""
    truth = every_table().with_columns(
        pl.sum_horizontal(parts).alias(name) for name, parts in MARGINS.items()
    )

    shown = protected(truth, counts=[*CELLS, *MARGINS])

    output = [f"shown {name}" for name in shown.columns]
    both = truth.hstack(shown.rename(dict(zip(shown.columns, output, strict=True))))
    assert narrowest(both, output, CELLS) == 1


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


def test_no_pair_of_tables_tells_who_left() -> None:
    """Cells of a cohort and of the same without some: the reader sees both tables with all of their totals."""
    small = range(18)  # up to the end of what is shown as 15
    rows = [
        {"a": a, "b": b, "left a": left_a, "left b": left_b}
        for a, b in product(small, small)
        for left_a, left_b in product(range(a + 1), range(b + 1))
    ]
    truth = pl.DataFrame(rows)
    after = truth.select(a=pl.col("a") - pl.col("left a"), b=pl.col("b") - pl.col("left b"))
    first, second = (
        protected(table, counts=["a", "b"], totals={"ab": ["a", "b"]}).select(pl.all().name.prefix(name))
        for table, name in ((truth.select("a", "b"), "first "), (after, "second "))
    )

    seen = truth.hstack(first).hstack(second)

    assert narrowest(seen, [*first.columns, *second.columns], ["left a", "left b"]) >= LEAST_AMBIGUITY


def test_values_go_with_their_counts_and_lose_figures() -> None:
    rows = [
        {"locality": "North", "year": 2026, "people": 7, "cost": 123456.0, "mean": 17636.6},
        {"locality": "South", "year": 2026, "people": 8, "cost": 123456.0, "mean": 15432.0},
        {"locality": "West", "year": 2026, "people": 8, "cost": 0.0, "mean": None},
    ]

    found = protected(
        rows, counts=["people"], values_by_count={"cost": "people", "mean": "people"}, labels=["year"]
    )

    assert found.rows() == [
        ("North", 2026, 0, None, None),
        ("South", 2026, 10, 123000.0, 15400.0),
        ("West", 2026, 10, 0.0, None),
    ]


def test_totals_are_sums_of_what_is_shown() -> None:
    rows = [
        {"locality": "North", "sex": "1", "people": 28},
        {"locality": "North", "sex": "2", "people": 7},
        {"locality": "South", "sex": "1", "people": 0},
        {"locality": "South", "sex": "2", "people": 8},
    ]

    found = with_totals(protected(rows, counts=["people"]), over=["locality", "sex"], counts=["people"])

    assert sorted(found.select("locality", "sex", "people", "people_hidden").rows()) == [
        ("North", "1", 30, 0),
        ("North", "2", 0, 1),
        ("North", "all", 30, 1),
        ("South", "1", 0, 1),
        ("South", "2", 10, 0),
        ("South", "all", 10, 1),
        ("all", "1", 30, 1),
        ("all", "2", 10, 1),
        ("all", "all", 40, 2),
    ]


def test_what_nobody_described_is_not_shown() -> None:
    rows = [{"area": "North", "people": -1, "cost": 5.0, "share": 0.5, "patients": 1.0}]

    with pytest.raises(FaultsFound) as caught:
        protected(
            rows,
            counts=["people", "patients"],
            values_by_count={"costs": "persons"},
            totals={"both": ["people", "others"]},
        )

    assert sorted((fault.kind, fault.column) for fault in caught.value.faults) == [
        ("column missing", "'costs'"),
        ("column not described", "'cost'"),
        ("column not described", "'share'"),
        ("not a count", "'others'"),
        ("not a count", "'patients'"),
        ("not a count", "'people'"),
        ("not a count", "'persons'"),
    ]


def test_nothing_to_show() -> None:
    empty = pl.DataFrame(schema={"area": pl.String, "people": pl.Int64})

    assert protected(empty, counts=["people"]).height == 0
    assert with_totals(protected(empty, counts=["people"]), over=["area"], counts=["people"]).height == 1
