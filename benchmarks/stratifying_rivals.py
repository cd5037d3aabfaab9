"""Scores of hospital diagnoses three ways: by leftshift, by pandas as one writes it at first, and by pycomorb."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd  # type: ignore[import-untyped]
import polars as pl

from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import engine_of
from leftshift.population.facts.gathering import gather_facts
from leftshift.population.facts.reaching import months_before
from leftshift.population.linked.dataset import LinkedData
from leftshift.population.linked.soundness import sound_tables
from leftshift.population.runs.running import dated_at, drawn_on
from leftshift.population.scores.definitions import Item, Score, in_order
from leftshift.population.scores.reading import packaged_lists, packaged_scores
from leftshift.population.scores.scoring import score_people

NAMES = ("charlson", "charlson_2011", "elixhauser", "hfrs")
Sums = dict[str, float]


@dataclass(frozen=True)
class Task:
    """A set, the day at which it is scored, and a file of the diagnoses of those who are counted."""

    folder: Path
    diagnoses: Path
    as_at: date

    @property
    def scores(self) -> tuple[Score, ...]:
        """The scores that every way knows."""
        return in_order(packaged_scores(), NAMES)


def task_of(folder: Path, run: Path, scratch: Path) -> Task:
    """The diagnoses of everybody whom a run of the set counted."""
    as_at = dated_at(LinkedData(folder))
    assert as_at is not None
    file = scratch / "diagnoses.parquet"
    counted = f"SELECT person_id FROM read_parquet('{run}/people/*.parquet')"
    rows = f"SELECT * FROM read_parquet('{folder}/diagnoses/*.parquet') WHERE person_id IN ({counted})"
    with duckdb.connect() as database:
        database.execute(f"COPY ({rows}) TO '{file}' (FORMAT parquet)")
    return Task(folder, file, as_at)


def by_leftshift(task: Task) -> Sums:
    """From the files to the sums; who is counted is found out, too."""
    facts = frozenset[Fact]().union(*(score.facts() for score in task.scores))
    with (
        tempfile.TemporaryDirectory() as scratch,
        engine_of("duckdb", Path(scratch)) as engine,
    ):
        day = drawn_on(LinkedData(task.folder))
        assert day is not None
        needed = {"persons", "registrations", "practices", "opt_outs"}
        records = dict(sound_tables(engine, task.folder, day, tables=needed).tables)
        records["diagnoses"] = engine.read("diagnoses_given", [task.diagnoses])
        people = gather_facts(engine, records, facts, packaged_lists(), task.as_at)
        table = score_people(engine, people, task.scores).table
        sums = {name: table[name].sum() for name in NAMES}
        (row,) = engine.rows(table.aggregate(**sums))
    return {name: float(row[name]) for name in NAMES}


def by_pandas(task: Task) -> Sums:
    """From the file to the sums: each list's codes looked for in the column of codes."""
    rows = pd.read_parquet(task.diagnoses, columns=["person_id", "code", "event_date", "recorded_date"])
    rows = rows[(rows.event_date <= task.as_at) & (rows.recorded_date <= task.as_at)]
    rows["code"] = rows.code.str.upper().str.replace(".", "", regex=False).str.rstrip("-X")
    sums = {}
    for score in task.scores:
        inside = rows[rows.event_date > _start(score, task.as_at)]
        people: dict[str, Any] = {
            name: inside.person_id[inside.code.str.startswith(prefixes)].drop_duplicates()
            for name, prefixes in _prefixes(score).items()
        }
        points = []
        for item in score.items:
            own, unless = _lists(item)
            counted = people[own] if unless is None else people[own][~people[own].isin(people[unless])]
            points.append(pd.DataFrame({"person_id": counted, "points": item.points}))
        sums[score.name] = float(pd.concat(points).groupby("person_id").points.sum().sum())
    return sums


def pycomorb_ways(task: Task) -> Mapping[str, Callable[[], pl.DataFrame]]:
    """A call for each score, on frames that are in memory already."""
    import pycomorb

    rows = pl.read_parquet(task.diagnoses).filter(
        pl.col("event_date") <= task.as_at, pl.col("recorded_date") <= task.as_at
    )
    frames = {
        score.name: rows.filter(pl.col("event_date") > _start(score, task.as_at)).select(
            "code", id="person_id", age=pl.lit(40)
        )
        for score in task.scores
    }
    charlson, elixhauser = pycomorb.CharlsonComorbidityIndex, pycomorb.ElixhauserComorbidityIndex
    return {
        "charlson": lambda: charlson(frames["charlson"], weights="charlson"),
        "charlson_2011": lambda: charlson(frames["charlson_2011"], weights="quan"),
        "elixhauser": lambda: elixhauser(frames["elixhauser"]),
        "hfrs": lambda: pycomorb.HospitalFrailtyRiskScore(frames["hfrs"]),
    }


def by_pycomorb(ways: Mapping[str, Callable[[], pl.DataFrame]]) -> Sums:
    """The sums of every score."""
    columns = {"elixhauser": "Elixhauser Comorbidity Index", "hfrs": "HFRS Score"}
    return {
        name: float(way()[columns.get(name, "Charlson Comorbidity Index")].sum())
        for name, way in ways.items()
    }


def _start(score: Score, as_at: date) -> date:
    (months,) = {fact.months for item in score.items for fact in item.when.facts}
    assert months is not None
    return months_before(as_at, months)


def _prefixes(score: Score) -> dict[str, tuple[str, ...]]:
    lists = packaged_lists().codes
    return {name: tuple(lists[("icd10", name)]) for _, name in score.lists()}


def _lists(item: Item) -> tuple[str, str | None]:
    """The list of an item, and the one of the graver form without which it counts alone."""
    names = [str(fact.value("list")) for fact in item.when.facts]
    own = next(name for name in names if name.partition(".")[2] == item.name)
    return own, next((name for name in names if name != own), None)
