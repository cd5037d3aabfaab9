"""What is wrong with the work of a programme: dates, dependencies, interventions, changes and statuses by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from leftshift.foundation.faults import Fault
from leftshift.place.cells import LATEST_YEAR
from leftshift.place.place import Place
from leftshift.programme.findings import at_row, unknown
from leftshift.programme.network import CircularDependencies, network
from leftshift.programme.programme import Programme
from leftshift.programme.statuses import WORDS, Standing, allowed, refusal
from leftshift.programme.work_rows import Milestone


def work_faults(
    programme: Programme, as_of: date, place: Place | None, until: date | None = None
) -> Iterator[Fault]:
    """Everything that is wrong with the work, on a day; what is after ``until`` (the same day) nobody can know."""
    yield from _dates(programme, until or as_of)
    yield from _changes(programme)
    yield from _ended(programme, as_of)
    circle = list(circles(programme))
    yield from circle
    if not circle:
        yield from _baselines(programme)
        yield from _beyond(programme, as_of)
        yield from override_faults(programme, as_of)
    yield from _bound(programme)
    if place is not None:
        yield from _in_place(programme, place)


def circles(programme: Programme) -> Iterator[Fault]:
    """Milestones that wait for each other."""
    try:
        network(programme.milestones, programme.dependencies)
    except CircularDependencies as problem:
        names = set(problem.milestones)
        row = next(row for row in programme.dependencies if row.before in names and row.after in names)
        yield at_row(
            row, "after", "circular dependency", found=" → ".join([*problem.milestones, problem.milestones[0]]),
            expected="milestones that do not wait for each other", action="Remove one of these dependencies",
        )  # fmt: skip


def _dates(programme: Programme, until: date) -> Iterator[Fault]:
    for row in programme.milestones:
        yield from _order(row, "begins", row.begins, row.due or row.baseline)
        yield from _order(row, "baseline_begins", row.baseline_begins, row.baseline)
        yield from _not_to_come(row, "done", row.done, until)
    for action in programme.actions:
        yield from _order(action, "raised", action.raised, action.due)
        yield from _not_to_come(action, "done", action.done, until)
        if action.done is not None and action.done < action.raised:
            yield at_row(action, "done", "dates in the wrong order", expected=f"a day from {action.raised}, when it was raised", action="Correct one of them")  # fmt: skip
    for engagement in programme.engagements:
        yield from _order(engagement, "begins", engagement.begins, engagement.ends)
    for survey in programme.surveys:
        yield from _order(survey, "opens", survey.opens, survey.closes)
    for hand in programme.overrides:
        yield from _order(hand, "given_on", hand.given_on, hand.until)


def _order(row: Any, column: str, begins: date | None, ends: date | None) -> Iterator[Fault]:
    if begins is not None and ends is not None and begins > ends:
        yield at_row(row, column, "dates in the wrong order", expected=f"a day up to {ends}", action="Correct one of the two")  # fmt: skip


def _not_to_come(row: Any, column: str, day: date | None, until: date) -> Iterator[Fault]:
    if day is not None and day > until:
        yield at_row(
            row, column, "still to come", expected=f"a day up to {until}",
            action="Leave it empty until it has happened; what is expected stands in due",
        )  # fmt: skip


def _ended(programme: Programme, as_of: date) -> Iterator[Fault]:
    """What a project that was closed or cancelled has left behind."""
    open_ = [row for row in programme.milestones if row.done is None or row.done > as_of]
    for project in programme.projects:
        own = [row for row in open_ if row.project == project.project]
        if project.state == "closed" and own:
            yield at_row(
                project, "state", "closed before it was reached", expected=f"every milestone reached, and not {_listed(own)} open",
                action="Say when they were reached, give them to another project, or leave it open",
            )  # fmt: skip
        starting = [row for row in own if row.starts]
        if project.state == "cancelled" and starting:
            yield at_row(
                project, "state", "cancelled, and the plan counts on it", expected=f"nothing that starts an intervention: {_listed(starting)} does",
                action="Take the intervention out of the plan, or give the milestone to another project",
            )  # fmt: skip
    gone = {row.milestone for row in open_ if row.project in programme.cancelled}
    waiting = {row.milestone for row in open_} - gone
    for edge in programme.dependencies:
        if edge.before in gone and edge.after in waiting:
            yield at_row(
                edge, "before", "waits for what was cancelled", expected="a milestone of a project that is not cancelled",
                action="Remove the dependency, or wait for something else",
            )  # fmt: skip


def _listed(rows: Sequence[Milestone]) -> str:
    """The first three by name, and how many more."""
    names = ", ".join(row.name for row in rows[:3])
    return names if len(rows) <= 3 else f"{names} and {len(rows) - 3} more"


def _changes(programme: Programme) -> Iterator[Fault]:
    for row in programme.changes:
        decided = row.outcome in ("approved", "refused")
        for column in ("decided_by", "decided_on", "minute"):
            if decided and not getattr(row, column):
                yield at_row(row, column, "decision without record", expected=f"{column.replace('_', ' ')} of what was {row.outcome}", action="Add it, or leave the request open")  # fmt: skip
        if row.new_due is not None and not row.milestone:
            yield at_row(row, "milestone", "nothing uses it", expected="the milestone that gets the new date", action="Name it, or clear new_due")  # fmt: skip


def _baselines(programme: Programme) -> Iterator[Fault]:
    """Baselines that break what they wait for: the plan counts on a day that could never have been."""
    from leftshift.programme.network import day_of
    from leftshift.programme.timing import timetable

    found = timetable(programme, date.min)
    for at, row in enumerate(found.milestones):
        if (earliest := day_of(found.planned[at])) > row.baseline:
            yield at_row(
                row, "baseline", "baseline breaks a dependency", expected=f"{earliest} or later: what it waits for is not planned earlier",
                action="Correct the baseline, or the dependency",
            )  # fmt: skip


def _beyond(programme: Programme, as_of: date) -> Iterator[Fault]:
    """Milestones that lags put off to no day that anybody will see."""
    from leftshift.programme.network import day_of
    from leftshift.programme.timing import timetable

    found = timetable(programme, as_of)
    for at, row in enumerate(found.milestones):
        if (day := day_of(found.expected[at])).year > LATEST_YEAR:
            yield at_row(row, "due", "day out of range", found=f"{day} or later", expected=f"a day up to the year {LATEST_YEAR}", action=f"Correct the lags of what it waits for: {' → '.join(found.chain(row.milestone)[-3:])}")  # fmt: skip


def override_faults(programme: Programme, as_of: date) -> Iterator[Fault]:
    """Statuses by hand of what there is not, or that do not count. Raises CircularDependencies."""
    standing = Standing(programme, as_of)
    known = {
        "workstream": {row.workstream for row in programme.workstreams},
        "project": set(programme.project),
        "milestone": set(programme.milestone),
        "action": {row.action for row in programme.actions},
    }
    for row in programme.overrides:
        if row.named not in known[row.of]:
            yield unknown(row, "named", row.of, known[row.of], f"{row.of}s.csv")
        elif row.given_on <= as_of <= row.until:
            status = {
                "workstream": standing.workstreams,
                "project": standing.projects,
                "milestone": standing.milestones,
                "action": standing.actions,
            }[row.of][row.named]
            if why := refusal(status, row):
                yield at_row(
                    row, "status", "status by hand refused", found=WORDS[row.status],
                    expected=f"what the dates say: {WORDS[status.computed].lower()} ({status.why})",
                    action=f"{'Choose another, or remove it' if allowed(status) else 'Remove it'}: {why}",
                )  # fmt: skip


def _bound(programme: Programme) -> Iterator[Fault]:
    """What starts an intervention belongs to the project that delivers it."""
    owner = {row.intervention: row.project for row in programme.project_interventions}
    for row in programme.milestones:
        if not row.starts:
            continue
        if row.starts not in owner:
            yield at_row(row, "starts", "intervention of no project", expected="an intervention that project_interventions.csv gives to a project", action=f"Give it to {row.project}, or correct it")  # fmt: skip
        elif owner[row.starts] != row.project:
            yield at_row(row, "starts", "intervention of another project", expected=f"one of {row.project}'s: {owner[row.starts]} delivers this one", action="Correct the project or the intervention")  # fmt: skip


def _in_place(programme: Programme, place: Place) -> Iterator[Fault]:
    """What a programme names of its place is there."""
    interventions = {row.intervention for row in place.interventions}
    measures = {row.measure for row in place.measures}
    organisations = {row.code for row in place.organisations}
    named: tuple[tuple[Any, str, str, set[str], str], ...] = (
        (programme.project_interventions, "intervention", "intervention", interventions, "interventions"),
        (programme.milestones, "starts", "intervention", interventions, "interventions"),
        (programme.benefits, "intervention", "intervention", interventions, "interventions"),
        (programme.benefits, "measure", "measure", measures, "measures"),
        (programme.objectives, "measure", "measure", measures, "measures"),
        (programme.workstreams, "organisation", "organisation", organisations, "organisations"),
        (programme.projects, "organisation", "organisation", organisations, "organisations"),
        (programme.benefits, "organisation", "organisation", organisations, "organisations"),
        (programme.gate_options, "organisation", "organisation", organisations, "organisations"),
    )
    for rows, column, what, known, table in named:
        for row in rows:
            if getattr(row, column) and getattr(row, column) not in known:
                yield unknown(row, column, what, known, f"the place's {table}.csv")
