"""What practices enter: codes of conditions when they began and again, values, visits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from leftshift.population.invented.arrays import Days, Draws, Flags, Floats, Ints, Text, within
from leftshift.population.invented.falling_ill import (
    Illness,
    deficit_names,
    deficits_by_condition,
    place_of,
)
from leftshift.population.invented.parameters import Measured, Span, conditions, measured, number, numbers
from leftshift.population.invented.people import People

VISIT_CODES = ("INV-VISIT-1", "INV-VISIT-2", "INV-VISIT-3")
REVIEW_CODES = ("INV-REVIEW-1", "INV-REVIEW-2")
_YEARS_OF_REPEATS, _DAYS_OF_VISITS, _DAYS_OF_TESTS, _RECENT = 4, 729, 3 * 365, 363


@dataclass(frozen=True)
class Entries:
    """Entries of practices: the row of the person, the place of the code in ``gp_codes``, a value, the day."""

    row: Ints
    code: Ints
    value: Floats
    day: Days
    is_sure: Flags

    @staticmethod
    def of(
        row: Ints, code: Ints, day: Floats | Days, value: Floats | None = None, is_sure: bool = False
    ) -> Entries:
        """Entries without values unless given; what is sure is entered by the date."""
        empty = np.full(len(row), np.nan) if value is None else value
        return Entries(row, code, empty, day.astype(np.int32), np.full(len(row), is_sure))


@cache
def gp_codes() -> tuple[str, ...]:
    """Every code of practices."""
    of_conditions = [code for one in conditions() for code in one.codes]
    return (*of_conditions, *(one.code for one in measured()), *VISIT_CODES, *REVIEW_CODES)


@cache
def _first_codes() -> tuple[Ints, Ints]:
    """Where the codes of each condition begin, and how many there are."""
    count = np.array([len(one.codes) for one in conditions()], dtype=np.int64)
    return np.cumsum(count) - count, count


def visits_of(people: People, need: Floats, draws: Draws) -> tuple[Ints, Days]:
    """Visits to the practice in two years: the row of the person, and the day."""
    generator = draws.of("visits")
    rate = np.exp(number("visits_of_need") * need)
    count = generator.poisson(number("visits") * rate / rate.mean())
    row = np.repeat(np.arange(len(people)), count)
    day = people.last[row] - 1 - np.floor(generator.random(len(row)) * _DAYS_OF_VISITS)
    return _known(people, row, day)


def gp_events(people: People, ill: Illness, visits: tuple[Ints, Days], draws: Draws) -> dict[str, Any]:
    """The table of GP events, in the order of people and days."""
    alone = _told_by_value(people, ill, draws)
    parts = [
        *_of_conditions(people, ill, alone, draws),
        *(_of_measured(one, people, ill, alone, draws) for one in measured()),
        *_of_visits(visits, draws),
    ]
    pending = _pending(people, ill, draws)
    whole = _joined([*parts, pending])
    recorded = _recorded(whole, people.as_at, draws)
    if len(pending.row):
        recorded[-len(pending.row) :] = people.as_at + 1 + np.arange(len(pending.row)) % 60
    order = np.argsort(whole.row * 2**20 + whole.day, kind="stable")
    return {
        "person_id": people.ids[whole.row[order]],
        "code": Text(whole.code[order], gp_codes()),
        "value": whole.value[order],
        "event_date": whole.day[order],
        "recorded_date": recorded[order],
    }


def _told_by_value(people: People, ill: Illness, draws: Draws) -> Flags:
    """Conditions that no code tells, only a value [person, condition]."""
    generator = draws.of("told by value")
    alone = np.zeros(ill.has.shape, dtype=np.bool_)
    for one in measured():
        if one.alone:
            at = place_of()[one.alone]
            alone[:, at] = ill.has[:, at] & (generator.random(len(people)) < number("by_value"))
    return alone


def _of_conditions(people: People, ill: Illness, alone: Flags, draws: Draws) -> tuple[Entries, Entries]:
    """Each condition once when it began, and again in recent years."""
    generator = draws.of("codes")
    rows, columns = np.nonzero(ill.has & ~alone)
    began = ill.onset[rows, columns]
    once = Entries.of(rows, _codes(columns, generator), began, is_sure=True)
    repeats = np.array([one.repeats for one in conditions()])
    count = generator.poisson(repeats[columns])
    rows, columns, began = np.repeat(rows, count), np.repeat(columns, count), np.repeat(began, count)
    span = np.minimum(people.last[rows] - began, _YEARS_OF_REPEATS * 365)
    day = people.last[rows] - np.floor(generator.random(len(rows)) * span)
    return once, Entries.of(rows, _codes(columns, generator), day)


def _codes(columns: Ints, generator: np.random.Generator) -> Ints:
    """A code of each condition, the first of its codes far more often than the last."""
    first, count = _first_codes()
    chosen = (generator.random(len(columns)) ** number("popularity") * count[columns]).astype(np.int64)
    return first[columns] + chosen


def _of_measured(one: Measured, people: People, ill: Illness, alone: Flags, draws: Draws) -> Entries:
    """The values of one thing that is measured: abnormal ones only of those who have what it follows."""
    generator = draws.of(f"value {one.name}")
    follows = _has(one.follows, ill)
    by_age = np.clip(people.age / 50, 0.05, 1.6)
    tested = generator.random(len(people)) < np.where(follows, one.tested_with, one.tested_without * by_age)
    must = alone[:, place_of()[one.alone]] if one.alone else np.zeros(len(people), dtype=np.bool_)
    count = np.where(tested, 1 + generator.poisson(numbers("tests_again")[follows.astype(np.int64)]), 0)
    row = np.repeat(np.arange(len(people)), count)
    is_abnormal = follows[row] & (generator.random(len(row)) < one.abnormal_share)
    sure = np.flatnonzero(must)
    row = np.concatenate([row, sure])
    is_abnormal = np.concatenate([is_abnormal, np.ones(len(sure), dtype=np.bool_)])
    days = _RECENT if one.is_recent else _DAYS_OF_TESTS
    day = people.last[row] - 1 - np.floor(generator.random(len(row)) * days)
    day = np.maximum(day, people.birth[row])
    code = np.full(len(row), gp_codes().index(one.code), dtype=np.int64)
    value = _values(one, people.is_woman[row], is_abnormal, generator)
    is_sure = np.arange(len(row)) >= len(row) - len(sure)
    return Entries(row, code, value, day.astype(np.int32), is_sure)


def _values(one: Measured, is_woman: Flags, is_abnormal: Flags, generator: np.random.Generator) -> Floats:
    drawn = generator.standard_normal(len(is_woman))

    def of(span: Span) -> Floats:
        return within((span.mean, span.sd, span.least, span.most), drawn)

    value = np.where(is_abnormal, of(one.abnormal), of(one.normal)) + one.women * is_woman
    value = np.round(value, one.decimals)
    if one.name == "haemoglobin":  # some laboratories still write g/dL
        value = np.where(generator.random(len(value)) < number("grams_per_decilitre"), value / 10, value)
    rounded: Floats = np.round(value, 2)
    return rounded


def _has(follows: str, ill: Illness) -> Flags:
    """Who has a condition, or a deficit by any condition."""
    if follows in deficit_names():
        makers = np.flatnonzero(deficits_by_condition()[:, deficit_names().index(follows)])
        found: Flags = np.any(ill.has[:, makers], axis=1)
        return found
    return ill.has[:, place_of()[follows]]


def _of_visits(visits: tuple[Ints, Days], draws: Draws) -> tuple[Entries, Entries]:
    generator = draws.of("visit codes")
    row, day = visits
    kind = gp_codes().index(VISIT_CODES[0]) + (generator.random(len(row)) ** 2 * len(VISIT_CODES)).astype(
        np.int64
    )
    further = generator.poisson(number("coded_at_visit"), len(row))
    again, days = np.repeat(row, further), np.repeat(day, further)
    review = gp_codes().index(REVIEW_CODES[0]) + generator.integers(0, len(REVIEW_CODES), len(again))
    return Entries.of(row, kind, day), Entries.of(again, review, days)


def _pending(people: People, ill: Illness, draws: Draws) -> Entries:
    """Conditions found before the date and entered after it: to be seen by nobody who asks as at the date."""
    generator = draws.of("pending")
    chosen = np.flatnonzero(people.is_here & (generator.random(len(people)) < number("pending")))
    column = generator.integers(0, len(conditions()), len(chosen))
    is_new = ~ill.has[chosen, column]
    row, column = chosen[is_new], column[is_new]
    day = np.maximum(people.as_at - 1 - generator.integers(0, 60, len(row)), people.birth[row])
    return Entries.of(row, _codes(column, generator), day)


def _recorded(whole: Entries, as_at: int, draws: Draws) -> Days:
    """When entries were made: mostly at once, often within days, seldom months later."""
    generator = draws.of("recorded")
    count = len(whole.row)
    how = generator.random(count)
    days = np.where(how < number("within_a_week"), generator.integers(1, 8, count), 0)
    is_late = how > 1 - number("late")
    days[is_late] = 14 + generator.exponential(number("late_days"), int(is_late.sum()))
    recorded = whole.day + days
    return np.where(whole.is_sure, np.minimum(recorded, as_at), recorded).astype(np.int32)


def _joined(parts: list[Entries]) -> Entries:
    return Entries(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Entries.__dataclass_fields__)
    )


def _known(people: People, row: Ints, day: Days | Floats) -> tuple[Ints, Days]:
    is_known = (day >= people.birth[row]) & (day <= people.last[row])
    return row[is_known], day[is_known].astype(np.int32)
