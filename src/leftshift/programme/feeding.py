"""Calendar feeds: what is due when, for people's own calendars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deadlines import deadlines
from leftshift.programme.boards.parameters import parameter
from leftshift.programme.boards.rows import Meeting
from leftshift.programme.boards.words import hour_of, long_day, moved_words
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.dues import Due, dues
from leftshift.programme.programme import Programme

if TYPE_CHECKING:
    from icalendar import Event

_HERE = ZoneInfo("Europe/London")  # the hours of meetings are those of the clock on the wall


@dataclass(frozen=True)
class Entry:
    """Something on a day: ``key`` is the same in every feed, so that calendars move it and do not double it.

    A meeting has the hour at which it ``begins`` where the record names one, and ``where`` it is held.
    """

    key: str
    day: date
    title: str
    said: str
    begins: time | None = None
    where: str = ""

    @property
    def words(self) -> str:
        """The hour, the place and what else there is to know, in one line."""
        return ", ".join(filter(None, (f"{self.begins:%H:%M}" if self.begins else "", self.where, self.said)))


def entries(checked: CheckedProgramme) -> Iterator[Entry]:
    """Everything open that has a day, gates that are not passed, meetings and their papers. Raises CircularDependencies."""
    for due in dues(checked):
        yield _due(due, checked.as_of)
    for state in checked.gates:
        if state.gate.due is not None and state.waits:
            yield Entry(
                f"gate-{state.gate.gate}", state.gate.due, f"Gate: {state.gate.name}", state.gate.decider
            )
    for meeting in checked.programme.boards.held:
        if not meeting.cancelled:
            yield from _meeting(checked.programme.boards, meeting, checked.as_of)


def _due(due: Due, as_of: date) -> Entry:
    """What is due; once its day has gone by it stands where it is expected, so that it is still to come in calendars."""
    day, said = due.day, [due.about, due.owner]
    if due.forecast and day < as_of:
        day = due.forecast
        said.append(f"It was due on {long_day(due.day)}")
    elif due.forecast:
        said.append(f"It is expected on {long_day(due.forecast)}")
    return Entry(due.uid, day, f"{due.kind.capitalize()}: {due.said}", ". ".join(filter(None, said)))


def _meeting(boards: Boards, meeting: Meeting, as_of: date) -> Iterator[Entry]:
    body, hour = boards.body[meeting.body].name, hour_of(meeting.begins)
    said = [] if hour or not meeting.begins else [meeting.begins]
    if meeting.was is not None:
        said.append(moved_words(meeting.was, meeting.moved_on))
    yield Entry(
        f"meeting-{meeting.meeting}", meeting.date, f"Meeting: {body}", ", ".join(said), hour, meeting.venue
    )
    if meeting.issued_on is not None and meeting.issued_on <= as_of:
        return
    for row in deadlines(boards, meeting, as_of):
        if row.due is not None and row.what == "papers":
            yield Entry(f"papers-{meeting.meeting}-{row.of}", row.due, f"Papers due: {body}", row.words)


def calendar_feed(programme: Programme, as_of: date) -> tuple[bytes, int]:
    """The feed as iCalendar (RFC 5545), and how many entries it has; stamped with the day it was made.

    Meetings with an hour stand at it, for as long as the parameter ``meeting_hours`` says; all else is of whole days.
    Raises CircularDependencies.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//leftshift//programme//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", programme.name)
    found = sorted(entries(CheckedProgramme(programme, as_of)), key=lambda entry: (entry.day, entry.key))
    for entry in found:
        calendar.add_component(_event(entry, programme.code, as_of))
    calendar.add_missing_timezones()
    feed: bytes = calendar.to_ical()
    return feed, len(found)


def _event(entry: Entry, code: str, as_of: date) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.key}@{code}")
    event.add("dtstamp", datetime.combine(as_of, time(), UTC))
    if entry.begins is None:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
    else:
        begins = datetime.combine(entry.day, entry.begins, _HERE)
        event.add("dtstart", begins)
        event.add("dtend", begins + timedelta(hours=float(parameter("meeting_hours"))))
    event.add("summary", entry.title)
    if entry.where:
        event.add("location", entry.where)
    if entry.said:
        event.add("description", entry.said)
    return event
