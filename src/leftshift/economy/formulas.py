"""Formulas of derived assumptions: names, numbers, + - * / and brackets."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

_LONGEST = 500
_NEAR = 1e-12
_OPERATIONS: Mapping[type[ast.operator], Callable[[Series, Series], Series]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide,
}  # fmt: skip
_SIGNS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class FormulaNotUnderstood(ValueError):
    """A text that is no formula; its message says what was met."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that has been read; ``names`` are the assumptions it needs."""

    text: str
    names: frozenset[str]
    _root: ast.expr

    def value(self, rate_of: Callable[[str], Series]) -> Series:
        """The value for each year; a division by nought gives infinity or not-a-number, without a warning."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.asarray(_value(self._root, rate_of), dtype=np.float64)

    def spelled(self, name: Callable[[str], str], number: Callable[[float], str]) -> str:
        """The formula with other words for its names and numbers, every operation in brackets."""
        return _spelled(self._root, name, number)


_MOST_NAMES = 8  # of a formula whose addends are looked for


@lru_cache(maxsize=1024)
def addends_of(formula: Formula) -> frozenset[str] | None:
    """The names that a formula adds up, each times a weight made of the others; None where there is no one such reading.

    ``pay_share * pay_inflation + (1 - pay_share) * non_pay_inflation`` adds up the two inflations, and the share
    weighs them. ``a * b`` could be read in two ways, and a quotient in none.
    """
    names = sorted(formula.names)
    if not names or len(names) > _MOST_NAMES:
        return None
    # At values that stand in no relation to each other, what holds for them holds for all.
    given = {name: 0.137 + 0.211 * number + 0.017 * number**2 for number, name in enumerate(names, start=1)}
    groups = [frozenset(group) for size in range(1, len(names) + 1) for group in combinations(names, size)]
    found = [group for group in groups if _adds_up(formula, group, given)]
    return found[0] if len(found) == 1 else None


def _adds_up(formula: Formula, group: frozenset[str], given: Mapping[str, float]) -> bool:
    def at(scale: Mapping[str, float]) -> float:
        return float(formula.value(lambda name: np.float64(given[name] * scale.get(name, 1.0))))  # type: ignore[return-value,arg-type]

    alone = at(dict.fromkeys(group, 0.0))
    apart = {name: at({other: float(other == name) for other in group}) - alone for name in group}
    doubled = {name: at({other: 2.0 * (other == name) for other in group}) - alone for name in group}
    whole = at({}) - alone
    adds = abs(sum(apart.values()) - whole) <= _NEAR and abs(alone - at(dict.fromkeys(given, 0.0))) <= _NEAR
    return adds and all(
        abs(doubled[name] - 2 * apart[name]) <= _NEAR and abs(apart[name]) > _NEAR for name in group
    )


@lru_cache(maxsize=1024)
def parse_formula(text: str) -> Formula:
    """Read a formula; raises FormulaNotUnderstood."""
    if len(text) > _LONGEST:
        raise FormulaNotUnderstood(f"a formula has at most {_LONGEST} characters")
    try:
        root = ast.parse(text.strip(), mode="eval").body
        _refuse_strangers(root)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        message = str(problem) if isinstance(problem, FormulaNotUnderstood) else "not a formula"
        raise FormulaNotUnderstood(message) from problem
    return Formula(text, frozenset(node.id for node in ast.walk(root) if isinstance(node, ast.Name)), root)


def _refuse_strangers(root: ast.expr) -> None:
    for node in ast.walk(root):
        known = isinstance(
            node, ast.BinOp | ast.UnaryOp | ast.Name | ast.operator | ast.unaryop | ast.expr_context
        )
        is_number = isinstance(node, ast.Constant) and type(node.value) in {int, float}
        if not (known or is_number) or isinstance(node, ast.Not | ast.Invert):
            raise FormulaNotUnderstood(
                f"'{ast.unparse(node)}' may not stand in a formula"
                if isinstance(node, ast.expr)
                else "not a formula"
            )
        if isinstance(node, ast.BinOp) and type(node.op) not in _OPERATIONS:
            raise FormulaNotUnderstood("only + - * / may stand in a formula")


def _value(node: ast.expr, rate_of: Callable[[str], Series]) -> Series:
    match node:
        case ast.BinOp(left=left, op=operator, right=right):
            return _OPERATIONS[type(operator)](_value(left, rate_of), _value(right, rate_of))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, rate_of)
        case ast.UnaryOp(operand=operand):
            return _value(operand, rate_of)
        case ast.Name(id=name):
            return rate_of(name)
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)  # type: ignore[return-value]
        case _:
            raise FormulaNotUnderstood("not a formula")


def _spelled(node: ast.expr, name: Callable[[str], str], number: Callable[[float], str]) -> str:
    match node:
        case ast.BinOp(left=left, op=operator, right=right):
            sides = _spelled(left, name, number), _spelled(right, name, number)
            return f"({sides[0]}{_SIGNS[type(operator)]}{sides[1]})"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"(-{_spelled(operand, name, number)})"
        case ast.UnaryOp(operand=operand):
            return _spelled(operand, name, number)
        case ast.Name(id=found):
            return name(found)
        case ast.Constant(value=int() | float() as found):
            return number(float(found))
        case _:
            raise FormulaNotUnderstood("not a formula")
