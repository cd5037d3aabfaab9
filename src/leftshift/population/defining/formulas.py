"""Formulas: a small part of Python's expressions, read as text and never run; ``vocabulary.toml`` has their words.

``age >= 18 and (coded('ltc.asthma') or score('hfrs') > 15)`` is one. Everything is a yes or a number, and a formula that mixes
them is refused before any data is read.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from leftshift.foundation.faults import near_miss, shown

Kind = Literal["yes", "number"]
LONGEST = 4_000
LARGEST = 10**12
_DEEPEST = 60
REFERENCES: Mapping[str, int] = {"score": 1, "item": 2, "average": 1}
"""Words that name no fact of the records, and how much each is told."""

_BEYOND: Mapping[tuple[str, type[ast.cmpop]], str] = {
    ("lowest", ast.Lt): "<",
    ("lowest", ast.LtE): "<=",
    ("highest", ast.Gt): ">",
    ("highest", ast.GtE): ">=",
}


class FormulaNotUnderstood(ValueError):
    """A formula that says something it may not; the message says what, and what to write."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the vocabulary: what it gives, from which table, and what it may be told."""

    name: str
    gives: Kind
    table: str
    meaning: str
    arguments: Mapping[str, str]
    options: Mapping[str, Any]
    window: bool
    system: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to find out about every person: a word with what it is told, and how far back it reaches."""

    word: str
    told: tuple[tuple[str, str | float], ...] = ()
    months: int | None = None
    days: int | None = None

    def __lt__(self, other: Fact) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[Any, ...]:
        # one fact may reach back for ever, and another, of the same list, not
        return self.word, self.told, self.months or 0, self.days or 0

    def __str__(self) -> str:
        said = [
            repr(value) if isinstance(value, str) else f"{value:g}"
            for key, value in self.told
            if key not in _BEYOND.values()
        ]
        said += [f"months={self.months}"] if self.months is not None else []
        said += [f"days={self.days}"] if self.days is not None else []
        beyond = f" {self.bound[0]} {self.bound[1]:g}" if self.bound else ""
        return f"{self.word}({', '.join(said)}){beyond}" if said or word_of(self.word).window else self.word

    @property
    def bound(self) -> tuple[str, float] | None:
        """Of a fact that asks whether a value was ever beyond a bound: how they compare, and the bound."""
        return next(((key, float(value)) for key, value in self.told if key in _BEYOND.values()), None)

    def value(self, name: str) -> str | float | None:
        """What the word is told under a name."""
        return dict(self.told).get(name)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was understood: its text, its tree, what it gives and what it needs."""

    text: str
    tree: ast.expr
    gives: Kind
    facts: frozenset[Fact]
    scores: frozenset[str]
    items: frozenset[tuple[str, str]]

    def lists(self) -> set[tuple[str, str]]:
        """The code lists that it names, each with its system."""
        return {
            (word_of(fact.word).system or "", str(fact.value("list")))
            for fact in self.facts
            if fact.value("list") is not None
        }

    def tables(self) -> set[str]:
        """The tables that it reads."""
        return {word_of(fact.word).table for fact in self.facts}


@dataclass(frozen=True, slots=True)
class Asking:
    """The formulas of a file, each with its place in it."""

    file: str
    parts: tuple[tuple[str, Formula], ...]


@cache
def vocabulary() -> Mapping[str, Word]:
    """Every word by its name."""
    text = resources.files("leftshift.population.defining").joinpath("vocabulary.toml").read_text("utf-8")
    return {
        name: Word(
            name,
            given["gives"],
            given["table"],
            given["meaning"],
            given.get("arguments", {}),
            given.get("options", {}),
            given.get("window", False),
            given.get("system"),
        )
        for name, given in tomllib.loads(text).items()
    }


def word_of(name: str) -> Word:
    """A word; raises FormulaNotUnderstood with the nearest one."""
    found = vocabulary().get(name)
    if found is None:
        hint = near_miss(name, [*vocabulary(), *REFERENCES])
        raise FormulaNotUnderstood(
            f"there is no word {shown(name)}" + (f"; did you mean {hint}?" if hint else "")
        )
    return found


def parse_formula(text: str, *, gives: Kind | None = None) -> Formula:
    """A formula from its text; raises FormulaNotUnderstood."""
    if len(text) > LONGEST:
        raise FormulaNotUnderstood(f"a formula has at most {LONGEST:,} characters, this one {len(text):,}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaNotUnderstood(
            f"{shown(text)} is no formula: look at brackets, quotes and operators"
        ) from error
    reading = _Reading()
    found = reading.kind(tree, 0)
    if gives is not None and found != gives:
        raise FormulaNotUnderstood(f"{shown(text)} gives a {found}, and a {gives} is wanted")
    return Formula(
        text,
        tree,
        found,
        frozenset(reading.facts),
        frozenset(reading.scores),
        frozenset(reading.items),
    )


class _Reading:
    """Goes through a tree once: what kind each part is, and what is asked of a person on the way."""

    def __init__(self) -> None:
        self.facts: set[Fact] = set()
        self.scores: set[str] = set()
        self.items: set[tuple[str, str]] = set()

    def kind(self, node: ast.expr, depth: int) -> Kind:
        if depth > _DEEPEST:
            raise FormulaNotUnderstood(f"a formula nests at most {_DEEPEST} deep")
        if isinstance(node, ast.Compare) and (fact := ever_beyond(node)) is not None:
            self.facts.add(fact)
            return "yes"
        for parts, wanted, found in _shape(node):
            for part in parts:
                if self.kind(part, depth + 1) != wanted:
                    raise FormulaNotUnderstood(f"{shown(ast.unparse(part))} is not a {wanted}")
            if found is not None:
                return found
        return self._leaf(node, depth)

    def _leaf(self, node: ast.expr, depth: int) -> Kind:
        match node:
            case ast.IfExp(body=body, orelse=orelse):
                kinds = {self.kind(body, depth + 1), self.kind(orelse, depth + 1)}
                if len(kinds) > 1:
                    raise FormulaNotUnderstood(
                        f"both sides of 'if' must be of one kind: {shown(ast.unparse(node))}"
                    )
                return kinds.pop()
            case ast.Constant(value=bool()):
                return "yes"
            case ast.Constant(value=int() | float() as value):
                _refuse_beyond(value)
                return "number"
            case ast.Name(id=name):
                return self._fact(name, node, [], {})
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
                return self._call(name, node, args, keywords, depth)
        raise FormulaNotUnderstood(f"{shown(ast.unparse(node))} has no meaning in a formula")

    def _call(
        self, name: str, node: ast.expr, args: list[ast.expr], keywords: list[ast.keyword], depth: int
    ) -> Kind:
        if name == "average" and len(args) == 1 and not keywords:
            if self.kind(args[0], depth + 1) != "number":
                raise FormulaNotUnderstood(f"an average is of a number: {shown(ast.unparse(node))}")
            return "number"
        told = [_literal(arg) for arg in args]
        named = {keyword.arg or "": _literal(keyword.value) for keyword in keywords}
        if name in REFERENCES:
            return self._reference(name, told, named)
        return self._fact(name, node, told, named)

    def _reference(self, name: str, told: list[str | float], named: Mapping[str, Any]) -> Kind:
        if named or len(told) != REFERENCES[name] or not all(isinstance(part, str) for part in told):
            raise FormulaNotUnderstood(
                {
                    "score": "score takes the name of a score: score('hfrs')",
                    "item": "item takes a score and one of its items: item('efi', 'anaemia')",
                    "average": "average takes one number: average(outside('predicted_cost'))",
                }[name]
            )
        self.scores.add(str(told[0]))
        if name == "item":
            self.items.add((str(told[0]), str(told[1])))
            return "yes"
        return "number"

    def _fact(
        self, name: str, node: ast.expr, told: list[str | float], named: Mapping[str, str | float]
    ) -> Kind:
        self.facts.add(fact_of(name, told, named))
        return word_of(name).gives


def _shape(node: ast.expr) -> Iterator[tuple[list[ast.expr], Kind, Kind | None]]:
    """Of an operator: its parts, of what kind they must be, and what it gives; nothing of anything else."""
    match node:
        case ast.BoolOp(values=values):
            yield values, "yes", "yes"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield [operand], "yes", "yes"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield [operand], "number", "number"
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            yield [left, right], "number", "number"
        case ast.Compare(left=left, ops=ops, comparators=others) if all(
            isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq | ast.NotEq) for op in ops
        ):
            yield [left, *others], "number", "yes"
        case ast.IfExp(test=test):
            yield [test], "yes", None


def fact_of(name: str, told: list[str | float], named: Mapping[str, str | float]) -> Fact:
    """A word with what it is told; raises FormulaNotUnderstood."""
    word = word_of(name)
    if len(told) != len(word.arguments):
        wanted = ", ".join(word.arguments) or "nothing in brackets"
        raise FormulaNotUnderstood(f"{name} takes {wanted}, and was told {len(told)}")
    allowed = {*word.options, *(("months", "days") if word.window else ())}
    for unknown in named.keys() - allowed:
        raise FormulaNotUnderstood(f"{name} does not take {shown(unknown)}; it takes {_listed(allowed)}")
    reach = {key: _reach(name, key, named[key]) for key in ("months", "days") if key in named}
    if len(reach) > 1:
        raise FormulaNotUnderstood(f"{name} takes months or days, not both")
    said = [
        (key, _argument(name, key, type_, value))
        for (key, type_), value in zip(word.arguments.items(), told, strict=True)
    ]
    said += [(key, _option(name, key, word.options[key], named[key])) for key in word.options if key in named]
    return Fact(name, tuple(said), reach.get("months"), reach.get("days"))


def ever_beyond(node: ast.Compare) -> Fact | None:
    """Of ``lowest('x') < 60``, the fact that any value was below; None of comparisons for which one value is not enough.

    A yes of every row is found in the pass that finds codes, and no lowest value is worked out for it.
    """
    match node:
        case ast.Compare(
            left=ast.Call(func=ast.Name(id=name), args=args, keywords=keywords), ops=[op], comparators=[other]
        ) if (how := _BEYOND.get((name, type(op)))) and (bound := _number(other)) is not None:
            named = {keyword.arg or "": _literal(keyword.value) for keyword in keywords}
            fact = fact_of(name, [_literal(arg) for arg in args], named)
            return Fact(fact.word, (*fact.told, (how, bound)), fact.months, fact.days)
    return None


def _number(node: ast.expr) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            _refuse_beyond(value)
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand) if (number := _number(operand)) is not None:
            return -number
    return None


def _refuse_beyond(value: float) -> None:
    if abs(value) > LARGEST:
        raise FormulaNotUnderstood(f"a number in a formula is at most {LARGEST:,}, and one is more")


def _literal(node: ast.expr) -> str | float:
    match node:
        case ast.Constant(value=str() | int() | float() as value) if not isinstance(value, bool):
            if not isinstance(value, str):
                _refuse_beyond(value)
            return value
    raise FormulaNotUnderstood(f"{shown(ast.unparse(node))} must be a text in quotes or a number")


def _argument(name: str, key: str, type_: str, value: str | float) -> str | float:
    if type_ == "days":
        return _reach(name, key, value)
    if not isinstance(value, str) or not value:
        raise FormulaNotUnderstood(f"{name} takes the name of a {key} in quotes, not {shown(str(value))}")
    return value


def _option(name: str, key: str, allowed: Any, value: str | float) -> str | float:
    if allowed == "number":
        if isinstance(value, str):
            raise FormulaNotUnderstood(f"{key} of {name} is a number, not {shown(value)}")
        return float(value)
    if value not in allowed:
        raise FormulaNotUnderstood(f"{key} of {name} is one of {', '.join(allowed)}, not {shown(str(value))}")
    return value


def _reach(name: str, key: str, value: str | float) -> int:
    if not isinstance(value, int) or not 0 < value <= 100_000:
        raise FormulaNotUnderstood(
            f"{key} of {name} is a whole number above nothing, not {shown(str(value))}"
        )
    return value


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing by name"
