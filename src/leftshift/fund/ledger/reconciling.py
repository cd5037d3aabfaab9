"""Reconcile an account of the ledger with an extract of the bank or of another ledger, to the penny."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from leftshift.foundation.money import Money
from leftshift.fund.ledger.accounts import Account
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.matching import Line, batch, nearest_pairs, reference_pairs
from leftshift.fund.ledger.parameters import parameter
from leftshift.fund.ledger.reading_extract import ExtractLine
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.fund.ledger.stating import NOUGHT, DoesNotTie

BY_REFERENCE: Final = "amount and reference"
BY_DATE: Final = "amount and date"
BY_BATCH: Final = "a batch that comes to the amount"
BY_REVERSAL: Final = "an entry and its reversal"


@dataclass(frozen=True, order=True, slots=True)
class LedgerLine:
    """What one entry moves on the account: pence above nought come into the pool."""

    number: int
    date: datetime.date
    reference: str
    words: str
    pence: int


@dataclass(frozen=True, slots=True)
class Match:
    """Entries and lines of the extract that are the same money, and how that is known."""

    how: str
    entries: tuple[LedgerLine, ...]
    lines: tuple[ExtractLine, ...]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """An account held to an extract on a day.

    The ledger's balance, less what stands only in it, with what stands only in the extract and the difference at the
    start, is the extract's balance; raises DoesNotTie. ``unexplained`` is what the extract's own printed closing
    balance differs by from its lines; None where it prints none. ``later``: lines after the day, left out.
    """

    account: Account
    as_of: datetime.date
    since: datetime.date | None
    matches: tuple[Match, ...]
    only_in_ledger: tuple[LedgerLine, ...]
    only_in_extract: tuple[ExtractLine, ...]
    later: tuple[ExtractLine, ...]
    ledger_balance: Money
    opening_difference: Money
    extract_balance: Money
    unexplained: Money | None

    def __post_init__(self) -> None:
        proven = self.ledger_balance - _sum(self.only_in_ledger) + _sum(self.only_in_extract)
        if proven + self.opening_difference != self.extract_balance:
            raise DoesNotTie(
                "the difference between ledger and extract is not what stands only in one of them"
            )
        for match in self.matches:
            if _sum(match.entries) != _sum(match.lines):
                raise DoesNotTie(f"a match by {match.how} does not come to the same")

    @property
    def difference(self) -> Money:
        """The extract's balance less the ledger's."""
        return self.extract_balance - self.ledger_balance

    @property
    def agrees(self) -> bool:
        """Whether nothing stands in one of them only, and nothing is unexplained."""
        alone = self.only_in_ledger or self.only_in_extract or self.opening_difference.pence
        return not alone and (self.unexplained is None or self.unexplained.pence == 0)


def reconcile(
    ledger: Ledger,
    lines: Sequence[ExtractLine],
    account: Account,
    as_of: datetime.date,
    *,
    since: datetime.date | None = None,
    opening: Money = NOUGHT,
    closing: Money | None = None,
) -> Reconciliation:
    """Match entries and lines one to one by amount and reference, then by amount and date, then batches.

    The extract begins on ``since`` with a balance of ``opening``; without it, with the ledger's first entry. Amounts
    are from the pool's side. Two ways to make a batch are no match: a person says which. Raises LedgerRefused where a
    line comes before the extract begins.
    """
    used = [line for line in lines if line.date <= as_of]
    if since is not None and any(line.date < since for line in used):
        raise LedgerRefused(f"The extract has lines before {since.isoformat()}: correct when it begins.")
    entries = [line for line in _ledger_lines(ledger, account, as_of) if since is None or line.date >= since]
    finder = _Finder(entries, used)
    finder.find(ledger)
    balance = ledger.balances(as_of).get(account, NOUGHT)
    before = balance - _sum(entries)
    extract_balance = opening + _sum(used)
    return Reconciliation(
        account=account,
        as_of=as_of,
        since=since,
        matches=tuple(finder.matches),
        only_in_ledger=tuple(finder.entries.values()),
        only_in_extract=tuple(finder.lines.values()),
        later=tuple(line for line in lines if line.date > as_of),
        ledger_balance=balance,
        opening_difference=opening - before,
        extract_balance=extract_balance,
        unexplained=None if closing is None else closing - extract_balance,
    )


class _Finder:
    """Takes matches out of what is not matched yet, from the surest way to the least sure."""

    def __init__(self, entries: Iterable[LedgerLine], lines: Iterable[ExtractLine]) -> None:
        self.entries = dict(enumerate(sorted(entries, key=lambda entry: (entry.date, entry.number))))
        self.lines = dict(enumerate(sorted(lines, key=lambda line: (line.date, line.row, line))))
        self.matches: list[Match] = []

    def find(self, ledger: Ledger) -> None:
        """Every match that can be told."""
        days, most = parameter("match_days"), parameter("most_of_a_batch")
        for entry, line in list(reference_pairs(self.entries, self.lines)):
            self._take(BY_REFERENCE, [entry], [line])
        for entry, line in list(nearest_pairs(self.entries, self.lines, days)):
            self._take(BY_DATE, [entry], [line])
        self._take_reversals(ledger)
        for number, line_of_bank in list(self.lines.items()):
            if parts := batch(line_of_bank, self.entries, days, most):
                self._take(BY_BATCH, parts, [number])
        for number, entry_of_ledger in list(self.entries.items()):
            if parts := batch(entry_of_ledger, self.lines, days, most):
                self._take(BY_BATCH, [number], parts)

    def _take_reversals(self, ledger: Ledger) -> None:
        at = {entry.number: position for position, entry in self.entries.items()}
        for number, position in at.items():
            undone = at.get(ledger.reversed_by(number) or 0)
            if undone is not None:
                self._take(BY_REVERSAL, [position, undone], [])

    def _take(self, how: str, entries: Sequence[int], lines: Sequence[int]) -> None:
        taken = tuple(self.entries.pop(number) for number in entries)
        self.matches.append(Match(how, taken, tuple(self.lines.pop(number) for number in lines)))


def _ledger_lines(ledger: Ledger, account: Account, as_of: datetime.date) -> Iterator[LedgerLine]:
    for entry in ledger.entries:
        pence = sum(posting.pence for posting in entry.postings if posting.account == account)
        if pence and entry.date <= as_of:
            yield LedgerLine(entry.number, entry.date, entry.evidence, entry.words, pence)


def _sum(lines: Iterable[Line]) -> Money:
    return Money(sum(line.pence for line in lines))
