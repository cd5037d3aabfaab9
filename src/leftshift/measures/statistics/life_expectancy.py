"""Life expectancy from an abridged life table: Chiang's second method, with Silcocks' term for the open band."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

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
from leftshift.measures.statistics.intervals import normal_quantile
from leftshift.measures.statistics.parameters import parameter

STARTING_AGES = (0, 1, *range(5, 95, 5))


def life_expectancy(
    deaths: ArrayLike,
    people: ArrayLike,
    *,
    ages: tuple[int, ...] = STARTING_AGES,
    confidence: float = 0.95,
) -> Estimates:
    """Years that people of each starting age can expect to live at the death rates given, with limits.

    ``deaths`` and ``people`` have a band along the last axis, any other axes are series; ``ages`` are the first ages of the bands, the
    last of which is open (default: 0, 1, 5, 10 … 90). The result has the same shape: an expectancy at the start of every band.
    Withheld as the reasons say: for a whole series whose figures are missing, contradict each other or are few, and where the 95% interval
    is wider than 20 years. Raises ValueError where bands and ages do not match.
    """
    checked_confidence(confidence)
    d, n = as_floats(deaths, people)
    if d.ndim < 1 or d.shape[-1] != len(ages) or len(ages) < 2:
        raise ValueError(f"The last axis needs {len(ages)} bands, two at least: one for each starting age")
    if any(later <= earlier for earlier, later in pairwise(ages)) or ages[0] < 0:
        raise ValueError("Starting ages rise from 0 or more")
    width = np.diff(np.array(ages, dtype=np.float64))
    with np.errstate(all="ignore"):
        alive, expected, error = _table(d, n, width, _years_lived(ages))
        half = normal_quantile(confidence) * error
        withheld = _reasons(d, n, alive, error)
        return withholding(expected, expected - half, expected + half, codes.CHIANG, withheld, confidence)


def _years_lived(ages: tuple[int, ...]) -> Floats:
    """The share of a band lived by those who die in it."""
    first, other = parameter("first_year_lived"), parameter("other_years_lived")
    return np.array([first if age == 0 and end == 1 else other for age, end in pairwise(ages)])


def _table(d: Floats, n: Floats, width: Floats, lived: Floats) -> tuple[Floats, Floats, Floats]:
    """Of one who is born: the chance to reach each band, years to expect there, and their standard error."""
    rate = d / n
    closed, last = rate[..., :-1], rate[..., -1:]
    dying = np.minimum(1.0, width * closed / (1 + (1 - lived) * width * closed))
    alive = np.concatenate([np.ones_like(last), np.cumprod(1 - dying, axis=-1)], axis=-1)
    here, after = alive[..., :-1], alive[..., 1:]
    years = np.concatenate([width * (after + lived * (here - after)), alive[..., -1:] / last], axis=-1)
    expected = _sum_from(years) / alive

    # Of an open band M = d/n: the variance of 1/M is 1/(d M²), which is Silcocks' 4/(d M²) on half of those alive.
    spread = np.where(d[..., :-1] == 0, 0.0, dying * dying * (1 - dying) / d[..., :-1])
    closed_terms = here**2 * ((1 - lived) * width + expected[..., 1:]) ** 2 * spread
    closed_terms = np.where(spread == 0, 0.0, closed_terms)
    open_term = (alive[..., -1:] / 2) ** 2 * 4 / (d[..., -1:] * last * last)
    variance = _sum_from(np.concatenate([closed_terms, open_term], axis=-1)) / alive**2
    return alive, expected, np.sqrt(variance)


def _sum_from(terms: Floats) -> Floats:
    """The sum from each band to the last."""
    found: Floats = np.cumsum(terms[..., ::-1], axis=-1)[..., ::-1]
    return found


def _reasons(d: Floats, n: Floats, alive: Floats, error: Floats) -> Codes:
    def whole(wrong: Mask) -> Mask:
        return np.broadcast_to(wrong.any(axis=-1, keepdims=True), d.shape)

    few = n.sum(axis=-1, keepdims=True) <= parameter("least_people_for_life_expectancy")
    limit = parameter("widest_life_expectancy")
    return first_reason(
        d.shape,
        [
            (whole(np.isnan(d)), codes.BAND_MISSING),
            (whole(~(n > 0)), codes.BAD_POPULATION),
            (whole(d < 0), codes.NEGATIVE_DEATHS),
            (whole(d > n), codes.MORE_DEATHS),
            (whole(n > parameter("largest_number")), codes.TOO_LARGE),
            (np.broadcast_to(few, d.shape), codes.FEW_PEOPLE),
            (np.broadcast_to(d[..., -1:] == 0, d.shape), codes.NO_LAST_DEATHS),
            (alive == 0, codes.NOBODY_LEFT),
            (2 * normal_quantile(0.95) * error > limit, codes.WIDE_INTERVAL),
        ],
    )
