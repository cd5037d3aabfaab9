"""NHS numbers by hand, and the expression of an engine held to plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.population.engines.engine import Engine, engine_of
from leftshift.population.linked.numbers import (
    are_valid,
    check_digit,
    in_kind,
    is_valid,
    normalised,
    number_ranges,
    range_of,
    valid_number,
)

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

NEARLY = st.integers(0, 10**9 - 1).flatmap(
    lambda nine: st.sampled_from([f"{nine:09d}{last}" for last in range(10)])
)
OTHERS = st.text(alphabet="0123456789 -x\n٣", max_size=12)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_of("duckdb", tmp_path_factory.mktemp("numbers"), threads=1) as found:
        yield found


def test_the_check_digit_by_hand() -> None:
    # 9·10 + 9·9 + 9·8 + 1·2 = 245 = 22·11 + 3; 11 − 3 = 8
    assert check_digit("999000001") == 8
    # 9·10 + 9·9 + 9·8 + 6·5 + 1·2 = 275 = 25·11; 11 − 0 is written 0
    assert check_digit("999006001") == 0
    assert check_digit("000000000") == 0
    # 9·10 + 9·9 + 9·8 = 243 = 22·11 + 1; 11 − 1 = 10, which cannot be written
    assert check_digit("999000000") is None


@pytest.mark.parametrize("number", ["9990000018", "9990000026", "9434765919"])
def test_right_numbers(number: str) -> None:
    assert is_valid(number)


@pytest.mark.parametrize(
    "number",
    ["9990000019", "9990000000", "999000001", "99900000180", "", "999 000 0018", "9990000018\n", "99900000x8"]
    + [str(digit) * 10 for digit in range(10)]
    + ["٩٩٩٠٠٠٠٠١٨"],
)
def test_wrong_numbers(number: str) -> None:
    assert not is_valid(number)


def test_people_write_spaces() -> None:
    assert normalised(" 999 000-0018 ") == "9990000018"


def test_every_number_lies_in_one_range() -> None:
    ranges = number_ranges()

    assert ranges[0].first == 0
    assert ranges[-1].last == 10**10 - 1
    assert all(after.first == before.last + 1 for before, after in pairwise(ranges))
    assert all(one.source and one.date and one.meaning for one in ranges)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("9990000018", "test"),
        ("9000000000", "test"),
        ("8999999999", "unissued"),
        ("4000000004", "issued"),
        ("5999999999", "unissued"),
        ("6000000000", "issued"),
    ],
)
def test_whose_range(number: str, kind: str) -> None:
    found = range_of(number)
    assert found is not None
    assert found.kind == kind
    assert range_of(number + "0") is None


@given(st.lists(NEARLY | OTHERS, min_size=1, max_size=200))
def test_the_expression_agrees_with_plain_python(engine: Engine, numbers: list[str]) -> None:
    given = engine.table("numbers", {"number": numbers}, {"number": "string"})

    found = engine.rows(
        given.select("number", valid=valid_number(given.number), test=in_kind(given.number, "test"))
    )

    assert [bool(row["valid"]) for row in found] == [is_valid(row["number"]) for row in found]
    kinds = [(one := range_of(row["number"])) is not None and one.kind == "test" for row in found]
    assert [bool(row["test"]) for row in found] == kinds


@given(
    st.lists(
        st.one_of(NEARLY, OTHERS, st.sampled_from(["9990000018", "0000000000", "9999999999"])), min_size=1
    )
)
def test_many_at_once_are_judged_as_each_by_itself(texts: list[str]) -> None:
    def is_test(text: str) -> bool:
        found = range_of(text)
        return found is not None and found.kind == "test" and is_valid(text)

    assert are_valid(pl.Series(texts, dtype=pl.String), "test").to_list() == [is_test(text) for text in texts]
