"""Everything that the pages of funds read: plans as they stand, with the record of what happened to them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.utils import timezone

from leftshift.foundation.faults import Fault, Faults, shown
from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.foundation.years import Quarter
from leftshift.fund.checks.rules import CheckedPlan
from leftshift.fund.fund import Fund as PooledFund
from leftshift.fund.ledger.accounts import Account as LedgerAccount
from leftshift.fund.ledger.entries import Entry, Posting
from leftshift.fund.ledger.ledger import Close, Ledger
from leftshift.fund.ledger.stating import spent_in
from leftshift.fund.plan.plan import FundPlan, plan_kind, read_plan_texts
from leftshift.fund.plan.record_rows import Release, Review, SignOff
from leftshift.fund.plan.record_rows import Submission as SubmissionRow
from leftshift.fund.plan.signing import Seat, SignedState, signed_state
from leftshift.fund.recording import with_ledger
from leftshift.fund.rounds.round import Round, Rounds
from leftshift.place.place import Place
from leftshift.workspace.fund.models import Fund, FundVersion, Signature, Submission
from leftshift.workspace.plan.queries import latest_run, model_of
from leftshift.workspace.shared import editing


@cache
def rounds() -> Rounds:
    """The rounds at hand: those that come with leftshift, and those of the folders in LEFTSHIFT_ROUNDS."""
    folders = filter(None, os.environ.get("LEFTSHIFT_ROUNDS", "").split(os.pathsep))
    return Rounds(tuple(Path(folder) for folder in folders))


def funds_of(place: str) -> Sequence[Fund]:
    """The funds of a place, newest first."""
    return list(Fund.objects.filter(place__code=place).select_related("place").order_by("-id"))


def fund_of(place: str, code: str) -> Fund | None:
    """A fund of a place by its code."""
    return Fund.objects.filter(place__code=place, code=code).select_related("place", "follows").first()


def texts_of(fund: Fund) -> dict[str, str]:
    """File name to text of a plan as it stands; empty files are left out."""
    return editing.texts_of(fund, plan_kind().schema.tables)


def place_of(code: str) -> Place | None:
    """The current plan of a place, whose measures count the metrics; None where it has none that can be read."""
    run = latest_run(code)
    return model_of(run.version_id).place if run else None


@dataclass(frozen=True)
class Seen:
    """A fund as it stands: its plan as far as it can be read, its faults, and the record."""

    fund: Fund
    plan: FundPlan | None
    faults: Faults
    as_of: date

    @cached_property
    def round(self) -> Round:
        """The round whose rules it follows."""
        return rounds().get(self.fund.round)

    @cached_property
    def pooled(self) -> PooledFund:
        """The plan with its round, its place where a metric names a measure, and its record."""
        assert self.plan is not None, "a plan that cannot be read is answered before"
        place = place_of(self.fund.place.code) if any(row.measure for row in self.plan.metrics) else None
        return PooledFund(with_record(self.fund, self.plan), self.round, rounds(), place)

    @cached_property
    def checked(self) -> CheckedPlan:
        """What every rule says today, with what changed since the last signature."""
        return self.pooled.check(self.as_of, signed=signed_content(self.fund))

    @cached_property
    def state(self) -> SignedState:
        """Who has signed, and what was sent: a folder that claims that this content was sent and ratified proves neither."""
        plan = self.pooled.plan
        brought = () if self.plan is None else self.plan.submissions
        sent = [row for row in plan.submissions if row.fingerprint != plan.fingerprint or row not in brought]
        return signed_state(plan, self.round, plan.sign_offs, sent)

    @cached_property
    def unwitnessed(self) -> tuple[Seat, ...]:
        """Seats whose signature nobody gave here: it came with the folder of the plan."""
        here = set(
            Signature.objects.filter(
                version__fund=self.fund, version__fingerprint=self.state.plan.fingerprint
            ).values_list("signatory", "partner")
        )
        signed = [seat for seat in self.state.seats if seat.state == "signed"]
        return tuple(seat for seat in signed if (seat.signatory.signatory, seat.partner.partner) not in here)

    @property
    def all_faults(self) -> Faults:
        """What cannot be read, and what the rules find, as faults of files."""
        found = Faults()
        found.add_all(self.faults)
        if self.plan is not None and not self.faults:
            found.add_all(_at_files(self.checked))
        return found


def _at_files(checked: CheckedPlan) -> list[Fault]:
    return [finding.fault for rule in checked.rules for finding in rule.findings]


def seen(fund: Fund, texts: Mapping[str, str] | None = None) -> Seen:
    """A fund as it stands, or as it would with other texts."""
    read = read_plan_texts(texts if texts is not None else texts_of(fund))
    if read.plan is not None:
        read.faults.add_all([*_another(fund, read.plan), *_gone(fund, read.plan)])
    return Seen(fund, read.plan, read.faults, timezone.localdate())


def _another(fund: Fund, plan: FundPlan) -> Iterator[Fault]:
    """A heading that says another code or round than the fund has: it would be checked by the rules of one and signed as the other."""
    for column, kept, found in (("code", fund.code, plan.code), ("round", fund.round, plan.round)):
        if kept != found:
            action = f"Put it back: a plan of another {column} is a fund of its own"
            yield Fault("not of this fund", plan_kind().file, None, column, shown(found), kept, action)


def _gone(fund: Fund, plan: FundPlan) -> Iterator[Fault]:
    """What was held back and then released or reviewed stays in the plan: without it no statement would show its decisions."""
    used = {*fund.decisions.values_list("hold", flat=True), *fund.reviews.values_list("hold", flat=True)}
    for hold in sorted(used - {row.hold for row in plan.holds}):
        action = "Put it back, as History does: money was released from it, or it was reviewed"
        yield Fault("gone from the plan", "holds.csv", None, "hold", "no row of it", shown(hold), action)


def version_of(fund: Fund, fingerprint: str) -> FundVersion | None:
    """The content of a fund by its fingerprint, where it was kept."""
    return FundVersion.objects.filter(fund=fund, fingerprint=fingerprint).first()


def signed_content(fund: Fund) -> FundPlan | None:
    """The content that was signed last; None where nothing was."""
    last = Signature.objects.filter(version__fund=fund).select_related("version").order_by("-id").first()
    return read_plan_texts(last.version.document).plan if last else None


# ---------------------------------------------------------------------- the record
def _about(by: str) -> dict[str, Any]:
    return {"source": f"Recorded in the workspace by {by.partition(' <')[0]}", "basis": "published"}


def with_record(fund: Fund, plan: FundPlan) -> FundPlan:
    """The plan with what happened to it: signatures, submissions, the ledger, decisions and reviews."""
    return with_ledger(plan, ledger_of(fund), "The ledger of the workspace").with_tables(
        sign_offs=[*plan.sign_offs, *(_sign_off(row) for row in Signature.objects.filter(version__fund=fund).select_related("version"))],
        submissions=[
            *plan.submissions,
            *(
                _submission(row)
                for row in Submission.objects.filter(version__fund=fund).select_related("version", "ratification")
            ),
        ],
        decisions=[
            Release(
                decision=row.code or f"decision_{row.pk}", hold=row.hold, decided_on=row.decided_on, amount=Money(row.pence),
                reason=row.reason, ground=row.ground, agreed_by=row.agreed_by, minute=row.minute, **_about(row.by),
            )
            for row in fund.decisions.filter(entry__reversed_by__isnull=True)  # what was taken back releases nothing
        ],
        reviews=[
            Review(
                hold=row.hold, quarter=Quarter.parse(row.quarter), outcome=row.outcome, reviewed_on=row.reviewed_on,
                by=row.office, minute=row.minute, **_about(row.by),
            )
            for row in fund.reviews.all()
        ],
    )  # fmt: skip


def _sign_off(row: Signature) -> SignOff:
    return SignOff(
        signatory=row.signatory, partner=row.partner, fingerprint=row.version.fingerprint,
        signed_on=timezone.localdate(row.at), role=row.role, for_another=row.for_another, minute=row.minute, **_about(row.by),
    )  # fmt: skip


def _submission(row: Submission) -> SubmissionRow:
    ratified = getattr(row, "ratification", None)
    return SubmissionRow(
        submitted_on=timezone.localdate(row.at), fingerprint=row.version.fingerprint, power=row.power, by=row.office,
        meeting_on=row.meeting_on, ratified_on=ratified.ratified_on if ratified else None,
        minute=ratified.minute if ratified else "", **_about(row.by),
    )  # fmt: skip


def ledger_of(fund: Fund) -> Ledger:
    """The ledger as the database holds it. Raises LedgerRefused for a history that cannot have come about."""
    entries = tuple(
        Entry(
            row.number,
            row.date,
            row.kind,
            row.words,
            tuple(Posting(LedgerAccount.parse(side.account), side.pence) for side in row.postings.all()),
            row.reverses.number if row.reverses else None,
            row.evidence,
            row.by,
        )
        for row in fund.entries.select_related("reverses").prefetch_related("postings")
    )
    closes = tuple(Close(row.through, row.period, row.after, row.by) for row in fund.closes.all())
    return Ledger(entries, closes)


def spent_on(place: str, scheme: str, period: Period) -> Decimal | None:
    """What the ledger says was spent on a scheme (fund/scheme) in a period, in pounds; None where there is no such fund."""
    code, _, name = scheme.partition("/")
    fund = fund_of(place, code)
    if fund is None:
        return None
    return spent_in(ledger_of(fund), name, period.first, period.end)
