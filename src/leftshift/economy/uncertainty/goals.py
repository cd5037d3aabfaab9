"""Goal seek: which value of one input, or which common delivery, closes the gap in a year, if any does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from leftshift.economy.arrays import Floats
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import BALANCE_TOLERANCE, Projection, project
from leftshift.economy.uncertainty.outputs import Output, Outputs
from leftshift.economy.uncertainty.program import Program
from leftshift.foundation.faults import near_miss
from leftshift.place.levers import COMMON_DELIVERY, KINDS, Lever, NotALever, levers_of, range_of
from leftshift.place.place import Place
from leftshift.place.rows import How, Level, Moves, Uncertainty

_TRIED = 257  # values side by side, twice: the second time between two of the first
_INPUT = "input"


@dataclass(frozen=True)
class Dial:
    """One input that is turned: ``stands_at`` is where the plan has it, the ends how far it is turned.

    A rate in points (0.01 is one point a year), delivery and value as shares of one, a delay in months.
    """

    key: str
    name: str
    kind: Literal["rate", "delivery", "delay", "value"]
    stands_at: float
    low: float
    high: float
    rows: tuple[Uncertainty, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return self.kind == "delay"


@dataclass(frozen=True)
class Goal:
    """What was found: positions are of a body or the perimeter in a year, £000.

    ``needed`` is the last value without a deficit, where a deficit begins or ends nearest to the plan's value; None
    where all values give one, or none does. ``best`` is the value with the best position; ``curve`` holds what was tried.
    """

    dial: Dial
    position: float
    needed: float | None
    position_then: float | None
    best: float
    best_position: float
    curve: tuple[tuple[float, float], ...]

    @property
    def is_met(self) -> bool:
        """Whether the plan as it stands has no deficit."""
        return self.position >= -BALANCE_TOLERANCE

    def document(self, place: Place, year: str, organisation: str) -> dict[str, Any]:
        """What was found for an organisation, or for the perimeter, as plain values."""
        names = {row.code: row.name for row in place.organisations}
        return {
            "place": place.code,
            "input": self.dial.key,
            "name": self.dial.name,
            "kind": self.dial.kind,
            "organisation": organisation,
            "whose": names.get(organisation, place.perimeter),
            "year": year,
            "unit": "£000",
            "stands_at": self.dial.stands_at,
            "position": self.position,
            "is_met": self.is_met,
            "tried": [self.dial.low, self.dial.high],
            "needed": self.needed,
            "position_then": self.position_then,
            "best": self.best,
            "best_position": self.best_position,
            "curve": [{"value": value, "position": position} for value, position in self.curve],
        }


def dial_named(place: Place, name: str, low: float | None = None, high: float | None = None) -> Dial:
    """The dial of a lever by its key, or that of a common delivery; raises NotALever."""
    if name == COMMON_DELIVERY:
        return common_delivery(place, low, high)
    levers = levers_of(place.written)
    if name not in levers:
        guess = near_miss(name, [*levers, COMMON_DELIVERY])
        hint = f": did you mean {guess}?" if guess else f": they begin with {', '.join(KINDS)}"
        raise NotALever(f"the place has no input {name}{hint}")
    return dial_of(levers[name], low, high)


def dial_of(lever: Lever, low: float | None = None, high: float | None = None) -> Dial:
    """The dial of a lever of the place; its ends are the lever's own where none are given."""
    scale = 1.0 if lever.kind == "delay" else 100.0
    ends = [float(end) / scale for end in (lever.range.lowest, lever.range.highest)]
    stands_at = float(lever.stands_at) / scale
    if lever.kind == "value":
        ends, stands_at = [1 + end for end in ends], 1.0
    how: dict[str, How] = {"rate": "add", "delivery": "set", "delay": "set", "value": "times"}
    where = dict(lever.where)
    row = _row(
        lever.kind,
        where.get("assumption")
        or where.get("intervention")
        or where.get("contract")
        or where.get("line", ""),
        how[lever.kind],
        where.get("organisation"),
    )
    return _dial(lever.key, lever.name, lever.kind, stands_at, (low, high), ends, (row,))


def common_delivery(place: Place, low: float | None = None, high: float | None = None) -> Dial:
    """The dial that turns the delivery of every intervention of the plan alike: 1 is as planned."""
    within = range_of("delivery")
    ends = [float(end) / 100 for end in (within.lowest, within.highest)]
    rows = tuple(
        _row("delivery", row.intervention, "times", None)
        for row in place.written.interventions
        if row.stage == "plan"
    )
    name = "Delivery of every intervention, of what the plan says"
    return _dial(COMMON_DELIVERY, name, "delivery", 1.0, (low, high), ends, rows)


def _dial(
    key: str,
    name: str,
    kind: str,
    stands_at: float,
    wanted: tuple[float | None, float | None],
    ends: list[float],
    rows: tuple[Uncertainty, ...],
) -> Dial:
    low = ends[0] if wanted[0] is None else wanted[0]
    high = ends[1] if wanted[1] is None else wanted[1]
    if not low < high:
        raise ValueError(f"the low end, {low:g}, is not below the high end, {high:g}")
    return Dial(key, name, kind, stands_at, low, high, rows)  # type: ignore[arg-type]


def _row(moves: str, item: str, how: How, organisation: str | None) -> Uncertainty:
    """A quantity that exists only while it is turned; its distribution is never asked for."""
    kind: Moves = moves  # type: ignore[assignment]
    return Uncertainty(
        quantity=f"{_INPUT} {item}",
        moves=kind,
        organisation=organisation,
        item=item,
        how=how,
        distribution="uniform",
        low=Level(0.0),
        high=Level(1.0),
        source="goal seek",
        basis="assumed",
    )


def seek(place: Place, dial: Dial, output: Output, year: int) -> Goal:
    """Turn a dial until a position of a year is no deficit; ``year`` counts from the base year. Raises DrawOutOfRange."""
    turning = _Turning(place, dial, output, year)
    values = _spread(dial, dial.low, dial.high)
    positions = turning.positions(values)
    curve = tuple(zip(values.tolist(), positions.tolist(), strict=True))
    at = int(np.argmax(positions))
    needed = turning.break_even(values, positions)
    then = None if needed is None else float(turning.positions(np.array([needed]))[0])
    return Goal(dial, turning.planned, needed, then, float(values[at]), float(positions[at]), curve)


class _Turning:
    """The position under any values of a dial."""

    def __init__(self, place: Place, dial: Dial, output: Output, year: int) -> None:
        projection: Projection = project(prepare(place.with_tables(uncertainty=dial.rows, correlations=())))
        self.dial, self.year = dial, year
        self.program = Program(projection, Outputs(projection.economy))
        self.row = self.program.outputs.row[output]
        self.planned = float(self.program.planned[self.row, year])

    def positions(self, values: Floats) -> Floats:
        """The position at each value [value], £000; without an intervention to turn, the plan's."""
        if not self.dial.rows:
            return np.full(len(values), self.planned)
        found: Floats = self.program.run({row.quantity: values for row in self.dial.rows})[
            self.row, self.year
        ]
        return found

    def break_even(self, values: Floats, positions: Floats) -> float | None:
        """The last value without a deficit, where that is nearest to the plan's; None where it never turns."""
        meets = _meets(positions)
        turns = np.flatnonzero(meets[1:] != meets[:-1])
        if not len(turns):
            return None
        at = int(turns[np.argmin(np.abs(values[turns] - self.dial.stands_at))])
        if self.dial.is_whole:
            return float(values[at] if meets[at] else values[at + 1])
        finer = _spread(self.dial, float(values[at]), float(values[at + 1]))
        met = np.flatnonzero(_meets(self.positions(finer)))
        return float(finer[met[-1] if meets[at] else met[0]])


def _meets(positions: Floats) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = positions >= -BALANCE_TOLERANCE
    return found


def _spread(dial: Dial, low: float, high: float) -> Floats:
    if dial.is_whole:
        return np.arange(round(low), round(high) + 1, dtype=np.float64)
    return np.linspace(low, high, _TRIED)
