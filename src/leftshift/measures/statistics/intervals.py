"""Counts, rates, proportions, means and ratios, each with its interval, over many series at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

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
from leftshift.measures.statistics.parameters import parameter

_Reasons = list[tuple[Mask | np.bool_, int]]


def estimate(
    kind: str,
    numerator: ArrayLike,
    denominator: ArrayLike | None = None,
    *,
    multiplier: ArrayLike = 1.0,
    confidence: float = 0.95,
    deviation: ArrayLike | None = None,
) -> Estimates:
    """Values of a kind with their intervals; arguments are numbers or arrays that broadcast to one shape.

    ``kind`` is one of KINDS. Numerator and denominator are a count and nothing (count), a count and the people or time that it
    arose in (rate), a part and its whole (proportion), a sum and the number of observations (mean, with ``deviation``, the
    standard deviation of the observations), or two independent counts (ratio). NaN is a gap. Value and limits are times
    ``multiplier``. What has no answer is withheld with its reason. Raises ValueError for an unknown kind or level.
    """
    if kind not in KINDS:
        raise ValueError(f"No kind {kind!r}; the kinds are {', '.join(KINDS)}")
    level = checked_confidence(confidence)
    whole = 1.0 if denominator is None else denominator
    spread = np.nan if deviation is None else deviation
    x, n, times, deviations = as_floats(numerator, whole, multiplier, spread)
    if kind == "count":
        n = np.ones_like(x)
    with np.errstate(all="ignore"):
        return _KINDS[kind](x, n, times, deviations, level)


def poisson_limits(count: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats, Codes]:
    """Lower and upper limits of counts, and the method of each: exact below 10 events, Byar's from 10.

    NaN where the count is NaN or negative.
    """
    x = np.asarray(count, np.float64)
    with np.errstate(all="ignore"):
        lower, upper = byar_limits(x, confidence)
        few = ~(x >= parameter("byar_from"))
        method = np.where(few, np.int8(codes.EXACT_POISSON), np.int8(codes.BYAR))
        if few.any():
            below, above = _few_limits(x[few], confidence)
            lower, upper = np.array(lower), np.array(upper)
            lower[few], upper[few] = below, above
    return lower, upper, method


def exact_poisson_limits(count: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Exact limits of counts (Garwood 1936): quantiles of the gamma distribution; the lower limit of none is 0."""
    x = np.asarray(count, np.float64)
    tail = (1 - confidence) / 2
    lower = np.where(x == 0, 0.0, special.gammaincinv(x, tail))
    return lower, np.asarray(special.gammainccinv(x + 1, tail))


def byar_limits(count: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Byar's approximation (Breslow and Day 1987): a cube of a normal limit; for counts from 10."""
    x = np.asarray(count, np.float64)
    third = normal_quantile(confidence) / 3
    up = x + 1
    lower = 1 - 1 / (9 * x) - third / np.sqrt(x)
    upper = 1 - 1 / (9 * up) + third / np.sqrt(up)
    return x * (lower * lower * lower), up * (upper * upper * upper)


def wilson_limits(count: ArrayLike, whole: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's score limits of a share, without correction for continuity; exactly 0 and 1 at the ends."""
    x, n = np.asarray(count, np.float64), np.asarray(whole, np.float64)
    z = normal_quantile(confidence)
    middle, width = 2 * x + z * z, z * np.sqrt(z * z + 4 * x * (1 - x / n))
    under = 2 * (n + z * z)
    return (
        np.where(x == 0, 0.0, np.maximum(0, (middle - width) / under)),
        np.where(x == n, 1.0, np.minimum(1, (middle + width) / under)),
    )


def odds_limits(one: ArrayLike, other: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Exact limits of the ratio of two Poisson counts: given their sum the first is binomial (Clopper and Pearson), as odds."""
    x, y = as_floats(one, other)
    tail = (1 - confidence) / 2
    low = np.where(x == 0, 0.0, special.betaincinv(x, y + 1, tail))
    up = np.where(y == 0, 1.0, special.betaincinv(x + 1, y, 1 - tail))
    # The share that is left is a quantile of the mirrored distribution: 1 - share would lose it near 1.
    low_rest = np.where(x == 0, 1.0, special.betaincinv(y + 1, x, 1 - tail))
    up_rest = np.where(y == 0, 0.0, special.betaincinv(y, x + 1, tail))
    return low / low_rest, up / up_rest


def normal_quantile(confidence: float) -> float:
    """The two-sided quantile of the normal distribution: 1.96 for 0.95."""
    return float(special.ndtri(0.5 + confidence / 2))


def _few_limits(x: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Exact limits; those of whole counts are worked out once each."""
    top = int(parameter("byar_from"))
    at = np.nan_to_num(x, nan=-1.0).clip(-1, top).astype(np.intp)
    lower, upper = exact_poisson_limits(np.arange(top + 1), confidence)
    lower, upper = lower[at], upper[at]
    odd = at != x
    if odd.any():
        lower[odd], upper[odd] = exact_poisson_limits(np.where(x[odd] < 0, np.nan, x[odd]), confidence)
    return lower, upper


def _counted(x: Floats, n: Floats, times: Floats, _: Floats, confidence: float) -> Estimates:
    lower, upper, method = poisson_limits(x, confidence)
    factor = times / n
    withheld = _reasons(x, n, times, [])
    return withholding(x * factor, lower * factor, upper * factor, method, withheld, confidence)


def _proportion(x: Floats, n: Floats, times: Floats, _: Floats, confidence: float) -> Estimates:
    lower, upper = wilson_limits(x, n, confidence)
    withheld = _reasons(x, n, times, [(x > n, codes.EXCEEDS)])
    return withholding(x / n * times, lower * times, upper * times, codes.WILSON, withheld, confidence)


def _mean(x: Floats, n: Floats, times: Floats, deviation: Floats, confidence: float) -> Estimates:
    more: _Reasons = [
        (n < 1, codes.NO_OBSERVATIONS),
        (n < 2, codes.ONE_OBSERVATION),
        (np.isnan(deviation), codes.NO_DEVIATION),
        (deviation < 0, codes.NEGATIVE_DEVIATION),
        (deviation > parameter("largest_number"), codes.TOO_LARGE),
    ]
    withheld = _reasons(x, n, times, more, may_be_negative=True)
    free = np.where(n >= 2, n - 1, 1.0)
    half = special.stdtrit(free, 0.5 + confidence / 2) * deviation / np.sqrt(n)
    value = x / n
    return withholding(
        value * times, (value - half) * times, (value + half) * times, codes.STUDENT, withheld, confidence
    )


def _ratio(x: Floats, n: Floats, times: Floats, _: Floats, confidence: float) -> Estimates:
    withheld = _reasons(x, n, times, [])
    fine = withheld == codes.ANSWERED
    lower, upper = odds_limits(np.where(fine, x, 1.0), np.where(fine, n, 1.0), confidence)
    return withholding(x / n * times, lower * times, upper * times, codes.CONDITIONAL, withheld, confidence)


def _reasons(x: Floats, n: Floats, times: Floats, more: _Reasons, *, may_be_negative: bool = False) -> Codes:
    """Why an entry has no answer: what is missing before what is wrong."""
    most = parameter("largest_number")
    if not more and _is_plain(x, n, times, most):
        return np.zeros(x.shape, dtype=np.int8)
    reasons: _Reasons = [
        (np.isnan(x), codes.NO_NUMERATOR),
        (np.isnan(n), codes.NO_DENOMINATOR),
        (n == 0, codes.ZERO_DENOMINATOR),
        (n < 0, codes.NEGATIVE_DENOMINATOR),
        (~(times > 0), codes.BAD_MULTIPLIER),
        (
            (np.abs(x) > most) | (n > most) | (times > most) | ((n > 0) & (np.abs(x) / n > most)),
            codes.TOO_LARGE,
        ),
        (np.bool_(not may_be_negative) & (x < 0), codes.NEGATIVE_NUMERATOR),
        *more,
    ]
    return first_reason(x.shape, reasons)


def _is_plain(x: Floats, n: Floats, times: Floats, most: float) -> bool:
    """Whether nothing stands in the way of any entry: the quick way out, which NaN never passes."""
    if not x.size:
        return True
    least = n.min()
    return bool(
        least > 0
        and n.max() <= most
        and x.min() >= 0
        and x.max() <= most * min(1.0, least)
        and times.min() > 0
        and times.max() <= most
    )


_Kind = Callable[[Floats, Floats, Floats, Floats, float], Estimates]
_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {"count": _counted, "rate": _counted, "proportion": _proportion, "mean": _mean, "ratio": _ratio}
)
KINDS = tuple(_KINDS)
