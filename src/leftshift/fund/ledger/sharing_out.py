"""The entries of a sharing: what each partner owes, or is owed, once everything in it is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leftshift.foundation.money import Money
from leftshift.fund.ledger.accounts import Account
from leftshift.fund.ledger.entries import Entry, gathered
from leftshift.fund.ledger.holding import Decision
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.operations import Voucher
from leftshift.fund.ledger.refusals import LedgerRefused, NotDecided, NotKnown
from leftshift.fund.ledger.sharing import Share, Sharing
from leftshift.fund.ledger.stating import total


def share_variance(
    ledger: Ledger,
    voucher: Voucher,
    sharing: Sharing,
    *,
    sources: Mapping[str, str],
    decisions: Sequence[Decision] = (),
    beyond_caps: Sequence[Share] = (),
) -> Entry:
    """Post what partners bear and are given; ``sources`` says to which source each scheme belongs.

    What the risk pool covers has to be released before, by ``decisions`` that the ledger carried out; raises
    NotDecided where it is not. What lies beyond caps is posted only as decided (``beyond_caps``); it waits otherwise.
    """
    _check_released(ledger, sharing, decisions)
    if beyond_caps and total(share.bears for share in beyond_caps) != sharing.waits:
        raise NotDecided(f"{sharing.waits} lies beyond caps: decide on the whole of it, or leave it waiting.")
    moves = list[tuple[Account, int]]()
    for share in [*sharing.shares, *beyond_caps]:
        moves += _moves(share, _source_of(ledger, share.scheme, sources))
    postings = gathered(moves)
    if not postings:
        raise LedgerRefused("Nothing is borne by or given to partners: there is nothing to post.")
    made = Entry(
        number=ledger.next_number,
        date=voucher.date,
        kind="share_variance",
        words=voucher.words,
        postings=postings,
        evidence=voucher.evidence,
        by=voucher.by,
    )
    ledger.check(made)
    return made


def _moves(share: Share, source: str) -> list[tuple[Account, int]]:
    pence = share.bears.pence
    if share.given:
        given = Account("shared_underspend", source=source, scheme=share.scheme)
        return [(given, pence), (Account("share_owed", partner=share.partner), -pence)]
    borne = Account("shared_overspend", source=source, scheme=share.scheme)
    return [(Account("share_due", partner=share.partner), pence), (borne, -pence)]


def _source_of(ledger: Ledger, scheme: str, sources: Mapping[str, str]) -> str:
    source = sources.get(scheme)
    if source is None or source not in ledger.sources:
        raise NotKnown(
            f"Say to which source of the ledger {scheme or 'the pool'} belongs: {', '.join(ledger.sources)}."
        )
    return source


def _check_released(ledger: Ledger, sharing: Sharing, decisions: Sequence[Decision]) -> None:
    needed = sharing.from_risk_pool
    released = total(decision.amount for decision in decisions)
    if released != needed:
        raise NotDecided(
            f"{needed} comes from the risk pool, and decisions release {released}: decide on what is drawn first, "
            "and share what remains."
        )
    if len({*decisions}) != len(decisions):
        raise NotDecided("A decision is named twice: name each release once.")
    for decision in decisions:
        if not any(_carries_out(ledger, entry, decision) for entry in ledger.entries):
            raise NotDecided(
                f"The release of minute {decision.minute} is not in the ledger: release it first."
            )


def _carries_out(ledger: Ledger, entry: Entry, decision: Decision) -> bool:
    held = Money(
        sum(
            abs(p.pence)
            for p in entry.postings
            if p.account.hold == decision.hold and p.account.described.floor
        )
    )
    return (
        entry.kind == "release_hold"
        and ledger.reversed_by(entry.number) is None
        and entry.evidence == decision.minute
        and held == decision.amount
    )
