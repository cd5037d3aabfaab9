"""How many people of which kind each piece holds, so that pieces drawn apart add up to the totals exactly."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from leftshift.population.invented.arrays import Floats, Ints, apportioned
from leftshift.population.invented.calibration import Calibration
from leftshift.population.invented.parameters import number


@dataclass(frozen=True)
class Piece:
    """What a piece is to hold; counted people by locality and risk group, others on top."""

    index: int
    first_person: int
    first_superseded: int
    by_locality: Ints
    cohort: Ints
    by_group: Ints
    attendances: Ints
    admissions: Ints
    opted_out: int
    died: int
    left: int
    superseded: int

    @property
    def counted(self) -> int:
        """People who live, are registered and have not opted out."""
        return int(self.by_locality.sum())

    @property
    def people(self) -> int:
        """Everybody in the piece."""
        return self.counted + self.opted_out + self.died + self.left


def planned_pieces(calibration: Calibration, people: int) -> tuple[Piece, ...]:
    """The pieces of a population."""
    count = ceil(people / number("piece"))
    sizes = np.diff(np.arange(count + 1, dtype=np.int64) * people // count)
    localities = np.array([one.people for one in calibration.localities], dtype=np.float64)
    cohort = np.array([calibration.scaled(one.cohort, people) for one in calibration.localities])
    groups = calibration.risk_groups
    by_locality = _spread(apportioned(people, localities), sizes)
    by_group = _spread(apportioned(people, np.array([one.share for one in groups])), sizes)
    extra = {
        "opted_out": _shares_of(number("opted_out") / (1 - number("opted_out")), sizes),
        "died": _shares_of(number("died"), sizes),
        "left": _shares_of(number("left"), sizes),
    }
    everybody = sizes + extra["opted_out"] + extra["died"] + extra["left"]
    superseded = _shares_of(number("superseded"), everybody)
    in_cohort = _in_step(apportioned(round(cohort.sum()), cohort), by_locality)
    attendances = _in_step(_scaled(calibration, [one.attendances for one in groups], people), by_group)
    admissions = _in_step(_scaled(calibration, [one.admissions for one in groups], people), by_group)
    return tuple(
        Piece(
            index=at,
            first_person=int(everybody[:at].sum()),
            first_superseded=int(everybody.sum() + superseded[:at].sum()),
            by_locality=by_locality[at],
            cohort=in_cohort[at],
            by_group=by_group[at],
            attendances=attendances[at],
            admissions=admissions[at],
            superseded=int(superseded[at]),
            **{name: int(line[at]) for name, line in extra.items()},
        )
        for at in range(count)
    )


def _scaled(calibration: Calibration, totals: list[int], people: int) -> Ints:
    exact = np.array([calibration.scaled(total, people) for total in totals])
    return apportioned(round(exact.sum()), exact)


def _spread(totals: Ints, sizes: Ints) -> Ints:
    """Whole numbers [piece, kind] of which the rows sum to sizes and the columns to totals."""
    rest, table = totals.copy(), np.zeros((len(sizes), len(totals)), dtype=np.int64)
    for at, size in enumerate(sizes):
        table[at] = np.minimum(apportioned(int(size), rest.astype(np.float64)), rest)
        short = int(size - table[at].sum())
        table[at, np.argmax(rest - table[at])] += short
        rest -= table[at]
    return table


def _in_step(totals: Ints, sizes: Ints) -> Ints:
    """Totals by kind shared over pieces in step with how many there are of the kind [piece, kind]."""
    reached = np.cumsum(sizes, axis=0, dtype=np.float64)
    share: Floats = reached / np.maximum(reached[-1], 1)
    return _steps(np.round(share * totals).astype(np.int64))


def _shares_of(share: float, sizes: Ints) -> Ints:
    return _steps(np.round(share * np.cumsum(sizes)).astype(np.int64))


def _steps(reached: Ints) -> Ints:
    """What each row adds to the one before it."""
    steps = reached.copy()
    steps[1:] -= reached[:-1]
    return steps
