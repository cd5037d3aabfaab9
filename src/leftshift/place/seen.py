"""What reading met of a place, and how a check reports a fault at a row."""

from __future__ import annotations

from dataclasses import dataclass, field

from leftshift.foundation.faults import Fault, shown
from leftshift.place.rows import Row


@dataclass
class Seen:
    """What reading met: keys of rows that were refused, files with faults, tables not read at all.

    Checks use it so that one slip is not answered with a hundred faults that follow from it.
    """

    mentioned: dict[str, set[str]] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)

    def is_sound(self, *tables: str) -> bool:
        """Whether these tables were read without any fault."""
        return not any(f"{table}.csv" in self.faulty for table in tables) and "place.toml" not in self.faulty


def fault_at(
    row: Row,
    column: str,
    kind: str,
    *,
    expected: str,
    action: str,
    found: str | None = None,
    suggestion: str | None = None,
) -> Fault:
    """A fault at a row that was read; what was found is the cell, unless said otherwise."""
    text = found if found is not None else shown(str(getattr(row, column, "") or ""))
    return Fault(kind, row.origin.file, row.origin.row or None, column, text, expected, action, suggestion)
