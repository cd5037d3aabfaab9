"""Calendar feeds: what is due when, for people's own calendars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from leftshift.programme.boards.deadlines import deadlines
from leftshift.programme.programme import Programme


@dataclass(frozen=True)
class Entry:
    """Something on a day: ``key`` is the same in every feed, so that calendars move it and do not double it."""

    key: str
    day: date
    title: str
    said: str


def entries(programme: Programme, as_of: date) -> Iterator[Entry]:
    """Everything open that has a day: milestones, actions, reviews of risks, gates, contacts, surveys."""
    names = {row.project: row.name for row in programme.projects}
    for row in programme.milestones:
        if _is_open(row.done, as_of):
            said = f"{names.get(row.project, row.project)}. {row.owner}".strip()
            yield Entry(f"milestone-{row.milestone}", row.due or row.baseline, f"Milestone: {row.name}", said)
    for action in programme.actions:
        if _is_open(action.done, as_of):
            yield Entry(f"action-{action.action}", action.due, f"Action: {action.text}", action.owner)
    for contact in programme.contacts:
        if _is_open(contact.done, as_of):
            key = f"contact-{contact.stakeholder}-{contact.due}"
            yield Entry(key, contact.due, f"Contact: {contact.purpose}", contact.owner)
    for survey in programme.surveys:
        yield Entry(f"survey-{survey.survey}", survey.closes, f"Survey closes: {survey.name}", "")
    yield from _reviews(programme, as_of)
    yield from _meetings(programme, as_of)


def _meetings(programme: Programme, as_of: date) -> Iterator[Entry]:
    boards = programme.boards
    for meeting in boards.held:
        if meeting.cancelled:
            continue
        body = boards.body[meeting.body].name
        where = ", ".join(filter(None, (meeting.begins, meeting.venue)))
        yield Entry(f"meeting-{meeting.meeting}", meeting.date, f"Meeting: {body}", where)
        if meeting.issued_on is None:
            for row in deadlines(boards, meeting, as_of):
                if row.due is not None and row.what == "papers":
                    yield Entry(
                        f"papers-{meeting.meeting}-{row.of}", row.due, f"Papers due: {body}", row.words
                    )


def _reviews(programme: Programme, as_of: date) -> Iterator[Entry]:
    for risk in programme.risks:
        if risk.review is not None and _is_open(risk.closed, as_of):
            yield Entry(f"risk-{risk.risk}", risk.review, f"Risk review: {risk.event}", risk.owner)
    decided = {row.gate for row in programme.gate_decisions if row.decided_on <= as_of}
    for gate in programme.gates:
        if gate.due is not None and gate.gate not in decided:
            yield Entry(f"gate-{gate.gate}", gate.due, f"Gate: {gate.name}", gate.decider)


def _is_open(done: date | None, as_of: date) -> bool:
    return done is None or done > as_of


def calendar_feed(programme: Programme, as_of: date) -> tuple[bytes, int]:
    """The feed as iCalendar (RFC 5545), and how many entries it has; whole days, stamped with the day it was made."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//leftshift//programme//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", programme.name)
    found = sorted(entries(programme, as_of), key=lambda entry: (entry.day, entry.key))
    for entry in found:
        event = Event()
        event.add("uid", f"{entry.key}@{programme.code}")
        event.add("dtstamp", datetime.combine(as_of, time(), UTC))
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("summary", entry.title)
        if entry.said:
            event.add("description", entry.said)
        calendar.add_component(event)
    feed: bytes = calendar.to_ical()
    return feed, len(found)
