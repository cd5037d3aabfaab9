"""The rows of a programme: alignment, engagement and equality; one frozen class a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Row):
    """What people say again and again."""

    theme: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment(Row):
    """Which theme which objective, workstream or intervention answers, and how far."""

    theme: str
    kind: Literal["objective", "workstream", "project", "intervention"]
    named: str
    strength: Literal["significant", "moderate", "indirect", "none"]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakeholder(Row):
    """Who has to be told, asked or won."""

    stakeholder: str
    name: str
    interest: Literal["", "low", "medium", "high"] = ""
    influence: Literal["", "low", "medium", "high"] = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Row):
    """The stakeholder plan."""

    stakeholder: str
    channel: str
    due: date
    purpose: str
    owner: str
    project: str = ""
    done: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement(Row):
    """Times at which people were asked."""

    engagement: str
    name: str
    asked: str
    channel: str
    begins: date
    ends: date
    project: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Row):
    """How many of which group said what."""

    engagement: str
    group: str
    theme: str
    number: int
    supportive: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAndDid(Row):
    """You said, we did."""

    engagement: str
    theme: str
    said: str
    response: Literal["changed", "decided", "not_changed", "open"]
    did: str = ""
    changed_on: date | None = None
    record: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Row):
    """Questions to the public, each set on a page of its own."""

    survey: str
    name: str
    engagement: str
    introduction: str
    opens: date
    closes: date
    groups: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyQuestion(Row):
    """What a survey asks, in this order."""

    survey: str
    question: str
    kind: Literal["yes_no", "choice", "open"]
    text: str
    choices: str = ""
    required: bool = False
    theme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Row):
    """What a decision does to people who are treated unequally."""

    assessment: str
    name: str
    assessor: str
    assessed_on: date
    project: str = ""
    decision: str = ""
    not_needed_because: str = ""
    approved_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact(Row):
    """What is found for each protected characteristic."""

    assessment: str
    characteristic: str
    effect: Literal["positive", "none", "negative", "mixed", "not_known"]
    evidence: str = ""
    no_evidence_because: str = ""
    mitigation: str = ""
    owner: str = ""
    due: date | None = None


ROW_TYPES = {
    "themes": Theme,
    "alignment": Alignment,
    "stakeholders": Stakeholder,
    "contacts": Contact,
    "engagements": Engagement,
    "responses": Response,
    "said_and_did": SaidAndDid,
    "surveys": Survey,
    "survey_questions": SurveyQuestion,
    "assessments": Assessment,
    "impacts": Impact,
}
