"""Which totals contradict each other: the smallest sets of them that cannot be met together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.economy.calibration.moving import LEAST_CHANGE, Totals
from leftshift.economy.figures import PER_UNIT
from leftshift.foundation.faults import Fault, Faults, shown
from leftshift.foundation.money import thousands
from leftshift.place.rows import Published
from leftshift.place.seen import fault_at

_AS_PRINTED = 1 + 1e-6  # half digits away that still count as met: the last bits of a sum must not decide
_HELD = 1e-9  # the price of a total, of the largest, under which it does not hold the others back


@dataclass(frozen=True)
class Straight:
    """The totals as straight lines through their values at a change: [total] and [total, estimate], £000."""

    totals: Totals
    at: Floats
    values: Floats
    slopes: Floats

    def nearest(self, rows: Sequence[int], loose: Sequence[int]) -> tuple[float, Floats, list[int]]:
        """How near the loose ones of these totals come, with the others met as printed.

        Gives the largest miss in halves of the last printed digit, the totals' values [of rows] and the
        rows that hold it back.
        """
        from scipy.optimize import linprog

        at = list(rows)
        slopes, allowed = self.slopes[at], self.totals.allowed[at]
        size = np.maximum(np.abs(slopes).max(axis=1, initial=0.0), 1.0)
        is_loose = np.isin(at, list(loose))
        unit = (size / allowed).max()
        wanted = (self.totals.wanted[at] - self.values[at] + slopes @ self.at) / size
        width = allowed / size
        sides = np.concatenate([slopes / size[:, None], -slopes / size[:, None]])
        give = np.tile(np.where(is_loose, -width * unit, 0.0), 2)
        room = np.tile(np.where(is_loose, 0.0, width), 2) + np.concatenate([wanted, -wanted])
        count = len(self.at)
        found = linprog(
            np.append(np.zeros(count), 1.0),
            A_ub=np.column_stack([sides, give]),
            b_ub=room,
            bounds=[*[(LEAST_CHANGE, None)] * count, (0, None)],
            options={"primal_feasibility_tolerance": 1e-10},
        )
        if not found.success:
            return np.inf, self.values[at], at
        values = self.values[at] + slopes @ (found.x[:count] - self.at)
        price = np.abs(found.ineqlin.marginals).reshape(2, -1).max(axis=0)
        holding = [row for row, paid in zip(at, price, strict=True) if paid > _HELD * price.max()]
        return float(found.x[count] * unit), values, holding

    def can_be_met(self, rows: Sequence[int]) -> bool:
        """Whether these totals can be met together, each as printed."""
        return not rows or self.nearest(rows, rows)[0] <= _AS_PRINTED


def straight(totals: Totals, change: Floats) -> Straight:
    """The totals as straight lines at a change [estimate]."""
    return Straight(totals, change, *totals.slopes(totals.read, change))


def nearest_that_can_be_met(totals: Totals, change: Floats) -> Floats:
    """Values [total] that can be met together and that lie within the last printed digit of each total.

    Raises FaultsFound when there are none: a fault for each total of each conflict, and for no other.
    """
    lines = straight(totals, change)
    faults = Faults()
    for conflict in conflicts(lines):
        faults.add_all(_fault(lines, conflict, row) for row in conflict)
    faults.raise_if_any()
    _, values, _ = lines.nearest(range(len(totals.rows)), range(len(totals.rows)))
    return np.clip(values, totals.wanted - totals.allowed, totals.wanted + totals.allowed)


def conflicts(lines: Straight) -> list[list[int]]:
    """Sets of totals that conflict, no two with a total in common, each so small that none can be spared."""
    left = list(range(len(lines.totals.rows)))
    found = []
    while not lines.can_be_met(left):
        conflict = smallest(lines, lines.nearest(left, left)[2])
        if not conflict:
            break
        found.append(conflict)
        left = [row for row in left if row not in conflict]
    return found


def smallest(lines: Straight, rows: list[int]) -> list[int]:
    """What of these totals still conflicts when any one is left out of it no more: drop one at a time.

    The totals that hold the nearest solution back are at most one more than the estimates, so however many
    totals a place marks, only those are tried.
    """
    if lines.can_be_met(rows):
        return []
    kept = list(rows)
    for row in rows:
        others = [other for other in kept if other != row]
        if not lines.can_be_met(others):
            kept = others
    return kept


def _fault(lines: Straight, conflict: list[int], row: int) -> Fault:
    total = lines.totals.rows[row]
    _, values, _ = lines.nearest(conflict, [row])
    nearest = values[conflict.index(row)]
    away = f"£{abs(nearest - lines.totals.wanted[row]) * 1000:,.0f} away"
    comes_to = f"{thousands(nearest * PER_UNIT[total.unit], _decimals(total) + 1)} {total.unit}"
    others = [in_words(lines.totals.rows[other]) for other in conflict if other != row]
    if not others:
        return fault_at(
            total,
            "value",
            "total cannot be met",
            found=shown(str(total.value)),
            expected=f"a total that the estimates reach; they come to {comes_to} at the nearest, {away}",
            action="Correct the total, unmark it under calibrate, or mark as estimates what it depends on",
        )
    return fault_at(
        total,
        "value",
        "totals contradict each other",
        found=shown(str(total.value)),
        expected=f"a total that can be met together with {'; '.join(others)}; with {'it' if len(others) == 1 else 'them'} "
        f"met it comes to {comes_to} at the nearest, {away}",
        action=f"Correct one of these {len(conflict)} totals, or unmark one under calibrate",
    )


def _decimals(row: Published) -> int:
    exponent = row.value.as_tuple().exponent
    return max(0, -exponent if isinstance(exponent, int) else 0)


def in_words(row: Published) -> str:
    """A total by what it is, of whom and when, and its row where it was read from a file."""
    figure = row.figure.replace("_", " ")
    item = f" {row.item}" if row.item else ""
    whose = f" of {row.organisation or row.perimeter}" if row.organisation or row.perimeter else ""
    where = f" (row {row.origin.row})" if row.origin.row else ""
    return f"{figure}{item}{whose} in {row.year}{where}"
