"""An extract of the bank or of another ledger is matched with the ledger, and kept with what came of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from leftshift.foundation.money import Money
from leftshift.fund.ledger.accounts import Account
from leftshift.fund.ledger.documents import reconciliation_document
from leftshift.fund.ledger.reading_extract import read_extract
from leftshift.fund.ledger.reconciling import reconcile
from leftshift.fund.ledger.refusals import LedgerRefused, NotKnown
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions.posting import check_day, check_text, lock
from leftshift.workspace.fund.models import Extract, Fund
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.limits import parameter

_NAME = 300


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An extract of an account up to a day, and with what it begins and ends where it says so. Content is CSV."""

    account: str
    as_of: datetime.date
    name: str
    content: bytes
    since: datetime.date | None = None
    opening: Money | None = None
    closing: Money | None = None


@transaction.atomic
def reconcile_extract(fund: Fund, asked: Asked, *, by: Person) -> Extract:
    """Match an extract and keep it. Raises NotAllowed, LedgerRefused, and FaultsFound with everything that is wrong with the file."""
    by.check_may(Permission.RUN_FUND, fund.place.code)
    most = parameter("upload", "megabytes")
    if len(asked.content) > most * 1_000_000:
        raise LedgerRefused(f"That is too much: at most {most} MB. Split the extract by month.")
    check_text("the name of the file", asked.name, _NAME)
    check_day(asked.as_of)
    lines = read_extract(asked.content, asked.name or "extract.csv")
    held = lock(fund)
    ledger = queries.ledger_of(held)
    account = Account.parse(asked.account)
    if not ledger.knows(account):
        raise NotKnown(f"Nothing was ever posted on {account}: there is nothing to reconcile.")
    found = reconcile(
        ledger,
        lines,
        account,
        asked.as_of,
        since=asked.since,
        opening=asked.opening or Money(0),
        closing=asked.closing,
    )
    kept = Extract.objects.create(
        fund=held, account=str(account), as_of=asked.as_of, name=asked.name, content=_text(asked.content),
        result=reconciliation_document(found), by=by.signature,
    )  # fmt: skip
    told = {
        "account": str(account),
        "as_of": asked.as_of.isoformat(),
        "agrees": found.agrees,
        "difference_pence": found.difference.pence,
        "extract": kept.pk,
    }
    record_event(
        by=by.signature, action="ledger reconciled", subject=held.code, detail=told, place=held.place.code
    )
    return kept


def _text(content: bytes) -> str:
    """The extract as text: it was read, so that it is text; the one character that the database cannot hold is replaced."""
    return content.decode("utf-8-sig").replace("\0", "\ufffd")
