"""The ledger: entries in order and closes, and every balance as a sum over them. Never changed, only grown."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from leftshift.foundation.money import PENCE_IN_POUND, Money
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.ledger.accounts import Account, chart
from leftshift.fund.ledger.entries import Entry
from leftshift.fund.ledger.parameters import parameter
from leftshift.fund.ledger.refusals import (
    AccountNotUnderstood,
    AlreadyReversed,
    Incomplete,
    NotEnough,
    NotKnown,
    OutOfTurn,
    PeriodClosed,
)


@dataclass(frozen=True, order=True, slots=True)
class Close:
    """A close of everything up to a day, made when so many entries stood in the ledger.

    ``period`` is the month (2016-04) or financial year (2016/17) that was closed.
    """

    through: datetime.date
    period: str
    after: int
    by: str


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One line of a trial balance: a balance stands on one side, and the other is nought."""

    account: Account
    debit: Money
    credit: Money


@dataclass(frozen=True)
class Ledger:
    """Entries numbered from 1 on, and closes. Growing it gives a new one; this one stays.

    Built from stored entries it checks its whole history; raises LedgerRefused where that could not have come about.
    """

    entries: tuple[Entry, ...] = ()
    closes: tuple[Close, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries", tuple(self.entries))
        object.__setattr__(self, "closes", tuple(self.closes))
        grown = _EMPTY if self.entries or self.closes else self
        waiting = list(self.closes)
        for entry in self.entries:
            while waiting and waiting[0].after < entry.number:
                grown = grown.closed(waiting.pop(0))
            grown._check_history(entry)
            grown = _grow(grown, entry)
        for close in waiting:
            grown = grown.closed(close)

    @property
    def next_number(self) -> int:
        """The number that the next entry has."""
        return len(self.entries) + 1

    @property
    def closed_through(self) -> datetime.date | None:
        """The last day that is closed; None while nothing is."""
        return self.closes[-1].through if self.closes else None

    def entry(self, number: int) -> Entry:
        """An entry by its number; raises NotKnown."""
        if not 1 <= number <= len(self.entries):
            raise NotKnown(f"There is no entry {number}: the last one is {len(self.entries)}.")
        return self.entries[number - 1]

    def post(self, entry: Entry) -> Ledger:
        """The ledger with one entry more.

        Raises OutOfTurn, PeriodClosed, NotKnown, AlreadyReversed, and NotEnough where a balance would turn to a side
        on which it means nothing, such as a commitment below nought.
        """
        self.check(entry)
        return _grow(self, entry)

    def check(self, entry: Entry) -> None:
        """Raise what `post` would raise, and nothing where it would take the entry."""
        self._check_history(entry)
        self._check_floors(entry)

    def knows(self, account: Account) -> bool:
        """Whether anything was ever posted on an account, even where its balance is nought now."""
        return account in self._totals

    def knows_hold(self, code: str) -> bool:
        """Whether a hold of this code was ever set aside."""
        return any(account.hold == code for account in self._totals)

    def closed(self, close: Close) -> Ledger:
        """The ledger with everything up to a day closed; raises PeriodClosed when that is no later than what is."""
        last = self.closed_through
        if last is not None and close.through <= last:
            raise PeriodClosed(f"{close.period} is closed: everything up to {last.isoformat()} is.")
        if close.after != len(self.entries):
            raise OutOfTurn(f"The close of {close.period} does not follow entry {len(self.entries)}.")
        if not close.by.strip():
            raise Incomplete(f"The close of {close.period}", ["by"])
        return _with(self.entries, (*self.closes, close), self._totals, self._reversed)

    def _check_history(self, entry: Entry) -> None:
        if entry.number != self.next_number:
            raise OutOfTurn(f"Entry {entry.number} is out of turn: the next one is {self.next_number}.")
        last = self.closed_through
        if last is not None and entry.date <= last:
            raise PeriodClosed(
                f"{entry.date.isoformat()} is in a closed period: everything up to {last.isoformat()} is closed. "
                "Date it later; correct a closed period by a reversal in an open one."
            )
        if entry.reverses is not None:
            self._check_reversal(entry, entry.reverses)

    def _check_reversal(self, entry: Entry, number: int) -> None:
        earlier = self.entry(number)
        if earlier.kind in {"reverse", "close_year"}:
            raise AlreadyReversed(f"Entry {number} ({earlier.kind}) cannot be reversed: make a new entry.")
        if number in self._reversed:
            raise AlreadyReversed(f"Entry {number} is reversed already, by entry {self._reversed[number]}.")
        if entry.date < earlier.date:
            raise PeriodClosed(
                f"A reversal of entry {number} is not dated before it: {earlier.date.isoformat()}."
            )
        if sorted((p.account, -p.pence) for p in earlier.postings) != sorted(
            (p.account, p.pence) for p in entry.postings
        ):
            raise AlreadyReversed(
                f"A reversal of entry {number} takes back the whole of it, and nothing else."
            )

    def _check_floors(self, entry: Entry) -> None:
        for account, pence in _summed([entry]).items():
            described = account.described
            before = self._totals.get(account, 0) * described.sign
            change = pence * described.sign
            lowest = -parameter("overdraft") * PENCE_IN_POUND if account.kind == "bank" else 0
            if described.floor and change < 0 and before + change < lowest:
                raise NotEnough(
                    f"{described.name} ({account}) holds {Money(before)}, and {Money(-change)} would be taken. "
                    "Take less, or reverse first what follows from it."
                )

    @cached_property
    def _totals(self) -> Mapping[Account, int]:
        return _summed(self.entries)

    @cached_property
    def _reversed(self) -> Mapping[int, int]:
        return {e.reverses: e.number for e in self.entries if e.reverses is not None}

    def reversed_by(self, number: int) -> int | None:
        """The number of the entry that reverses this one; None when none does."""
        return self._reversed.get(number)

    def balances(self, as_of: datetime.date | None = None) -> Mapping[Account, Money]:
        """Every balance that is not nought, debits positive: together they are nought. Up to a day, or all."""
        totals = self._totals if as_of is None else _summed(e for e in self.entries if e.date <= as_of)
        return {account: Money(pence) for account, pence in sorted(totals.items()) if pence}

    def balance(
        self,
        *,
        kind: str,
        source: str | None = None,
        scheme: str | None = None,
        partner: str | None = None,
        hold: str | None = None,
        as_of: datetime.date | None = None,
    ) -> Money:
        """The balance of a kind on its usual side, of all its accounts or of those with these fields."""
        if kind not in chart():
            raise AccountNotUnderstood(f"{kind!r} is no kind of account: one of {', '.join(chart())}.")
        wanted = {"source": source, "scheme": scheme, "partner": partner, "hold": hold}
        asked = [(name, value) for name, value in wanted.items() if value is not None]
        totals = self._totals if as_of is None else _summed(e for e in self.entries if e.date <= as_of)
        found = (
            pence
            for account, pence in totals.items()
            if account.kind == kind and all(getattr(account, name) == value for name, value in asked)
        )
        return Money(sum(found) * chart()[kind].sign)

    def trial_balance(self, as_of: datetime.date | None = None) -> tuple[TrialRow, ...]:
        """Every balance on its side; debits and credits come to the same, of money and of memorandum accounts."""
        return tuple(
            TrialRow(account, Money(max(money.pence, 0)), Money(max(-money.pence, 0)))
            for account, money in self.balances(as_of).items()
        )

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Every source that money was agreed or brought forward for, in the order of their codes."""
        kinds = {"income", "carried_forward"}
        return tuple(sorted({account.source for account in self._totals if account.kind in kinds}))


def _summed(entries: Iterable[Entry]) -> dict[Account, int]:
    totals: dict[Account, int] = {}
    for entry in entries:
        for posting in entry.postings:
            totals[posting.account] = totals.get(posting.account, 0) + posting.pence
    return totals


def _grow(ledger: Ledger, entry: Entry) -> Ledger:
    totals = dict(ledger._totals)
    for posting in entry.postings:
        totals[posting.account] = totals.get(posting.account, 0) + posting.pence
    taken_back = ledger._reversed
    if entry.reverses is not None:
        taken_back = {**taken_back, entry.reverses: entry.number}
    return _with((*ledger.entries, entry), ledger.closes, totals, taken_back)


def _with(
    entries: tuple[Entry, ...],
    closes: tuple[Close, ...],
    totals: Mapping[Account, int],
    taken_back: Mapping[int, int],
) -> Ledger:
    # Its history was checked entry by entry, so that it is not checked once more from the start.
    ledger = object.__new__(Ledger)
    ledger.__dict__.update(entries=entries, closes=closes, _totals=totals, _reversed=taken_back)
    return ledger


_EMPTY = _with((), (), {}, {})


def year_of(date: datetime.date) -> FinancialYear:
    """The financial year of a day."""
    return Month(date.year, date.month).financial_year


def first_day(year: FinancialYear) -> datetime.date:
    """1 April of a financial year."""
    return datetime.date(year.starts, 4, 1)


def last_day(year: FinancialYear) -> datetime.date:
    """31 March at the end of a financial year."""
    return datetime.date(year.starts + 1, 3, 31)
