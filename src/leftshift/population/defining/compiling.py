"""From a formula to an expression over a table of people.

No comparison with a number that is not known holds, and so its ``not`` does: whoever has no value is not known to be beyond it.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.types as ir

from leftshift.population.defining.formulas import REFERENCES, Fact, Formula, ever_beyond, fact_of

_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
    ast.Eq: lambda left, right: left == right,
    ast.NotEq: lambda left, right: left != right,
}


# of a null that Ibis can see, == and != become questions whether the other side is null as well
_UNKNOWN = ibis.literal(0.0).nullif(0.0)


@dataclass(frozen=True, slots=True)
class Bit:
    """Reads one bit of a word: a yes that stands beside others, of which many are asked at once."""

    column: str
    bit: int

    @property
    def mask(self) -> int:
        """The word in which this bit alone is set."""
        return 1 << self.bit

    def __call__(self, people: ir.Table) -> Any:
        """The bit of everybody."""
        return (people[self.column] & self.mask) != 0


@dataclass(frozen=True)
class Compiler:
    """Turns formulas into expressions over one table.

    ``finders`` read facts from it; ``items`` gives the formula of a score's item; ``averages`` holds those worked out before, by
    their text. Scores are columns of the table.
    """

    people: ir.Table
    finders: Mapping[Fact, Callable[[ir.Table], Any]]
    items: Mapping[tuple[str, str], Formula] = field(default_factory=dict)
    averages: Mapping[str, float | None] = field(default_factory=dict)

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
            case ast.Compare(left=left, ops=ops, comparators=others) if _fact(node) is None:
                return self._compared([left, *others], ops)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ibis.ifelse(self.of(test), self.of(body), self.of(orelse))
            case ast.Constant(value=bool() as value):
                return ibis.literal(value)
            case ast.Constant(value=int() | float() as value):
                return _float(value)
        return self._word(node)

    def any_of(self, formulas: Sequence[Formula]) -> Any:
        """Whether any of some formulas is true."""
        return self._joined(False, [part for formula in formulas for part in _alternatives(formula.tree)])

    def bit(self, node: ast.expr) -> Bit | None:
        """Where the value of a part stands, if it is one bit of a word."""
        fact = _fact(node)
        found = None if fact is None else self.finders[fact]
        return found if isinstance(found, Bit) else None

    def _joined(self, every: bool, values: list[ast.expr]) -> Any:
        """Bits of one word are asked together: ``set_`` must be set, all or any of them, and ``clear`` must not."""
        set_, clear, parts = Counter[str](), Counter[str](), []
        for value in values:
            bit = self.bit(value)
            if bit is not None:
                set_[bit.column] |= bit.mask
            elif every and isinstance(value, ast.UnaryOp) and (bit := self.bit(value.operand)) is not None:
                clear[bit.column] |= bit.mask
            else:
                parts.append(self.of(value))
        for column in dict.fromkeys([*set_, *clear]):
            word = self.people[column] & (set_[column] | clear[column])
            both = bool(set_[column] & clear[column])
            parts.append(ibis.literal(False) if both else word == set_[column] if every else word != 0)
        return joined(and_ if every else or_, parts)

    def _compared(self, parts: list[ast.expr], ops: list[ast.cmpop]) -> Any:
        values = [self.of(part) for part in parts]
        found = None
        for left, op, right in zip(values, ops, values[1:], strict=False):
            holds = _COMPARISONS[type(op)](left, right).fill_null(False)
            found = holds if found is None else found & holds
        return found

    def _word(self, node: ast.expr) -> Any:
        fact = _fact(node)
        if fact is not None:
            return self.finders[fact](self.people)
        match node:
            case ast.Call(func=ast.Name(id="average"), args=[part]):
                average = self.averages[ast.unparse(part)]
                return _UNKNOWN if average is None else _float(average)
            case ast.Call(func=ast.Name(id="score"), args=[ast.Constant(value=str() as name)]):
                return self.people[name].cast("float64")
            case ast.Call(
                func=ast.Name(id="item"), args=[ast.Constant(value=score), ast.Constant(value=name)]
            ):
                return self.expression(self.items[(str(score), str(name))])
        raise AssertionError(ast.dump(node))  # parse_formula lets nothing else through


def _float(value: float) -> Any:
    # DuckDB reads 0.5 as a decimal, and the product of two that stand beside each other overflows
    return ibis.literal(repr(float(value))).cast("float64")


def _fact(node: ast.expr) -> Fact | None:
    """The fact that a part of a formula names; None where it is no single fact."""
    match node:
        case ast.Name(id=name):
            return fact_of(name, [], {})
        case ast.Compare():
            return ever_beyond(node)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name not in REFERENCES:
            told = [ast.literal_eval(arg) for arg in args]
            return fact_of(name, told, {str(word.arg): ast.literal_eval(word.value) for word in keywords})
    return None


def _alternatives(node: ast.expr) -> list[ast.expr]:
    return node.values if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) else [node]


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
