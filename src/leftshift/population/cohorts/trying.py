"""Try definitions before they meet records: people are invented who are made to meet each criterion, and the run has to find them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from leftshift.population.cohorts.definitions import Cohort
from leftshift.population.cohorts.demands import Demand, NotMet, Solver
from leftshift.population.cohorts.selecting import criterion_column, membership_column, select_cohorts
from leftshift.population.cohorts.totals import expanded
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


WORKS, FAILS, NOT_TRIED = "works", "fails", "not tried"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One criterion, a person who was made to meet it, and what the run said of that person.

    Of ``meets nothing`` it is right that the person is not found. Not tried is what nobody could be made for: it may hold or not.
    """

    cohort: str
    criterion: str
    verdict: str
    problem: str = ""
    made: bool = False
    met: bool = False
    in_cohort: bool = False
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def works(self) -> bool:
        """Whether the run said what the person was made for."""
        return self.verdict == WORKS

    def document(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**asdict(self), "works": self.works}


@dataclass(frozen=True, slots=True)
class _Made:
    """The key of a person, and what the person was made to be: with scores, and with what makes them up."""

    key: int
    demands: tuple[Demand, Demand]

    def facts(self) -> set[Fact]:
        return self.demands[0].facts() | self.demands[1].facts()


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
    asked = sorted(set[Fact]().union(*(one.facts() for _, _, one in made if isinstance(one, _Made))))
    found = _run(engine, witnesses, wanted, asked)
    return [
        _attempt(cohort, name, one, witnesses, found, asked) if isinstance(one, _Made) else one
        for cohort, name, one in made
    ]


def _give_ordinary(witnesses: Witnesses, person: int, outside: set[Fact]) -> None:
    """Whoever has no score of others yet has 1 of each, so that there is an average."""
    mine = {row["score"] for row in witnesses.rows["outside_scores"] if row["person_id"] == person}
    for name in sorted({str(fact.value("name")) for fact in outside} - mine):
        witnesses.rows["outside_scores"].append(
            {"person_id": person, "score": name, "value": 1.0, "system": "invented", "event_date": AS_AT}
        )


def _made(solver: Solver, witnesses: Witnesses, cohort: Cohort, name: str) -> _Made | Attempt:
    """A person who was made, or why none could be."""
    solver.begin()
    never = "everybody meets it" if name == NOBODY else "no way was found in which it holds"
    why: list[str] = []
    try:
        for at, demand in enumerate(_demands(solver, cohort, name)):
            if at == _MOST_WAYS:
                why.append("there are too many ways to go through")
                break
            try:
                parts = expanded(solver, demand)
                return _Made(witnesses.add(parts), (demand, parts))
            except NotMet as problem:
                if problem.never:
                    never = str(problem)
                else:
                    why.append(str(problem))
    except NotMet as problem:
        why.append(str(problem))
    why += solver.given_up
    return Attempt(cohort.name, name, NOT_TRIED, why[0]) if why else Attempt(cohort.name, name, FAILS, never)


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


def _run(
    engine: Engine, witnesses: Witnesses, wanted: Wanted, asked: list[Fact]
) -> dict[int, dict[str, Any]]:
    """What the run says of everybody, and how each fact that was asked for came out."""
    witnesses.rows["practices"] = [{"practice": "P1", "locality": "Invented", "commissioner": "Invented"}]
    records = {
        name: engine.table(
            f"witness_{name}",
            columns_of_rows(name, witnesses.rows[name]),
            {column.name: TYPES[column.type] for column in table.columns.values()},
        )
        for name, table in linked_tables().items()
    }
    people = gather_facts(engine, records, wanted.facts().union(asked), wanted.lists, AS_AT)
    people = score_people(engine, people, wanted.scores)
    people = select_cohorts(engine, people, wanted.scores, wanted.cohorts)
    facts = {_column(at): people.finders[fact](people.table) for at, fact in enumerate(asked)}
    return {row["person_id"]: row for row in engine.rows(people.table.mutate(**facts))}


def _column(at: int) -> str:
    return f"_asked_{at}"


def _attempt(
    cohort: Cohort,
    name: str,
    made: _Made,
    witnesses: Witnesses,
    found: dict[int, dict[str, Any]],
    asked: list[Fact],
) -> Attempt:
    row = found.get(made.key, {})
    inside = bool(row.get(membership_column(cohort.name)))
    met = not inside if name == NOBODY else bool(row.get(criterion_column(cohort.name, name)))
    rows = {
        table: sum(1 for one in some if one.get("person_id") == made.key)
        for table, some in witnesses.rows.items()
    }
    verdict, problem = WORKS, ""
    if not met or inside is (name == NOBODY):
        problem = _other(made, row, asked)
        verdict = NOT_TRIED if problem else FAILS
        problem = problem or "the run did not find the person who was made to meet it"
    return Attempt(
        cohort.name, name, verdict, problem, True, met, inside, {t: n for t, n in rows.items() if n}
    )


def _other(made: _Made, row: dict[str, Any], asked: list[Fact]) -> str:
    """In what the person came out other than was asked for; nothing where the run is at fault."""
    columns = {fact: _column(at) for at, fact in enumerate(asked)}
    for demand in made.demands:
        for fact, holds in demand.yes.items():
            if bool(row.get(columns[fact])) is not holds:
                return f"nobody could be made of whom {fact} {'holds' if holds else 'does not hold'} beside the rest"
        for number, wanted in demand.numbers.items():
            value = row.get(number if isinstance(number, str) else columns[number])
            if value is None or not wanted.holds(round(value, 6)):
                came = "not known" if value is None else f"{value:g}"
                return (
                    f"nobody could be made of whom {number} is as wanted beside the rest: it came to {came}"
                )
        if demand.averaged:
            return "it depends on an average, which invented people do not have as others do"
    return ""
