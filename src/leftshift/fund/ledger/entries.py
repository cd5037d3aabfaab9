"""Entries of the ledger: valid by construction, never changed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from leftshift.foundation.money import PENCE_IN_POUND, Money
from leftshift.fund.ledger.accounts import Account
from leftshift.fund.ledger.parameters import parameter
from leftshift.fund.ledger.refusals import AmountRefused, Incomplete, LedgerRefused, Unbalanced

KINDS: Final = {
    "agree_contribution": "contribution agreed",
    "receive": "contribution received",
    "commit": "committed",
    "release_commitment": "commitment released",
    "pay": "paid",
    "accrue": "accrued",
    "pay_accrued": "accrual paid",
    "set_aside": "set aside",
    "release_hold": "hold released",
    "carry_forward": "carried forward",
    "share_variance": "over- or underspend shared",
    "settle_share": "share settled",
    "reverse": "reversed",
    "close_year": "year closed",
}
"""Every kind of entry, with the words for it."""
_EARLIEST: Final = 1900
_LATEST: Final = 2199


@dataclass(frozen=True, order=True, slots=True)
class Posting:
    """One side of an entry: an account, and pence that are positive for a debit and negative for a credit."""

    account: Account
    pence: int

    def __post_init__(self) -> None:
        if type(self.pence) is not int:
            raise AmountRefused("A posting is a whole number of pence: give an int.")
        if self.pence == 0:
            raise AmountRefused(f"A posting of nought on {self.account} says nothing: leave it out.")
        if abs(self.pence) > parameter("largest_amount") * PENCE_IN_POUND:
            raise AmountRefused(f"{Money(self.pence)} on {self.account} is too large: check the amount.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its number, date, kind and words, and at least two postings that balance.

    Postings of money and of memorandum accounts each sum to nought. ``evidence`` is the reference by which a bank or
    ledger extract shows it; ``by`` who made it; ``reverses`` the number of the entry that it takes back.
    """

    number: int
    date: datetime.date
    kind: str
    words: str
    postings: tuple[Posting, ...]
    reverses: int | None = None
    evidence: str = ""
    by: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "postings", tuple(self.postings))
        if self.number < 1:
            raise LedgerRefused("Entries are numbered from 1 on.")
        if isinstance(self.date, datetime.datetime) or not isinstance(self.date, datetime.date):
            raise LedgerRefused("An entry has a date without a time of day.")
        if not _EARLIEST <= self.date.year <= _LATEST:
            raise LedgerRefused(
                f"{self.date.isoformat()} lies outside {_EARLIEST} to {_LATEST}: correct the date."
            )
        if self.kind not in KINDS:
            raise LedgerRefused(f"{self.kind!r} is no kind of entry: use a verb of the ledger.")
        if (self.reverses is not None) != (self.kind == "reverse"):
            raise LedgerRefused("A reversal, and nothing else, names the entry that it reverses.")
        if not self.words.strip():
            raise Incomplete(f"Entry {self.number}", ["words"])
        _check_balance(self.number, self.postings)

    @property
    def moved(self) -> Money:
        """The money on either side, memorandum left out."""
        return Money(
            sum(p.pence for p in self.postings if p.pence > 0 and not p.account.described.memorandum)
        )


def _check_balance(number: int, postings: tuple[Posting, ...]) -> None:
    if len(postings) < 2:
        raise Unbalanced(f"Entry {number} has {len(postings)} postings: an entry has at least two.")
    for memorandum, words in ((False, "money"), (True, "memorandum accounts")):
        off = sum(p.pence for p in postings if p.account.described.memorandum == memorandum)
        if off:
            side = "credits" if off > 0 else "debits"
            raise Unbalanced(
                f"Entry {number}: in {words} {Money(abs(off))} of {side} is missing; add the other side."
            )


def gathered(postings: Iterable[tuple[Account, int]]) -> tuple[Posting, ...]:
    """Postings, those of one account added up, in the order of accounts; what comes to nought is left out."""
    sums: dict[Account, int] = {}
    for account, pence in postings:
        sums[account] = sums.get(account, 0) + pence
    return tuple(Posting(account, pence) for account, pence in sorted(sums.items()) if pence)
