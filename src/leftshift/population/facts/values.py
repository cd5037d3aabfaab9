"""What was measured: the lowest and the highest value of a list of codes, and the better of the last two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from leftshift.population.defining.codelists import CodeLists
from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.codes import Slot, map_of, slots_of
from leftshift.population.facts.gathered import Gathered, number_in
from leftshift.population.facts.reaching import seen, start_of, within


def gather_values(
    engine: Engine, records: ir.Table, facts: frozenset[Fact], lists: CodeLists, as_at: date
) -> list[Gathered]:
    """Facts of measured values, by person."""
    lists_wanted = {str(fact.value("list")) for fact in facts}
    slots, starts = slots_of((Fact("coded", (("list", name),)) for name in lists_wanted), as_at)
    rows = seen(records, as_at)
    rows = rows.filter(rows.value.notnull()).select("person_id", "code", "value", "event_date")
    codes = map_of(engine, "value_codes", rows, "gp", lists, slots, len(starts))
    joined = rows.join(codes, "code")
    ends = frozenset(fact for fact in facts if fact.word != "best_of_last_two")
    found = [_extremes(engine, joined, ends, slots, as_at)] if ends else []
    return found + [
        _better_of_two(engine, joined, fact, slots, as_at, at) for at, fact in enumerate(sorted(facts - ends))
    ]


def _is_of(joined: ir.Table, fact: Fact, slots: Mapping[Fact, Slot]) -> Any:
    slot = slots[Fact("coded", (("list", str(fact.value("list"))),))]
    return (joined[f"w{slot.word}"] & (1 << slot.bit)) != 0


def _extremes(
    engine: Engine, joined: ir.Table, facts: frozenset[Fact], slots: Mapping[Fact, Slot], as_at: date
) -> Gathered:
    names = {fact: f"_value_{at}" for at, fact in enumerate(sorted(facts))}
    measures = {}
    for fact, name in names.items():
        counts = _is_of(joined, fact, slots) & within(joined, start_of(fact, as_at))
        value = counts.ifelse(_in_one_unit(joined.value, fact), ibis.null("float64"))
        measures[name] = value.min() if fact.word == "lowest" else value.max()
    kept = engine.keep(joined.group_by("person_id").agg(**measures), "value_extremes")
    return Gathered(kept, {fact: number_in(name) for fact, name in names.items()})


def _in_one_unit(value: Any, fact: Fact) -> Any:
    limit = fact.value("tenfold_to")
    return value if limit is None else (value <= limit).ifelse(value * 10, value)


def _better_of_two(
    engine: Engine, joined: ir.Table, fact: Fact, slots: Mapping[Fact, Slot], as_at: date, at: int
) -> Gathered:
    name = f"_better_{at}"
    rows = joined.filter(_is_of(joined, fact, slots) & within(joined, start_of(fact, as_at)))
    rows = rows.select("person_id", "event_date", "value").distinct()
    order = ibis.window(group_by="person_id", order_by=[rows.event_date.desc(), rows.value.desc()])
    last = rows.mutate(place=ibis.row_number().over(order))
    last = last.filter(last.place < 2)
    two = last.group_by("person_id").agg(**{name: last.value.max(), "found": last.count()})
    two = two.filter(two.found == 2).select("person_id", name)
    return Gathered(engine.keep(two, f"better_{at}"), {fact: number_in(name)})
