"""The named, versioned rule sets of rule_sets.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from leftshift.foundation.faults import near_miss

RULES = ("none", "beyond a limit", "trend", "two of three", "run")
"""The name of a rule by its code; 0 is none: common cause variation."""
DEFAULT = "making_data_count"
_PACKAGE = "leftshift.measures.process_control"


@dataclass(frozen=True)
class RuleSet:
    """Every choice in which tools of process control differ; where it is known from, and since when it stands here."""

    name: str
    title: str
    version: str
    date: str
    source: str
    run_points: int
    trend_points: int
    beyond_limit_counts: bool
    third_on_same_side: bool
    screening: float
    limit_constant: float
    near_share: float
    least_points_for_limits: int
    least_points_for_icons: int
    least_baseline: int
    missing_periods: str
    preferred: str
    target_on_limit: str
    priority: tuple[str, ...]

    def __post_init__(self) -> None:
        if sorted(self.priority) != sorted(RULES[1:]):
            raise ValueError(f"{self.name}: priority names each of {', '.join(RULES[1:])} once")
        _one_of(self.name, "missing_periods", self.missing_periods, ("break", "bridge"))
        _one_of(self.name, "preferred", self.preferred, ("improvement", "none"))
        _one_of(self.name, "target_on_limit", self.target_on_limit, ("decides", "hit or miss"))
        if self.run_points < 2 or self.trend_points < 2:
            raise ValueError(f"{self.name}: a run or a trend has at least two points")

    @property
    def codes(self) -> tuple[int, ...]:
        """The codes of the rules, first named first."""
        return tuple(RULES.index(rule) for rule in self.priority)

    @property
    def gaps_break(self) -> bool:
        """Whether a missing period ends what came before: no moving range, run, trend or two of three across it."""
        return self.missing_periods == "break"


def _one_of(name: str, key: str, found: str, known: tuple[str, ...]) -> None:
    if found not in known:
        raise ValueError(f"{name}: {key} is one of {', '.join(known)}, not {found}")


@cache
def rule_sets() -> Mapping[str, RuleSet]:
    """Name to rule set, the default first."""
    return {
        name: RuleSet(name=name, **{**given, "priority": tuple(given["priority"])})
        for name, given in _read("rule_sets.toml").items()
    }


def rule_set(rules: RuleSet | str) -> RuleSet:
    """A rule set by its name; LookupError with the names there are."""
    if isinstance(rules, RuleSet):
        return rules
    if rules not in rule_sets():
        near = near_miss(rules, rule_sets())
        hint = f" Did you mean {near}?" if near else ""
        raise LookupError(f"There is no rule set {rules!r}: it is one of {', '.join(rule_sets())}.{hint}")
    return rule_sets()[rules]


def parameter(name: str) -> float:
    """The value of a parameter of parameters.toml."""
    return float(parameters()[name]["value"])


@cache
def parameters() -> Mapping[str, Any]:
    """Every parameter: its value and unit, what it is, and where it comes from."""
    return _read("parameters.toml")


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files(_PACKAGE).joinpath(name).read_text("utf-8"))
