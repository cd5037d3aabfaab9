"""The ledger as plain values for JSON. Every amount is whole pence, under a name that ends in ``pence``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from leftshift.foundation.money import Money
from leftshift.fund.ledger.accounts import chart
from leftshift.fund.ledger.entries import KINDS, Entry
from leftshift.fund.ledger.holding import Position
from leftshift.fund.ledger.ledger import Ledger, TrialRow
from leftshift.fund.ledger.reading_extract import ExtractLine
from leftshift.fund.ledger.reconciling import LedgerLine, Reconciliation
from leftshift.fund.ledger.sharing import Share, Sharing, Step
from leftshift.fund.ledger.stating import SourceLine, Statement, total

Document = dict[str, Any]


def entry_document(entry: Entry) -> Document:
    """One entry with its postings; debits are positive."""
    return {
        "number": entry.number,
        "date": entry.date.isoformat(),
        "kind": entry.kind,
        "kind_words": KINDS[entry.kind],
        "words": entry.words,
        "evidence": entry.evidence,
        "by": entry.by,
        "reverses": entry.reverses,
        "postings": [
            {"account": str(posting.account), "name": posting.account.described.name, "pence": posting.pence}
            for posting in entry.postings
        ],
    }


def ledger_document(ledger: Ledger) -> Document:
    """Every entry, and every close."""
    return {
        "entries": [entry_document(entry) for entry in ledger.entries],
        "closes": [
            {"through": c.through.isoformat(), "period": c.period, "after_entry": c.after, "by": c.by}
            for c in ledger.closes
        ],
    }


def statement_document(statement: Statement) -> Document:
    """The statement by source and by scheme, with totals."""
    return {
        "as_of": statement.as_of.isoformat(),
        "year": statement.year.label,
        "sources": [
            {**_plain(line), "uncommitted_pence": line.uncommitted.pence} for line in statement.sources
        ],
        "schemes": [_plain(line) for line in statement.schemes],
        "total": _totals(statement.sources)
        | {"uncommitted_pence": total(s.uncommitted for s in statement.sources).pence},
        "bank_pence": statement.bank.pence,
        "contributions_due_pence": statement.contributions_due.pence,
        "shares_due_pence": statement.shares_due.pence,
        "owed_to_providers_pence": statement.owed_to_providers.pence,
        "shares_owed_pence": statement.shares_owed.pence,
    }


def trial_balance_document(rows: Iterable[TrialRow]) -> Document:
    """Every balance on its side, with the totals of money and of memorandum accounts."""
    listed = list(rows)
    return {
        "accounts": [
            {
                "account": str(row.account),
                "name": chart()[row.account.kind].name,
                "memorandum": row.account.described.memorandum,
                "debit_pence": row.debit.pence,
                "credit_pence": row.credit.pence,
            }
            for row in listed
        ],
        "totals": {
            name: {
                "debit_pence": total(
                    r.debit for r in listed if r.account.described.memorandum == memorandum
                ).pence,
                "credit_pence": total(
                    r.credit for r in listed if r.account.described.memorandum == memorandum
                ).pence,
            }
            for name, memorandum in (("money", False), ("memorandum", True))
        },
    }


def holds_document(positions: Iterable[Position]) -> list[Document]:
    """Each hold: held, released by which decision, left, reviewed and overdue."""
    return [
        {
            **_plain(position.hold),
            "as_of": position.as_of.isoformat(),
            "held_pence": position.held.pence,
            "released_pence": position.released.pence,
            "left_pence": position.left.pence,
            "decisions": [_plain(step.decision) | {"left_pence": step.left.pence} for step in position.steps],
            "reviews": [_plain(review) for review in position.reviewed],
            "overdue": [str(quarter) for quarter in position.overdue],
        }
        for position in positions
    ]


def sharing_document(sharing: Sharing) -> Document:
    """Every step of a sharing, each share, and what waits for a decision."""
    return {
        "host": sharing.agreement.host,
        "takes_odd_penny": sharing.agreement.takes_odd_penny,
        "variances": _amounts(sharing.outturn.variances),
        "own_risk": _amounts(sharing.own_risk),
        "steps": [_step(step) for step in sharing.steps],
        "residual": _amounts(sharing.residual),
        "shares": [_share(share) for share in sharing.shares],
        "stays": _amounts(sharing.stays),
        "waits_pence": sharing.waits.pence,
        "partners": [
            {
                "partner": partner,
                "bears_pence": sharing.borne_by(partner).pence,
                "given_pence": sharing.given_to(partner).pence,
            }
            for partner in sorted(sharing.agreement.partners)
        ],
    }


def reconciliation_document(found: Reconciliation) -> Document:
    """Matches, what stands in one only, and the proof of the difference."""
    return {
        "account": str(found.account),
        "as_of": found.as_of.isoformat(),
        "since": None if found.since is None else found.since.isoformat(),
        "agrees": found.agrees,
        "proof": {
            "ledger_balance_pence": found.ledger_balance.pence,
            "less_only_in_ledger_pence": -sum(line.pence for line in found.only_in_ledger),
            "only_in_extract_pence": sum(line.pence for line in found.only_in_extract),
            "opening_difference_pence": found.opening_difference.pence,
            "extract_balance_pence": found.extract_balance.pence,
        },
        "difference_pence": found.difference.pence,
        "unexplained_pence": None if found.unexplained is None else found.unexplained.pence,
        "unexplained_reason": "the extract prints no closing balance" if found.unexplained is None else None,
        "matches": [
            {
                "how": match.how,
                "entries": [_line(line) for line in match.entries],
                "lines": [_line(line) for line in match.lines],
            }
            for match in found.matches
        ],
        "only_in_ledger": [_line(line) for line in found.only_in_ledger],
        "only_in_extract": [_line(line) for line in found.only_in_extract],
        "later": [_line(line) for line in found.later],
    }


def _step(step: Step) -> Document:
    return {**_plain(step), "of": _amounts(step.of)}


def _share(share: Share) -> Document:
    return {
        **{name: value for name, value in _plain(share).items() if name != "cap"},
        "cap_pence": None if share.cap is None else share.cap.pence,
        "cap_reason": "the clause caps nothing for this partner" if share.cap is None else None,
    }


def _line(line: LedgerLine | ExtractLine) -> Document:
    return _plain(line)


def _amounts(amounts: Mapping[str, Money]) -> list[Document]:
    return [{"scheme": scheme, "pence": amount.pence} for scheme, amount in sorted(amounts.items())]


def _totals(lines: Iterable[SourceLine]) -> Document:
    listed = list(lines)
    names = [field.name for field in fields(SourceLine) if field.name != "source"]
    return {f"{name}_pence": total(getattr(line, name) for line in listed).pence for name in names}


def _plain(row: Any) -> Document:
    """The fields of a row: amounts as pence, days as text, other values as they are or as they are written."""
    made: Document = {}
    for field in fields(row):
        value = getattr(row, field.name)
        if isinstance(value, Money):
            made[f"{field.name}_pence"] = value.pence
        elif value is None or isinstance(value, bool | int | str):
            made[field.name] = value
        elif not isinstance(value, Mapping):
            made[field.name] = str(value)
    return made
