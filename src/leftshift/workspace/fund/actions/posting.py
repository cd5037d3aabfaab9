"""Posting: one transaction locks the fund, lets the library make the entry, and keeps it with its event."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from leftshift.foundation.faults import FaultsFound, near_miss
from leftshift.fund.ledger.accounts import FIELDS
from leftshift.fund.ledger.entries import Entry
from leftshift.fund.ledger.ledger import Close, Ledger
from leftshift.fund.ledger.refusals import (
    GateNotPassed,
    Incomplete,
    LedgerRefused,
    NotKnown,
    PeriodClosed,
)
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.totals import NOT_STATED
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions.operating import Bound, Operation, check_whole, made_by, verb_of
from leftshift.workspace.fund.models import Fund, LedgerClose, LedgerEntry, LedgerPosting
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.between import stops_of

_SPENDS = ("commit", "pay", "accrue")
"""What puts money to a scheme; a commitment that is released, or a bill that is paid which was accrued, does not."""
WORDS, EVIDENCE, KEY = 1000, 300, 64
"""The longest words, reference and key of an entry that a person makes, in characters."""


@dataclass(frozen=True)
class Posted:
    """What came of a posting: the entry, the close, or both; ``again`` where it was posted before under its key."""

    entry: LedgerEntry | None
    close: LedgerClose | None
    again: bool = False


@dataclass(frozen=True)
class Made:
    """What an operation would post: the ledger before and after it."""

    before: Ledger
    after: Ledger

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that it adds."""
        return self.after.entries[len(self.before.entries) :]

    @property
    def closes(self) -> tuple[Close, ...]:
        """The closes that it adds."""
        return self.after.closes[len(self.before.closes) :]

    @property
    def digest(self) -> str:
        """A hash of the postings: what a person has seen is what is posted."""
        sides = [f"{p.account} {p.pence}" for entry in self.entries for p in entry.postings]
        return hashlib.sha256("\n".join(sides).encode()).hexdigest()[:24]


class SeenAnother(LedgerRefused):
    """The ledger has changed since a person saw what would be posted."""


def preview(fund: Fund, asked: Operation, *, by: Person) -> Made:
    """What would be posted now; nothing is kept. Raises NotAllowed, LedgerRefused, FaultsFound."""
    by.check_may(Permission.RUN_FUND, fund.place.code)
    check_gates(fund, asked)
    return _made(queries.ledger_of(fund), plan_of(fund), asked, by)


@transaction.atomic
def post(fund: Fund, asked: Operation, *, by: Person, key: str = "", seen: str = "") -> Posted:
    """Post an operation. Raises NotAllowed, LedgerRefused, and FaultsFound where the plan cannot be read.

    The same key posts once. ``seen`` is the digest of what a person was shown; raises SeenAnother where it would be other now.
    """
    held = lock(fund)
    by.check_may(Permission.RUN_FUND, held.place.code)
    if earlier := _posted_before(held, asked.verb, key):
        return Posted(earlier, None, again=True)
    check_gates(held, asked)
    made = _made(queries.ledger_of(held), plan_of(held), asked, by)
    check_seen(made, seen)
    entry, close = keep(held, made, key=key)
    tell(held, asked.verb, entry, close, by=by)
    return Posted(entry, close)


def check_gates(fund: Fund, asked: Operation) -> None:
    """Raise GateNotPassed where money would go to a scheme that a gate of the place's programme stops."""
    if asked.verb not in _SPENDS or not asked.scheme:
        return
    if why := stops_of(fund.place.code, f"{fund.code}/{asked.scheme}"):
        raise GateNotPassed(f"{why[0]}. Put that right first, or spend on another scheme.")


def lock(fund: Fund) -> Fund:
    """The fund, locked until the transaction ends: its ledger grows by one entry at a time."""
    return Fund.objects.select_for_update(of=("self",)).select_related("place").get(pk=fund.pk)


def plan_of(fund: Fund) -> FundPlan:
    """The plan as it stands. Raises FaultsFound where it cannot be read."""
    seen = queries.seen(fund)
    if seen.plan is None or seen.faults:
        raise FaultsFound(seen.faults)
    return seen.plan


def check_seen(made: Made, seen: str) -> None:
    """Raise SeenAnother where a person was shown something else."""
    if seen and seen != made.digest:
        raise SeenAnother(
            "The ledger has changed since you looked, and this would post something else now. Look at it again, then post it."
        )


def keep(fund: Fund, made: Made, *, key: str = "") -> tuple[LedgerEntry | None, LedgerClose | None]:
    """Write entries and closes into the database; gives the last of each. The fund is locked."""
    entry: LedgerEntry | None = None
    close: LedgerClose | None = None
    for new in made.entries:
        entry = keep_entry(fund, new, key=key)
    for closed in made.closes:
        close = keep_close(fund, closed)
    return entry, close


def keep_entry(fund: Fund, entry: Entry, *, key: str = "") -> LedgerEntry:
    """Write one entry with its postings."""
    earlier = fund.entries.get(number=entry.reverses) if entry.reverses is not None else None
    kept = LedgerEntry.objects.create(
        fund=fund, number=entry.number, date=entry.date, kind=entry.kind, words=entry.words, reverses=earlier,
        evidence=entry.evidence, sides=len(entry.postings), by=entry.by, key=key,
    )  # fmt: skip
    LedgerPosting.objects.bulk_create(
        [
            LedgerPosting(
                entry=kept,
                account=str(side.account),
                memorandum=side.account.described.memorandum,
                pence=side.pence,
            )
            for side in entry.postings
        ]
    )
    return kept


def keep_close(fund: Fund, close: Close) -> LedgerClose:
    """Write one close."""
    return LedgerClose.objects.create(
        fund=fund, through=close.through, period=close.period, after=close.after, by=close.by
    )


def tell(fund: Fund, verb: str, entry: LedgerEntry | None, close: LedgerClose | None, *, by: Person) -> None:
    """Record that something was posted or closed: the last thing that a transaction does."""
    told: dict[str, object] = {"verb": verb}
    if entry is not None:
        told |= {"entry": entry.number, "date": entry.date.isoformat()}
        if entry.reverses is not None:
            told["reverses"] = entry.reverses.number
    if close is not None:
        told |= {"period": close.period, "through": close.through.isoformat()}
    action = "ledger closed" if close is not None else "ledger entry posted"
    record_event(by=by.signature, action=action, subject=fund.code, detail=told, place=fund.place.code)


def check_text(name: str, text: str, longest: int) -> None:
    """Raise LedgerRefused for a text that is too long or cannot be kept."""
    if len(text) > longest:
        raise LedgerRefused(f"Write {name} in at most {longest:,} characters: it has {len(text):,}.")
    if any(not character.isprintable() and character not in "\n\r\t" for character in text):
        raise LedgerRefused(f"There is a character in {name} that cannot be printed: remove it.")


def check_day(date: datetime.date) -> None:
    """Raise PeriodClosed for a day that is still to come."""
    if date > timezone.localdate():
        raise PeriodClosed(
            f"{date.isoformat()} is still to come: the ledger records what happened. Date it today or before."
        )


def _posted_before(fund: Fund, verb: str, key: str) -> LedgerEntry | None:
    check_text("the key", key, KEY)
    earlier = fund.entries.filter(key=key).first() if key else None
    if earlier is not None and earlier.kind != verb:
        raise LedgerRefused(
            f"This form was posted already, as entry {earlier.number}. Load the page again to post something else."
        )
    return earlier


def _made(ledger: Ledger, plan: FundPlan, asked: Operation, by: Person) -> Made:
    check_whole(asked)
    check_text("what it is for", asked.words, WORDS)
    check_text("the reference", asked.evidence, EVIDENCE)
    if asked.date is not None:
        check_day(asked.date)
    check_names(ledger, plan, asked)
    made = Made(ledger, made_by(Bound(asked, ledger, plan, by.signature)))
    for close in made.closes:
        if close.through > timezone.localdate():
            raise PeriodClosed(f"{close.period} has not ended yet: close it from {close.through} on.")
    return made


# ---------------------------------------------------------------------- names of the plan
def names_of(plan: FundPlan) -> Mapping[str, frozenset[str]]:
    """The sources, schemes, partners and holds of a plan, and who provides for it."""
    sources = {row.line for row in plan.income}
    sources |= {row.source_of_funding for row in plan.spend} | {row.source_of_funding for row in plan.holds}
    partners = {row.partner for row in plan.partners if row.kind != "board"}
    return {
        "source": frozenset(sources - {"", NOT_STATED}),
        "scheme": frozenset(plan.scheme),
        "partner": frozenset(partners),
        "provider": frozenset((partners | {row.provider_body for row in plan.spend}) - {""}),
        "hold": frozenset(row.hold for row in plan.holds),
    }


def check_names(ledger: Ledger, plan: FundPlan, asked: Operation) -> None:
    """Raise NotKnown with every source, scheme, partner and hold that the plan does not have, each with the name most like it."""
    known = names_of(plan)
    there = _names_in(ledger) if verb_of(asked).finishes else {}
    named = [(name, str(getattr(asked, name))) for name in known]
    named += [("source", asked.from_source), *(("source", source) for source in asked.amounts)]
    wrong = [
        _unknown(name, text, known[name])
        for name, text in named
        if text and text not in known[name] and text not in there.get(name, set())
    ]
    if wrong:
        raise NotKnown(" ".join(wrong))


def _names_in(ledger: Ledger) -> Mapping[str, set[str]]:
    accounts = {side.account for entry in ledger.entries for side in entry.postings}
    found = {name: {str(getattr(account, name)) for account in accounts} - {""} for name in FIELDS}
    return found | {"provider": found["partner"]}


def _unknown(name: str, text: str, known: frozenset[str]) -> str:
    near = near_miss(text, known)
    hint = f"Did you mean {near}?" if near else f"It knows {', '.join(sorted(known)) or 'none'}."
    return f"The plan has no {name} {text}. {hint}"


def incomplete(what: str, filled: Mapping[str, object]) -> None:
    """Raise Incomplete with everything that is empty."""
    if missing := [name for name, value in filled.items() if value is None or not str(value).strip()]:
        raise Incomplete(what, missing)
