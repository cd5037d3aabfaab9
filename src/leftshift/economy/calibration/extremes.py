"""The furthest points that meet the same totals, by linear programmes that are corrected where the model bends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.economy.arrays import Codes, Economy, Floats
from leftshift.economy.calibration.moving import LEAST_CHANGE, Totals
from leftshift.economy.projecting import Projection

MISS = 1e-3  # £000: by how much an end may miss a total beyond half of its last digit; one pound
_ROUNDS = 8
_MOVES = 1e-6  # £000 for a change of 100%: what moves less does not depend on estimates
_CELLS = 40_000  # of one linear programme, which holds many ends


@dataclass(frozen=True)
class Ends:
    """Where the quantities of a place are lowest and highest, Q of them in the order of ``quantity``.

    changes [2, quantity, estimate] there, lowest first; values [2, quantity] of the quantities, £000; miss
    [2, quantity], the most by which a total is missed beyond half of its last digit, £000.
    """

    quantity: Codes
    changes: Floats
    values: Floats
    miss: Floats


def ends(totals: Totals, change: Floats, *, distance: float) -> Ends:
    """The lowest and highest point of each quantity that estimates move, as near the totals as they are printed.

    Each is a linear programme on slopes taken at the change. The model is not quite straight, so the ends are
    projected, and where that shows a miss the programme is moved by it and solved again.
    """
    _, slopes = totals.slopes(lambda projection: quantities(totals, projection), change)
    steepest = np.abs(slopes).max(axis=1, initial=0.0)
    is_estimate = np.arange(len(steepest)) < len(totals.movable)
    moving = np.flatnonzero(is_estimate | (steepest > _MOVES))
    goals = slopes[moving] / steepest[moving, None]
    at = _furthest(totals, change, goals=np.concatenate([goals, -goals]), distance=distance)
    values = totals.values(lambda projection: quantities(totals, projection), at)
    count = len(moving)
    shaped = values.reshape(2, count, -1)[:, np.arange(count), moving]
    return Ends(moving, at.reshape(2, count, -1), shaped, _miss(totals, at).reshape(2, count))


def quantities(totals: Totals, projection: Projection) -> Floats:
    """All that may have a range [draw, quantity]: estimates, then positions with the plan by year."""
    economy = totals.economy
    estimates = projection.flows[:, economy.flows.first[totals.movable], totals.movable]
    positions = projection.with_plan[:, :, organisations(economy)]
    return np.concatenate([estimates, positions.reshape(len(positions), -1)], axis=1)


def organisations(economy: Economy) -> list[int]:
    """The nodes that are organisations of the place, in the order of ``quantities``."""
    codes = {row.code for row in economy.place.organisations}
    return [at for at, node in enumerate(economy.nodes) if node in codes]


def _miss(totals: Totals, changes: Floats) -> Floats:
    """By how much [draw] the worst met total is missed beyond half of its last digit, £000."""
    off = np.abs(totals.values(totals.read, changes) - totals.wanted) - totals.allowed
    worst: Floats = off.max(axis=1)
    return worst


def _furthest(totals: Totals, change: Floats, *, goals: Floats, distance: float) -> Floats:
    """The changes [goal, estimate] that meet the totals at which each goal is lowest."""
    values, slopes = totals.slopes(totals.read, change)
    box = np.stack([np.minimum(-distance, change), np.maximum(distance, change)])
    allowed = np.maximum(
        totals.allowed, np.abs(values - totals.wanted)
    )  # the change itself is always allowed
    programme = _Programme(slopes, totals.wanted, allowed, np.maximum(box, LEAST_CHANGE))
    at = np.repeat(change[None], len(goals), axis=0)
    reached = np.repeat(values[None], len(goals), axis=0)
    missed = np.arange(len(goals))
    for _ in range(_ROUNDS):
        at[missed] = programme.lowest(goals[missed], at[missed], reached[missed])
        reached[missed] = totals.values(totals.read, at[missed])
        missed = missed[_miss(totals, at[missed]) > MISS]
        if not len(missed):
            break
    return at


@dataclass(frozen=True)
class _Programme:
    """Totals [total] by their slopes [total, estimate], and the box [2, estimate] that changes stay in."""

    slopes: Floats
    wanted: Floats
    allowed: Floats
    box: Floats

    def lowest(self, goals: Floats, at: Floats, reached: Floats) -> Floats:
        """The changes [goal, estimate] with the lowest goals; where there are none, where they were.

        The straight lines go through what the model reached [goal, total] at [goal, estimate].
        """
        together = max(1, _CELLS // (self.slopes.shape[1] + len(self.slopes)))
        if len(goals) > together:
            parts = range(0, len(goals), together)
            pieces = [slice(part, part + together) for part in parts]
            return np.concatenate([self.lowest(goals[p], at[p], reached[p]) for p in pieces])
        found = self._solved(goals, at, reached)
        if found is not None or len(goals) == 1:
            return at if found is None else found
        half = len(goals) // 2  # one programme without a solution spoils those solved beside it
        halves = (slice(None, half), slice(half, None))
        return np.concatenate([self.lowest(goals[h], at[h], reached[h]) for h in halves])

    def _solved(self, goals: Floats, at: Floats, reached: Floats) -> Floats | None:
        """All programmes side by side as one: a block each, with what a total may be off as a variable."""
        from scipy import sparse
        from scipy.optimize import linprog

        count, totals = len(goals), len(self.slopes)
        size = np.maximum(np.abs(self.slopes).max(axis=1, initial=0.0), 1.0)
        block = np.hstack([self.slopes / size[:, None], -np.eye(totals)])
        right = (at @ self.slopes.T - reached + self.wanted) / size
        off = self.allowed / size
        low, high = np.append(self.box[0], -off), np.append(self.box[1], off)
        found = linprog(
            np.hstack([goals, np.zeros((count, totals))]).ravel(),
            A_eq=sparse.kron(sparse.eye_array(count), sparse.csr_array(block), format="csc"),
            b_eq=right.ravel(),
            bounds=np.tile(np.stack([low, high], axis=1), (count, 1)),
            options={"primal_feasibility_tolerance": 1e-10},
        )
        if not found.success:
            return None
        solved: Floats = found.x.reshape(count, -1)[:, : self.slopes.shape[1]]
        return solved
