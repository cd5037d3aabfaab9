"""Means and limits of segments: the XmR chart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.measures.process_control.laying_out import Bools, Floats, Ints, Layout
from leftshift.measures.process_control.rule_sets import RuleSet, parameter


@dataclass(frozen=True, eq=False)
class Limits:
    """By segment: mean, half the width between the limits (NaN: none), tolerance, and whether points are judged.

    ``step`` [point] is the difference to the point before, 0 where a segment begins or, if the rule set says so, periods are missing;
    one within the tolerance is 0, a tie. ``joined`` [point] says that there is such a point before; None where all but the first of a
    segment are.
    """

    mean: Floats
    width: Floats
    tolerance: Floats
    judged: Bools
    step: Floats
    joined: Bools


def limit(layout: Layout, rules: RuleSet, fix: int | None) -> Limits:
    """Mean and limits of each segment: mean ± constant × mean moving range.

    The mean is taken of differences to the first value, so that equal values have exactly that value as their mean. ``fix`` takes mean
    and limits from the first so many points of a segment alone (those there are, where it has fewer).
    """
    values, starts, lengths = layout.values, layout.starts, layout.lengths
    if not len(starts):
        return Limits(
            np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, bool), np.zeros(0), np.zeros(0, bool)
        )
    first = values[starts]
    apart = values - np.repeat(first, lengths)
    counted = None if fix is None else _baseline(layout, fix)
    points = lengths if fix is None else np.minimum(lengths, fix)
    mean = first + _sums(apart, counted, starts) / points
    tolerance = parameter("tolerance") * np.maximum(
        np.maximum.reduceat(values, starts), -np.minimum.reduceat(values, starts)
    )
    joined = np.ones(len(values), dtype=bool)
    joined[starts] = False
    if layout.gaps is not None and rules.gaps_break:
        joined &= ~layout.gaps
    step = np.empty_like(values)
    step[0] = 0.0
    np.subtract(values[1:], values[:-1], out=step[1:])
    step[~joined] = 0.0
    moving = np.abs(step)
    ties = moving <= np.repeat(tolerance, lengths)
    step[ties] = 0.0
    moving[ties] = 0.0
    average = _mean_moving_range(moving, joined if counted is None else joined & counted, layout, rules)
    width = rules.limit_constant * average
    judged = (lengths >= rules.least_points_for_limits) & ~np.isnan(width)
    return Limits(mean, np.where(judged, width, np.nan), tolerance, judged, step, joined)


def _baseline(layout: Layout, fix: int) -> Bools:
    """Which points are among the first of their segment."""
    position = np.arange(len(layout.values)) - np.repeat(layout.starts, layout.lengths)
    counted: Bools = position < fix
    return counted


def _sums(figures: Floats, counted: Bools | None, starts: Ints) -> Floats:
    return np.add.reduceat(figures if counted is None else np.where(counted, figures, 0.0), starts)


def _mean_moving_range(moving: Floats, counted: Bools, layout: Layout, rules: RuleSet) -> Floats:
    """The mean moving range of each segment; NaN where there is none. Screened once where the rule set says so."""
    average = _average(moving, counted, layout.starts)
    if not rules.screening:
        return average
    # No variation is not an outlier: where the mean is nought, nothing is screened.
    most = np.where(average > 0, rules.screening * average, np.inf)
    return _average(moving, counted & (moving < np.repeat(most, layout.lengths)), layout.starts)


def _average(moving: Floats, counted: Bools, starts: Ints) -> Floats:
    many = np.add.reduceat(counted, starts, dtype=np.int64)
    total = np.add.reduceat(np.where(counted, moving, 0.0), starts)
    average: Floats = np.divide(total, many, out=np.full(len(starts), np.nan), where=many > 0)
    return average
