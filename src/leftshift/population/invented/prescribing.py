"""What practices prescribe: medicines that follow conditions, issued every few months, and single courses."""

from __future__ import annotations

from typing import Any

import numpy as np

from leftshift.population.invented.arrays import NEVER, Days, Draws, Floats, Ints, Text
from leftshift.population.invented.falling_ill import Illness, place_of
from leftshift.population.invented.parameters import Medicine, medicines, number
from leftshift.population.invented.people import People

_DAYS = 729
_ACUTE = "acute"


def prescriptions(people: People, ill: Illness, need: Floats, draws: Draws) -> dict[str, Any]:
    """The table of prescriptions of two years, in the order of people and days."""
    parts = [_issues(at, people, ill, need, draws) for at in range(len(medicines()))]
    code = np.repeat(np.arange(len(parts)), [len(row) for row, _ in parts])
    row = np.concatenate([row for row, _ in parts])
    day = np.concatenate([day for _, day in parts])
    order = np.argsort(row * 2**20 + day, kind="stable")
    row, day, code = row[order], day[order], code[order]
    late = draws.of("recorded prescriptions").random(len(row))
    share = number("late_prescriptions")
    delay = np.where(late < share, 30 + 50 * late / share, 0)
    return {
        "person_id": people.ids[row],
        "code": Text(code, tuple(one.code for one in medicines())),
        "event_date": day,
        "recorded_date": (day + delay).astype(np.int32),
    }


def _issues(at: int, people: People, ill: Illness, need: Floats, draws: Draws) -> tuple[Ints, Days]:
    one = medicines()[at]
    generator = draws.of(f"medicine {one.code}")
    if one.follows == _ACUTE:
        return _courses(one, people, need, generator)
    taken, since = _taken(one, people, ill, need, generator)
    every = int(number("issue_days"))
    phase = people.ids[taken] * 37 % every  # all medicines of a person are issued on the same days
    times = np.arange(_DAYS // every)
    day = people.last[taken, None] - 1 - phase[:, None] - every * times
    stopped = np.where(
        generator.random(len(taken)) < number("stopped"), generator.integers(0, len(times), len(taken)), 0
    )
    begun = np.maximum(since, people.as_at - _DAYS)[:, None]
    is_issued = (day >= begun) & (times >= stopped[:, None]) & (times % one.slots == 0)
    which, _ = np.nonzero(is_issued)
    return taken[which], day[is_issued].astype(np.int32)


def _taken(
    one: Medicine, people: People, ill: Illness, need: Floats, generator: np.random.Generator
) -> tuple[Ints, Days]:
    """Who takes a medicine, and since when at the earliest."""
    drawn = generator.random(len(people))
    if one.follows:
        at = place_of()[one.follows]
        taken = np.flatnonzero(ill.has[:, at] & (drawn < one.share))
        return taken, ill.onset[taken, at]
    taken = np.flatnonzero(drawn < one.share * np.exp(number("medicine_of_need") * need))
    return taken, np.maximum(people.birth[taken], NEVER)


def _courses(
    one: Medicine, people: People, need: Floats, generator: np.random.Generator
) -> tuple[Ints, Days]:
    rate = np.exp(number("acute_of_need") * need)
    row = np.repeat(np.arange(len(people)), generator.poisson(one.share * rate / rate.mean() * 2))
    day = people.last[row] - 1 - generator.integers(0, _DAYS, len(row))
    is_known = day >= np.maximum(people.birth[row], people.as_at - _DAYS)
    return row[is_known], day[is_known].astype(np.int32)
