"""Control charts of many series at once: limits, the rule that fires at each point, icons and warnings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leftshift.measures.process_control.laying_out import Bools, Floats, Ints, Layout, Scalar, lay_out
from leftshift.measures.process_control.limiting import Limits, limit
from leftshift.measures.process_control.rule_sets import DEFAULT, RuleSet, parameter, rule_set
from leftshift.measures.process_control.seasons import are_seasonal
from leftshift.measures.process_control.signalling import Codes, Signals, judge, signal
from leftshift.measures.process_control.single import (
    ASSURANCES,
    JUDGEMENTS,
    VARIATIONS,
    ControlChart,
    Segment,
)

__all__ = ["ASSURANCES", "JUDGEMENTS", "VARIATIONS", "ControlCharts", "Warned", "control_charts"]
NOT_JUDGED, COMMON_CAUSE = 0, 1
NO_ASSURANCE, PASSES, HIT_OR_MISS, FAILS = range(4)


class Warned(IntFlag):
    """What a person should know of a series besides its figures."""

    NO_VALUES = 1
    NO_LIMITS = 2
    FEW_POINTS = 4
    EARLIER_WITHOUT_LIMITS = 8
    MISSING = 16
    BRIDGED = 32
    NO_VARIATION = 64
    SEASON = 128


@dataclass(frozen=True, eq=False)
class ControlCharts:
    """Control charts of series; arrays are [series, period] or [series], in the units of the values.

    Where there is no value, figures are NaN, ``segment`` is −1 and codes are 0. Limits are NaN where a segment has too few values for
    them; its mean stands. ``rule`` is a place in RULES, ``judgement`` in JUDGEMENTS, ``variation`` in VARIATIONS, ``assurance`` in
    ASSURANCES, ``side`` +1 high or −1 low. ``latest``, ``target_at`` and ``suggested`` are periods by their place, −1 for none:
    the latest value, the latest target at or before it, and where a run begins that may be worth a rebase.
    """

    rules: RuleSet
    values: Floats
    targets: Floats | None
    better: Codes
    fix: int | None
    mean: Floats
    lower: Floats
    upper: Floats
    near_lower: Floats
    near_upper: Floats
    segment: NDArray[np.int32]
    rule: Codes
    side: Codes
    judgement: Codes
    variation: Codes
    assurance: Codes
    points: Ints
    latest: Ints
    target: Floats
    target_at: Ints
    suggested: Ints
    warnings: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.values)

    def chart(self, at: int) -> ControlChart:
        """One series, with words for codes."""
        return ControlChart(
            rules=self.rules,
            values=self.values[at],
            targets=None if self.targets is None else self.targets[at],
            better=int(self.better[at]),
            fix=self.fix,
            mean=self.mean[at],
            lower=self.lower[at],
            upper=self.upper[at],
            near_lower=self.near_lower[at],
            near_upper=self.near_upper[at],
            segment=self.segment[at],
            rule=self.rule[at],
            side=self.side[at],
            judgement=self.judgement[at],
            segments=tuple(self._segments(at)),
            variation=VARIATIONS[self.variation[at]],
            assurance=ASSURANCES[self.assurance[at]],
            points=int(self.points[at]),
            latest=_or_none(self.latest[at]),
            target=float(self.target[at]) if self.target_at[at] >= 0 else None,
            target_at=_or_none(self.target_at[at]),
            suggested=_or_none(self.suggested[at]),
            warnings=tuple(word.name or "" for word in Warned(int(self.warnings[at]))),
        )

    def _segments(self, at: int) -> list[Segment]:
        numbers = self.segment[at]
        found = []
        for number in range(int(numbers.max(initial=-1)) + 1):
            where = np.flatnonzero(numbers == number)
            first = int(where[0])
            figures = (self.mean, self.lower, self.upper, self.near_lower, self.near_upper)
            shown = (None if np.isnan(figure[at, first]) else float(figure[at, first]) for figure in figures)
            found.append(Segment(first, int(where[-1]), len(where), *shown))
        return found


def _or_none(period: np.int64) -> int | None:
    return int(period) if period >= 0 else None


def control_charts(
    values: ArrayLike,
    *,
    rules: RuleSet | str = DEFAULT,
    better: ArrayLike = 0,
    targets: ArrayLike | None = None,
    starts: ArrayLike | None = None,
    gaps: ArrayLike | None = None,
    fix: int | None = None,
    cycle: ArrayLike = 0,
) -> ControlCharts:
    """The control charts of series, by a named rule set.

    ``values`` [series, period], NaN for none, padded at the end or missing within; a value that is missing within is a gap. ``better``
    by series or for all: +1 where higher is better, −1 lower, 0 neither. ``targets`` [series, period], NaN for none. ``starts``
    [series, period]: a new segment begins here (at the next value, where there is none). ``gaps`` [series, period]: periods are
    missing just before this one. ``fix``: mean and limits of a segment from its first so many values. ``cycle``, by series or
    for all: the columns are a calendar of that many periods a year, and a season is looked for; 0: they are not.

    ValueError for shapes that differ, values that are infinite or beyond 1e100, directions other than these three, and a ``fix`` below
    what the rule set allows; LookupError for a rule set that is not there.
    """
    chosen = rule_set(rules)
    if fix is not None and fix < chosen.least_baseline:
        raise ValueError(
            f"A baseline has at least {chosen.least_baseline} values in {chosen.name}; found {fix}"
        )
    layout = lay_out(values, starts, gaps)
    sides = _directions(better, layout.shape[0])
    wanted = _targets(targets, layout.shape)
    limits = limit(layout, chosen, fix)
    by_point = np.repeat(sides, layout.counts)
    signals = signal(layout, limits, chosen, by_point)
    judgement = judge(signals, by_point)
    latest = _LatestPoints(layout, limits, signals)
    aimed = _aim(wanted, latest.periods)
    return ControlCharts(
        rules=chosen,
        values=np.asarray(values, dtype=np.float64),
        targets=wanted,
        better=sides,
        fix=fix,
        **_lines(layout, limits, chosen),
        segment=layout.spread(_numbered(layout), -1),
        rule=layout.spread(signals.rule, 0),
        side=layout.spread(signals.side, 0),
        judgement=layout.spread(judgement, 0),
        variation=latest.variation(judgement, chosen),
        assurance=latest.assurance(aimed[0], sides, chosen),
        points=layout.counts,
        latest=latest.periods,
        target=aimed[0],
        target_at=aimed[1],
        suggested=latest.suggested(),
        warnings=latest.warnings(chosen, _seasonal(layout, limits, gaps, cycle)),
    )


def _directions(better: ArrayLike, series: int) -> Codes:
    given = np.asarray(better, dtype=np.float64)
    if not np.isin(given, (-1, 0, 1)).all():
        raise ValueError("Which way is better: 1 higher, −1 lower, 0 neither")
    if given.shape not in ((), (series,)):
        raise ValueError(
            f"Which way is better is said once, or for each of {series} series; found {given.shape}"
        )
    return np.broadcast_to(given, (series,)).astype(np.int8)


def _targets(targets: ArrayLike | None, shape: tuple[int, int]) -> Floats | None:
    if targets is None:
        return None
    given = np.asarray(targets, dtype=np.float64)
    if given.shape != shape:
        raise ValueError(f"targets has the shape of values, {shape}; found {given.shape}")
    if np.isinf(given).any():
        raise ValueError("A target is infinite")
    return given


def _lines(layout: Layout, limits: Limits, rules: RuleSet) -> dict[str, Floats]:
    near = rules.near_share * limits.width
    lines = {
        "mean": limits.mean,
        "lower": limits.mean - limits.width,
        "upper": limits.mean + limits.width,
        "near_lower": limits.mean - near,
        "near_upper": limits.mean + near,
    }
    return {name: layout.spread(layout.of_segments(line), np.nan) for name, line in lines.items()}


def _numbered(layout: Layout) -> NDArray[np.int32]:
    """The number of its segment within its series, by point."""
    first = np.cumsum(layout.counts) - layout.counts
    before = np.searchsorted(layout.starts, first, side="left")
    numbers = np.arange(len(layout.starts), dtype=np.int32)
    return np.repeat(numbers, layout.lengths) - np.repeat(before.astype(np.int32), layout.counts)


def _aim(targets: Floats | None, latest: Ints) -> tuple[Floats, Ints]:
    """The latest target at or before the latest value of each series, and the period it stands at."""
    target, at = np.full(len(latest), np.nan), np.full(len(latest), -1)
    if targets is None or not targets.size:
        return target, at
    given = ~np.isnan(targets) & (np.arange(targets.shape[1]) <= latest[:, None])
    there = given.any(axis=1)
    at[there] = targets.shape[1] - 1 - given[there, ::-1].argmax(axis=1)
    target[there] = targets[there, at[there]]
    return target, at


def _seasonal(layout: Layout, limits: Limits, gaps: ArrayLike | None, cycle: ArrayLike) -> Bools:
    """Which series have a season; none where the columns are no calendar."""
    found = np.zeros(layout.shape[0], dtype=bool)
    cycles = np.broadcast_to(np.asarray(cycle, dtype=np.int64), found.shape)
    if not cycles.any():
        return found
    rest = layout.spread(layout.values - np.repeat(limits.mean, layout.lengths), np.nan)
    for length in np.unique(cycles[cycles > 0]):
        rows = cycles == length
        found[rows] = are_seasonal(rest if rows.all() else rest[rows], int(length))
    return found if gaps is None else found & ~np.asarray(gaps, dtype=bool).any(axis=1)


class _LatestPoints:
    """What follows from the latest value of each series: icons, a suggestion, warnings."""

    def __init__(self, layout: Layout, limits: Limits, signals: Signals) -> None:
        self.layout, self.limits, self.signals = layout, limits, signals
        self.there = layout.counts > 0
        self.points = layout.last
        self.segments = np.searchsorted(layout.starts, self.points, side="right") - 1
        self.periods = np.full(layout.shape[0], -1)
        self.periods[self.there] = self._periods(self.points)

    def _periods(self, points: Ints) -> Ints:
        if self.layout.valid is None:
            return points % max(self.layout.shape[1], 1)
        found: Ints = np.nonzero(self.layout.valid)[1][points]
        return found

    def _by_series(self, figures: NDArray[Scalar], empty: float = 0) -> NDArray[Scalar]:
        whole = np.full(self.layout.shape[0], empty, dtype=figures.dtype)
        whole[self.there] = figures
        return whole

    def _has_icons(self, rules: RuleSet) -> Bools:
        enough = self.layout.lengths[self.segments] >= rules.least_points_for_icons
        shown: Bools = enough & self.limits.judged[self.segments]
        return shown

    def variation(self, judgement: Codes, rules: RuleSet) -> Codes:
        """The icon of the latest point: 0 not judged, 1 common cause, then two for each judgement, high and low."""
        kind, side = judgement[self.points], self.signals.side[self.points]
        special = 2 * kind + (side < 0)
        icon = np.where(kind == 0, COMMON_CAUSE, special)
        return self._by_series(np.where(self._has_icons(rules), icon, NOT_JUDGED).astype(np.int8))

    def assurance(self, target: Floats, better: Codes, rules: RuleSet) -> Codes:
        """Whether the limits of the latest segment promise the target."""
        aim, towards = target[self.there], better[self.there]
        mean, width = self.limits.mean[self.segments], self.limits.width[self.segments]
        tolerance = self.limits.tolerance[self.segments]
        missing = towards * (aim - mean)  # how far the mean is on the wrong side of the target
        if rules.target_on_limit == "decides":
            fails, passes = missing >= width - tolerance, missing <= -width + tolerance
        else:
            fails, passes = missing > width + tolerance, missing < -width - tolerance
        still = width <= tolerance
        fails = np.where(still, missing > tolerance, fails)
        passes = np.where(still, missing <= tolerance, passes)
        icon = np.where(fails, FAILS, np.where(passes, PASSES, HIT_OR_MISS))
        known = self._has_icons(rules) & ~np.isnan(aim) & (towards != 0)
        return self._by_series(np.where(known, icon, NO_ASSURANCE).astype(np.int8))

    def suggested(self) -> Ints:
        """Where a long run begins that goes on to the latest value; −1 for none. No run fills a segment, whose mean lies between its values."""
        above, below = self.signals.above, self.signals.below
        linked = np.zeros(len(above), dtype=bool)
        linked[1:] = (above[1:] & above[:-1]) | (below[1:] & below[:-1])
        linked &= self.limits.joined
        heads = np.flatnonzero(~linked)
        begins = heads[np.searchsorted(heads, self.points, side="right") - 1] if len(heads) else self.points
        long = self.points - begins + 1 >= parameter("suggested_points")
        long &= (above | below)[self.points]
        periods = np.full(len(self.points), -1)
        periods[long] = self._periods(begins[long])
        return self._by_series(periods, -1)

    def warnings(self, rules: RuleSet, seasonal: Bools) -> NDArray[np.int32]:
        """What is to be said of each series, as flags."""
        layout, limits = self.layout, self.limits
        flags = np.where(self.there, 0, int(Warned.NO_VALUES)).astype(np.int32)
        flags[seasonal] |= Warned.SEASON
        if not len(self.points):
            return flags
        owner = np.repeat(np.arange(len(self.there)), layout.counts)
        unjudged = ~limits.judged
        flags[owner[layout.starts[unjudged]]] |= Warned.EARLIER_WITHOUT_LIMITS
        last = np.flatnonzero(self.there)
        without = unjudged[self.segments]
        alone = np.bincount(owner[layout.starts[unjudged]], minlength=len(self.there))[last] == without
        flags[last[alone]] &= ~Warned.EARLIER_WITHOUT_LIMITS
        flags[last[without]] |= Warned.NO_LIMITS
        few = ~without & (layout.lengths[self.segments] < parameter("warned_points"))
        flags[last[few]] |= Warned.FEW_POINTS
        flags[last[limits.width[self.segments] <= limits.tolerance[self.segments]]] |= Warned.NO_VARIATION
        if layout.gaps is not None:
            flags[owner[layout.gaps]] |= (
                Warned.MISSING if rules.gaps_break else Warned.MISSING | Warned.BRIDGED
            )
        return flags
