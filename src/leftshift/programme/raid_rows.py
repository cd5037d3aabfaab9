"""The rows of a programme: risks, and the log; one frozen class a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleScore(Row):
    """Scales of the programme's own, besides those that come with leftshift (npsa."""

    scale: str
    dimension: Literal["likelihood", "impact"]
    score: int
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleBand(Row):
    """How products of likelihood and impact are called on a scale of the programme's own."""

    scale: str
    band: str
    name: str
    least: int
    most: int
    rag: Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Row):
    """What could go wrong."""

    risk: str
    cause: str
    event: str
    effect: str
    owner: str
    response: Literal["treat", "tolerate", "transfer", "terminate"]
    raised: date
    category: str = ""
    threatens_kind: Literal[
        "", "objective", "workstream", "project", "milestone", "benefit", "intervention"
    ] = ""
    threatens: str = ""
    controls: str = ""
    assurance: str = ""
    review: date | None = None
    proximity: str = ""
    escalated_to: str = ""
    escalated_on: date | None = None
    closed: date | None = None
    closed_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskScore(Row):
    """Scores of risks, each kept."""

    risk: str
    stage: Literal["inherent", "current", "target"]
    scored_on: date
    likelihood: int
    impact: int
    scale: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry(Row):
    """Assumptions, issues and dependencies on others outside the programme."""

    entry: str
    kind: Literal["assumption", "issue", "dependency"]
    text: str
    owner: str
    raised: date
    project: str = ""
    risk: str = ""
    milestone: str = ""
    severity: Literal["low", "medium", "high"] = "medium"
    due: date | None = None
    closed: date | None = None
    outcome: str = ""


ROW_TYPES = {
    "scales": ScaleScore,
    "bands": ScaleBand,
    "risks": Risk,
    "risk_scores": RiskScore,
    "log": LogEntry,
}
