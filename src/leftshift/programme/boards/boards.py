"""The tables of boards together, and what is asked of them by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import Any

from leftshift.programme.boards import rows
from leftshift.programme.boards.agenda import in_order
from leftshift.programme.boards.working_days import WorkingDays


@dataclass(frozen=True)
class Boards:
    """Every table of boards: data only. Names are those of the tables of schema.toml."""

    bodies: tuple[rows.Body, ...] = ()
    quorum_classes: tuple[rows.QuorumClass, ...] = ()
    members: tuple[rows.Member, ...] = ()
    interests: tuple[rows.Interest, ...] = ()
    meetings: tuple[rows.Meeting, ...] = ()
    forward_plan: tuple[rows.Topic, ...] = ()
    agenda: tuple[rows.AgendaItem, ...] = ()
    papers: tuple[rows.Paper, ...] = ()
    paper_parts: tuple[rows.PaperPart, ...] = ()
    paper_risks: tuple[rows.PaperRisk, ...] = ()
    attendance: tuple[rows.Attendance, ...] = ()
    declarations: tuple[rows.Declaration, ...] = ()
    decisions: tuple[rows.Decision, ...] = ()
    questions: tuple[rows.Question, ...] = ()
    closures: tuple[rows.Closure, ...] = ()
    nation: str = "england"
    name: str = ""

    @classmethod
    def of(cls, tables: Mapping[str, Sequence[Any]], *, nation: str = "england", name: str = "") -> Boards:
        """From rows by table; tables of other subjects are passed over."""
        own = {entry.name for entry in fields(cls)} - {"nation", "name"}
        given: dict[str, Any] = {table: tuple(found) for table, found in tables.items() if table in own}
        return cls(nation=nation, name=name, **given)

    @cached_property
    def body(self) -> Mapping[str, rows.Body]:
        """Bodies by their short names."""
        return {row.body: row for row in self.bodies}

    @cached_property
    def meeting(self) -> Mapping[str, rows.Meeting]:
        """Meetings by their short names."""
        return {row.meeting: row for row in self.meetings}

    @cached_property
    def paper(self) -> Mapping[str, rows.Paper]:
        """Papers by their short names."""
        return {row.paper: row for row in self.papers}

    @cached_property
    def held(self) -> tuple[rows.Meeting, ...]:
        """Meetings whose body is known, by date."""
        known = (row for row in self.meetings if row.body in self.body)
        return tuple(sorted(known, key=lambda row: (row.date, row.meeting)))

    @cached_property
    def _attendance(self) -> Mapping[str, list[rows.Attendance]]:
        return _by(self.attendance, "meeting")

    @cached_property
    def _declarations(self) -> Mapping[str, list[rows.Declaration]]:
        return _by(self.declarations, "meeting")

    @cached_property
    def _decisions(self) -> Mapping[str, list[rows.Decision]]:
        return _by(self.decisions, "meeting")

    @cached_property
    def _questions(self) -> Mapping[str, list[rows.Question]]:
        return _by(self.questions, "meeting")

    @cached_property
    def _agenda(self) -> Mapping[str, list[rows.AgendaItem]]:
        return {name: in_order(found, name) for name, found in _by(self.agenda, "meeting").items()}

    @cached_property
    def _members(self) -> Mapping[str, list[rows.Member]]:
        return _by(self.members, "body")

    @cached_property
    def _interests(self) -> Mapping[str, list[rows.Interest]]:
        return _by(self.interests, "member")

    @cached_property
    def _parts(self) -> Mapping[str, list[rows.PaperPart]]:
        return _by(self.paper_parts, "paper")

    @cached_property
    def _risks(self) -> Mapping[str, list[rows.PaperRisk]]:
        return _by(self.paper_risks, "paper")

    @cached_property
    def worked_out(self) -> dict[str, Any]:
        """What was worked out of these tables before, by a name: they never change, so that it holds."""
        return {}

    def interests_of(self, member: str) -> Sequence[rows.Interest]:
        """What the register has of a member, on whichever body."""
        return self._interests.get(member, [])

    def parts_of(self, paper: str) -> Sequence[rows.PaperPart]:
        """The parts of a paper, in the order of their rows."""
        return self._parts.get(paper, [])

    def risks_of(self, paper: str) -> Sequence[rows.PaperRisk]:
        """The risks of a paper."""
        return self._risks.get(paper, [])

    def attendance_of(self, meeting: str) -> Sequence[rows.Attendance]:
        """Who was at a meeting."""
        return self._attendance.get(meeting, [])

    def declarations_of(self, meeting: str) -> Sequence[rows.Declaration]:
        """What was declared at a meeting."""
        return self._declarations.get(meeting, [])

    def decisions_of(self, meeting: str) -> Sequence[rows.Decision]:
        """What a meeting decided."""
        return self._decisions.get(meeting, [])

    def questions_of(self, meeting: str) -> Sequence[rows.Question]:
        """What the public asked of a meeting."""
        return self._questions.get(meeting, [])

    def agenda_of(self, meeting: str) -> Sequence[rows.AgendaItem]:
        """The items of a meeting in order."""
        return self._agenda.get(meeting, [])

    def members_of(self, body: str) -> Sequence[rows.Member]:
        """Everybody of a body, whatever their term."""
        return self._members.get(body, [])

    def known_on(self, day: date, until: date) -> Boards:
        """As they were known on a day: without what meetings after it did, and with the days of before those moved since.

        What lies after ``until`` stays: nobody can know it, so that it is a slip.
        """
        later = {row.meeting for row in self.meetings if day < row.date <= until}
        meetings = tuple(
            replace(row, date=row.was, was=None, moved_on=None)
            if row.was is not None and row.moved_on is not None and day < row.moved_on <= until
            else row
            for row in self.meetings
        )
        if not later and meetings == self.meetings:
            return self
        return replace(
            self,
            meetings=meetings,
            attendance=tuple(row for row in self.attendance if row.meeting not in later),
            declarations=tuple(row for row in self.declarations if row.meeting not in later),
            decisions=tuple(row for row in self.decisions if row.meeting not in later),
        )

    def person(self, member: str, body: str = "") -> str:
        """How minutes name a member, of a body where they are of several; the short name where nobody is known by it."""
        found = [row for row in self.members if row.member == member]
        best = next((row for row in found if row.body == body), found[0] if found else None)
        return best.name if best else member

    def working_days(self, body: str) -> WorkingDays:
        """The working days of a body: bank holidays of the nation, and the closures of the body and of all."""
        closures: dict[date, str] = {row.day: row.reason for row in self.closures if row.body in {"", body}}
        return WorkingDays(self.nation, closures)


def _by(found: Sequence[Any], column: str) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in found:
        grouped.setdefault(getattr(row, column), []).append(row)
    return grouped
