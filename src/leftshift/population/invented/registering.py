"""Where people are registered, by which numbers they are known, and who has opted out."""

from __future__ import annotations

from typing import Any

import numpy as np

from leftshift.population.invented.arrays import NEVER, Draws, Floats, Ints, Text, picks
from leftshift.population.invented.calibration import Calibration
from leftshift.population.invented.numbers import nhs_numbers
from leftshift.population.invented.parameters import number, numbers, shares
from leftshift.population.invented.people import COUNTED, OPTED_OUT, Areas, People
from leftshift.population.invented.planning import Piece

STEPS = ("number-and-birth", "number-alone", "demographics", "likeness", "unmatched")
_UNMATCHED = STEPS.index("unmatched")
_STATUS = ("01", "02", "01", "02", "04")
_PRACTICES_IN_NETWORK = 5
_DECADE = 3650


def practices_table(calibration: Calibration) -> dict[str, Any]:
    """The table of practices: each with its network, locality and commissioner."""
    localities = np.repeat(
        np.arange(len(calibration.localities)), [one.practices for one in calibration.localities]
    )
    within = np.arange(len(localities)) - np.searchsorted(localities, localities)
    networks = [
        f"INVN{at + 1:02}{chr(65 + place // _PRACTICES_IN_NETWORK)}"
        for at, place in zip(localities, within, strict=True)
    ]
    count = np.arange(len(localities))
    return {
        "practice": Text(count, practice_codes(calibration)),
        "network": Text(count, networks),
        "locality": Text(localities, [one.name for one in calibration.localities]),
        "commissioner": Text(localities, [one.commissioner for one in calibration.localities]),
    }


def practice_codes(calibration: Calibration) -> tuple[str, ...]:
    """The codes of all practices, in the order of localities."""
    return tuple(f"INV{at:03}" for at in range(1, sum(one.practices for one in calibration.localities) + 1))


def registrations(people: People, calibration: Calibration, draws: Draws) -> dict[str, Any]:
    """The table of registrations: some people were with another practice before."""
    generator = draws.of("registrations")
    size = len(people)
    years = generator.exponential(_DECADE, size).astype(np.int64) + 1
    since = np.maximum(people.last - 1 - years, people.birth)
    ended = np.where((people.standing == COUNTED) | (people.standing == OPTED_OUT), NEVER, people.last)
    has_moved = (generator.random(size) < number("moved_practice")) & (since - people.birth > 2)
    moved = np.flatnonzero(has_moved)
    before = since[moved] - 2 - generator.exponential(_DECADE, len(moved)).astype(np.int64)
    others = generator.integers(0, len(practice_codes(calibration)), len(moved))
    row = np.concatenate([moved, np.arange(size)])
    order = np.argsort(row, kind="stable")
    return {
        "person_id": people.ids[row][order],
        "practice": Text(np.concatenate([others, people.practice])[order], practice_codes(calibration)),
        "from_date": np.concatenate([np.maximum(before, people.birth[moved]), since])[order].astype(np.int32),
        "to_date": np.concatenate([since[moved] - 1, ended])[order].astype(np.int32),
    }


def match_steps(people: People, draws: Draws) -> Ints:
    """At which step each person's records were matched."""
    names = ("number_and_birth", "number_alone", "likeness", "unmatched")
    first, alone, likeness, unmatched = (number(name) for name in names)
    weights = np.array([first, alone, 1 - first - alone - likeness - unmatched, likeness, unmatched])
    return picks(weights, len(people), draws.of("matching"))


def persons_table(people: People, piece: Piece, areas: Areas, steps: Ints) -> dict[str, Any]:
    """The table of people; who is unmatched has no number."""
    numbers = nhs_numbers(piece.first_person, len(people)).astype(str)
    is_matched = steps != _UNMATCHED
    names = [
        f"INVL{locality + 1:02}{at - areas.first[locality] + 1:03}"
        for at, locality in enumerate(areas.locality)
    ]
    return {
        "person_id": people.ids,
        "nhs_number": Text(np.where(is_matched, np.arange(len(people)), -1), numbers.tolist()),
        "number_status": Text(steps, _STATUS),
        "birth_date": people.birth,
        "sex": Text(people.is_woman.astype(np.int64), ("1", "2")),
        "ethnic_category": Text(people.ethnicity, tuple(shares("ethnic_categories"))),
        "lsoa": Text(people.area, names),
        "imd_score": people.score,
        "imd_decile": people.decile,
        "death_date": people.death,
    }


def identifiers_table(people: People, piece: Piece, steps: Ints, draws: Draws) -> dict[str, Any]:
    """The table of identifiers: the number of each person, numbers that it took the place of, and hospital numbers."""
    generator = draws.of("identifiers")
    current = nhs_numbers(piece.first_person, len(people))
    has_number = np.flatnonzero(steps != _UNMATCHED)
    replaced = np.sort(generator.permutation(has_number)[: piece.superseded])
    old = nhs_numbers(piece.first_superseded, len(replaced))
    at_hospital = np.flatnonzero(
        (generator.random(len(people)) < number("hospital_number")) | (steps == _UNMATCHED)
    )
    words = [
        *current[has_number].astype(str).tolist(),
        *old.astype(str).tolist(),
        *(f"INVH{one:09}" for one in people.ids[at_hospital]),
    ]
    kinds = [len(has_number), len(replaced), len(at_hospital)]
    row = np.concatenate([has_number, replaced, at_hospital])
    from_day = np.concatenate([people.birth[has_number], people.birth[replaced], np.full(kinds[2], NEVER)])
    changed = people.birth[replaced] + ((people.last - people.birth)[replaced] * generator.random(kinds[1]))
    from_day[_places(has_number, replaced)] = changed + 1
    to_day = np.concatenate([np.full(kinds[0], NEVER), changed, np.full(kinds[2], NEVER)])
    successor = np.full(len(row), -1)
    successor[kinds[0] : kinds[0] + kinds[1]] = _places(has_number, replaced)
    order = np.argsort(row * 4 + np.repeat(np.arange(3), kinds), kind="stable")
    confidence: Floats = np.append(numbers("confidence"), np.nan)[steps[row]]
    return {
        "person_id": people.ids[row[order]],
        "system": Text(np.repeat([0, 0, 1], kinds)[order], ("nhs-number", "local-hospital")),
        "value": Text(order, words),
        "from_date": from_day[order].astype(np.int32),
        "to_date": to_day[order].astype(np.int32),
        "match_step": Text(steps[row[order]], STEPS),
        "confidence": confidence[order],
        "superseded_by": Text(successor[order], words),
    }


def _places(among: Ints, wanted: Ints) -> Ints:
    return np.searchsorted(among, wanted)


def opt_outs_table(people: People, draws: Draws) -> dict[str, Any]:
    """The table of opt-outs."""
    who = np.flatnonzero(people.standing == OPTED_OUT)
    back = draws.of("opt-outs").integers(1, 2 * 365, len(who))
    return {
        "person_id": people.ids[who],
        "from_date": np.maximum(people.as_at - back, people.birth[who]).astype(np.int32),
    }
