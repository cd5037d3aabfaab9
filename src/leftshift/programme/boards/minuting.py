"""A draft of the minutes: from agenda, attendance, declarations, decisions and what the public asked.

Nothing in it is new: it says what the tables say, in the order of the agenda. What is exempt is marked, so that whoever prints it
can leave it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deciding import Ruling, quorum_at, rulings
from leftshift.programme.boards.interests import Exclusion, exclusions
from leftshift.programme.boards.questions import public_time
from leftshift.programme.boards.rows import AgendaItem, Attendance, Meeting
from leftshift.programme.boards.words import day_words, listed, moved_words

MinutedAction = tuple[str, str, str, date | None]
"""Reference of a minute such as 3a, what is to be done, by whom, by when."""
_OUTCOMES = {"agreed": "Resolved", "not_agreed": "Not agreed", "deferred": "Deferred", "noted": "Noted"}


@dataclass(frozen=True)
class MinutedItem:
    """An item of the minutes: sentences, then resolutions with their letters."""

    item: str
    title: str
    exempt: bool
    sentences: tuple[str, ...]
    resolutions: tuple[tuple[str, str, bool], ...]
    """Letter, text, and whether it is kept from the public."""


@dataclass(frozen=True)
class Minutes:
    """The minutes of a meeting, as a draft until they are approved."""

    meeting: Meeting
    body: str
    status: str
    opening: tuple[str, ...]
    items: tuple[MinutedItem, ...]
    actions: tuple[MinutedAction, ...]


def minutes_of(boards: Boards, meeting: Meeting, actions: Sequence[MinutedAction] = ()) -> Minutes:
    """The minutes of a meeting; ``actions`` are those that came of it, each with the reference of its minute."""
    approved = meeting.minutes_approved_on
    status = f"Approved on {day_words(approved)}" if approved else "Draft, not yet approved"
    body = boards.body[meeting.body].name
    moved = (f"The meeting was {moved_words(meeting.was, meeting.moved_on)}.",) if meeting.was else ()
    if meeting.cancelled:
        return Minutes(meeting, body, status, (*moved, "The meeting was cancelled."), (), ())
    found, decided = exclusions(boards, meeting), rulings(boards, meeting)
    items = tuple(_item(boards, meeting, row, found, decided) for row in boards.agenda_of(meeting.meeting))
    return Minutes(meeting, body, status, (*moved, *_opening(boards, meeting)), items, tuple(actions))


def _opening(boards: Boards, meeting: Meeting) -> list[str]:
    rows = boards.attendance_of(meeting.meeting)
    if not rows:
        return ["Attendance is not recorded."]
    texts = []
    if meeting.chair:
        texts.append(f"In the chair: {boards.person(meeting.chair, meeting.body)}.")
    present = [_name(boards, meeting, row) for row in rows if row.state in {"present", "remote"}]
    stood_in = [
        f"{boards.person(row.substitute, meeting.body)} for {boards.person(row.member, meeting.body)}"
        for row in rows
        if row.substitute
    ]
    for label, names in (
        ("Present", present),
        ("Substitutes", stood_in),
        ("Apologies", [boards.person(row.member, meeting.body) for row in rows if row.state == "apologies"]),
        ("Absent", [boards.person(row.member, meeting.body) for row in rows if row.state == "absent"]),
    ):
        if names:
            texts.append(f"{label}: {'; '.join(names)}.")
    texts.append(quorum_at(boards, meeting).words)
    return texts


def _name(boards: Boards, meeting: Meeting, row: Attendance) -> str:
    parts = [
        "from elsewhere" if row.state == "remote" else "",
        f"from item {row.arrived_item}" if row.arrived_item else "",
        f"until item {row.left_item}" if row.left_item else "",
    ]
    said = ", ".join(part for part in parts if part)
    return boards.person(row.member, meeting.body) + (f" ({said})" if said else "")


def _item(
    boards: Boards, meeting: Meeting, row: AgendaItem, found: list[Exclusion], decided: list[Ruling]
) -> MinutedItem:
    texts = [f"The public was excluded: {row.exempt_reason or 'no reason is given'}."] if row.exempt else []
    there = _there(boards, meeting)
    texts += [
        _declared(boards, meeting, each, exempt=row.exempt)
        for each in found
        if each.item == row.item and each.member in there
    ]
    own = [each for each in decided if each.decision.item == row.item]
    at_item = quorum_at(boards, meeting, row.item, found)
    if own and not at_item.quorate:
        texts.append(at_item.words)
    if "question" in row.title.casefold() and row.kind == "procedure":
        texts += _public(boards, meeting)
    lines = tuple(
        (each.decision.resolution, _resolved(boards, meeting, each), each.decision.exempt) for each in own
    )
    return MinutedItem(row.item, row.title, row.exempt, tuple(texts), lines)


def _there(boards: Boards, meeting: Meeting) -> set[str]:
    rows = boards.attendance_of(meeting.meeting)
    came = {row.member for row in rows if row.state in {"present", "remote"}}
    return came | {row.substitute for row in rows if row.substitute}


def _declared(boards: Boards, meeting: Meeting, found: Exclusion, *, exempt: bool) -> str:
    who = boards.person(found.member, meeting.body)
    why = "has an interest" if exempt else found.why
    return f"{who} {why}; {'left for the item' if found.leaves else 'stayed and did not vote'}."


def _resolved(boards: Boards, meeting: Meeting, ruling: Ruling) -> str:
    row = ruling.decision
    votes = [
        f"{number} {word}"
        for number, word in (
            (row.votes_for, "for"),
            (row.votes_against, "against"),
            (row.abstained, "abstained"),
        )
        if number is not None
    ]
    moved = f"moved by {boards.person(row.moved_by, meeting.body)}" if row.moved_by else ""
    details = "; ".join(part for part in (moved, listed(votes)) if part)
    refused = "" if ruling.stands else f" This resolution does not stand: {'; '.join(ruling.refused)}."
    return f"{_OUTCOMES[row.outcome]}: {row.text}{f' ({details})' if details else ''}{refused}"


def _public(boards: Boards, meeting: Meeting) -> list[str]:
    texts = []
    for found in public_time(boards, meeting):
        row = found.question
        short = ", at short notice" if found.short_notice else ""
        how = " Answered in writing." if found.over else ""
        answer = f" {row.answered_by or 'Answer'}: {row.answer}" if row.answer else ""
        more = f" Further: {row.supplementary}" if row.supplementary else ""
        texts.append(f"{row.kind.capitalize()} of {row.asked_by}{short}: {row.text}{how}{answer}{more}")
    return texts or ["Nothing came from the public."]
