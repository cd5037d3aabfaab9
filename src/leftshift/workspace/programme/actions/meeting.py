"""What is recorded of a meeting: that it is called, moved or cancelled, who was there, what was declared, what the public asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.rows import Meeting
from leftshift.programme.boards.words import day_words
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.programme.actions.keeping import Facts, Records, Refused, keeping
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.record.models import record_event

STATES = {"present": "Present", "remote": "From elsewhere", "apologies": "Apologies", "absent": "Absent"}
INTERESTS = {
    "financial": "Financial",
    "non_financial_professional": "Non-financial professional",
    "non_financial_personal": "Non-financial personal",
    "indirect": "Indirect",
}
ASKED = {"question": "Question", "statement": "Statement", "deputation": "Deputation", "petition": "Petition"}
PUBLISHED = "published"
"""The basis of what was recorded of a meeting: the meeting itself is its source."""
_THERE = ("present", "remote")
_LONGEST_NAME = 60


def new_name(words: str, taken: Collection[str]) -> str:
    """A short name made of words, another than those that are taken."""
    found = re.sub("[^a-z0-9]+", "_", words.casefold()).strip("_")[:_LONGEST_NAME].rstrip("_")
    first = found if found[:1].isalpha() else f"n_{found}".rstrip("_")
    name, number = first, 1
    while name in taken:
        number += 1
        name = f"{first}_{number}"
    return name


def day_of(text: str, what: str) -> date:
    """A day that a form sent. Raises Refused."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as problem:
        raise Refused(f"Say {what}: a day such as 2026-04-09") from problem


def meeting_of(boards: Boards, meeting: str) -> Meeting:
    """A meeting that there is and that was not cancelled; Refused otherwise."""
    found = boards.meeting.get(meeting)
    if found is None:
        raise Refused("There is no such meeting any more")
    if found.cancelled:
        raise Refused("The meeting was cancelled")
    return found


def being_recorded(boards: Boards, meeting: str) -> Meeting:
    """A meeting whose minutes are not approved yet: until then it is recorded what happened. Raises Refused."""
    found = meeting_of(boards, meeting)
    if found.minutes_approved_on:
        raise Refused(f"Its minutes were approved on {day_words(found.minutes_approved_on)}: a correction is recorded at a later meeting")  # fmt: skip
    return found


def add_meeting(held: Programme, given: Facts, *, by: Person) -> str:
    """Call a meeting; gives its short name. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        boards, day = records.content().boards, day_of(given.get("date", ""), "on which day it is")
        body = boards.body.get(given.get("body", ""))
        if body is None:
            raise Refused("Choose the body that meets")
        if any(row.body == body.body and row.date == day and not row.cancelled for row in boards.meetings):
            raise Refused(f"{body.name} meets on {day_words(day)} already")
        name = new_name(f"{body.body} {day:%Y_%m_%d}", list(boards.meeting))
        cells = {
            "meeting": name,
            "body": body.body,
            "date": str(day),
            "public": "yes" if body.public else "no",
        }
        records.add("meetings", cells | {column: given.get(column, "") for column in ("begins", "venue")})
    return name


def change_meeting(held: Programme, meeting: str, given: Facts, *, seen: int, by: Person) -> None:
    """Move or cancel a meeting, or change its hour and place. Raises NotAllowed, Refused, Clashed."""
    with keeping(held, by, seen) as records:
        row, facts = records.one("meetings", meeting=meeting)
        if facts.get("minutes_approved_on"):
            raise Refused("Its minutes are approved: it stays as it is")
        if given.get("cancelled") and records.rows("attendance", meeting=meeting):
            raise Refused("It was held: attendance is recorded")
        cells = {
            "begins": given.get("begins", ""),
            "venue": given.get("venue", ""),
            "cancelled": "yes" if given.get("cancelled") else "no" if facts.get("cancelled") else "",
            **_moved(facts, day_of(given.get("date", ""), "on which day it is"), records.today),
        }
        records.set_cells("meetings", row, cells)


def _moved(facts: Facts, day: date, today: date) -> dict[str, str]:
    """What changes where a meeting is moved to another day; back on its first day it was not moved."""
    if str(day) == facts["date"]:
        return {}
    was = facts.get("was") or facts["date"]
    if was == str(day):
        return {"date": str(day), "was": "", "moved_on": ""}
    return {"date": str(day), "was": was, "moved_on": str(today)}


def record_attendance(
    held: Programme, meeting: str, given: Mapping[str, Facts], *, chair: str, seen: int, by: Person
) -> None:
    """Record who was there: member to state, substitute, and the items at which they came and left.

    Raises NotAllowed, Refused, Clashed.
    """
    with keeping(held, by, seen) as records:
        boards = records.content().boards
        found = being_recorded(boards, meeting)
        recorded = {member: cells for member, cells in given.items() if cells.get("state")}
        _check_recorded(boards, found, recorded)
        for member, cells in recorded.items():
            _check_attendance(boards, found, member, cells, records.today)
        _check_chair(boards, found, chair)
        records.set_rows(
            "attendance",
            [{"meeting": meeting, "member": member, **cells} for member, cells in recorded.items()],
            lambda facts: facts.get("meeting") == meeting and facts.get("member") in given,
            PUBLISHED,
        )
        row, _ = records.one("meetings", meeting=meeting)
        records.set_cells("meetings", row, {"chair": chair})


def _check_recorded(boards: Boards, meeting: Meeting, recorded: Mapping[str, Facts]) -> None:
    """Refused where nobody is recorded: to clear what was recorded is one thing, to save an empty form another."""
    if recorded:
        return
    if not boards.attendance_of(meeting.meeting):
        raise Refused("Nothing was saved: say of at least one member whether they were there")
    if boards.decisions_of(meeting.meeting):
        raise Refused("Nothing was saved: the meeting has decided, and nobody would have been there")


def _check_attendance(boards: Boards, meeting: Meeting, member: str, cells: Facts, today: date) -> None:
    who, state = boards.person(member, meeting.body), cells["state"]
    if state not in STATES:
        raise Refused(f"Say of {who} whether they were there")
    if state != "apologies" and meeting.date > today:
        raise Refused(f"The meeting is on {day_words(meeting.date)}: until then only apologies are recorded")
    if state in _THERE and cells.get("substitute"):
        raise Refused(f"{who} was there, and so nobody took the seat")
    _check_names(boards, meeting, who, member, cells)


def _check_names(boards: Boards, meeting: Meeting, who: str, member: str, cells: Facts) -> None:
    """Refused where attendance names somebody or something that the meeting does not have."""
    serving = [row for row in boards.members_of(meeting.body) if row.serves_on(meeting.date)]
    if member not in {row.member for row in serving}:
        raise Refused(f"{who} is no member of {boards.body[meeting.body].name} on that day")
    stands_in = cells.get("substitute", "")
    if stands_in and (member, stands_in) not in {(row.substitute_for, row.member) for row in serving}:
        raise Refused(f"{boards.person(stands_in, meeting.body)} is not named as a substitute for {who}")
    items = {"", *(row.item for row in boards.agenda_of(meeting.meeting))}
    if not {cells.get("arrived_item", ""), cells.get("left_item", "")} <= items:
        raise Refused(f"Choose items of the agenda for when {who} came and left")


def _check_chair(boards: Boards, meeting: Meeting, chair: str) -> None:
    if chair and chair not in {row.member for row in boards.members_of(meeting.body)}:
        raise Refused(f"{chair} is no member of {boards.body[meeting.body].name}: choose who presided")


def declare(held: Programme, meeting: str, given: Facts, *, by: Person) -> None:
    """Record an interest that was declared at an item. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        boards = records.content().boards
        found = being_recorded(boards, meeting)
        _check_declaration(boards, found, given)
        if records.rows("declarations", meeting=meeting, item=given["item"], member=given["member"]):
            raise Refused("That member has declared an interest at this item already")
        cells = {
            name: given.get(name, "") for name in ("item", "member", "kind", "what", "leaves", "by_rule")
        }
        records.add("declarations", {"meeting": meeting, **cells}, PUBLISHED)


def _check_declaration(boards: Boards, meeting: Meeting, given: Facts) -> None:
    if given.get("item", "") not in {row.item for row in boards.agenda_of(meeting.meeting)}:
        raise Refused("Choose the item that the interest concerns")
    if given.get("member", "") not in {row.member for row in boards.members_of(meeting.body)}:
        raise Refused("Choose the member who declared it")
    if given.get("kind", "") not in INTERESTS:
        raise Refused("Choose which of the four kinds of interest it is")
    if not given.get("what", "").strip():
        raise Refused("Say what was declared")
    if given.get("leaves") not in ("yes", "no"):
        raise Refused("Say whether they left for the item")
    if given["kind"] == "financial" and given["leaves"] == "no" and not given.get("by_rule", "").strip():
        raise Refused("Say by which rule, or by whose ruling, a member with a financial interest stayed")


def take_back_declaration(held: Programme, meeting: str, item: str, member: str, *, by: Person) -> None:
    """Take a declaration out that was recorded by mistake. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        being_recorded(records.content().boards, meeting)
        if records.rows("decisions", meeting=meeting, item=item):
            raise Refused("The item was decided with this declaration: it stays")
        row, _ = records.one("declarations", meeting=meeting, item=item, member=member)
        records.remove("declarations", row)


def ask(held: Programme, meeting: str, given: Facts, *, once: str = "", by: Person) -> str:
    """Keep what somebody of the public asks, says or hands over; gives its short name. Raises NotAllowed, Refused.

    ``once`` names the form: sent twice it is kept once.
    """
    with keeping(held, by) as records:
        boards = records.content().boards
        meeting_of(boards, meeting)
        if given.get("kind", "") not in ASKED:
            raise Refused("Say whether it is a question, statement, deputation or petition")
        if not given.get("text", "").strip():
            raise Refused("Write what was asked or said")
        day = day_of(given.get("received_on", ""), "on which day it came")
        if day > records.today:
            raise Refused(f"{day} is still to come")
        name = new_name(
            f"{given['kind']} {len(boards.questions_of(meeting)) + 1}",
            [row.question for row in boards.questions_of(meeting)],
        )
        cells = {column: given.get(column, "") for column in ("kind", "asked_by", "minutes", "text")}
        short = "yes" if given.get("short_notice") else ""
        records.add(
            "questions", {"meeting": meeting, "question": name, "received_on": str(day), "short_notice": short, **cells}, PUBLISHED,
            once=once,
        )  # fmt: skip
    return name


def answer_question(
    held: Programme, meeting: str, question: str, given: Facts, *, seen: int, by: Person
) -> None:
    """Keep what was answered. Raises NotAllowed, Refused, Clashed."""
    with keeping(held, by, seen) as records:
        row, _ = records.one("questions", meeting=meeting, question=question)
        records.set_cells("questions", row, {name: given.get(name, "") for name in ("answer", "answered_by", "supplementary")})  # fmt: skip


def take_out_question(held: Programme, meeting: str, question: str, *, seen: int, by: Person) -> None:
    """Take out what somebody of the public asked: the history keeps it. Raises NotAllowed, Refused, Clashed."""
    with keeping(held, by, seen) as records:
        being_recorded(records.content().boards, meeting)
        row, facts = records.one("questions", meeting=meeting, question=question)
        records.remove("questions", row)
        record_event(by=by.signature, action="question taken out", subject=f"{meeting}, {question}", detail={"kind": facts.get("kind", "")}, place=held.place.code)  # fmt: skip


def approve_minutes(held: Programme, meeting: str, on: str, *, by: Person) -> None:
    """Record on which day the minutes were approved. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        found = meeting_of(records.content().boards, meeting)
        day = day_of(on, "on which day they were approved")
        if found.minutes_approved_on:
            raise Refused(f"They were approved on {day_words(found.minutes_approved_on)}")
        if not records.rows("attendance", meeting=meeting):
            raise Refused("Attendance is not recorded: there is nothing to approve yet")
        if not found.date <= day <= records.today:
            raise Refused("They are approved on a day after the meeting, and not before that day has come")
        row, _ = records.one("meetings", meeting=meeting)
        records.set_cells("meetings", row, {"minutes_approved_on": str(day)})
        record_event(by=by.signature, action="minutes approved", subject=meeting, detail={"on": str(day)}, place=held.place.code)  # fmt: skip


def check_open(records: Records, meeting: str) -> Meeting:
    """A meeting whose agenda is not issued yet: only then may what was on it change. Raises Refused."""
    found = meeting_of(records.content().boards, meeting)
    if found.issued_on is not None:
        raise Refused(f"The agenda was issued on {day_words(found.issued_on)} and stays as it is: items are added, and issued as a supplement")  # fmt: skip
    return found
