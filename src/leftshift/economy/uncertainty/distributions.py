"""The shapes of uncertainty as quantile functions: from a uniform number to the value below which it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.place.rows import Level, Shape, Uncertainty
from leftshift.place.schema import catalogue
from leftshift.place.uncertain import observed_of, weighted_of


def quantile(row: Uncertainty, uniform: Floats) -> Floats:
    """The value of a quantity at uniform numbers of any shape; of a constant, the constant to the bit."""
    return _SHAPES[row.distribution](row, uniform)


def standard_normal(uniform: Floats) -> Floats:
    """The quantile function of the standard normal distribution."""
    found: Floats = _special().ndtri(uniform)
    return found


def normal_share(value: Floats) -> Floats:
    """The share of a standard normal distribution that lies below a value."""
    found: Floats = _special().ndtr(value)
    return found


@cache
def _special() -> Any:
    import scipy.special  # a third of a second, and only those who draw need it

    return scipy.special


def _level(level: Level | None) -> float:
    assert level is not None, "the check of the place has seen to it"
    return level.value


def _triangular(row: Uncertainty, uniform: Floats) -> Floats:
    low, mode, high = _level(row.low), _level(row.mode), _level(row.high)
    if low == high:
        return np.full_like(uniform, mode)
    below = (mode - low) / (high - low)
    rising = low + np.sqrt(uniform * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - uniform) * (high - low) * (high - mode))
    return np.where(uniform < below, rising, falling)


def _pert(row: Uncertainty, uniform: Floats) -> Floats:
    low, mode, high = _level(row.low), _level(row.mode), _level(row.high)
    if low == high:
        return np.full_like(uniform, mode)
    weight = float(catalogue("simulation")["pert_weight"]["value"])
    above = 1 + weight * (mode - low) / (high - low)
    below = 1 + weight * (high - mode) / (high - low)
    found: Floats = low + (high - low) * _special().betaincinv(above, below, uniform)
    return found


def _normal(row: Uncertainty, uniform: Floats) -> Floats:
    mean, sd = _level(row.mean), _level(row.sd)
    if sd == 0:
        return np.full_like(uniform, mean)
    cut = _cut(row, uniform, lambda value: (value - mean) / sd)
    return mean + sd * standard_normal(cut)


def _log_normal(row: Uncertainty, uniform: Floats) -> Floats:
    mean, sd = _level(row.mean), _level(row.sd)
    if sd == 0:
        return np.full_like(uniform, mean)
    spread = float(np.sqrt(np.log1p((sd / mean) ** 2)))
    middle = float(np.log(mean) - spread**2 / 2)
    cut = _cut(row, uniform, lambda value: (np.log(value) - middle) / spread if value > 0 else -np.inf)
    return np.exp(middle + spread * standard_normal(cut))


def _cut(row: Uncertainty, uniform: Floats, standard: Callable[[float], float]) -> Floats:
    """Uniform numbers between the shares that lie below the bounds, where there are bounds."""
    if row.low is None and row.high is None:
        return uniform
    shares = [
        float(normal_share(np.asarray(standard(bound.value)))) if bound is not None else free
        for bound, free in ((row.low, 0.0), (row.high, 1.0))
    ]
    return shares[0] + uniform * (shares[1] - shares[0])


def _uniform(row: Uncertainty, uniform: Floats) -> Floats:
    low, high = _level(row.low), _level(row.high)
    return low + uniform * (high - low)


def _discrete(row: Uncertainty, uniform: Floats) -> Floats:
    pairs = sorted(weighted_of(row))
    upper = np.cumsum([weight for _, weight in pairs])
    found: Floats = np.array([value for value, _ in pairs])[
        np.searchsorted(upper[:-1], uniform, side="right")
    ]
    return found


def _empirical(row: Uncertainty, uniform: Floats) -> Floats:
    values = np.sort(np.array(observed_of(row)))
    found: Floats = values[np.minimum((uniform * len(values)).astype(np.int64), len(values) - 1)]
    return found


_SHAPES: Mapping[Shape, Callable[[Uncertainty, Floats], Floats]] = {
    "triangular": _triangular,
    "pert": _pert,
    "normal": _normal,
    "log_normal": _log_normal,
    "uniform": _uniform,
    "discrete": _discrete,
    "empirical": _empirical,
}
