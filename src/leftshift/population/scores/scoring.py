"""Work scores out for everybody: one more column for each, and one for each rule of bands."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import add
from typing import Any

import ibis
import ibis.expr.types as ir

from leftshift.population.defining.compiling import Bit, Compiler, joined
from leftshift.population.defining.formulas import Fact, Formula
from leftshift.population.engines.engine import Engine, bit_count
from leftshift.population.facts.gathering import People
from leftshift.population.scores.definitions import BandRule, Item, Score, Term


def items_of(scores: Iterable[Score]) -> dict[tuple[str, str], Formula]:
    """The formula of every item, by score and name."""
    return {(score.name, item.name): item.when for score in scores for item in score.items}


def validated_column(score: str) -> str:
    """The column that says whether a person is one of those for whom a score was validated."""
    return f"validated_{score}"


def score_people(
    engine: Engine, people: People, scores: Sequence[Score], report: Callable[[str], None] = lambda step: None
) -> People:
    """People with a column for each score, ``NAME_band`` for its first rule, ``NAME_band_RULE`` for others, ``validated_NAME``.

    ``scores`` stand in an order in which each comes after what it builds on.
    """
    report("scores")
    table = people.table
    items = items_of(scores)
    for at, layer in enumerate(_layers(scores)):
        formulas = [formula for score in layer for formula in score.formulas()]
        averages = averages_of(engine, table, people.finders, items, formulas)
        compiler = Compiler(table, people.finders, items, averages)
        values = {score.name: _value(compiler, score) for score in layer}
        values |= {
            validated_column(score.name): compiler.expression(score.validated_for)
            for score in layer
            if score.validated_for is not None
        }
        # a view, or every band would work its score out again
        table = engine.view(table.mutate(**values), f"scored_{at}")
        table = table.mutate(**{name: band for score in layer for name, band in _bands(engine, table, score)})
    return People(table, people.finders, people.as_at)


def items_met(people: People, scores: Sequence[Score], among: Any) -> ir.Table | None:
    """Which items of each score people met, of those ``among``: rows of person_id, score and item; None where no score has items.

    ``people`` have the scores already. Of people whom a score does not count (``only_where``) no item is met.
    """
    parts = [_met(people, score, items_of(scores), among) for score in scores if score.items]
    return ibis.union(*parts) if parts else None


def _met(people: People, score: Score, items: Mapping[tuple[str, str], Formula], among: Any) -> ir.Table:
    compiler, none = Compiler(people.table, people.finders, items), ibis.null("string")
    met = [compiler.expression(item.when).ifelse(item.name, none) for item in score.items]
    counted = among & people.table[score.name].notnull()
    rows = people.table.filter(counted).select("person_id", item=ibis.array(met).unnest())
    return rows.filter(rows.item.notnull()).select("person_id", score=ibis.literal(score.name), item="item")


def _layers(scores: Sequence[Score]) -> list[list[Score]]:
    """Scores that build on none first, then those that build on these alone, and on."""
    depths: dict[str, int] = {}
    layers: list[list[Score]] = []
    for score in scores:
        depths[score.name] = 1 + max((depths[need] for need in score.needs()), default=-1)
        layers += [[] for _ in range(depths[score.name] + 1 - len(layers))]
        layers[depths[score.name]].append(score)
    return layers


def averages_of(
    engine: Engine,
    table: ir.Table,
    finders: Mapping[Fact, Callable[[ir.Table], Any]],
    items: Mapping[tuple[str, str], Formula],
    formulas: Iterable[Formula],
) -> dict[str, float | None]:
    """The averages over all who are counted that formulas name, by their text; of nobody, nothing.

    An average may be of what is worked out from another: those that need none come first.
    """
    waiting = {ast.unparse(of): of for formula in formulas for of in _averaged(formula.tree, items)}
    found: dict[str, float | None] = {}
    while waiting:
        ready = {
            text: of
            for text, of in waiting.items()
            if all(ast.unparse(inner) in found for inner in _averaged(of, items))
        }
        compiler = Compiler(table, finders, items, found)
        values = {f"a{at}": compiler.of(of).mean() for at, of in enumerate(ready.values())}
        row = engine.rows(table.aggregate(**values))[0]
        found |= {text: row[f"a{at}"] for at, text in enumerate(ready)}
        waiting = {text: of for text, of in waiting.items() if text not in ready}
    return found


def _averaged(node: ast.expr, items: Mapping[tuple[str, str], Formula]) -> Iterator[ast.expr]:
    """What averages are of that a part names, by itself or by way of items."""
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Name(id="average"), args=[of]):
                yield of
            case ast.Call(
                func=ast.Name(id="item"), args=[ast.Constant(value=score), ast.Constant(value=name)]
            ):
                yield from _averaged(items[str(score), str(name)].tree, items)


def _bands(engine: Engine, table: ir.Table, score: Score) -> Iterator[tuple[str, Any]]:
    """The columns of bands, of a table that has the score."""
    value = table[score.name]
    if score.segments:
        names = [segment.name for segment in score.segments]
        yield f"{score.name}_band", engine.few(_segment_name(value, score), names)
    for at, rule in enumerate(score.band_rules):
        names = [band.name for band in rule.bands]
        yield f"{score.name}_band" + (f"_{rule.name}" if at else ""), engine.few(_band(value, rule), names)


def _value(compiler: Compiler, score: Score) -> Any:
    value = _segment(compiler, score) if score.segments else _sum(compiler, score)
    if score.only_where is None:
        return value
    return compiler.expression(score.only_where).ifelse(value, ibis.null("float64"))


def _sum(compiler: Compiler, score: Score) -> Any:
    value = _points(compiler, score.items)
    for term in score.terms:
        value = value + _of_term(compiler, term)
    if score.constant:
        value = value + score.constant
    if score.link == "logistic":
        value = 1.0 / (1.0 + (-value).exp())
    elif score.link == "exponential":
        value = value.exp()
    if score.least is not None:
        value = ibis.greatest(value, float(score.least))
    return value


def _points(compiler: Compiler, items: Sequence[Item]) -> Any:
    """The sum of points: of whole numbers, so that 7.1 + 4.4 + 3.5 is 15 and not a little more."""
    if not items:
        return ibis.literal(0.0)
    scale = 10 ** max(_decimals(item.points) for item in items)
    bits, points = defaultdict[Bit, int](int), [ibis.literal(0, "int64")]
    for item in items:
        worth, bit = round(item.points * scale), compiler.bit(item.when.tree)
        if bit is not None:
            bits[bit] += worth
        else:
            points.append(compiler.expression(item.when).ifelse(ibis.literal(worth, "int64"), 0))
    points += _points_of_bits(compiler, bits)
    return joined(add, points).cast("float64") / float(scale)


def _points_of_bits(compiler: Compiler, bits: Mapping[Bit, int]) -> list[Any]:
    """Points of bits, place by binary place of what they are worth: seven counts add up what a hundred items of 0.1 to 7.1 are worth."""
    masks = defaultdict[tuple[str, int], int](int)
    for bit, worth in bits.items():
        for place in range(abs(worth).bit_length()):
            if abs(worth) >> place & 1:
                masks[bit.column, (1 if worth > 0 else -1) << place] |= bit.mask
    return [
        bit_count(compiler.people[column] & mask).cast("int64") * each
        for (column, each), mask in masks.items()
    ]


def _decimals(points: float) -> int:
    exponent = Decimal(repr(points)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _of_term(compiler: Compiler, term: Term) -> Any:
    value = compiler.expression(term.value)
    if term.steps:
        value = ibis.cases(
            *((value >= start, points) for start, points in reversed(term.steps)), else_=ibis.literal(0.0)
        )
    return (value * term.times).fill_null(0.0)


def _band(value: Any, rule: BandRule) -> Any:
    shared = value / rule.per if rule.per != 1 else value
    conditions = [
        (shared >= band.bound if band.includes_bound else shared > band.bound, band.name)
        for band in reversed(rule.bands)
        if band.bound is not None
    ]
    band = (
        ibis.cases(*conditions, else_=rule.bands[0].name) if conditions else ibis.literal(rule.bands[0].name)
    )
    return value.notnull().ifelse(band, ibis.null("string"))


def _segment(compiler: Compiler, score: Score) -> Any:
    """The number of the first segment that one of its elements puts a person in."""
    reasons = []
    for at, segment in enumerate(score.segments[:-1], start=1):
        holds = compiler.any_of([element.when for element in segment.elements])
        reasons.append((holds, float(at)))
    return ibis.cases(*reasons, else_=float(len(score.segments)))


def _segment_name(number: Any, score: Score) -> Any:
    names = ((number == float(at), segment.name) for at, segment in enumerate(score.segments, start=1))
    return ibis.cases(*names, else_=ibis.null("string"))
