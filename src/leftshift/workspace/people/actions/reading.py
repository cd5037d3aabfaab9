"""What a run says of one cohort, made ready to be kept: what the run was, counts that may be shown, and the list where it is asked for.

Knows no database: it reads the folder that ``leftshift population score`` wrote.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.foundation.faults import Fault, Faults, shown
from leftshift.population.cohorts.counting import count_cohort
from leftshift.population.cohorts.selecting import criterion_column, membership_column
from leftshift.population.engines.engine import Engine
from leftshift.population.linked.dataset import SYNTHETIC
from leftshift.population.runs.results import RunResult
from leftshift.population.runs.running import ITEMS, PEOPLE, RECORD
from leftshift.workspace.people.parameters import parameter

SCORES = ("long_term_conditions", "efi", "hfrs")
"""Scores that a list shows where the run has them; beside these, all that are predicted."""
PREDICTED = "predicted_"
VALIDATED = "validated_"
"""Before the name of a score: kept of a person where the score was not validated for people like them."""
BAND = "_band"
_STEP = 5
_CHUNK = 1 << 20
_PERSON = ("person_id", "practice", "locality", "commissioner", "age")


@dataclass(frozen=True)
class ReadCohort:
    """One cohort of one run. ``cells`` are protected; ``people`` is None where no list was asked for."""

    cohort: str
    digest: str
    as_at: date
    definition: Mapping[str, Any]
    run: Mapping[str, Any]
    cells: Sequence[Mapping[str, Any]]
    people: Sequence[Mapping[str, Any]] | None = None


def read_cohort(engine: Engine, result: RunResult, cohort: str, *, with_list: bool) -> ReadCohort:
    """Read a cohort of a run. Raises FaultsFound for a folder that is no run, and for a cohort that it has not."""
    criteria = result.criteria(cohort)
    people = result.people(engine)
    _refuse(result, people.columns, [*_PERSON, *_columns_of(cohort, criteria)], with_list=with_list)
    counts = count_cohort(engine, people, cohort, list(criteria))
    record = result.record
    part = next(part for part in record["cohorts"] if part["name"] == cohort)
    return ReadCohort(
        cohort,
        run_digest(result),
        date.fromisoformat(record["as_at"]),
        {name: part.get(name, "") for name in ("title", "version", "source", "digest")} | {"criteria": [list(pair) for pair in criteria.items()]},
        {
            **{name: record.get(name, "") for name in ("purpose", "basis", "leftshift", "engine")},
            "bases": [dict(basis) for basis in record.get("bases", [])],
            "scores": [
                {name: score.get(name, "") for name in ("name", "title", "version", "source", "digest", "validated_for")}
                | {"items": score.get("items", {}) if is_shown(score["name"]) else {}}
                for score in record["scores"]
            ],
        },
        counts.cells.to_dicts(),
        list(_listed(engine, people, result.items(engine), cohort, criteria)) if with_list else None,
    )  # fmt: skip


def run_digest(result: RunResult) -> str:
    """The digest of a run: of its record and of every file of people and of the items they met."""
    found = hashlib.sha256()
    files = [path for name in (PEOPLE, ITEMS) for path in sorted((result.folder / name).glob("*.parquet"))]
    for path in [result.folder / RECORD, *files]:
        with path.open("rb") as stream:
            while piece := stream.read(_CHUNK):
                found.update(piece)
    return found.hexdigest()


def _columns_of(cohort: str, criteria: Mapping[str, str]) -> list[str]:
    return [membership_column(cohort), *(criterion_column(cohort, name) for name in criteria)]


def _refuse(result: RunResult, columns: Sequence[str], needed: Sequence[str], *, with_list: bool) -> None:
    faults = Faults()
    for column in needed:
        if column not in columns:
            expected, action = "a column of the people of the run", "Score the records anew"
            faults.add(
                Fault("column missing", f"{result.folder}/{PEOPLE}", None, column, "", expected, action)
            )
    purpose, basis = str(result.record.get("purpose", "")), str(result.record.get("basis", ""))
    if with_list and purpose != SYNTHETIC and not basis:
        expected = "a legal basis: only people who are invented are listed without one"
        action = "Score the records with --purpose, --basis and --register"
        faults.add(
            Fault("no basis", str(result.folder / RECORD), None, "basis", shown(basis), expected, action)
        )
    faults.raise_if_any()


def _listed(
    engine: Engine, people: Any, items: Any | None, cohort: str, criteria: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    scores = [name for name in people.columns if is_shown(name)]
    inside = people.filter(people[membership_column(cohort)])
    met = _met(engine, items.semi_join(inside, "person_id"), scores) if items is not None else None
    validated = [f"{VALIDATED}{name}" for name in scores if f"{VALIDATED}{name}" in people.columns]
    columns = [*_PERSON, *(criterion_column(cohort, name) for name in criteria), *scores, *validated]
    wanted = dict.fromkeys(columns)
    for row in engine.rows(inside.select(*wanted)):
        yield {
            "key": str(row["person_id"]),
            "commissioner": row["commissioner"] or "",
            "locality": row["locality"] or "",
            "practice": row["practice"] or "",
            "age_band": age_band(row["age"]),
            "reasons": [name for name in criteria if row[criterion_column(cohort, name)]],
            "scores": {name: row[name] for name in scores if row[name] is not None}
            | {name: False for name in validated if row[name] is False},
            "items": met[row["person_id"]] if met is not None else {},
        }


def _met(engine: Engine, items: Any, scores: Sequence[str]) -> Mapping[int, dict[str, list[str]]]:
    """By person, of each score that is shown and has items, those that were met; none is a list of nothing."""
    having = [row["score"] for row in engine.rows(items.select("score").distinct())]
    shown = sorted(set(having) & set(scores))
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: {name: [] for name in shown})
    wanted = items.filter(items.score.isin(shown))
    for row in engine.rows(wanted.group_by("person_id", "score").agg(met=wanted.item.collect())):
        found[row["person_id"]][row["score"]] = sorted(row["met"])
    return found


def is_shown(column: str) -> bool:
    """Whether a list shows a score, or a column of its bands."""
    return column.removesuffix(BAND) in SCORES or column.startswith(PREDICTED)


def age_band(age: int | None) -> str:
    """Five years of age, and everybody of a great age together."""
    if age is None:
        return ""
    top = parameter("top_age")
    first = age // _STEP * _STEP
    return f"{top} and over" if age >= top else f"{first} to {first + _STEP - 1}"
