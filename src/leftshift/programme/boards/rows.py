"""The rows of the tables of boards, as schema.toml describes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from leftshift.foundation.money import Money
from leftshift.foundation.years import Month
from leftshift.place.row import Row

Day = date
"""A day, where a field of a row is called `date`."""
InterestKind = Literal["financial", "non_financial_professional", "non_financial_personal", "indirect"]
ItemKind = Literal["decision", "note", "assurance", "procedure"]
QuestionKind = Literal["question", "statement", "deputation", "petition"]
State = Literal["present", "remote", "apologies", "absent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Row):
    """A board, committee or group, with its rules."""

    body: str
    name: str
    chair: str = ""
    quorum: int
    remote_counts: bool = True
    excluded_count: bool = False
    papers_days: int | None = None
    clear_days: bool = False
    question_days: int | None = None
    statement_days: int | None = None
    deputation_days: int | None = None
    petition_days: int | None = None
    closes_at: str = ""
    question_minutes: int | None = None
    short_notice_minutes: int | None = None
    meets: str = ""
    public: bool = True
    reports_to: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumClass(Row):
    """How many of a class have to be there."""

    body: str
    class_name: str
    at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Row):
    """A seat, a substitute or somebody in attendance, for a term."""

    member: str
    body: str
    name: str
    class_name: str = ""
    organisation: str = ""
    role: Literal["chair", "vice_chair", "member", "in_attendance"] = "member"
    begins: date | None = None
    ends: date | None = None
    votes: bool = True
    substitute_for: str = ""
    senior_in: str = ""

    def serves_on(self, day: date) -> bool:
        """Whether the term covers a day."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day <= self.ends)

    @property
    def has_seat(self) -> bool:
        """Whether it is a seat that votes, and so one that may count towards a quorum."""
        return self.votes and self.role != "in_attendance" and not self.substitute_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest(Row):
    """An entry of the register."""

    interest: str
    body: str
    member: str
    kind: InterestKind
    what: str
    concerns: str = ""
    since: date
    declared_on: date | None = None
    is_securities: bool = False
    is_gift: bool = False
    value: Money | None = None
    share: float | None = None
    ended: date | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Row):
    """A meeting."""

    meeting: str
    body: str
    date: Day
    begins: str = ""
    venue: str = ""
    public: bool = True
    issued_on: Day | None = None
    was: Day | None = None
    moved_on: Day | None = None
    cancelled: bool = False
    chair: str = ""
    minutes_approved_on: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Row):
    """A line of the forward plan."""

    topic: str
    body: str
    title: str
    kind: Literal["decision", "assurance", "information"] = "decision"
    meeting: str = ""
    month: Month | None = None
    owner: str = ""
    key_decision: bool = False
    notice_on: date | None = None
    draft_by: date | None = None
    final_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem(Row):
    """An item of a meeting."""

    meeting: str
    item: str
    title: str
    kind: ItemKind = "decision"
    owner: str = ""
    minutes: int | None = None
    exempt: bool = False
    exempt_reason: str = ""
    paper: str = ""
    concerns: str = ""
    takes_part_by: Literal["everyone", "plan_area"] = "everyone"
    added_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Row):
    """A paper or a supplement."""

    paper: str
    title: str
    author: str = ""
    received_on: date | None = None
    issued_on: date | None = None
    late_reason: str = ""
    supplement_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPart(Row):
    """A part of a paper."""

    paper: str
    part: str
    letter: str = ""
    text: str
    exempt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRisk(Row):
    """A risk of a paper under a heading."""

    paper: str
    heading: Literal["time", "viability", "finance", "profile", "equality"]
    level: Literal["low", "medium", "high"]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance(Row):
    """Whether a member was at a meeting."""

    meeting: str
    member: str
    state: State
    substitute: str = ""
    arrived_item: str = ""
    left_item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration(Row):
    """An interest declared at an item."""

    meeting: str
    item: str
    member: str
    kind: InterestKind
    what: str
    leaves: bool = True
    by_rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Row):
    """A lettered resolution of an item."""

    meeting: str
    item: str
    resolution: str
    text: str
    outcome: Literal["agreed", "not_agreed", "deferred", "noted"]
    votes_for: int | None = None
    votes_against: int | None = None
    abstained: int | None = None
    moved_by: str = ""
    subject: str = ""
    exempt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Row):
    """What somebody of the public asked, said or handed over."""

    meeting: str
    question: str
    kind: QuestionKind = "question"
    asked_by: str = "a resident"
    received_on: date
    short_notice: bool = False
    minutes: int | None = None
    text: str
    answer: str = ""
    supplementary: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(Row):
    """A day on which nobody works."""

    day: date
    reason: str
    body: str = ""


ROW_TYPES: dict[str, Any] = {
    "bodies": Body,
    "quorum_classes": QuorumClass,
    "members": Member,
    "interests": Interest,
    "meetings": Meeting,
    "forward_plan": Topic,
    "agenda": AgendaItem,
    "papers": Paper,
    "paper_parts": PaperPart,
    "paper_risks": PaperRisk,
    "attendance": Attendance,
    "declarations": Declaration,
    "decisions": Decision,
    "questions": Question,
    "closures": Closure,
}


@lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[str]:
    """The names of a cell that has semicolons between them, each as `name_key` has it."""
    return frozenset(name_key(name) for name in text.split(";") if name.strip())


def name_key(name: str) -> str:
    """A name without regard to case, and to whether its words are parted by spaces, hyphens or low lines."""
    return "_".join(re.split(r"[\s_-]+", name.strip().casefold()))
