"""How much care people had: stays, visits, contacts and what it cost; and whether social care is being received."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import ibis.expr.types as ir

from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.gathered import Gathered, number_in, yes_in
from leftshift.population.facts.reaching import months_before, seen, start_of, within

Counted = Callable[[ir.Table, Fact], Any]
EMERGENCY = "2"  # NHS Data Dictionary: methods of admission that begin with it
ELECTIVE = "1"


def _any(rows: ir.Table, fact: Fact) -> Any:
    return rows.person_id.notnull()


def _how(rows: ir.Table, fact: Fact) -> Any:
    match fact.value("how"):
        case "emergency":
            return rows.method.startswith(EMERGENCY)
        case "elective":
            return rows.method.startswith(ELECTIVE)
    return rows.person_id.notnull()


def _attended(rows: ir.Table, fact: Fact) -> Any:
    return rows.attended.fill_null(False)


def _service(rows: ir.Table, fact: Fact) -> Any:
    service = fact.value("service")
    return rows.person_id.notnull() if service in (None, "any") else rows.service == service


COUNTED: Mapping[str, tuple[tuple[str, ...], Counted]] = {
    "admissions": (("admission_id", "person_id", "event_date", "method"), _how),
    "attendances": (("attendance_id", "person_id", "event_date"), _any),
    "appointments": (("appointment_id", "person_id", "event_date", "attended"), _attended),
    "contacts": (("person_id", "event_date", "service", "team", "provider"), _service),
}
"""Of each table: the columns that tell its rows apart, and which of them a fact counts."""


def gather_counts(
    engine: Engine, table: str, records: ir.Table, facts: frozenset[Fact], as_at: date
) -> Gathered:
    """Counts of rows of one table; rows that say the same count once."""
    columns, counted = COUNTED[table]
    rows = seen(records, as_at).select(*columns).distinct()
    names = {fact: f"_{table}_{at}" for at, fact in enumerate(sorted(facts))}
    measures = {
        name: rows.count(where=counted(rows, fact) & within(rows, start_of(fact, as_at)))
        for fact, name in names.items()
    }
    kept = engine.keep(rows.group_by("person_id").agg(**measures), f"{table}_counted")
    return Gathered(
        kept, {fact: number_in(name) for fact, name in names.items()}, dict.fromkeys(names.values(), 0)
    )


def gather_costs(engine: Engine, records: ir.Table, facts: frozenset[Fact], as_at: date) -> Gathered:
    """Costs of whole months that had ended by the date."""
    month = as_at.replace(day=1)
    rows = records.filter(records.event_date < month)
    names = {fact: f"_cost_{at}" for at, fact in enumerate(sorted(facts))}
    measures = {}
    for fact, name in names.items():
        start = start_of(fact, as_at)
        counts = rows.event_date.notnull()
        if fact.months is not None:
            counts = rows.event_date >= months_before(month, fact.months)
        elif start is not None:
            counts = rows.event_date > start
        if fact.value("setting") not in (None, "any"):
            counts &= rows.setting == fact.value("setting")
        measures[name] = counts.ifelse(rows.cost, 0.0).sum()
    kept = engine.keep(rows.group_by("person_id").agg(**measures), "costs_summed")
    return Gathered(
        kept, {fact: number_in(name) for fact, name in names.items()}, dict.fromkeys(names.values(), 0)
    )


def gather_social_care(engine: Engine, records: ir.Table, facts: frozenset[Fact], as_at: date) -> Gathered:
    """Who receives social care on the date."""
    rows = seen(records, as_at)
    rows = rows.filter(rows.to_date.isnull() | (rows.to_date >= as_at))
    kept = engine.keep(rows.select("person_id").distinct().mutate(_social_care=True), "social_care_received")
    return Gathered(kept, {fact: yes_in("_social_care") for fact in facts}, {"_social_care": False})


def gather_outside(engine: Engine, records: ir.Table, facts: frozenset[Fact], as_at: date) -> Gathered:
    """The latest value of each score that others computed."""
    rows = seen(records, as_at)
    names = {fact: f"_outside_{at}" for at, fact in enumerate(sorted(facts))}
    measures = {
        name: rows.value.argmax(rows.event_date, where=rows.score == fact.value("name"))
        for fact, name in names.items()
    }
    kept = engine.keep(rows.group_by("person_id").agg(**measures), "outside_latest")
    return Gathered(kept, {fact: number_in(name) for fact, name in names.items()})
