"""What reading met of a place, and how a check reports a fault at a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leftshift.foundation.faults import Fault, shown
from leftshift.foundation.sources import Origin
from leftshift.place.rows import Row

UNUSED = "nothing uses it"


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row with a fault: what could be read of it, so that its other faults are found as well."""

    origin: Origin
    values: Mapping[str, Any]


@dataclass
class Seen:
    """What reading met: the first rows that were refused, keys of all rows that were refused, files with faults, tables not read at all,
    and ``wrong``, the files in which checks of the whole place found what cannot be worked with.

    Checks use it so that one slip is not answered with a hundred faults that follow from it.
    """

    mentioned: dict[str, set[str]] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)
    refused: dict[str, list[RefusedRow]] = field(default_factory=dict)

    def is_sound(self, *tables: str) -> bool:
        """Whether these tables were read without any fault."""
        return not any(f"{table}.csv" in self.faulty for table in tables) and "place.toml" not in self.faulty

    def is_usable(self, *tables: str) -> bool:
        """Whether these tables are sound and no check found fault with them so far, so that one may calculate with them."""
        named = {f"{table}.csv" for table in tables}
        # a fault of a row that a scenario changed stands at the scenario, of whichever table it is
        return self.is_sound(*tables) and not any(
            file in named or not file.endswith(".csv") for file in self.wrong
        )

    def noting(self, faults: Iterable[Fault]) -> Iterator[Fault]:
        """The same faults, whose files are known to be wrong from then on; what nothing uses does no harm."""
        for fault in faults:
            if fault.kind != UNUSED:
                self.wrong.add(fault.file)
            yield fault


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
    text = found if found is not None else shown(_cell(getattr(row, column, None)))
    return Fault(kind, row.origin.file, row.origin.row or None, column, text, expected, action, suggestion)


def _cell(value: object) -> str:
    """A value as a cell of a table says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
