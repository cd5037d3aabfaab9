"""Formulas of derived assumptions: names, numbers, + - * / and brackets."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

_LONGEST = 500
_OPERATIONS: Mapping[type[ast.operator], Callable[[Series, Series], Series]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide,
}  # fmt: skip


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
