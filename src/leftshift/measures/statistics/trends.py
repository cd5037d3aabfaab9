"""Whether a measure has lately gone up or down: Fingertips' recent trend, and tests for trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from leftshift.measures.statistics.estimates import Floats, Mask, as_floats
from leftshift.measures.statistics.intervals import normal_quantile
from leftshift.measures.statistics.parameters import parameter

CANNOT_BE_CALCULATED, DECREASING, NO_CHANGE, INCREASING = range(4)
TRENDS = ("cannot be calculated", "decreasing", "no significant change", "increasing")
_WORDS = np.array(TRENDS)


@dataclass(frozen=True, slots=True)
class Trends:
    """A marker for each series (code into TRENDS), the slope a period, and chi-squared with one degree of freedom; NaN where the
    marker says that nothing can be calculated.
    """

    marker: NDArray[np.int8]
    slope: Floats
    chi_squared: Floats

    @property
    def words(self) -> NDArray[np.str_]:
        """The marker in words."""
        return _WORDS[self.marker]


def recent_trend(values: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Trends:
    """The trend of the latest five periods along the last axis, from values with their 95% limits.

    A line is laid through the five, weighted by the inverse squares of their standard errors (the width of the interval over 3.92). There
    is a trend where slope over its standard error, squared, is above the 99.8% point of chi-squared, and no single period, left out, turns
    the slope. Periods without value or limits, or with limits that do not leave it room, are passed over. For rates,
    proportions and directly standardised rates.
    """
    y, low, up = as_floats(values, lower, upper)
    points = int(parameter("trend_points"))
    with np.errstate(all="ignore"):
        error = (up - low) / (2 * round(normal_quantile(0.95), 2))
        usable = np.isfinite(y) & np.isfinite(error) & (error > 0)
        y, weight, enough = _latest(y, 1 / error**2, usable, points)
        slope, chi = _weighted_slope(y, weight)
        steady = enough.copy()
        for left_out in range(points):
            kept = np.delete(np.arange(points), left_out)
            without, _ = _weighted_slope(y[..., kept], weight[..., kept], kept)
            steady &= np.sign(without) == np.sign(slope)
    sure = steady & (chi > normal_quantile(parameter("trend_confidence")) ** 2)
    return _marked(enough, sure, slope, chi)


def proportion_trend(counts: ArrayLike, wholes: ArrayLike, *, confidence: float = 0.95) -> Trends:
    """Chi-squared for trend in proportions (Cochran 1954, Armitage 1955), over all periods along the last axis, evenly spaced.

    Periods with a gap or an empty whole are passed over and keep their place. It cannot be calculated with fewer than three periods, or
    where all or none have what is counted. ``slope`` is the change of the share a period.
    """
    x, n = as_floats(counts, wholes)
    usable = np.isfinite(x) & np.isfinite(n) & (n > 0) & (x >= 0) & (x <= n)
    x, n = np.where(usable, x, 0.0), np.where(usable, n, 0.0)
    place = np.arange(x.shape[-1], dtype=np.float64)
    with np.errstate(all="ignore"):
        whole = n.sum(axis=-1, keepdims=True)
        share = x.sum(axis=-1, keepdims=True) / whole
        away = place - (n * place).sum(axis=-1, keepdims=True) / whole
        covered = (x * away).sum(axis=-1)
        spread = (n * away * away).sum(axis=-1)
        chi = covered**2 / (share[..., 0] * (1 - share[..., 0]) * spread)
        slope = covered / spread
    enough = (usable.sum(axis=-1) >= 3) & np.isfinite(chi)
    return _marked(enough, chi > normal_quantile(confidence) ** 2, slope, chi)


def rank_trend(values: ArrayLike, *, confidence: float = 0.95) -> Trends:
    """Mann and Kendall's test, for series without limits, along the last axis: do later values tend to be higher than earlier ones?

    Normal with corrections for ties and continuity, from ten values on (Kendall 1975; Gilbert 1987); fewer, or all equal: it cannot
    be calculated. ``slope`` is the median of the slopes between all pairs (Theil and Sen). Gaps keep their place.
    """
    y = np.asarray(values, np.float64)
    earlier, later = np.triu_indices(y.shape[-1], 1)
    with np.errstate(all="ignore"):
        steps = y[..., later] - y[..., earlier]
        score = np.nansum(np.sign(steps), axis=-1)
        count = np.isfinite(y).sum(axis=-1)
        same = (y[..., :, None] == y[..., None, :]).sum(axis=-1)
        # A value tied t-fold is counted by each of its t: the sum over groups of t(t-1)(2t+5) is one over values of (t-1)(2t+5).
        ties = np.where(same > 0, (same - 1) * (2 * same + 5), 0).sum(axis=-1)
        variance = (count * (count - 1) * (2 * count + 5) - ties) / 18
        z = np.sign(score) * np.maximum(0, np.abs(score) - 1) / np.sqrt(variance)
    enough = (count >= 10) & (variance > 0)
    slope = np.full(y.shape[:-1], np.nan)
    pairs = steps / (later - earlier)
    slope[enough] = np.nanmedian(pairs[enough], axis=-1)
    return _marked(enough, np.abs(z) > normal_quantile(confidence), np.where(z == 0, 0.0, score), z**2, slope)


def chance_of(chi_squared: ArrayLike) -> Floats:
    """How often chance alone gives chi-squared with one degree of freedom as large as this."""
    return np.asarray(special.chdtrc(1, np.asarray(chi_squared, np.float64)))


def _latest(y: Floats, weight: Floats, usable: Mask, points: int) -> tuple[Floats, Floats, Mask]:
    """The latest usable points of each series in their order, and which series have enough."""
    enough: Mask = usable.sum(axis=-1) >= points
    if y.shape[-1] < points:
        hollow = np.full((*y.shape[:-1], points), np.nan)
        return hollow, hollow, enough
    order = np.argsort(usable, axis=-1, kind="stable")[..., -points:]
    return np.take_along_axis(y, order, -1), np.take_along_axis(weight, order, -1), enough


def _weighted_slope(y: Floats, weight: Floats, place: ArrayLike | None = None) -> tuple[Floats, Floats]:
    """The slope of the weighted line and its square over its variance."""
    at = np.arange(y.shape[-1], dtype=np.float64) if place is None else np.asarray(place, np.float64)
    total = weight.sum(axis=-1, keepdims=True)
    away = at - (weight * at).sum(axis=-1, keepdims=True) / total
    spread = (weight * away * away).sum(axis=-1)
    slope = (weight * away * y).sum(axis=-1) / spread
    return slope, slope * slope * spread


def _marked(enough: Mask, sure: Mask, direction: Floats, chi: Floats, slope: Floats | None = None) -> Trends:
    shown = direction if slope is None else slope
    enough = enough & np.isfinite(shown) & np.isfinite(chi)
    moving = np.where(direction > 0, INCREASING, np.where(direction < 0, DECREASING, NO_CHANGE))
    marker = np.where(enough, np.where(sure, moving, NO_CHANGE), CANNOT_BE_CALCULATED).astype(np.int8)
    return Trends(marker, np.where(enough, shown, np.nan), np.where(enough, chi, np.nan))
