"""All scores and cohorts of drawn people: plain Python, DuckDB and Spark say the same."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
import pytest

from leftshift.population.cohorts.definitions import packaged_cohorts
from leftshift.population.cohorts.selecting import select_cohorts
from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import Engine, EngineName, engine_of
from leftshift.population.facts.gathering import People, gather_facts
from leftshift.population.privacy.opting_out import without_opted_out
from leftshift.population.scores.definitions import in_order
from leftshift.population.scores.reading import packaged_lists, packaged_scores
from leftshift.population.scores.scoring import items_met, score_people
from tests.library.people.drawn import Rows, drawn_rows, lists_for
from tests.library.people.made import AS_AT, records_of
from tests.library.people.slow_people import Slow

SCORES = in_order(packaged_scores(), list(packaged_scores()))
COHORTS = tuple(packaged_cohorts().values())
LISTS = lists_for(SCORES, packaged_lists())
FACTS = frozenset[Fact]().union(*(s.facts() for s in SCORES), *(c.facts() for c in COHORTS))
Found = dict[int, dict[str, Any]]


def fast(engine: Engine, folder: Path, rows: Rows) -> Found:
    """Everything that leftshift says of a set, by person."""
    return {row["person_id"]: row for row in engine.rows(worked_out(engine, folder, rows).table)}


def worked_out(engine: Engine, folder: Path, rows: Rows) -> People:
    """People of a set with all scores and cohorts."""
    records = records_of(engine, folder, rows)
    records["persons"] = without_opted_out(engine, records["persons"], records).persons
    people = gather_facts(engine, records, FACTS, LISTS, AS_AT)
    people = score_people(engine, people, SCORES)
    return select_cohorts(engine, people, SCORES, COHORTS)


def differences(expected: Found, found: Found) -> list[str]:
    """Where two answers differ, as person, column and both values."""
    assert expected.keys() == found.keys()
    return [
        f"{person} {column}: {value!r} and {found[person][column]!r}"
        for person, columns in expected.items()
        for column, value in columns.items()
        if not _same(value, found[person][column])
    ]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-12, abs=1e-12)
    return bool(one == other)


@pytest.fixture(scope="module")
def drawn() -> Rows:
    return drawn_rows(1, 250, SCORES, LISTS)


@pytest.fixture(scope="module")
def slowly(drawn: Rows) -> Found:
    return Slow(drawn, LISTS, SCORES, COHORTS, AS_AT).everybody()


def test_the_drawn_people_meet_and_miss_every_item(drawn: Rows, slowly: Found) -> None:
    assert 150 < len(slowly) < 250
    for score in SCORES:
        assert len({row[score.name] for row in slowly.values()}) > 2, score.name
    assert {row["in_llr_2016__cost"] for row in slowly.values()} == {True, False}
    assert {row["lace"] is None for row in slowly.values()} == {True, False}


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_an_engine_says_what_plain_python_says(
    engine: EngineName, drawn: Rows, slowly: Found, tmp_path: Path
) -> None:
    with engine_of(engine, tmp_path / "scratch", options={"spark.sql.shuffle.partitions": "2"}) as running:
        people = worked_out(running, tmp_path / "set", drawn)
        found = {row["person_id"]: row for row in running.rows(people.table)}
        met = items_met(people, SCORES, ibis.literal(True))
        assert met is not None
        items = [(row["person_id"], row["score"], row["item"]) for row in running.rows(met)]

    assert not differences(slowly, found)
    assert sorted(items) == sorted(Slow(drawn, LISTS, SCORES, COHORTS, AS_AT).items())


def test_order_and_duplicates_of_records_do_not_matter(drawn: Rows, tmp_path: Path) -> None:
    shuffle = random.Random(2)
    again = {table: [*rows] for table, rows in drawn.items()}
    for table in ("gp_events", "prescriptions", "diagnoses", "admissions", "attendances", "contacts"):
        again[table] += shuffle.choices(drawn[table], k=len(drawn[table]) // 4)
        shuffle.shuffle(again[table])

    with engine_of("duckdb", tmp_path / "a") as engine:
        once = fast(engine, tmp_path / "set", drawn)
    with engine_of("duckdb", tmp_path / "b") as engine:
        twice = fast(engine, tmp_path / "again", again)

    columns = [name for name in next(iter(once.values())) if not name.startswith(("value_", "medicine_"))]
    assert {p: _only(row, columns) for p, row in once.items()} == {
        p: _only(row, columns) for p, row in twice.items()
    }


def _only(row: Mapping[str, Any], columns: list[str]) -> dict[str, Any]:
    return {name: row[name] for name in columns}
