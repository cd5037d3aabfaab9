"""What is open and has a day, once for everything that tells people of it: digests, calendar feeds, the calendar's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.programme import Programme
from leftshift.programme.work_rows import Milestone


@dataclass(frozen=True)
class Due:
    """Something on a day.

    ``name`` is its short name, ``about`` what it belongs to, ``key`` what tells it from others of its kind, ``forecast``
    the day on which it is expected where that is not the day on which it is due.
    """

    kind: str
    name: str
    said: str
    owner: str
    day: date
    about: str = ""
    key: str = ""
    forecast: date | None = None

    @property
    def uid(self) -> str:
        """The same for the same thing on every day, and of nothing else."""
        return f"{self.kind}-{self.key or self.name}".replace(" ", "-")


def dues(checked: CheckedProgramme) -> Iterator[Due]:
    """Everything open that has a day. Raises CircularDependencies."""
    content, as_of = checked.programme, checked.as_of
    yield from _milestones(checked)
    for action in content.actions:
        if _is_open(action.done, as_of):
            yield Due("action", action.action, action.text, action.owner, action.due)
    for state in checked.register.risks:
        if state.is_open and state.risk.review is not None:
            yield Due("risk review", state.risk.risk, state.title, state.risk.owner, state.risk.review)
    yield from _others(content, as_of)


def _milestones(checked: CheckedProgramme) -> Iterator[Due]:
    standing, table = checked.standing, checked.standing.timetable
    for at, row in enumerate(table.milestones):
        if (
            standing.milestones[row.milestone].computed not in ("complete", "not_open")
            and not table.is_done[at]
        ):
            project = checked.programme.project.get(row.project)
            owner, about = owner_of(checked.programme, row), project.name if project else row.project
            due = table.due(at)
            forecast = row.due if row.due != due else None
            yield Due("milestone", row.milestone, row.name, owner, due, about, forecast=forecast)


def _others(content: Programme, as_of: date) -> Iterator[Due]:
    for entry in content.log:
        if entry.due is not None and _is_open(entry.closed, as_of):
            yield Due(entry.kind, entry.entry, entry.text, entry.owner, entry.due)
    for contact in content.contacts:
        if _is_open(contact.done, as_of):
            key = f"{contact.stakeholder}-{contact.channel}-{contact.due}"
            yield Due("contact", contact.stakeholder, contact.purpose, contact.owner, contact.due, key=key)
    for survey in content.surveys:
        yield Due("end of survey", survey.survey, survey.name, "", survey.closes)
    for topic in content.forward_plan:
        for kind, day in (("draft paper", topic.draft_by), ("final paper", topic.final_by)):
            if day is not None:
                yield Due(kind, topic.topic, topic.title, topic.owner, day)


def owner_of(content: Programme, row: Milestone) -> str:
    """Who answers for a milestone: its own owner, or its project's."""
    project = content.project.get(row.project)
    return row.owner or (project.owner if project else "")


def _is_open(done: date | None, as_of: date) -> bool:
    return done is None or done > as_of
