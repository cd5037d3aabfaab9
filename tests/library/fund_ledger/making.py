"""Shorter ways to say what the tests of the ledger say often."""

from __future__ import annotations

import datetime

from leftshift.foundation.money import Money
from leftshift.fund.ledger.entries import Entry
from leftshift.fund.ledger.holding import Decision, Hold
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.operations import Voucher, agree_contribution, receive

NHS, GRANT, BROUGHT = "nhs_minimum", "facilities_grant", "carry_forward"
CCG, COUNCIL = "ELRCCG", "RCC"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def voucher(date: str = "2016-04-01", words: str = "As agreed", reference: str = "") -> Voucher:
    return Voucher(day(date), words, "pooled fund manager", reference)


def thousand(amount: int) -> Money:
    return Money(amount * 1000 * 100)


def pounds(amount: str) -> Money:
    return Money.pounds(amount)


def funded(amount: int = 100, source: str = NHS) -> Ledger:
    """A ledger with so many £000 of one source agreed and received on 1 April 2016."""
    of = {"source": source, "partner": CCG, "amount": thousand(amount)}
    ledger = Ledger()
    ledger = ledger.post(agree_contribution(ledger, voucher(), **of))  # type: ignore[arg-type]
    return ledger.post(receive(ledger, voucher(), **of))  # type: ignore[arg-type]


def held(
    amount: int = 10,
    treatment: str = "outside",
    code: str = "pool",
    kind: str = "risk_share",
    source: str = NHS,
) -> Hold:
    return Hold(code, kind, source, thousand(amount), treatment, "Clause 12", day("2016-04-01"))


def decided(amount: Money, hold: str = "pool", date: str = "2016-09-01", minute: str = "16/42") -> Decision:
    return Decision(hold, day(date), amount, "Target met", "Clause 12.3", "Both partners", minute)


def only(ledger: Ledger) -> Entry:
    return ledger.entries[-1]
