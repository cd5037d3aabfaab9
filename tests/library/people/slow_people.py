"""Scores and cohorts worked out person by person in plain Python: slow, obvious, and sharing nothing with the fast way but the
definitions. A formula is run as the Python that it looks like, over numbers of which nothing is true where they are not known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from leftshift.population.cohorts.definitions import Cohort
from leftshift.population.defining.codelists import CodeLists
from leftshift.population.defining.formulas import Formula
from leftshift.population.scores.definitions import Score, Term

Row = Mapping[str, Any]


class Known:
    """A number that may not be known."""

    def __init__(self, value: Any) -> None:
        self.value: Any = value.value if isinstance(value, Known) else value

    def _with(self, other: Any, work: Callable[[Any, Any], Any]) -> Known:
        other = Known(other).value
        return Known(None if self.value is None or other is None else work(self.value, other))

    def _is(self, other: Any, holds: Callable[[Any, Any], bool]) -> bool:
        other = Known(other).value
        return self.value is not None and other is not None and holds(self.value, other)

    def __add__(self, other: Any) -> Known:
        return self._with(other, lambda a, b: a + b)

    def __mul__(self, other: Any) -> Known:
        return self._with(other, lambda a, b: a * b)

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: Any) -> bool:
        return self._is(other, lambda a, b: bool(a < b))

    def __le__(self, other: Any) -> bool:
        return self._is(other, lambda a, b: bool(a <= b))

    def __gt__(self, other: Any) -> bool:
        return self._is(other, lambda a, b: bool(a > b))

    def __ge__(self, other: Any) -> bool:
        return self._is(other, lambda a, b: bool(a >= b))


def earlier(day: date, months: int) -> date:
    """The day so many months before; of a month too short, its last."""
    index = day.year * 12 + day.month - 1 - months
    for last in range(day.day, 0, -1):
        try:
            return date(index // 12, index % 12 + 1, last)
        except ValueError:
            continue
    raise AssertionError


@dataclass
class Slow:
    """One set of records at a date."""

    rows: Mapping[str, Sequence[Row]]
    lists: CodeLists
    scores: tuple[Score, ...]
    cohorts: tuple[Cohort, ...]
    as_at: date

    def everybody(self) -> dict[int, dict[str, Any]]:
        """Every score, band and cohort of everybody who is counted."""
        persons = [person for person in self.rows["persons"] if self._is_counted(person)]
        found = {person["person_id"]: dict[str, Any]() for person in persons}
        for score in self.scores:
            for person in persons:
                mine = found[person["person_id"]]
                mine |= self._score(score, OnePerson(self, person, mine))
        for cohort in self.cohorts:
            means = self._average(persons, found)
            for person in persons:
                mine = found[person["person_id"]]
                one = OnePerson(self, person, mine, means)
                among = cohort.among is None or one.run(cohort.among)
                met = {c.name: bool(among and one.run(c.when)) for c in cohort.criteria}
                mine[f"in_{cohort.name}"] = bool(among) and (all if cohort.meets == "all" else any)(
                    met.values()
                )
                mine |= {f"in_{cohort.name}__{name}": value for name, value in met.items()}
        return found

    def items(self) -> set[tuple[int, str, str]]:
        """Person, score and item wherever an item is met of a score that counts the person."""
        everybody = self.everybody()
        ones = [
            OnePerson(self, person, everybody[person["person_id"]])
            for person in self.rows["persons"]
            if person["person_id"] in everybody
        ]
        return {
            (one.person["person_id"], score.name, item.name)
            for one in ones
            for score in self.scores
            if one.scores[score.name] is not None
            for item in score.items
            if one.run(item.when)
        }

    def _average(self, persons: list[Row], found: Mapping[int, dict[str, Any]]) -> float:
        """Of the one thing of which the cohorts that come with leftshift want an average."""
        costs = [
            OnePerson(self, person, found[person["person_id"]]).outside("predicted_cost").value
            for person in persons
        ]
        known = [cost for cost in costs if cost is not None]
        return sum(known) / len(known) if known else math.nan

    def _is_counted(self, person: Row) -> bool:
        lives = person["birth_date"] <= self.as_at and (
            person["death_date"] is None or person["death_date"] > self.as_at
        )
        said_no = any(row["person_id"] == person["person_id"] for row in self.rows.get("opt_outs", []))
        registered = any(
            row["person_id"] == person["person_id"]
            and row["from_date"] <= self.as_at
            and (row["to_date"] is None or row["to_date"] >= self.as_at)
            for row in self.rows["registrations"]
        )
        return lives and registered and not said_no

    def _score(self, score: Score, one: OnePerson) -> dict[str, Any]:
        counted = score.only_where is None or one.run(score.only_where)
        if score.segments:
            at = next(
                number
                for number, segment in enumerate(score.segments, start=1)
                if not segment.elements or any(one.run(element.when) for element in segment.elements)
            )
            name = score.segments[at - 1].name
            return {score.name: at if counted else None, f"{score.name}_band": name if counted else None}
        points = sum((Fraction(repr(item.points)) for item in score.items if one.run(item.when)), Fraction())
        value = float(points) + sum(_of_term(term, one) for term in score.terms) + score.constant
        if score.link == "logistic":
            value = 1 / (1 + math.exp(-value))
        if score.least is not None:
            value = max(value, score.least)
        columns: dict[str, Any] = {score.name: value if counted else None}
        for at, rule in enumerate(score.band_rules):
            name = f"{score.name}_band" + (f"_{rule.name}" if at else "")
            columns[name] = rule.band_of(value) if counted else None
        return columns


def _of_term(term: Term, one: OnePerson) -> float:
    value = Known(one.run(term.value)).value
    if value is None:
        return 0.0
    if not term.steps:
        return float(value * term.times)
    return next((points for start, points in reversed(term.steps) if value >= start), 0.0) * term.times


class OnePerson:
    """The words of formulas, each by a loop over the rows of one person."""

    def __init__(self, slow: Slow, person: Row, scores: Mapping[str, Any], average: float = math.nan) -> None:
        self.slow, self.person, self.scores, self._mean = slow, person, scores, average
        self.as_at = slow.as_at

    def run(self, formula: Formula) -> Any:
        """The formula as the Python that it looks like."""
        words = {name: getattr(self, name) for name in dir(type(self)) if not name.startswith("_")}
        born = self.person["birth_date"]
        age = self.as_at.year - born.year - ((self.as_at.month, self.as_at.day) < (born.month, born.day))
        about = {
            "age": Known(age),
            "male": self.person["sex"] == "1",
            "female": self.person["sex"] == "2",
            "imd_score": Known(self.person.get("imd_score")),
            "imd_decile": Known(self.person.get("imd_decile")),
        }
        if any(fact.word == "social_care" for fact in formula.facts):
            about["social_care"] = self._social_care()
        return eval(formula.text, {"__builtins__": {}}, {**words, **about})

    def _rows(
        self, table: str, months: int | None, days: int | None, column: str = "event_date"
    ) -> list[Row]:
        start = date.min
        if months is not None:
            start = earlier(self.as_at, months)
        if days is not None:
            start = self.as_at - timedelta(days=days)
        return [
            row
            for row in self.slow.rows.get(table, [])
            if row["person_id"] == self.person["person_id"]
            and row["event_date"] <= self.as_at
            and row.get("recorded_date", row["event_date"]) <= self.as_at
            and row[column] is not None
            and start < row[column] <= self.as_at
        ]

    def _in(self, system: str, name: str, code: str | None) -> bool:
        codes = self.slow.lists.codes.get((system, name), {})
        if code is None:
            return False
        code = code.strip()
        if system == "icd10":
            code = code.upper().replace(".", "").rstrip("-X")
        return any(code == known or (starts and code.startswith(known)) for known, starts in codes.items())

    def diagnosed(self, name: str, months: int | None = None, days: int | None = None) -> bool:
        return any(self._in("icd10", name, row["code"]) for row in self._rows("diagnoses", months, days))

    def coded(self, name: str, months: int | None = None, days: int | None = None) -> bool:
        return any(self._in("gp", name, row["code"]) for row in self._rows("gp_events", months, days))

    def first_coded(self, name: str, months: int | None = None) -> bool:
        dates = [
            row["event_date"]
            for row in self._rows("gp_events", None, None)
            if self._in("gp", name, row["code"])
        ]
        return bool(dates) and min(dates) > (earlier(self.as_at, months) if months else date.min)

    def attended(self, name: str, months: int | None = None) -> bool:
        return any(
            self._in("attendance", name, row["code"]) for row in self._rows("attendances", months, None)
        )

    def _values(
        self, name: str, months: int | None, tenfold_to: float = -math.inf
    ) -> list[tuple[date, float]]:
        return [
            (row["event_date"], row["value"] * 10 if row["value"] <= tenfold_to else row["value"])
            for row in self._rows("gp_events", months, None)
            if row["value"] is not None and self._in("gp", name, row["code"])
        ]

    def lowest(self, name: str, months: int | None = None, tenfold_to: float = -math.inf) -> Known:
        return Known(min((value for _, value in self._values(name, months, tenfold_to)), default=None))

    def highest(self, name: str, months: int | None = None, tenfold_to: float = -math.inf) -> Known:
        return Known(max((value for _, value in self._values(name, months, tenfold_to)), default=None))

    def best_of_last_two(self, name: str, months: int | None = None) -> Known:
        last = sorted(set(self._values(name, months)), reverse=True)[:2]
        return Known(max(value for _, value in last) if len(last) == 2 else None)

    def issues(self, name: str, months: int | None = None, days: int | None = None) -> Known:
        rows = self._rows("prescriptions", months, days)
        return Known(
            len({(r["code"], r["event_date"]) for r in rows if self._in("medicine", name, r["code"])})
        )

    def medicines(self, months: int | None = None) -> Known:
        return Known(len({row["code"] for row in self._rows("prescriptions", months, None)}))

    def contacts(self, service: str = "any", months: int | None = None) -> Known:
        rows = [r for r in self._rows("contacts", months, None) if service in ("any", r["service"])]
        return Known(len({tuple(row.items()) for row in rows}))

    def outside(self, name: str) -> Known:
        rows = [row for row in self._rows("outside_scores", None, None) if row["score"] == name]
        return Known(max(rows, key=lambda row: row["event_date"])["value"] if rows else None)

    def average(self, value: Any) -> float:
        return self._mean

    def score(self, name: str) -> Known:
        return Known(self.scores[name])

    def item(self, score: str, name: str) -> Any:
        found = next(s for s in self.slow.scores if s.name == score)
        return self.run(next(item.when for item in found.items if item.name == name))

    def _social_care(self) -> bool:
        return any(
            row["to_date"] is None or row["to_date"] >= self.as_at
            for row in self._rows("social_care", None, None)
        )

    # ------------------------------------------------------------------ the index stay
    def _index(self, days: int) -> Row | None:
        ended = self._rows("admissions", None, days, "discharge_date")
        return max(
            ended, key=lambda r: (r["discharge_date"], r["event_date"], r["admission_id"]), default=None
        )

    def stay(self, days: int) -> bool:
        return self._index(days) is not None

    def stay_days(self, days: int) -> Known:
        index = self._index(days)
        return Known((index["discharge_date"] - index["event_date"]).days if index else None)

    def stay_emergency(self, days: int) -> bool:
        index = self._index(days)
        return index is not None and index["method"].startswith("2")

    def _before(self, table: str, key: str, reach: int, days: int, *, emergencies: bool) -> Known:
        index = self._index(days)
        if index is None:
            return Known(0)
        return Known(
            len(
                {
                    row[key]
                    for row in self._rows(table, None, None)
                    if 1 <= (index["event_date"] - row["event_date"]).days <= reach
                    and (not emergencies or row["method"].startswith("2"))
                }
            )
        )

    def emergencies_before_stay(self, reach: int, days: int) -> Known:
        return self._before("admissions", "admission_id", reach, days, emergencies=True)

    def attendances_before_stay(self, reach: int, days: int) -> Known:
        return self._before("attendances", "attendance_id", reach, days, emergencies=False)
