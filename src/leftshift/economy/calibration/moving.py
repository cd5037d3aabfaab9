"""What calibration moves and what it has to meet, as arrays: shared by the least change, ranges and conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from leftshift.economy.arrays import Codes, Economy, Floats, name_of
from leftshift.economy.figures import PER_UNIT, figure_value, half_of_last_digit
from leftshift.economy.projecting import Projection, project
from leftshift.place.place import Place
from leftshift.place.rows import Contract, Line, Published

STEP = 1e-4  # of an estimate, to take a slope; and what stays of one that would turn negative
LEAST_CHANGE = STEP - 1
CALIBRATED_FROM = frozenset({"estimate", "calibrated"})
_CELLS = 1 << 21  # years and flows of all draws that are projected at once, so that memory stays bounded
_Row = TypeVar("_Row", Contract, Line)

Reading = Callable[[Projection], Floats]


@dataclass(frozen=True)
class Totals:
    """Totals that are to be met, T of them in £000, and the estimates that may move, N of them.

    A change is [estimate] or [draw, estimate], as a share of each estimate.
    """

    economy: Economy
    rows: tuple[Published, ...]
    movable: Codes
    wanted: Floats
    allowed: Floats  # half of the last printed digit

    @property
    def estimates(self) -> Floats:
        """What calibration starts from [estimate], £000."""
        return self.economy.flows.base[self.movable]

    def base(self, changes: Floats) -> Floats:
        """The base values [draw, flow] under changes [draw, estimate], £000."""
        base = np.repeat(self.economy.flows.base[None], len(changes), axis=0)
        base[:, self.movable] *= 1 + changes
        return base

    def read(self, projection: Projection) -> Floats:
        """The modelled values of the totals [draw, total], £000."""
        return read_figures(projection, self.rows)

    def values(self, reading: Reading, changes: Floats) -> Floats:
        """What is read of the model [draw, value] under changes [draw, estimate]."""
        size = max(1, _CELLS // max(1, self.economy.flows.volume.size))
        blocks = [changes[at : at + size] for at in range(0, len(changes), size)]
        return np.concatenate([reading(project(self.economy, self.base(block))) for block in blocks])

    def slopes(self, reading: Reading, change: Floats) -> tuple[Floats, Floats]:
        """Values [value] at a change, and their slopes [value, estimate] by each estimate's change."""
        around = np.vstack([change, change + STEP * np.eye(len(change))])
        values = self.values(reading, around)
        return values[0], ((values[1:] - values[0]) / STEP).T


def read_figures(projection: Projection, rows: tuple[Published, ...]) -> Floats:
    """The modelled values of published figures [draw, figure], £000 whatever unit they were printed in."""
    return np.stack([figure_value(projection, row) / PER_UNIT[row.unit] for row in rows], axis=1)


def totals_of(economy: Economy, rows: tuple[Published, ...]) -> Totals:
    """The totals and the estimates of a place that holds estimates (see ``from_estimates``)."""
    per_unit = np.array([PER_UNIT[row.unit] for row in rows])
    return Totals(
        economy,
        rows,
        movable(economy),
        np.array([float(row.value) for row in rows]) / per_unit,
        np.array([float(half_of_last_digit(row.value)) for row in rows]) / per_unit,
    )


def movable(economy: Economy) -> Codes:
    """The flows that calibration may move: estimates that people wrote; one of nought has no proportion to move by."""
    written = {name_of(row) for row in economy.place.written.flow_rows}
    return np.array(
        [
            at
            for at, row in enumerate(economy.flows.rows)
            if row.basis in CALIBRATED_FROM and row.value > 0 and name_of(row) in written
        ],
        dtype=np.int64,
    )


def targets_of(place: Place) -> tuple[Published, ...]:
    """The published totals that the place marks for calibration."""
    return tuple(row for row in place.published if row.calibrate)


def from_estimates(place: Place) -> Place:
    """The place with every calibrated value put back to the estimate it came from."""
    return place.with_tables(
        contracts=tuple(map(_estimate, place.contracts)), lines=tuple(map(_estimate, place.lines))
    )


def _estimate(row: _Row) -> _Row:
    if row.basis == "calibrated" and row.estimate is not None:
        return replace(row, value=row.estimate, basis="estimate")
    return row
