"""Whether the trail of events is as it was written."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.chains import check_rows, held_to_head
from leftshift.workspace.record.models import Head

_ROWS = """
SELECT number, previous, digest,
       jsonb_build_array(previous, number, extract(epoch FROM at)::text, by, actor, action, subject, place, detail)::text
FROM record_event ORDER BY number NULLS FIRST
"""


@dataclass(frozen=True)
class Trail:
    """What checking the trail found: how many events it has, how it ends, and every break (the first twenty)."""

    events: int
    digest: str
    breaks: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was altered, removed or slipped in."""
        return not self.breaks


def check_trail(*, noted: tuple[int, str] | None = None) -> Trail:
    """Work out every digest again, from the events and not from what the database says of them.

    ``noted`` is a length of the trail and the digest (or its start) that it had then, kept somewhere else: it finds
    out even whoever could write the whole trail anew.
    """
    names = {"thing": "event", "whole": "the trail"}
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_ROWS)
        found = check_rows(cursor, noted=noted, **names)
        head = Head.objects.filter(pk=1).first()
    ends = (head.events, head.digest) if head else None
    return Trail(found.length, found.digest, held_to_head(found, ends, **names))
