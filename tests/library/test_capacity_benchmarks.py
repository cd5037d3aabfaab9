"""The yardsticks of activity and of records give what a slow loop and the library give; how fast, no test asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.activity import added_first, bare, engine
from benchmarks.activity_place import AREA, Inputs, Sizes, inputs, place_of
from benchmarks.records import BY, arrays_of, case_of
from leftshift.capacity.records.synthetic import write_synthetic_spells
from leftshift.place.schema import catalogue
from leftshift.place.seen import Seen
from leftshift.population.checking import population_faults
from leftshift.population.projecting import EVERYWHERE, project_population

SMALL = Sizes(bands=4, specialties=2, points=2, providers=3, years=2, people=1_000)


@pytest.fixture
def given() -> Inputs:
    return inputs(SMALL, draws=5)


def test_bare_arithmetic_is_a_slow_loop_over_cells(given: Inputs) -> None:
    slow = np.zeros((2, SMALL.points, SMALL.providers, SMALL.years + 1, 5))
    for (point, band, specialty, provider), count in np.ndenumerate(given.base):
        for year in range(SMALL.years + 1):
            for draw in range(5):
                kept = 1 - given.avoided[point, draw] * given.ramp[year] * given.old[band]
                people = given.people[band, year] / given.people[band, 0]
                found = count * people * (1 + given.growth[point, draw]) ** year * kept
                slow[0, point, provider, year, draw] += found
                slow[1, point, provider, year, draw] += found * given.stay[point, band, specialty, provider]

    np.testing.assert_allclose(bare(given, 2), slow, rtol=1e-12)
    np.testing.assert_allclose(bare(given, 64), slow, rtol=1e-12)


def test_the_engine_gives_what_the_bare_arithmetic_gives(given: Inputs) -> None:
    wanted = bare(given, 2)

    np.testing.assert_allclose(engine(given)(), wanted, rtol=1e-9)
    np.testing.assert_allclose(added_first(given), wanted, rtol=1e-9)


def test_its_place_holds_what_it_is_worked_out_from(given: Inputs) -> None:
    place = place_of(given)
    population = project_population(place)

    assert not list(population_faults(place, Seen()))
    assert {row.kind for row in place.points_of_delivery} <= set(catalogue("points_of_delivery"))
    assert sum(row.count for row in place.activity) == given.base.sum()
    for band, people in zip(population.bands[AREA], given.people, strict=True):
        np.testing.assert_allclose(population.by_year(EVERYWHERE, band), people)


@pytest.mark.parametrize("name", ["plain", "single"])
def test_the_rows_of_the_compiled_pass_are_those_of_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "spells.parquet"
    write_synthetic_spells(path, 500)
    if name == "single":
        pl.read_parquet(path).with_row_index("record").write_parquet(path)
    case = case_of(name, path)

    rows = arrays_of(case)
    found = case.project(randomness=False)

    factor = np.prod(rows["factors"][rows["codes"] + rows["offsets"][:, None]], axis=0)
    days = factor * rows["stay"] * rows["stay_factors"][rows["stay_code"]]
    assert [*found.by] == BY
    np.testing.assert_allclose(np.bincount(rows["group"], factor), found.cells.expected_records, rtol=1e-12)
    np.testing.assert_allclose(np.bincount(rows["group"], days), found.cells.expected_bed_days, rtol=1e-12)
