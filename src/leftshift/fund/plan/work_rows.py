"""The rows of a fund plan: metrics, intermediate care, narrative, business plans, claims and clauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear, Month
from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMetric(Row):
    """How a metric is planned."""

    metric: str
    name: str = ""
    measure: str = ""
    of: str = ""
    owner: str = ""
    rationale: str = ""
    local_plan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPlan(Row):
    """The plan of a metric in a period."""

    metric: str
    period: Period
    target: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    operating_plan: Decimal | None = None
    actual: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareNumber(Row):
    """Demand or capacity of a line of intermediate care in a month."""

    setting: Literal["hospital_discharge", "community"]
    pathway: str
    kind: Literal["demand", "block", "spot"]
    of: str = ""
    month: Month
    number: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayFact(Row):
    """How long people stay and wait in a line of intermediate care."""

    setting: Literal["hospital_discharge", "community"]
    pathway: str
    length: Decimal | None = None
    wait: Decimal | None = None
    places: Decimal | None = None
    commissioner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Row):
    """A text that the round asks for."""

    section: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable(Row):
    """What a scheme delivers."""

    scheme: str
    deliverable: str
    due: date | None = None
    acceptance: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Row):
    """A step on a scheme's way."""

    scheme: str
    milestone: str
    begins: date | None = None
    due: date
    done: date | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeEffect(Row):
    """How a scheme is meant to move a metric."""

    scheme: str
    metric: str
    rating: Literal["significant", "moderate", "indirect", "none"]
    reason: str = ""
    recorded_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Row):
    """What a scheme claims to have avoided."""

    claim: str
    scheme: str
    metric: str
    owner: str
    year: FinancialYear
    planned: Decimal | None = None
    counted: Decimal | None = None
    probability: float = 1.0
    people: str = ""
    overlap: float = 0.0
    also_claimed_in: str = ""
    unit_value: Money | None = None
    payer: str = ""
    payee: str = ""
    counterfactual: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause(Row):
    """Who bears what is over, and who gets what is left."""

    clause: str
    scheme: str = ""
    partner: str
    rule: Literal["fixed", "contribution", "commissioned", "own_risk"]
    percent: Decimal | None = None
    cap: Money | None = None
    underspend: Literal["stays", "shared"] = "stays"


ROW_TYPES: dict[str, type[Row]] = {
    "metrics": PlannedMetric,
    "metric_plan": MetricPlan,
    "capacity_demand": CareNumber,
    "pathway_facts": PathwayFact,
    "narrative": Text,
    "deliverables": Deliverable,
    "milestones": Milestone,
    "scheme_effects": SchemeEffect,
    "claims": Claim,
    "clauses": Clause,
}
