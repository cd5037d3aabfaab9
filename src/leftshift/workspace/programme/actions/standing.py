"""What no edit may make of a programme, whichever way it comes: milestones that wait for themselves, work past a shut gate."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from leftshift.programme.circling import FILES as CIRCLING
from leftshift.programme.circling import circles_said
from leftshift.programme.gating import past_gates
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.shared.editing import EditRefused

_BEGINNING = frozenset({"projects.csv", "milestones.csv", "dependencies.csv"})
"""The files in which work begins, is reached or spends."""


@contextmanager
def standing(held: Programme, files: Collection[str]) -> Iterator[None]:
    """Hold what changes these files to what may stand. Raises EditRefused for what was not so before; the caller's transaction ends."""
    watched = {name for name in files if name in CIRCLING or name in _BEGINNING}
    before = queries.texts_of(held) if watched else {}
    yield
    if not watched:
        return
    after = queries.texts_of(held)
    if any(before.get(name) != after.get(name) for name in watched):
        new = _new(queries.seen(held, before), queries.seen(held, after), watched)
        if new:
            raise EditRefused(f"Nothing was saved. {' '.join(new)}".rstrip("."))


def _new(before: queries.Seen, after: queries.Seen, files: Collection[str]) -> list[str]:
    """What is wrong after a change and was not before: whatever stood so before does not stop other edits."""
    if after.content is None:
        return []
    found: list[str] = []
    if any(name in CIRCLING for name in files):
        known = circles_said(before.content) if before.content is not None else ()
        found += [said for said in circles_said(after.content) if said not in known]
    if before.content is not None and before.is_sound and after.is_sound:
        past = {(row.gate, row.what) for row in past_gates(before.content, before.as_of)}
        now = (row for row in past_gates(after.content, after.as_of) if (row.gate, row.what) not in past)
        found += [f"The project would stand {row.words}." for row in now]
    return found
