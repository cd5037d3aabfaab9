"""What must be true of a person for a formula to hold: found by going through the formula, with a way back from dead ends."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from leftshift.population.defining.formulas import Fact, Formula, fact_of, word_of
from leftshift.population.scores.definitions import Item, Score

ABOVE_AVERAGE = 1_000_000.0
"""What stands for many times an average: among others who have 1, it is."""

Wanted = Fact | str  # a fact, or the name of a score


@dataclass(frozen=True, slots=True)
class Range:
    """From where to where a number may lie; a strict bound is not part of it."""

    low: float = -math.inf
    high: float = math.inf
    low_strict: bool = False
    high_strict: bool = False

    def narrowed(self, op: type[ast.cmpop], bound: float) -> Range | None:
        """The part of it in which a comparison holds; None where there is none."""
        low, high, low_strict, high_strict = self.low, self.high, self.low_strict, self.high_strict
        if op in (ast.Gt, ast.GtE, ast.Eq) and bound >= low:
            low, low_strict = bound, op is ast.Gt or (low_strict and bound == low)
        elif op in (ast.Gt, ast.GtE, ast.Eq) and op is ast.Eq:
            return None
        if op in (ast.Lt, ast.LtE, ast.Eq) and bound <= high:
            high, high_strict = bound, op is ast.Lt or (high_strict and bound == high)
        found = Range(low, high, low_strict, high_strict)
        return found if op is not ast.NotEq and found.pick() is not None else None

    def pick(self) -> float | None:
        """A number in it, the plainest: a bound, a whole number, or what lies halfway; None where it is empty."""
        if self.low > self.high or (self.low == self.high and (self.low_strict or self.high_strict)):
            return None
        if math.isinf(self.low):
            return self._below()
        if not self.low_strict:
            return self.low
        above = math.floor(self.low) + 1.0
        return above if self.holds(above) else (self.low + self.high) / 2

    def _below(self) -> float:
        if math.isinf(self.high):
            return 0.0
        if self.holds(0.0):
            return 0.0
        return self.high if not self.high_strict else math.ceil(self.high) - 1.0

    def holds(self, value: float) -> bool:
        """Whether a number lies in it."""
        above = value > self.low or (value == self.low and not self.low_strict)
        return above and (value < self.high or (value == self.high and not self.high_strict))


@dataclass(frozen=True, slots=True)
class Demand:
    """What a person must be like: facts that hold or do not, numbers and scores that lie in a range."""

    yes: Mapping[Fact, bool] = field(default_factory=dict)
    numbers: Mapping[Wanted, Range] = field(default_factory=dict)

    def with_fact(self, fact: Fact, holds: bool) -> Demand | None:
        """This and one more; None where they contradict each other."""
        if self.yes.get(fact, holds) is not holds:
            return None
        return Demand({**self.yes, fact: holds}, self.numbers)

    def with_number(self, number: Wanted, op: type[ast.cmpop], bound: float) -> Demand | None:
        """This and one more; None where they contradict each other."""
        found = self.numbers.get(number, Range()).narrowed(op, bound)
        return None if found is None else Demand(self.yes, {**self.numbers, number: found})


class NotMet(Exception):
    """No person could be made of whom a formula holds; says why."""


_TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip
_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip


@dataclass(frozen=True)
class Solver:
    """Finds demands that make formulas true or false."""

    scores: Mapping[str, Score]

    def demands(self, formula: Formula, holds: bool, known: Demand) -> Iterator[Demand]:
        """Every way that was found to make a formula hold, or not, beside what is known already."""
        return self._of(formula.tree, holds, known)

    def _of(self, node: ast.expr, holds: bool, known: Demand) -> Iterator[Demand]:
        match node:
            case ast.BoolOp(op=op, values=values):
                every = isinstance(op, ast.And) is holds
                yield from self._all(values, holds, known) if every else self._any(values, holds, known)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from self._of(operand, not holds, known)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                for way, part in ((True, body), (False, orelse)):
                    for found in self._of(test, way, known):
                        yield from self._of(part, holds, found)
            case ast.Constant(value=bool() as value):
                if value is holds:
                    yield known
            case ast.Compare(left=left, ops=ops, comparators=others):
                parts = [left, *others]
                pairs = [
                    ast.Compare(one, [op], [other])
                    for one, op, other in zip(parts, ops, others, strict=False)
                ]
                if len(pairs) > 1:
                    yield from self._of(ast.BoolOp(ast.And(), list[ast.expr](pairs)), holds, known)
                else:
                    yield from self._compared(left, type(ops[0]), others[0], holds, known)
            case _:
                yield from self._word(node, holds, known)

    def _all(self, values: list[ast.expr], holds: bool, known: Demand) -> Iterator[Demand]:
        if not values:
            yield known
            return
        for found in self._of(values[0], holds, known):
            yield from self._all(values[1:], holds, found)

    def _any(self, values: list[ast.expr], holds: bool, known: Demand) -> Iterator[Demand]:
        for value in values:
            yield from self._of(value, holds, known)

    def _word(self, node: ast.expr, holds: bool, known: Demand) -> Iterator[Demand]:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "item":
            score, name = (ast.literal_eval(arg) for arg in node.args)
            item = next(item for item in self.scores[score].items if item.name == name)
            yield from self.demands(item.when, holds, known)
            return
        found = known.with_fact(_fact(node), holds)
        if found is not None:
            yield found

    def _compared(
        self, left: ast.expr, op: type[ast.cmpop], right: ast.expr, holds: bool, known: Demand
    ) -> Iterator[Demand]:
        for way, bound in _bounds(right):
            for found in self._tested(way, known):
                yield from self._settled(left, op if holds else _OPPOSITE[op], bound, found)
        for way, bound in _bounds(left):
            for found in self._tested(way, known):
                yield from self._settled(right, _TURNED[op if holds else _OPPOSITE[op]], bound, found)

    def _tested(self, way: tuple[ast.expr, bool] | None, known: Demand) -> Iterator[Demand]:
        return iter([known]) if way is None else self._of(way[0], way[1], known)

    def _settled(self, node: ast.expr, op: type[ast.cmpop], bound: float, known: Demand) -> Iterator[Demand]:
        number: Wanted | None = None
        match node:
            case ast.Call(func=ast.Name(id="score"), args=[ast.Constant(value=str() as name)]):
                number = name
            case ast.Name() | ast.Call() if _name(node) != "average":
                number = _fact(node)
        found = None if number is None else known.with_number(number, op, bound)
        if found is not None:
            yield found

    def expanded(self, demand: Demand) -> Demand:
        """The same with scores turned into items that make them up. Raises NotMet."""
        for number, wanted in demand.numbers.items():
            if isinstance(number, str):
                rest = {key: value for key, value in demand.numbers.items() if key != number}
                return self.expanded(self._with_points(self.scores[number], wanted, Demand(demand.yes, rest)))
        return demand

    def _with_points(self, score: Score, wanted: Range, known: Demand) -> Demand:
        if score.terms or score.segments or score.link != "identity":
            raise NotMet(f"{score.name} is no sum of items: nobody can be made to have a given value of it")
        points = score.constant
        for item in sorted(score.items, key=lambda item: -item.points):
            if wanted.holds(points):
                return known
            found = self._one_more(item, wanted, points, known)
            if found is not None:
                known, points = found, points + item.points
        if not wanted.holds(round(points, 6)):
            raise NotMet(f"no items of {score.name} were found that add up to it")
        return known

    def _one_more(self, item: Item, wanted: Range, points: float, known: Demand) -> Demand | None:
        if item.points <= 0 or round(points + item.points, 6) > wanted.high:
            return None
        return next((self.expanded(found) for found in self.demands(item.when, True, known)), None)


def _name(node: ast.expr) -> str:
    return str(getattr(getattr(node, "func", node), "id", ""))


def _fact(node: ast.expr) -> Fact:
    match node:
        case ast.Name(id=name):
            return fact_of(name, [], {})
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            told = [ast.literal_eval(arg) for arg in args]
            return fact_of(name, told, {str(word.arg): ast.literal_eval(word.value) for word in keywords})
    raise NotMet(f"{ast.unparse(node)} is worked out from others: nobody can be made to have it")


_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b if b else math.inf,
}


def _bounds(node: ast.expr) -> Iterator[tuple[tuple[ast.expr, bool] | None, float]]:
    """The numbers that a part without facts may stand for, each with the test that decides on it."""
    if isinstance(node, ast.IfExp):
        for holds, part in ((True, node.body), (False, node.orelse)):
            for _, bound in _bounds(part):
                yield (node.test, holds), bound
        return
    value = _constant(node)
    if value is not None:
        yield None, min(value, ABOVE_AVERAGE)


def _constant(node: ast.expr) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            one = _constant(operand)
            return None if one is None else -one
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _constant(left), _constant(right)
            return None if one is None or other is None else _OPERATORS[type(op)](one, other)
        case ast.Call(func=ast.Name(id="average")):
            return ABOVE_AVERAGE
    return None


def tables_of(demand: Demand) -> set[str]:
    """The tables in which a demand is met."""
    facts = [*demand.yes, *(number for number in demand.numbers if isinstance(number, Fact))]
    return {word_of(fact.word).table for fact in facts}
