"""One control chart, with words for its codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leftshift.measures.process_control.laying_out import Floats
from leftshift.measures.process_control.rule_sets import RULES, RuleSet

JUDGEMENTS = ("none", "improvement", "concern", "neutral")
VARIATIONS = (
    "not judged",
    "common cause",
    "improvement high",
    "improvement low",
    "concern high",
    "concern low",
    "neutral high",
    "neutral low",
)
ASSURANCES = ("none", "passes", "hit or miss", "fails")


@dataclass(frozen=True, eq=False)
class Segment:
    """A stretch with one mean and one pair of limits: first and last period by place, how many values; None for no limits."""

    first: int
    last: int
    points: int
    mean: float | None
    lower: float | None
    upper: float | None
    near_lower: float | None
    near_upper: float | None


@dataclass(frozen=True, eq=False)
class ControlChart:
    """The control chart of one series; arrays are [period], as in ControlCharts."""

    rules: RuleSet
    values: Floats
    targets: Floats | None
    better: int
    fix: int | None
    mean: Floats
    lower: Floats
    upper: Floats
    near_lower: Floats
    near_upper: Floats
    segment: NDArray[np.int32]
    rule: NDArray[np.int8]
    side: NDArray[np.int8]
    judgement: NDArray[np.int8]
    segments: tuple[Segment, ...]
    variation: str
    assurance: str
    points: int
    latest: int | None
    target: float | None
    target_at: int | None
    suggested: int | None
    warnings: tuple[str, ...]

    def rule_at(self, period: int) -> str:
        """The rule that is named at a period; ``none`` for common cause."""
        return RULES[self.rule[period]]

    def side_at(self, period: int) -> str:
        """``high``, ``low`` or nothing."""
        return {1: "high", -1: "low"}.get(int(self.side[period]), "")

    def judgement_at(self, period: int) -> str:
        """What the rule at a period means: improvement, concern, neutral or none."""
        return JUDGEMENTS[self.judgement[period]]
