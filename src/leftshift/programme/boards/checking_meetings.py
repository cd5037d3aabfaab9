"""Faults of what meetings did: dates, agenda, attendance, declarations, decisions, the time of the public."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from leftshift.foundation.faults import Fault
from leftshift.place.row import Row
from leftshift.place.seen import fault_at
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deadlines import Deadline, clock_of, deadlines, is_short_notice
from leftshift.programme.boards.deciding import quorum_at, rulings
from leftshift.programme.boards.interests import exclusions, matches
from leftshift.programme.boards.questions import public_time
from leftshift.programme.boards.rows import AgendaItem, Attendance, Meeting
from leftshift.programme.boards.words import hour_of, plain

_JUDGED = ("papers", "paper", "new_date", "key_decision_notice")


def meetings(boards: Boards, as_of: date) -> Iterator[Fault]:
    """Meetings whose days hold together, and whose record is there once they were held."""
    for row in boards.held:
        yield from _moved(row)
        if row.begins[:1].isdigit() and hour_of(row.begins) is None:
            expected, action = (
                "an hour, such as 14:00 or 2pm",
                "Correct it: calendars show the meeting at its hour",
            )
            yield fault_at(row, "begins", "no hour", found=row.begins, expected=expected, action=action)
        if row.cancelled and boards.attendance_of(row.meeting):
            expected, action = "no attendance at a cancelled meeting", "Take it out, or correct the meeting"
            yield fault_at(row, "cancelled", "cancelled and held", expected=expected, action=action)
        elif not row.cancelled and row.date < as_of and not boards.attendance_of(row.meeting):
            expected, action = "attendance of a meeting that was held", "Record who was there"
            yield fault_at(row, "meeting", "attendance not recorded", expected=expected, action=action)


def _moved(row: Meeting) -> Iterator[Fault]:
    for name, other in (("moved_on", "was"), ("was", "moved_on")):
        if getattr(row, name) is None and getattr(row, other) is not None:
            expected = f"{name}, as {other} is given: without both no clock can be restarted"
            yield fault_at(row, name, "missing value", expected=expected, action="Fill it in")
    if row.was is not None and row.was == row.date:
        expected, action = "the day it was called for first, another than its date", "Correct one of them"
        yield fault_at(row, "was", "moved to the same day", expected=expected, action=action)


def timely(boards: Boards, as_of: date) -> Iterator[Fault]:
    """What was issued or said late, or is overdue, each at its row."""
    for meeting in boards.held:
        for found in deadlines(boards, meeting, as_of):
            if found.what in _JUDGED and found.state in {"late", "overdue"}:
                yield _late(boards, meeting, found)


def _late(boards: Boards, meeting: Meeting, found: Deadline) -> Fault:
    row: Row = meeting
    column = {"new_date": "moved_on", "key_decision_notice": "notice_on"}.get(found.what, "issued_on")
    action = "Say at the meeting why, and by which rule it is taken all the same"
    if found.what == "paper":
        paper = boards.paper[found.of]
        row, action = paper, (f"Reason given: {paper.late_reason}" if paper.late_reason else action)
    if found.what == "key_decision_notice":
        row = next(topic for topic in boards.forward_plan if topic.topic == found.of)
    kind = "late" if found.state == "late" else "overdue"
    said = found.words.rstrip(".")
    return fault_at(row, column, kind, found=said, expected=f"by {found.due}", action=action)


def agenda(boards: Boards, _: date) -> Iterator[Fault]:
    """Exempt items that say why; items held apart by plan area that say which."""
    for row in boards.agenda:
        if row.exempt and not row.exempt_reason:
            expected, action = (
                "the reason why the public is excluded",
                "Name the rule, or take the item in public",
            )
            yield fault_at(row, "exempt_reason", "missing value", expected=expected, action=action)
        if row.takes_part_by == "plan_area" and not row.concerns:
            expected, action = "the plan area that the item concerns", "Name it: members are matched with it"
            yield fault_at(row, "concerns", "missing value", expected=expected, action=action)


def attendance(boards: Boards, as_of: date) -> Iterator[Fault]:
    """Attendance of people of the body, at items that there are, with nobody in two seats."""
    for meeting in boards.held:
        rows = boards.attendance_of(meeting.meeting)
        items = {row.item for row in boards.agenda_of(meeting.meeting)}
        substitutes = Counter(row.substitute for row in rows if row.substitute)
        for row in rows:
            yield from _who(boards, meeting, row, as_of)
            yield from _when(row, items)
            if substitutes[row.substitute] > 1:
                expected, action = (
                    "a substitute in one seat only",
                    "Correct one of the two: only the first counts",
                )
                yield fault_at(row, "substitute", "in two seats", expected=expected, action=action)


def _who(boards: Boards, meeting: Meeting, row: Attendance, as_of: date) -> Iterator[Fault]:
    terms = [each for each in boards.members_of(meeting.body) if each.member == row.member]
    if not terms:
        expected = f"somebody of {boards.body[meeting.body].name}"
        yield fault_at(
            row, "member", "not a member", expected=expected, action="Add them, or take the row out"
        )
    elif not any(each.serves_on(meeting.date) for each in terms):
        expected = f"a member whose term covers {meeting.date}"
        action = "Correct the term: out of it they do not count"
        yield fault_at(row, "member", "out of term", expected=expected, action=action)
    if row.substitute and row.state in {"present", "remote"}:
        expected, action = "no substitute of a member who is there", "Correct one of them"
        yield fault_at(row, "substitute", "member and substitute", expected=expected, action=action)
    elif row.substitute and (row.member, row.substitute) not in {
        (each.substitute_for, each.member) for each in boards.members_of(meeting.body)
    }:
        expected = f"one named as a substitute for {row.member}"
        action = "Name them so among the members, or the seat does not count"
        yield fault_at(row, "substitute", "not a substitute", expected=expected, action=action)
    if meeting.date > as_of and row.state in {"present", "remote"}:
        expected = f"apologies, as the meeting is on {meeting.date}"
        yield fault_at(row, "state", "not held yet", expected=expected, action="Record it after the meeting")


def _when(row: Attendance, items: set[str]) -> Iterator[Fault]:
    for column in ("arrived_item", "left_item"):
        value = getattr(row, column)
        if value and value not in items:
            expected, action = "an item of the agenda of this meeting", "Correct it"
            yield fault_at(row, column, "unknown item", expected=expected, action=action)


def declarations(boards: Boards, as_of: date) -> Iterator[Fault]:
    """Declarations tied to items; what the register has and nobody declared; staying in spite of money."""
    for meeting in boards.held:
        items = {row.item for row in boards.agenda_of(meeting.meeting)}
        own = {row.member for row in boards.members_of(meeting.body)}
        for row in boards.declarations_of(meeting.meeting):
            if row.item not in items:
                expected, action = "an item of the agenda of this meeting", "Correct it"
                yield fault_at(row, "item", "unknown item", expected=expected, action=action)
            if row.member not in own:
                expected = f"a member of {boards.body[meeting.body].name}"
                yield fault_at(row, "member", "not a member", expected=expected, action="Correct it")
            if row.kind == "financial" and not row.leaves and not row.by_rule:
                expected = "the rule, or who ruled that a member with a financial interest stays"
                yield fault_at(row, "by_rule", "missing value", expected=expected, action="Fill it in")
        if meeting.date < as_of and not meeting.cancelled:
            yield from _undeclared(boards, meeting)


def _undeclared(boards: Boards, meeting: Meeting) -> Iterator[Fault]:
    declared = {(row.item, row.member) for row in boards.declarations_of(meeting.meeting)}
    there = {
        name
        for row in boards.attendance_of(meeting.meeting)
        for name in (row.member if row.state in {"present", "remote"} else "", row.substitute)
    }
    own = {row.member for row in boards.members_of(meeting.body)}
    for item in boards.agenda_of(meeting.meeting):
        came = [name for name in sorted(own & there) if (item.item, name) not in declared and item.concerns]
        for row in (row for name in came for row in boards.interests_of(name)):
            if matches(row, item, meeting.date):
                yield fault_at(
                    row,
                    "interest",
                    "not declared at the item",
                    expected=f"a declaration at item {item.item} of {meeting.meeting}, which concerns {item.concerns}",
                    action="Record it; until then the register alone keeps the member from the item",
                )


def decisions(boards: Boards, as_of: date) -> Iterator[Fault]:
    """Meetings and items without a quorum, and resolutions that do not stand."""
    for meeting in boards.held:
        if not meeting.cancelled and meeting.date <= as_of and boards.attendance_of(meeting.meeting):
            found = quorum_at(boards, meeting)
            if not found.quorate:
                expected = f"a quorum of {found.needed}"
                action = "Decisions wait, or are taken again by a quorate meeting"
                yield fault_at(
                    meeting,
                    "meeting",
                    "not quorate",
                    found="; ".join(found.short),
                    expected=expected,
                    action=action,
                )
        for ruling in rulings(boards, meeting):
            for why in ruling.refused:
                yield fault_at(
                    ruling.decision,
                    "resolution",
                    "decision refused",
                    found=why,
                    expected="a resolution that stands",
                    action="Correct the record, or have it decided again",
                )


def questions(boards: Boards, _: date) -> Iterator[Fault]:
    """What is over the time of the public, and short notice that is not marked as such."""
    for meeting in boards.held:
        clock = clock_of(boards, meeting)
        for found in public_time(boards, meeting):
            row = found.question
            if found.over:
                expected, action = "an end within the time of the public", "Answer it in writing"
                yield fault_at(
                    row, "minutes", "over the time", found=found.over, expected=expected, action=action
                )
            if is_short_notice(clock, row) and not row.short_notice:
                expected = f"short_notice, as it came after the day on which {plain(row.kind)}s close"
                action = "Mark it: it counts as short notice either way"
                yield fault_at(row, "short_notice", "short notice", expected=expected, action=action)


def items_without_quorum(boards: Boards, as_of: date) -> Iterator[Fault]:
    """Items at which a meeting that began quorate was not."""
    for meeting in boards.held:
        if meeting.cancelled or meeting.date > as_of or not boards.attendance_of(meeting.meeting):
            continue
        out = exclusions(boards, meeting)
        if not quorum_at(boards, meeting).quorate:
            continue
        for item in boards.agenda_of(meeting.meeting):
            found = quorum_at(boards, meeting, item.item, out)
            if not found.quorate:
                yield _item_fault(item, found.short)


def _item_fault(item: AgendaItem, short: tuple[str, ...]) -> Fault:
    return fault_at(
        item,
        "item",
        "not quorate at the item",
        found="; ".join(short),
        expected="a quorum at the item",
        action="Defer it, or have it decided by a quorate meeting",
    )
