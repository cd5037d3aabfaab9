"""Work scores out for everybody: one more column for each, and one for each rule of bands."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from leftshift.population.defining.compiling import Compiler
from leftshift.population.defining.formulas import Fact, Formula
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.gathering import People
from leftshift.population.scores.definitions import BandRule, Item, Score, Term

MOST_DECIMALS = 6


def items_of(scores: Iterable[Score]) -> dict[tuple[str, str], Formula]:
    """The formula of every item, by score and name."""
    return {(score.name, item.name): item.when for score in scores for item in score.items}


def score_people(
    engine: Engine, people: People, scores: Sequence[Score], report: Callable[[str], None] = lambda step: None
) -> People:
    """People with a column for each score, and ``NAME_band`` for its first rule, ``NAME_band_RULE`` for others.

    ``scores`` stand in an order in which each comes after what it builds on.
    """
    table = people.table
    items = items_of(scores)
    for score in scores:
        averages = averages_of(engine, table, people.finders, items, score.formulas())
        compiler = Compiler(table, people.finders, items, averages)
        table = table.mutate(**_columns(compiler, score))
    report("scores")
    return People(engine.keep(table, "scored"), people.finders, people.as_at)


def averages_of(
    engine: Engine,
    table: ir.Table,
    finders: Mapping[Fact, Callable[[ir.Table], Any]],
    items: Mapping[tuple[str, str], Formula],
    formulas: Iterable[Formula],
) -> dict[str, float]:
    """The averages over all who are counted that formulas name, by their text; of nobody, nothing (not a number)."""
    wanted = {ast.unparse(node): node for formula in formulas for node in formula.averages}
    if not wanted:
        return {}
    compiler = Compiler(table, finders, items)
    values = {f"a{at}": compiler.of(node).mean() for at, node in enumerate(wanted.values())}
    row = engine.rows(table.aggregate(**values))[0]
    return {
        text: float("nan") if row[f"a{at}"] is None else float(row[f"a{at}"])
        for at, text in enumerate(wanted)
    }


def _columns(compiler: Compiler, score: Score) -> dict[str, Any]:
    if score.segments:
        return _segment_columns(compiler, score)
    value = _value(compiler, score)
    columns = {score.name: value}
    for at, rule in enumerate(score.band_rules):
        columns[f"{score.name}_band" + (f"_{rule.name}" if at else "")] = _band(value, rule)
    return columns


def _value(compiler: Compiler, score: Score) -> Any:
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
    return (
        value
        if score.only_where is None
        else compiler.expression(score.only_where).ifelse(value, ibis.null("float64"))
    )


def _points(compiler: Compiler, items: Sequence[Item]) -> Any:
    """The sum of points: of whole numbers, so that 7.1 + 4.4 + 3.5 is 15 and not a little more."""
    if not items:
        return ibis.literal(0.0)
    scale = 10 ** min(MOST_DECIMALS, max(_decimals(item.points) for item in items))
    total = None
    for item in items:
        whole = compiler.expression(item.when).ifelse(ibis.literal(round(item.points * scale), "int64"), 0)
        total = whole if total is None else total + whole
    return total.cast("float64") / float(scale) if total is not None else ibis.literal(0.0)


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


def _segment_columns(compiler: Compiler, score: Score) -> dict[str, Any]:
    reasons = []
    for at, segment in enumerate(score.segments[:-1], start=1):
        holds = ibis.literal(False)
        for element in segment.elements:
            holds = holds | compiler.expression(element.when)
        reasons.append((holds, at, segment.name))
    number = ibis.cases(*((holds, float(at)) for holds, at, _ in reasons), else_=float(len(score.segments)))
    name = ibis.cases(*((holds, name) for holds, _, name in reasons), else_=score.segments[-1].name)
    if score.only_where is not None:
        counted = compiler.expression(score.only_where)
        number, name = (
            counted.ifelse(number, ibis.null("float64")),
            counted.ifelse(name, ibis.null("string")),
        )
    return {score.name: number, f"{score.name}_band": name}
