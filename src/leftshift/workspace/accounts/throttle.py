"""Counts of what was tried, in the database, so that every worker of the server counts together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from leftshift.workspace.accounts.models import Attempt
from leftshift.workspace.accounts.parameters import parameter

_COUNT = """
INSERT INTO accounts_attempt (key, since, count) VALUES (%s, %s, 1)
ON CONFLICT (key, since) DO UPDATE SET count = accounts_attempt.count + 1 RETURNING count
"""


def _since(minutes: int) -> datetime:
    """The start of the span that now falls in."""
    seconds = minutes * 60
    return datetime.fromtimestamp(timezone.now().timestamp() // seconds * seconds, tz=UTC)


def count(key: str, *, minutes: int) -> int:
    """Count one more try; gives how many there were in this span."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, _since(minutes)])
        return int(cursor.fetchone()[0])


def counted(key: str, *, minutes: int) -> int:
    """How many tries there were in this span."""
    found = Attempt.objects.filter(key=key, since=_since(minutes)).first()
    return found.count if found else 0


def forget_old() -> None:
    """Remove counts that no limit asks for any more."""
    Attempt.objects.filter(since__lt=timezone.now() - timedelta(days=1)).delete()


def is_locked_out(email: str, address: str) -> bool:
    """Whether an account, or an address of the network, failed too often of late."""
    minutes = parameter("lock_out", "minutes")
    return counted(f"account {email}", minutes=minutes) >= parameter("lock_out", "failures") or counted(
        f"address {address}", minutes=minutes
    ) >= parameter("lock_out", "failures_of_address")


def count_failure(email: str, address: str) -> None:
    """Count a failed sign-in."""
    minutes = parameter("lock_out", "minutes")
    count(f"account {email}", minutes=minutes)
    count(f"address {address}", minutes=minutes)
