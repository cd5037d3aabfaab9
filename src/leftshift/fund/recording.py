"""Between the tables of a plan's folder and the ledger: entries, money held back, decisions, the agreement; and what returns take from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.fund.ledger.accounts import Account
from leftshift.fund.ledger.clauses import Agreement, Clause
from leftshift.fund.ledger.entries import Entry, Posting
from leftshift.fund.ledger.holding import Decision, Hold, Position, Review, check_release, position
from leftshift.fund.ledger.ledger import Close, Ledger, first_day
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.fund.plan import record_rows, rows
from leftshift.fund.plan.plan import NOTHING, FundPlan, total
from leftshift.fund.plan.totals import NOT_STATED
from leftshift.fund.plan.work_rows import Clause as ClauseRow
from leftshift.fund.returns.content import Actuals

_RULES = {"fixed": "fixed", "contribution": "variable", "commissioned": "variable", "own_risk": "own_risk"}


def ledger_of(plan: FundPlan) -> Ledger:
    """The ledger that a folder holds. Raises FaultsFound with every entry that could not have come about."""
    faults = Faults()
    postings: dict[int, list[Posting]] = {}
    for row in plan.postings:
        try:
            postings.setdefault(row.entry, []).append(Posting(Account.parse(row.account), row.amount.pence))
        except LedgerRefused as problem:
            faults.add(_refused(row, "account", row.account, problem))
    ledger = Ledger()
    closes = sorted(plan.closes, key=lambda row: row.after)
    for entry in sorted(plan.entries, key=lambda row: row.entry):
        try:
            ledger = _closed(ledger, closes, entry.entry - 1)
            ledger = ledger.post(_entry(entry, postings.pop(entry.entry, [])))
        except LedgerRefused as problem:
            faults.add(_refused(entry, "entry", str(entry.entry), problem))
    if not faults:
        ledger = _closed(ledger, closes, len(ledger.entries))
    for number in postings:
        row = next(row for row in plan.postings if row.entry == number)
        faults.add(Fault("unknown entry", row.origin.file, row.origin.row or None, "entry", str(number), "an entry of entries.csv", "Correct it, or add the entry"))  # fmt: skip
    faults.raise_if_any()
    return ledger


def _closed(ledger: Ledger, closes: Sequence[record_rows.CloseRow], entries: int) -> Ledger:
    """The ledger with those closes that were made when so many entries stood in it."""
    for row in closes:
        if row.after == entries:
            ledger = ledger.closed(Close(row.through, row.period, row.after, row.by))
    return ledger


def _entry(row: record_rows.EntryRow, postings: Sequence[Posting]) -> Entry:
    return Entry(
        row.entry, row.date, row.kind, row.words, tuple(postings), row.reverses, row.evidence, row.by
    )


def _refused(row: Any, column: str, found: str, problem: LedgerRefused) -> Fault:
    return Fault("entry refused", row.origin.file, row.origin.row or None, column, found, "an entry that the ledger takes", str(problem).rstrip("."))  # fmt: skip


def rows_of_entry(
    entry: Entry, source: str
) -> tuple[record_rows.EntryRow, tuple[record_rows.PostingRow, ...]]:
    """An entry as rows of a folder."""
    about: dict[str, Any] = {"source": source, "basis": "published"}
    row = record_rows.EntryRow(
        entry=entry.number, date=entry.date, kind=entry.kind, words=entry.words, reverses=entry.reverses,
        evidence=entry.evidence, by=entry.by, **about,
    )  # fmt: skip
    postings = tuple(
        record_rows.PostingRow(
            entry=entry.number, account=str(side.account), amount=Money(side.pence), **about
        )
        for side in entry.postings
    )
    return row, postings


def with_ledger(plan: FundPlan, ledger: Ledger, source: str) -> FundPlan:
    """The plan with the entries of a ledger as its own."""
    pairs = [rows_of_entry(entry, source) for entry in ledger.entries]
    about: dict[str, Any] = {"source": source, "basis": "published"}
    closes = [
        record_rows.CloseRow(through=row.through, period=row.period, after=row.after, by=row.by, **about)
        for row in ledger.closes
    ]
    return plan.with_tables(
        entries=[row for row, _ in pairs],
        postings=[side for _, sides in pairs for side in sides],
        closes=closes,
    )


def actuals(ledger: Ledger, period: Period) -> Actuals:
    """What was received and spent from the first day of the financial year to the last day of a period."""
    begins = first_day(period.financial_year)
    entries = [entry for entry in ledger.entries if begins <= entry.date <= period.end]
    received, spent = dict[tuple[str, str], Money](), dict[tuple[str, str], Money]()
    for entry in (entry for entry in entries if not _closes(entry)):
        for side in entry.postings:
            account = side.account
            if account.kind == "contribution_due" and _is_receipt(ledger, entry):
                key = (account.source, account.partner)
                received[key] = received.get(key, NOTHING) - Money(side.pence)
            elif account.kind == "spend":
                key = (account.scheme, account.source)
                spent[key] = spent.get(key, NOTHING) + Money(side.pence)
    return Actuals(received, spent)


def _closes(entry: Entry) -> bool:
    return entry.kind == "close_year"


def _is_receipt(ledger: Ledger, entry: Entry) -> bool:
    """Whether an entry is money that came in, or takes such an entry back: not the agreement that it is due."""
    while entry.reverses is not None:
        entry = ledger.entry(entry.reverses)
    return entry.kind == "receive"


def hold_of(row: rows.Hold) -> Hold:
    """Money that is held back, as the ledger knows it; where no paper says out of which source, that is its source."""
    source = row.source_of_funding or NOT_STATED
    return Hold(
        row.hold,
        row.kind,
        source,
        row.amount,
        row.treatment,
        row.rule or row.name,
        first_day(row.year),
        row.scheme,
    )


def decision_of(row: record_rows.Release) -> Decision:
    """A release as the ledger knows it."""
    return Decision(row.hold, row.decided_on, row.amount, row.reason, row.ground, row.agreed_by, row.minute)


def review_of(row: record_rows.Review) -> Review:
    """A review as the ledger knows it."""
    return Review(row.hold, row.quarter, row.reviewed_on, row.outcome, row.by, row.minute)


def positions(plan: FundPlan, as_of: date) -> tuple[Position, ...]:
    """What is held of each hold, what was released and what is left on a day. Raises FaultsFound."""
    faults = Faults()
    found = [made for row in plan.holds if (made := _position(plan, row, as_of, faults)) is not None]
    if faults:
        raise FaultsFound(faults)
    return tuple(found)


def _position(plan: FundPlan, row: rows.Hold, as_of: date, faults: Faults) -> Position | None:
    """Where one hold stands; every decision and review that cannot stand is a fault at its own row."""
    try:
        hold = hold_of(row)
    except LedgerRefused as problem:
        faults.add(_refused(row, "amount", str(row.amount), problem))
        return None
    decisions: list[Decision] = []
    for entry in sorted((e for e in plan.decisions if e.hold == row.hold), key=lambda e: e.decided_on):
        try:
            decision = decision_of(entry)
            check_release(hold, decisions, decision)
            decisions.append(decision)
        except LedgerRefused as problem:
            column, said = (
                ("decided_on", str(entry.decided_on))
                if entry.decided_on < hold.since
                else ("amount", str(entry.amount))
            )
            faults.add(_refused(entry, column, said, problem))
    reviews: list[Review] = []
    for review in (e for e in plan.reviews if e.hold == row.hold):
        try:
            reviews.append(review_of(review))
        except LedgerRefused as problem:
            faults.add(_refused(review, "reviewed_on", str(review.reviewed_on), problem))
    return position(hold, decisions, reviews, as_of)


def agreement_of(plan: FundPlan) -> Agreement | None:
    """The section 75 agreement's clauses; None where the plan states none. Raises FaultsFound."""
    if not plan.clauses:
        return None
    partners = tuple(row.partner for row in plan.partners if row.kind != "board")
    host = next((row.partner for row in plan.partners if row.host), partners[0])
    groups: dict[str, list[ClauseRow]] = {}
    for row in plan.clauses:
        groups.setdefault(row.scheme, []).append(row)
    faults = Faults()
    clauses = []
    for scheme, found in groups.items():
        try:
            clauses.append(_clause(scheme, found))
        except LedgerRefused as problem:
            faults.add(_refused(found[0], "rule", found[0].rule, problem))
    faults.raise_if_any()
    try:
        return Agreement(partners, host, tuple(clauses))
    except LedgerRefused as problem:
        faults.add(_refused(plan.clauses[0], "clause", plan.clauses[0].clause, problem))
        raise FaultsFound(faults) from problem


def _clause(scheme: str, found: Sequence[ClauseRow]) -> Clause:
    first = found[0]
    if len({row.rule for row in found}) > 1:
        raise LedgerRefused("One scheme has one rule: give all its partners the same.")
    shares = {row.partner: row.percent for row in found if row.percent is not None}
    return Clause(
        _RULES[first.rule],
        scheme,
        shares if first.rule == "fixed" else {},
        "commissioned" if first.rule == "commissioned" else "contribution",
        {row.partner: row.cap for row in found if row.cap is not None},
        first.underspend,
        first.source,
    )


def paid_in(plan: FundPlan) -> Mapping[str, Money]:
    """What each partner puts into the pool."""
    return _sums((row.partner, row.amount) for row in plan.income)


def _sums(pairs: Iterable[tuple[str, Money]]) -> dict[str, Money]:
    found: dict[str, list[Money]] = {}
    for key, amount in pairs:
        found.setdefault(key, []).append(amount)
    return {key: total(amounts) for key, amounts in found.items()}
