"""Which rule fires at which point, to which side, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leftshift.measures.process_control.laying_out import Bools, Layout
from leftshift.measures.process_control.limiting import Limits
from leftshift.measures.process_control.rule_sets import RULES, RuleSet

Codes = NDArray[np.int8]
BEYOND, TREND, TWO_OF_THREE, RUN = (RULES.index(rule) for rule in RULES[1:])


@dataclass(frozen=True, eq=False)
class Signals:
    """By point: the code of the rule that is named (0: none), its side (+1 high, −1 low) and the point's side of the mean."""

    rule: Codes
    side: Codes
    above: Bools
    below: Bools


def signal(layout: Layout, limits: Limits, rules: RuleSet, better: Codes) -> Signals:
    """The rule that is named at each point; ``better`` [point] is +1 where higher is better, −1 lower, 0 neither."""
    lengths = layout.lengths
    if not len(lengths):
        nothing, none = np.zeros(0, np.int8), np.zeros(0, bool)
        return Signals(nothing, nothing, none, none)
    apart = layout.values - np.repeat(limits.mean, lengths)
    # A segment that is not judged lies within infinite limits, and no point of it beside the mean.
    on_mean = np.where(limits.judged, limits.tolerance, np.inf)
    beside = np.repeat(on_mean, lengths)
    near = np.repeat(rules.near_share * limits.width + on_mean, lengths)
    far = np.repeat(limits.width + on_mean, lengths)
    judged = None if limits.judged.all() else np.repeat(limits.judged, lengths)
    rising, falling = limits.step > 0, limits.step < 0
    if judged is not None:
        rising &= judged
        falling &= judged
    high, low = _sides(apart, beside, near, far, limits.joined, rules)
    up, down = _chained(rising, rules.trend_points), _chained(falling, rules.trend_points)
    turning = up & down
    rises_next = np.zeros(len(rising), dtype=bool)
    rises_next[:-1] = rising[1:]
    raw = {**high, TREND: up}, {**low, TREND: down}
    following = {TREND: up & ~(turning & ~rises_next)}, {TREND: down & ~(turning & rises_next)}
    order = rules.codes
    fired = [(following[0].get(code, raw[0][code]), following[1].get(code, raw[1][code])) for code in order]
    if rules.preferred == "improvement":
        gains, drops = better > 0, better < 0
        fired = [*((raw[0][code] & gains, raw[1][code] & drops) for code in order), *fired]
        order = (*order, *order)
    rule, side = _named(order, fired)
    return Signals(rule, side, apart > beside, apart < -beside)


def judge(signals: Signals, better: Codes) -> Codes:
    """The meaning of each point: 0 none, 1 improvement, 2 concern, 3 neither (no direction is better)."""
    towards = signals.side * better
    judgement = np.zeros(len(towards), np.int8)
    judgement[signals.side != 0] = 3
    judgement[towards > 0] = 1
    judgement[towards < 0] = 2
    return judgement


def _named(order: Sequence[int], fired: Sequence[tuple[Bools, Bools]]) -> tuple[Codes, Codes]:
    """The first rule in order that fired at each point, high or low, and its side.

    Each has a number, greater the earlier it is named; the greatest at a point says it.
    """
    greatest = np.zeros(len(fired[0][0]), np.int8)
    rules, sides = np.zeros(2 * len(order) + 1, np.int8), np.zeros(2 * len(order) + 1, np.int8)
    for at, (code, (high, low)) in enumerate(zip(order, fired, strict=True)):
        for flags, side, number in ((high, 1, 2 * (len(order) - at)), (low, -1, 2 * (len(order) - at) - 1)):
            rules[number], sides[number] = code, side
            np.maximum(greatest, flags.view(np.int8) * np.int8(number), out=greatest)
    return rules[greatest], sides[greatest]


def _sides(
    apart: NDArray[np.float64],
    beside: NDArray[np.float64],
    near: NDArray[np.float64],
    far: NDArray[np.float64],
    joined: Bools,
    rules: RuleSet,
) -> tuple[dict[int, Bools], dict[int, Bools]]:
    """The points at which each rule but the trend fires, high and low."""
    found: list[dict[int, Bools]] = []
    for height in (apart, -apart):
        on_side, outside, close = height > beside, height > far, height > near
        linked = on_side & joined
        linked[1:] &= on_side[:-1]
        zone = close if rules.beyond_limit_counts else close & ~outside
        found.append(
            {
                BEYOND: outside,
                TWO_OF_THREE: _two_of_three(zone, on_side, joined, rules.third_on_same_side),
                RUN: _chained(linked, rules.run_points),
            }
        )
    return found[0], found[1]


def _chained(linked: Bools, points: int) -> Bools:
    """The points of every chain of at least so many, where ``linked`` joins a point to the one before."""
    ends = _windows(linked, points - 1, np.logical_and, False)
    return _windows(ends[::-1], points, np.logical_or, False)[::-1]


def _windows(flags: Bools, width: int, joins: np.ufunc, beyond: bool) -> Bools:
    """``joins`` over each flag and the ``width − 1`` before it, by doubling; what lies before the first is ``beyond``."""
    whole, reach = flags.copy(), 1
    while reach < width:
        by = min(reach, width - reach)
        shifted = np.full(len(whole), beyond, dtype=bool)
        shifted[by:] = whole[:-by] if by < len(whole) else whole[:0]
        whole = joins(whole, shifted)
        reach += by
    return whole


def _two_of_three(zone: Bools, on_side: Bools, joined: Bools, same_side: bool) -> Bools:
    """The points in the zone that stand in three neighbours with at least two of them in it."""
    found = np.zeros(len(zone), dtype=bool)
    if len(zone) < 3:
        return found
    first, second, third = zone[:-2], zone[1:-1], zone[2:]
    window = ((first & (second | third)) | (second & third)) & joined[1:-1] & joined[2:]
    if same_side:
        window &= on_side[:-2] & on_side[1:-1] & on_side[2:]
    for by in range(3):
        found[by : len(zone) - 2 + by] |= window
    return found & zone
