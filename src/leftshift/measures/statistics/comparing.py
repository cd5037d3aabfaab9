"""Areas compared: two with each other, by difference and ratio, and many with a benchmark."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leftshift.measures.statistics import estimates as codes
from leftshift.measures.statistics.estimates import (
    Codes,
    Estimates,
    Floats,
    Mask,
    as_floats,
    checked_confidence,
    first_reason,
    withholding,
)
from leftshift.measures.statistics.intervals import estimate, odds_limits

Kind = Literal["rate", "proportion"]
Polarity = Literal["high is good", "low is good", "no judgement"]
NOT_COMPARED, WORSE, SIMILAR, BETTER, LOWER, HIGHER = range(6)
BANDS = ("not compared", "worse", "similar", "better", "lower", "higher")
_WORDS = np.array(BANDS)
_OF_POLARITY = {  # below, similar, above
    "high is good": (WORSE, SIMILAR, BETTER),
    "low is good": (BETTER, SIMILAR, WORSE),
    "no judgement": (LOWER, SIMILAR, HIGHER),
}


def difference(
    kind: Kind,
    numerator: ArrayLike,
    denominator: ArrayLike,
    other_numerator: ArrayLike,
    other_denominator: ArrayLike,
    *,
    multiplier: float = 1.0,
    confidence: float = 0.95,
) -> Estimates:
    """The rate or proportion of one area less that of another, with an interval that joins both of theirs.

    Each limit is as far from the difference as the root of the squares of how far the two limits towards it are from their values: of
    Wilson's limits Newcombe's method 10, of rates the same with their exact or Byar's limits.
    """
    one, other = _both(kind, numerator, denominator, other_numerator, other_denominator, confidence)
    with np.errstate(all="ignore"):
        value = one.value - other.value
        down = np.hypot(one.value - one.lower, other.upper - other.value)
        up = np.hypot(one.upper - one.value, other.value - other.lower)
    method = codes.NEWCOMBE if kind == "proportion" else codes.COMBINED
    withheld = _joined(one, other, multiplier)
    lower, upper = (value - down) * multiplier, (value + up) * multiplier
    return withholding(value * multiplier, lower, upper, method, withheld, confidence)


def ratio(
    kind: Kind,
    numerator: ArrayLike,
    denominator: ArrayLike,
    other_numerator: ArrayLike,
    other_denominator: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Estimates:
    """The rate or proportion of one area over that of another.

    Of rates the interval is exact: given the sum of both counts, the first is binomial (Clopper and Pearson). Of proportions Wilson's
    limits of both are combined (Donner and Zou 2012). Where the other area counts nothing, there is no ratio.
    """
    one, other = _both(kind, numerator, denominator, other_numerator, other_denominator, confidence)
    with np.errstate(all="ignore"):
        value = one.value / other.value
        withheld = _joined(one, other, 1.0)
        withheld = np.where(
            (withheld == codes.ANSWERED) & (other.value == 0), np.int8(codes.OTHER_ZERO), withheld
        )
        if kind == "rate":
            x, n, x2, n2 = as_floats(numerator, denominator, other_numerator, other_denominator)
            fine = withheld == codes.ANSWERED
            lower, upper = odds_limits(np.where(fine, x, 1.0), np.where(fine, x2, 1.0), confidence)
            return withholding(value, lower * n2 / n, upper * n2 / n, codes.CONDITIONAL, withheld, confidence)
        lower, upper = _combined(one, other)
    return withholding(value, lower, upper, codes.COMBINED, withheld, confidence)


def benchmark_bands(
    lower: ArrayLike,
    upper: ArrayLike,
    benchmark: ArrayLike,
    *,
    polarity: Polarity,
    is_benchmark: ArrayLike = False,
) -> NDArray[np.int8]:
    """Codes into BANDS: whether the interval of an area lies below a benchmark, holds it, or lies above.

    Better, similar or worse by polarity, or lower, similar or higher where none is judged. Not compared where a limit or the benchmark is
    missing, and where ``is_benchmark``: an area is never held against itself.
    """
    if polarity not in _OF_POLARITY:
        raise ValueError(f"No polarity {polarity!r}; there are {', '.join(_OF_POLARITY)}")
    low, high, mark = as_floats(lower, upper, benchmark)
    below, similar, above = _OF_POLARITY[polarity]
    found = np.where(high < mark, below, np.where(low > mark, above, similar))
    unknown = np.isnan(low) | np.isnan(high) | np.isnan(mark) | np.asarray(is_benchmark, np.bool_)
    return np.where(unknown, NOT_COMPARED, found).astype(np.int8)


def band_words(bands: NDArray[np.int8]) -> NDArray[np.str_]:
    """The words of codes of BANDS."""
    return _WORDS[bands]


def _both(
    kind: Kind, x: ArrayLike, n: ArrayLike, other_x: ArrayLike, other_n: ArrayLike, confidence: float
) -> tuple[Estimates, Estimates]:
    if kind not in ("rate", "proportion"):
        raise ValueError(f"No kind {kind!r} to compare; there are rate and proportion")
    checked_confidence(confidence)
    x1, n1, x2, n2 = as_floats(x, n, other_x, other_n)
    return estimate(kind, x1, n1, confidence=confidence), estimate(kind, x2, n2, confidence=confidence)


def _joined(one: Estimates, other: Estimates, multiplier: float) -> Codes:
    """Why two areas are not compared: the first area's reason before the other's."""
    bad = first_reason(one.value.shape, [(np.bool_(not multiplier > 0), codes.BAD_MULTIPLIER)])
    found = np.where(one.withheld != codes.ANSWERED, one.withheld, other.withheld)
    return np.where(found != codes.ANSWERED, found, bad)


def _combined(one: Estimates, other: Estimates) -> tuple[Floats, Floats]:
    """Limits of a ratio from the limits of both."""
    p, low, up = one.value, one.lower, one.upper
    q, other_low, other_up = other.value, other.lower, other.upper
    product = p * q
    # The root's other form divides by u(2q - u), which may be 0; this one does not.
    top = low * (2 * p - low)
    lower = top / (product + _root(product, top * other_up * (2 * q - other_up)))
    under = other_low * (2 * q - other_low)
    upper = (product + _root(product, up * (2 * p - up) * under)) / under
    return np.where(p == 0, 0.0, lower), upper


def _root(product: Floats, rest: Floats) -> Floats:
    found: Floats = np.sqrt(np.maximum(0.0, product * product - rest))
    return found


def differs(found: Estimates, none: float = 0.0) -> Mask:
    """Whether an interval leaves out what no difference would be: 0 of a difference, 1 of a ratio."""
    outside: Mask = (found.lower > none) | (found.upper < none)
    return outside
