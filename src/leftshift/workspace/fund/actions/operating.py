"""What may be done to a ledger: each verb with what it asks for, and the ledger that it makes of another."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear, Month, YearNotUnderstood
from leftshift.fund.ledger import operations as verbs
from leftshift.fund.ledger.accounts import Account
from leftshift.fund.ledger.entries import Entry
from leftshift.fund.ledger.holding import Hold
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.refusals import Incomplete, LedgerRefused, NotKnown
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.recording import hold_of


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Something to be posted: a verb, and what it asks for; the rest stays empty. Amounts are above nought.

    amounts: by source. paid_in: whether a share is paid in by a partner, or paid out to it. entry: the number of the one
    that is reversed. period: the month (2016-04) or year (2016/17) that is closed.
    """

    verb: str
    date: datetime.date | None = None
    words: str = ""
    evidence: str = ""
    source: str = ""
    from_source: str = ""
    scheme: str = ""
    partner: str = ""
    provider: str = ""
    hold: str = ""
    amount: Money | None = None
    amounts: Mapping[str, Money] = field(default_factory=dict)
    paid_in: bool | None = None
    entry: int | None = None
    period: str = ""


@dataclass(frozen=True)
class Bound:
    """An operation on a ledger, with the plan that it is read against and who asks."""

    asked: Operation
    ledger: Ledger
    plan: FundPlan
    by: str

    @property
    def voucher(self) -> verbs.Voucher:
        """The paper behind it."""
        return verbs.Voucher(self.date, self.asked.words.strip(), self.by, self.asked.evidence.strip())

    @property
    def date(self) -> datetime.date:
        """Its day."""
        assert self.asked.date is not None, "what is missing was told before"
        return self.asked.date

    @property
    def amount(self) -> Money:
        """Its amount."""
        assert self.asked.amount is not None, "what is missing was told before"
        return self.asked.amount


@dataclass(frozen=True)
class Verb:
    """A verb of the ledger: what it is called, what it does, what has to be filled in and what may be.

    ``finishes``: it ends something that stands in the ledger, so that names of the ledger hold even where the plan has dropped them.
    """

    name: str
    about: str
    needs: tuple[str, ...]
    make: Callable[[Bound], Entry | Ledger]
    may: tuple[str, ...] = ()
    finishes: bool = False


def _agree(of: Bound) -> Entry:
    asked = of.asked
    return verbs.agree_contribution(
        of.ledger, of.voucher, source=asked.source, partner=asked.partner, amount=of.amount
    )


def _receive(of: Bound) -> Entry:
    asked = of.asked
    return verbs.receive(of.ledger, of.voucher, source=asked.source, partner=asked.partner, amount=of.amount)


def _commit(of: Bound) -> Entry:
    asked = of.asked
    return verbs.commit(of.ledger, of.voucher, source=asked.source, scheme=asked.scheme, amount=of.amount)


def _release_commitment(of: Bound) -> Entry:
    asked = of.asked
    return verbs.release_commitment(
        of.ledger, of.voucher, source=asked.source, scheme=asked.scheme, amount=of.amount
    )


def _pay(of: Bound) -> Entry:
    return verbs.pay(of.ledger, of.voucher, scheme=of.asked.scheme, amounts=of.asked.amounts)


def _accrue(of: Bound) -> Entry:
    asked = of.asked
    return verbs.accrue(
        of.ledger, of.voucher, scheme=asked.scheme, provider=asked.provider, amounts=asked.amounts
    )


def _pay_accrued(of: Bound) -> Entry:
    return verbs.pay_accrued(of.ledger, of.voucher, provider=of.asked.provider, amount=of.amount)


def _set_aside(of: Bound) -> Entry:
    return verbs.set_aside(of.ledger, of.voucher, hold_in(of.plan, of.ledger, of.asked.hold, of.asked.source))


def _carry_forward(of: Bound) -> Entry:
    asked = of.asked
    return verbs.carry_forward(
        of.ledger,
        of.voucher,
        source=asked.source,
        amount=of.amount,
        from_source=asked.from_source or None,
    )


def _settle_share(of: Bound) -> Entry:
    asked = of.asked
    return verbs.settle_share(
        of.ledger, of.voucher, partner=asked.partner, amount=of.amount, paid_in=bool(asked.paid_in)
    )


def _reverse(of: Bound) -> Entry:
    assert of.asked.entry is not None, "what is missing was told before"
    return verbs.reverse(of.ledger, of.asked.entry, reason=of.asked.words.strip(), date=of.date, by=of.by)


def _close_month(of: Bound) -> Ledger:
    try:
        month = Month.parse(of.asked.period)
    except YearNotUnderstood as problem:
        raise LedgerRefused(f"{of.asked.period} is no month: {problem}.") from problem
    return verbs.close_month(of.ledger, month, by=of.by)


def _close_year(of: Bound) -> Ledger:
    try:
        year = FinancialYear.parse(of.asked.period)
    except YearNotUnderstood as problem:
        raise LedgerRefused(f"{of.asked.period} is no financial year: {problem}.") from problem
    return verbs.close_year(of.ledger, year, by=of.by)


_PAPER = ("date", "words")
VERBS: Mapping[str, Verb] = {
    "agree_contribution": Verb(
        "Agree a contribution",
        "A partner agrees to contribute to a source. From then on it is due, and may be committed and spent.",
        (*_PAPER, "source", "partner", "amount"),
        _agree,
        ("evidence",),
    ),
    "receive": Verb(
        "Receive a contribution",
        "Money of a contribution that was agreed comes in.",
        (*_PAPER, "source", "partner", "amount"),
        _receive,
        ("evidence",),
        finishes=True,
    ),
    "commit": Verb(
        "Commit to a scheme",
        "Money of a source is promised to a scheme. It moves no money, and cannot be promised twice.",
        (*_PAPER, "source", "scheme", "amount"),
        _commit,
        ("evidence",),
    ),
    "release_commitment": Verb(
        "Take a commitment back",
        "A promise that is no longer needed is taken back: its source is free again.",
        (*_PAPER, "source", "scheme", "amount"),
        _release_commitment,
        ("evidence",),
        finishes=True,
    ),
    "pay": Verb(
        "Pay for a scheme",
        "Money leaves the bank for a scheme, out of one source or several. What is committed to it is used first.",
        (*_PAPER, "scheme", "amounts"),
        _pay,
        ("evidence",),
    ),
    "accrue": Verb(
        "Accrue",
        "A provider delivered and was not paid yet: it is spent now, and owed to the provider.",
        (*_PAPER, "scheme", "provider", "amounts"),
        _accrue,
        ("evidence",),
    ),
    "pay_accrued": Verb(
        "Pay what was accrued",
        "A provider is paid what it is owed. Nothing more is spent.",
        (*_PAPER, "provider", "amount"),
        _pay_accrued,
        ("evidence",),
        finishes=True,
    ),
    "set_aside": Verb(
        "Set money aside",
        "A reserve, contingency or risk share of the plan is held back. Outside the programme it leaves its source; within, it is marked.",
        (*_PAPER, "hold"),
        _set_aside,
        ("source", "evidence"),
    ),
    "carry_forward": Verb(
        "Carry forward",
        "What was left before this ledger began is brought in, or what one source carried forward is moved to another.",
        (*_PAPER, "source", "amount"),
        _carry_forward,
        ("from_source", "evidence"),
    ),
    "settle_share": Verb(
        "Settle a share",
        "A partner pays its share of an overspend in, or is paid its share of an underspend.",
        (*_PAPER, "partner", "amount", "paid_in"),
        _settle_share,
        ("evidence",),
        finishes=True,
    ),
    "reverse": Verb(
        "Reverse an entry",
        "The whole of an entry is taken back by another that says why. Nothing is ever altered or removed.",
        ("entry", *_PAPER),
        _reverse,
        finishes=True,
    ),
    "close_month": Verb(
        "Close a month",
        "Everything up to the end of the month takes no more entries. March is closed with its year.",
        ("period",),
        _close_month,
    ),
    "close_year": Verb(
        "Close a year",
        "What each source has left is carried forward, and the year takes no more entries.",
        ("period",),
        _close_year,
    ),
}
"""Every verb that is posted by itself. Holds are released by a decision, and what is shared by the clauses of the agreement."""

WORDS_FOR = {
    "date": "the date",
    "words": "what it is for",
    "evidence": "the reference",
    "source": "the source",
    "from_source": "the source it comes from",
    "scheme": "the scheme",
    "partner": "the partner",
    "provider": "the provider",
    "hold": "what is held",
    "amount": "the amount",
    "amounts": "an amount out of at least one source",
    "paid_in": "whether it is paid in or out",
    "entry": "the entry",
    "period": "the period",
}


def verb_of(asked: Operation) -> Verb:
    """The verb that is asked for. Raises NotKnown."""
    found = VERBS.get(asked.verb)
    if found is None:
        raise NotKnown(f"The ledger has no verb {asked.verb}: one of {', '.join(VERBS)}.")
    return found


def check_whole(asked: Operation) -> None:
    """Raise Incomplete with everything that is missing."""
    missing = [WORDS_FOR[name] for name in verb_of(asked).needs if _is_empty(getattr(asked, name))]
    if missing:
        raise Incomplete("The entry", missing)


def _is_empty(value: object) -> bool:
    return value is None or value == {} or (isinstance(value, str) and not value.strip())


def made_by(of: Bound) -> Ledger:
    """The ledger with what is asked for. Raises LedgerRefused."""
    made = verb_of(of.asked).make(of)
    return made if isinstance(made, Ledger) else of.ledger.post(made)


def hold_in(plan: FundPlan, ledger: Ledger, code: str, source: str = "") -> Hold:
    """Money that the plan holds back, on the account on which the ledger holds it. Raises NotKnown.

    Where the plan does not say out of which source, ``source`` does, until it is set aside; from then on the ledger knows.
    """
    row = next((row for row in plan.holds if row.hold == code), None)
    if row is None:
        raise NotKnown(f"The plan holds nothing back under {code}: add it to what is held back first.")
    hold = hold_of(row)
    account = account_of_hold(ledger, code)
    if account is not None:
        return replace(hold, source=account.source, scheme=account.scheme)
    if not row.source_of_funding:
        if not source:
            raise Incomplete(f"What is held as {row.name}", ["the source, which the plan does not state"])
        return replace(hold, source=source)
    return hold


def account_of_hold(ledger: Ledger, code: str) -> Account | None:
    """The account on which the ledger holds something back; None where it was never set aside."""
    held = {p.account for entry in ledger.entries for p in entry.postings if p.account.hold == code}
    return next((account for account in sorted(held) if account.described.floor), None)
