"""The rows of a programme: its work; one frozen class a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective(Row):
    """What the programme is for."""

    objective: str
    name: str
    measure: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workstream(Row):
    """The parts of the programme, each with one owner and the board it reports to."""

    workstream: str
    name: str
    objective: str
    owner: str
    organisation: str = ""
    body: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Row):
    """Pieces of work with a beginning, an end and one owner."""

    project: str
    name: str
    workstream: str
    owner: str
    organisation: str = ""
    begins: date | None = None
    scheme: str = ""
    budget: Money | None = None
    spent: Money | None = None
    state: Literal["open", "paused", "closed", "cancelled"] = "open"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectIntervention(Row):
    """Which project delivers which intervention of the plan."""

    project: str
    intervention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Row):
    """What is reached, by when."""

    milestone: str
    name: str
    project: str
    baseline: date
    baseline_begins: date | None = None
    begins: date | None = None
    due: date | None = None
    done: date | None = None
    evidence: str = ""
    owner: str = ""
    starts: str = ""
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency(Row):
    """Which milestone waits for which."""

    before: str
    after: str
    kind: Literal["finish_to_start", "start_to_start", "finish_to_finish"] = "finish_to_start"
    lag_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Row):
    """Who does what by when."""

    action: str
    text: str
    owner: str
    raised: date
    due: date
    project: str = ""
    minute: str = ""
    body: str = ""
    done: date | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Row):
    """A status that somebody set by hand."""

    of: Literal["workstream", "project", "milestone", "action"]
    named: str
    status: Literal["green", "amber", "red"]
    reason: str
    by: str
    given_on: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Row):
    """Requests to change what was agreed, and what was decided on them."""

    change: str
    project: str
    what: str
    why: str
    asked_by: str
    asked_on: date
    milestone: str = ""
    new_due: date | None = None
    cost: Money | None = None
    on_benefit: str = ""
    on_risk: str = ""
    outcome: Literal["open", "approved", "refused", "withdrawn"] = "open"
    decided_by: str = ""
    decided_on: date | None = None
    minute: str = ""

    def outcome_on(self, day: date) -> str:
        """What was decided by a day."""
        return "open" if self.decided_on is not None and self.decided_on > day else self.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight(Row):
    """Highlight reports."""

    project: str
    period: Period
    achieved: str = ""
    next: str = ""
    help_needed: str = ""
    confidence: Literal["", "green", "amber_green", "amber", "amber_red", "red"] = ""
    author: str = ""
    approved_by: str = ""


ROW_TYPES = {
    "objectives": Objective,
    "workstreams": Workstream,
    "projects": Project,
    "project_interventions": ProjectIntervention,
    "milestones": Milestone,
    "dependencies": Dependency,
    "actions": Action,
    "overrides": Override,
    "changes": Change,
    "highlights": Highlight,
}
