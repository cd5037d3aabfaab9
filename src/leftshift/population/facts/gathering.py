"""All facts of all people: the tables are gone through one after the other, and joined to those who are counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir

from leftshift.population.defining.codelists import CodeLists
from leftshift.population.defining.formulas import Fact, word_of
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.codes import gather_codes
from leftshift.population.facts.counts import (
    gather_costs,
    gather_counts,
    gather_outside,
    gather_social_care,
)
from leftshift.population.facts.gathered import Finder, Gathered
from leftshift.population.facts.medicines import gather_medicines
from leftshift.population.facts.members import finders_of, members
from leftshift.population.facts.stays import gather_stays
from leftshift.population.facts.values import gather_values

Report = Callable[[str], None]
_FLAGS = {"diagnosed", "coded", "first_coded", "attended"}
_VALUES = {"lowest", "highest", "best_of_last_two"}
_STAYS = {"stay", "stay_days", "stay_emergency", "emergencies_before_stay", "attendances_before_stay"}


@dataclass(frozen=True)
class People:
    """Those who are counted, a row each, with all that was asked of them."""

    table: ir.Table
    finders: Mapping[Fact, Finder]
    as_at: date


def gather_facts(
    engine: Engine,
    records: Mapping[str, ir.Table],
    facts: frozenset[Fact],
    lists: CodeLists,
    as_at: date,
    report: Report = lambda step: None,
) -> People:
    """Find out every fact of everybody who is counted at a date.

    ``records`` are the sound rows of every table, by name; ``report`` hears which table is gone through.
    """
    report("persons")
    wide = engine.keep(members(engine, records, as_at), "members")
    otherwise: dict[str, int | bool] = {}
    by_group: dict[str, set[Fact]] = defaultdict(set)
    for fact in facts:
        by_group[_group(fact)].add(fact)
    finders: dict[Fact, Finder] = dict(finders_of(frozenset(by_group.pop("persons", ()))))
    for group, some in sorted(by_group.items()):
        report(group)
        for part in _gather(engine, group, records, frozenset(some), lists, as_at):
            wide = wide.left_join(part.table, "person_id").drop("person_id_right")
            finders |= part.finders
            otherwise |= part.otherwise
    report("joining")
    filled = {column: wide[column].fill_null(value) for column, value in otherwise.items()}
    return People(engine.keep(wide.mutate(**filled), "people"), finders, as_at)


def _group(fact: Fact) -> str:
    """Facts of one group are found in one pass."""
    if fact.word in _STAYS:
        return "stays"
    table = word_of(fact.word).table
    if fact.word in _FLAGS or fact.bound is not None:
        return f"{table} codes"
    return "values" if fact.word in _VALUES else table


def _gather(
    engine: Engine,
    group: str,
    records: Mapping[str, ir.Table],
    facts: frozenset[Fact],
    lists: CodeLists,
    as_at: date,
) -> Iterator[Gathered]:
    match group:
        case "stays":
            yield from gather_stays(engine, records, facts, as_at)
        case "values":
            yield from gather_values(engine, records["gp_events"], facts, lists, as_at)
        case "prescriptions":
            yield from gather_medicines(engine, records[group], facts, lists, as_at)
        case "costs":
            yield gather_costs(engine, records[group], facts, as_at)
        case "social_care":
            yield gather_social_care(engine, records[group], facts, as_at)
        case "outside_scores":
            yield gather_outside(engine, records[group], facts, as_at)
        case _ if group.endswith(" codes"):
            table = group.removesuffix(" codes")
            yield gather_codes(engine, table, records[table], facts, lists, as_at)
        case _:
            yield gather_counts(engine, group, records[group], facts, as_at)
