"""Worked examples of a measure: figures worked by hand beside those that the library gives, and the page they make."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FUNCTIONS = {"exp": math.exp, "ln": math.log, "sqrt": math.sqrt, "asin": math.asin, "sin": math.sin}


@dataclass(frozen=True)
class Worked:
    """A figure, the sum by which a person works it out, and the library's answer."""

    figure: str
    by_hand: str
    measured: Callable[[], float]

    @property
    def value(self) -> float:
        """The sum worked out."""
        return float(eval(self.by_hand, {"__builtins__": {}}, dict(FUNCTIONS)))


@dataclass(frozen=True)
class Case:
    """A statistic: what it is, its formula, and figures."""

    title: str
    words: str
    figures: Sequence[Worked]


@dataclass(frozen=True)
class MethodPage:
    """A page of docs/method."""

    name: str
    title: str
    words: str
    cases: Sequence[Case]
    after: str = ""

    def text(self) -> str:
        """The page as Markdown."""
        head = f"# {self.title}\n\nWritten by `tests/examples`, which prove every figure of it.\n\n{self.words}\n"
        return head + "".join(_section(case) for case in self.cases) + self.after


def _section(case: Case) -> str:
    lines = ["| figure | by hand | result |", "| --- | --- | ---: |"]
    lines += [f"| {entry.figure} | `{entry.by_hand}` | {_number(entry.value)} |" for entry in case.figures]
    return f"\n## {case.title}\n\n{case.words}\n\n" + "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{round(value, 4):,.4f}".rstrip("0").rstrip(".")
