"""What a subject adds to a plan's money: rows, each with the one cause that they follow from.

Subjects above the economy never call it. They give contributions, ``Model`` gathers them, and the economy projects once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leftshift.place.place import Place
from leftshift.place.row import Row


@dataclass(frozen=True)
class Contribution:
    """Rows that follow from one cause: table name to rows, in the nouns of a place.

    ``cause`` names the row or rows that they follow from, such as ``activity_effects AE1``; nothing may contribute
    twice for one cause. Rows keep the origin of what they follow from, so that a question ends at the file.
    """

    cause: str
    tables: Mapping[str, tuple[Row, ...]]


class CausedTwice(ValueError):
    """Two contributions for one cause: the same money would count twice."""


def gather(place: Place, contributions: Iterable[Contribution]) -> Place:
    """The place with everything that was contributed; the same place where nothing was.

    A row that several contributions share, such as the service of their lines, is taken once. Raises CausedTwice.
    """
    seen = set[str]()
    added: dict[str, dict[Row, None]] = {}
    for entry in contributions:
        if entry.cause in seen:
            raise CausedTwice(f"{entry.cause} contributes twice")
        seen.add(entry.cause)
        for table, found in entry.tables.items():
            added.setdefault(table, {}).update(dict.fromkeys(found))
    tables: dict[str, Any] = {name: (*place.table(name), *found) for name, found in added.items()}
    return place.with_tables(**tables, before_contributions=place) if tables else place


def without_contributions(place: Place) -> Place:
    """The place as it is written, with the contracts and lines that it has now; contributed ones left out."""
    written = place.written
    contracts, lines = {row.contract for row in written.contracts}, {row.line for row in written.lines}
    return written.with_tables(
        contracts=tuple(row for row in place.contracts if row.contract in contracts),
        lines=tuple(row for row in place.lines if row.line in lines),
    )
