"""What is wrong with a question: each check is a function that yields faults, told at the line of the question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from leftshift.economy.choosing.question import EACH, PERIMETER, Choice, Question
from leftshift.economy.choosing.variants import planned_start
from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.schema import schema

_MOST_DELIVERED = float(schema().tables["interventions"].columns["delivery"].maximum or 0.0)


def choosable_of(question: Question, place: Place) -> frozenset[str]:
    """The interventions that may be chosen: as the question names them, else all of stage plan and what it details.

    What follows from others, as the charges of capital do, is no choice of its own.
    """
    details = {entry.intervention for entry in question.choices}
    if question.interventions is not None:
        return frozenset(question.interventions) | details
    return frozenset(row.intervention for row in place.written.interventions if row.stage == "plan") | details


def check_question(question: Question, place: Place) -> Faults:
    """Everything about a question that does not fit the place, or itself."""
    faults = Faults()
    asked = _Asking(question, place)
    for check in _CHECKS:
        faults.add_all(check(asked))
    return faults


@dataclass(frozen=True)
class _Asking:
    question: Question
    place: Place

    @cached_property
    def interventions(self) -> frozenset[str]:
        return frozenset(row.intervention for row in self.place.interventions)

    @cached_property
    def choosable(self) -> frozenset[str]:
        return choosable_of(self.question, self.place)

    @cached_property
    def organisations(self) -> frozenset[str]:
        return frozenset(row.code for row in self.place.organisations)

    def fault(
        self,
        kind: str,
        path: str,
        expected: str,
        action: str,
        found: Any = "",
        suggestion: str | None = None,
    ) -> Fault:
        question = self.question
        line = question.line(path) or question.line(path.rpartition(".")[0])
        text = "" if found == "" else shown(str(found))
        return Fault(kind, question.file, line, path, text, expected, action, suggestion)

    def unknown(self, kind: str, path: str, name: str, known: Collection[str], where: str) -> Iterator[Fault]:
        if name and name not in known:
            article = "an" if kind[0] in "aeiou" else "a"
            guess = near_miss(name, known)
            yield self.fault(
                f"unknown {kind}", path, f"{article} {kind} of {where}", "Correct it", name, guess
            )

    def not_choosable(self, path: str, name: str) -> Iterator[Fault]:
        """One that the question speaks of has to be there, and a choice."""
        if name not in self.interventions:
            yield from self.unknown("intervention", path, name, self.interventions, "interventions.csv")
        elif name not in self.choosable:
            expected = "one of the interventions that may be chosen"
            yield self.fault(
                "no choice", path, expected, "Add it to interventions, or take it out here", name
            )

    def in_plan(self, path: str, year: FinancialYear) -> Iterator[Fault]:
        first, last = self.place.base_year.plus(1), self.place.last_year
        if not first <= year <= last:
            expected = f"a year of the plan, from {first} to {last}"
            yield self.fault("year outside the plan", path, expected, "Correct the year", year)


def _interventions(asked: _Asking) -> Iterator[Fault]:
    question = asked.question
    for name in question.interventions or ():
        yield from asked.unknown(
            "intervention", "interventions", name, asked.interventions, "interventions.csv"
        )
    if not asked.choosable:
        expected = "an intervention that may be chosen"
        yield asked.fault("nothing to choose", "interventions", expected, "Name one, or plan one")
    named = [entry.intervention for entry in question.choices]
    for at, entry in enumerate(question.choices, start=1):
        path = f"choices {at}"
        yield from asked.unknown(
            "intervention",
            f"{path}.intervention",
            entry.intervention,
            asked.interventions,
            "interventions.csv",
        )
        if named.index(entry.intervention) < at - 1:
            where = f"{path}.intervention"
            yield asked.fault("duplicate key", where, "each once", "Leave one out", entry.intervention)
        yield from _choice(asked, entry, path)


def _choice(asked: _Asking, entry: Choice, path: str) -> Iterator[Fault]:
    row = next((row for row in asked.place.interventions if row.intervention == entry.intervention), None)
    if isinstance(entry.starts, tuple) and row:
        planned, last = planned_start(asked.place, row), asked.place.last_year
        for year in entry.starts:
            if not planned <= year <= max(planned, last):
                expected = f"a year from {planned}, when it is planned to start, to {last}"
                action = "Correct the year; for an earlier start, plan it earlier first"
                yield asked.fault("start outside the plan", f"{path}.starts", expected, action, year)
    question = asked.question
    low = question.lowest if entry.lowest is None else entry.lowest
    high = question.highest if entry.highest is None else entry.highest
    yield from _scale(asked, path, low, high)
    if row and row.delivery * high > _MOST_DELIVERED:
        expected = (
            f"a scale that with its delivery of {row.delivery:.0%} comes to {_MOST_DELIVERED:.0%} at most"
        )
        yield asked.fault("value out of range", f"{path}.highest", expected, "Correct it", high)


def _scale(asked: _Asking, path: str, low: float, high: float) -> Iterator[Fault]:
    where = f"{path}.lowest" if path else "lowest"
    if low > high and asked.question.line(where):
        expected = f"a share up to highest, {high:.0%}"
        yield asked.fault("value out of range", where, expected, "Correct one of the two", f"{low:.0%}")
    if high <= 0:
        expected = "a share above nought"
        where = f"{path}.highest" if path else "highest"
        yield asked.fault("value out of range", where, expected, "Leave the intervention out instead", high)


def _whole(asked: _Asking) -> Iterator[Fault]:
    question = asked.question
    yield from _scale(asked, "", question.lowest, question.highest)
    if isinstance(question.starts, tuple):
        for year in question.starts:
            yield from asked.in_plan("starts", year)
        yield from _no_start(asked, question.starts)
    detailed = {entry.intervention for entry in question.choices}
    for row in asked.place.interventions:
        plain = row.intervention in asked.choosable - detailed
        if plain and row.delivery * question.highest > _MOST_DELIVERED:
            expected = (
                f"a scale that with the delivery of {row.intervention} comes to {_MOST_DELIVERED:.0%} at most"
            )
            yield asked.fault("value out of range", "highest", expected, "Correct it", question.highest)
            return


def _no_start(asked: _Asking, starts: tuple[FinancialYear, ...]) -> Iterator[Fault]:
    own = {entry.intervention for entry in asked.question.choices if entry.starts is not None}
    for row in asked.place.interventions:
        if row.intervention in asked.choosable - own:
            planned = planned_start(asked.place, row)
            if not any(year >= planned for year in starts) and planned <= asked.place.last_year:
                expected = f"a year that {row.intervention} can start in, from {planned}"
                yield asked.fault(
                    "start outside the plan", "starts", expected, "Add one, or say its own starts"
                )


def _objective(asked: _Asking) -> Iterator[Fault]:
    objective = asked.question.objective
    if objective.whose != PERIMETER:
        yield from asked.unknown(
            "organisation", "objective.whose", objective.whose, asked.organisations, "organisations.csv"
        )
    for year in objective.years:
        yield from asked.in_plan("objective.years", year)


def _limits(asked: _Asking) -> Iterator[Fault]:
    resources = {row.resource for row in asked.place.resources}
    for at, limit in enumerate(asked.question.position_limits, start=1):
        path = f"position_limits {at}"
        if limit.whose not in {PERIMETER, EACH}:
            yield from asked.unknown(
                "organisation", f"{path}.organisation", limit.whose, asked.organisations, "organisations.csv"
            )
        if isinstance(limit.year, FinancialYear):
            yield from asked.in_plan(f"{path}.year", limit.year)
    for at, supply in enumerate(asked.question.resource_limits, start=1):
        path = f"resource_limits {at}"
        yield from asked.unknown("resource", f"{path}.resource", supply.resource, resources, "resources.csv")
        if isinstance(supply.year, FinancialYear):
            yield from asked.in_plan(f"{path}.year", supply.year)
        if supply.at_most < 0:
            yield asked.fault(
                "value out of range", f"{path}.at_most", "nought or more", "Correct it", supply.at_most
            )


def _logic(asked: _Asking) -> Iterator[Fault]:
    question = asked.question
    for name in question.must_have:
        yield from asked.not_choosable("must_have", name)
    for at, group in enumerate(question.exclusions, start=1):
        path = f"exclusions {at}.of"
        for name in group.of:
            yield from asked.not_choosable(path, name)
        both = [name for name in group.of if name in question.must_have]
        if len(both) > 1:
            expected = "a group of which at most one is in must_have"
            yield asked.fault(
                "rules that conflict", path, expected, "Give up one of the two rules", ", ".join(both)
            )
    for at, rule in enumerate(question.prerequisites, start=1):
        path = f"prerequisites {at}"
        yield from asked.not_choosable(f"{path}.intervention", rule.intervention)
        yield from asked.unknown(
            "intervention", f"{path}.needs", rule.needs, asked.interventions, "interventions.csv"
        )
    yield from _circles(asked)


def _circles(asked: _Asking) -> Iterator[Fault]:
    needs: dict[str, set[str]] = {}
    for at, rule in enumerate(asked.question.prerequisites, start=1):
        if rule.intervention in _reached(needs, rule.needs):
            expected = f"no circle: {rule.needs} rests on {rule.intervention} already"
            path = f"prerequisites {at}.needs"
            yield asked.fault("prerequisites in a circle", path, expected, "Take one of them out", rule.needs)
        needs.setdefault(rule.intervention, set()).add(rule.needs)


def _reached(needs: dict[str, set[str]], name: str) -> set[str]:
    """Everything that one rests on, itself included."""
    found, waiting = set[str](), [name]
    while waiting:
        if (at := waiting.pop()) not in found:
            found.add(at)
            waiting += needs.get(at, ())
    return found


_CHECKS: tuple[Callable[[_Asking], Iterator[Fault]], ...] = (
    _interventions,
    _whole,
    _objective,
    _limits,
    _logic,
)
