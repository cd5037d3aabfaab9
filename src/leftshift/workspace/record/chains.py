"""Whether rows that each hold the digest of the one before are as they were written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

LISTED = 20
Row = tuple[int | None, str, str, str]
"""Number, digest of the row before, own digest, and the content that was digested."""


@dataclass(frozen=True)
class Checked:
    """What working out every digest anew found: how many rows there are, how they end, and every break (the first twenty)."""

    length: int
    digest: str
    breaks: tuple[str, ...]


def check_rows(
    rows: Iterable[Row], *, thing: str, whole: str, noted: tuple[int, str] | None = None
) -> Checked:
    """Follow rows in their order; ``thing`` and ``whole`` are what one of them, and all of them, are called.

    ``noted`` is a length and the digest (or its start) that the rows had then, kept somewhere else: it finds out even whoever
    could write all of them anew.
    """
    breaks: list[str] = []
    previous, counted = "", 0
    for number, said_previous, said, content in rows:
        counted += 1
        if number != counted:
            breaks.append(f"{thing} {counted} is missing, or one was added outside the workspace")
            counted = number or counted
        elif said_previous != previous:
            breaks.append(f"{thing} {number} does not follow the one before it")
        elif hashlib.sha256(content.encode()).hexdigest() != said:
            breaks.append(f"{thing} {number} was altered")
        if noted and number == noted[0] and not said.startswith(noted[1]):
            breaks.append(f"{thing} {number} is not the one whose digest was noted")
        previous = said
    if noted and counted < noted[0]:
        breaks.append(f"{whole} had {noted[0]} {thing}s when it was noted, and has {counted}")
    return Checked(counted, previous, tuple(breaks[:LISTED]))


def held_to_head(found: Checked, head: tuple[int, str] | None, *, thing: str, whole: str) -> tuple[str, ...]:
    """The breaks of rows, and one more where they do not end as their head says."""
    if head == (found.length, found.digest):
        return found.breaks
    said = head[0] if head else 0
    ends = f"{whole} ends at {thing} {found.length}, where its head says {said}"
    return (*found.breaks, ends)[:LISTED]
