"""What drives everything: the need of a person, who belongs to the cohort, and by which of its rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.population.invented.arrays import Draws, Flags, Floats, Ints
from leftshift.population.invented.parameters import number
from leftshift.population.invented.people import People
from leftshift.population.invented.planning import Piece

YEARS = 3
_OLD_ENOUGH_FOR_DEFICITS = 60


@dataclass(frozen=True)
class Membership:
    """Who belongs to the cohort, and by which rule one is in it at the least."""

    is_member: Flags
    by_cost: Flags
    by_deficits: Flags

    @property
    def by_conditions(self) -> Flags:
        """Members who are in it by long-term conditions."""
        return self.is_member & ~self.by_cost & ~self.by_deficits


def lasting_need(people: People) -> Floats:
    """The need that age, deprivation and frailty make, without any year's luck."""
    by_age = (np.minimum(people.age, 95) / 85) ** 2
    found: Floats = (
        number("need_of_age") * by_age
        + number("need_of_deprivation") * people.deprivation
        + number("need_of_frailty") * people.frailty
    )
    return found


def luck_of_years(people: People, draws: Draws) -> Floats:
    """What each year brought beside, the last year first [year, person]; a bad year is followed by worse than usual."""
    drawn = draws.of("luck").standard_normal((YEARS, len(people)))
    kept = number("year_to_year")
    for year in range(1, YEARS):
        drawn[year] = kept * drawn[year - 1] + np.sqrt(1 - kept**2) * drawn[year]
    return drawn * number("need_of_a_year")


def membership(piece: Piece, people: People, need: Floats, luck: Floats, draws: Draws) -> Membership:
    """The cohort of every locality: those adults of most need, so many as the piece is to hold."""
    generator = draws.of("cohort")
    standing = need + number("cohort_noise") * generator.standard_normal(len(people))
    is_member = np.zeros(len(people), dtype=np.bool_)
    for locality, wanted in enumerate(piece.cohort):
        able = np.flatnonzero(people.is_counted & people.is_adult & (people.locality == locality))
        is_member[_highest(standing, able, int(wanted))] = True
    by_cost = np.zeros(len(people), dtype=np.bool_)
    dear = (
        need + number("cost_of_luck") * luck + number("cost_noise") * generator.standard_normal(len(people))
    )
    most = int(number("cohort_by_cost") * piece.counted)
    by_cost[_highest(dear, np.flatnonzero(is_member), most)] = True
    by_deficits = (
        is_member
        & ~by_cost
        & (people.age >= _OLD_ENOUGH_FOR_DEFICITS)
        & (generator.random(len(people)) < number("cohort_by_deficits"))
    )
    return Membership(is_member, by_cost, by_deficits)


def groups_by_need(piece: Piece, people: People, need: Floats) -> Ints:
    """The risk group of everybody by rank of need, the highest first: exact of counted people, by the same cuts of others."""
    counted = np.flatnonzero(people.is_counted)
    order = counted[np.argsort(-need[counted], kind="stable")]
    group = np.empty(len(people), dtype=np.int64)
    group[order] = np.repeat(np.arange(len(piece.by_group)), piece.by_group)
    others = np.flatnonzero(~people.is_counted)
    rank = np.searchsorted(-need[order], -need[others])
    group[others] = np.searchsorted(np.cumsum(piece.by_group)[:-1], rank, side="right")
    return group


def _highest(standing: Floats, among: Ints, count: int) -> Ints:
    return among[np.argsort(-standing[among], kind="stable")[:count]]
