"""Minutes that were approved stay what was approved: whatever they are made of is not altered afterwards, whichever way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from leftshift.place.sheets import Sheet
from leftshift.programme.boards.words import day_words
from leftshift.workspace.programme.actions.reserving import Facts
from leftshift.workspace.shared.editing import EditRefused

_ACTIONS = "actions"
_TIES_OF_ACTIONS = frozenset({"minute", "raised", "body"})
"""What ties an action to its minute. How it goes on, and who does what by when from now on, is no part of the minutes."""
NOT_SAID: Mapping[str, frozenset[str]] = {
    "meetings": frozenset({"issued_on"}),
    "agenda": frozenset({"owner", "minutes", "paper", "added_on"}),
    "attendance": frozenset(),
    "declarations": frozenset(),
    "decisions": frozenset(),
    "questions": frozenset(),
}
"""Tables of which minutes are made to the columns that they do not say."""


def approved_in(meetings: Sheet) -> dict[str, Facts]:
    """Meetings whose minutes are approved, by their short names."""
    every = (meetings.facts(row) for _, row in meetings.numbered())
    return {facts["meeting"]: facts for facts in every if facts.get("minutes_approved_on", "").strip()}


def check_approved(table: str, changed: Iterable[tuple[Facts, Facts]], approved: Mapping[str, Facts]) -> None:
    """Raise EditRefused where a change alters what approved minutes say."""
    if table not in NOT_SAID and table != _ACTIONS:
        return
    for pair in changed:
        if _is_said(table, *pair):
            for facts in pair:
                found = _meeting_of(table, facts, approved)
                if found is not None:
                    minuted = f"the action {facts['action']} is minuted, and " if table == _ACTIONS else ""
                    raise EditRefused(f"Nothing was saved: {minuted}{approved_words(found)}")


def approved_words(meeting: Facts) -> str:
    """That minutes were approved, and what to do instead."""
    on, day = _day(meeting["minutes_approved_on"]), _day(meeting.get("date", ""))
    return f"the minutes of the meeting of {day} were approved on {on}, and stay as they are; a correction is recorded at a later meeting"


def _is_said(table: str, was: Facts, now: Facts) -> bool:
    different = {name for name in {**was, **now} if was.get(name) != now.get(name)}
    return bool(different & _TIES_OF_ACTIONS if table == _ACTIONS else different - NOT_SAID[table])


def _meeting_of(table: str, facts: Facts, approved: Mapping[str, Facts]) -> Facts | None:
    """The meeting whose approved minutes have a row in them."""
    if table != _ACTIONS:
        return approved.get(facts.get("meeting", ""))
    asked = facts.get("body", ""), facts.get("raised", "")
    return next((row for row in approved.values() if (row.get("body"), row.get("date")) == asked), None)


def _day(text: str) -> str:
    try:
        return day_words(date.fromisoformat(text))
    except ValueError:
        return text
