"""Who is counted: people who live, and are registered with a practice of the set, on the date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.gathered import Finder, number_in

ABOUT = (
    "practice",
    "network",
    "locality",
    "commissioner",
    "age",
    "sex",
    "ethnic_category",
    "imd_decile",
    "imd_score",
)


def members(engine: Engine, records: Mapping[str, ir.Table], as_at: date) -> ir.Table:
    """A row a person who is counted: ``person_id`` and the columns of ABOUT.

    Of several registrations that hold, the one that began last counts; of several that began on a day, the last by its code.
    """
    persons = records["persons"]
    living = persons.filter(
        persons.birth_date <= as_at, persons.death_date.isnull() | (persons.death_date > as_at)
    )
    joined = living.join(_registered(records["registrations"], as_at), "person_id")
    placed = joined.join(_places(engine, records["practices"]), "code")
    return placed.mutate(age=_age(placed.birth_date, as_at)).select("person_id", *ABOUT)


def _places(engine: Engine, practices: ir.Table) -> ir.Table:
    columns = ("practice", "network", "locality", "commissioner")
    rows = engine.rows(practices.select(*columns))
    known = {column: {row[column] for row in rows} - {None} for column in columns}
    few = {column: engine.few(practices[column], known[column]) for column in columns}
    return engine.keep(practices.select(code=practices.practice, **few), "places")


def _registered(registrations: ir.Table, as_at: date) -> ir.Table:
    held = registrations.filter(
        registrations.from_date <= as_at, registrations.to_date.isnull() | (registrations.to_date >= as_at)
    )
    order = ibis.window(group_by="person_id", order_by=[held.from_date.desc(), held.practice.desc()])
    ranked = held.mutate(place=ibis.row_number().over(order))
    return ranked.filter(ranked.place == 0).select("person_id", code="practice")


def _age(birth: Any, as_at: date) -> Any:
    birthday_to_come = birth.month() * 100 + birth.day() > as_at.month * 100 + as_at.day
    return (as_at.year - birth.year() - birthday_to_come.ifelse(1, 0)).cast("int64")


def finders_of(facts: frozenset[Fact]) -> dict[Fact, Finder]:
    """How to read the facts that stand in the table of members itself."""
    found: dict[Fact, Finder] = {}
    for fact in facts:
        match fact.word:
            case "male" | "female":
                found[fact] = _of_sex("1" if fact.word == "male" else "2")
            case "age" | "imd_score" | "imd_decile":
                found[fact] = number_in(fact.word)
            case _:
                raise KeyError(fact.word)
    return found


def _of_sex(code: str) -> Finder:
    return lambda people: (people.sex == code).fill_null(False)
