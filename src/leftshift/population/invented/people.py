"""Who the people of a piece are: where they live, how old and how deprived they are, and whether they are still there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from leftshift.foundation.streams import named_generator
from leftshift.population.invented.arrays import (
    NEVER,
    Days,
    Draws,
    Flags,
    Floats,
    Ints,
    day_of,
    picks,
    years_before,
)
from leftshift.population.invented.calibration import Calibration
from leftshift.population.invented.parameters import number, numbers, shares
from leftshift.population.invented.planning import Piece

COUNTED, OPTED_OUT, DIED, LEFT = range(4)
_YEAR = 365.25
_OLDEST_OF_EVEN = 60
_BAND = 5


@dataclass(frozen=True)
class Areas:
    """The small areas of every locality, one after the other: their deprivation, and where a locality begins."""

    score: Floats
    decile: Ints
    locality: Ints
    first: Ints
    count: Ints


@dataclass(frozen=True)
class People:
    """Everybody in a piece, in the order of their keys; days count from 1970."""

    as_at: int
    ids: Ints
    standing: Ints
    locality: Ints
    area: Ints
    practice: Ints
    score: Floats
    decile: Ints
    birth: Days
    age: Floats
    is_woman: Flags
    ethnicity: Ints
    death: Days
    last: Days
    is_adult: Flags
    frailty: Floats

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def is_counted(self) -> Flags:
        """Who lives, is registered and has not opted out."""
        found: Flags = self.standing == COUNTED
        return found

    @cached_property
    def is_here(self) -> Flags:
        """Who lives and is registered."""
        found: Flags = (self.standing == COUNTED) | (self.standing == OPTED_OUT)
        return found

    @cached_property
    def deprivation(self) -> Floats:
        """Deprivation in standard deviations, about."""
        found: Floats = (np.log(self.score) - 2.9) / 0.75
        return found


def areas_of(calibration: Calibration, seed: int) -> Areas:
    """The small areas of a place, the same in every piece."""
    count = np.array(
        [max(1, round(one.people / number("people_per_lsoa"))) for one in calibration.localities]
    )
    scores = []
    for locality, areas in zip(calibration.localities, count, strict=True):
        ranks = named_generator(seed, f"areas of {locality.name}", "deprivation").permutation(int(areas))
        spread = number("imd_spread")
        level = np.log(locality.deprivation) - spread**2 / 2
        scores.append(np.clip(np.exp(level + spread * ndtri((ranks + 0.5) / areas)), 0.5, 90))
    score = np.round(np.concatenate(scores), 2)
    decile = 1 + np.searchsorted(-numbers("imd_deciles"), -score, side="right")
    return Areas(
        score,
        decile.astype(np.int64),
        np.repeat(np.arange(len(count)), count),
        (np.cumsum(count) - count).astype(np.int64),
        count.astype(np.int64),
    )


def drawn_people(piece: Piece, calibration: Calibration, areas: Areas, draws: Draws, as_at: date) -> People:
    """The people of a piece."""
    standing, locality = _places(piece, draws)
    is_dead = standing == DIED
    today = day_of(as_at)
    age = _ages(locality, is_dead, calibration, draws)
    birth = (today - 1 - np.floor(age * _YEAR)).astype(np.int32)
    death, last = _ends(standing, birth, today, draws)
    area = areas.first[locality] + (draws.of("area").random(len(age)) * areas.count[locality]).astype(
        np.int64
    )
    frailty = draws.of("frailty").standard_normal(len(age)) + is_dead * number("frailty_of_the_dying")
    women = 0.5 + (number("women_at_90") - 0.5) * np.clip((age - _OLDEST_OF_EVEN) / 30, 0, 1)
    ethnic = np.array(list(shares("ethnic_categories").values()))
    return People(
        as_at=today,
        ids=np.arange(1, len(age) + 1, dtype=np.int64) + piece.first_person,
        standing=standing,
        locality=locality,
        area=area,
        practice=_practices(area, locality, areas, calibration, draws),
        score=areas.score[area],
        decile=areas.decile[area],
        birth=birth,
        age=age,
        is_woman=draws.of("sex").random(len(age)) < women,
        ethnicity=picks(ethnic, len(age), draws.of("ethnicity")),
        death=death,
        last=last,
        is_adult=birth <= day_of(years_before(as_at, 18)),
        frailty=frailty,
    )


def _places(piece: Piece, draws: Draws) -> tuple[Ints, Ints]:
    """Standing and locality of everybody, in an order that says nothing."""
    on_top = {OPTED_OUT: piece.opted_out, DIED: piece.died, LEFT: piece.left}
    counts = [piece.counted, *on_top.values()]
    standing = np.repeat(np.arange(4), counts)
    kinds = len(piece.by_locality)
    generator = draws.of("place")
    counted = np.repeat(np.arange(kinds), piece.by_locality)
    others = picks(piece.by_locality.astype(np.float64), int(sum(on_top.values())), generator)
    order = generator.permutation(len(standing))
    return standing[order], np.concatenate([counted, others])[order]


def _ages(locality: Ints, is_dead: Flags, calibration: Calibration, draws: Draws) -> Floats:
    bands = numbers("ages")
    middle = np.arange(len(bands)) * _BAND + _BAND / 2
    generator = draws.of("age")
    age = np.empty(len(locality))
    for at, place in enumerate(calibration.localities):
        living = bands * np.exp(place.age_tilt * (middle - 40) / 40)
        dying = living * np.exp(number("death_by_age") * middle)
        for weights, wanted in ((living, ~is_dead), (dying, is_dead)):
            who = (locality == at) & wanted
            count = int(who.sum())
            age[who] = _BAND * (picks(weights, count, generator) + generator.random(count))
    return age


def _ends(standing: Ints, birth: Days, today: int, draws: Draws) -> tuple[Days, Days]:
    """When people died, and the last day of which anything is known of them."""
    back = 1 + np.floor(draws.of("end").random(len(standing)) * (3 * _YEAR - 40)).astype(np.int32)
    ended = np.maximum(today - back, np.minimum(birth + 1, today - 1)).astype(np.int32)
    death = np.where(standing == DIED, ended, NEVER).astype(np.int32)
    last = np.where((standing == DIED) | (standing == LEFT), ended, today).astype(np.int32)
    return death, last


def _practices(area: Ints, locality: Ints, areas: Areas, calibration: Calibration, draws: Draws) -> Ints:
    """Practices near the areas in which people live, along a line."""
    count = np.array([one.practices for one in calibration.localities])
    first = np.cumsum(count) - count
    along = (area - areas.first[locality] + 0.5) / areas.count[locality]
    along = along + draws.of("practice").standard_normal(len(area)) / count[locality]
    found: Ints = first[locality] + np.clip(along * count[locality], 0, count[locality] - 1).astype(np.int64)
    return found
