"""Who goes to hospital unplanned, and when: by quota in the last year, by the same rates before it and of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.population.invented.arrays import Days, Draws, Floats, Ints, picks
from leftshift.population.invented.calibration import Calibration
from leftshift.population.invented.needing import YEARS, groups_by_need
from leftshift.population.invented.parameters import number
from leftshift.population.invented.people import DIED, People
from leftshift.population.invented.planning import Piece

# Days back of each year. Nothing falls on the day itself or on its anniversaries, which a window may take or leave.
_SPANS = ((1, 365), (367, 730), (733, 1091))
_OTHERWISE, _THROUGH, _ALONE = range(3)


@dataclass(frozen=True)
class Unplanned:
    """Emergency admissions and attendances at A&E: the row of the person and the day.

    The first ``len(linked)`` attendances led to the admissions that ``linked`` names.
    """

    admission_row: Ints
    admission_day: Days
    attendance_row: Ints
    attendance_day: Days
    linked: Ints


def unplanned(
    piece: Piece, people: People, calibration: Calibration, needs: Floats, draws: Draws
) -> Unplanned:
    """Unplanned use of hospital in three years, the groups' quotas in the last; ``needs`` is [year, person]."""
    prone = _proneness(people, needs.mean(axis=0), draws)
    years = [_a_year(year, piece, people, calibration, needs[year], prone, draws) for year in range(YEARS)]
    row, kind, day = (np.concatenate(part) for part in zip(*years, strict=True))
    is_admitted, is_alone = kind != _ALONE, kind == _ALONE
    through = kind == _THROUGH
    return Unplanned(
        admission_row=row[is_admitted],
        admission_day=day[is_admitted],
        attendance_row=np.concatenate([row[through], row[is_alone]]),
        attendance_day=np.concatenate([day[through], day[is_alone]]),
        linked=np.flatnonzero(through[is_admitted]),
    )


def _proneness(people: People, need: Floats, draws: Draws) -> Floats:
    """What makes some people of a group go more often than others."""
    shape = number("proneness")
    lasting = draws.of("proneness").gamma(shape, 1 / shape, len(people))
    found: Floats = lasting * np.exp(number("steepness") * (need - need.mean()))
    return found


def _a_year(
    year: int,
    piece: Piece,
    people: People,
    calibration: Calibration,
    need: Floats,
    prone: Floats,
    draws: Draws,
) -> tuple[Ints, Ints, Days]:
    """Unplanned use in a year: the row of the person, its kind and the day."""
    generator = draws.of(f"unplanned {year}")
    group = groups_by_need(piece, people, need)
    is_by_quota = people.is_counted & (year == 0)
    rows: list[Ints] = []
    kinds: list[int] = []
    for at, one in enumerate(calibration.risk_groups):
        held = np.flatnonzero((group == at) & is_by_quota)
        free = np.flatnonzero((group == at) & ~is_by_quota)
        quotas = _by_kind(int(piece.admissions[at]), int(piece.attendances[at]))
        rates = _by_kind(one.admissions, one.attendances)
        for kind in (_OTHERWISE, _THROUGH, _ALONE):
            rate = rates[kind] / (one.share * calibration.people)
            rows.append(_of_quota(held, prone, quotas[kind], generator))
            rows.append(_of_rate(free, people, prone, rate, generator))
            kinds += [kind, kind]
    row = np.concatenate(rows)
    kind_of = np.repeat(kinds, [len(part) for part in rows])
    day = _days(row, year, people, generator)
    is_known = day >= np.maximum(people.as_at - _SPANS[-1][1], people.birth[row])
    return row[is_known], kind_of[is_known], day[is_known]


def _by_kind(admissions: int, attendances: int) -> tuple[int, int, int]:
    """Admissions by other ways, those through A&E, and attendances that led to none."""
    through = min(round(number("by_attendance") * admissions), attendances)
    return admissions - through, through, attendances - through


def _of_quota(able: Ints, prone: Floats, quota: int, generator: np.random.Generator) -> Ints:
    if not len(able) or quota <= 0:
        return np.zeros(0, dtype=np.int64)
    chosen: Ints = able[picks(prone[able], quota, generator)]
    return chosen


def _of_rate(able: Ints, people: People, prone: Floats, rate: float, generator: np.random.Generator) -> Ints:
    """Rows drawn at a group's rate; those who are about to die go more often."""
    if not len(able):
        return able
    weight = prone[able] / prone[able].mean()
    weight = weight * np.where(people.standing[able] == DIED, number("worse_before_death"), 1.0)
    found: Ints = np.repeat(able, generator.poisson(rate * weight))
    return found


def _days(row: Ints, year: int, people: People, generator: np.random.Generator) -> Days:
    least, most = _SPANS[year]
    back = generator.integers(least, most, len(row))
    day = (people.last[row] - back).astype(np.int32)
    found: Days = np.maximum(day, people.birth[row]) if year == 0 else day
    return found
