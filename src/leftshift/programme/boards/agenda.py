"""The order of an agenda, and who was in the room at an item."""

from __future__ import annotations

import re
from collections.abc import Iterable

from leftshift.programme.boards.rows import AgendaItem, Attendance

_PIECE = re.compile(r"[0-9]+|[^0-9]+")
ItemKey = tuple[tuple[int, int, str], ...]


def item_key(item: str) -> ItemKey:
    """What items are sorted by: 2 before 10, 5 before 5a before 5b before 6."""
    return tuple(_piece(text) for text in _PIECE.findall(item.strip().casefold()))


def _piece(text: str) -> tuple[int, int, str]:
    if text[0] in "0123456789":
        digits = text.lstrip("0") or "0"
        return (0, len(digits), digits)
    return (1, 0, text)


def in_order(agenda: Iterable[AgendaItem], meeting: str) -> list[AgendaItem]:
    """The items of a meeting in the order of their numbers."""
    return sorted((row for row in agenda if row.meeting == meeting), key=lambda row: item_key(row.item))


def is_there(row: Attendance, at_item: str, first: str = "") -> bool:
    """Whether one who was at the meeting was in the room at an item; ``at_item`` empty is the opening.

    Whoever was there for the ``first`` item of the agenda was there at the opening.
    """
    if not at_item:
        return not row.arrived_item or (bool(first) and item_key(row.arrived_item) <= item_key(first))
    at = item_key(at_item)
    arrived = not row.arrived_item or item_key(row.arrived_item) <= at
    left = bool(row.left_item) and item_key(row.left_item) <= at
    return arrived and not left
