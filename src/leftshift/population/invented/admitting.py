"""Stays in hospital with their diagnoses, attendances and appointments: what follows from who goes and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leftshift.population.invented.arrays import NEVER, Days, Draws, Flags, Floats, Ints, Text, picks
from leftshift.population.invented.attending import Unplanned
from leftshift.population.invented.falling_ill import Illness
from leftshift.population.invented.parameters import hospital_lists, number, numbers
from leftshift.population.invented.people import People

METHODS = ("11", "12", "13", "21", "22", "24", "28", "31", "82")
_EMERGENCY = (3, 4, 5, 6)
_MATERNITY, _BIRTH = METHODS.index("31"), METHODS.index("82")
PROVIDERS = ("INVH1", "INVH2", "INVH3")
DEPARTMENTS = ("01", "02", "03", "04", "05")
EACH_PIECE = 10_000_000
"""Keys of stays and attendances begin anew in every piece."""


@dataclass(frozen=True)
class Stays:
    """Every stay, in the order of people and days; rows of ``people``, and the emergencies' places before sorting."""

    row: Ints
    day: Days
    end: Days
    nights: Ints
    method: Ints
    cost: Floats
    ids: Ints

    @property
    def is_emergency(self) -> Flags:
        """Which began as an emergency."""
        return np.isin(self.method, _EMERGENCY)


def stays_of(
    people: People, ill: Illness, need: Floats, urgent: Unplanned, piece: int, draws: Draws
) -> Stays:
    """Emergency, elective and maternity stays, and births."""
    generator = draws.of("stays")
    planned_row, planned_day = _planned(people, need, generator)
    mother_row, mother_day = _maternity(people, generator)
    born = np.flatnonzero(people.as_at - people.birth < 3 * 365)
    row = np.concatenate([urgent.admission_row, planned_row, mother_row, born])
    day = np.concatenate([urgent.admission_day, planned_day, mother_day, people.birth[born]])
    through = np.zeros(len(urgent.admission_row), dtype=np.bool_)
    through[urgent.linked] = True
    method = np.concatenate(
        [
            np.where(through, _EMERGENCY[0], _EMERGENCY[1] + generator.integers(0, 3, len(through))),
            generator.choice(3, len(planned_row), p=numbers("planned_methods")),
            np.full(len(mother_row), _MATERNITY),
            np.full(len(born), _BIRTH),
        ]
    )
    order = np.argsort(row * 2**20 + day, kind="stable")
    row, day, method = row[order], day[order].astype(np.int32), method[order]
    nights = _until_the_next(row, day, _nights(people, ill, row, method, generator))
    cost = np.array([_cost_of(one) for one in range(len(METHODS))])[method]
    cost = (cost + number("bed_day_cost") * np.maximum(nights - 1, 0)) * generator.lognormal(
        0, number("cost_spread"), len(row)
    )
    end = _ends(people, row, day + nights)
    ids = piece * EACH_PIECE + 1 + np.arange(len(row), dtype=np.int64)
    return Stays(row, day, end, nights, method, np.round(cost, 2), ids)


def _planned(people: People, need: Floats, generator: np.random.Generator) -> tuple[Ints, Days]:
    rate = np.exp(number("use_of_need") * need)
    row = np.repeat(np.arange(len(people)), generator.poisson(3 * number("elective") * rate / rate.mean()))
    day = people.last[row] - 1 - generator.integers(0, 3 * 364, len(row))
    is_known = day >= np.maximum(people.birth[row] + 30, people.as_at - 3 * 364)
    return row[is_known], day[is_known]


def _maternity(people: People, generator: np.random.Generator) -> tuple[Ints, Days]:
    able = people.is_woman & (people.age > 21) & (people.age < 42)
    row = np.flatnonzero(able & (generator.random(len(people)) < 3 * number("maternity")))
    day = people.last[row] - 1 - generator.integers(0, 3 * 364, len(row))
    is_known = day >= people.as_at - 3 * 364
    return row[is_known], day[is_known]


def _nights(people: People, ill: Illness, row: Ints, method: Ints, generator: np.random.Generator) -> Ints:
    """Nights in hospital: longer of the old and frail; most planned stays are of a day."""
    least, by_age, by_deficit = numbers("nights")
    mean = least + by_age * (people.age[row] / 85) ** 2 + by_deficit * ill.deficits[row]
    urgent = np.floor(generator.exponential(mean))
    longer = np.floor(generator.exponential(mean * number("planned_nights")))
    planned = np.where(generator.random(len(row)) < number("day_cases"), 0, longer)
    short = generator.integers(0, 3, len(row))
    nights = np.where(np.isin(method, _EMERGENCY), urgent, np.where(method < 3, planned, short))
    return np.minimum(nights, 120).astype(np.int64)


def _until_the_next(row: Ints, day: Days, nights: Ints) -> Ints:
    """Nights, fewer where the next stay of the same person begins before they are over."""
    found = nights.copy()
    is_next = row[1:] == row[:-1]
    found[:-1][is_next] = np.minimum(found[:-1], np.diff(day.astype(np.int64)))[is_next]
    return found


def _cost_of(method: int) -> float:
    if method in _EMERGENCY:
        return number("emergency_cost")
    return number("elective_cost") if method < _EMERGENCY[0] else number("maternity_cost")


def _ends(people: People, row: Ints, end: NDArray[np.int64]) -> Days:
    """Days of discharge: death ends a stay, and what lasts beyond the date has no end yet."""
    last = people.last[row]
    lasts = (end > last) & (people.death[row] == NEVER) & (last == people.as_at)
    return np.where(lasts, NEVER, np.minimum(end, last)).astype(np.int32)


def known_on(day: Days, as_at: int, draws: Draws, purpose: str) -> Days:
    """When rows of hospitals were known: weeks later but by the date, save for a few after it."""
    generator = draws.of(f"known {purpose}")
    usual = np.minimum(day + generator.integers(10, 50, len(day)), np.maximum(as_at, day))
    is_late = generator.random(len(day)) < number("hospital_late")
    return np.where(is_late, day + generator.integers(300, 700, len(day)), usual).astype(np.int32)


def admissions_table(
    people: People, stays: Stays, recorded: Days, specialty: Text, draws: Draws
) -> dict[str, Any]:
    """The table of admissions."""
    return {
        "admission_id": stays.ids,
        "person_id": people.ids[stays.row],
        "event_date": stays.day,
        "discharge_date": stays.end,
        "method": Text(stays.method, METHODS),
        "provider": Text(picks(numbers("providers"), len(stays.row), draws.of("provider")), PROVIDERS),
        "specialty": specialty,
        "cost": stays.cost,
        "recorded_date": recorded,
    }


def attendances_table(people: People, urgent: Unplanned, piece: int, draws: Draws) -> dict[str, Any]:
    """The table of attendances at A&E."""
    generator = draws.of("attendances")
    row, day = urgent.attendance_row, urgent.attendance_day
    order = np.argsort(row * 2**20 + day, kind="stable")
    row, day = row[order], day[order]
    words = [code for one in hospital_lists() for code in one.attendance]
    weights = np.array([one.share / len(one.attendance) for one in hospital_lists() for _ in one.attendance])
    return {
        "attendance_id": piece * EACH_PIECE + 1 + np.arange(len(row), dtype=np.int64),
        "person_id": people.ids[row],
        "event_date": day,
        "department": Text(picks(numbers("departments"), len(row), generator), DEPARTMENTS),
        "code": Text(picks(weights, len(row), generator), words),
        "admitted": (np.arange(len(row)) < len(urgent.linked))[order],
        "provider": Text(picks(numbers("providers"), len(row), generator), PROVIDERS),
        "cost": np.round(
            number("attendance_cost") * generator.lognormal(0, number("cost_spread"), len(row)), 2
        ),
        "recorded_date": known_on(day, people.as_at, draws, "attendances"),
    }
