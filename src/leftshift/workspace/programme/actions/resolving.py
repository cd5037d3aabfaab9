"""Resolutions are recorded: only those that stand, once, and never altered; a correction is a further resolution."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal, cast

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deciding import rulings
from leftshift.programme.boards.papers import letter_of
from leftshift.programme.boards.rows import Decision, Meeting
from leftshift.programme.boards.words import day_words, listed
from leftshift.programme.programme import Programme as Content
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.programme.actions.keeping import Facts, Records, Refused, keeping
from leftshift.workspace.programme.actions.meeting import PUBLISHED, being_recorded, day_of, new_name
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.record.models import record_event

Outcome = Literal["agreed", "not_agreed", "deferred", "noted"]
OUTCOMES = {"agreed": "Agreed", "not_agreed": "Not agreed", "deferred": "Deferred", "noted": "Noted"}
VOTES = {"votes_for": "For", "votes_against": "Against", "abstained": "Abstained"}
_MOST = 1000


def next_letter(boards: Boards, meeting: str, item: str) -> str:
    """The letter that comes after the last resolution of an item."""
    return letter_of(sum(row.item == item for row in boards.decisions_of(meeting)))


def subjects_of(content: Content) -> dict[str, str]:
    """What a resolution may decide on: subject to its name."""
    gates = {f"gate:{row.gate}": f"Gate: {row.name}" for row in content.gates}
    projects = {f"project:{row.project}": f"Project: {row.name}" for row in content.projects}
    return {"": "Nothing that waits for it", **gates, **projects}


def resolve(held: Programme, meeting: str, item: str, given: Facts, *, by: Person) -> str:
    """Record a resolution, and the action that comes of it; gives its letter. Raises NotAllowed, Refused.

    ``given``: resolution, text, outcome, votes_for, votes_against, abstained, moved_by, subject, exempt; action, owner, due.
    """
    with keeping(held, by) as records:
        content = records.content()
        boards, found = content.boards, being_recorded(content.boards, meeting)
        if given.get("subject", "") not in subjects_of(content):
            raise Refused("Choose the gate or project on which it decides, or none")
        made = _decision(boards, found, item, given, records.today)
        _check_stands(boards, found, made)
        cells = {
            "meeting": meeting, "item": item, "resolution": made.resolution, "text": made.text, "outcome": made.outcome,
            "moved_by": made.moved_by, "subject": made.subject, "exempt": "yes" if made.exempt else "",
            **{name: "" if (votes := getattr(made, name)) is None else str(votes) for name in VOTES},
        }  # fmt: skip
        records.add("decisions", cells, PUBLISHED)
        _act(records, boards, found, made, given)
        detail = {"meeting": meeting, "outcome": made.outcome, "subject": made.subject}
        record_event(by=by.signature, action="resolution recorded", subject=f"{meeting}, {item}({made.resolution})", detail=detail, place=held.place.code)  # fmt: skip
    return made.resolution


def _decision(boards: Boards, meeting: Meeting, item: str, given: Facts, today: date) -> Decision:
    if meeting.date > today:
        raise Refused(f"The meeting is on {day_words(meeting.date)}: record what it decides once it was held")
    if not boards.attendance_of(meeting.meeting):
        raise Refused("Record attendance first: without it nobody knows whether the meeting was quorate")
    letter = given.get("resolution", "").strip() or next_letter(boards, meeting.meeting, item)
    if any(row.item == item and row.resolution == letter for row in boards.decisions_of(meeting.meeting)):
        raise Refused(f"Resolution {letter} of this item is recorded already, and is never altered: a correction is a further resolution")  # fmt: skip
    if not given.get("text", "").strip():
        raise Refused("Write what was resolved")
    if given.get("outcome", "") not in OUTCOMES:
        raise Refused("Say how it ended")
    votes: dict[str, Any] = {name: _votes(given.get(name, ""), words) for name, words in VOTES.items()}
    return Decision(
        meeting=meeting.meeting, item=item, resolution=letter, text=given["text"], outcome=cast(Outcome, given["outcome"]),
        moved_by=given.get("moved_by", ""), subject=given.get("subject", ""), exempt=bool(given.get("exempt")), source="the form",
        basis="published", **votes,
    )  # fmt: skip


def _votes(text: str, words: str) -> int | None:
    found = text.strip()
    if not found:
        return None
    if not (found.isascii() and found.isdigit() and int(found) <= _MOST):
        raise Refused(f"{words}: a number of votes, or nothing where they were not counted")
    return int(found)


def _check_stands(boards: Boards, meeting: Meeting, made: Decision) -> None:
    with_it = replace(boards, decisions=(*boards.decisions, made))
    ruling = next(row for row in rulings(with_it, meeting) if row.decision == made)
    if ruling.refused:
        raise Refused(f"It would not stand, and is not recorded: {'; '.join(ruling.refused)}")


def _act(records: Records, boards: Boards, meeting: Meeting, made: Decision, given: Facts) -> None:
    asked = {name: given.get(name, "").strip() for name in ("action", "owner", "due")}
    if not any(asked.values()):
        return
    words = {"action": "what is to be done", "owner": "who does it", "due": "by when"}
    if missing := [words[name] for name, text in asked.items() if not text]:
        raise Refused(f"An action needs {listed(missing)}")
    taken = [row.action for row in records.content().actions]
    records.add(
        "actions",
        {
            "action": new_name(f"{meeting.meeting} {made.item}{made.resolution}", taken), "text": asked["action"], "owner": asked["owner"],
            "due": str(day_of(asked["due"], "by when it is done")), "raised": str(meeting.date), "body": meeting.body,
            "minute": f"{made.item}({made.resolution})",
            "project": made.subject.removeprefix("project:") if made.subject.startswith("project:") else "",
        },
        PUBLISHED,
    )  # fmt: skip
