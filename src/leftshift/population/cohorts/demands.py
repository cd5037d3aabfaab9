"""What must be true of a person for a formula to hold: found by going through the formula, with a way back from dead ends."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from leftshift.population.cohorts.ranges import Range, range_of
from leftshift.population.defining.formulas import Fact, Formula, fact_of
from leftshift.population.scores.definitions import Score

ABOVE_AVERAGE = 1_000_000.0
"""What stands for many times an average: among others who have 1, it is."""
_MOST_STEPS = 50_000

Wanted = Fact | str  # a fact, or the name of a score


@dataclass(frozen=True, slots=True)
class Demand:
    """What a person must be like: facts that hold or do not, numbers and scores that lie in a range.

    ``averaged`` says that an average was taken to be ABOVE_AVERAGE or less.
    """

    yes: Mapping[Fact, bool] = field(default_factory=dict)
    numbers: Mapping[Wanted, Range] = field(default_factory=dict)
    averaged: bool = False

    def with_fact(self, fact: Fact, holds: bool) -> Demand | None:
        """This and one more; None where they contradict each other."""
        if self.yes.get(fact, holds) is not holds:
            return None
        return replace(self, yes={**self.yes, fact: holds})

    def with_number(self, number: Wanted, op: type[ast.cmpop], bound: float) -> Demand | None:
        """This and one more; None where they contradict each other."""
        found = self.numbers.get(number, range_of(number)).narrowed(op, bound)
        return None if found is None else replace(self, numbers={**self.numbers, number: found})

    def facts(self) -> set[Fact]:
        """Every fact that it says anything of."""
        return {*self.yes, *(number for number in self.numbers if isinstance(number, Fact))}


class NotMet(Exception):
    """No person could be made of whom a formula holds; says why, and whether nobody could ever be one."""

    def __init__(self, why: str, *, never: bool = False) -> None:
        self.never = never
        super().__init__(why)


_TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip
_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
_HOLDS: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}  # fmt: skip


@dataclass
class Solver:
    """Finds demands that make formulas true or false; ``given_up`` says what it could not go through on the way."""

    scores: Mapping[str, Score]
    given_up: list[str] = field(default_factory=list)
    _steps: int = 0

    def begin(self) -> None:
        """Forget what was given up before."""
        self.given_up.clear()
        self._steps = 0

    def demands(self, formula: Formula, holds: bool, known: Demand) -> Iterator[Demand]:
        """Every way that was found to make a formula hold, or not, beside what is known already. Raises NotMet."""
        return self.of(formula.tree, holds, known)

    def of(self, node: ast.expr, holds: bool, known: Demand) -> Iterator[Demand]:
        """The same of a part of a formula."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise NotMet("there are too many ways to go through")
        match node:
            case ast.BoolOp(op=op, values=values):
                every = isinstance(op, ast.And) is holds
                yield from self.each(values, holds, known) if every else self._any(values, holds, known)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from self.of(operand, not holds, known)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                for way, part in ((True, body), (False, orelse)):
                    for found in self.of(test, way, known):
                        yield from self.of(part, holds, found)
            case ast.Constant(value=bool() as value):
                if value is holds:
                    yield known
            case ast.Compare():
                yield from self._chained(node, holds, known)
            case _:
                yield from self._word(node, holds, known)

    def _chained(self, node: ast.Compare, holds: bool, known: Demand) -> Iterator[Demand]:
        if len(node.ops) == 1:
            op = type(node.ops[0])
            yield from self._compared(node.left, op if holds else _OPPOSITE[op], node.comparators[0], known)
            return
        parts = [node.left, *node.comparators]
        pairs: list[ast.expr] = [
            ast.Compare(one, [op], [other])
            for one, op, other in zip(parts, node.ops, parts[1:], strict=False)
        ]
        yield from self.of(ast.BoolOp(ast.And(), pairs), holds, known)

    def each(self, values: list[ast.expr], holds: bool, known: Demand) -> Iterator[Demand]:
        """Ways in which every part holds, or none does."""
        if not values:
            yield known
            return
        for found in self.of(values[0], holds, known):
            yield from self.each(values[1:], holds, found)

    def _any(self, values: list[ast.expr], holds: bool, known: Demand) -> Iterator[Demand]:
        for value in values:
            yield from self.of(value, holds, known)

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
        self, left: ast.expr, op: type[ast.cmpop], right: ast.expr, known: Demand
    ) -> Iterator[Demand]:
        sides = [(left, op, right)] if _has_bound(right) else []
        sides += [(right, _TURNED[op], left)] if _has_bound(left) else []
        if not sides:
            self._give_up(left, "is compared with what depends on the person as well")
        for node, turned, other in sides:
            averaged = _has_average(other)
            for way, bound in _bounds(other):
                for found in iter([known]) if way is None else self.of(way[0], way[1], known):
                    told = replace(found, averaged=found.averaged or averaged)
                    yield from self.settled(node, turned, bound, told)
            if averaged:
                self._give_up(other, "is an average, which invented people do not have as others do")

    def settled(self, node: ast.expr, op: type[ast.cmpop], bound: float, known: Demand) -> Iterator[Demand]:
        """Ways in which a number compares so with a bound."""
        value = _constant(node)
        if value is not None:
            if _HOLDS[op](value, bound):
                yield known
            return
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                for way, part in ((True, body), (False, orelse)):
                    for found in self.of(test, way, known):
                        yield from self.settled(part, op, bound, found)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield from self.settled(operand, _TURNED[op], -bound, known)
            case ast.BinOp():
                undone = _undone(node, op, bound)
                if undone is None:
                    self._give_up(node, "is worked out from others")
                else:
                    yield from self.settled(*undone, known)
            case ast.Call(func=ast.Name(id="score"), args=[ast.Constant(value=str() as name)]):
                yield from self._scored(self.scores[name], op, bound, known)
            case _:
                yield from self._numbered(_fact(node), op, bound, known)

    def _numbered(self, number: Wanted, op: type[ast.cmpop], bound: float, known: Demand) -> Iterator[Demand]:
        found = known.with_number(number, op, bound)
        if found is not None:
            yield found

    def _scored(self, score: Score, op: type[ast.cmpop], bound: float, known: Demand) -> Iterator[Demand]:
        if not score.segments:
            yield from self._numbered(score.name, op, bound, known)
            return
        of_all = [[element.when.tree for element in segment.elements] for segment in score.segments]
        for at, elements in enumerate(of_all, start=1):
            if not _HOLDS[op](float(at), bound):
                continue
            asked = [score.only_where.tree] if score.only_where else []
            asked += [ast.BoolOp(ast.Or(), elements)] if elements else []
            before = [element for earlier in of_all[: at - 1] for element in earlier]
            for found in self.each(asked, True, known):
                yield from self.each(before, False, found)

    def _give_up(self, node: ast.expr, why: str) -> None:
        self.given_up.append(f"{ast.unparse(node)} {why}")


def _fact(node: ast.expr) -> Fact:
    match node:
        case ast.Name(id=name):
            return fact_of(name, [], {})
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name != "average":
            told = [ast.literal_eval(arg) for arg in args]
            return fact_of(name, told, {str(word.arg): ast.literal_eval(word.value) for word in keywords})
    raise NotMet(f"{ast.unparse(node)} is worked out from others")


_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if b else math.inf,
}


def _undone(
    node: ast.BinOp, op: type[ast.cmpop], bound: float
) -> tuple[ast.expr, type[ast.cmpop], float] | None:
    """Of ``age - 5 > 60``, ``age > 65``; None where neither side stands fast, or what is divided or lost."""
    one, other = _constant(node.left), _constant(node.right)
    if one is not None and isinstance(node.op, ast.Sub):
        return node.right, _TURNED[op], one - bound
    part, known = (node.right, one) if one is not None else (node.left, other)
    if known is None or _has_average(node) or (one is not None and isinstance(node.op, ast.Div)):
        return None
    match node.op:
        case ast.Add():
            return part, op, bound - known
        case ast.Sub():
            return part, op, bound + known
    if not known:
        return None
    turned = op if known > 0 else _TURNED[op]
    return part, turned, bound / known if isinstance(node.op, ast.Mult) else bound * known


def _has_bound(node: ast.expr) -> bool:
    return next(_bounds(node), None) is not None


def _bounds(node: ast.expr) -> Iterator[tuple[tuple[ast.expr, bool] | None, float]]:
    """The numbers that a part without facts may stand for, each with the test that decides on it."""
    if isinstance(node, ast.IfExp):
        for holds, part in ((True, node.body), (False, node.orelse)):
            for _, bound in _bounds(part):
                yield (node.test, holds), bound
        return
    value = _constant(node)
    if value is not None:
        yield None, min(value, ABOVE_AVERAGE) if _has_average(node) else value


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


def _has_average(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) and part.id == "average" for part in ast.walk(node))
