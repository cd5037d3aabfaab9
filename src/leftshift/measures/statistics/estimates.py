"""Estimates with their intervals: arrays of one shape, and in words how each was made or why it is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Mask = NDArray[np.bool_]

NOT_MADE = 0
EXACT_POISSON, BYAR, WILSON, STUDENT, CONDITIONAL, DOBSON, CHIANG, SIMULATED, NEWCOMBE, COMBINED = range(
    1, 11
)
METHODS = (
    "",
    "exact Poisson",
    "Byar",
    "Wilson",
    "Student's t",
    "exact conditional binomial",
    "Dobson",
    "Chiang II with Silcocks",
    "simulation",
    "Newcombe",
    "limits of both combined",
)

ANSWERED = 0
(
    NO_NUMERATOR,
    NO_DENOMINATOR,
    ZERO_DENOMINATOR,
    NEGATIVE_NUMERATOR,
    NEGATIVE_DENOMINATOR,
    EXCEEDS,
    ONE_OBSERVATION,
    NO_DEVIATION,
    NEGATIVE_DEVIATION,
    TOO_LARGE,
    FEW_EVENTS,
    BAD_POPULATION,
    NOTHING_EXPECTED,
    BAD_MULTIPLIER,
    NEGATIVE_DEATHS,
    MORE_DEATHS,
    BAND_MISSING,
    FEW_PEOPLE,
    NO_LAST_DEATHS,
    NOBODY_LEFT,
    WIDE_INTERVAL,
    FEW_QUANTILES,
    MISSING_QUANTILE,
    NOT_ON_SCALE,
    OTHER_ZERO,
    SAME_AREA,
    NO_OBSERVATIONS,
    NO_VARIATION_OF_RANK,
    NO_BASE,
) = range(1, 30)
REASONS = (
    "",
    "numerator is missing",
    "denominator is missing",
    "denominator is zero",
    "numerator is negative",
    "denominator is negative",
    "the count exceeds the denominator",
    "one observation has no interval",
    "standard deviation is missing",
    "standard deviation is negative",
    "a number is too large, or too close to zero",
    "fewer than 10 events",
    "a band has nobody in it, or no figure for its people",
    "nothing is expected",
    "multiplier is not more than zero",
    "a band has negative deaths",
    "a band has more deaths than people",
    "a band is missing",
    "5,000 people or fewer",
    "no deaths in the last band",
    "nobody reaches this age",
    "the 95% interval is wider than 20 years",
    "fewer than 5 quantiles or more than 100",
    "a quantile has no value, limits or people",
    "a value or limit does not fit the scale",
    "the count compared with is zero",
    "an area is not compared with itself",
    "fewer than one observation",
    "all quantiles are at one rank",
    "the line starts at zero or below",
)


@dataclass(frozen=True, slots=True)
class Estimates:
    """Values with lower and upper limits, of one shape.

    ``method`` and ``withheld`` are codes into METHODS and REASONS; ``methods`` and ``reasons`` give the words. Where ``withheld``
    is not 0, value and limits are NaN and are never shown: the reason is.
    """

    value: Floats
    lower: Floats
    upper: Floats
    method: Codes
    withheld: Codes
    confidence: float

    @property
    def methods(self) -> NDArray[np.str_]:
        """How each interval was made; empty where it was withheld."""
        return _METHODS[self.method]

    @property
    def reasons(self) -> NDArray[np.str_]:
        """Why each is withheld; empty where it is not."""
        return _REASONS[self.withheld]

    def frame(self) -> pl.DataFrame:
        """A row each: value, lower, upper (null where withheld), method, withheld."""
        numbers = {name: getattr(self, name).ravel() for name in ("value", "lower", "upper")}
        return pl.DataFrame(
            {
                **{name: pl.Series(found, nan_to_null=True) for name, found in numbers.items()},
                "method": words_of(METHODS, self.method),
                "withheld": words_of(REASONS, self.withheld),
            }
        )


_METHODS = np.array(METHODS)
_REASONS = np.array(REASONS)


def words_of(words: Sequence[str], codes: Codes) -> pl.Series:
    """The words that codes stand for, as a column."""
    return pl.Series(list(words), dtype=pl.String).gather(codes.ravel().astype(np.uint32))


def withholding(
    value: Floats, lower: Floats, upper: Floats, method: ArrayLike, withheld: Codes, confidence: float
) -> Estimates:
    """Estimates whose withheld entries hold no number and no method; what arithmetic could not hold is withheld too."""
    methods = np.broadcast_to(np.asarray(method, dtype=np.int8), value.shape)
    beyond = ~(np.isfinite(value) & np.isfinite(lower) & np.isfinite(upper)) & (withheld == ANSWERED)
    if beyond.any():
        withheld = np.where(beyond, np.int8(TOO_LARGE), withheld)
    hidden = withheld != ANSWERED
    if hidden.any():
        value, lower, upper = (np.where(hidden, np.nan, found) for found in (value, lower, upper))
        methods = np.where(hidden, np.int8(NOT_MADE), methods)
    return Estimates(value, lower, upper, methods, withheld, confidence)


def first_reason(shape: tuple[int, ...], reasons: Sequence[tuple[Mask | np.bool_, int]]) -> Codes:
    """The code of the first reason that holds, entry by entry; 0 where none does."""
    found = np.zeros(shape, dtype=np.int8)
    for holds, code in reversed(reasons):
        if np.any(holds):
            found[np.broadcast_to(holds, shape)] = code
    return found


def as_floats(*given: ArrayLike) -> list[Floats]:
    """Arrays of one shape, of floats."""
    return [np.asarray(found) for found in np.broadcast_arrays(*(np.asarray(x, np.float64) for x in given))]


def checked_confidence(confidence: float) -> float:
    """A level of confidence between 0 and 1, both excluded; raises ValueError."""
    if not 0 < confidence < 1:
        raise ValueError(f"A level of confidence lies between 0 and 1, such as 0.95; found {confidence:g}")
    return float(confidence)
