"""What reading met of a place, and how a check reports a fault at a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leftshift.foundation.faults import Fault, shown
from leftshift.foundation.sources import Origin
from leftshift.place.rows import Row


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row with a fault: what could be read of it, so that its other faults are found as well."""

    origin: Origin
    values: Mapping[str, Any]


@dataclass
class Seen:
    """What reading met: the first rows that were refused, keys of all rows that were refused, files with faults, tables not read at all.

    Checks use it so that one slip is not answered with a hundred faults that follow from it.
    """

    mentioned: dict[str, set[str]] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    refused: dict[str, list[RefusedRow]] = field(default_factory=dict)

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
