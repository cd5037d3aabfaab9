"""Diagnoses of stays: why somebody came, and what stood beside it, following the conditions people have."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leftshift.population.invented.admitting import Stays
from leftshift.population.invented.arrays import Days, Draws, Flags, Floats, Ints, Text, picks_by_row
from leftshift.population.invented.falling_ill import Illness, place_of
from leftshift.population.invented.needing import Membership
from leftshift.population.invented.parameters import HospitalCode, hospital_codes, number
from leftshift.population.invented.people import People

MANY_POINTS = 15.0
_SAFE_POINTS, _WINDOW = 14.9, 2 * 366 + 40
_MOTHERS, _BABIES = ("O800", "O829", "O700"), ("Z380", "P599", "P071")
_MOST = 19
Weights = NDArray[np.float32]


class Diagnoses:
    """The rows of diagnoses, in the order of stays and positions; a code by its place in ``words``."""

    def __init__(self, stay: Ints, code: Ints) -> None:
        self.stay, self.code = stay, code
        first = np.searchsorted(stay, stay)
        self.position = np.arange(len(stay)) - first + 1

    def table(self, people: People, stays: Stays, recorded: Days) -> dict[str, Any]:
        """The table of diagnoses."""
        return {
            "admission_id": stays.ids[self.stay],
            "person_id": people.ids[stays.row[self.stay]],
            "position": self.position.astype(np.int64),
            "code": Text(self.code, words()),
            "event_date": stays.day[self.stay],
            "recorded_date": recorded[self.stay],
        }

    def specialties(self, stays: Stays) -> Text:
        """The specialty of each stay, by its first diagnosis."""
        names = sorted({one.specialty for one in hospital_codes()} | {"501", "420"})
        by_code = [one.specialty for one in hospital_codes()]
        by_code += ["501"] * len(_MOTHERS) + ["420"] * len(_BABIES)
        place = np.array([names.index(one) for one in by_code])
        return Text(place[self.code[self.position == 1]], names)


@cache
def words() -> tuple[str, ...]:
    """Every code of hospitals."""
    return (*(one.code for one in hospital_codes()), *_MOTHERS, *_BABIES)


@cache
def _points() -> Floats:
    return np.array([*(one.points for one in hospital_codes()), *(0.0 for _ in (*_MOTHERS, *_BABIES))])


@cache
def _categories() -> Ints:
    """The category of three characters of each code, as a number."""
    names = sorted({word[:3] for word in words()})
    return np.array([names.index(word[:3]) for word in words()], dtype=np.int64)


def diagnoses_of(people: People, ill: Illness, who: Membership, stays: Stays, draws: Draws) -> Diagnoses:
    """Diagnoses of every stay; outside the cohort nobody has more than 15 points of hospital frailty in two years."""
    generator = draws.of("diagnoses")
    likely = _likely(people, ill, stays)
    first = _first(likely, stays, generator)
    beside = np.array([one.secondary for one in hospital_codes()], dtype=np.float32)
    chance = (
        likely
        * beside
        * np.where(stays.is_emergency, 1.0, number("beside_planned")).astype(np.float32)[:, None]
    )
    has = generator.random(chance.shape, dtype=np.float32) < chance
    has[~np.isin(stays.method, np.arange(7))] = False
    is_coded = first < len(hospital_codes())
    has[np.flatnonzero(is_coded), first[is_coded]] = False
    stay, code = np.nonzero(has)
    is_kept = _place_within(stay) < _MOST
    stay, code = (
        np.concatenate([np.arange(len(first)), stay[is_kept]]),
        np.concatenate([first, code[is_kept]]),
    )
    order = np.argsort(stay, kind="stable")
    stay, code = stay[order], code[order]
    allowed = _allowed(people, who, stays, stay, code)
    return Diagnoses(stay[allowed], code[allowed])


def frailty_points(people: People, stays: Stays, found: Diagnoses) -> Floats:
    """Points of hospital frailty of everybody over two years, each category once."""
    in_time = stays.day[found.stay] > people.as_at - 2 * 365
    return _summed(stays.row[found.stay[in_time]], found.code[in_time], len(people))


def _summed(row: Ints, code: Ints, people: int) -> Floats:
    key, at = np.unique(row * 10_000 + _categories()[code], return_index=True)
    summed = np.bincount(key // 10_000, weights=_points()[code[at]], minlength=people)
    return summed.astype(np.float64)


def _likely(people: People, ill: Illness, stays: Stays) -> Weights:
    """How likely each code is of each stay: by the condition it follows, and by age [stay, code]."""
    age = ((people.age[stays.row] - 60) / 30).astype(np.float32)
    table = np.empty((len(stays.row), len(hospital_codes())), dtype=np.float32)
    for at, one in enumerate(hospital_codes()):
        by_age = np.exp(np.float32(one.by_age) * np.clip(age, -2, 1.2))
        table[:, at] = ill.has[stays.row, place_of()[one.follows]] if one.follows else by_age
    return table


def _first(likely: Weights, stays: Stays, generator: np.random.Generator) -> Ints:
    """Why somebody came."""
    urgent, planned = (
        np.array([_weight(one, kind) for one in hospital_codes()], dtype=np.float32)
        for kind in ("emergency", "elective")
    )
    first = picks_by_row(likely * np.where(stays.is_emergency[:, None], urgent, planned), generator)
    start = len(hospital_codes())
    for words_of, at, method in ((_MOTHERS, start, 7), (_BABIES, start + len(_MOTHERS), 8)):
        which = stays.method == method
        first[which] = at + (generator.random(int(which.sum())) ** 5 * len(words_of)).astype(np.int64)
    return first


def _weight(one: HospitalCode, kind: str) -> float:
    return one.emergency if kind == "emergency" else one.elective


def _place_within(stay: Ints) -> Ints:
    return np.arange(len(stay)) - np.searchsorted(stay, stay)


def _allowed(people: People, who: Membership, stays: Stays, stay: Ints, code: Ints) -> Flags:
    """All but the codes that would bring people outside the cohort over its limit of points."""
    row = stays.row[stay]
    is_held = ~who.is_member[row] & (_points()[code] > 0) & (stays.day[stay] > people.as_at - _WINDOW)
    held = np.flatnonzero(is_held)
    key = row[held] * 10_000 + _categories()[code[held]]
    kinds, at, back = np.unique(key, return_index=True, return_inverse=True)
    points = _points()[code[held[at]]]
    person = kinds // 10_000
    reached = np.cumsum(points)
    before = reached - points
    start = np.searchsorted(person, person)
    is_over = reached - before[start] > _SAFE_POINTS
    allowed = np.ones(len(stay), dtype=np.bool_)
    over = held[is_over[back]]
    is_first = np.ones(len(stay), dtype=np.bool_)
    is_first[1:] = stay[1:] != stay[:-1]
    code[over[is_first[over]]] = words().index("R074")  # a reason has to stand: chest pain has no points
    allowed[over[~is_first[over]]] = False
    return allowed
