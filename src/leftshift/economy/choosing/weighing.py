"""What holds a choice back, what one more unit of it would be worth, and what forcing in the rest would cost: by solving again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leftshift.economy.choosing.conflicting import smallest_conflict
from leftshift.economy.choosing.constraints import LIMITS, Constraint
from leftshift.economy.choosing.parameters import parameter
from leftshift.economy.choosing.searching import Found, Search


@dataclass(frozen=True)
class Weighed:
    """A constraint with what the choice uses of it; £000 of the objective for what it would gain without it.

    ``one_more`` is what loosening it by ``more`` of its unit would gain; None for a rule that has no amount.
    """

    constraint: Constraint
    used: float
    without: float
    one_more: float | None

    @property
    def binds(self) -> bool:
        """Whether the choice would be better without it."""
        return self.without > 0

    @property
    def room(self) -> float:
        """How far the choice stays from where it stands."""
        row = self.constraint
        return min(self.used - row.low, row.high - self.used)


@dataclass(frozen=True)
class LeftOut:
    """An intervention that is not chosen: what forcing it in would cost, £000; None where the constraints forbid it.

    ``because`` are the constraints that forbid it, in words.
    """

    intervention: str
    costs: float | None
    because: tuple[str, ...] = ()


def weigh(search: Search, found: Found) -> tuple[Weighed, ...]:
    """Every constraint of the question, in its order."""
    rows, value = list(search.constraints), search.value(search.objective, found.solved)
    without = dict.fromkeys(range(len(rows)), 0.0)
    _find_binding(search, value, list(range(len(rows))), without)
    return tuple(
        Weighed(
            row,
            row.used(search.effects, found.solved.scales, found.solved.taken),
            without[at],
            _one_more(search, value, at, gain=without[at]),
        )
        for at, row in enumerate(rows)
    )


def _find_binding(search: Search, value: float, part: Sequence[int], without: dict[int, float]) -> None:
    """Find what the choice would gain without each of a part: nothing, where it gains nothing without all of them."""
    if not part:
        return
    others = [row for at, row in enumerate(search.constraints) if at not in set(part)]
    gain = _gain(search, value, others)
    if gain > 0 and len(part) == 1:
        without[part[0]] = gain
    elif gain > 0:
        middle = len(part) // 2
        _find_binding(search, value, part[:middle], without)
        _find_binding(search, value, part[middle:], without)


def _one_more(search: Search, value: float, at: int, *, gain: float) -> float | None:
    row = search.constraints[at]
    if row.kind not in LIMITS:
        return None
    if gain == 0:
        return 0.0
    rows = [entry.loosened(row.more) if entry is row else entry for entry in search.constraints]
    return _gain(search, value, rows)


def _gain(search: Search, value: float, constraints: Sequence[Constraint]) -> float:
    """How much better than a value the best choice is under these constraints; less than a pound is nothing."""
    found = search.highest(search.objective, constraints)
    gain = search.value(search.objective, found) - value if found is not None else 0.0
    return gain if gain > 2 * parameter("tolerance") else 0.0


def leave_out(search: Search, found: Found) -> tuple[LeftOut, ...]:
    """Every intervention that is not chosen, with what it would cost to choose it."""
    chosen = search.taken(found.solved)
    value = search.value(search.objective, found.solved)
    return tuple(_left_out(search, value, name) for name in search.asked.choosable if name not in chosen)


def _left_out(search: Search, value: float, name: str) -> LeftOut:
    forced = search.must_have(name)
    rows = [*search.constraints, forced]
    solved = search.highest(search.objective, rows)
    if solved is not None:
        costs = value - search.value(search.objective, solved)
        return LeftOut(name, costs if costs > 2 * parameter("tolerance") else 0.0)
    conflict = smallest_conflict(search, rows)
    return LeftOut(name, None, tuple(row.words for row in conflict if row is not forced))
