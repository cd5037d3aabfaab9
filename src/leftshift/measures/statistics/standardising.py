"""Rates standardised for age: directly, with Dobson's interval, and indirectly, with Byar's."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from leftshift.measures.statistics import estimates as codes
from leftshift.measures.statistics.estimates import (
    Estimates,
    Floats,
    Mask,
    as_floats,
    checked_confidence,
    first_reason,
    withholding,
)
from leftshift.measures.statistics.intervals import poisson_limits
from leftshift.measures.statistics.parameters import parameter, standard_weights


def standardise_directly(
    counts: ArrayLike,
    people: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    multiplier: float = 100_000.0,
    confidence: float = 0.95,
) -> Estimates:
    """The rates that areas would have with the ages of a standard population, with Dobson's interval.

    ``counts`` and ``people`` have a band along the last axis, any other axes are series; ``weights`` are the standard's people by
    band (default: the European Standard Population of 2013, 19 bands). A missing count is none; a band without people is withheld,
    and so are fewer than 10 events. Raises ValueError where weights and bands do not match.
    """
    x, n, w = _banded(counts, people, standard_weights() if weights is None else weights)
    x = np.nan_to_num(x, nan=0.0)
    with np.errstate(all="ignore"):
        variance = _share_sum(w * w * x / (n * n), w, power=2)
    return _dobson(x, n, w, variance, multiplier, confidence)


def standardise_repeats(
    persons: ArrayLike,
    events_each: ArrayLike,
    people: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    multiplier: float = 100_000.0,
    confidence: float = 0.95,
) -> Estimates:
    """Directly standardised rates of events that one person can have several of.

    ``persons`` has two last axes: how often (as ``events_each`` says) and the band; an entry is how many persons had that many events.
    Persons, and not events, are taken as independent: the variance of those with f events counts f squared times.
    """
    often = np.asarray(events_each, np.float64)
    given = np.nan_to_num(np.asarray(persons, np.float64), nan=0.0)
    if given.ndim < 2 or given.shape[-2] != often.size:
        raise ValueError(
            "persons need an axis of how often, as long as events_each, before the axis of bands"
        )
    counts = np.einsum("...fb,f->...b", given, often)
    squares = np.einsum("...fb,f->...b", given, often * often)
    x, n, w = _banded(counts, people, standard_weights() if weights is None else weights)
    squares = np.broadcast_to(squares, x.shape)
    with np.errstate(all="ignore"):
        variance = _share_sum(w * w * squares / (n * n), w, power=2)
    wrong = np.asarray((given < 0).any(axis=(-1, -2)))
    return _dobson(x, n, w, variance, multiplier, confidence, negative=wrong)


def standardise_indirectly(
    observed: ArrayLike,
    people: ArrayLike,
    reference_counts: ArrayLike,
    reference_people: ArrayLike,
    *,
    multiplier: float = 1.0,
    as_rate: bool = False,
    confidence: float = 0.95,
) -> Estimates:
    """Observed events over those expected at the rates of a reference, band by band: a ratio, or as a rate times the reference's own.

    ``observed`` is a total for each series; ``people`` has the bands along its last axis, and so have both of the reference. The
    interval is that of the observed count (exact below 10, Byar's from 10) over what is expected, which counts as known. With
    ``as_rate`` the ratio is multiplied by the crude rate of the reference. 100 as ``multiplier`` gives the ratio of percent.
    """
    checked_confidence(confidence)
    n, xr, nr = as_floats(people, reference_counts, reference_people)
    with np.errstate(all="ignore"):
        expected = (n * xr / nr).sum(axis=-1)
        own = xr.sum(axis=-1) / nr.sum(axis=-1) if as_rate else np.ones(expected.shape)
        o, e, rate = as_floats(observed, expected, own)
        bad = ~(nr > 0).all(axis=-1) | ~(n >= 0).all(axis=-1) | ~(xr >= 0).all(axis=-1)
        lower, upper, method = poisson_limits(o, confidence)
        factor = rate * multiplier / e
        withheld = first_reason(
            o.shape,
            [
                (np.isnan(o), codes.NO_NUMERATOR),
                (np.broadcast_to(bad, o.shape), codes.BAD_POPULATION),
                (np.broadcast_to(_is_large(n) | _is_large(xr) | _is_large(nr), o.shape), codes.TOO_LARGE),
                (o > parameter("largest_number"), codes.TOO_LARGE),
                (e == 0, codes.NOTHING_EXPECTED),
                (o < 0, codes.NEGATIVE_NUMERATOR),
                (np.bool_(not multiplier > 0), codes.BAD_MULTIPLIER),
                (~np.isfinite(upper * factor), codes.TOO_LARGE),
            ],
        )
        return withholding(o * factor, lower * factor, upper * factor, method, withheld, confidence)


def _banded(counts: ArrayLike, people: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats, Floats]:
    w = np.asarray(weights, np.float64)
    x, n = as_floats(counts, people)
    if x.ndim < 1 or w.shape != x.shape[-1:]:
        bands = x.shape[-1] if x.ndim else 0
        raise ValueError(f"{w.size} weights do not match {bands} bands: give a weight for each band")
    if not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise ValueError("Weights are 0 or more, and not all 0")
    return x, n, w


def _is_large(bands: Floats) -> Mask:
    found: Mask = np.asarray((bands > parameter("largest_number")).any(axis=-1))
    return found


def _share_sum(terms: Floats, weights: Floats, *, power: int) -> Floats:
    found: Floats = terms.sum(axis=-1) / weights.sum() ** power
    return found


def _dobson(
    x: Floats,
    n: Floats,
    w: Floats,
    variance: Floats,
    multiplier: float,
    confidence: float,
    *,
    negative: Mask | bool = False,
) -> Estimates:
    """The weighted rate, and the interval of the total count stretched to its variance (Dobson and others 1991)."""
    checked_confidence(confidence)
    with np.errstate(all="ignore"):
        value = _share_sum(w * x / n, w, power=1)
        events = x.sum(axis=-1)
        below, above, _ = poisson_limits(events, confidence)
        stretch = np.sqrt(variance / events)
        lower = np.maximum(0.0, value + stretch * (below - events))
        upper = value + stretch * (above - events)
        withheld = first_reason(
            value.shape,
            [
                (~(n > 0).all(axis=-1), codes.BAD_POPULATION),
                ((x < 0).any(axis=-1) | negative, codes.NEGATIVE_NUMERATOR),
                (_is_large(x) | _is_large(n), codes.TOO_LARGE),
                (np.bool_(not multiplier > 0), codes.BAD_MULTIPLIER),
                (events < parameter("least_events_to_standardise"), codes.FEW_EVENTS),
                (~np.isfinite(upper * multiplier), codes.TOO_LARGE),
            ],
        )
        return withholding(
            value * multiplier, lower * multiplier, upper * multiplier, codes.DOBSON, withheld, confidence
        )
