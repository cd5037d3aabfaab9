"""Draws one piece of a population, from who the people are to what their care cost, and writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from leftshift.population.invented.admitting import (
    EACH_PIECE,
    admissions_table,
    attendances_table,
    known_on,
    stays_of,
)
from leftshift.population.invented.arrays import Days, Draws, Floats, Ints
from leftshift.population.invented.attending import unplanned
from leftshift.population.invented.calibration import Calibration
from leftshift.population.invented.caring import appointments, contacts, social_care
from leftshift.population.invented.costing import Bill, unit_cost
from leftshift.population.invented.diagnosing import MANY_POINTS, diagnoses_of, frailty_points
from leftshift.population.invented.falling_ill import MANY_CONDITIONS, MANY_DEFICITS, Illness, illness
from leftshift.population.invented.needing import (
    Membership,
    groups_by_need,
    lasting_need,
    luck_of_years,
    membership,
)
from leftshift.population.invented.parameters import number
from leftshift.population.invented.people import Areas, People, drawn_people
from leftshift.population.invented.planning import Piece
from leftshift.population.invented.practising import gp_events, visits_of
from leftshift.population.invented.prescribing import prescriptions
from leftshift.population.invented.registering import (
    identifiers_table,
    match_steps,
    opt_outs_table,
    persons_table,
    registrations,
)
from leftshift.population.invented.scoring import TIMES_MEAN, outside_scores, predicted_costs
from leftshift.population.invented.writing import write_table


class Stopped(Exception):
    """Somebody stopped the making of a population."""


@dataclass(frozen=True)
class Wanted:
    """What every piece needs to know of the whole."""

    folder: Path
    calibration: Calibration
    areas: Areas
    seed: int
    as_at: date
    is_stopped: Callable[[], bool]


@dataclass
class Written:
    """What a piece wrote: rows by table, and what it adds to the totals that are held to."""

    rows: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)


class PieceOfPeople:
    """One piece on its way: what is known of its people, and what has been written."""

    def __init__(self, piece: Piece, wanted: Wanted) -> None:
        self.piece, self.wanted = piece, wanted
        self.draws = Draws(wanted.seed, f"piece {piece.index + 1}")
        self.people = drawn_people(piece, wanted.calibration, wanted.areas, self.draws, wanted.as_at)
        self.written = Written()
        self.bill = Bill(self.people)
        lasting, luck = lasting_need(self.people), luck_of_years(self.people, self.draws)
        self.who: Membership = membership(piece, self.people, lasting, luck[0], self.draws)
        self.ill: Illness = illness(self.people, self.who, self.draws)
        self.lasting: Floats = lasting + number("need_of_conditions") * self.ill.ltcs
        self.needs: Floats = self.lasting + luck

    def write(self, table: str, columns: dict[str, Any]) -> None:
        """Write a table of this piece."""
        if self.wanted.is_stopped():
            raise Stopped("making people was stopped; nothing was kept")
        if "recorded_date" in columns:
            drawn_on = self.people.as_at + int(number("days_until_drawn"))
            columns["recorded_date"] = np.minimum(columns["recorded_date"], drawn_on).astype(np.int32)
        self.written.rows[table] = write_table(self.wanted.folder, table, self.piece.index, columns)

    def add(self, name: str, amount: int) -> None:
        """Add to a total that is held to."""
        self.written.totals[name] += amount


def draw_piece(piece: Piece, wanted: Wanted) -> Written:
    """Draw and write a piece; raises Stopped."""
    whole = PieceOfPeople(piece, wanted)
    _people(whole)
    _practice(whole)
    points = _hospital(whole)
    _community(whole)
    _scores(whole, points)
    whole.write("costs", whole.bill.table())
    return whole.written


def _people(whole: PieceOfPeople) -> None:
    people, draws = whole.people, whole.draws
    steps = match_steps(people, draws)
    whole.write("persons", persons_table(people, whole.piece, whole.wanted.areas, steps))
    whole.write("identifiers", identifiers_table(people, whole.piece, steps, draws))
    whole.write("registrations", registrations(people, whole.wanted.calibration, draws))
    whole.write("opt_outs", opt_outs_table(people, draws))


def _practice(whole: PieceOfPeople) -> None:
    people, draws = whole.people, whole.draws
    visits = visits_of(people, whole.lasting, draws)
    whole.bill.add("primary_care", *visits, unit_cost("primary_care"))
    whole.write("gp_events", gp_events(people, whole.ill, visits, draws))
    issued = prescriptions(people, whole.ill, whole.lasting, draws)
    whole.bill.add("prescribing", _rows(people, issued), issued["event_date"], unit_cost("prescribing"))
    whole.write("prescriptions", issued)


def _hospital(whole: PieceOfPeople) -> Floats:
    people, draws, at = whole.people, whole.draws, whole.piece.index
    urgent = unplanned(whole.piece, people, whole.wanted.calibration, whole.needs, draws)
    stays = stays_of(people, whole.ill, whole.lasting, urgent, at, draws)
    recorded = known_on(stays.day, people.as_at, draws, "admissions")
    found = diagnoses_of(people, whole.ill, whole.who, stays, draws)
    whole.bill.add("inpatient", stays.row, stays.day, stays.cost)
    whole.write("admissions", admissions_table(people, stays, recorded, found.specialties(stays), draws))
    whole.write("diagnoses", found.table(people, stays, recorded))
    came = attendances_table(people, urgent, at, draws)
    whole.bill.add("emergency", _rows(people, came), came["event_date"], came["cost"])
    whole.write("attendances", came)
    group = groups_by_need(whole.piece, people, whole.needs[0])
    urgently = stays.is_emergency
    _count_use(whole, "admissions", group, stays.row[urgently], stays.day[urgently])
    _count_use(whole, "attendances", group, urgent.attendance_row, urgent.attendance_day)
    return frailty_points(people, stays, found)


def _count_use(whole: PieceOfPeople, what: str, group: Ints, row: Ints, day: Days) -> None:
    """Count the use of the last year by counted people, by risk group."""
    is_in = whole.people.is_counted[row] & (day > whole.people.as_at - 365)
    counted = np.bincount(group[row[is_in]], minlength=len(whole.wanted.calibration.risk_groups))
    for one, count in zip(whole.wanted.calibration.risk_groups, counted, strict=True):
        whole.add(f"{what}: {one.name}", int(count))


def _community(whole: PieceOfPeople) -> None:
    people, ill, draws = whole.people, whole.ill, whole.draws
    first = whole.piece.index * EACH_PIECE + 1
    seen, row = appointments(people, whole.lasting, first, draws)
    whole.bill.add("outpatient", row, seen["event_date"], seen["cost"])
    whole.write("appointments", seen)
    met, row = contacts(people, ill, whole.lasting, draws)
    is_mental = met["service"].index == 1
    for setting, which in (("community", ~is_mental), ("mental_health", is_mental)):
        whole.bill.add(setting, row[which], met["event_date"][which], met["cost"][which])
    whole.write("contacts", met)
    cared, row = social_care(people, ill, draws)
    whole.bill.add_care(row, cared["event_date"], cared["to_date"], cared["weekly_cost"])
    whole.write("social_care", cared)


def _scores(whole: PieceOfPeople, points: Floats) -> None:
    people, ill = whole.people, whole.ill
    cost = predicted_costs(people, whole.who, whole.needs[0], whole.draws)
    group = groups_by_need(whole.piece, people, whole.needs[0])
    whole.write("outside_scores", outside_scores(people, cost, group, whole.wanted.calibration))
    meets = (
        (ill.ltcs >= MANY_CONDITIONS)
        | (ill.deficits >= MANY_DEFICITS)
        | (points > MANY_POINTS)
        | (cost >= TIMES_MEAN)
    )
    is_in = meets & people.is_counted & people.is_adult
    for at, one in enumerate(whole.wanted.calibration.localities):
        whole.add(f"cohort: {one.name}", int(is_in[people.locality == at].sum()))
    whole.add("people", int(people.is_counted.sum()))


def _rows(people: People, table: dict[str, Any]) -> Ints:
    """The rows of the people of a table."""
    found: Ints = table["person_id"] - people.ids[0]
    return found
