"""The rows of a programme: benefits and gates; one frozen class a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leftshift.foundation.periods import Period
from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit(Row):
    """What the programme brings."""

    benefit: str
    name: str
    project: str
    kind: Literal["cash_releasing", "non_cash", "quantified", "qualitative"]
    owner: str
    unit: str
    direct: bool = True
    organisation: str = ""
    intervention: str = ""
    measure: str = ""
    of: str = ""
    account: str = ""
    overlap: str = ""
    counted: bool = True
    better: Literal["higher", "lower"] = "higher"
    baseline: Decimal | None = None
    baseline_period: Period | None = None
    full_year: Decimal | None = None
    evidence: str = ""
    costs: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBenefit(Row):
    """What each benefit brings period by period, as planned."""

    benefit: str
    period: Period
    planned: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBenefit(Row):
    """What each benefit brought."""

    benefit: str
    period: Period
    actual: Decimal
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(Row):
    """Points that a project may not pass without a recorded decision."""

    gate: str
    name: str
    project: str
    kind: str
    decider: str
    stops: Literal["start", "spend", "start_and_spend"] = "start_and_spend"
    milestone: str = ""
    due: date | None = None
    opt_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateQuestion(Row):
    """Questions of a gate besides those of its kind."""

    gate: str
    question: str
    text: str
    evidence_needed: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GateEvidence(Row):
    """Papers that answer questions of a gate."""

    gate: str
    question: str
    evidence: str
    dated: date
    grade: Literal["", "strong", "moderate", "weak"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAssessment(Row):
    """What assessors find of each question."""

    gate: str
    question: str
    assessor: str
    verdict: Literal["met", "partly", "not_met"]
    assessed_on: date
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDecision(Row):
    """Recorded decisions on gates."""

    gate: str
    decided_on: date
    outcome: Literal["passed", "not_passed", "deferred"]
    by: str
    minute: str
    organisation: str = ""
    conditions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOption(Row):
    """Which organisation takes part behind a gate that each decides for itself."""

    gate: str
    organisation: str
    takes_part: bool
    decided_on: date
    minute: str


ROW_TYPES = {
    "benefits": Benefit,
    "benefit_profile": PlannedBenefit,
    "benefit_actuals": BroughtBenefit,
    "gates": Gate,
    "gate_questions": GateQuestion,
    "gate_evidence": GateEvidence,
    "gate_assessments": GateAssessment,
    "gate_decisions": GateDecision,
    "gate_options": GateOption,
}
