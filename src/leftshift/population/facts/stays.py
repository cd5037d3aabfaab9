"""The index stay: the last hospital stay that ended in a window, and what came before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.counts import EMERGENCY
from leftshift.population.facts.gathered import Finder, Gathered, number_in, yes_in
from leftshift.population.facts.reaching import seen, start_of

_BEFORE = {"emergencies_before_stay": "admissions", "attendances_before_stay": "attendances"}


def gather_stays(
    engine: Engine, records: Mapping[str, ir.Table], facts: frozenset[Fact], as_at: date
) -> Iterator[Gathered]:
    """Facts of the index stay, by the window in which it ended."""
    by_start: dict[date | None, list[Fact]] = defaultdict(list)
    for fact in sorted(facts):
        by_start[start_of(fact, as_at)].append(fact)
    for at, (start, some) in enumerate(by_start.items()):
        index = engine.keep(_index(records["admissions"], start, as_at, at), f"stay_{at}")
        otherwise = {f"_stay_{at}": False, f"_stay_emergency_{at}": False}
        yield Gathered(index.drop(f"_stay_began_{at}"), dict(_of_stay(some, at)), otherwise)
        for number, fact in enumerate(fact for fact in some if fact.word in _BEFORE):
            yield _before(engine, records, index, fact, as_at, at, number)


def _index(admissions: ir.Table, start: date | None, as_at: date, at: int) -> ir.Table:
    """Of each person the stay that ended last; of several that ended on a day, the one that began last."""
    rows = seen(admissions, as_at)
    rows = rows.filter(rows.discharge_date <= as_at)
    if start is not None:
        rows = rows.filter(rows.discharge_date > start)
    order = ibis.window(
        group_by="person_id",
        order_by=[rows.discharge_date.desc(), rows.event_date.desc(), rows.admission_id.desc()],
    )
    last = rows.mutate(place=ibis.row_number().over(order))
    last = last.filter(last.place == 0)
    return last.select(
        "person_id",
        **{
            f"_stay_{at}": ibis.literal(True),
            f"_stay_days_{at}": last.discharge_date.delta(last.event_date, unit="day"),
            f"_stay_emergency_{at}": last.method.startswith(EMERGENCY),
            f"_stay_began_{at}": last.event_date,
        },
    )


def _of_stay(facts: list[Fact], at: int) -> Iterator[tuple[Fact, Finder]]:
    for fact in facts:
        match fact.word:
            case "stay" | "stay_emergency":
                yield fact, yes_in(f"_{fact.word}_{at}")
            case "stay_days":
                yield fact, number_in(f"_stay_days_{at}")


def _before(
    engine: Engine,
    records: Mapping[str, ir.Table],
    index: ir.Table,
    fact: Fact,
    as_at: date,
    at: int,
    number: int,
) -> Gathered:
    name = f"_before_{at}_{number}"
    reach = int(fact.value("reach") or 0)
    rows = seen(records[_BEFORE[fact.word]], as_at)
    if fact.word == "emergencies_before_stay":
        rows = rows.filter(rows.method.startswith(EMERGENCY)).select(
            "admission_id", "person_id", "event_date"
        )
    else:
        rows = rows.select("attendance_id", "person_id", "event_date")
    joined = rows.distinct().join(index.select("person_id", began=index[f"_stay_began_{at}"]), "person_id")
    ago = joined.began.delta(joined.event_date, unit="day")
    inside = joined.filter((ago >= 1) & (ago <= reach))
    counted = inside.group_by("person_id").agg(**{name: inside.count()})
    return Gathered(engine.keep(counted, f"before_{at}_{number}"), {fact: number_in(name)}, {name: 0})
