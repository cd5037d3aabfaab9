"""A second ledger, slow and plain: what moved, day by day, in dictionaries; every figure is a sum over all of it."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field

Key = tuple[str, ...]
NEVER_BELOW_NOUGHT = {"bank", "due", "promised", "owed", "held", "marked", "share_due", "share_owed"}
ADDS, TAKES = {"agreed", "carried", "borne"}, {"spent", "aside", "given"}


@dataclass
class SlowLedger:
    """Movements with their days; a reversal is the movement the other way round."""

    moves: list[tuple[datetime.date, str, dict[Key, int]]] = field(default_factory=list)
    undone: set[int] = field(default_factory=set)
    closed: datetime.date | None = None
    years_closed: list[datetime.date] = field(default_factory=list)

    def is_open(self, date: datetime.date) -> bool:
        return self.closed is None or date > self.closed

    def total(self, *key: str, to: datetime.date | None = None, since: datetime.date | None = None) -> int:
        """The sum of everything whose key begins so, over some days."""
        return sum(
            pence
            for date, _, move in self.moves
            if (to is None or date <= to) and (since is None or date >= since)
            for name, pence in move.items()
            if name[: len(key)] == key
        )

    def left(self, source: str, to: datetime.date | None = None) -> int:
        return sum(self.total(name, source, to=to) for name in ADDS) - sum(
            self.total(name, source, to=to) for name in TAKES
        )

    def free(self, source: str) -> int:
        return self.left(source) - self.total("promised", source) - self.total("marked", source)

    def carried(self, source: str) -> int:
        """What a source carried forward: left at the last close of a year, and what was brought in since."""
        if not self.years_closed:
            return self.total("carried", source)
        last = self.years_closed[-1]
        return self.left(source, last) + self.total(
            "carried", source, since=last + datetime.timedelta(days=1)
        )

    def may(self, move: dict[Key, int]) -> bool:
        """Whether no stock would fall below nought."""
        return all(
            self.total(*key) + pence >= 0
            for key, pence in move.items()
            if key[0] in NEVER_BELOW_NOUGHT and pence < 0
        )

    def add(self, date: datetime.date, kind: str, move: dict[Key, int]) -> None:
        self.moves.append((date, kind, move))

    def spending(self, scheme: str, amounts: dict[str, int], other: Key, sign: int) -> dict[Key, int]:
        move: Counter[Key] = Counter()
        for source, pence in amounts.items():
            move["spent", source, scheme] += pence
            move["promised", source, scheme] -= min(pence, self.total("promised", source, scheme))
            move[other] += sign * pence
        return dict(move)
