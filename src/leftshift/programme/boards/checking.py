"""Everything that is asked of boards as of a day: quorum, deadlines, exclusions, decisions, rates and faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.foundation.faults import Fault, Faults
from leftshift.programme.boards import checking_meetings, checking_tables
from leftshift.programme.boards.attending import Rate, attendance_rates
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deadlines import Deadline, deadlines
from leftshift.programme.boards.deciding import Ruling, quorum_at, rulings
from leftshift.programme.boards.interests import Entry, Exclusion, excluded, exclusions, register
from leftshift.programme.boards.questions import Heard, public_time
from leftshift.programme.boards.quorum import Quorate
from leftshift.programme.boards.rows import Meeting
from leftshift.programme.boards.working_days import library_release

Check = Callable[[Boards, date], Iterator[Fault]]
CHECKS: tuple[Check, ...] = (
    checking_tables.bodies,
    checking_tables.members,
    checking_tables.interests,
    checking_tables.papers,
    checking_tables.forward_plan,
    checking_meetings.meetings,
    checking_meetings.timely,
    checking_meetings.agenda,
    checking_meetings.attendance,
    checking_meetings.declarations,
    checking_meetings.decisions,
    checking_meetings.items_without_quorum,
    checking_meetings.questions,
)


@dataclass(frozen=True)
class ItemQuorum:
    """The quorum at an item where it is not that of the opening."""

    item: str
    found: Quorate
    excluded: tuple[str, ...]


@dataclass(frozen=True)
class MeetingQuorum:
    """The quorum of a meeting at its opening; None with the reason where it cannot be known."""

    meeting: Meeting
    found: Quorate | None
    reason: str
    by_item: tuple[ItemQuorum, ...]

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        row = self.meeting
        return {
            "meeting": row.meeting,
            "date": str(row.date),
            "body": row.body,
            **_quorum_document(self.found),
            "reason": self.reason or None,
            "by_item": [
                {"item": each.item, **_quorum_document(each.found), "excluded": list(each.excluded)}
                for each in self.by_item
            ],
        }


def _quorum_document(found: Quorate | None) -> dict[str, Any]:
    if found is None:
        return dict.fromkeys(("quorate", "present", "needed", "members", "by_class", "short", "words"))
    return {
        "quorate": found.quorate,
        "present": len(found.present),
        "needed": found.needed,
        "members": list(found.present),
        "by_class": [count.document() for count in found.by_class],
        "short": list(found.short),
        "words": found.words,
    }


@dataclass(frozen=True)
class BoardsChecked:
    """What a check of boards found."""

    boards: Boards
    as_of: date
    quorum: tuple[MeetingQuorum, ...]
    deadlines: tuple[Deadline, ...]
    exclusions: tuple[Exclusion, ...]
    decisions: tuple[Ruling, ...]
    questions: tuple[Heard, ...]
    register: tuple[Entry, ...]
    attendance: tuple[Rate, ...]
    faults: Faults

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON: stable, and documented in the guide."""
        return {
            "name": self.boards.name,
            "as_of": str(self.as_of),
            "nation": self.boards.nation,
            "bank_holidays": library_release(),
            "boards": [
                {
                    "body": row.body,
                    "name": row.name,
                    "quorum": row.quorum,
                    "members": len({each.member for each in self.boards.members_of(row.body)}),
                    "meetings": sum(each.body == row.body for each in self.boards.meetings),
                }
                for row in self.boards.bodies
            ],
            "quorum": [row.document() for row in self.quorum],
            "deadlines": [row.document() for row in self.deadlines],
            "exclusions": [row.document() for row in self.exclusions],
            "decisions": [row.document() for row in self.decisions],
            "questions": [row.document() for row in self.questions],
            "interests": [row.document() for row in self.register],
            "attendance": [row.document() for row in self.attendance],
            "faults": [fault.document() for fault in self.faults],
            "total": self.faults.total,
        }


def check_boards(boards: Boards, as_of: date, until: date | None = None) -> BoardsChecked:
    """Check boards as of a day. Whoever looks back says until when things are known: what came in between is no fault."""
    boards = boards.known_on(as_of, until or as_of)
    faults = Faults()
    for check in CHECKS:
        faults.add_all(check(boards, as_of))
    held = boards.held
    return BoardsChecked(
        boards,
        as_of,
        tuple(quorum_of(boards, row, as_of) for row in held),
        tuple(found for row in held for found in deadlines(boards, row, as_of)),
        tuple(found for row in held for found in exclusions(boards, row)),
        tuple(found for row in held for found in rulings(boards, row)),
        tuple(found for row in held for found in public_time(boards, row)),
        tuple(register(boards, as_of)),
        tuple(attendance_rates(boards, as_of)),
        faults,
    )


def quorum_of(boards: Boards, meeting: Meeting, as_of: date) -> MeetingQuorum:
    """The quorum of a meeting, and of its items where that differs. A body without members is never quorate, held or not."""
    nobody = not boards.members_of(meeting.body)
    if meeting.cancelled:
        return MeetingQuorum(meeting, None, "the meeting was cancelled", ())
    if not nobody and meeting.date > as_of:
        return MeetingQuorum(meeting, None, "the meeting is yet to be held", ())
    if not nobody and not boards.attendance_of(meeting.meeting):
        return MeetingQuorum(meeting, None, "attendance is not recorded", ())
    opening = quorum_at(boards, meeting)
    out = exclusions(boards, meeting)
    items = []
    for row in boards.agenda_of(meeting.meeting):
        found = quorum_at(boards, meeting, row.item, out)
        if set(found.present) != set(opening.present):
            items.append(ItemQuorum(row.item, found, tuple(sorted(excluded(out, row.item)))))
    return MeetingQuorum(meeting, opening, "", tuple(items))
