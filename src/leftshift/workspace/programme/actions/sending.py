"""Digests are sent: what is due, each once, to those who still see the place.

A mail and the note that it was sent stand in one transaction a subscription, so that a run that is broken off leaves at
most the one mail in doubt that was under way; that mail has the same Message-ID when it is sent again.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from leftshift.programme.digesting import Digest, digest, expected_dates
from leftshift.workspace.accounts.permissions import person_of
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.models import DigestSubscription
from leftshift.workspace.record.acting import SYSTEM, acting

_DAYS = {"daily": 1, "weekly": 7}


class MailIsOff(ValueError):
    """No mail is sent; the words say what is to be set."""


@dataclass
class Outcome:
    """What became of the subscriptions: how many were sent, and reason to how many were not, or failed."""

    sent: int = 0
    kept_back: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)


@dataclass
class _Run:
    """One run: its day, the address of the workspace, one connection, and what was read of programmes so far."""

    day: date
    as_of: date | None
    address: str
    connection: Any
    seen: dict[tuple[int, bool], queries.Seen] = field(default_factory=dict)

    def programme(self, row: DigestSubscription) -> queries.Seen:
        """The programme of a subscription, as its person sees it; read once for all who see the same of it."""
        held = row.programme
        whole = person_of(row.account).may(Permission.RUN_BOARDS, held.place.code)
        if (held.pk, whole) not in self.seen:
            self.seen[held.pk, whole] = queries.seen(held, as_of=self.as_of, whole=whole)
        return self.seen[held.pk, whole]


def send_digests(day: date, *, as_of: date | None = None, address: str) -> Outcome:
    """Send every digest that is due on a day, as the programmes stand on ``as_of`` (without it: as their pages show them).

    Raises MailIsOff. What fails is counted and tried again by the next run.
    """
    if settings.MAIL_PROBLEM:
        raise MailIsOff(settings.MAIL_PROBLEM)
    run, outcome = _Run(day, as_of, address, get_connection()), Outcome()
    with acting(SYSTEM):
        waiting = DigestSubscription.objects.filter(ended_at=None).order_by("programme_id", "pk")
        try:
            for number in list(waiting.values_list("pk", flat=True)):
                _count(outcome, *_send_one(run, number))
        finally:
            _hang_up(run.connection)
    return outcome


def _count(outcome: Outcome, what: str, why: str) -> None:
    if what == "sent":
        outcome.sent += 1
    else:
        (outcome.failed if what == "failed" else outcome.kept_back)[why] += 1


@transaction.atomic
def _send_one(run: _Run, number: int) -> tuple[str, str]:
    """Send one, and note it: what became of it (sent, kept back, failed), and why."""
    locked = DigestSubscription.objects.select_for_update(skip_locked=True, of=("self",))
    row = locked.filter(pk=number, ended_at=None).select_related("programme__place", "account").first()
    if row is None:
        return "kept back", "ended, or being sent by another run"
    if why := _why_not(run, row):
        return "kept back", why
    seen = run.programme(row)
    if not seen.is_sound:
        return "kept back", "the programme cannot be read"
    found = digest_of(seen, row)
    if found.is_empty:
        return "kept back", "nothing to say"
    try:
        run.connection.open()  # kept open for the next mail
        message_of(found, row, address=run.address, day=run.day, connection=run.connection).send()
    # smtplib's errors are OSErrors; what a mail cannot hold is a ValueError
    except (OSError, ValueError) as problem:
        _hang_up(run.connection)
        return "failed", type(problem).__name__
    row.last_sent_on = run.day
    row.last_said = {name: str(day) for name, day in expected_dates(seen.checked).items()}
    row.save(update_fields=["last_sent_on", "last_said"])
    return "sent", ""


def _why_not(run: _Run, row: DigestSubscription) -> str:
    """Why a subscription gets no mail on this day; empty where it does."""
    if row.last_sent_on is not None and (run.day - row.last_sent_on).days < _DAYS[row.every]:
        return "not due"
    if not row.account.is_active:
        return "the account is closed"
    if not person_of(row.account).may(Permission.SEE_PLAN, row.programme.place.code):
        return "they may not see the place any more"
    return ""


def _hang_up(connection: Any) -> None:
    """End a connection; after a failure the next mail begins with one of its own."""
    with suppress(OSError):
        connection.close()


def digest_of(seen: queries.Seen, row: DigestSubscription | None, owner: str = "") -> Digest:
    """The digest of a subscription, or without one that of an owner (empty: of all) since yesterday; only of a sound programme."""
    every = row.every if row else "daily"
    last = row.last_sent_on if row else None
    since = last if last is not None and last < seen.as_of else seen.as_of - timedelta(days=_DAYS[every])
    said = row.last_said if row else None
    before = {name: date.fromisoformat(day) for name, day in said.items()} if said is not None else None
    return digest(seen.checked, row.owner if row else owner, since=since, before=before)


def message_of(
    found: Digest, row: DigestSubscription, *, address: str, day: date, connection: Any = None
) -> EmailMessage:
    """A digest as a mail, with the link that ends it in one click (RFC 8058)."""
    stop = f"{address}/digests/{queries.token_of(row)}/"
    at = f"{address}/places/{row.programme.place.code}/programme/"
    often = "every day" if row.every == "daily" else "every week"
    foot = f"The programme: {at}\nYou asked for this {often}. Change it: {at}digest/\nStop it, without signing in: {stop}\n"
    host = urlsplit(address).hostname or "localhost"
    return EmailMessage(
        found.subject, f"{found.text}\n-- \n{foot}", settings.DEFAULT_FROM_EMAIL, [row.account.email], connection=connection,
        headers={
            "Message-ID": f"<digest-{row.pk}-{day}@{host}>",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )  # fmt: skip
