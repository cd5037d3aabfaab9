"""Find the smallest proportional change of the estimates under which the model meets chosen totals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from leftshift.economy.arrays import Economy, Floats
from leftshift.economy.figures import PER_UNIT, figure_value, half_of_last_digit
from leftshift.economy.preparing import percent_setting, prepare
from leftshift.economy.projecting import project
from leftshift.foundation.faults import Fault, Faults, shown
from leftshift.foundation.money import round_half_up
from leftshift.place.place import Place
from leftshift.place.rows import Contract, Line, Published
from leftshift.place.seen import fault_at

_STEP = 1e-4
_ROUNDS = 25
_RANK = 1e-9
_CALIBRATED_FROM = {"estimate", "calibrated"}
_Row = TypeVar("_Row", Contract, Line)
_ABLE = {"gap", "gap_without", "closing_position", "do_nothing_position"}


@dataclass(frozen=True)
class Change:
    """What calibration does to one estimate: £000 before and after."""

    name: str
    row: Contract | Line
    before: float
    after: float
    warns_past: float

    @property
    def proportion(self) -> float:
        """The change as a share of the estimate."""
        return self.after / self.before - 1 if self.before else 0.0

    @property
    def is_large(self) -> bool:
        """Whether the change is so large that the estimate or the total should be looked at."""
        return abs(self.proportion) > self.warns_past


@dataclass(frozen=True)
class Calibration:
    """The totals that were met, and the change of each estimate; ``place`` holds the calibrated values."""

    place: Place
    targets: tuple[Published, ...]
    changes: tuple[Change, ...]


def targets_of(place: Place) -> tuple[Published, ...]:
    """The published totals that the place marks for calibration."""
    return tuple(row for row in place.published if row.calibrate)


def calibrate(place: Place) -> Calibration:
    """Calibrate the estimates of a place to the published totals that it marks.

    It starts from the estimates every time, so that doing it again gives the same. Raises FaultsFound when
    there is nothing to calibrate or to calibrate to, or when the totals cannot be met together.
    """
    targets = targets_of(place)
    _target_faults(place, targets).raise_if_any()
    start = _from_estimates(place)
    economy = prepare(start)
    movable = _movable(economy)
    base = economy.flows.base.copy()
    wanted = np.array([float(row.value) / PER_UNIT[row.unit] for row in targets])
    change = _least_change(economy, targets, movable, wanted)
    values = [
        float(round_half_up(float(base[at]) * (1 + moved), 3))
        for at, moved in zip(movable, change, strict=True)
    ]
    rows = [economy.flows.rows[at] for at in movable]
    warns_past = percent_setting(place, "calibration_warning")
    changes = [
        Change(_name(row), row, row.value, value, warns_past) for row, value in zip(rows, values, strict=True)
    ]
    return Calibration(_with_values(place, changes), targets, tuple(changes))


def _target_faults(place: Place, targets: tuple[Published, ...]) -> Faults:
    faults = Faults()
    if not targets:
        faults.add(
            Fault(
                "nothing to calibrate to",
                "published.csv",
                None,
                "calibrate",
                "no row marked yes",
                "at least one published total",
                "Mark the totals that calibration may use",
            )
        )
    if not any(row.basis in _CALIBRATED_FROM for row in place.flow_rows):
        faults.add(
            Fault(
                "nothing to calibrate",
                "contracts.csv",
                None,
                "basis",
                "no estimate",
                "rows of basis estimate",
                "Mark what calibration may move",
            )
        )
    for row in targets:
        if row.figure not in _ABLE:
            faults.add(
                fault_at(
                    row,
                    "figure",
                    "figure cannot be a target",
                    expected="one of " + ", ".join(sorted(_ABLE)),
                    action="Choose a total that depends on estimates: stated effects are never a target",
                )
            )
    return faults


def _from_estimates(place: Place) -> Place:
    """The place with every calibrated value put back to the estimate it came from."""
    return replace(
        place, contracts=tuple(map(_estimate, place.contracts)), lines=tuple(map(_estimate, place.lines))
    )


def _estimate(row: _Row) -> _Row:
    if row.basis == "calibrated" and row.estimate is not None:
        return replace(row, value=row.estimate, basis="estimate")
    return row


def _movable(economy: Economy) -> list[int]:
    return [
        at for at, row in enumerate(economy.flows.rows) if row.basis in _CALIBRATED_FROM and row.value > 0
    ]


def _figures(economy: Economy, targets: tuple[Published, ...], base: Floats) -> Floats:
    """The targets' modelled values [draw, target], in £000."""
    projection = project(economy, base)
    return np.stack([figure_value(projection, row) / PER_UNIT[row.unit] for row in targets], axis=1)


def slopes(
    economy: Economy, figures: tuple[Published, ...], movable: list[int], base: Floats
) -> tuple[Floats, Floats]:
    """Values [figure] and their change [figure, estimate] for a proportional change of each estimate by 1."""
    draws = np.repeat(base[None], len(movable) + 1, axis=0)
    draws[np.arange(1, len(movable) + 1), movable] *= 1 + _STEP
    values = _figures(economy, figures, draws)
    return values[0], ((values[1:] - values[0]) / _STEP).T


def _least_change(
    economy: Economy, targets: tuple[Published, ...], movable: list[int], wanted: Floats
) -> Floats:
    change = np.zeros(len(movable))
    allowed = np.array([float(half_of_last_digit(row.value)) / PER_UNIT[row.unit] for row in targets])
    off = wanted
    for _ in range(_ROUNDS):
        base = economy.flows.base.copy()
        base[movable] *= 1 + change
        values, slope = slopes(economy, targets, movable, base)
        off = wanted - values
        if (np.abs(off) < 1e-6).all():
            break
        # slopes are for a change of the present value; the least change is measured from the estimate
        slope = slope / (1 + change)
        change = np.linalg.pinv(slope, rcond=_RANK) @ (off + slope @ change)
        change = np.maximum(change, -1 + _STEP)
    _refuse_conflict(targets, off, allowed)
    return change


def _refuse_conflict(targets: tuple[Published, ...], off: Floats, allowed: Floats) -> None:
    faults = Faults()
    for row, difference, tolerance in zip(targets, off, allowed, strict=True):
        if abs(difference) > tolerance:
            names = "; ".join(f"{other.figure} {other.year}" for other in targets if other is not row)
            faults.add(
                fault_at(
                    row,
                    "value",
                    "totals contradict each other",
                    found=shown(str(row.value)),
                    expected=f"a total that can be met together with {names or 'the inputs'}; it stays £{difference * 1000:+,.0f} away",
                    action="Unmark one of the totals, or correct it",
                )
            )
    faults.raise_if_any()


def _name(row: Contract | Line) -> str:
    return f"contract {row.contract}" if isinstance(row, Contract) else f"line {row.line}"


def _with_values(place: Place, changes: list[Change]) -> Place:
    found = {change.name: change for change in changes}
    contracts = tuple(_changed(row, found.get(_name(row))) for row in place.contracts)
    lines = tuple(_changed(row, found.get(_name(row))) for row in place.lines)
    return replace(place, contracts=contracts, lines=lines)


def _changed(row: _Row, change: Change | None) -> _Row:
    return replace(row, value=change.after, estimate=change.before, basis="calibrated") if change else row


def determined_by_targets(economy: Economy, figures: tuple[Published, ...]) -> list[bool]:
    """For each figure, whether the calibrated totals settle it: its slope lies among theirs."""
    targets = targets_of(economy.place)
    movable = [at for at, row in enumerate(economy.flows.rows) if row.basis == "calibrated"]
    if not targets or not movable or not figures:
        return [False] * len(figures)
    _, all_slopes = slopes(economy, (*targets, *figures), movable, economy.flows.base)
    of_targets, of_figures = all_slopes[: len(targets)], all_slopes[len(targets) :]
    inside = of_figures @ np.linalg.pinv(of_targets, rcond=_RANK) @ of_targets
    size = np.linalg.norm(of_figures, axis=1)
    away = np.linalg.norm(of_figures - inside, axis=1)
    return [bool(whole > 1e-6 and rest <= 1e-5 * whole) for whole, rest in zip(size, away, strict=True)]
