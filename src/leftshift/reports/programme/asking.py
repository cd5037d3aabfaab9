"""What sections ask of a checked programme more than once: names, months, what belongs to a project, what changes do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.words import long_day
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.network import day_of
from leftshift.programme.timing import agreed_dates, timetable
from leftshift.programme.work_rows import Change, Milestone
from leftshift.reports.content import Cell
from leftshift.reports.programme.cells import of

_MONTHS = 12
_MINUTE = re.compile(r"(?P<meeting>\w+)(?:(?:, ?|/)(?P<item>.+))?")


def month_after(first: date, months: int) -> date:
    """The first day of the month so many months after that of a day."""
    year, month = divmod(first.year * _MONTHS + first.month - 1 + months, _MONTHS)
    return date(year, month + 1, 1)


def project_name(checked: CheckedProgramme, project: str) -> str:
    """The name of a project; its short name where there is none."""
    row = checked.programme.project.get(project)
    return row.name if row is not None else project


def milestone_name(checked: CheckedProgramme, milestone: str) -> str:
    """The name of a milestone; its short name where there is none."""
    row = checked.programme.milestone.get(milestone)
    return row.name if row is not None else milestone


def organisation_name(checked: CheckedProgramme, code: str) -> str:
    """The name of an organisation of the place; its code where the place does not know it."""
    if checked.place is not None:
        for row in checked.place.organisations:
            if row.code == code:
                return row.name
    return code


def named(checked: CheckedProgramme, kind: str, short: str) -> str:
    """What a row of the programme is called: an objective, workstream, project, milestone, benefit or intervention."""
    found = _names(checked, kind).get(short)
    return found or short.replace("_", " ")


def _names(checked: CheckedProgramme, kind: str) -> Mapping[str, str]:
    programme = checked.programme
    if kind == "intervention":
        return {row.intervention: row.name for row in checked.place.interventions} if checked.place else {}
    tables: dict[str, dict[str, str]] = {
        "objective": {row.objective: row.name for row in programme.objectives},
        "workstream": {row.workstream: row.name for row in programme.workstreams},
        "project": {row.project: row.name for row in programme.projects},
        "milestone": {row.milestone: row.name for row in programme.milestones},
        "benefit": {row.benefit: row.name for row in programme.benefits},
        "body": {row.body: row.name for row in programme.bodies},
    }
    return tables.get(kind, {})


def minuted(checked: CheckedProgramme, reference: str) -> Cell:
    """Where something is minuted, by the name of the board and the day of its meeting: pb_2015_04, 2(b) and pb_2015_04/2/b alike."""
    boards = checked.programme.boards
    return of("meeting", *minute_said(boards, reference))


def minute_said(boards: Boards, reference: str) -> tuple[str, str]:
    """The short name of the meeting that a minute is of, empty where none is known, and the minute in words."""
    found = _MINUTE.fullmatch(reference.strip())
    meeting = boards.meeting.get(found["meeting"]) if found else None
    if found is None or meeting is None:
        return "", reference
    body = boards.body.get(meeting.body)
    item, _, letter = (found["item"] or "").partition("/")
    said = f"{body.name if body else meeting.body}, {long_day(meeting.date)}"
    return meeting.meeting, said + (f", {item}" if item else "") + (f"({letter})" if letter else "")


def next_milestone(checked: CheckedProgramme) -> Mapping[str, tuple[Milestone, date]]:
    """Project to its open milestone that is expected first."""
    found: dict[str, tuple[Milestone, date]] = {}
    times = checked.standing.timetable
    for at, row in enumerate(times.milestones):
        when = day_of(times.expected[at])
        if not times.is_done[at] and (row.project not in found or when < found[row.project][1]):
            found[row.project] = (row, when)
    return found


def open_changes(checked: CheckedProgramme, project: str = "") -> tuple[Change, ...]:
    """Requests on which nothing was decided by the day."""
    return tuple(row for row in asked_changes(checked, project) if row.outcome_on(checked.as_of) == "open")


def asked_changes(checked: CheckedProgramme, project: str = "") -> tuple[Change, ...]:
    """Requests that were made by the day."""
    return tuple(
        row
        for row in checked.programme.changes
        if row.asked_on <= checked.as_of and project in ("", row.project)
    )


def moved_by(checked: CheckedProgramme, row: Change) -> tuple[date, date, int] | None:
    """What a change does to dates: what was agreed before it, what it asks for, and how many later milestones it moves.

    None where it moves no milestone. Raises CircularDependencies.
    """
    programme = checked.programme
    if not row.milestone or row.new_due is None or row.milestone not in programme.milestone:
        return None
    approved = replace(
        row, outcome="approved", decided_on=row.decided_on or checked.as_of, decided_by=row.decided_by or "-", minute=row.minute or "-"
    )  # fmt: skip
    on = approved.decided_on or checked.as_of
    without = programme.with_tables(changes=[each for each in programme.changes if each.change != row.change])
    with_it = without.with_tables(changes=[*without.changes, approved])
    before = agreed_dates(without, on)[row.milestone]
    was, now = timetable(without, on).agreed, timetable(with_it, on).agreed
    own = with_it.milestones.index(programme.milestone[row.milestone])
    later = int((was != now).sum()) - int(was[own] != now[own])
    return before, row.new_due, later


def belongs(checked: CheckedProgramme, project: str, kind: str, short: str) -> bool:
    """Whether something that a risk threatens is a project, or of it."""
    programme = checked.programme
    if kind == "project":
        return short == project
    if kind == "milestone":
        row = programme.milestone.get(short)
        return row is not None and row.project == project
    if kind == "benefit":
        return any(row.benefit == short and row.project == project for row in programme.benefits)
    if kind == "intervention":
        return any(
            row.intervention == short and row.project == project for row in programme.project_interventions
        )
    return False


def on_day(checked: CheckedProgramme, when: date) -> CheckedProgramme:
    """The same programme looked at on another day."""
    return CheckedProgramme(
        checked.programme, when, checked.place, checked.measures, checked.spent, checked.until
    )


def day_before(when: date) -> date:
    """The day before a day."""
    return when - timedelta(days=1)
