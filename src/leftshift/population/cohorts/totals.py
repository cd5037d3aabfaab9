"""Demands for a score turned into demands for the items and terms that make it up, the heaviest first."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import replace

from leftshift.population.cohorts.demands import Demand, NotMet, Solver
from leftshift.population.cohorts.ranges import Range
from leftshift.population.scores.definitions import Link, Score, Term

_Way = tuple[float, ast.expr]  # points, and what must be true for them


def expanded(solver: Solver, demand: Demand) -> Demand:
    """The same with scores turned into what makes them up. Raises NotMet.

    What parts are worth that nothing was asked of is not known here: whoever makes a person of it has to look.
    """
    for number, wanted in demand.numbers.items():
        if isinstance(number, str):
            rest = {key: value for key, value in demand.numbers.items() if key != number}
            score = solver.scores[number]
            return expanded(solver, _with_points(solver, score, wanted, replace(demand, numbers=rest)))
    return demand


def _with_points(solver: Solver, score: Score, wanted: Range, known: Demand) -> Demand:
    line = _unlinked(wanted, score.link)
    _refuse_impossible(score, line)
    if score.only_where is not None:
        known = _made(
            solver, score.only_where.tree, known, f"{score.name} is worked out for nobody like that"
        )
    points = score.constant
    for ways in sorted(_ways(score), key=lambda ways: -ways[0][0]):
        if line.holds(round(points, 6)):
            return known
        for worth, node in ways:
            found = None
            if worth > 0 and round(points + worth, 6) <= line.high:
                found = next((expanded(solver, one) for one in solver.of(node, True, known)), None)
            if found is not None:
                known, points = found, points + worth
                break
    for term in score.terms:
        if not term.steps and term.times > 0 and not line.holds(round(points, 6)):
            least = ((line.pick() or 0.0) - points) / term.times
            node = ast.Compare(term.value.tree, [ast.GtE()], [ast.Constant(least)])
            return expanded(
                solver, _made(solver, node, known, f"no {term.name} of {score.name} adds up to it")
            )
    if not line.holds(round(points, 6)):
        raise NotMet(f"no items of {score.name} were found that add up to it")
    return known


def _made(solver: Solver, node: ast.expr, known: Demand, otherwise: str) -> Demand:
    found = next(solver.of(node, True, known), None)
    if found is None:
        raise NotMet(otherwise)
    return found


def _ways(score: Score) -> Iterator[list[_Way]]:
    """Of each item and each term by steps: what it may add, most first."""
    yield from ([(item.points, item.when.tree)] for item in score.items)
    yield from (_steps(term) for term in score.terms if term.steps)


def _steps(term: Term) -> list[_Way]:
    return [
        (points * term.times, ast.Compare(term.value.tree, [ast.GtE()], [ast.Constant(start)]))
        for start, points in reversed(term.steps)
    ]


def _refuse_impossible(score: Score, line: Range) -> None:
    if score.terms or score.least is not None:
        return
    most = score.constant + sum(max(item.points, 0.0) for item in score.items)
    least = score.constant + sum(min(item.points, 0.0) for item in score.items)
    if line.low > round(most, 6) or line.high < round(least, 6):
        raise NotMet(f"{score.name} lies between {least:g} and {most:g}", never=True)


def _unlinked(wanted: Range, link: Link) -> Range:
    """Where the sum of items and terms lies when the score lies in a range."""
    if link == "identity":
        return wanted
    low, high = _inverse(wanted.low, link), _inverse(wanted.high, link)
    return Range(low, high, wanted.low_strict, wanted.high_strict)


def _inverse(value: float, link: Link) -> float:
    if value <= 0:
        return -math.inf
    if link == "exponential":
        return math.log(value)
    return math.inf if value >= 1 else math.log(value / (1 - value))
