"""Which conditions people have and since when: correlated by age, deprivation and frailty, and by the cohort's rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from leftshift.population.invented.arrays import NEVER, Days, Draws, Flags, Floats, Ints
from leftshift.population.invented.needing import Membership
from leftshift.population.invented.parameters import AGES_GIVEN, Condition, conditions, number
from leftshift.population.invented.people import People

Scores = NDArray[np.float32]
MANY_CONDITIONS, MANY_DEFICITS = 5, 9
_FRAIL = {"moderate": (9, 12), "severe": (13, 36)}
_IMPOSSIBLE = np.float32(-1e6)


@dataclass(frozen=True)
class Illness:
    """Conditions of people [person, condition] and the day each began; how many count as long-term and as deficits."""

    has: Flags
    onset: Days
    ltcs: Ints
    deficits: Ints

    def any_of(self, *names: str) -> Flags:
        """Who has one of some conditions."""
        found: Flags = np.any(self.has[:, [place_of()[name] for name in names]], axis=1)
        return found


@cache
def place_of() -> dict[str, int]:
    """The column of each condition."""
    return {one.name: at for at, one in enumerate(conditions())}


@cache
def deficit_names() -> tuple[str, ...]:
    """The lists of the deficits of the electronic Frailty Index that conditions stand in."""
    return tuple(sorted({name for one in conditions() for name in one.lists if name.startswith("efi.")}))


@cache
def deficits_by_condition() -> Flags:
    """Which condition makes which deficit [condition, deficit]."""
    table = np.zeros((len(conditions()), len(deficit_names())), dtype=np.bool_)
    for at, one in enumerate(conditions()):
        for name in one.lists:
            if name in deficit_names():
                table[at, deficit_names().index(name)] = True
    return table


def columns_of(group: str) -> Ints:
    """The columns of the conditions of a group."""
    return np.array([at for at, one in enumerate(conditions()) if one.group == group], dtype=np.int64)


def illness(people: People, who: Membership, draws: Draws) -> Illness:
    """Draw conditions: nobody outside the cohort meets one of its rules, and everybody in it meets one."""
    scores = _scores(people, draws)
    has = np.zeros(scores.shape, dtype=np.bool_)
    ltc, deficit = columns_of("ltc"), columns_of("deficit")
    outside = ~who.is_member
    has[:, ltc] = _between(
        scores[:, ltc],
        np.where(who.by_conditions, MANY_CONDITIONS, 0),
        np.where(outside, MANY_CONDITIONS - 1, len(ltc)),
    )
    known = deficits_of(has)
    twice = has[:, [place_of()["rheumatoid-arthritis"], place_of()["dementia"]]].sum(axis=1)
    has[:, deficit] = _between(
        scores[:, deficit],
        np.where(who.by_deficits, np.maximum(MANY_DEFICITS - known + twice, 0), 0),
        np.where(outside, np.maximum(MANY_DEFICITS - 2 - known, 0), len(deficit)),
    )
    deficits = deficits_of(has)
    _add_others(has, scores, deficits)
    return Illness(has, _onsets(has, people, draws), has[:, ltc].sum(axis=1), deficits)


def deficits_of(has: Flags) -> Ints:
    """How many different deficits the conditions of people make."""
    made = has.astype(np.float32) @ deficits_by_condition().astype(np.float32)
    found: Ints = (made > 0).sum(axis=1)
    return found


def _scores(people: People, draws: Draws) -> Scores:
    """How near each condition is [person, condition]: above nought one has it."""
    generator = draws.of("conditions")
    scores = np.empty((len(people), len(conditions())), dtype=np.float32)
    for at, condition in enumerate(conditions()):
        uniform = generator.random(len(people), dtype=np.float32)
        uniform = np.clip(uniform, 1e-7, 1 - 1e-7)
        scores[:, at] = _log_odds(condition, people) + np.log(uniform / (1 - uniform))
        scores[people.age < condition.first_age, at] = _IMPOSSIBLE
    return scores


def _log_odds(condition: Condition, people: People) -> Floats:
    given = np.array(condition.shares)
    by_age = np.interp(people.age, AGES_GIVEN, np.log(given / (1 - given)))
    found: Floats = (
        by_age
        + condition.women * (people.is_woman - 0.5)
        + condition.deprivation * people.deprivation
        + condition.frailty * people.frailty
        - condition.frailty**2 / 2
    )
    return found


def _between(scores: Scores, least: Ints, most: Ints) -> Flags:
    """What is above nought, but at least and at most so many of each row: the nearest ones."""
    has = scores > 0
    count = has.sum(axis=1)
    wanted = np.clip(count, least, most)
    changed = np.flatnonzero(wanted != count)
    order = np.argsort(-scores[changed], axis=1, kind="stable")
    chosen = np.zeros((len(changed), scores.shape[1]), dtype=np.bool_)
    np.put_along_axis(chosen, order, np.arange(scores.shape[1]) < wanted[changed, None], axis=1)
    has[changed] = chosen
    return has


def _add_others(has: Flags, scores: Scores, deficits: Ints) -> None:
    """Circumstances that count for no rule of the cohort; some need a condition, or frailty."""
    for at in columns_of("other"):
        needed = conditions()[at].requires
        able = np.ones(len(has), dtype=np.bool_)
        if needed in _FRAIL:
            least, most = _FRAIL[needed]
            able = (deficits >= least) & (deficits <= most)
        elif needed:
            able = has[:, place_of()[needed]]
        has[:, at] = able & (scores[:, at] > 0)


def _onsets(has: Flags, people: People, draws: Draws) -> Days:
    """When each condition began: more often lately than long ago, and not before its first age."""
    rows, columns = np.nonzero(has)
    first_age = np.array([one.first_age for one in conditions()])
    span = np.clip(people.age[rows] - first_age[columns], 0.02, number("onset_years"))
    back = draws.of("onset").random(len(rows)) ** number("recent_onsets") * span * 365
    onset = np.full(has.shape, NEVER, dtype=np.int32)
    earliest = people.as_at - number("onset_years") * 365
    day = np.maximum(np.floor(people.last[rows] - 1 - back), earliest)
    onset[rows, columns] = np.maximum(day, people.birth[rows]).astype(np.int32)
    return onset
