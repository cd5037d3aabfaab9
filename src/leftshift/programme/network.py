"""Which milestone waits for which: dates pushed along dependencies, what has room, and the critical path.

Dates are whole days. A milestone takes the days from its begin to its date; a moment takes none. What waits begins no
earlier than the day on which what it waits for allows it, plus the lag. A begin that was is not moved: what has begun is
only not reached before what it waits for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from leftshift.programme.parameters import parameter
from leftshift.programme.work_rows import Dependency, Milestone

Days = npt.NDArray[np.int64]
_EPOCH = date(1970, 1, 1)
_LAST = (date.max - _EPOCH).days - 366  # room for a year, so that months can still be counted from it
_NONE = np.iinfo(np.int64).min // 4
NOT_BEGUN = _NONE


class CircularDependencies(ValueError):
    """Milestones that wait for each other: none of them could ever begin."""

    def __init__(self, milestones: Sequence[str]) -> None:
        super().__init__("wait for each other: " + " → ".join([*milestones, milestones[0]]))
        self.milestones = tuple(milestones)


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day of a number; lags may add up to more than a calendar holds, and then it is the last that it is counted to."""
    return _EPOCH + timedelta(days=min(int(number), _LAST))


@dataclass(frozen=True)
class Spans:
    """How many days each milestone takes, and the day on which what has begun did (`NOT_BEGUN`: it has not)."""

    days: Days
    begun: Days

    @classmethod
    def of_days(cls, days: Days) -> Spans:
        """Nothing has begun."""
        return cls(days, np.full(len(days), NOT_BEGUN))

    @cached_property
    def has_begun(self) -> npt.NDArray[np.bool_]:
        """Whether it has begun."""
        has_begun: npt.NDArray[np.bool_] = self.begun != NOT_BEGUN
        return has_begun

    @cached_property
    def to_come(self) -> Days:
        """The days that it takes from when it is allowed to begin: none where it has begun."""
        return np.where(self.has_begun, 0, self.days)

    def starts(self, at: Days, finish: Days) -> Days:
        """When those at positions begin that finish on days."""
        return np.where(self.has_begun[at], self.begun[at], finish - self.days[at])


@dataclass(frozen=True)
class Network:
    """Milestones and what waits for what, as arrays: ``before[i]`` and ``after[i]`` are positions in ``names``.

    ``from_finish`` and ``to_finish`` say at which end of the two an edge hangs, ``lag`` is in days; ``levels`` are the
    edges in an order in which every milestone is settled before anything that waits for it.
    """

    names: tuple[str, ...]
    before: Days
    after: Days
    lag: Days
    from_finish: npt.NDArray[np.bool_]
    to_finish: npt.NDArray[np.bool_]
    levels: tuple[Days, ...]

    @cached_property
    def number(self) -> dict[str, int]:
        """Milestone to its position."""
        return {name: at for at, name in enumerate(self.names)}

    def forward(self, earliest: Days, spans: Spans, fixed: npt.NDArray[np.bool_]) -> Days:
        """When each finishes: no earlier than it is meant to (``earliest``), nor than what it waits for allows.

        What is ``fixed`` stays where it is.
        """
        finish = earliest.copy()
        for edges in self.levels:
            before, after = self.before[edges], self.after[edges]
            ends = finish[before]
            since = np.where(self.from_finish[edges], ends, spans.starts(before, ends))
            allowed = since + self.lag[edges] + np.where(self.to_finish[edges], 0, spans.to_come[after])
            allowed = np.where(fixed[after], _NONE, allowed)
            np.maximum.at(finish, after, allowed)
        return finish

    def backward(self, spans: Spans, end: Days, fixed: npt.NDArray[np.bool_]) -> Days:
        """When each may finish at the latest so that nothing finishes after its ``end``; what is ``fixed`` holds back nothing."""
        latest = end.copy()
        for edges in reversed(self.levels):
            before, after = self.before[edges], self.after[edges]
            ends = latest[after] - np.where(self.to_finish[edges], 0, spans.to_come[after])
            allowed = ends - self.lag[edges] + np.where(self.from_finish[edges], 0, spans.days[before])
            free = fixed[after] | (spans.has_begun[before] & ~self.from_finish[edges])
            allowed = np.where(free, -_NONE, allowed)
            np.minimum.at(latest, before, allowed)
        return latest


def network(milestones: Sequence[Milestone], dependencies: Sequence[Dependency]) -> Network:
    """The network of milestones. Raises CircularDependencies."""
    names = tuple(row.milestone for row in milestones)
    number = {name: at for at, name in enumerate(names)}
    known = [row for row in dependencies if row.before in number and row.after in number]
    before, after = (_array(number[getattr(row, end)] for row in known) for end in ("before", "after"))
    return Network(
        names,
        before,
        after,
        _array(row.lag_days for row in known),
        np.array([not row.kind.startswith("start") for row in known], dtype=bool),
        np.array([row.kind.endswith("finish") for row in known], dtype=bool),
        _levels(names, before, after),
    )


def _array(values: Any) -> Days:
    return np.fromiter(values, dtype=np.int64)


def _levels(names: Sequence[str], before: Days, after: Days) -> tuple[Days, ...]:
    """Edges by the longest chain that leads to where they begin."""
    order = np.argsort(before, kind="stable")
    first = np.searchsorted(before[order], np.arange(len(names) + 1))
    waiting = np.bincount(after, minlength=len(names))
    ready = np.flatnonzero(waiting == 0)
    levels, settled = [], 0
    while len(ready):
        settled += len(ready)
        counts = first[ready + 1] - first[ready]
        starts = np.repeat(first[ready] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        edges = order[starts + np.arange(counts.sum())]
        if len(edges):
            levels.append(edges)
        touched = after[edges]
        np.subtract.at(waiting, touched, 1)
        ready = np.unique(touched[waiting[touched] == 0])
    if settled < len(names):
        raise CircularDependencies(_circle(names, before, after, waiting > 0))
    return tuple(levels)


def _circle(names: Sequence[str], before: Days, after: Days, stuck: npt.NDArray[np.bool_]) -> list[str]:
    """One circle among what is stuck: going back from any of it comes round."""
    edges = zip(before.tolist(), after.tolist(), strict=True)
    back = {other: one for one, other in edges if stuck[one] and stuck[other]}
    at, seen = min(back), list[int]()
    while at not in seen:
        seen.append(at)
        at = back[at]
    circle = seen[seen.index(at) :][::-1]
    turn = circle.index(min(circle))
    return [names[position] for position in [*circle[turn:], *circle[:turn]]]


@dataclass(frozen=True)
class Timetable:
    """When each milestone is reached, planned and expected on a day, with what has room; all in days since 1970."""

    network: Network
    milestones: tuple[Milestone, ...]
    as_of: date
    planned: Days
    """As the plan counts on it: baselines pushed along dependencies."""
    agreed: Days
    """The same with changes that were approved."""
    expected: Days
    """As it looks today: forecasts, what was reached, and what is overdue no earlier than today."""
    spans: Spans
    """How long each takes, as expected, and what has begun."""
    is_done: npt.NDArray[np.bool_]

    def at(self, milestone: str) -> int:
        """The position of a milestone."""
        return self.network.number[milestone]

    def due(self, at: int) -> date:
        """When the milestone at a position is due while it is open: by its own forecast or as agreed, whichever is earlier."""
        agreed = day_of(self.agreed[at])
        return min(self.milestones[at].due or agreed, agreed)

    @cached_property
    def room(self) -> Days:
        """Days by which each may slip without anything of the programme finishing later; what was reached has none."""
        last = self.expected[~self.is_done].max() if (~self.is_done).any() else self.expected.max(initial=0)
        end = np.full(len(self.network.names), last, dtype=np.int64)
        latest = self.network.backward(self.spans, end, self.is_done)
        return latest - self.expected

    @cached_property
    def critical(self) -> npt.NDArray[np.bool_]:
        """What is open and has no more room than a weekend: if it slips, the programme ends later."""
        return ~self.is_done & (self.room <= parameter("critical_days"))

    @cached_property
    def slip(self) -> Days:
        """Days behind the plan; below 0: ahead."""
        return self.expected - self.planned

    @cached_property
    def behind(self) -> Days:
        """Days behind what was agreed last."""
        return self.expected - self.agreed

    def chain(self, milestone: str) -> list[str]:
        """What decides when a milestone is reached: from the first that nothing pushes to the milestone itself."""
        found = [self.at(milestone)]
        while (pusher := self._pusher(found[-1])) is not None:
            found.append(pusher)
        return [self.network.names[at] for at in reversed(found)]

    def _pusher(self, at: int) -> int | None:
        """The milestone because of which another is not reached earlier; None where its own date decides."""
        if self.is_done[at]:
            return None
        net, spans = self.network, self.spans
        for edge in self._into.get(at, ()):
            one = net.before[edge]
            end = self.expected[one]
            since = end if net.from_finish[edge] else spans.starts(one, end)
            allowed = since + net.lag[edge] + (0 if net.to_finish[edge] else spans.to_come[at])
            if allowed == self.expected[at]:
                return int(one)
        return None

    @cached_property
    def _into(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for edge, after in enumerate(self.network.after.tolist()):
            found.setdefault(after, []).append(edge)
        return found
