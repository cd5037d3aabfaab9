"""Decisions on money that is held back: a release with its whole decision, and quarterly reviews. Nothing is released by itself."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from leftshift.foundation.money import Money
from leftshift.foundation.years import Quarter
from leftshift.fund.ledger.holding import Decision as Paper
from leftshift.fund.ledger.holding import Hold, check_release
from leftshift.fund.ledger.holding import Review as ReviewPaper
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.operations import release_hold
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions.operating import hold_in
from leftshift.workspace.fund.actions.posting import (
    KEY,
    Made,
    check_day,
    check_seen,
    check_text,
    incomplete,
    keep,
    lock,
    plan_of,
)
from leftshift.workspace.fund.models import Decision, Fund, HoldReview, LedgerEntry
from leftshift.workspace.record.models import record_event

LONGEST = {"reason": 2000, "ground": 2000, "agreed_by": 1000, "minute": 300, "outcome": 2000, "office": 300}
"""The longest text of each part, in characters."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """A decision to release money: how much, why, on what ground, who agreed, the minute, and when it was decided."""

    amount: Money | None = None
    reason: str = ""
    ground: str = ""
    agreed_by: str = ""
    minute: str = ""
    decided_on: datetime.date | None = None

    def check_whole(self) -> None:
        """Raise Incomplete with everything that is missing, and LedgerRefused for a text that cannot be kept."""
        filled = {
            "the amount": self.amount if self.amount is not None and self.amount.pence > 0 else None,
            "the reason": self.reason,
            "the ground": self.ground,
            "who agreed": self.agreed_by,
            "the minute": self.minute,
            "the day of the decision": self.decided_on,
        }
        incomplete("The decision to release", filled)
        for name in ("reason", "ground", "agreed_by", "minute"):
            check_text(f"the {name.replace('_', ' ')}", getattr(self, name), LONGEST[name])

    def paper(self, hold: str) -> Paper:
        """The decision as the ledger knows it. Raises Incomplete."""
        self.check_whole()
        assert self.amount is not None, "checked"
        assert self.decided_on is not None, "checked"
        return Paper(
            hold, self.decided_on, self.amount, self.reason.strip(), self.ground.strip(), self.agreed_by.strip(), self.minute.strip()
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A review of what is held: the quarter, what was found, by which office, when, and the minute."""

    quarter: str = ""
    outcome: str = ""
    office: str = ""
    minute: str = ""
    reviewed_on: datetime.date | None = None

    def paper(self, hold: str) -> ReviewPaper:
        """The review as the ledger knows it. Raises Incomplete with everything that is missing."""
        filled = {
            "the quarter": self.quarter,
            "what was found": self.outcome,
            "who reviewed it": self.office,
            "the minute": self.minute,
            "the day of the review": self.reviewed_on,
        }
        incomplete("The review", filled)
        for name in ("outcome", "office", "minute"):
            check_text(f"the {name}", getattr(self, name), LONGEST[name])
        assert self.reviewed_on is not None, "checked"
        return ReviewPaper(
            hold, self._quarter(), self.reviewed_on, self.outcome.strip(), self.office.strip(), self.minute.strip()
        )  # fmt: skip

    def _quarter(self) -> Quarter:
        try:
            return Quarter.parse(self.quarter)
        except ValueError as problem:
            raise LedgerRefused(f"{self.quarter} is no quarter: {problem}.") from problem


def papers_of(fund: Fund, hold: str) -> list[Paper]:
    """What was decided of a hold before; a decision whose entry was reversed counts no more."""
    kept = fund.decisions.filter(hold=hold, entry__reversed_by__isnull=True)
    return [
        Paper(row.hold, row.decided_on, Money(row.pence), row.reason, row.ground, row.agreed_by, row.minute)
        for row in kept
    ]


def preview_release(fund: Fund, hold: str, asked: Release, *, by: Person) -> Made:
    """What a release would post; nothing is kept. Raises as `release` does."""
    by.check_may(Permission.RUN_FUND, fund.place.code)
    asked.check_whole()
    ledger = queries.ledger_of(fund)
    return _made(fund, ledger, hold_in(plan_of(fund), ledger, hold), asked, by)


def _made(fund: Fund, ledger: Ledger, hold: Hold, asked: Release, by: Person) -> Made:
    paper = asked.paper(hold.code)
    check_day(paper.date)
    check_release(hold, papers_of(fund, hold.code), paper)
    return Made(ledger, ledger.post(release_hold(ledger, hold, paper, by=by.signature)))


@transaction.atomic
def release(fund: Fund, hold: str, asked: Release, *, by: Person, key: str = "", seen: str = "") -> Decision:
    """Release what a decision says: its record and its entry, both or none. Raises NotAllowed, LedgerRefused, FaultsFound.

    Whatever is missing is told at once; more than is left is refused, and so is what the plan does not hold back.
    """
    held = lock(fund)
    by.check_may(Permission.RUN_FUND, held.place.code)
    if (earlier := _released_before(held, hold, key)) is not None:
        return earlier
    asked.check_whole()
    ledger = queries.ledger_of(held)
    found = hold_in(plan_of(held), ledger, hold)
    made = _made(held, ledger, found, asked, by)
    check_seen(made, seen)
    entry, _ = keep(held, made, key=key)
    assert entry is not None, "a release makes an entry"
    kept = keep_decision(held, asked.paper(found.code), entry, by=by.signature)
    told = {
        "hold": kept.hold,
        "pence": kept.pence,
        "minute": kept.minute,
        "entry": entry.number,
        "decided_on": kept.decided_on.isoformat(),
    }
    record_event(
        by=by.signature, action="hold released", subject=held.code, detail=told, place=held.place.code
    )
    return kept


def keep_decision(
    fund: Fund, paper: Paper, entry: LedgerEntry | None, *, by: str, code: str = ""
) -> Decision:
    """Write a decision, with the entry that carried it out."""
    return Decision.objects.create(
        fund=fund, code=code, hold=paper.hold, decided_on=paper.date, pence=paper.amount.pence, reason=paper.reason,
        ground=paper.basis, agreed_by=paper.agreed_by, minute=paper.minute, entry=entry, by=by,
    )  # fmt: skip


def _released_before(fund: Fund, hold: str, key: str) -> Decision | None:
    check_text("the key", key, KEY)
    entry = fund.entries.filter(key=key).first() if key else None
    if entry is None:
        return None
    earlier = Decision.objects.filter(entry=entry, hold=hold).first()
    if earlier is None:
        raise LedgerRefused(
            f"This form was posted already, as entry {entry.number}. Load the page again to post something else."
        )
    return earlier


@transaction.atomic
def review(fund: Fund, hold: str, asked: Reviewed, *, by: Person) -> HoldReview:
    """Record the review of a quarter. Raises NotAllowed, LedgerRefused, FaultsFound."""
    held = lock(fund)
    by.check_may(Permission.RUN_FUND, held.place.code)
    if all(row.hold != hold for row in plan_of(held).holds):
        raise LedgerRefused(f"The plan holds nothing back under {hold}: add it to what is held back first.")
    paper = asked.paper(hold)
    check_day(paper.date)
    if held.reviews.filter(hold=hold, quarter=str(paper.quarter)).exists():
        raise LedgerRefused(
            f"{paper.quarter} was reviewed already. A review stays as it is: say what is new in the review of the next quarter."
        )
    kept = keep_review(held, paper, by=by.signature)
    told = {"hold": hold, "quarter": kept.quarter, "minute": kept.minute}
    record_event(
        by=by.signature, action="hold reviewed", subject=held.code, detail=told, place=held.place.code
    )
    return kept


def keep_review(fund: Fund, paper: ReviewPaper, *, by: str) -> HoldReview:
    """Write a review."""
    return HoldReview.objects.create(
        fund=fund, hold=paper.hold, quarter=str(paper.quarter), reviewed_on=paper.date, outcome=paper.words, office=paper.by,
        minute=paper.minute, by=by,
    )  # fmt: skip
