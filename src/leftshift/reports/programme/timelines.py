"""What is reached when: the Gantt chart of a project or of the whole, with every milestone in its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.network import day_of
from leftshift.programme.statuses import WORDS
from leftshift.programme.work_rows import Milestone
from leftshift.reports.content import Block, Figure, Paragraph, Row
from leftshift.reports.programme.asking import milestone_name, project_name
from leftshift.reports.programme.cells import col, count, day, days_col, line, status, table, why
from leftshift.reports.programme.timeline_pictures import STATES, Bar, Mark, Track, gantt

MOST = 40
"""Rows that a picture shows at most: more are not read."""
_PLANNED, _OPEN, _REACHED = STATES
_FIRST = {"red": 0, "amber": 1, "green": 2, "not_open": 3, "complete": 4}


@dataclass(frozen=True)
class Stretch:
    """A milestone with the days on which it begins and is reached, planned and as it looks."""

    row: Milestone
    planned_begins: date
    planned: date
    agreed: date
    begins: date
    expected: date
    is_done: bool
    is_critical: bool


def stretches(checked: CheckedProgramme) -> tuple[Stretch, ...]:
    """Every milestone with its days. Raises CircularDependencies."""
    found = checked.standing.timetable
    return tuple(_stretch(checked, row, at) for at, row in enumerate(found.milestones))


def _stretch(checked: CheckedProgramme, row: Milestone, at: int) -> Stretch:
    found = checked.standing.timetable
    planned, expected = day_of(found.planned[at]), day_of(found.expected[at])
    takes = timedelta(days=int(found.spans.days[at]))
    meant = row.baseline - row.baseline_begins if row.baseline_begins else takes
    known = (
        row.begins if row.begins is not None and (found.is_done[at] or row.begins <= checked.as_of) else None
    )
    return Stretch(
        row,
        planned - max(meant, timedelta(0)),
        planned,
        day_of(found.agreed[at]),
        min(known or expected - takes, expected),
        expected,
        bool(found.is_done[at]),
        bool(found.critical[at]),
    )


def timeline(checked: CheckedProgramme, project: str = "") -> Iterator[Block]:
    """The chart and its table, of one project where it is named. Raises CircularDependencies."""
    found = [each for each in stretches(checked) if project in ("", each.row.project)]
    if not found:
        yield Paragraph(
            "This project has no milestone yet." if project else "The programme has no milestone yet."
        )
        return
    yield _of_project(checked, found) if project else _of_all(checked, found)
    yield milestone_table(checked, found, with_project=not project)


def _of_project(checked: CheckedProgramme, found: Sequence[Stretch]) -> Figure:
    drawn = list(found)
    if len(drawn) > MOST:
        kept = sorted(drawn, key=lambda each: (each.is_done, each.expected))[:MOST]
        drawn = [each for each in drawn if each in kept]
    drawn.sort(key=lambda each: (each.begins, each.expected, each.row.milestone))
    said = _counted(checked, found)
    if len(drawn) < len(found):
        said += f" The {len(drawn)} that are open or were reached last are drawn, of {len(found)}."
    return _figure(checked, [_track(each) for each in drawn], said, "one row a milestone")


def _track(each: Stretch) -> Track:
    state = _REACHED if each.is_done else _OPEN
    bars = (
        Bar(each.planned_begins, each.planned, _PLANNED),
        Bar(each.begins, each.expected, state, each.is_critical),
    )
    return Track(each.row.name, bars, words=_words(each))


def _words(each: Stretch) -> str:
    late = (each.expected - each.planned).days
    parts = [
        f"{count(late, 'day')} late" if late > 0 else f"{count(-late, 'day')} early" if late < 0 else "",
        "critical" if each.is_critical else "",
    ]
    return ", ".join(filter(None, parts))


def _of_all(checked: CheckedProgramme, found: Sequence[Stretch]) -> Figure:
    by_project: dict[str, list[Stretch]] = {}
    for each in found:
        by_project.setdefault(each.row.project, []).append(each)
    named = [row.project for row in checked.programme.projects if row.project in by_project]
    named += [name for name in by_project if name not in checked.programme.project]
    states = checked.standing.projects
    drawn = named
    if len(named) > MOST:
        worst = sorted(named, key=lambda name: _FIRST[states[name].rag] if name in states else len(_FIRST))[
            :MOST
        ]
        drawn = [name for name in named if name in set(worst)]
    said = _counted(checked, found)
    if len(drawn) < len(named):
        said += (
            f" {len(drawn)} of {len(named)} projects are drawn: those off track first, then those at risk."
        )
    tracks = [_project_track(checked, name, by_project[name]) for name in drawn]
    return _figure(checked, tracks, said, "one row a project, with its milestones as diamonds")


def _project_track(checked: CheckedProgramme, name: str, own: Sequence[Stretch]) -> Track:
    is_done = all(each.is_done for each in own)
    critical = any(each.is_critical for each in own)
    planned = Bar(min(each.planned_begins for each in own), max(each.planned for each in own), _PLANNED)
    now = Bar(
        min(each.begins for each in own),
        max(each.expected for each in own),
        _REACHED if is_done else _OPEN,
        critical,
    )
    marks = [Mark(each.planned, _PLANNED) for each in own]
    marks += [Mark(each.expected, _REACHED if each.is_done else _OPEN, each.is_critical) for each in own]
    state = checked.standing.projects.get(name)
    words = [WORDS[state.rag].lower() if state else "", "critical" if critical else ""]
    return Track(project_name(checked, name), (planned, now), tuple(marks), ", ".join(filter(None, words)))


def _counted(checked: CheckedProgramme, found: Sequence[Stretch]) -> str:
    done = sum(each.is_done for each in found)
    late = sum(checked.standing.milestones[each.row.milestone].overdue for each in found)
    open_ones = [each for each in found if not each.is_done]
    said = f"{done or 'None'} of {count(len(found), 'milestone')} {'are' if done > 1 else 'is'} reached, {late or 'none'} {'are' if late > 1 else 'is'} overdue"
    if not open_ones:
        return f"{said}."
    last = max(open_ones, key=lambda each: (each.expected, each.row.milestone))
    return f"{said}; the last, {last.row.name}, is expected on {day(last.expected)}."


def _figure(checked: CheckedProgramme, tracks: Sequence[Track], said: str, rows: str) -> Figure:
    about = (
        f"Timeline up to and beyond {day(checked.as_of)}, {rows}: what was planned pale above, what is expected dark below; critical ones have a thick outline. "
        f"{said} The table below holds every milestone."
    )  # fmt: skip
    return Figure(gantt(tracks, checked.as_of), said, about)


def milestone_table(checked: CheckedProgramme, found: Sequence[Stretch], *, with_project: bool) -> Block:
    """Every milestone with its days, how it stands and what it waits for."""
    waits: dict[str, list[str]] = {}
    for row in checked.programme.dependencies:
        waits.setdefault(row.after, []).append(milestone_name(checked, row.before))
    columns = [
        col("Milestone", 1.6), col("Project", 1.4), days_col("Planned"), days_col("Agreed"), days_col("Expected"), days_col("Reached"), col("Status", 2), col("Waits for", 1.5),
    ]  # fmt: skip
    rows = [_milestone(checked, each, waits) for each in found]
    if not with_project:
        columns = [column for column in columns if column.name != "Project"]
        rows = [replace(row, cells=(row.cells[0], *row.cells[2:])) for row in rows]
    return table("Milestones", columns, rows, "milestones")


def _milestone(checked: CheckedProgramme, each: Stretch, waits: Mapping[str, Sequence[str]]) -> Row:
    state = checked.standing.milestones[each.row.milestone]
    return line(
        each.row.name + (" (critical)" if each.is_critical else ""),
        project_name(checked, each.row.project),
        day(each.planned),
        day(each.agreed),
        "" if each.is_done else day(each.expected),
        day(each.expected) if each.is_done else "",
        f"{status(state).text}: {why(state)}",
        "; ".join(waits.get(each.row.milestone, ())),
        about=f"milestone/{each.row.milestone}",
    )
