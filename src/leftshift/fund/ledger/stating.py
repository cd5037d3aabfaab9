"""The statement of a pooled fund: by source and by scheme, what came in, is committed, spent, held and left."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear
from leftshift.fund.ledger.accounts import HOLD_KINDS, Account
from leftshift.fund.ledger.entries import Entry
from leftshift.fund.ledger.ledger import Ledger, first_day, year_of

Key = TypeVar("Key")
NOUGHT = Money(0)


class DoesNotTie(AssertionError):
    """Two ways to one figure differ: a mistake of the ledger itself, never of who uses it."""


def left(ledger: Ledger, source: str, as_of: datetime.date | None = None) -> Money:
    """What a source has left: all that came to it less all that was spent, given back or set aside out of it."""
    return _available(ledger, source, as_of)


def uncommitted(ledger: Ledger, source: str, as_of: datetime.date | None = None) -> Money:
    """What is left of a source less what is committed and earmarked: what may still be promised to somebody."""
    promised = ledger.balance(kind="commitment", source=source, as_of=as_of)
    return left(ledger, source, as_of) - promised - ledger.balance(kind="earmark", source=source, as_of=as_of)


def _available(ledger: Ledger, source: str, as_of: datetime.date | None) -> Money:
    balances = ledger.balances(as_of)
    found = (m.pence for a, m in balances.items() if a.source == source and a.described.available)
    return Money(-sum(found))


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source in a financial year up to a day. The first seven amounts come to what is left.

    brought_forward: left at the start of the year. carried: brought in from elsewhere in the year, or moved to another
    source. set_aside: taken into holds, less what was released. reserved: held outside at the day. earmarked: held
    within. due: agreed and not yet received, of all years. Raises DoesNotTie.
    """

    source: str
    brought_forward: Money
    agreed: Money
    carried: Money
    shared_overspend: Money
    shared_underspend: Money
    set_aside: Money
    spent: Money
    left: Money
    committed: Money
    earmarked: Money
    reserved: Money
    due_at_start: Money
    received: Money
    due: Money

    def __post_init__(self) -> None:
        came = self.brought_forward + self.agreed + self.carried + self.shared_overspend
        if came - self.shared_underspend - self.set_aside - self.spent != self.left:
            raise DoesNotTie(f"{self.source}: what came and went does not come to what is left")
        if self.due_at_start + self.agreed - self.received != self.due:
            raise DoesNotTie(f"{self.source}: what was agreed and received does not come to what is due")

    @property
    def uncommitted(self) -> Money:
        """Left, less committed and earmarked; negative where a source spent what it had promised."""
        return self.left - self.committed - self.earmarked


@dataclass(frozen=True, slots=True)
class SchemeLine:
    """A scheme, by one source, in a financial year up to a day: spent, and committed and earmarked at the day."""

    scheme: str
    source: str
    spent: Money
    committed: Money
    earmarked: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """A pooled fund in a financial year up to a day, by source and by scheme.

    Both tables come to the same spending and commitments, and what is at the bank or owed to the pool, less what it
    owes, is what is left and what is held. Raises DoesNotTie.
    """

    as_of: datetime.date
    year: FinancialYear
    sources: tuple[SourceLine, ...]
    schemes: tuple[SchemeLine, ...]
    bank: Money
    contributions_due: Money
    shares_due: Money
    owed_to_providers: Money
    shares_owed: Money

    def __post_init__(self) -> None:
        for name in ("spent", "committed"):
            if total(getattr(line, name) for line in self.sources) != total(
                getattr(line, name) for line in self.schemes
            ):
                raise DoesNotTie(f"{name} by source does not come to {name} by scheme")
        worth = (
            self.bank + self.contributions_due + self.shares_due - self.owed_to_providers - self.shares_owed
        )
        if worth != self.left + self.reserved:
            raise DoesNotTie("what the pool has and is owed does not come to what is left and held")
        if self.contributions_due != total(line.due for line in self.sources):
            raise DoesNotTie("what partners owe does not come to what the sources wait for")

    @property
    def left(self) -> Money:
        """What is left of all sources."""
        return total(line.left for line in self.sources)

    @property
    def reserved(self) -> Money:
        """What is held outside the programme, of all sources."""
        return total(line.reserved for line in self.sources)

    @property
    def spent(self) -> Money:
        """What was spent in the year, of all sources."""
        return total(line.spent for line in self.sources)


def total(amounts: Iterable[Money]) -> Money:
    """The sum of amounts."""
    return Money(sum(amount.pence for amount in amounts))


def statement(ledger: Ledger, as_of: datetime.date) -> Statement:
    """The statement of the financial year that a day falls in, up to that day.

    The close of a year moves a balance and is no spending: it shows in no line of the year.
    """
    year = year_of(as_of)
    seen = _Seen(ledger, first_day(year), as_of)
    return Statement(
        as_of=as_of,
        year=year,
        sources=tuple(_source_line(seen, source) for source in seen.names("source")),
        schemes=tuple(_scheme_line(seen, *pair) for pair in seen.pairs()),
        bank=seen.stock("bank"),
        contributions_due=seen.stock("contribution_due"),
        shares_due=seen.stock("share_due"),
        owed_to_providers=seen.stock("payable"),
        shares_owed=seen.stock("share_owed"),
    )


class _Seen:
    """The postings before a year, in it up to a day, and both; those of the year with the kind of what they undo."""

    def __init__(self, ledger: Ledger, starts: datetime.date, as_of: datetime.date) -> None:
        self.before: dict[Account, int] = {}
        self.at: dict[Account, int] = {}
        self.moved: dict[tuple[str, Account], int] = {}
        for entry in ledger.entries:
            if entry.date > as_of:
                continue
            kind = _kind(ledger, entry)
            for posting in entry.postings:
                _add(self.at, posting.account, posting.pence)
                if entry.date < starts:
                    _add(self.before, posting.account, posting.pence)
                elif kind != "close_year":
                    _add(self.moved, (kind, posting.account), posting.pence)

    def names(self, field: str) -> list[str]:
        """Every value of a field that any posting has."""
        return sorted({str(getattr(account, field)) for account in self.at} - {""})

    def pairs(self) -> list[tuple[str, str]]:
        """Every scheme and source on which something was spent, committed or earmarked."""
        kinds = {"spend", "commitment", "earmark"}
        return sorted({(a.scheme, a.source) for a in self.at if a.kind in kinds})

    def stock(self, *kinds: str, **fields: str) -> Money:
        """The balance at the day, on the usual side of its kinds."""
        return _sum(self.at.items(), kinds, fields)

    def started(self, *kinds: str, **fields: str) -> Money:
        """The balance at the start of the year."""
        return _sum(self.before.items(), kinds, fields)

    def flow(self, *kinds: str, by: Callable[[str], bool] = lambda _: True, **fields: str) -> Money:
        """What moved in the year, by entries of some kind."""
        return _sum(((a, p) for (kind, a), p in self.moved.items() if by(kind)), kinds, fields)

    def left_before(self, source: str) -> Money:
        """What a source had left when the year began."""
        return Money(-sum(p for a, p in self.before.items() if a.source == source and a.described.available))

    def left(self, source: str) -> Money:
        """What a source has left at the day."""
        return Money(-sum(p for a, p in self.at.items() if a.source == source and a.described.available))


def spent_in(ledger: Ledger, scheme: str, first: datetime.date, last: datetime.date) -> Decimal:
    """What was spent on a scheme from one day to another, both included, in pounds; closing a year spends nothing."""
    pence = sum(
        side.pence
        for entry in ledger.entries
        if first <= entry.date <= last and entry.kind != "close_year"
        for side in entry.postings
        if side.account.kind == "spend" and side.account.scheme == scheme
    )
    return Decimal(pence) / 100


def _kind(ledger: Ledger, entry: Entry) -> str:
    return entry.kind if entry.reverses is None else ledger.entry(entry.reverses).kind


def _add(sums: dict[Key, int], key: Key, pence: int) -> None:
    sums[key] = sums.get(key, 0) + pence


def _sum(items: Iterable[tuple[Account, int]], kinds: tuple[str, ...], fields: dict[str, str]) -> Money:
    return Money(
        sum(
            pence * account.described.sign
            for account, pence in items
            if account.kind in kinds
            and all(getattr(account, name) == value for name, value in fields.items())
        )
    )


def _source_line(seen: _Seen, source: str) -> SourceLine:
    received = seen.flow("contribution_due", by=lambda kind: kind == "receive", source=source)
    return SourceLine(
        source=source,
        brought_forward=seen.left_before(source),
        agreed=seen.flow("income", source=source),
        carried=seen.flow("carried_forward", source=source),
        shared_overspend=seen.flow("shared_overspend", source=source),
        shared_underspend=seen.flow("shared_underspend", source=source),
        set_aside=seen.flow("set_aside", source=source),
        spent=seen.flow("spend", source=source),
        left=seen.left(source),
        committed=seen.stock("commitment", source=source),
        earmarked=seen.stock("earmark", source=source),
        reserved=seen.stock(*HOLD_KINDS, source=source),
        due_at_start=seen.started("contribution_due", source=source),
        received=-received,
        due=seen.stock("contribution_due", source=source),
    )


def _scheme_line(seen: _Seen, scheme: str, source: str) -> SchemeLine:
    return SchemeLine(
        scheme=scheme,
        source=source,
        spent=seen.flow("spend", source=source, scheme=scheme),
        committed=seen.stock("commitment", source=source, scheme=scheme),
        earmarked=seen.stock("earmark", source=source, scheme=scheme),
    )
