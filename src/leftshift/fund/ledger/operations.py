"""The verbs of the ledger: each makes the next entry. They are the only way that the workspace posts."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leftshift.foundation.faults import near_miss
from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.ledger.accounts import Account
from leftshift.fund.ledger.entries import Entry, gathered
from leftshift.fund.ledger.holding import Decision, Hold
from leftshift.fund.ledger.ledger import Close, Ledger, first_day, last_day
from leftshift.fund.ledger.refusals import AmountRefused, Incomplete, NotEnough, NotKnown, PeriodClosed
from leftshift.fund.ledger.stating import left, uncommitted

BANK = Account("bank")


@dataclass(frozen=True, slots=True)
class Voucher:
    """The paper behind an entry: its date, what it is, who enters it, and the reference that an extract shows."""

    date: datetime.date
    words: str
    by: str
    evidence: str = ""

    def __post_init__(self) -> None:
        if missing := [name for name in ("words", "by") if not getattr(self, name).strip()]:
            raise Incomplete("The voucher", missing)


def agree_contribution(
    ledger: Ledger, voucher: Voucher, *, source: str, partner: str, amount: Money
) -> Entry:
    """A partner agrees to contribute: it is due from now on, and its source may be committed and spent."""
    _check(amount)
    due = Account("contribution_due", source=source, partner=partner)
    return _entry(
        ledger, voucher, "agree_contribution", _moves(due, Account("income", source=source), amount)
    )


def receive(ledger: Ledger, voucher: Voucher, *, source: str, partner: str, amount: Money) -> Entry:
    """A contribution comes in. Raises NotKnown where none was agreed, NotEnough where less is due."""
    _check(amount)
    due = Account("contribution_due", source=source, partner=partner)
    _check_source(ledger, source)
    if not ledger.knows(due):
        raise NotKnown(
            f"{partner} agreed no contribution to {source}: agree it first, or correct the partner."
        )
    waiting = ledger.balance(kind="contribution_due", source=source, partner=partner)
    if amount > waiting:
        raise NotEnough(
            f"{waiting} is due from {partner} to {source}, and {amount} came: agree what it gives beyond that first."
        )
    return _entry(ledger, voucher, "receive", _moves(BANK, due, amount))


def commit(ledger: Ledger, voucher: Voucher, *, source: str, scheme: str, amount: Money) -> Entry:
    """Promise money of a source to a scheme. Raises NotEnough beyond what is left, committed and earmarked off."""
    _check(amount)
    _check_uncommitted(ledger, source, amount, "committed")
    of, other = _commitment(source, scheme)
    return _entry(ledger, voucher, "commit", _moves(of, other, amount))


def release_commitment(ledger: Ledger, voucher: Voucher, *, source: str, scheme: str, amount: Money) -> Entry:
    """Take a promise back that is no longer needed; raises NotEnough beyond what is committed."""
    _check(amount)
    of, other = _commitment(source, scheme)
    promised = ledger.balance(kind="commitment", source=source, scheme=scheme)
    if amount > promised:
        raise NotEnough(f"{promised} of {source} is committed to {scheme}: release no more than that.")
    return _entry(ledger, voucher, "release_commitment", _moves(other, of, amount))


def pay(ledger: Ledger, voucher: Voucher, *, scheme: str, amounts: Mapping[str, Money]) -> Entry:
    """Pay for a scheme out of one source or several: what is committed to it is used first, the rest is paid directly.

    Spending beyond what is left of a source is recorded, for it happened: it shows as an overspend, to be shared.
    """
    spent = _spending(ledger, scheme, amounts)
    bank = [(BANK, -amount.pence) for amount in amounts.values()]
    return _entry(ledger, voucher, "pay", [*spent, *bank])


def accrue(
    ledger: Ledger, voucher: Voucher, *, scheme: str, provider: str, amounts: Mapping[str, Money]
) -> Entry:
    """Record what a provider delivered to a scheme and was not paid: it is spent, and owed."""
    spent = _spending(ledger, scheme, amounts)
    owed = [(Account("payable", partner=provider), -amount.pence) for amount in amounts.values()]
    return _entry(ledger, voucher, "accrue", [*spent, *owed])


def pay_accrued(ledger: Ledger, voucher: Voucher, *, provider: str, amount: Money) -> Entry:
    """Pay a provider what was accrued; nothing more is spent. Raises NotEnough beyond what is owed."""
    _check(amount)
    owed = ledger.balance(kind="payable", partner=provider)
    if amount > owed:
        raise NotEnough(
            f"{owed} is owed to {provider}, and {amount} would be paid: accrue the rest, or pay it directly."
        )
    return _entry(ledger, voucher, "pay_accrued", _moves(Account("payable", partner=provider), BANK, amount))


def set_aside(ledger: Ledger, voucher: Voucher, hold: Hold) -> Entry:
    """Hold money back: outside the programme it leaves its source, within it is marked and nothing moves.

    Raises NotEnough beyond what is uncommitted, NotKnown for a code that is in use.
    """
    if ledger.knows_hold(hold.code):
        raise NotKnown(f"A hold {hold.code} stands in the ledger already: give this one a code of its own.")
    _check_uncommitted(ledger, hold.source, hold.amount, "held")
    sides = (
        (hold.other_side, hold.account) if hold.treatment == "outside" else (hold.account, hold.other_side)
    )
    return _entry(ledger, voucher, "set_aside", _moves(*sides, hold.amount))


def release_hold(ledger: Ledger, hold: Hold, decision: Decision, *, by: str) -> Entry:
    """Carry out a decision: what it releases comes back to its source, and may be committed again.

    Raises NotKnown where the decision or the ledger is about another hold, NotEnough beyond what is left.
    """
    if decision.hold != hold.code:
        raise NotKnown(f"The decision is about {decision.hold}, not about {hold.code}.")
    if not ledger.knows(hold.account):
        raise NotKnown(f"{hold.code} is not set aside in the ledger: set it aside before it is released.")
    kind = hold.account.kind
    there = ledger.balance(kind=kind, source=hold.source, scheme=hold.account.scheme, hold=hold.code)
    if decision.amount > there:
        raise NotEnough(
            f"{hold.code} has {there} left, and {decision.amount} would be released: release no more."
        )
    sides = (
        (hold.account, hold.other_side) if hold.treatment == "outside" else (hold.other_side, hold.account)
    )
    words = f"{decision.reason} (basis: {decision.basis}; agreed by {decision.agreed_by}; minute {decision.minute})"
    voucher = Voucher(decision.date, words, by, decision.minute)
    return _entry(ledger, voucher, "release_hold", _moves(*sides, decision.amount))


def carry_forward(
    ledger: Ledger, voucher: Voucher, *, source: str, amount: Money, from_source: str | None = None
) -> Entry:
    """Bring in what was left before the ledger began, or move what one source carried forward to another.

    Raises NotEnough where the other source carried less, or has less left.
    """
    _check(amount)
    to = Account("carried_forward", source=source)
    if from_source is None:
        return _entry(ledger, voucher, "carry_forward", _moves(BANK, to, amount))
    _check_source(ledger, from_source)
    if from_source == source:
        raise NotKnown(f"{source} keeps what it carried forward by itself: name another source.")
    carried = min(
        ledger.balance(kind="carried_forward", source=from_source), uncommitted(ledger, from_source)
    )
    if amount > carried:
        raise NotEnough(
            f"{from_source} has {carried} that it carried forward and did not promise: move no more."
        )
    return _entry(
        ledger, voucher, "carry_forward", _moves(Account("carried_forward", source=from_source), to, amount)
    )


def settle_share(ledger: Ledger, voucher: Voucher, *, partner: str, amount: Money, paid_in: bool) -> Entry:
    """A partner pays its share of an overspend in, or is paid its share of an underspend. Raises NotEnough."""
    _check(amount)
    account = Account("share_due" if paid_in else "share_owed", partner=partner)
    waiting = ledger.balance(kind=account.kind, partner=partner)
    if amount > waiting:
        way = "due from" if paid_in else "owed to"
        raise NotEnough(
            f"{waiting} is {way} {partner} of shares, and {amount} would be settled: settle no more."
        )
    sides = (BANK, account) if paid_in else (account, BANK)
    return _entry(ledger, voucher, "settle_share", _moves(*sides, amount))


def reverse(ledger: Ledger, entry: Entry | int, *, reason: str, date: datetime.date, by: str) -> Entry:
    """Take back the whole of an entry by one that says why, dated in an open period.

    Raises AlreadyReversed for the second time, and for a reversal or the close of a year.
    """
    number = entry if isinstance(entry, int) else entry.number
    earlier = ledger.entry(number)
    voucher = Voucher(date, reason, by, earlier.evidence)
    back = [(posting.account, -posting.pence) for posting in earlier.postings]
    made = Entry(
        ledger.next_number, date, "reverse", voucher.words, gathered(back), number, voucher.evidence, by
    )
    ledger.check(made)
    return made


def close_month(ledger: Ledger, month: Month, *, by: str) -> Ledger:
    """Close everything up to the end of a month. March is closed with its year, whose close is dated in it."""
    if month.month == 3:
        raise PeriodClosed(f"{month} ends a financial year: close the year {month.financial_year} instead.")
    end = datetime.date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])
    _check_years_before(ledger, month.financial_year)
    return ledger.closed(Close(end, str(month), len(ledger.entries), by))


def close_year(ledger: Ledger, year: FinancialYear, *, by: str) -> Ledger:
    """Close a financial year: an entry carries what each source has left forward, and the year takes no more.

    Commitments, holds, and what is due and owed stay as they are. Raises PeriodClosed out of turn.
    """
    end = last_day(year)
    _check_years_before(ledger, year)
    if ledger.closed_through is not None and end <= ledger.closed_through:
        raise PeriodClosed(f"{year} is closed: everything up to {ledger.closed_through.isoformat()} is.")
    back = list[tuple[Account, int]]()
    for account, money in ledger.balances(end).items():
        if account.described.closes:
            back += [
                (account, -money.pence),
                (Account("carried_forward", source=account.source), money.pence),
            ]
    if postings := gathered(back):
        words = f"Close of {year}: what each source has left is carried forward"
        ledger = ledger.post(Entry(ledger.next_number, end, "close_year", words, postings, by=by))
    return ledger.closed(Close(end, year.label, len(ledger.entries), by))


def overspent(ledger: Ledger, source: str, as_of: datetime.date | None = None) -> Money:
    """What a source spent beyond what it had; nought where it did not."""
    return Money(max(0, -left(ledger, source, as_of).pence))


def _check_years_before(ledger: Ledger, year: FinancialYear) -> None:
    start, closed = first_day(year), ledger.closed_through
    opened = [entry.date for entry in ledger.entries if entry.date < start]
    if opened and (closed is None or closed < start - datetime.timedelta(days=1)):
        raise PeriodClosed(f"The year before {year} is open and has entries: close it first.")


def _spending(ledger: Ledger, scheme: str, amounts: Mapping[str, Money]) -> list[tuple[Account, int]]:
    if not amounts:
        raise AmountRefused(f"Nothing is to be paid for {scheme}: name at least one source and its amount.")
    moves = list[tuple[Account, int]]()
    for source, amount in amounts.items():
        _check(amount)
        _check_source(ledger, source)
        moves.append((Account("spend", source=source, scheme=scheme), amount.pence))
        of, other = _commitment(source, scheme)
        used = min(amount, ledger.balance(kind="commitment", source=source, scheme=scheme))
        moves += _moves(other, of, used)
    return moves


def _commitment(source: str, scheme: str) -> tuple[Account, Account]:
    return Account("commitment", source=source, scheme=scheme), Account("commitment_control", source=source)


def _moves(debit: Account, credit: Account, amount: Money) -> list[tuple[Account, int]]:
    return [(debit, amount.pence), (credit, -amount.pence)]


def _entry(ledger: Ledger, voucher: Voucher, kind: str, moves: Iterable[tuple[Account, int]]) -> Entry:
    made = Entry(
        number=ledger.next_number,
        date=voucher.date,
        kind=kind,
        words=voucher.words,
        postings=gathered(moves),
        evidence=voucher.evidence,
        by=voucher.by,
    )
    ledger.check(made)  # what the ledger would refuse is refused before anybody sees an entry
    return made


def _check(amount: Money) -> None:
    if amount.pence <= 0:
        raise AmountRefused(
            f"{amount} is no amount to enter: give one above nought. What was wrong is reversed."
        )


def _check_source(ledger: Ledger, source: str) -> None:
    if source not in ledger.sources:
        near = near_miss(source, ledger.sources)
        hint = f"Did you mean {near}?" if near else "Agree a contribution to it first."
        raise NotKnown(f"Nothing was agreed for a source {source}. {hint}")


def _check_uncommitted(ledger: Ledger, source: str, amount: Money, way: str) -> None:
    _check_source(ledger, source)
    free = uncommitted(ledger, source)
    if amount > free:
        raise NotEnough(
            f"{source} has {free} that is not promised, and {amount} would be {way}: it is not enough."
        )


def posted(ledger: Ledger, entries: Sequence[Entry]) -> Ledger:
    """The ledger with these entries more, in their order."""
    for entry in entries:
        ledger = ledger.post(entry)
    return ledger
