"""Appointments, contacts of community and mental health teams, and social care."""

from __future__ import annotations

from typing import Any

import numpy as np

from leftshift.population.invented.admitting import PROVIDERS, known_on
from leftshift.population.invented.arrays import NEVER, Draws, Flags, Floats, Ints, Text, picks
from leftshift.population.invented.falling_ill import Illness
from leftshift.population.invented.parameters import number, numbers, shares
from leftshift.population.invented.people import People

SPECIALTIES = ("100", "101", "110", "120", "130", "300", "320", "340", "410", "502")
TEAMS = ("district nursing", "therapy", "podiatry", "community mental health", "talking therapies")
COUNCILS = ("E06000016", "E10000018", "E06000017")
_COMMUNITY_TEAMS, _MENTAL_TEAMS = 3, 2
_THREE_YEARS, _TWO_YEARS = 3 * 364, 729


def appointments(people: People, need: Floats, first_id: int, draws: Draws) -> tuple[dict[str, Any], Ints]:
    """The table of appointments, and the row of the person of each."""
    generator = draws.of("appointments")
    rate = np.exp(number("use_of_need") * need)
    count = generator.poisson(3 * number("appointments") * rate / rate.mean())
    row, day = _spread_back(people, count, _THREE_YEARS, generator)
    size = len(row)
    table: dict[str, Any] = {
        "appointment_id": first_id + np.arange(size, dtype=np.int64),
        "person_id": people.ids[row],
        "event_date": day,
        "attended": generator.random(size) >= number("not_attended"),
        "first": generator.random(size) < number("first_appointments"),
        "specialty": Text(generator.integers(0, len(SPECIALTIES), size), SPECIALTIES),
        "provider": Text(picks(numbers("providers"), size, generator), PROVIDERS),
        "cost": np.round(number("appointment_cost") * generator.lognormal(0, number("cost_spread"), size), 2),
        "recorded_date": known_on(day, people.as_at, draws, "appointments"),
    }
    return table, row


def contacts(people: People, ill: Illness, need: Floats, draws: Draws) -> tuple[dict[str, Any], Ints]:
    """The table of contacts, and the row of the person of each."""
    generator = draws.of("contacts")
    is_bound = ill.any_of("housebound", "skin-ulcer", "palliative-care")
    rate = np.exp(number("community_of_need") * need)
    rate = np.where(is_bound, number("community_of_housebound") * rate, rate)
    community = generator.poisson(number("community_contacts") * rate / rate.mean() * 3)
    minds = ill.any_of("depression", "anxiety") + 4 * ill.any_of("smi").astype(np.int64)
    mental = generator.poisson(number("mental_health_contacts") * minds)
    parts = [_spread_back(people, count, _TWO_YEARS, generator) for count in (community, mental)]
    row = np.concatenate([part[0] for part in parts])
    day = np.concatenate([part[1] for part in parts])
    is_mental = np.arange(len(row)) >= len(parts[0][0])
    team = generator.random(len(row)) * np.where(is_mental, _MENTAL_TEAMS, _COMMUNITY_TEAMS)
    team = team.astype(np.int64) + is_mental * _COMMUNITY_TEAMS
    order = np.argsort(row * 2**20 + day, kind="stable")
    row, day, is_mental, team = row[order], day[order], is_mental[order], team[order]
    each = np.where(is_mental, number("mental_health_cost"), number("community_cost"))
    table: dict[str, Any] = {
        "person_id": people.ids[row],
        "event_date": day,
        "service": Text(is_mental.astype(np.int64), ("community", "mental_health")),
        "team": Text(team, TEAMS),
        "provider": Text(np.zeros(len(row), dtype=np.int64), ("INVC1",)),
        "cost": np.round(each * generator.lognormal(0, number("cost_spread"), len(row)), 2),
        "recorded_date": known_on(day, people.as_at, draws, "contacts"),
    }
    return table, row


def social_care(people: People, ill: Illness, draws: Draws) -> tuple[dict[str, Any], Ints]:
    """The table of social care, and the row of the person of each service."""
    generator = draws.of("social care")
    asks = ill.any_of(
        "care-requirement", "activity-limitation", "housebound", "learning-disability", "dementia"
    )
    is_given: Flags = people.is_adult & asks & (generator.random(len(people)) < number("social_care"))
    row = np.flatnonzero(is_given)
    start = people.last[row] - 1 - generator.integers(0, 4 * 365, len(row))
    until = start + 30 + generator.exponential(900, len(row)).astype(np.int64)
    ends = np.minimum(until, people.last[row])
    lasts = (until > people.last[row]) & (people.last[row] == people.as_at)
    service = picks(np.array(list(shares("service_shares").values())), len(row), generator)
    weekly = np.array([shares("weekly_costs")[name] for name in shares("service_shares")])[service]
    table: dict[str, Any] = {
        "person_id": people.ids[row],
        "event_date": start.astype(np.int32),
        "to_date": np.where(lasts, NEVER, ends).astype(np.int32),
        "service": Text(service, tuple(shares("service_shares"))),
        "council": Text(generator.choice(3, len(row), p=numbers("councils")), COUNCILS),
        "weekly_cost": np.round(weekly * generator.lognormal(0, number("cost_spread"), len(row)), 2),
        "recorded_date": known_on(start.astype(np.int32), people.as_at, draws, "social care"),
    }
    return table, row


def _spread_back(
    people: People, count: Ints, days: int, generator: np.random.Generator
) -> tuple[Ints, np.ndarray[tuple[int, ...], np.dtype[np.int32]]]:
    row = np.repeat(np.arange(len(people)), count)
    day = people.last[row] - 1 - generator.integers(0, days, len(row))
    is_known = (day >= people.birth[row]) & (day >= people.as_at - days)
    row, day = row[is_known], day[is_known].astype(np.int32)
    order = np.argsort(row * 2**20 + day, kind="stable")
    return row[order], day[order]
