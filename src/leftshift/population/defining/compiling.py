"""From a formula to an expression over a table of people, in which nothing is true of a number that is not known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.types as ir

from leftshift.population.defining.formulas import Fact, Formula, fact_of

_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
    ast.Eq: lambda left, right: left == right,
    ast.NotEq: lambda left, right: left != right,
}


@dataclass(frozen=True)
class Compiler:
    """Turns formulas into expressions over one table.

    ``finders`` read facts from it; ``items`` gives the formula of a score's item; ``averages`` holds those worked out before, by
    their text. Scores are columns of the table.
    """

    people: ir.Table
    finders: Mapping[Fact, Callable[[ir.Table], Any]]
    items: Mapping[tuple[str, str], Formula] = field(default_factory=dict)
    averages: Mapping[str, float] = field(default_factory=dict)

    def expression(self, formula: Formula) -> Any:
        """The value of a formula for every person."""
        return self.of(formula.tree)

    def of(self, node: ast.expr) -> Any:
        """The value of a part of a formula."""
        match node:
            case ast.BoolOp(op=op, values=values):
                return self._joined(isinstance(op, ast.And), values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ~self.of(operand)
            case ast.UnaryOp(operand=operand):
                return -self.of(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return _calculated(op, self.of(left), self.of(right))
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._compared([left, *others], ops)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ibis.ifelse(self.of(test), self.of(body), self.of(orelse))
            case ast.Constant(value=bool() as value):
                return ibis.literal(value)
            case ast.Constant(value=int() | float() as value):
                return ibis.literal(float(value))
        return self._word(node)

    def _joined(self, every: bool, values: list[ast.expr]) -> Any:
        parts = [self.of(value) for value in values]
        return joined(and_ if every else or_, parts)

    def _compared(self, parts: list[ast.expr], ops: list[ast.cmpop]) -> Any:
        values = [self.of(part) for part in parts]
        found = None
        for left, op, right in zip(values, ops, values[1:], strict=False):
            holds = _COMPARISONS[type(op)](left, right).fill_null(False)
            found = holds if found is None else found & holds
        return found

    def _word(self, node: ast.expr) -> Any:
        match node:
            case ast.Name(id=name):
                return self.finders[fact_of(name, [], {})](self.people)
            case ast.Call(func=ast.Name(id="average"), args=[part]):
                return ibis.literal(self.averages[ast.unparse(part)], "float64")
            case ast.Call(func=ast.Name(id="score"), args=[ast.Constant(value=str() as name)]):
                return self.people[name].cast("float64")
            case ast.Call(
                func=ast.Name(id="item"), args=[ast.Constant(value=score), ast.Constant(value=name)]
            ):
                return self.expression(self.items[(str(score), str(name))])
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
                told = [ast.literal_eval(arg) for arg in args]
                named = {str(word.arg): ast.literal_eval(word.value) for word in keywords}
                return self.finders[fact_of(name, told, named)](self.people)
        raise AssertionError(ast.dump(node))  # parse_formula lets nothing else through


def joined(way: Callable[[Any, Any], Any], parts: Sequence[Any]) -> Any:
    """Parts joined by a way that does not mind their order, halves by halves: what is nested a hundred deep, Spark cannot compile."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return way(joined(way, parts[:half]), joined(way, parts[half:]))


def _calculated(op: ast.operator, left: Any, right: Any) -> Any:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
    return left / right.nullif(0.0)
