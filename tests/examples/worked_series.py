"""Worked examples of process control: a short series, what a person works out of it by hand, and the page they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from leftshift.measures.process_control.charting import control_charts
from leftshift.measures.process_control.single import ControlChart

NONE = float("nan")
STEADY = (10.0, 12.0) * 6
"""Twelve values whose mean is 11 and whose moving ranges are all 2."""


@dataclass(frozen=True)
class Worked:
    """What is found: the sum or the reason by which a person finds it, what it is, and how the chart is asked for it."""

    what: str
    by_hand: str
    ask: Callable[[ControlChart], float | str]
    says: str | None = None
    rules: str = "making_data_count"

    @property
    def value(self) -> float | str:
        """The sum worked out, or the words that the reason leads to."""
        return float(eval(self.by_hand, {"__builtins__": {}})) if self.says is None else self.says

    @property
    def shown(self) -> str:
        """The value as the page prints it."""
        value = self.value
        return value if isinstance(value, str) else f"{round(value, 4):,.4f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Series:
    """One worked example."""

    title: str
    words: str
    values: Sequence[float]
    worked: Sequence[Worked]
    better: int = 0
    fix: int | None = 12
    targets: Sequence[float] | None = None
    starts: Sequence[int] = ()
    more: dict[str, Any] = field(default_factory=dict)

    def chart(self, rules: str) -> ControlChart:
        """The chart of the series by a rule set."""
        return control_charts(
            [list(self.values)],
            rules=rules,
            better=self.better,
            fix=self.fix,
            targets=None if self.targets is None else [list(self.targets)],
            starts=[[at in self.starts for at in range(len(self.values))]],
        ).chart(0)

    def text(self) -> str:
        """The example as Markdown."""
        shown = ", ".join("–" if value != value else f"{value:g}" for value in self.values)
        lines = ["| what | by hand | result |", "| --- | --- | --- |"]
        lines += [f"| {entry.what} | {_reason(entry)} | {entry.shown} |" for entry in self.worked]
        return f"\n### {self.title}\n\n{self.words}\n\nValues: {shown}.\n\n" + "\n".join(lines) + "\n"


def _reason(entry: Worked) -> str:
    return entry.by_hand if entry.says is not None else f"`{entry.by_hand}`"


def line(name: str, stretch: int = -1) -> Callable[[ControlChart], float | str]:
    """Ask for a line of a stretch."""
    return lambda chart: float(getattr(chart.segments[stretch], name))


def at(number: int) -> Callable[[ControlChart], float | str]:
    """Ask which rule is named at a value, counted from 1, to which side, and what it means where one side is better."""

    def ask(chart: ControlChart) -> str:
        rule, side, means = (
            chart.rule_at(number - 1),
            chart.side_at(number - 1),
            chart.judgement_at(number - 1),
        )
        return ", ".join(word for word in (rule, side, "" if means in ("none", "neutral") else means) if word)

    return ask


def icon(name: str) -> Callable[[ControlChart], float | str]:
    """Ask for an icon."""
    return lambda chart: str(getattr(chart, name))
