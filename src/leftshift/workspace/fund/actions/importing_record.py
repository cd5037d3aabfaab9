"""The record of a folder is taken in with its plan: entries, closes, decisions and reviews, with their numbers and dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leftshift.foundation.faults import Fault, Faults
from leftshift.fund.ledger.entries import Entry
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.record_rows import Release, Review
from leftshift.fund.recording import decision_of, ledger_of, positions, review_of
from leftshift.place.row import Row
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.fund.actions.deciding import LONGEST, keep_decision, keep_review
from leftshift.workspace.fund.actions.posting import EVIDENCE, keep_close, keep_entry
from leftshift.workspace.fund.models import Fund, LedgerEntry

KEPT_IN_TABLES = ("entries", "postings", "closes", "decisions", "reviews")
"""Tables of a folder that the database keeps row by row, where none of them can be altered."""
_WORDS, _BY, _PERIOD = 6000, 400, 20


def check_record(plan: FundPlan) -> Ledger:
    """The ledger of a folder. Raises FaultsFound with every entry, decision and review that cannot be kept."""
    faults = Faults()
    for row in plan.entries:
        _check_texts(faults, row, {"words": _WORDS, "evidence": EVIDENCE, "by": _BY})
    for close in plan.closes:
        _check_texts(faults, close, {"period": _PERIOD, "by": _BY})
    for decision in plan.decisions:
        _check_texts(faults, decision, {name: LONGEST[name] for name in ("reason", "ground", "agreed_by", "minute")})  # fmt: skip
    for review in plan.reviews:
        _check_texts(faults, review, {"outcome": LONGEST["outcome"], "by": LONGEST["office"], "minute": 300})
    faults.raise_if_any()
    for release in plan.decisions:
        _check_paper(faults, release)
    for reviewed in plan.reviews:
        _check_paper(faults, reviewed)
    faults.raise_if_any()
    if plan.decisions:
        positions(plan, max(row.decided_on for row in plan.decisions))
    return ledger_of(plan)


def import_record(fund: Fund, plan: FundPlan, *, by: Person) -> dict[str, int]:
    """Write what a folder holds of the ledger into the database; gives how much of each. Raises FaultsFound.

    Call it in the transaction that adds the fund, before its event.
    """
    ledger = check_record(plan)
    kept = _keep(fund, ledger)
    spoken_for: set[int] = set()
    for row in plan.decisions:
        entry = _carried_out(ledger.entries, row, spoken_for)
        keep_decision(fund, decision_of(row), kept.get(entry or 0), by=by.signature, code=row.decision)
    for review in plan.reviews:
        keep_review(fund, review_of(review), by=by.signature)
    return {
        "entries": len(ledger.entries),
        "closes": len(ledger.closes),
        "decisions": len(plan.decisions),
        "reviews": len(plan.reviews),
    }


def _keep(fund: Fund, ledger: Ledger) -> Mapping[int, LedgerEntry]:
    """Entries and closes in the order in which they were made: the database takes them in no other."""
    kept: dict[int, LedgerEntry] = {}
    waiting = list(ledger.closes)
    for entry in ledger.entries:
        while waiting and waiting[0].after < entry.number:
            keep_close(fund, waiting.pop(0))
        kept[entry.number] = keep_entry(fund, entry)
    for close in waiting:
        keep_close(fund, close)
    return kept


def _carried_out(entries: Sequence[Entry], row: Release, spoken_for: set[int]) -> int | None:
    """The number of the entry that released what a decision says; None where the ledger has none."""
    for entry in entries:
        held = sum(
            abs(side.pence)
            for side in entry.postings
            if side.account.hold == row.hold and side.account.described.floor
        )
        fits = entry.kind == "release_hold" and entry.evidence == row.minute and held == row.amount.pence
        if fits and entry.number not in spoken_for:
            spoken_for.add(entry.number)
            return entry.number
    return None


def _check_paper(faults: Faults, row: Release | Review) -> None:
    try:
        _ = decision_of(row) if isinstance(row, Release) else review_of(row)
    except LedgerRefused as problem:
        faults.add(_fault(row, "hold", row.hold, "a decision or review that is whole", str(problem)))


def _check_texts(faults: Faults, row: Row, longest: Mapping[str, int]) -> None:
    for name, most in longest.items():
        if (size := len(str(getattr(row, name)))) > most:
            faults.add(
                _fault(row, name, f"{size:,} characters", f"at most {most:,} characters", "Shorten it")
            )


def _fault(row: Row, column: str, found: str, expected: str, action: str) -> Fault:
    origin = row.origin
    return Fault(
        "record refused", origin.file, origin.row or None, column, found, expected, action.rstrip(".")
    )
