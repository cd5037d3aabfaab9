"""Who goes to hospital unplanned, and when: by quota in the last year, by the same rates before it and of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.population.invented.arrays import Days, Draws, Flags, Floats, Ints, picks
from leftshift.population.invented.calibration import Calibration
from leftshift.population.invented.needing import YEARS, groups_by_need
from leftshift.population.invented.parameters import number
from leftshift.population.invented.people import DIED, People
from leftshift.population.invented.planning import Piece

# Days back of each year. Nothing falls on the day itself or on its anniversaries, which a window may take or leave.
_SPANS = ((1, 365), (367, 730), (733, 1091))
_WORSE_BEFORE_DEATH = 2.0
_STEEPNESS = 0.5


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
    groups = [groups_by_need(piece, people, need) for need in needs]
    prone = _proneness(people, needs[0], draws)
    admissions: list[tuple[Ints, Days]] = []
    attendances: list[tuple[Ints, Days]] = []
    linked: list[Ints] = []
    for year in range(YEARS):
        came_in, linked_now, came = _a_year(year, groups[year], piece, people, calibration, prone, draws)
        before = sum(len(row) for row, _ in admissions)
        linked.append(linked_now + before)
        admissions.append(came_in)
        attendances.append(came)
    row, day = (np.concatenate(part) for part in zip(*admissions, strict=True))
    other_row, other_day = (np.concatenate(part) for part in zip(*attendances, strict=True))
    through = np.concatenate(linked)
    return Unplanned(
        row,
        day,
        np.concatenate([row[through], other_row]),
        np.concatenate([day[through], other_day]),
        through,
    )


def _proneness(people: People, need: Floats, draws: Draws) -> Floats:
    """What makes some people of a group go more often than others."""
    shape = number("proneness")
    lasting = draws.of("proneness").gamma(shape, 1 / shape, len(people))
    found: Floats = lasting * np.exp(_STEEPNESS * (need - need.mean()))
    return found


def _a_year(
    year: int,
    group: Ints,
    piece: Piece,
    people: People,
    calibration: Calibration,
    prone: Floats,
    draws: Draws,
) -> tuple[tuple[Ints, Days], Ints, tuple[Ints, Days]]:
    """Admissions of a year, which of them came through A&E, and the attendances that led to none."""
    generator = draws.of(f"unplanned {year}")
    is_by_quota = people.is_counted if year == 0 else np.zeros(len(people), dtype=np.bool_)
    admitted: list[Ints] = []
    attended: list[Ints] = []
    linked: list[Ints] = []
    for at, one in enumerate(calibration.risk_groups):
        through = min(number("by_attendance"), one.attendances / max(one.admissions, 1))
        rates = np.array([one.admissions, one.attendances - through * one.admissions])
        rates = rates / (one.share * calibration.people)
        in_group = group == at
        held = np.flatnonzero(in_group & is_by_quota)
        free = np.flatnonzero(in_group & ~is_by_quota)
        quota = int(piece.admissions[at]) if year == 0 else 0
        straight = min(round(through * quota), int(piece.attendances[at]))
        by_quota = _of_quota(held, prone, quota, generator)
        by_rate = _of_rate(free, people, prone, float(rates[0]), generator)
        start = sum(len(rows) for rows in admitted)
        linked.append(start + np.arange(straight if len(held) else 0))
        linked.append(start + len(by_quota) + np.flatnonzero(generator.random(len(by_rate)) < through))
        admitted += [by_quota, by_rate]
        alone = int(piece.attendances[at]) - straight if year == 0 else 0
        attended += [
            _of_quota(held, prone, alone, generator),
            _of_rate(free, people, prone, float(rates[1]), generator),
        ]
    admissions = np.concatenate(admitted)
    others = np.concatenate(attended)
    came_in = admissions, _days(admissions, year, people, generator)
    return _known(came_in, np.concatenate(linked), (others, _days(others, year, people, generator)), people)


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
    weight = weight * np.where(people.standing[able] == DIED, _WORSE_BEFORE_DEATH, 1.0)
    found: Ints = np.repeat(able, generator.poisson(max(rate, 0.0) * weight))
    return found


def _days(row: Ints, year: int, people: People, generator: np.random.Generator) -> Days:
    least, most = _SPANS[year]
    back = generator.integers(least, most, len(row))
    day = (people.last[row] - back).astype(np.int32)
    found: Days = np.maximum(day, people.birth[row]) if year == 0 else day
    return found


def _known(
    admissions: tuple[Ints, Days], linked: Ints, attendances: tuple[Ints, Days], people: People
) -> tuple[tuple[Ints, Days], Ints, tuple[Ints, Days]]:
    """What falls within three years before the date, and within a life; of the quotas that is everything."""
    earliest = people.as_at - _SPANS[-1][1]
    is_kept = admissions[1] >= np.maximum(earliest, people.birth[admissions[0]])
    moved = np.cumsum(is_kept) - 1
    linked = moved[linked[is_kept[linked]]]
    also: Flags = attendances[1] >= np.maximum(earliest, people.birth[attendances[0]])
    return (
        (admissions[0][is_kept], admissions[1][is_kept]),
        linked,
        (attendances[0][also], attendances[1][also]),
    )
