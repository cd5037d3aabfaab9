"""How much a measure differs between the most and the least deprived: slope and relative index of inequality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
from leftshift.measures.statistics.intervals import normal_quantile
from leftshift.measures.statistics.parameters import parameter

Scale = Literal["linear", "log", "logit"]
_DRAWN_AT_ONCE = 2_000_000  # values of a block of draws: 16 MB


@dataclass(frozen=True, slots=True)
class Inequality:
    """The slope index (a difference, in the unit of the values) and the relative index (a ratio)."""

    slope: Estimates
    relative: Estimates


def inequality(
    values: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    people: ArrayLike,
    *,
    scale: Scale = "linear",
    confidence: float = 0.95,
    limits_at: float = 0.95,
    draws: int | None = None,
    seed: int = 1,
) -> Inequality:
    """Slope and relative index of inequality over quantiles along the last axis, from the most deprived to the least.

    A line is laid through the values at the middle of each quantile's stretch of people, weighted by people. The slope index is what
    it adds from 0 to 1, the relative index its height at 1 over that at 0; on a log scale (for rates) or a logit scale (for
    proportions, as shares) both are taken of the line transformed back. Limits are quantiles of draws: each value normal on the scale,
    with the standard error that its limits, at level ``limits_at``, give. The same seed gives the same limits, and every series
    has the same luck.
    """
    checked_confidence(confidence)
    y, low, up, n = as_floats(values, lower, upper, people)
    if y.ndim < 1:
        raise ValueError("Quantiles stand along the last axis")
    if scale not in ("linear", "log", "logit"):
        raise ValueError(f"No scale {scale!r}; the scales are linear, log and logit")
    shape = y.shape[:-1]
    y, low, up, n = (given.reshape(-1, given.shape[-1]) for given in (y, low, up, n))
    with np.errstate(all="ignore"):
        withheld = _reasons(y, low, up, n, scale)
        fine = withheld == codes.ANSWERED
        to_slope, to_start = _line(np.where(fine[:, None], n, 1.0))
        centre = _onto(y, scale)
        error = (_onto(up, scale) - _onto(low, scale)) / (2 * normal_quantile(limits_at))
        slope, relative = _indices((to_start * centre).sum(-1), (to_slope * centre).sum(-1), scale)
        made = int(parameter("inequality_draws")) if draws is None else draws
        limits = _limits(centre, error, to_start, to_slope, scale, confidence, made, seed, fine)
    return Inequality(
        _estimates(slope, limits[0], withheld, confidence, shape),
        _estimates(relative, limits[1], _relative_reasons(withheld, relative, limits[1]), confidence, shape),
    )


def _line(people: Floats) -> tuple[Floats, Floats]:
    """What the weighted line's slope, and its height at 0, take of each value."""
    share = people / people.sum(axis=-1, keepdims=True)
    middle = np.cumsum(share, axis=-1) - share / 2
    away = middle - (share * middle).sum(axis=-1, keepdims=True)
    to_slope = share * away / (share * away * away).sum(axis=-1, keepdims=True)
    to_start = share - to_slope * (share * middle).sum(axis=-1, keepdims=True)
    return to_slope, to_start


def _onto(values: Floats, scale: Scale) -> Floats:
    if scale == "linear":
        return values
    return np.log(values) if scale == "log" else np.asarray(special.logit(values))


def _indices(start: Floats, slope: Floats, scale: Scale) -> tuple[Floats, Floats]:
    """Slope and relative index of lines given by their height at 0 and what they add to 1."""
    end = start + slope
    if scale == "log":
        start, end = np.exp(start), np.exp(end)
    elif scale == "logit":
        start, end = special.expit(start), special.expit(end)
    return end - start, end / start


def _limits(
    centre: Floats,
    error: Floats,
    to_start: Floats,
    to_slope: Floats,
    scale: Scale,
    confidence: float,
    draws: int,
    seed: int,
    fine: Mask,
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Lower and upper limits of slope index and relative index, series by series, from the same draws."""
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    found = np.full((2, 2, centre.shape[0]), np.nan)
    quantiles = centre.shape[1]
    luck = np.random.default_rng(seed).standard_normal((draws, quantiles))
    at_once = max(1, _DRAWN_AT_ONCE // max(1, draws))
    rows = np.flatnonzero(fine)
    for block in np.split(rows, range(at_once, len(rows), at_once)):
        starts = (to_start[block] * centre[block]).sum(-1) + luck @ (to_start[block] * error[block]).T
        slopes = (to_slope[block] * centre[block]).sum(-1) + luck @ (to_slope[block] * error[block]).T
        for at, drawn in enumerate(_indices(starts, slopes, scale)):
            found[at][:, block] = np.quantile(drawn, tails, axis=0)
    return (found[0][0], found[0][1]), (found[1][0], found[1][1])


def _estimates(
    value: Floats, limits: tuple[Floats, Floats], withheld: Codes, confidence: float, shape: tuple[int, ...]
) -> Estimates:
    lower, upper = limits
    value, lower, upper = (given.reshape(shape) for given in (value, lower, upper))
    return withholding(value, lower, upper, codes.SIMULATED, withheld.reshape(shape), confidence)


def _relative_reasons(withheld: Codes, relative: Floats, limits: tuple[Floats, Floats]) -> Codes:
    """A ratio to a line that starts at nought or below says nothing."""
    lower, upper = limits
    senseless = ~(
        np.isfinite(relative) & (relative > 0) & np.isfinite(lower) & np.isfinite(upper) & (lower > 0)
    )
    return np.where((withheld == codes.ANSWERED) & senseless, np.int8(codes.NO_BASE), withheld)


def _reasons(y: Floats, low: Floats, up: Floats, n: Floats, scale: Scale) -> Codes:
    count = y.shape[1]
    few = not parameter("least_quantiles") <= count <= parameter("most_quantiles")
    known = np.isfinite(y) & np.isfinite(low) & np.isfinite(up) & (n > 0) & np.isfinite(n)
    fits = (low <= y) & (y <= up)
    if scale != "linear":
        fits &= low > 0
    if scale == "logit":
        fits &= up < 1
    return first_reason(
        y.shape[:1],
        [
            (np.bool_(few), codes.FEW_QUANTILES),
            (~known.all(axis=-1), codes.MISSING_QUANTILE),
            (~fits.all(axis=-1), codes.NOT_ON_SCALE),
        ],
    )
