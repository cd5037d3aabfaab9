"""Records projected cell by cell are records projected row by row: by hand, by a slow loop, and as draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.capacity.records.drawing import BLOCK, block_of
from leftshift.capacity.records.factors import FactorTable, StayTable, factors_of
from leftshift.capacity.records.projecting import project_records
from leftshift.capacity.records.reducing import labels_of
from leftshift.capacity.records.result import RecordResult
from leftshift.economy.uncertainty.simulating import Stopped, TooManyDraws
from tests.library.activity_places import SOUTHMOOR

SPELLS = SOUTHMOOR / "records" / "spells.parquet"
KINDS = {
    "elective": 1.02,
    "emergency": 1.1,
    "surgical_emergency": 1.0,
    "day_case": 1.25,
    "community_stay": 0.8,
}
AGES = {"0-64": 0.9, "65+": 1.0, "65-84": 1.1, "85+": 1.4, "all": 1.2}
SHORTER = {
    "elective": 0.9,
    "emergency": 0.75,
    "surgical_emergency": 0.8,
    "day_case": 1.0,
    "community_stay": 1.1,
}


def table(column: str, factors: dict[str, float], kind: type[FactorTable] = FactorTable) -> Any:
    frame = pl.DataFrame({column: [*factors], "factor": [*factors.values()]})
    return kind(f"{column}.csv", (column,), frame)


FACTORS = [table("point_of_delivery", KINDS), table("age_band", AGES)]
STAYS = [table("point_of_delivery", SHORTER, StayTable)]


def written(path: Path, rows: Sequence[tuple[str, str, int]]) -> Path:
    columns = ["point_of_delivery", "site", "length_of_stay"]
    pl.DataFrame(list(rows), schema=columns, orient="row").write_parquet(path)
    return path


SIX = [
    ("a", "north", 3),
    ("a", "north", 3),
    ("a", "south", 0),
    ("b", "north", 10),
    ("b", "south", 1),
    ("b", "south", 7),
]
A_AND_B = [table("point_of_delivery", {"a": 2.0, "b": 0.5})]
STAYS_OF_SIX = [table("point_of_delivery", {"a": 1.5, "b": 0.8}, StayTable)]


# ---------------------------------------------------------------------- expected
def test_by_hand(tmp_path: Path) -> None:
    path = written(tmp_path / "six.parquet", SIX)

    found = project_records(path, A_AND_B, STAYS_OF_SIX, by=["site"], randomness=False)

    north, south = found.frame().to_dicts()
    assert north["records_base"] == 3
    assert north["records_mean"] == north["records_p05"] == 2 * 2.0 + 0.5
    assert north["bed_days_expected"] == pytest.approx(2 * 2.0 * 3 * 1.5 + 0.5 * 10 * 0.8)
    assert south["records_mean"] == 2.0 + 2 * 0.5
    assert south["bed_days_mean"] == pytest.approx(0.5 * (1 + 7) * 0.8)
    assert found.total()["records"]["expected"] == 3 * 2.0 + 3 * 0.5
    assert found.draws == 0


@pytest.mark.parametrize(
    "by", [(), ("site",), ("age_band", "sex"), ("length_of_stay", "deprivation_quintile")]
)
def test_what_is_expected_is_a_slow_loop_over_the_rows(by: tuple[str, ...]) -> None:
    found = project_records(SPELLS, FACTORS, STAYS, by=by, randomness=False)

    slow: dict[tuple[str, ...], list[list[float]]] = {}
    for row in pl.read_parquet(SPELLS).iter_rows(named=True):
        factor = KINDS[row["point_of_delivery"]] * AGES[row["age_band"]]
        kept = slow.setdefault(tuple(str(row[name]) for name in by), [[], []])
        kept[0].append(factor)
        kept[1].append(factor * row["length_of_stay"] * SHORTER[row["point_of_delivery"]])
    frame = found.frame()
    assert frame.height == len(slow)
    for line in frame.iter_rows(named=True):
        records, days = slow[tuple(line[name] for name in by)]
        assert math.isclose(line["records_expected"], math.fsum(records), rel_tol=1e-12)
        assert math.isclose(line["bed_days_expected"], math.fsum(days), rel_tol=1e-12)


rows_of_file = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["north", "south"]), st.integers(0, 30)),
    min_size=1,
    max_size=40,
)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records")


def used(rows: Sequence[tuple[str, str, int]], tables: list[Any]) -> list[Any]:
    kinds = {row[0] for row in rows}
    return [
        type(entry)(entry.name, entry.columns, entry.table.filter(pl.col("point_of_delivery").is_in(kinds)))
        for entry in tables
    ]


@given(rows_of_file, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(scratch: Path, rows: list[tuple[str, str, int]], luck: Any) -> None:
    mixed = luck.sample(rows, len(rows))
    factors, stays = used(rows, A_AND_B), used(rows, STAYS_OF_SIX)

    one, other = (
        project_records(written(scratch / "rows.parquet", order), factors, stays, by=["site"], draws=3)
        for order in (rows, mixed)
    )

    assert one.frame().equals(other.frame())


@given(rows_of_file)
def test_groups_add_up_to_all_of_the_file(scratch: Path, rows: list[tuple[str, str, int]]) -> None:
    path = written(scratch / "sums.parquet", rows)
    factors, stays = used(rows, A_AND_B), used(rows, STAYS_OF_SIX)

    one = project_records(path, factors, stays, randomness=False).total()
    split = project_records(path, factors, stays, by=["site", "length_of_stay"], randomness=False).total()

    assert one["records"]["base"] == len(rows)
    assert one["bed_days"]["base"] == sum(row[2] for row in rows)
    for name in one:
        assert split[name] == pytest.approx(one[name], rel=1e-12)


def test_nothing_changed_is_the_file_itself() -> None:
    same = FactorTable("all", (), pl.DataFrame({"factor": [1.0]}))

    found = project_records(SPELLS, [same], by=["site"], randomness=False).frame()

    assert found["records_expected"].to_list() == found["records_base"].to_list()
    assert found["bed_days_expected"].to_list() == found["bed_days_base"].to_list()


# ---------------------------------------------------------------------- draws
def drawn(draws: int, seed: int = 1, **more: Any) -> RecordResult:
    return project_records(SPELLS, FACTORS, STAYS, by=["site"], draws=draws, seed=seed, **more)


def values(found: RecordResult) -> tuple[np.ndarray, np.ndarray]:
    assert found.records is not None
    assert found.bed_days is not None
    return found.records, found.bed_days


def test_the_same_seed_gives_the_same_bytes_and_fewer_draws_are_the_first_of_more() -> None:
    many, again, few, other = drawn(120), drawn(120), drawn(70), drawn(120, seed=2)

    for one, same, first, differs in zip(*map(values, (many, again, few, other)), strict=True):
        assert one.tobytes() == same.tobytes()
        assert one[:, :70].tobytes() == first.tobytes()
        assert one.tobytes() != differs.tobytes()


def test_blocks_may_be_drawn_in_any_order() -> None:
    found = drawn(3 * BLOCK)
    labels = list(labels_of(found.cells.groups))

    for block in (2, 0, 1):
        for group in reversed(range(len(labels))):
            some, days = block_of(found.cells, group, labels[group], 1, block)
            at = slice(block * BLOCK, (block + 1) * BLOCK)
            assert (values(found)[0][group, at] == some).all()
            assert (values(found)[1][group, at] == days).all()


def test_a_group_keeps_its_luck_when_others_change() -> None:
    less = [table("site", {"general_hospital": 1.0, "old_infirmary": 1.0, "cottage_hospital": 3.0})]

    one, other = drawn(50), project_records(SPELLS, [*FACTORS, *less], STAYS, by=["site"], draws=50)

    names = one.cells.groups["site"].to_list()
    same = [name for at, name in enumerate(names) if (values(one)[0][at] == values(other)[0][at]).all()]
    assert same == [name for name in names if name != "cottage_hospital"]


def test_groups_that_are_alike_are_drawn_apart(tmp_path: Path) -> None:
    path = written(tmp_path / "twins.parquet", [("a", "north", 2), ("a", "south", 2)] * 200)

    found = project_records(path, [table("point_of_delivery", {"a": 1.0})], by=["site"], draws=1_000)

    for some in values(found):
        assert abs(np.corrcoef(some)[0, 1]) < 4 / math.sqrt(1_000)


def test_the_mean_of_draws_is_what_is_expected_within_four_standard_errors() -> None:
    found = drawn(2_000)

    for some, expected in zip(
        values(found), (found.cells.expected_records, found.cells.expected_bed_days), strict=True
    ):
        error = some.std(axis=1, ddof=1) / math.sqrt(some.shape[1])
        assert (abs(some.mean(axis=1) - expected) < 4 * error).all()


def test_draws_vary_as_records_that_are_each_resampled_do() -> None:
    """Records as a Poisson number; bed days as the sum of stays of which each day is kept by itself."""
    found = drawn(4_000)
    records, days = values(found)

    assert records.var(axis=1) == pytest.approx(found.cells.expected_records, rel=0.12)
    slow = np.zeros(len(records))
    names = found.cells.groups["site"].to_list()
    for row in pl.read_parquet(SPELLS).iter_rows(named=True):
        factor = KINDS[row["point_of_delivery"]] * AGES[row["age_band"]]
        stay, keep = row["length_of_stay"], SHORTER[row["point_of_delivery"]]
        slow[names.index(row["site"])] += factor * (stay * keep * (1 - keep) + (stay * keep) ** 2)
    assert days.var(axis=1) == pytest.approx(slow, rel=0.12)


def test_stays_that_grow_are_whole_days_and_right_in_expectation(tmp_path: Path) -> None:
    path = written(tmp_path / "long.parquet", [("a", "north", 4)] * 500)
    longer = [table("point_of_delivery", {"a": 2.3}, StayTable)]
    same = [table("point_of_delivery", {"a": 1.0})]

    found = project_records(path, same, longer, draws=400)

    records, days = values(found)
    assert (days >= records * 4 * 2).all()
    assert (days <= records * 4 * 3).all()
    assert days.mean() == pytest.approx(500 * 4 * 2.3, rel=0.02)


def test_a_file_without_stays_has_no_bed_days(tmp_path: Path) -> None:
    path = tmp_path / "attendances.parquet"
    pl.DataFrame({"point_of_delivery": ["a", "b", "b"]}).write_parquet(path)

    found = project_records(path, A_AND_B, draws=5)

    assert not found.has_bed_days
    assert found.frame().columns == [
        f"records_{part}" for part in ("base", "expected", "mean", "p05", "p50", "p95")
    ]


def test_it_tells_how_far_it_is_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []

    drawn(120, report=lambda done, most: told.append((done, most)))

    assert told == [(50, 120), (100, 120), (120, 120)]
    with pytest.raises(Stopped):
        drawn(120, is_stopped=lambda: True)


def test_more_draws_than_can_be_held_are_refused() -> None:
    with pytest.raises(TooManyDraws, match="at most"):
        drawn(10**9)
    with pytest.raises(ValueError, match="at least one"):
        drawn(0)


# ---------------------------------------------------------------------- factors
def test_factors_of_activity_keep_its_totals(tmp_path: Path) -> None:
    path = written(tmp_path / "six.parquet", SIX)
    projected = pl.DataFrame(
        {
            "point_of_delivery": ["a", "a", "b", "new"],
            "specialty": ["x", "y", "x", "x"],
            "base_count": [2.0, 1.0, 3.0, 0.0],
            "count": [4.0, 2.0, 1.5, 7.0],
            "base_bed_days": [6.0, 0.0, 18.0, 0.0],
            "bed_days": [15.0, 0.0, 7.0, 7.0],
        }
    )

    factors, stays = factors_of(projected, ["point_of_delivery"])
    found = project_records(path, [factors], [stays], randomness=False).total()

    assert dict(factors.table.iter_rows()) == {"a": (4 + 2) / (2 + 1), "b": 1.5 / 3}
    assert found["records"]["expected"] == pytest.approx(4 + 2 + 1.5)
    assert found["bed_days"]["expected"] == pytest.approx(15 + 7)


def test_one_factor_for_everything() -> None:
    projected = pl.DataFrame({"base_count": [2.0], "count": [3.0], "base_bed_days": [0.0], "bed_days": [0.0]})

    factors, stays = factors_of(projected, [])
    found = project_records(SPELLS, [factors], [stays], randomness=False).total()

    assert found["records"]["expected"] == pytest.approx(20_000 * 3 / 2)
