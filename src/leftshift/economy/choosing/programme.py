"""The mixed-integer programme of a choice, solved by HiGHS through SciPy.

Columns: whether each option is taken; the scale of each option whose scale is a choice; how far the activity at each
spot lies along each piece of its broken line, and past which bend; and the measured objective where it is a mean of the
worst draws. That mean is the lowest of all weighted sums of draws, so it is met from above by one row for each set of
weights that turns out to matter, instead of one row for each draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from leftshift.economy.arrays import Codes, Flags, Floats
from leftshift.economy.choosing.constraints import Constraint
from leftshift.economy.choosing.effects import Effects, Quantity
from leftshift.economy.choosing.pieces import Pieces, pieces_of

_CUT = 1e-4  # £000: a row for other weights is added when it lies lower by more than this
_FREE = (-np.inf, np.inf)
Row = tuple[Floats, float, float]


class NothingFoundInTime(ValueError):
    """The time was up before any choice was found."""


@dataclass(frozen=True)
class Goal:
    """What a search is for: the highest measure of a quantity, or the lowest cost of options taken [option]."""

    quantity: Quantity | None = None
    cost: Floats | None = None


@dataclass(frozen=True)
class Solved:
    """A choice: the scale of each option, nought where it is not taken; ``bound`` is the best that there could be.

    ``proven`` is false where time was up before that was known to be the best.
    """

    scales: Floats
    taken: Flags
    bound: float
    proven: bool


@dataclass(frozen=True)
class Rows:
    """Rows of a programme, each scaled so that its largest coefficient is 1 at most."""

    matrix: Any  # a sparse array [row, column], of a library that is imported when it is used
    low: Floats
    high: Floats

    @staticmethod
    def of(rows: Sequence[Row]) -> Rows:
        """Rows one by one."""
        from scipy import sparse

        matrix, low, high = (np.array(part) for part in zip(*rows, strict=True))
        size = np.maximum(np.abs(matrix).max(axis=1), 1.0)
        return Rows(sparse.csr_array(matrix / size[:, None]), low / size, high / size)

    def and_more(self, rows: Sequence[Row]) -> Rows:
        """These and others below them."""
        from scipy import sparse

        if not rows:
            return self
        other = Rows.of(rows)
        matrix = sparse.vstack([self.matrix, other.matrix], format="csc")
        return Rows(matrix, np.append(self.low, other.low), np.append(self.high, other.high))


@dataclass
class Programme:
    """Solves for any goal under any constraints of the same options; weights that mattered once are kept."""

    effects: Effects
    seconds: float
    matter: Flags  # which spots move anything that is asked about [spot]
    pool: dict[int, list[Floats]] = field(default_factory=dict)
    keep: dict[int, Quantity] = field(
        default_factory=dict
    )  # so that no other is taken for one by its identity

    def solve(self, goal: Goal, constraints: Sequence[Constraint]) -> Solved | None:
        """The best choice; None where none keeps to the constraints. Raises NothingFoundInTime."""
        quantities = [row.quantity for row in constraints if row.quantity is not None]
        risky = [
            entry for entry in (goal.quantity, *quantities) if entry is not None and self._is_risk(entry)
        ]
        if risky:  # the rows that matter are found on the relaxed programme first, where each takes little
            self._until_met(goal, constraints, relaxed=True)
        return self._until_met(goal, constraints, relaxed=False)

    def _is_risk(self, quantity: Quantity) -> bool:
        return quantity.measured.share < 1.0 and self.effects.draws > 1

    def _until_met(self, goal: Goal, constraints: Sequence[Constraint], *, relaxed: bool) -> Solved | None:
        while True:
            found = self._once(goal, constraints, relaxed=relaxed)
            if found is None:
                return None
            columns, solved = found
            if not self._add_rows(goal, constraints, columns, solved):
                return solved

    # ------------------------------------------------------------------ columns
    @cached_property
    def pieces(self) -> Pieces:
        """The pieces of the broken lines."""
        return pieces_of(self.effects, self.matter)

    @cached_property
    def _scaled(self) -> list[int]:
        return [at for at, option in enumerate(self.effects.asked.options) if not option.is_fixed]

    @cached_property
    def _size(self) -> int:
        return len(self.effects.asked.options) + len(self._scaled) + self.pieces.columns + 1

    @cached_property
    def _place_of_scale(self) -> tuple[Codes, Floats]:
        """The column that holds the scale of each option, and what it is multiplied by."""
        options = self.effects.asked.options
        column, factor = np.arange(len(options)), np.array([option.highest for option in options])
        column[self._scaled] = len(options) + np.arange(len(self._scaled))
        factor[self._scaled] = 1.0
        return column, factor

    def _on_scales(self, coefficient: Floats) -> Floats:
        row = np.zeros(self._size)
        column, factor = self._place_of_scale
        row[column] = coefficient * factor
        return row

    def _on_taken(self, coefficient: Floats) -> Floats:
        row = np.zeros(self._size)
        row[: len(coefficient)] = coefficient
        return row

    def _weighed(self, quantity: Quantity, weights: Floats) -> tuple[Floats, float]:
        """A quantity by weights of its draws [draw] as a row over columns, and its constant."""
        row = self._on_scales(weights @ quantity.slope)
        pieces = self.pieces
        factor = quantity.bend[self.matter] * weights[pieces.spots.draw]
        row[self._pieces] += pieces.on_pieces(factor)
        return row, float(weights @ quantity.base + factor @ pieces.first_paid)

    @cached_property
    def _pieces(self) -> slice:
        first = len(self.effects.asked.options) + len(self._scaled)
        return slice(first, first + self.pieces.columns)

    # ------------------------------------------------------------------ rows
    @cached_property
    def _structure(self) -> Rows:
        """One start for each intervention, scales within their range, and pieces that lie end to end."""
        asked = self.effects.asked
        rows = []
        for name in asked.choosable:
            mine = np.array([float(option.intervention == name) for option in asked.options])
            rows.append((self._on_taken(mine), -np.inf, 1.0))
        column = self._place_of_scale[0]
        for at in self._scaled:
            option = asked.options[at]
            for edge, low, high in ((option.lowest, 0.0, np.inf), (option.highest, -np.inf, 0.0)):
                row = np.zeros(self._size)
                row[column[at]], row[at] = 1.0, -edge
                rows.append((row, low, high))
        for change, on_pieces, low, high in self.pieces.rows():
            row = self._on_scales(change)
            row[self._pieces] += on_pieces
            rows.append((row, low, high))
        return Rows.of(rows)

    def _rows(self, goal: Goal, constraints: Sequence[Constraint]) -> list[Row]:
        rows: list[Row] = []
        for constraint in constraints:
            rows += self._rows_of(constraint)
        if goal.quantity is not None and self._is_risk(goal.quantity):
            for weights in self._weights(goal.quantity):
                row, constant = self._weighed(goal.quantity, weights)
                row[-1] = -1.0
                rows.append((row, -constant, np.inf))
        return rows

    def _rows_of(self, constraint: Constraint) -> list[Row]:
        if constraint.quantity is not None:
            found = [
                self._weighed(constraint.quantity, weights) for weights in self._weights(constraint.quantity)
            ]
            floor = _floor(constraint)
            return [(row, floor - constant, np.inf) for row, constant in found]
        if constraint.scaled is not None:
            high = constraint.high - constraint.already
            return [(self._on_scales(constraint.scaled), -np.inf, high)]
        assert constraint.taken is not None
        return [(self._on_taken(row), constraint.low, constraint.high) for row in constraint.taken]

    def _weights(self, quantity: Quantity) -> list[Floats]:
        """The weights of draws under which a quantity is held; the plain mean is never below a mean of the worst."""
        self.keep[id(quantity)] = quantity
        even = np.full(self.effects.draws, 1.0 / self.effects.draws)
        return self.pool.setdefault(id(quantity), [even])

    def _add_rows(
        self, goal: Goal, constraints: Sequence[Constraint], columns: Floats, solved: Solved
    ) -> bool:
        """Add a row for the draws that are worst under this choice, where the rows so far do not hold it back."""
        added = False
        wanted = [(row.quantity, _floor(row)) for row in constraints if row.quantity is not None]
        if goal.quantity is not None:
            wanted.append((goal.quantity, float(columns[-1])))
        for quantity, claimed in wanted:
            if self._is_risk(quantity):
                values = self.effects.values(quantity, solved.scales)
                weights = quantity.measured.weights(values)
                row, constant = self._weighed(quantity, weights)
                pool = self._weights(quantity)
                held_back = float(row[:-1] @ columns[:-1]) + constant >= claimed - _CUT
                if not held_back and not any(np.array_equal(weights, known) for known in pool):
                    pool.append(weights)
                    added = True
        return added

    # ------------------------------------------------------------------ solving
    def _once(
        self, goal: Goal, constraints: Sequence[Constraint], *, relaxed: bool
    ) -> tuple[Floats, Solved] | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        rows = self._structure.and_more(self._rows(goal, constraints))
        cost, constant = self._cost(goal)
        low_bounds, high_bounds, whole = self._bounds(goal)
        held = LinearConstraint(rows.matrix, rows.low, rows.high)
        given = {
            "constraints": held,
            "bounds": Bounds(low_bounds, high_bounds),
            "integrality": np.zeros_like(whole) if relaxed else whole,
        }
        options = {"time_limit": self.seconds, "mip_rel_gap": 0.0}
        found = milp(cost, **given, options=options)
        if found.status == 4:  # HiGHS cannot tell infeasible from unbounded before it has tried
            found = milp(cost, **given, options={**options, "presolve": False})
        if found.status == 2:
            return None
        if found.x is None:
            raise NothingFoundInTime(
                f"nothing was found within {self.seconds:g} seconds: give it more, or ask for less"
            )
        bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
        return found.x, self._read(found.x, constant - bound, proven=found.status == 0, relaxed=relaxed)

    def _cost(self, goal: Goal) -> tuple[Floats, float]:
        """What is made as low as it can be, and what is to be added to its negative for the measure."""
        if goal.cost is not None:
            return self._on_taken(goal.cost), 0.0
        if goal.quantity is None:
            return np.zeros(self._size), 0.0
        if self._is_risk(goal.quantity):
            cost = np.zeros(self._size)
            cost[-1] = -1.0
            return cost, 0.0
        row, constant = self._weighed(goal.quantity, self._weights(goal.quantity)[0])
        return -row, constant

    def _bounds(self, goal: Goal) -> tuple[Floats, Floats, Floats]:
        options = self.effects.asked.options
        low, high, whole = np.zeros(self._size), np.ones(self._size), np.zeros(self._size)
        whole[: len(options)] = 1
        for at, option in enumerate(self._scaled):
            high[len(options) + at] = options[option].highest
        whole[self._pieces] = self.pieces.whole
        if goal.quantity is not None and self._is_risk(goal.quantity):
            low[-1], high[-1] = _FREE
        return low, high, whole

    def _read(self, columns: Floats, bound: float, *, proven: bool, relaxed: bool) -> Solved:
        options = self.effects.asked.options
        column, factor = self._place_of_scale
        scales = columns[column] * factor
        taken = columns[: len(options)] > 0.5
        if not relaxed:
            low, high = (
                np.array([getattr(option, name) for option in options]) for name in ("lowest", "highest")
            )
            scales = np.where(taken, np.clip(scales, low, high), 0.0)
        return Solved(scales, taken, bound, proven)


def _floor(constraint: Constraint) -> float:
    """Where a position is held, half of what counts as kept below where it should stand."""
    return constraint.low - constraint.slack / 2
