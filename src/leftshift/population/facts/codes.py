"""Which conditions people have: every list of codes is a bit of a word, so that one pass over a table finds all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import inf, nextafter
from sys import float_info

import ibis
import ibis.expr.types as ir

from leftshift.population.defining.codelists import CodeLists, normal_code
from leftshift.population.defining.compiling import Bit
from leftshift.population.defining.formulas import Fact, word_of
from leftshift.population.engines.engine import Engine, bit_or
from leftshift.population.facts.gathered import Finder, Gathered, yes_in
from leftshift.population.facts.reaching import seen, start_of

BITS = 62  # of a signed word of 64, with room to compare
RANGE = ("least", "most", "tenfold_to")


@dataclass(frozen=True)
class Slot:
    """Where a fact stands: which word, which bit of it."""

    word: int
    bit: int


def slots_of(facts: Iterable[Fact], as_at: date) -> tuple[dict[Fact, Slot], list[date | None]]:
    """A place for every fact, and of each word the start of its window: facts share a word only where they share a window."""
    by_start: dict[date | None, list[Fact]] = defaultdict(list)
    for fact in sorted(facts):
        by_start[start_of(fact, as_at)].append(fact)
    slots: dict[Fact, Slot] = {}
    starts: list[date | None] = []
    for start in sorted(by_start, key=lambda day: (day is not None, day or date.min)):
        for at, fact in enumerate(by_start[start]):
            if at % BITS == 0:
                starts.append(start)
            slots[fact] = Slot(len(starts) - 1, at % BITS)
    return slots, starts


def words_by_code(
    codes: Iterable[str], system: str, lists: CodeLists, slots: Mapping[Fact, Slot], words: int
) -> dict[str, list[int]]:
    """For each code as it stands in the records: its words, where it is in any list."""
    exact: dict[str, list[Slot]] = defaultdict(list)
    prefixes: dict[str, list[Slot]] = defaultdict(list)
    for fact, slot in slots.items():
        for code, starts in lists.codes.get((system, str(fact.value("list"))), {}).items():
            (prefixes if starts else exact)[code].append(slot)
    found: dict[str, list[int]] = {}
    for code in codes:
        normal = normal_code(system, code)
        hits = [*exact.get(normal, ())]
        for length in range(1, len(normal) + 1) if prefixes else ():
            hits += prefixes.get(normal[:length], ())
        if hits:
            found[code] = _packed(hits, words)
    return found


def _packed(hits: Iterable[Slot], words: int) -> list[int]:
    packed = [0] * words
    for slot in hits:
        packed[slot.word] |= 1 << slot.bit
    return packed


def map_of(
    engine: Engine,
    name: str,
    rows: ir.Table,
    system: str,
    lists: CodeLists,
    slots: Mapping[Fact, Slot],
    words: int,
) -> ir.Table:
    """A small table: each code that the records hold and any list names, with its words ``w0``, ``w1`` and on.

    Of facts with a bound a code has rows of its own: their words count where the value lies between ``least`` and ``most``,
    once it is multiplied by ten where it is at most ``tenfold_to``.
    """
    known = [lists.codes.get((system, str(fact.value("list"))), {}) for fact in slots]
    if system == "icd10" or any(starts for codes in known for starts in codes.values()):
        present = [
            row["code"] for row in engine.rows(rows.select("code").distinct()) if row["code"] is not None
        ]
    else:
        present = [code for codes in known for code in codes]
    alike: dict[tuple[float | None, ...], dict[Fact, Slot]] = defaultdict(dict)
    for fact, slot in slots.items():
        alike[_between(fact)][fact] = slot
    kept = [
        (code, *between, *packed)
        for between, some in alike.items()
        for code, packed in words_by_code(dict.fromkeys(present), system, lists, some, words).items()
    ]
    types = {"code": "string", **dict.fromkeys(RANGE, "float64")}
    types |= {f"w{at}": "int64" for at in range(words)}
    columns = zip(*kept, strict=True) if kept else ([] for _ in types)
    return engine.table(name, dict(zip(types, columns, strict=True)), types)


def _between(fact: Fact) -> tuple[float | None, ...]:
    """Between which values a fact counts, and up to which they are a tenth of what they should be; nothing where any code does."""
    if fact.bound is None:
        return (None,) * len(RANGE)
    how, bound = fact.bound
    tenfold = fact.value("tenfold_to")
    within = None if tenfold is None else float(tenfold)
    if how in ("<", "<="):
        return -float_info.max, bound if how == "<=" else nextafter(bound, -inf), within
    return bound if how == ">=" else nextafter(bound, inf), float_info.max, within


def gather_codes(
    engine: Engine, table: str, records: ir.Table, facts: frozenset[Fact], lists: CodeLists, as_at: date
) -> Gathered:
    """Facts of code lists from one table: whether any code of a list stands in the window, or the earliest does.

    Whether any value of a list was beyond a bound is one of them.
    """
    system = word_of(next(iter(facts)).word).system or ""
    slots, starts = slots_of((_anytime(fact) for fact in facts), as_at)
    rows = seen(records, as_at)
    rows = rows.select("person_id", "code", "event_date", *(["value"] if "value" in rows.columns else []))
    joined = rows.join(map_of(engine, f"{table}_codes", rows, system, lists, slots, len(starts)), "code")
    if any(fact.bound for fact in facts):
        value = (joined.value <= joined.tenfold_to).ifelse(joined.value * 10, joined.value)
        joined = joined.filter(joined.least.isnull() | value.between(joined.least, joined.most))
    firsts = {
        fact: f"_{table}_first_{at}" for at, fact in enumerate(sorted(facts)) if fact.word == "first_coded"
    }
    measures = {f"_{table}_w{at}": _word(joined, at, start) for at, start in enumerate(starts)}
    for fact, column in firsts.items():
        slot = slots[_anytime(fact)]
        has = (joined[f"w{slot.word}"] & (1 << slot.bit)) != 0
        measures[column] = has.ifelse(joined.event_date, ibis.null("date")).min()
    grouped = joined.group_by("person_id").agg(**measures)
    if firsts:
        late = {column: grouped[column] > start_of(fact, as_at) if start_of(fact, as_at) else grouped[column].notnull()
                for fact, column in firsts.items()}  # fmt: skip
        grouped = grouped.mutate(**late)
    kept = engine.keep(grouped, f"{table}_flags")
    otherwise = {**dict.fromkeys(measures, 0), **dict.fromkeys(firsts.values(), False)}
    return Gathered(kept, dict(_finders(table, facts, slots, firsts)), otherwise)


def _anytime(fact: Fact) -> Fact:
    """Of the earliest code the whole record matters, whatever its window."""
    return Fact("coded", fact.told) if fact.word == "first_coded" else fact


def _word(joined: ir.Table, at: int, start: date | None) -> ir.Value:
    word = joined[f"w{at}"]
    return bit_or(word if start is None else (joined.event_date > start).ifelse(word, 0))


def _finders(
    table: str, facts: frozenset[Fact], slots: Mapping[Fact, Slot], firsts: Mapping[Fact, str]
) -> Iterator[tuple[Fact, Finder]]:
    for fact in facts:
        if fact in firsts:
            yield fact, yes_in(firsts[fact])
        else:
            slot = slots[fact]
            yield fact, Bit(f"_{table}_w{slot.word}", slot.bit)
