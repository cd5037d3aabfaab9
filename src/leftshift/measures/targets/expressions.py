"""Expressions of targets: what people write, as a tree of a few operations, or a sentence that says what cannot be read.

A target is a number in the unit of its measure, or made of numbers, names (``last year``, ``baseline``, ``plan``, ``best quartile`` …),
``+ − × /``, brackets, ``min``, ``max`` and ``linear(from, to)``. A comparison may stand before it, and ``per 100,000`` behind it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from leftshift.foundation.faults import near_miss

NAMES: Final = {
    "last_year": "the figure of the same period a year before, or its target where there is no figure yet",
    "baseline": "the level of the baseline period",
    "plan": "the baseline, changed as the plan's interventions change it",
    "do_nothing": "the baseline, changed as the plan says that it changes if nothing is done",
    "best_quartile": "the better quartile of the peers: a quarter of them do at least as well",
    "worst_quartile": "the worse quartile of the peers",
    "peer_median": "the median of the peers",
    "best_peer": "the best of the peers",
    "peer_mean": "the mean of the peers",
}
OF_PEERS: Final = frozenset({"best_quartile", "worst_quartile", "peer_median", "best_peer", "peer_mean"})
OF_PLAN: Final = frozenset({"plan", "do_nothing"})
FUNCTIONS: Final = {"linear": (2, 2), "min": (1, 9), "max": (1, 9)}
_LONGEST: Final = 300
_SIGNS: Final = ("<=", ">=", "<", ">")
_WORDS: Final = {"at most": "<=", "at least": ">=", "below": "<", "under": "<", "above": ">", "over": ">"}
_PER: Final = re.compile(r"\s+per\s+([\d,]+(?:\.\d+)?)(?:\s+[a-z ]+)?$")
_LINEAR: Final = re.compile(r"^linear(?:ly)?\s+from\s+(.+?)\s+to\s+(.+)$")
_GROUPED: Final = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_STRANGE: Final = re.compile(r"[^a-z0-9_ .,()+\-*/%<>=]")
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_OPERATIONS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}

Meaning = Callable[[str], float | None]
"""What a name means where the expression is worked out; None where that is not known."""


class ExpressionRefused(ValueError):
    """An expression that cannot be read: what was expected, and what to do."""

    def __init__(self, expected: str, action: str, suggestion: str | None = None) -> None:
        super().__init__(f"expected {expected}. {action}")
        self.expected, self.action, self.suggestion = expected, action, suggestion


@dataclass(frozen=True)
class Expression:
    """A target that was read: its comparison (empty for none), its tree, and the multiplier it says it is for."""

    text: str
    comparison: str
    tree: ast.expr
    per: float | None

    @property
    def is_strict(self) -> bool:
        """Whether to meet it exactly is not to meet it."""
        return self.comparison in {"<", ">"}

    @property
    def towards(self) -> int:
        """1 where more is asked for, −1 where less is, 0 where it does not say."""
        return {"<": -1, "<=": -1, ">": 1, ">=": 1}.get(self.comparison, 0)

    @property
    def names(self) -> frozenset[str]:
        """The names that it holds."""
        return frozenset(node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)) & set(NAMES)

    @property
    def has_percent(self) -> bool:
        """Whether a number stands in per cent by itself: of a share of one it means points."""
        return any(_is_points(self.tree))

    def value(self, meaning: Meaning, along: float) -> float | None:
        """Its value, where names mean what they are said to mean; ``along`` is how far the way of ``linear`` is gone, 0 to 1.

        None where a name has no meaning there, or something is divided by nought.
        """
        try:
            found = _value(self.tree, meaning, along)
        except (ZeroDivisionError, OverflowError):
            return None
        return found if found is not None and isfinite(found) else None


def read_expression(text: str) -> Expression:
    """Read what people write. Raises ExpressionRefused."""
    written = " ".join(text.strip().lower().split())
    if not written or len(written) > _LONGEST:
        raise ExpressionRefused(
            f"an expression of up to {_LONGEST} characters", "Write a number to begin with"
        )
    for wrong, right in (
        ("×", "*"),
        ("\u2212", "-"),
        ("\u2013", "-"),
        ("≤", "<="),
        ("≥", ">="),
        ("÷", "/"),
    ):
        written = written.replace(wrong, right)
    if strange := _STRANGE.search(written):
        raise _not_known(strange[0])
    comparison, written = _comparison(written)
    written, per = _per(written)
    written = _spelled(written)
    if match := _LINEAR.match(written):
        written = f"linear({match[1]}, {match[2]})"
    tree = _tree(written)
    _check(tree, inside=False)
    return Expression(text.strip(), comparison, tree, per)


def _comparison(text: str) -> tuple[str, str]:
    for sign in _SIGNS:
        if text.startswith(sign):
            return sign, text.removeprefix(sign).strip()
    for words, sign in _WORDS.items():
        if text.startswith(f"{words} "):
            return sign, text.removeprefix(words).strip()
    return "", text


def _per(text: str) -> tuple[str, float | None]:
    match = _PER.search(text)
    if not match:
        return text, None
    return text[: match.start()], float(match[1].replace(",", ""))


def _spelled(text: str) -> str:
    """Names in one word, numbers without separators, per cent as a function."""
    for name in NAMES:
        text = re.sub(rf"\b{name.replace('_', '[ _-]')}\b", name, text)
    if "(" in text and _GROUPED.search(text):  # min(5,100): two numbers, or one?
        raise ExpressionRefused(
            "numbers without separators, where there are brackets",
            "Write 1000 for one thousand, and a space after each comma between values",
        )
    text = _GROUPED.sub(lambda match: match[0].replace(",", ""), text)
    return _PERCENT.sub(r"percent(\1)", text)


def _tree(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        raise ExpressionRefused(
            "a number or an expression such as 0.98 * last year, < 360 or linear(baseline, 300)",
            "Write it in that form",
            near_miss(text, [name.replace("_", " ") for name in NAMES]),
        ) from problem


def _check(node: ast.expr, *, inside: bool) -> None:
    """That a tree holds nothing else than what may stand in a target. Raises ExpressionRefused."""
    match node:
        case ast.Constant(value=bool()):
            raise _not_known(ast.unparse(node))
        case ast.Constant(value=int() | float() as value) if abs(value) <= 1e15:
            return
        case ast.Name(id=name) if name in NAMES:
            return
        case ast.Name(id=name):
            raise _not_known(name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand, inside=inside)
        case ast.BinOp(op=operation) if type(operation) in _OPERATIONS:
            _check_percent(node)
            _check(node.left, inside=inside)
            _check(node.right, inside=inside)
        case ast.Call(func=ast.Name(id="percent"), args=[ast.Constant() as share], keywords=[]):
            _check(share, inside=inside)
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
            _check_call(name, node.args, inside=inside)
        case _:
            raise _not_known(ast.unparse(node))


def _check_call(name: str, arguments: Sequence[ast.expr], *, inside: bool) -> None:
    fewest, most = FUNCTIONS[name]
    if not fewest <= len(arguments) <= most:
        expected = f"{name} of {fewest}" if fewest == most else f"{name} of {fewest} to {most}"
        raise ExpressionRefused(
            f"{expected} values, such as linear(baseline, 300)", "Write thousands without a comma in brackets"
        )
    if name == "linear" and inside:
        raise ExpressionRefused("one linear way", "Take the inner linear away")
    for argument in arguments:
        _check(argument, inside=inside or name == "linear")


def _check_percent(node: ast.BinOp) -> None:
    """That a percentage in a product is a share of something named, and divides nothing. Raises ExpressionRefused."""
    factors = [node.left, node.right] if isinstance(node.op, ast.Mult) else []
    divides = isinstance(node.op, ast.Div) and any(_is_points(node.right))
    of_points = any(not _is_percent(side) and any(_is_points(side)) for side in factors)
    of_nothing = any(_is_percent(side) for side in factors) and not any(_has_name(side) for side in factors)
    if divides or of_points or of_nothing:
        raise ExpressionRefused(
            "a percentage of something that has a name, such as 98% * last year",
            "Write it so, or as a number without the percent sign",
        )


def _has_name(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) and part.id in NAMES for part in ast.walk(node))


def _not_known(found: str) -> ExpressionRefused:
    known = [*NAMES, *FUNCTIONS]
    guess = near_miss(found, known)
    names = ", ".join(name.replace("_", " ") for name in NAMES)
    return ExpressionRefused(
        f"numbers, + \u2212 \u00d7 /, {', '.join(FUNCTIONS)} and {names}",
        f"'{found[:40]}' is none of them",
        guess.replace("_", " ") if guess else None,
    )


def _is_points(node: ast.expr) -> Iterator[bool]:
    """For every number in per cent, whether it stands by itself and is not the share of a product."""
    match node:
        case ast.Call(func=ast.Name(id="percent")):
            yield True
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            for side in (left, right):
                if not _is_percent(side):
                    yield from _is_points(side)
        case ast.BinOp(left=left, right=right):
            yield from _is_points(left)
            yield from _is_points(right)
        case ast.UnaryOp(operand=operand):
            yield from _is_points(operand)
        case ast.Call(args=arguments):
            for argument in arguments:
                yield from _is_points(argument)


def _is_percent(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "percent"


def _value(node: ast.expr, meaning: Meaning, along: float) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return meaning(name)
        case ast.UnaryOp(op=operation, operand=operand):
            found = _value(operand, meaning, along)
            return None if found is None else -found if isinstance(operation, ast.USub) else found
        case ast.BinOp():
            return _of_two(node, meaning, along)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            found_all = [_value(argument, meaning, along) for argument in arguments]
            known = [value for value in found_all if value is not None]
            return None if len(known) < len(found_all) else _called(name, known, along)
    raise AssertionError(f"a tree that was checked holds {ast.dump(node)}")


def _of_two(node: ast.BinOp, meaning: Meaning, along: float) -> float | None:
    left, right = _value(node.left, meaning, along), _value(node.right, meaning, along)
    if left is None or right is None:
        return None
    if isinstance(node.op, ast.Mult):
        left = left / 100 if _is_percent(node.left) else left
        right = right / 100 if _is_percent(node.right) else right
    return _OPERATIONS[type(node.op)](left, right)


def _called(name: str, values: Sequence[float], along: float) -> float:
    match name:
        case "linear":
            return values[0] + (values[1] - values[0]) * along
        case "min":
            return min(values)
        case "max":
            return max(values)
        case _:
            return values[0]  # percent of a measure in per cent: the number itself
