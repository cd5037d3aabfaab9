"""Processor time of some actions, taken in turns so that what else the machine does falls on all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

Action = Callable[[], object]


def in_turns(
    actions: Mapping[str, Action], *, repeats: int, clock: Callable[[], float] = time.process_time
) -> dict[str, list[float]]:
    """Name to the seconds of each turn: A B A B, after one turn that does not count."""
    for action in actions.values():
        action()
    found: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(repeats):
        for name, action in actions.items():
            found[name].append(once(action, clock))
    return found


def once(action: Action, clock: Callable[[], float] = time.process_time) -> float:
    """The processor time of an action, in seconds."""
    start = clock()
    action()
    return clock() - start


def show(times: Mapping[str, list[float]], *, beside: str) -> None:
    """Print median and least in milliseconds, and the ratio of the medians to that of one of them."""
    unit = median(times[beside])
    print(f"{'':<40} {'median ms':>10} {'least':>9} {'ratio':>8}")
    for name, seconds in times.items():
        ratio = median(seconds) / unit
        print(f"{name:<40} {median(seconds) * 1e3:>10.2f} {min(seconds) * 1e3:>9.2f} {ratio:>8.2f}")
