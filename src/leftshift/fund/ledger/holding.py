"""Money held back: what is held, decisions that release it, quarterly reviews. Nothing is ever released by itself."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from leftshift.foundation.money import Money
from leftshift.foundation.years import Quarter
from leftshift.fund.ledger.accounts import HOLD_KINDS, Account
from leftshift.fund.ledger.ledger import year_of
from leftshift.fund.ledger.parameters import parameter
from leftshift.fund.ledger.refusals import AmountRefused, Incomplete, LedgerRefused, NotEnough, NotKnown

TREATMENTS: Final = ("outside", "within")
_MONTHS_OF_QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class Hold:
    """Money that is held back.

    ``outside`` the programme it is taken out of its source; ``within``, it is a mark on money of the programme, of one
    scheme or of none that is stated, and adds to no total. ``basis`` says by which clause or plan it is held.
    """

    code: str
    kind: str
    source: str
    amount: Money
    treatment: str
    basis: str
    since: datetime.date
    scheme: str = ""

    def __post_init__(self) -> None:
        if self.kind not in HOLD_KINDS:
            raise LedgerRefused(f"{self.kind!r} is no kind of hold: one of {', '.join(HOLD_KINDS)}.")
        if self.treatment not in TREATMENTS:
            raise LedgerRefused(f"{self.treatment!r} is no treatment: a hold is outside or within.")
        if self.treatment == "outside" and self.scheme:
            raise LedgerRefused(
                "What is held outside the programme belongs to no scheme: leave the scheme out."
            )
        if not self.basis.strip():
            raise Incomplete(f"The hold {self.code}", ["basis"])
        if self.amount.pence <= 0:
            raise AmountRefused(f"The hold {self.code} holds {self.amount}: an amount above nought is held.")
        _ = self.account

    @property
    def account(self) -> Account:
        """The account that says how much is held: of money outside, of a memorandum within."""
        if self.treatment == "outside":
            return Account(self.kind, source=self.source, hold=self.code)
        return Account("earmark", source=self.source, scheme=self.scheme, hold=self.code)

    @property
    def other_side(self) -> Account:
        """The account that the other side of every movement is posted to."""
        if self.treatment == "outside":
            return Account("set_aside", source=self.source)
        return Account("earmark_control", source=self.source, hold=self.code)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision to release money that is held: how much, why, on which basis, who agreed, and the minute.

    Raises Incomplete with everything that is missing; without a minute there is no release.
    """

    hold: str
    date: datetime.date
    amount: Money
    reason: str
    basis: str
    agreed_by: str
    minute: str

    def __post_init__(self) -> None:
        missing = [] if self.amount.pence > 0 else ["amount above £0.00"]
        filled = {
            "hold": self.hold,
            "reason": self.reason,
            "basis": self.basis,
            "who agreed": self.agreed_by,
            "minute": self.minute,
        }
        missing += [name for name, text in filled.items() if not text.strip()]
        if missing:
            raise Incomplete("The decision to release", missing)


@dataclass(frozen=True, slots=True)
class Review:
    """A quarterly review of a hold: what was found, by whom, when, and the minute."""

    hold: str
    quarter: Quarter
    date: datetime.date
    words: str
    by: str
    minute: str

    def __post_init__(self) -> None:
        filled = {"hold": self.hold, "words": self.words, "by": self.by, "minute": self.minute}
        if missing := [name for name, text in filled.items() if not text.strip()]:
            raise Incomplete(f"The review of {self.quarter}", missing)
        if self.date < first_day_of(self.quarter):
            raise LedgerRefused(
                f"A review of {self.quarter} is not held before the quarter: correct its date."
            )


@dataclass(frozen=True, slots=True)
class Step:
    """One release: its decision, and what was left after it."""

    decision: Decision
    left: Money


@dataclass(frozen=True, slots=True)
class Position:
    """A hold on a day: held at first, released step by step, left; which reviews are there and which overdue."""

    hold: Hold
    as_of: datetime.date
    held: Money
    released: Money
    left: Money
    steps: tuple[Step, ...]
    reviewed: tuple[Review, ...]
    overdue: tuple[Quarter, ...]


def position(
    hold: Hold, decisions: Sequence[Decision], reviews: Sequence[Review], as_of: datetime.date
) -> Position:
    """Where a hold stands on a day.

    Raises NotKnown for a decision or review of another hold, and NotEnough where decisions release more than is held.
    A quarter is reviewed if something was left when it began; the first is the one in which it was set aside.
    """
    _check_belongs(hold, [*decisions, *reviews])
    steps = _steps(hold, [decision for decision in decisions if decision.date <= as_of])
    reviewed = tuple(sorted((r for r in reviews if r.date <= as_of), key=lambda r: (r.quarter, r.date)))
    there = {review.quarter for review in reviewed}
    to_review = [
        quarter for quarter in _quarters(hold.since, as_of) if _left_at(hold, steps, quarter).pence > 0
    ]
    left = steps[-1].left if steps else hold.amount if hold.since <= as_of else Money(0)
    held = hold.amount if hold.since <= as_of else Money(0)
    return Position(
        hold=hold,
        as_of=as_of,
        held=held,
        released=held - left,
        left=left,
        steps=steps,
        reviewed=reviewed,
        overdue=tuple(quarter for quarter in to_review if quarter not in there),
    )


def check_release(hold: Hold, decisions: Sequence[Decision], decision: Decision) -> None:
    """Raise NotKnown, LedgerRefused or NotEnough when a decision cannot follow those before it."""
    _check_belongs(hold, [*decisions, decision])
    _steps(hold, [*decisions, decision])


def _check_belongs(hold: Hold, papers: Sequence[Decision | Review]) -> None:
    for paper in papers:
        if paper.hold != hold.code:
            raise NotKnown(f"This is about {paper.hold}, not about {hold.code}: name the hold that it is of.")


def _steps(hold: Hold, decisions: Sequence[Decision]) -> tuple[Step, ...]:
    left, steps = hold.amount, list[Step]()
    for decision in sorted(decisions, key=lambda decision: decision.date):
        if decision.date < hold.since:
            raise LedgerRefused(
                f"{hold.code} is held from {hold.since.isoformat()}: nothing is released before."
            )
        if decision.amount > left:
            raise NotEnough(
                f"{hold.code} has {left} left, and {decision.amount} would be released (minute {decision.minute}): "
                "release no more than is left."
            )
        left -= decision.amount
        steps.append(Step(decision, left))
    return tuple(steps)


def _left_at(hold: Hold, steps: Sequence[Step], quarter: Quarter) -> Money:
    before = [step.left for step in steps if step.decision.date < first_day_of(quarter)]
    return before[-1] if before else hold.amount


def _quarters(since: datetime.date, as_of: datetime.date) -> list[Quarter]:
    """The quarters from a day on whose review was due before another day."""
    quarter, found = quarter_of(since), list[Quarter]()
    grace = datetime.timedelta(days=parameter("review_days"))
    while first_day_of(quarter.following) - datetime.timedelta(days=1) + grace < as_of:
        found.append(quarter)
        quarter = quarter.following
    return found


def quarter_of(date: datetime.date) -> Quarter:
    """The quarter of a financial year that a day falls in."""
    return Quarter(year_of(date), (date.month - 4) % 12 // _MONTHS_OF_QUARTER + 1)


def first_day_of(quarter: Quarter) -> datetime.date:
    """The first day of a quarter."""
    months = 3 + (quarter.number - 1) * _MONTHS_OF_QUARTER
    return datetime.date(quarter.year.starts + months // 12, months % 12 + 1, 1)
