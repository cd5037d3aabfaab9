"""The rows of a fund plan: what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.foundation.years import Quarter
from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff(Row):
    """Who signed which content."""

    signatory: str
    partner: str
    fingerprint: str
    signed_on: date
    role: str
    for_another: bool = False
    minute: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission(Row):
    """When the plan was sent, and by which power."""

    submitted_on: date
    fingerprint: str
    power: str = ""
    by: str
    meeting_on: date | None = None
    ratified_on: date | None = None
    minute: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Row):
    """A release of money that was held back."""

    decision: str
    hold: str
    decided_on: date
    amount: Money
    reason: str
    ground: str
    agreed_by: str
    minute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Row):
    """A quarterly review of money that is held back."""

    hold: str
    quarter: Quarter
    outcome: str
    reviewed_on: date
    by: str
    minute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow(Row):
    """An entry of the ledger."""

    entry: int
    date: date
    kind: str
    words: str
    reverses: int | None = None
    evidence: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRow(Row):
    """One side of an entry."""

    entry: int
    account: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionStatus(Row):
    """What a return says of a condition."""

    period: Period
    condition: str
    answer: Literal["yes", "no", "in_progress"]
    by: date | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricStatus(Row):
    """What a return says of a metric."""

    period: Period
    metric: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    actual: Decimal | None = None
    provisional: bool = False
    status: Literal["", "on_track", "not_on_track", "no_data"] = ""
    achievements: str = ""
    challenges: str = ""
    mitigation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Row):
    """What will have been spent by the end of the year."""

    period: Period
    scheme: str
    source_of_funding: str = ""
    amount: Money
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeComment(Row):
    """Why what came in differs from what was planned."""

    period: Period
    line: str
    partner: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRow(Row):
    """A closed month or year of the ledger."""

    through: date
    period: str
    after: int
    by: str


ROW_TYPES: dict[str, type[Row]] = {
    "sign_offs": SignOff,
    "submissions": Submission,
    "decisions": Release,
    "reviews": Review,
    "entries": EntryRow,
    "postings": PostingRow,
    "condition_status": ConditionStatus,
    "metric_status": MetricStatus,
    "forecasts": Forecast,
    "income_comments": IncomeComment,
    "closes": CloseRow,
}
