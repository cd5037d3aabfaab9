"""What was prescribed: how often medicines of a list were issued, and how many different ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import ibis.expr.types as ir

from leftshift.population.defining.codelists import CodeLists
from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.codes import map_of, slots_of
from leftshift.population.facts.gathered import Gathered, number_in
from leftshift.population.facts.reaching import seen, start_of, within


def gather_medicines(
    engine: Engine, records: ir.Table, facts: frozenset[Fact], lists: CodeLists, as_at: date
) -> Iterator[Gathered]:
    """Counts of issues and of different medicines; one medicine on one day counts once."""
    rows = seen(records, as_at).select("person_id", "code", "event_date")
    different = sorted(fact for fact in facts if fact.word == "medicines")
    if different:
        yield _different(engine, rows, different, as_at)
    issued = sorted(facts.difference(different))
    if issued:
        yield _issued(engine, rows, issued, lists, as_at)


def _different(engine: Engine, rows: ir.Table, facts: Sequence[Fact], as_at: date) -> Gathered:
    rows = _reached(rows, facts, as_at)
    last = rows.group_by("person_id", "code").agg(event_date=rows.event_date.max())
    names = {fact: f"_medicines_{at}" for at, fact in enumerate(facts)}
    measures = {name: last.count(where=within(last, start_of(fact, as_at))) for fact, name in names.items()}
    return _kept(engine, last, measures, names, "medicines_different")


def _issued(engine: Engine, rows: ir.Table, facts: Sequence[Fact], lists: CodeLists, as_at: date) -> Gathered:
    """Days on which medicines were issued; codes that no list names are gone before days are told apart."""
    of_list = {fact: Fact("coded", (("list", str(fact.value("list"))),)) for fact in facts}
    slots, words = slots_of(frozenset(of_list.values()), as_at)
    rows = _reached(rows, facts, as_at)
    codes = map_of(engine, "medicine_codes", rows, "medicine", lists, slots, len(words))
    days = rows.join(codes, "code").select("person_id", "code", "event_date", *_words(words)).distinct()
    names = {fact: f"_issues_{at}" for at, fact in enumerate(facts)}
    measures = {}
    for fact, name in names.items():
        slot = slots[of_list[fact]]
        is_of = (days[f"w{slot.word}"] & (1 << slot.bit)) != 0
        measures[name] = days.count(where=is_of & within(days, start_of(fact, as_at)))
    return _kept(engine, days, measures, names, "medicines_issued")


def _words(words: Sequence[object]) -> list[str]:
    return [f"w{at}" for at in range(len(words))]


def _reached(rows: ir.Table, facts: Sequence[Fact], as_at: date) -> ir.Table:
    """The rows that any of some facts reaches."""
    starts = [start_of(fact, as_at) for fact in facts]
    known = [start for start in starts if start is not None]
    return rows.filter(rows.event_date > min(known)) if len(known) == len(starts) else rows


def _kept(
    engine: Engine, rows: ir.Table, measures: Mapping[str, Any], names: Mapping[Fact, str], name: str
) -> Gathered:
    kept = engine.keep(rows.group_by("person_id").agg(**measures), name)
    return Gathered(
        kept, {fact: number_in(column) for fact, column in names.items()}, dict.fromkeys(measures, 0)
    )
