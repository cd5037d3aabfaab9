"""Which entries and which lines of an extract are the same money: by reference, by date, by batch."""

from __future__ import annotations

import datetime
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

_FEWEST_OF_A_BATCH = 2


class Line(Protocol):
    """What both sides have: a day, a reference and pence."""

    @property
    def date(self) -> datetime.date:
        """The day."""

    @property
    def reference(self) -> str:
        """The reference, possibly empty."""

    @property
    def pence(self) -> int:
        """Pence, above nought for money that comes in."""


Key = TypeVar("Key")
Free = Mapping[int, Line]
"""Lines that are not matched yet, by their number, in the order of their days."""


def reference_pairs(first: Free, second: Free) -> Iterator[tuple[int, int]]:
    """Pairs of one amount and one reference, without regard to case and spaces; the earlier with the earlier."""
    waiting = _queued({n: (_reference(line), line.pence) for n, line in second.items() if _reference(line)})
    for number, line in first.items():
        if queue := waiting.get((_reference(line), line.pence)):
            yield number, queue.popleft()


def nearest_pairs(first: Free, second: Free, days: int) -> Iterator[tuple[int, int]]:
    """Pairs of one amount at most so many days apart, the nearest first; the earlier with the earlier."""
    waiting = _queued({number: (line.pence, line.date.toordinal()) for number, line in second.items()})
    free = dict(first)
    for apart in range(days + 1):
        for number, line in list(free.items()):
            day = line.date.toordinal()
            queue = waiting.get((line.pence, day - apart)) or waiting.get((line.pence, day + apart))
            if queue:
                yield number, queue.popleft()
                del free[number]


def batch(one: Line, others: Free, days: int, most: int) -> list[int]:
    """The lines that come to the amount of one: all of its reference, else those near its day; empty when none do.

    Nothing is a batch where two choices of lines come to the amount, or where more than ``most`` lines are near.
    """
    named = [n for n, line in others.items() if _reference(one) and _reference(line) == _reference(one)]
    if len(named) >= _FEWEST_OF_A_BATCH and sum(others[n].pence for n in named) == one.pence:
        return named
    near = [number for number, line in others.items() if _may_be_part(line, one, days)]
    if not _FEWEST_OF_A_BATCH <= len(near) <= most:
        return []
    found = _choices([abs(others[number].pence) for number in near], abs(one.pence))
    return [near[at] for at in found[0]] if len(found) == 1 else []


def _may_be_part(line: Line, one: Line, days: int) -> bool:
    same_way = (line.pence > 0) == (one.pence > 0)
    return same_way and abs(line.pence) < abs(one.pence) and abs((line.date - one.date).days) <= days


def _choices(amounts: Sequence[int], target: int) -> list[list[int]]:
    """Up to two choices of amounts that come to the target."""
    found: list[list[int]] = []

    def look(start: int, rest: int, chosen: list[int]) -> None:
        if rest == 0:
            found.append(chosen)
            return
        for at in range(start, len(amounts)):
            if len(found) > 1:
                return
            if amounts[at] <= rest:
                look(at + 1, rest - amounts[at], [*chosen, at])

    look(0, target, [])
    return found[:2]


def _queued(keys: Mapping[int, Key]) -> dict[Key, deque[int]]:
    waiting: dict[Key, deque[int]] = defaultdict(deque)
    for number, key in keys.items():
        waiting[key].append(number)
    return dict(waiting)


def _reference(line: Line) -> str:
    return "".join(line.reference.casefold().split())
