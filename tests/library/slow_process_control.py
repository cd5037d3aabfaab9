"""Process control once more, for one series, in loops and straight from the words of the rules: slow and easy to believe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from leftshift.measures.process_control.rule_sets import RuleSet

TOLERANCE = 1e-12
Lines = tuple[float, float, float, float, float]


@dataclass
class SlowPoint:
    """One value: where it stands, and what is found of it."""

    period: int
    value: float
    gap: bool
    segment: int
    lines: Lines | None = None
    mean: float = math.nan
    fired: dict[str, set[int]] = field(default_factory=dict)
    rule: str = "none"
    side: int = 0
    judgement: str = "none"


@dataclass
class SlowChart:
    """The chart of one series."""

    values: Sequence[float]
    rules: RuleSet
    better: int = 0
    starts: Sequence[bool] = ()
    gaps: Sequence[bool] = ()
    targets: Sequence[float] = ()
    fix: int | None = None
    points: list[SlowPoint] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._read()
        for number in range(self.segments):
            self._chart([point for point in self.points if point.segment == number])
        for point in self.points:
            self._choose(point)

    @property
    def segments(self) -> int:
        """How many there are."""
        return 1 + max((point.segment for point in self.points), default=-1)

    def _read(self) -> None:
        """Walk along the periods; a start or a gap where no value is waits for the next value."""
        starting = missing = False
        for period, value in enumerate(self.values):
            starting |= bool(self.starts and self.starts[period])
            missing |= bool(self.gaps and self.gaps[period])
            if math.isnan(value):
                missing = True
                continue
            before = self.points[-1] if self.points else None
            segment = 0 if before is None else before.segment + starting
            self.points.append(SlowPoint(period, value, missing and before is not None, segment))
            starting = missing = False

    def _chart(self, points: list[SlowPoint]) -> None:
        values = [point.value for point in points]
        tolerance = TOLERANCE * max(abs(value) for value in values)
        counted = points[: self.fix] if self.fix else points
        mean = math.fsum(point.value for point in counted) / len(counted)
        for point in points:
            point.mean = mean
        width = self._width(counted, tolerance)
        if width is None or len(points) < self.rules.least_points_for_limits:
            return
        near = width * self.rules.near_share
        for point in points:
            point.lines = (mean, mean - width, mean + width, mean - near, mean + near)
        for side in (1, -1):
            apart = [side * (value - mean) for value in values]
            beside = [height > tolerance for height in apart]
            outside = [height > width + tolerance for height in apart]
            zone = [height > near + tolerance for height in apart]
            if not self.rules.beyond_limit_counts:
                zone = [inner and not outer for inner, outer in zip(zone, outside, strict=True)]
            self._fire(points, "beyond a limit", side, outside)
            self._fire(points, "two of three", side, self._two_of_three(points, zone, beside))
            self._fire(points, "run", side, self._run(points, beside))
            self._fire(points, "trend", side, self._trend(points, side, tolerance))

    def _breaks(self, point: SlowPoint) -> bool:
        return point.gap and self.rules.gaps_break

    def _width(self, points: list[SlowPoint], tolerance: float) -> float | None:
        ranges = []
        for before, after in pairwise(points):
            if not self._breaks(after):
                moved = abs(after.value - before.value)
                ranges.append(0.0 if moved <= tolerance else moved)
        if not ranges:
            return None
        average = math.fsum(ranges) / len(ranges)
        if self.rules.screening and average > 0:
            kept = [moved for moved in ranges if moved < self.rules.screening * average]
            average = math.fsum(kept) / len(kept)
        return self.rules.limit_constant * average

    @staticmethod
    def _fire(points: list[SlowPoint], rule: str, side: int, flags: Sequence[bool]) -> None:
        for point, flag in zip(points, flags, strict=True):
            if flag:
                point.fired.setdefault(rule, set()).add(side)

    def _unbroken(self, points: list[SlowPoint], first: int, many: int) -> bool:
        return first + many <= len(points) and not any(
            self._breaks(point) for point in points[first + 1 : first + many]
        )

    def _two_of_three(
        self, points: list[SlowPoint], zone: Sequence[bool], beside: Sequence[bool]
    ) -> list[bool]:
        flags = [False] * len(points)
        for first in range(len(points) - 2):
            three = range(first, first + 3)
            if not self._unbroken(points, first, 3) or sum(zone[at] for at in three) < 2:
                continue
            if self.rules.third_on_same_side and not all(beside[at] for at in three):
                continue
            for at in three:
                flags[at] |= zone[at]
        return flags

    def _run(self, points: list[SlowPoint], beside: Sequence[bool]) -> list[bool]:
        many, flags = self.rules.run_points, [False] * len(points)
        for first in range(len(points)):
            if self._unbroken(points, first, many) and all(beside[first : first + many]):
                flags[first : first + many] = [True] * many
        return flags

    def _trend(self, points: list[SlowPoint], side: int, tolerance: float) -> list[bool]:
        many, flags = self.rules.trend_points, [False] * len(points)
        for first in range(len(points)):
            window = points[first : first + many]
            if self._unbroken(points, first, many) and all(
                side * (after.value - before.value) > tolerance for before, after in pairwise(window)
            ):
                flags[first : first + many] = [True] * many
        return flags

    def _choose(self, point: SlowPoint) -> None:
        """The rule that is named: an improvement first where the rule set says so, then the order of its rules."""
        ordered = [
            (rule, side) for rule in self.rules.priority for side in self._sides(point, rule) if point.fired
        ]
        if not ordered:
            return
        gains = [entry for entry in self._either(point) if entry[1] * self.better > 0]
        if self.rules.preferred == "improvement" and gains:
            point.rule, point.side = gains[0]
        else:
            point.rule, point.side = ordered[0]
        towards = point.side * self.better
        point.judgement = "neutral" if not towards else "improvement" if towards > 0 else "concern"

    def _either(self, point: SlowPoint) -> list[tuple[str, int]]:
        return [(rule, side) for rule in self.rules.priority for side in point.fired.get(rule, ())]

    def _sides(self, point: SlowPoint, rule: str) -> list[int]:
        """The side of a rule; where a rise turns into a fall at a point, what follows the point wins."""
        sides = list(point.fired.get(rule, ()))
        if len(sides) < 2:
            return sides
        after = self.points[self.points.index(point) + 1]
        return [1 if after.value > point.value else -1]

    # ------------------------------------------------------------------ of the latest
    @property
    def _latest(self) -> tuple[SlowPoint, list[SlowPoint]] | None:
        if not self.points:
            return None
        point = self.points[-1]
        segment = [other for other in self.points if other.segment == point.segment]
        if point.lines is None or len(segment) < self.rules.least_points_for_icons:
            return None
        return point, segment

    @property
    def variation(self) -> str:
        """The icon of the latest value."""
        if self._latest is None:
            return "not judged"
        point = self._latest[0]
        if point.rule == "none":
            return "common cause"
        return f"{point.judgement} {'high' if point.side > 0 else 'low'}"

    @property
    def target(self) -> float | None:
        """The latest target at or before the latest value."""
        if not self.points:
            return None
        so_far = [target for target in self.targets[: self.points[-1].period + 1] if not math.isnan(target)]
        return so_far[-1] if so_far else None

    @property
    def assurance(self) -> str:
        """The icon of the latest limits against the latest target."""
        target, latest = self.target, self._latest
        if latest is None or target is None or self.better == 0 or latest[0].lines is None:
            return "none"
        tolerance = TOLERANCE * max(abs(point.value) for point in latest[1])
        mean, lower, upper, _, _ = latest[0].lines
        good_end, bad_end = (upper, lower) if self.better > 0 else (lower, upper)
        if upper - mean <= tolerance:
            return "passes" if self.better * (mean - target) >= -tolerance else "fails"
        reach = self.better * (good_end - target)  # below nought: not even the best end of the limits
        spare = self.better * (bad_end - target)
        if self.rules.target_on_limit == "decides":
            return "fails" if reach <= tolerance else "passes" if spare >= -tolerance else "hit or miss"
        return "fails" if reach < -tolerance else "passes" if spare > tolerance else "hit or miss"
