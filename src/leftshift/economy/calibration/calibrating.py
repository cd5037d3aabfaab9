"""Find the smallest proportional change of the estimates under which the model meets chosen totals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from leftshift.economy.arrays import Economy, Floats, name_of
from leftshift.economy.calibration.contradicting import in_words, nearest_that_can_be_met
from leftshift.economy.calibration.moving import (
    CALIBRATED_FROM,
    LEAST_CHANGE,
    Totals,
    from_estimates,
    read_figures,
    targets_of,
    totals_of,
)
from leftshift.economy.calibration.ranging import Ranges, ranges_around
from leftshift.economy.preparing import percent_setting, prepare
from leftshift.foundation.faults import Fault, Faults, shown
from leftshift.foundation.money import round_half_up
from leftshift.place.place import Place
from leftshift.place.rows import Contract, Line, Published
from leftshift.place.seen import fault_at

_ROUNDS = 25
_RANK = 1e-9
_MET = 1e-6  # £000
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
    totals: Totals
    change: Floats  # of each estimate, before rounding to the pound

    @cached_property
    def ranges(self) -> Ranges:
        """How far each estimate and each position may move while the same totals are met."""
        return ranges_around(self.totals, self.change, self.place)

    @property
    def large(self) -> tuple[Change, ...]:
        """The changes that are past the warning of the place."""
        return tuple(change for change in self.changes if change.is_large)

    def document(self) -> dict[str, Any]:
        """The calibration as plain values, for JSON; amounts in £000."""
        return {
            "place": self.place.code,
            "unit": "£000",
            "targets": [_target_document(row) for row in self.targets],
            "warns_past": percent_setting(self.place, "calibration_warning"),
            "changes": [
                {
                    "row": change.name,
                    "estimate": change.before,
                    "calibrated": change.after,
                    "proportion": change.proportion,
                    "large": change.is_large,
                    **self.ranges.estimates[change.name].document(),
                }
                for change in self.changes
            ],
            "positions": {
                code: {year.label: found.document() for year, found in by_year.items()}
                for code, by_year in self.ranges.positions.items()
            },
            "range": self.ranges.distance,
            "width": self.ranges.widest,
            "largest_miss": self.ranges.largest_miss,
            "sentence": self.ranges.sentence(),
        }


def _target_document(row: Published) -> dict[str, Any]:
    return {
        "figure": row.figure,
        "item": row.item,
        "organisation": row.organisation,
        "perimeter": row.perimeter,
        "year": row.year.label,
        "value": float(row.value),
        "unit": row.unit,
        "name": in_words(row),
    }


def calibrate(place: Place) -> Calibration:
    """Calibrate the estimates of a place to the published totals that it marks.

    It starts from the estimates every time, so that doing it again gives the same. Raises FaultsFound when
    there is nothing to calibrate or to calibrate to, or when the totals cannot be met together.
    """
    targets = targets_of(place)
    _target_faults(place, targets).raise_if_any()
    totals = totals_of(prepare(from_estimates(place)), targets)
    change = _least_change(totals)
    rows = [totals.economy.flows.rows[at] for at in totals.movable]
    values = [float(round_half_up(float(value), 3)) for value in totals.estimates * (1 + change)]
    warns_past = percent_setting(place, "calibration_warning")
    changes = [
        Change(name_of(row), row, row.value, value, warns_past)
        for row, value in zip(rows, values, strict=True)
    ]
    return Calibration(_with_values(place, changes), targets, tuple(changes), totals, change)


def ranges_of(place: Place) -> Ranges | None:
    """The ranges that the marked totals leave, the same before calibrating and after.

    None where a place marks no totals or has no estimates; raises FaultsFound when totals contradict each
    other.
    """
    if not targets_of(place) or not _has_estimates(place):
        return None
    return calibrate(place).ranges


def _has_estimates(place: Place) -> bool:
    return any(row.basis in CALIBRATED_FROM for row in place.flow_rows)


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
    if not _has_estimates(place):
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


def _least_change(totals: Totals) -> Floats:
    """The least change [estimate] that meets the totals; as printed, where to the last bit is too much."""
    change, off = _approach(totals, totals.wanted)
    if (np.abs(off) > totals.allowed).any():
        change, _ = _approach(totals, nearest_that_can_be_met(totals, change))
        off = totals.wanted - totals.values(totals.read, change[None])[0]
        _refuse_missed(totals, off)
    return change


def _approach(totals: Totals, wanted: Floats) -> tuple[Floats, Floats]:
    """The least change [estimate] towards these values, and how far off [total] it stays, £000."""
    change, off = np.zeros(len(totals.movable)), wanted
    for _ in range(_ROUNDS):
        values, slope = totals.slopes(totals.read, change)
        off = wanted - values
        if (np.abs(off) < _MET).all():
            break
        change = _smallest_solution(slope, off + slope @ change)
    return change, off


def _smallest_solution(slope: Floats, wanted: Floats) -> Floats:
    """The smallest change with slope @ change = wanted under which no estimate turns negative."""
    change = np.full(slope.shape[1], LEAST_CHANGE)
    free = np.ones(len(change), dtype=np.bool_)
    while free.any():
        rest = wanted - slope[:, ~free] @ change[~free]
        change[free] = np.linalg.pinv(slope[:, free], rcond=_RANK) @ rest
        below = free & (change < LEAST_CHANGE)
        if not below.any():
            break
        change[below] = LEAST_CHANGE
        free &= ~below
    return change


def _refuse_missed(totals: Totals, off: Floats) -> None:
    """Refuse totals that straight lines would meet and the model does not."""
    faults = Faults()
    for row, difference, allowed in zip(totals.rows, off, totals.allowed, strict=True):
        if abs(difference) > allowed + _MET:
            faults.add(
                fault_at(
                    row,
                    "value",
                    "total cannot be met",
                    found=shown(str(row.value)),
                    expected=f"a total that the estimates reach; it stays £{difference * 1000:+,.0f} away",
                    action="Correct the total, unmark it under calibrate, or look at the estimates",
                )
            )
    faults.raise_if_any()


def _with_values(place: Place, changes: list[Change]) -> Place:
    found = {change.name: change for change in changes}
    contracts = tuple(_changed(row, found.get(name_of(row))) for row in place.contracts)
    lines = tuple(_changed(row, found.get(name_of(row))) for row in place.lines)
    return replace(place, contracts=contracts, lines=lines)


def _changed(row: _Row, change: Change | None) -> _Row:
    return replace(row, value=change.after, estimate=change.before, basis="calibrated") if change else row


def determined_by_targets(economy: Economy, figures: tuple[Published, ...]) -> list[bool]:
    """For each figure, whether the calibrated totals settle it: its slope lies among theirs."""
    targets = targets_of(economy.place)
    calibrated = [at for at, row in enumerate(economy.flows.rows) if row.basis == "calibrated"]
    if not targets or not calibrated or not figures:
        return [False] * len(figures)
    totals = replace(totals_of(economy, targets), movable=np.array(calibrated))
    _, all_slopes = totals.slopes(
        lambda projection: read_figures(projection, (*targets, *figures)), np.zeros(len(totals.movable))
    )
    of_targets, of_figures = all_slopes[: len(targets)], all_slopes[len(targets) :]
    inside = of_figures @ np.linalg.pinv(of_targets, rcond=_RANK) @ of_targets
    size = np.linalg.norm(of_figures, axis=1)
    away = np.linalg.norm(of_figures - inside, axis=1)
    return [bool(whole > 1e-6 and rest <= 1e-5 * whole) for whole, rest in zip(size, away, strict=True)]
