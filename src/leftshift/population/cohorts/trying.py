"""Try definitions before they meet records: people are invented who are made to meet each criterion, and the run has to find them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from leftshift.population.cohorts.definitions import Cohort
from leftshift.population.cohorts.demands import Demand, NotMet, Solver
from leftshift.population.cohorts.selecting import criterion_column, membership_column, select_cohorts
from leftshift.population.cohorts.witnesses import Witnesses, columns_of_rows
from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.gathering import gather_facts
from leftshift.population.linked.soundness import TYPES
from leftshift.population.linked.tables import linked_tables
from leftshift.population.runs.wanting import Wanted
from leftshift.population.scores.scoring import score_people

AS_AT = date(2020, 4, 1)  # any day: invented people are made for it
_OTHERS = 20
NOBODY = "meets nothing"
_MOST_WAYS = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """One criterion, a person who was made to meet it, and what the run said of that person.

    Of ``meets nothing`` it is right that the person is not found.
    """

    cohort: str
    criterion: str
    made: bool
    met: bool
    in_cohort: bool
    problem: str
    rows: dict[str, int]

    @property
    def works(self) -> bool:
        """Whether the run said what the person was made for."""
        return self.made and self.met and self.in_cohort is (self.criterion != NOBODY)

    def document(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**asdict(self), "works": self.works}


def try_definitions(engine: Engine, wanted: Wanted) -> list[Attempt]:
    """An attempt for each criterion of each cohort, and one for a person who meets none."""
    witnesses = Witnesses(wanted.lists, AS_AT)
    solver = Solver({score.name: score for score in wanted.scores})
    made = [
        (cohort, name, _made(solver, witnesses, cohort, name))
        for cohort in wanted.cohorts
        for name in (*(criterion.name for criterion in cohort.criteria), NOBODY)
    ]
    for _ in range(_OTHERS):
        witnesses.add(Demand())
    ordinary = {fact for fact in wanted.facts() if fact.word == "outside"}
    for person in range(1, witnesses.people + 1):
        _give_ordinary(witnesses, person, ordinary)
    found = _run(engine, witnesses, wanted)
    return [_attempt(cohort, name, key, witnesses, found) for cohort, name, key in made]


def _give_ordinary(witnesses: Witnesses, person: int, outside: set[Fact]) -> None:
    """Whoever has no score of others yet has 1 of each, so that there is an average."""
    mine = {row["score"] for row in witnesses.rows["outside_scores"] if row["person_id"] == person}
    for name in sorted({str(fact.value("name")) for fact in outside} - mine):
        witnesses.rows["outside_scores"].append(
            {"person_id": person, "score": name, "value": 1.0, "system": "invented", "event_date": AS_AT}
        )


def _made(solver: Solver, witnesses: Witnesses, cohort: Cohort, name: str) -> int | str:
    """The key of a person who was made, or why none could be."""
    problem = "no way was found in which it holds"
    for at, demand in enumerate(_demands(solver, cohort, name)):
        if at == _MOST_WAYS:
            break
        try:
            return witnesses.add(solver.expanded(demand))
        except NotMet as why:
            problem = str(why)
    return problem


def _demands(solver: Solver, cohort: Cohort, name: str) -> Iterator[Demand]:
    found = iter([Demand()])
    if cohort.among is not None and name != NOBODY:
        found = solver.demands(cohort.among, True, Demand())
    for criterion in cohort.criteria:
        if name == NOBODY:
            found = _then(solver, found, criterion.when, holds=False)
        elif criterion.name == name or cohort.meets == "all":
            found = _then(solver, found, criterion.when, holds=True)
    return found


def _then(solver: Solver, known: Iterator[Demand], formula: Any, *, holds: bool) -> Iterator[Demand]:
    return (more for one in known for more in solver.demands(formula, holds, one))


def _run(engine: Engine, witnesses: Witnesses, wanted: Wanted) -> dict[int, dict[str, Any]]:
    witnesses.rows["practices"] = [{"practice": "P1", "locality": "Invented", "commissioner": "Invented"}]
    records = {
        name: engine.table(
            f"witness_{name}",
            columns_of_rows(name, witnesses.rows[name]),
            {column.name: TYPES[column.type] for column in table.columns.values()},
        )
        for name, table in linked_tables().items()
    }
    people = gather_facts(engine, records, wanted.facts(), wanted.lists, AS_AT)
    people = score_people(engine, people, wanted.scores)
    people = select_cohorts(engine, people, wanted.scores, wanted.cohorts)
    return {row["person_id"]: row for row in engine.rows(people.table)}


def _attempt(
    cohort: Cohort, name: str, key: int | str, witnesses: Witnesses, found: dict[int, dict[str, Any]]
) -> Attempt:
    if isinstance(key, str):
        return Attempt(cohort.name, name, False, False, False, key, {})
    row = found.get(key, {})
    inside = bool(row.get(membership_column(cohort.name)))
    met = not inside if name == NOBODY else bool(row.get(criterion_column(cohort.name, name)))
    mine = {
        table: sum(1 for one in rows if one.get("person_id") == key) for table, rows in witnesses.rows.items()
    }
    problem = "" if met else "the run did not find the person who was made to meet it"
    return Attempt(cohort.name, name, True, met, inside, problem, {t: n for t, n in mine.items() if n})
