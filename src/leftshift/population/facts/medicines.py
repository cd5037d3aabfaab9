"""What was prescribed: how often medicines of a list were issued, and how many different ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis.expr.types as ir

from leftshift.population.defining.codelists import CodeLists
from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.codes import Slot, map_of, slots_of
from leftshift.population.facts.gathered import Gathered, number_in
from leftshift.population.facts.reaching import seen, start_of, within


def gather_medicines(
    engine: Engine, records: ir.Table, facts: frozenset[Fact], lists: CodeLists, as_at: date
) -> Gathered:
    """Counts of issues and of different medicines; one medicine on one day counts once."""
    rows = seen(records, as_at).select("person_id", "code", "event_date")
    starts = sorted({start_of(fact, as_at) for fact in facts}, key=lambda day: day or date.min)
    if starts[0] is not None:
        rows = rows.filter(rows.event_date > starts[0])
    days = rows.distinct()
    by_code = days.group_by("person_id", "code").agg(
        **{f"issued_{at}": _count(days, within(days, start)) for at, start in enumerate(starts)}
    )
    wanted = {str(fact.value("list")) for fact in facts if fact.word == "issues"}
    slots, words = slots_of((Fact("coded", (("list", name),)) for name in wanted), as_at)
    if words:
        codes = map_of(engine, "medicine_codes", rows, "medicine", lists, slots, len(words))
        by_code = by_code.left_join(codes, "code").drop("code_right")
    names = {fact: f"medicine_{at}" for at, fact in enumerate(sorted(facts))}
    place = {start: f"issued_{at}" for at, start in enumerate(starts)}
    measures = {
        name: _of_fact(by_code, fact, place[start_of(fact, as_at)], slots) for fact, name in names.items()
    }
    kept = engine.keep(by_code.group_by("person_id").agg(**measures), "medicines_issued")
    return Gathered(
        kept, {fact: number_in(name) for fact, name in names.items()}, dict.fromkeys(names.values(), 0)
    )


def _count(rows: ir.Table, counts: Any) -> Any:
    return rows.count(where=counts)


def _of_fact(by_code: ir.Table, fact: Fact, issued: str, slots: dict[Fact, Slot]) -> Any:
    if fact.word == "medicines":
        return by_code.count(where=by_code[issued] > 0)
    slot = slots[Fact("coded", (("list", str(fact.value("list"))),))]
    is_of = (by_code[f"w{slot.word}"].fill_null(0) & (1 << slot.bit)) != 0
    return is_of.ifelse(by_code[issued].cast("float64"), 0.0).sum()
