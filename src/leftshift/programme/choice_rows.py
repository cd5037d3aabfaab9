"""The rows of a programme: option appraisal; one frozen class a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal(Row):
    """Choices between options by weighed criteria."""

    appraisal: str
    name: str
    project: str = ""
    most: Decimal = Decimal(100)
    held_on: date | None = None
    chosen: str = ""
    decided_by: str = ""
    minute: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Row):
    """What counts in an appraisal, and how much."""

    appraisal: str
    criterion: str
    name: str
    weight: Decimal
    best: str = ""
    worst: str = ""
    status: Literal["agreed", "proposed"] = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Row):
    """What there is to choose from."""

    appraisal: str
    option: str
    name: str
    excluded: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer(Row):
    """Who scores."""

    appraisal: str
    scorer: str
    role: str
    organisation: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict(Row):
    """Conflicts of interest of scorers."""

    appraisal: str
    scorer: str
    kind: Literal["financial", "non_financial_professional", "non_financial_personal", "indirect"]
    what: str
    declared_on: date
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Row):
    """Who scored what."""

    appraisal: str
    option: str
    criterion: str
    scorer: str
    score: Decimal
    reason: str = ""


ROW_TYPES = {
    "appraisals": Appraisal,
    "criteria": Criterion,
    "options": Option,
    "scorers": Scorer,
    "conflicts": Conflict,
    "scores": Score,
}
