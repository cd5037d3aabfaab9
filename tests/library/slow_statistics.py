"""The statistics once more, slowly: one number at a time, by their definitions and by halving, not by closed formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from statistics import NormalDist

Limits = tuple[float, float]


def z_of(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def halved(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that rises crosses nought."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def poisson_at_most(count: int, mean: float) -> float:
    return math.fsum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(count + 1))


def exact_poisson(count: int, confidence: float) -> Limits:
    """The means at which so many, or so few, would be as rare as the tails."""
    tail = (1 - confidence) / 2
    most = 10 * count + 50.0
    upper = halved(lambda mean: tail - poisson_at_most(count, mean), 1e-12, most)
    if count == 0:
        return 0.0, upper
    return halved(lambda mean: (1 - poisson_at_most(count - 1, mean)) - tail, 1e-12, most), upper


def byar(count: float, confidence: float) -> Limits:
    z = z_of(confidence)
    up = count + 1
    return (
        count * math.pow(1 - 1 / (9 * count) - z / (3 * math.sqrt(count)), 3),
        up * math.pow(1 - 1 / (9 * up) + z / (3 * math.sqrt(up)), 3),
    )


def poisson(count: int, confidence: float) -> Limits:
    return exact_poisson(count, confidence) if count < 10 else byar(count, confidence)


def wilson(count: float, whole: float, confidence: float) -> Limits:
    """The shares that lie just z of their own standard errors from what was seen."""
    z, share = z_of(confidence), count / whole

    def away(p: float) -> float:
        return (p - share) - z * math.sqrt(p * (1 - p) / whole)

    upper = 1.0 if count == whole else halved(away, share, 1.0)
    below = (
        0.0 if count == 0 else halved(lambda p: (p - share) + z * math.sqrt(p * (1 - p) / whole), 0.0, share)
    )
    return below, upper


def binomial_at_most(count: int, whole: int, p: float) -> float:
    return math.fsum(math.comb(whole, k) * p**k * (1 - p) ** (whole - k) for k in range(count + 1))


def odds(one: int, other: int, confidence: float) -> Limits:
    """The exact limits of a share of both counts, as odds."""
    tail, whole = (1 - confidence) / 2, one + other
    upper = halved(lambda p: tail - binomial_at_most(one, whole, p), 0.0, 1.0)
    lower = 0.0 if one == 0 else halved(lambda p: 1 - binomial_at_most(one - 1, whole, p) - tail, 0.0, 1.0)
    return lower / (1 - lower), upper / (1 - upper)


def dsr(
    counts: Sequence[int], people: Sequence[float], weights: Sequence[float], confidence: float
) -> tuple[float, float, float]:
    whole, events = sum(weights), sum(counts)
    value = sum(w * x / n for x, n, w in zip(counts, people, weights, strict=True)) / whole
    variance = sum((w / whole) ** 2 * x / n**2 for x, n, w in zip(counts, people, weights, strict=True))
    low, high = poisson(events, confidence)
    stretch = math.sqrt(variance / events)
    return value, max(0.0, value + stretch * (low - events)), value + stretch * (high - events)


def life_table(
    deaths: Sequence[float], people: Sequence[float], ages: Sequence[int]
) -> list[tuple[float, float]]:
    """Years to expect and their standard error at each starting age, band by band."""
    last = len(ages) - 1
    chances, variances, reach = [], [], [1.0]
    for band in range(last):
        width, lived = ages[band + 1] - ages[band], 0.1 if ages[band] == 0 and ages[band + 1] == 1 else 0.5
        rate = deaths[band] / people[band]
        q = min(1.0, width * rate / (1 + width * (1 - lived) * rate))
        chances.append(q)
        variances.append(q**2 * (1 - q) / deaths[band] if deaths[band] else 0.0)
        reach.append(reach[-1] * (1 - q))
    found: list[tuple[float, float]] = []
    rate = deaths[last] / people[last]
    expected, squares = 1 / rate, (reach[last] / 2) ** 2 * 4 / (deaths[last] * rate**2)
    found.append((expected, math.sqrt(squares) / reach[last]))
    for band in reversed(range(last)):
        width, lived = ages[band + 1] - ages[band], 0.1 if ages[band] == 0 and ages[band + 1] == 1 else 0.5
        squares += reach[band] ** 2 * (expected + (1 - lived) * width) ** 2 * variances[band]
        q = chances[band]
        expected = (1 - q) * (width + expected) + q * lived * width
        found.append((expected, math.sqrt(squares) / reach[band]))
    return found[::-1]


def quantile_group(value: float, values: Sequence[float], groups: int) -> int:
    count = len(values)
    rank = 1 + sum(other < value for other in values)
    return max(1, math.floor(groups + 1 - math.ceil((count + 1 - rank) / Fraction(count, groups))))


def line(values: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """Height at 0 and slope of the weighted line through mid-ranks, by its normal equations."""
    whole, at, reached = sum(weights), [], 0.0
    for weight in weights:
        at.append((reached + weight / 2) / whole)
        reached += weight
    sw = sum(weights)
    sx = sum(w * x for w, x in zip(weights, at, strict=True))
    sy = sum(w * y for w, y in zip(weights, values, strict=True))
    sxx = sum(w * x * x for w, x in zip(weights, at, strict=True))
    sxy = sum(w * x * y for w, x, y in zip(weights, at, values, strict=True))
    slope = (sw * sxy - sx * sy) / (sw * sxx - sx * sx)
    return (sy - slope * sx) / sw, slope


def recent_trend(values: Sequence[float], errors: Sequence[float]) -> str:
    """The marker of the latest five, by six lines."""
    points = list(zip(range(5), values[-5:], errors[-5:], strict=True))

    def fitted(kept: list[tuple[int, float, float]]) -> tuple[float, float]:
        w = [1 / error**2 for _, _, error in kept]
        a, b = sum(w), sum(v * x for v, (x, _, _) in zip(w, kept, strict=True))
        c = sum(v * x * x for v, (x, _, _) in zip(w, kept, strict=True))
        d = sum(v * y for v, (_, y, _) in zip(w, kept, strict=True))
        e = sum(v * x * y for v, (x, y, _) in zip(w, kept, strict=True))
        slope = (a * e - b * d) / (a * c - b * b)
        return slope, slope**2 * (a * c - b * b) / a

    slope, chi = fitted(points)
    others = [fitted([point for point in points if point[0] != left_out])[0] for left_out in range(5)]
    if chi <= 9.54953570608324 or any(other * slope <= 0 for other in others):
        return "no significant change"
    return "increasing" if slope > 0 else "decreasing"
