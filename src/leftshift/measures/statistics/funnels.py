"""Funnels: the limits between which areas of a size vary by chance, and overdispersion, which widens them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from leftshift.measures.statistics.estimates import Floats, as_floats, checked_confidence
from leftshift.measures.statistics.intervals import exact_poisson_limits, normal_quantile
from leftshift.measures.statistics.parameters import parameter

Kind = Literal["proportion", "ratio"]
LEVELS = (0.95, 0.998)


@dataclass(frozen=True, slots=True)
class Limits:
    """Lower and upper limit at each size, for one level; NaN where a size is missing or not more than 0."""

    confidence: float
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """How much more areas vary than chance makes them.

    ``phi`` is the mean square of winsorised distances (1 where chance alone is at work), ``tau`` the standard deviation between areas on
    the transformed scale (0 where phi shows no more than chance), ``areas`` how many it was taken from.
    """

    kind: Kind
    phi: float
    tau: float
    areas: int


def proportion_funnel(baseline: float, sizes: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Limits around a baseline share for areas of given denominators: normal, held within 0 and 1."""
    _check_share(baseline)
    n = _sizes(sizes)
    half = normal_quantile(checked_confidence(confidence)) * np.sqrt(baseline * (1 - baseline) / n)
    return Limits(confidence, np.maximum(0.0, baseline - half), np.minimum(1.0, baseline + half))


def event_funnel(baseline: float, events: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Limits around a baseline ratio or rate for areas by their observed events: an area at a limit has the baseline at an end of
    its own exact interval. No events: no upper limit can be crossed, so both are NaN.
    """
    _check_positive(baseline)
    x = _sizes(events)
    lower, upper = exact_poisson_limits(x, checked_confidence(confidence))
    return Limits(confidence, baseline * x / upper, baseline * x / lower)


def expected_funnel(baseline: float, expected: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Limits around a baseline ratio for areas by their expected events: normal on the root, 1 / (2 root of E) wide."""
    return overdispersed_funnel(
        Overdispersion("ratio", 1.0, 0.0, 0), baseline, expected, confidence=confidence
    )


def overdispersion(numerators: ArrayLike, sizes: ArrayLike, baseline: float, kind: Kind) -> Overdispersion:
    """How much areas vary beyond chance around a baseline (Spiegelhalter's additive model).

    Of a proportion on the arcsine of the root, of a ratio (observed over expected) on the root. Distances from the baseline in standard
    errors are winsorised: the tenth at each end counts as the next one in. Areas with a gap or without size are left out.
    """
    x, n = (given.ravel() for given in as_floats(numerators, sizes))
    usable = (n > 0) & (x >= 0) & np.isfinite(x) & np.isfinite(n)
    if kind == "proportion":
        _check_share(baseline)
        usable &= x <= n
    else:
        _check_positive(baseline)
    x, n = x[usable], n[usable]
    areas = int(x.size)
    if areas < 2:
        return Overdispersion(kind, 1.0, 0.0, areas)
    error = _errors(n)
    distance = (_onto(x / n, kind) - _onto(np.array(baseline), kind)) / error
    share = parameter("winsorised_share")
    low, high = np.quantile(distance, [share, 1 - share])
    phi = float((distance.clip(low, high) ** 2).mean())
    weight = 1 / error**2
    between = (areas * phi - (areas - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    return Overdispersion(kind, phi, float(np.sqrt(max(0.0, between))), areas)


def overdispersed_funnel(
    found: Overdispersion, baseline: float, sizes: ArrayLike, *, confidence: float = 0.95
) -> Limits:
    """Limits on the transformed scale, widened by what areas vary beyond chance, and taken back."""
    if found.kind == "proportion":
        _check_share(baseline)
    else:
        _check_positive(baseline)
    n = _sizes(sizes)
    half = normal_quantile(checked_confidence(confidence)) * np.sqrt(_errors(n) ** 2 + found.tau**2)
    middle = _onto(np.array(baseline), found.kind)
    most = np.pi / 2 if found.kind == "proportion" else np.inf
    lower, upper = np.maximum(0.0, middle - half), np.minimum(most, middle + half)
    if found.kind == "proportion":
        return Limits(confidence, np.sin(lower) ** 2, np.sin(upper) ** 2)
    return Limits(confidence, lower**2, upper**2)


def _onto(values: Floats, kind: Kind) -> Floats:
    root = np.sqrt(values)
    return np.arcsin(root) if kind == "proportion" else root


def _errors(n: Floats) -> Floats:
    """The standard error on either scale."""
    return 1 / (2 * np.sqrt(n))


def _sizes(sizes: ArrayLike) -> Floats:
    given = np.asarray(sizes, np.float64)
    return np.where((given > 0) & np.isfinite(given), given, np.nan)


def _check_share(baseline: float) -> None:
    if not 0 <= baseline <= 1:
        raise ValueError(f"The baseline of proportions is a share from 0 to 1; found {baseline:g}")


def _check_positive(baseline: float) -> None:
    if not (baseline > 0 and np.isfinite(baseline)):
        raise ValueError(f"The baseline of ratios and rates is more than 0; found {baseline:g}")
