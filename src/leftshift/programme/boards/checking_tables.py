"""Faults of the tables of boards that no single cell shows: bodies, members, register, papers, forward plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from leftshift.foundation.faults import Fault
from leftshift.place.seen import fault_at
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deadlines import root_of
from leftshift.programme.boards.interests import register
from leftshift.programme.boards.packing import is_undated
from leftshift.programme.boards.papers import lacks
from leftshift.programme.boards.rows import Body, Member, Paper, Topic
from leftshift.programme.boards.words import counted, plain


def bodies(boards: Boards, as_of: date) -> Iterator[Fault]:
    """Bodies that can be quorate at all, and whose chair is one of them."""
    for body in boards.bodies:
        own = list(boards.members_of(body.body))
        if not own:
            yield fault_at(
                body,
                "body",
                "board without members",
                expected="members: without them it is never quorate and decides nothing",
                action=f"Add the members of {body.name}",
            )
            continue
        yield from _chair(body, own)
        yield from _reachable(boards, body, own, as_of)


def _chair(body: Body, own: list[Member]) -> Iterator[Fault]:
    if body.chair and body.chair not in {row.member for row in own}:
        expected = f"a member of {body.name}"
        action = "Name one of its members, or add the chair to them"
        yield fault_at(body, "chair", "not a member", expected=expected, action=action)


def _reachable(boards: Boards, body: Body, own: list[Member], as_of: date) -> Iterator[Fault]:
    seats = {row.member: row for row in own if row.has_seat and row.serves_on(as_of)}
    if len(seats) < body.quorum:
        yield fault_at(
            body,
            "quorum",
            "quorum out of reach",
            found=counted(len(seats), "voting member") + f" on {as_of}",
            expected=f"at least {body.quorum}, the quorum",
            action="Correct the quorum, or add members and their terms",
        )
    for row in boards.quorum_classes:
        count = sum(seat.class_name == row.class_name for seat in seats.values())
        if row.body == body.body and count < row.at_least:
            yield fault_at(
                row,
                "class_name",
                "quorum out of reach",
                found=f"{count} of the class {plain(row.class_name)} on {as_of}",
                expected=f"at least {row.at_least}",
                action="Correct the class of members, or the rule",
            )


def members(boards: Boards, _: date) -> Iterator[Fault]:
    """Terms that end after they begin; substitutes for members of the same body."""
    for row in boards.members:
        if row.begins and row.ends and row.ends < row.begins:
            expected = f"a day on or after {row.begins}, when the term begins"
            yield fault_at(row, "ends", "ends before it begins", expected=expected, action="Correct the term")
        own = {each.member for each in boards.members_of(row.body) if each.has_seat}
        if row.substitute_for and row.substitute_for not in own:
            expected = "a member with a seat on the same body"
            action = "Name the member whose seat they may take"
            yield fault_at(row, "substitute_for", "not a member", expected=expected, action=action)


def interests(boards: Boards, as_of: date) -> Iterator[Fault]:
    """Interests declared late or not yet, and those that never had to be."""
    for entry in register(boards, as_of):
        row = entry.interest
        if row.member not in {each.member for each in boards.members_of(row.body)}:
            expected = f"a member of the body {row.body}"
            yield fault_at(row, "member", "not a member", expected=expected, action="Correct it")
        if row.ended and row.ended < row.since:
            expected = f"a day on or after {row.since}, when it arose"
            yield fault_at(row, "ended", "ends before it begins", expected=expected, action="Correct it")
        kind, action = {
            "late": ("declared late", "Note it in the register: the day cannot be mended"),
            "overdue": ("not declared", "Ask the member to declare it"),
            "not needed": (
                "need not be declared",
                "Leave it in the register or take it out: no rule asks for it",
            ),
        }.get(entry.state, ("", ""))
        if kind:
            within = f"declared by {entry.due}" if entry.due else "only what is above the threshold"
            yield fault_at(
                row, "declared_on", kind, found=entry.words.rstrip("."), expected=within, action=action
            )


def papers(boards: Boards, _: date) -> Iterator[Fault]:
    """Papers that an agenda names or that add to one, with all that their template needs."""
    on_agenda = {row.paper for row in boards.agenda}
    for paper in boards.papers:
        root = root_of(boards, paper)
        if root not in on_agenda:
            action = "Name it in the agenda, or in supplement_to the paper that it adds to"
            expected = "a paper of an item, or a supplement to one"
            yield fault_at(paper, "paper", "nothing uses it", expected=expected, action=action)
        yield from _ring(boards, paper)
    yield from _undated(boards)
    for item in boards.agenda:
        if item.kind == "procedure":
            continue
        if not item.paper and item.kind == "decision":
            expected, action = "a paper for an item that decides", "Add its paper"
            yield fault_at(item, "paper", "no paper", expected=expected, action=action)
        if item.paper in boards.paper:
            yield from _lacks(boards, boards.paper[item.paper], item.kind)


def _undated(boards: Boards) -> Iterator[Fault]:
    """Supplements to a pack that is out which do not say when they were issued: their pages have no certain place."""
    for item in boards.agenda:
        meeting = boards.meeting.get(item.meeting)
        if meeting is None or not item.paper:
            continue
        for paper in boards.papers:
            if root_of(boards, paper) == item.paper and is_undated(meeting, paper):
                expected = f"the day on which it was issued: the pack is out since {meeting.issued_on}"
                yield fault_at(paper, "issued_on", "missing value", expected=expected, action="Fill it in")


def _ring(boards: Boards, paper: Paper) -> Iterator[Fault]:
    found = boards.paper.get(root_of(boards, paper))
    if found is not None and found.supplement_to in boards.paper:
        expected = "a paper that is no supplement to this one"
        action = "Name the paper that it adds to in the end"
        yield fault_at(paper, "supplement_to", "supplements in a ring", expected=expected, action=action)


def _lacks(boards: Boards, paper: Paper, kind: str) -> Iterator[Fault]:
    for what in lacks(boards, paper.paper, kind):
        yield fault_at(
            paper,
            "paper",
            "paper incomplete",
            expected=what,
            action=f"Add it: the template of a paper for {kind} needs it",
        )


def forward_plan(boards: Boards, _: date) -> Iterator[Fault]:
    """Topics with a meeting of their body, or a month; a draft before the paper."""
    for row in boards.forward_plan:
        yield from _topic(boards, row)


def _topic(boards: Boards, row: Topic) -> Iterator[Fault]:
    meeting = boards.meeting.get(row.meeting)
    if meeting is not None and meeting.body != row.body:
        expected, action = f"a meeting of {row.body}", "Correct the meeting or the body"
        yield fault_at(row, "meeting", "meeting of another body", expected=expected, action=action)
    if not row.meeting and row.month is None:
        expected, action = "the meeting or the month that it comes to", "Fill one of them in"
        yield fault_at(row, "month", "missing value", expected=expected, action=action)
    if row.draft_by and row.final_by and row.final_by < row.draft_by:
        expected, action = f"a day on or after {row.draft_by}, when the draft is due", "Correct one of them"
        yield fault_at(row, "final_by", "out of order", expected=expected, action=action)
    if meeting is not None and row.final_by and row.final_by > meeting.date:
        expected, action = f"a day before the meeting on {meeting.date}", "Correct it"
        yield fault_at(row, "final_by", "out of order", expected=expected, action=action)
