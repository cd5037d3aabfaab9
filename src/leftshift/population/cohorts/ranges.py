"""From where to where a number of a person may lie, and the plainest number that does."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from leftshift.population.defining.formulas import Fact


@dataclass(frozen=True, slots=True)
class Range:
    """From where to where a number may lie; a strict bound is not part of it, nor are ``others``."""

    low: float = -math.inf
    high: float = math.inf
    low_strict: bool = False
    high_strict: bool = False
    whole: bool = False
    others: frozenset[float] = frozenset()

    def narrowed(self, op: type[ast.cmpop], bound: float) -> Range | None:
        """The part of it in which a comparison holds; None where there is none."""
        found = self
        if op is ast.NotEq:
            found = replace(self, others=self.others | {bound})
        elif op is ast.Eq and not self.holds(bound):
            return None
        if op in (ast.Gt, ast.GtE, ast.Eq) and bound >= self.low:
            strict = op is ast.Gt or (self.low_strict and bound == self.low)
            found = replace(found, low=bound, low_strict=strict)
        if op in (ast.Lt, ast.LtE, ast.Eq) and bound <= self.high:
            strict = op is ast.Lt or (self.high_strict and bound == self.high)
            found = replace(found, high=bound, high_strict=strict)
        return found if found.pick() is not None else None

    def pick(self) -> float | None:
        """A number in it, the plainest: nothing, a bound, a whole number, or what lies between; None where it is empty."""
        return next((value for value in self._plain() if self.holds(value)), None)

    def _plain(self) -> Iterator[float]:
        steps = range(1, len(self.others) + 3)
        if math.isinf(self.low):
            top = 0.0 if math.isinf(self.high) else self.high
            yield from (0.0, top)
            yield from (math.ceil(top) - float(step) for step in steps)
            return
        yield self.low
        yield from (math.floor(self.low) + float(step) for step in steps)
        if math.isfinite(self.high):
            yield self.high
            yield from (self.low + (self.high - self.low) * step / len(steps) for step in steps)

    def holds(self, value: float) -> bool:
        """Whether a number lies in it."""
        above = value > self.low or (value == self.low and not self.low_strict)
        below = value < self.high or (value == self.high and not self.high_strict)
        return above and below and value not in self.others and not (self.whole and value % 1)


_COUNT = Range(low=0.0, whole=True)
_RANGES: Mapping[str, Range] = {
    "age": Range(low=0.0, high=120.0, whole=True),
    "imd_decile": Range(low=1.0, high=10.0, whole=True),
    "imd_score": Range(low=0.0, high=100.0),
    **dict.fromkeys(
        ("issues", "medicines", "admissions", "attendances", "appointments", "contacts", "stay_days"), _COUNT
    ),
    **dict.fromkeys(("emergencies_before_stay", "attendances_before_stay"), _COUNT),
}


def range_of(number: Fact | str) -> Range:
    """Where a fact, or the score of a name, may lie before anything is asked of it."""
    return Range() if isinstance(number, str) else _RANGES.get(number.word, Range())
