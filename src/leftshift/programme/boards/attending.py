"""How often members came: cancelled meetings are no part of it, and apologies are told apart from absence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.rows import Meeting, Member


@dataclass(frozen=True)
class Rate:
    """A member's meetings within the term: how many were held, and how they were spent."""

    body: str
    member: str
    name: str
    meetings: int
    attended: int
    apologies: int
    substituted: int
    absent: int
    not_recorded: int

    @property
    def rate(self) -> float | None:
        """Share of the recorded meetings that the member came to; None where none is recorded."""
        recorded = self.meetings - self.not_recorded
        return self.attended / recorded if recorded else None

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "body": self.body,
            "member": self.member,
            "meetings": self.meetings,
            "attended": self.attended,
            "apologies": self.apologies,
            "substituted": self.substituted,
            "absent": self.absent,
            "not_recorded": self.not_recorded,
            "rate": self.rate,
            "rate_reason": None if self.rate is not None else "no attendance is recorded",
        }


def attendance_rates(boards: Boards, as_of: date) -> list[Rate]:
    """The rates of every member with a seat, over meetings held by a day; those that were cancelled do not count."""
    found = []
    for body in boards.bodies:
        held = [
            row for row in boards.held if row.body == body.body and not row.cancelled and row.date <= as_of
        ]
        seats = [row for row in boards.members_of(body.body) if row.has_seat]
        for member in dict.fromkeys(row.member for row in seats):
            terms = [row for row in seats if row.member == member]
            found.append(_rate(boards, terms, [row for row in held if _serves(terms, row)]))
    return found


def _serves(terms: list[Member], meeting: Meeting) -> bool:
    return any(row.serves_on(meeting.date) for row in terms)


def _rate(boards: Boards, terms: list[Member], held: list[Meeting]) -> Rate:
    last = terms[-1]
    rows = [
        next((row for row in boards.attendance_of(meeting.meeting) if row.member == last.member), None)
        for meeting in held
    ]
    states = [row.state if row else "" for row in rows]
    return Rate(
        body=last.body,
        member=last.member,
        name=last.name,
        meetings=len(held),
        attended=sum(state in {"present", "remote"} for state in states),
        apologies=states.count("apologies"),
        substituted=sum(bool(row and row.state == "apologies" and row.substitute) for row in rows),
        absent=states.count("absent"),
        not_recorded=states.count(""),
    )
