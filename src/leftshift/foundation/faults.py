"""Faults in what was given to us: values, collected and answered all at once."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LISTED_IN_FULL = 1000
_SHOWN_CHARACTERS = 120
_COMPARED_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, what was found, what was expected, what to do."""

    kind: str
    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    action: str
    suggestion: str | None = None

    @property
    def place(self) -> str:
        """File, row and column in one phrase."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)

    def __str__(self) -> str:
        hint = f" Did you mean {self.suggestion}?" if self.suggestion else ""
        found = f"found {self.found}; " if self.found else ""
        return f"{self.place}: {found}expected {self.expected}. {self.action}.{hint}"

    def document(self) -> dict[str, str | int | None]:
        """The fault as plain values, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def shown(text: str) -> str:
    """A found value as it may be printed: quoted, control characters escaped, cut when long."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    return (
        "nothing"
        if text == ""
        else "'" + cut.encode("unicode_escape").decode("ascii") + "'"
        if not cut.isprintable()
        else f"'{cut}'"
    )


def near_miss(text: str, names: Iterable[str]) -> str | None:
    """The one name most like the text, without regard to case; None when none is near."""
    by_folded = {name.casefold(): name for name in sorted(names, reverse=True)}
    near = difflib.get_close_matches(text.casefold()[:_COMPARED_CHARACTERS], by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


@dataclass
class Faults:
    """A collector whose memory is bounded: the first thousand in full, the rest counted by kind."""

    limit: int = LISTED_IN_FULL
    listed: list[Fault] = field(default_factory=list)
    counts_by_kind: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many faults there are, listed or only counted."""
        return self.counts_by_kind.total()

    @property
    def is_full(self) -> bool:
        """Whether further faults are only counted."""
        return len(self.listed) >= self.limit

    def __bool__(self) -> bool:
        return self.total > 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.listed)

    def add(self, fault: Fault) -> None:
        """Keep the fault, or only count it when the list is full."""
        self.counts_by_kind[fault.kind] += 1
        if not self.is_full:
            self.listed.append(fault)

    def add_all(self, faults: Iterable[Fault]) -> None:
        """Keep or count each of the faults."""
        for fault in faults:
            self.add(fault)

    def raise_if_any(self) -> None:
        """Raise FaultsFound when there is at least one."""
        if self:
            raise FaultsFound(self)

    def summary(self) -> str:
        """One line: how many of which kind."""
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.counts_by_kind.items()))
        return f"{self.total:,} fault{'s' if self.total != 1 else ''}: {kinds}"


class FaultsFound(Exception):
    """What was given cannot be used; ``faults`` says everything that is wrong with it."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        super().__init__("\n".join([faults.summary(), *(str(fault) for fault in faults.listed[:20])]))
