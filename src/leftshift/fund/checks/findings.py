"""What a check of a plan found: where, what, and what would clear it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from leftshift.foundation.faults import Fault, shown
from leftshift.foundation.money import Money
from leftshift.fund.metrics.planning import MetricPlans
from leftshift.fund.plan.differences import Change
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.totals import thousands
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import Rule
from leftshift.place.place import Place

State = Literal["passed", "failed", "not known"]


@dataclass(frozen=True)
class Finding:
    """One thing that a rule finds: a fault, the page of the plan it stands on, and an amount where one is short or over.

    ``unknown`` where it can be neither met nor missed, as a paper is missing.
    """

    fault: Fault
    sheet: str
    amount: Money | None = None
    unknown: bool = False


@dataclass(frozen=True)
class Question:
    """What checks are asked: a plan, its round, the day, the place where its measures are at hand, and what was signed."""

    plan: FundPlan
    round: Round
    as_of: date
    place: Place | None = None
    signed: FundPlan | None = None
    changes: tuple[Change, ...] = ()

    @cached_property
    def metrics(self) -> MetricPlans:
        """The metrics of the plan, worked out once for every rule that asks."""
        return MetricPlans(self.plan, self.round, self.as_of, self.place)


Check = Callable[[Question, Rule], Iterator[Finding]]


@dataclass(frozen=True)
class Checked:
    """A rule of the round and what it found."""

    rule: Rule
    name: str
    help: str
    findings: tuple[Finding, ...]

    @property
    def state(self) -> State:
        """Passed where nothing was found; not known where all that was found is that a paper is missing."""
        if not self.findings:
            return "passed"
        return "not known" if all(entry.unknown for entry in self.findings) else "failed"

    @property
    def blocks(self) -> bool:
        """Whether a plan cannot be sent with it."""
        return self.rule.severity == "blocking" and self.state != "passed"

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "rule": self.rule.rule,
            "name": self.name,
            "severity": self.rule.severity,
            "state": self.state,
            "findings": len(self.findings),
            "evidence": self.rule.evidence,
            "source": self.rule.source,
        }

    def fault_documents(self) -> list[dict[str, Any]]:
        """Every finding as plain values, for JSON."""
        return [
            {
                "rule": self.rule.rule,
                "severity": self.rule.severity,
                "state": "not known" if entry.unknown else "failed",
                "sheet": entry.sheet,
                "amount": None if entry.amount is None else thousands(entry.amount),
                **entry.fault.document(),
            }
            for entry in self.findings
        ]


def at_row(
    row: Any, column: str, kind: str, sheet: str, *, expected: str, action: str, **more: Any
) -> Finding:
    """A finding at a row of the plan; what was found is the cell, unless ``found`` says otherwise."""
    found = more.pop("found", None)
    if found is None:
        found = shown(_cell(getattr(row, column, None)))
    hint = more.pop("suggestion", None)
    fault = Fault(kind, row.origin.file, row.origin.row or None, column, found, expected, action, hint)
    return Finding(fault, sheet, **more)


def of_plan(
    file: str, kind: str, sheet: str, *, found: str, expected: str, action: str, **more: Any
) -> Finding:
    """A finding that no single row has."""
    return Finding(Fault(kind, file, None, more.pop("column", None), found, expected, action), sheet, **more)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.brief if isinstance(value, Money) else str(value)
