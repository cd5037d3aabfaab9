"""NHS numbers: whether one can be right, and whose range it lies in; in plain Python, and as an expression of an engine."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, reduce
from importlib import resources
from typing import Literal

import ibis.expr.types as ir
import numpy as np
import polars as pl

RangeKind = Literal["issued", "unissued", "test"]
LENGTH = 10
_TEN_DIGITS = re.compile(r"[0-9]{10}")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]")


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers from ``first`` to ``last``, and who may carry them."""

    first: int
    last: int
    kind: RangeKind
    meaning: str
    source: str
    date: str


@cache
def number_ranges() -> tuple[NumberRange, ...]:
    """The ranges in the order of their numbers; every number of ten digits lies in one of them."""
    text = resources.files("leftshift.population.linked").joinpath("numbers.toml").read_text("utf-8")
    return tuple(NumberRange(**given) for given in tomllib.loads(text)["range"])


def range_of(number: str) -> NumberRange | None:
    """The range of a number of ten digits; None of anything else."""
    if not _TEN_DIGITS.fullmatch(number):
        return None
    value = int(number)
    return next((one for one in number_ranges() if one.first <= value <= one.last), None)


def normalised(text: str) -> str:
    """A number as systems keep it: without the spaces and hyphens that people write into it."""
    return _SEPARATORS.sub("", text)


def check_digit(nine: str) -> int | None:
    """The tenth digit of nine; None where no number begins so, since the digit would have to be ten."""
    total = sum(int(digit) * (LENGTH - at) for at, digit in enumerate(nine))
    found = (11 - total % 11) % 11
    return None if found == 10 else found


def is_valid(number: str) -> bool:
    """Whether a text is a number of ten digits with its right check digit.

    Ten times the same digit is refused: every such number passes the check, and it is what people type who have none.
    A valid number need not have been issued: ``range_of`` says that.
    """
    return (
        bool(_TEN_DIGITS.fullmatch(number))
        and len(set(number)) > 1
        and check_digit(number[:9]) == int(number[9])
    )


def are_valid(numbers: pl.Series, kind: RangeKind) -> pl.Series:
    """Which of many texts are right numbers of a kind of range: ``is_valid`` and ``range_of`` of each."""
    of_length = numbers.str.len_bytes() == LENGTH
    text = numbers.filter(of_length).str.join("").item()
    digits = np.frombuffer(text.encode(), np.uint8).reshape(-1, LENGTH).astype(np.int64) - ord("0")
    value = digits @ 10 ** np.arange(LENGTH - 1, -1, -1)
    # the check digit weighs one: with it, the total of a right number is a multiple of eleven
    right = (digits @ np.arange(LENGTH, 0, -1)) % 11 == 0
    right &= ((digits >= 0) & (digits <= 9)).all(axis=1) & (digits != digits[:, :1]).any(axis=1)
    right &= np.logical_or.reduce(
        [(one.first <= value) & (value <= one.last) for one in number_ranges() if one.kind == kind]
    )
    found = np.zeros(numbers.len(), dtype=bool)
    found[of_length.fill_null(False).to_numpy()] = right
    return pl.Series(numbers.name, found)


def valid_number(number: ir.StringValue) -> ir.BooleanValue:
    """``is_valid`` as an expression; nothing of nothing."""
    # a character that is no digit gives some number here, and is refused by the pattern: casting it would be an error
    digits = [number.substr(at, 1).ascii_str() - ord("0") for at in range(LENGTH)]
    total = reduce(
        lambda left, right: left + right, (digit * (LENGTH - at) for at, digit in enumerate(digits))
    )
    is_one_digit = number == number.substr(0, 1).repeat(LENGTH)
    # the check digit weighs one: with it, the total of a right number is a multiple of eleven
    found: ir.BooleanValue = (
        number.re_search("^[0-9]{10}$") & (number.length() == LENGTH) & ~is_one_digit & (total % 11 == 0)
    )
    return found


def in_kind(number: ir.StringValue, kind: RangeKind) -> ir.BooleanValue:
    """Whether a number of ten digits lies in a range of a kind: as texts, which ten digits sort as numbers do."""
    tests = [
        number.between(f"{one.first:010d}", f"{one.last:010d}") for one in number_ranges() if one.kind == kind
    ]
    inside: ir.BooleanValue = reduce(lambda left, right: left | right, tests)
    found: ir.BooleanValue = number.re_search("^[0-9]{10}$") & (number.length() == LENGTH) & inside
    return found
