"""Whether the trail of events is as it was written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection

from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.models import Head

_LISTED = 20
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
    breaks: list[str] = []
    previous, counted = "", 0
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_ROWS)
        for number, said_previous, said, content in cursor:
            counted += 1
            if number != counted:
                breaks.append(f"event {counted} is missing, or one was added outside the workspace")
                counted = number or counted
            elif said_previous != previous:
                breaks.append(f"event {number} does not follow the one before it")
            elif hashlib.sha256(content.encode()).hexdigest() != said:
                breaks.append(f"event {number} was altered")
            if noted and number == noted[0] and not said.startswith(noted[1]):
                breaks.append(f"event {number} is not the one whose digest was noted")
            previous = said
        head = Head.objects.filter(pk=1).first()
    if head is None or (head.events, head.digest) != (counted, previous):
        breaks.append(f"the trail ends at event {counted}, where its head says {head.events if head else 0}")
    if noted and counted < noted[0]:
        breaks.append(f"the trail had {noted[0]} events when it was noted, and has {counted}")
    return Trail(counted, previous, tuple(breaks[:_LISTED]))
