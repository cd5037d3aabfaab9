"""Whether decisions stand: quorum at the item, votes of those entitled, resolutions lettered in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.programme.boards.agenda import item_key
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.interests import Exclusion, excluded, exclusions
from leftshift.programme.boards.papers import letters
from leftshift.programme.boards.quorum import Quorate, Sitting, quorum
from leftshift.programme.boards.rows import Decision, Meeting
from leftshift.programme.boards.words import counted

DECIDES = ("agreed", "not_agreed")


@dataclass(frozen=True)
class Ruling:
    """A resolution, and every reason why it does not stand."""

    decision: Decision
    on: date
    refused: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether it stands."""
        return not self.refused

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        row = self.decision
        return {
            "meeting": row.meeting,
            "item": row.item,
            "resolution": row.resolution,
            "outcome": row.outcome,
            "subject": row.subject,
            "on": str(self.on),
            "stands": self.stands,
            "refused": list(self.refused),
        }


def quorum_at(
    boards: Boards, meeting: Meeting, item: str = "", found: list[Exclusion] | None = None
) -> Quorate:
    """The quorum of a meeting at an item, without those who may not take part in it; at the opening where none is named."""
    out = frozenset[str]()
    agenda = boards.agenda_of(meeting.meeting)
    if item:
        out = excluded(exclusions(boards, meeting) if found is None else found, item)
    return quorum(
        boards.body[meeting.body],
        boards.quorum_classes,
        boards.members_of(meeting.body),
        boards.attendance_of(meeting.meeting),
        Sitting(meeting.date, item, out, agenda[0].item if agenda else ""),
    )


def rulings(boards: Boards, meeting: Meeting) -> list[Ruling]:
    """Every resolution of a meeting, in the order of items and letters, and whether it stands."""
    rows = sorted(
        boards.decisions_of(meeting.meeting),
        key=lambda row: (item_key(row.item), len(row.resolution), row.resolution),
    )
    found = exclusions(boards, meeting)
    return [Ruling(row, meeting.date, tuple(_refused(boards, meeting, row, rows, found))) for row in rows]


def decisions_on(boards: Boards, subject: str, as_of: date) -> list[Ruling]:
    """Every resolution on a subject such as ``gate:four_tests`` taken by a day, the earliest first."""
    held = [row for row in boards.held if row.date <= as_of]
    return [
        ruling
        for meeting in held
        for ruling in rulings(boards, meeting)
        if ruling.decision.subject == subject
    ]


def _refused(
    boards: Boards, meeting: Meeting, row: Decision, rows: list[Decision], found: list[Exclusion]
) -> Iterator[str]:
    if meeting.cancelled:
        yield "the meeting was cancelled"
        return
    if row.item not in {item.item for item in boards.agenda_of(meeting.meeting)}:
        yield f"the agenda has no item {row.item}"
    own = [each.resolution for each in rows if each.item == row.item]
    if own != letters(len(own)):
        yield f"the resolutions of an item are lettered a, b, c in order, and these are {', '.join(own)}"
    at_item = quorum_at(boards, meeting, row.item, found)
    if row.outcome in DECIDES and not at_item.quorate:
        yield f"no quorum at the item: {'; '.join(at_item.short)}"
    yield from _votes(boards, meeting, row, found)


def entitled(boards: Boards, meeting: Meeting, item: str, found: list[Exclusion]) -> list[str]:
    """Who may vote on an item: in the room, with a vote, and not kept from it by an interest."""
    out = excluded(found, item)
    seats = quorum_at(boards, meeting, item, found).seats
    return [seat.sits for seat in seats if seat.counts and seat.sits not in out]


def _votes(boards: Boards, meeting: Meeting, row: Decision, found: list[Exclusion]) -> Iterator[str]:
    may = entitled(boards, meeting, row.item, found)
    cast = sum(votes or 0 for votes in (row.votes_for, row.votes_against, row.abstained))
    if cast > len(may):
        yield f"{counted(cast, 'vote')} and abstentions, and {len(may)} were entitled to vote"
    more, less = row.votes_for or 0, row.votes_against or 0
    if (row.outcome == "agreed" and (more < less or row.votes_for == 0)) or (
        row.outcome == "not_agreed" and more > less
    ):
        yield f"{more} for and {less} against, and the outcome is {row.outcome.replace('_', ' ')}"
    if row.moved_by in excluded(found, row.item):
        yield f"moved by {row.moved_by}, who may not take part in the item"
    elif row.moved_by and row.moved_by not in may:
        yield f"moved by {row.moved_by}, who was not there with a vote"
