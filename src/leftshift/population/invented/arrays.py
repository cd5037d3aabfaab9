"""Arrays of people and events: their types, text by number, dates as days, and a few ways of drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leftshift.foundation.streams import named_generator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = NDArray[np.int32]
Flags = NDArray[np.bool_]

NEVER = np.iinfo(np.int32).min
"""A day that is not given."""
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Text:
    """A column of text: the number of a word in each row; −1 is nothing."""

    index: NDArray[Any]
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Draws:
    """Where the numbers of one piece come from: a stream for every purpose."""

    seed: int
    name: str

    def of(self, purpose: str) -> np.random.Generator:
        """The stream for a purpose."""
        return named_generator(self.seed, self.name, purpose)


def day_of(given: date) -> int:
    """A date as days since 1970."""
    return (given - _EPOCH).days


def date_of(day: int) -> date:
    """Days since 1970 as a date."""
    return _EPOCH + timedelta(days=day)


def years_before(given: date, years: int) -> date:
    """The same date some years before; the 28th where a 29 February has none."""
    try:
        return given.replace(year=given.year - years)
    except ValueError:  # a 29 February
        return given.replace(year=given.year - years, day=28)


def picks(weights: Floats, count: int, generator: np.random.Generator) -> Ints:
    """So many positions drawn by weight, with repetition."""
    reached = np.cumsum(weights)
    found = np.searchsorted(reached, generator.random(count) * reached[-1], side="right")
    bounded: Ints = np.minimum(found, len(weights) - 1)
    return bounded


def picks_by_row(weights: NDArray[np.float32], generator: np.random.Generator) -> Ints:
    """One position for each row of a table of weights."""
    reached = np.cumsum(weights, axis=1)
    drawn = generator.random(len(weights), dtype=np.float32) * reached[:, -1]
    found = (reached <= drawn[:, None]).sum(axis=1)
    bounded: Ints = np.minimum(found, weights.shape[1] - 1)
    return bounded


def apportioned(total: int, weights: Floats) -> Ints:
    """A whole number shared out by weight: the largest remainders get what is over."""
    if not len(weights) or weights.sum() <= 0:
        return np.zeros(len(weights), dtype=np.int64)
    exact = total * weights / weights.sum()
    given = np.floor(exact).astype(np.int64)
    order = np.argsort(given - exact, kind="stable")
    given[order[: total - int(given.sum())]] += 1
    shared: Ints = given
    return shared


def within(span: tuple[float, float, float, float], drawn: Floats) -> Floats:
    """Standard normal numbers as those of a distribution (mean, sd, least, most)."""
    mean, sd, least, most = span
    found: Floats = np.clip(mean + sd * drawn, least, most)
    return found
