"""What of a programme only those see who serve its boards: actions of what is exempt, and what was declared there.

It is taken out where a programme is read for somebody, so that no room, file, feed or mail has to think of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from leftshift.foundation.faults import LISTED_IN_FULL, Fault
from leftshift.place.sheets import AddRow, NotASheet, Sheet, apply_changes, sheet_of_text
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.rows import Declaration, Meeting
from leftshift.programme.programme import Programme as Content
from leftshift.programme.work_rows import Action

ACTIONS = "actions.csv"
FILES = (
    "agenda.csv",
    "papers.csv",
    "paper_parts.csv",
    "paper_risks.csv",
    "decisions.csv",
    "declarations.csv",
    "interests.csv",
)
"""Files in which exempt or sensitive parts stand beside the others: whole, only who serves the boards sees them."""
_SAY_WHAT_IS_EXEMPT = {"programme.toml", "meetings.csv", "agenda.csv", "decisions.csv"}
_WORDS = re.compile(r"[a-z0-9.]+")
_DECLARED = "at an exempt item, and not for publication"


def is_withheld(boards: Boards, body: str, raised: str, minute: str) -> bool:
    """Whether an action came of something exempt: its minute names an exempt item or resolution of a meeting of that day.

    A moved meeting is known by both of its days. Minutes that are numbered through all meetings name no item.
    """
    days = (row for row in boards.meetings if row.body == body and raised in (str(row.date), str(row.was)))
    return bool(minute.strip()) and any(_names_exempt(boards, row, minute) for row in days)


def _names_exempt(boards: Boards, meeting: Meeting, minute: str) -> bool:
    """Whether a minute is an exempt item or resolution; a number alone is, where one of its resolutions is exempt."""
    said = _WORDS.findall(minute.casefold())
    words, glued = {*said, minute.strip().casefold()}, "".join(said)
    exempt = {row.item for row in boards.agenda_of(meeting.meeting) if row.exempt}
    decided = boards.decisions_of(meeting.meeting)
    for row in decided:
        item, letter = row.item.casefold(), row.resolution.casefold()
        letters = {each.resolution.casefold() for each in decided if each.item == row.item} & words
        if row.exempt and (glued == item + letter or (item in words and (letter in letters or not letters))):
            return True
    items = {item.casefold() for item in exempt}
    lettered = {f"{row.item}{row.resolution}".casefold() for row in decided if row.item in exempt}
    return bool(items & words) or glued in lettered


def as_others_see(content: Content, faults: Iterable[Fault]) -> Content:
    """A programme without what only those see who serve its boards; ``faults`` are what of it cannot be read."""
    hidden = Withheld(content, faults)
    return content.with_tables(
        actions=[row for row in content.actions if not hidden.action(row)],
        declarations=list(_declarations(content.boards)),
    )


def _declarations(boards: Boards) -> Iterator[Declaration]:
    exempt = {(row.meeting, row.item) for row in boards.agenda if row.exempt}
    for row in boards.declarations:
        yield replace(row, what=_DECLARED) if (row.meeting, row.item) in exempt else row


class Withheld:
    """Which actions others do not see, as rows that were read and as rows of sheets.

    Where the tables cannot be read that say what is exempt, nobody knows: then it is every action that has a minute.
    """

    def __init__(self, content: Content | None, faults: Iterable[Fault]) -> None:
        listed = list(faults)  # behind a full list there may be more of any file
        is_known = len(listed) < LISTED_IN_FULL and not {row.file for row in listed} & _SAY_WHAT_IS_EXEMPT
        self._boards = content.boards if content is not None and is_known else None
        self._read = {row.action for row in content.actions} if content is not None else set[str]()

    def action(self, row: Action) -> bool:
        """Whether an action is withheld."""
        if self._boards is None:
            return bool(row.minute.strip())
        return is_withheld(self._boards, row.body, str(row.raised), row.minute)

    def keys(self, sheet: Sheet, edits: Iterable[Iterable[Mapping[str, Any]]] = ()) -> frozenset[str]:
        """Keys of the rows of a sheet that are withheld, and of those that its edits added or removed."""
        rows = ((row.key, sheet.facts(row)) for _, row in sheet.numbered())
        now = {key for key, facts in rows if self._facts(facts) or self._unread(facts)}
        changes = (change for edit in edits for change in edit if "cells" in change)
        return frozenset(now | {change["row"] for change in changes if self._facts(change["cells"])})

    def _facts(self, facts: Mapping[str, str]) -> bool:
        body, raised, minute = (facts.get(name, "") for name in ("body", "raised", "minute"))
        return (
            bool(minute.strip()) if self._boards is None else is_withheld(self._boards, body, raised, minute)
        )

    def _unread(self, facts: Mapping[str, str]) -> bool:
        """Whether a row cannot be read that has a minute: its day may be what is wrong with it."""
        return facts.get("action", "") not in self._read and bool(facts.get("minute", "").strip())


def with_rows_of(before: Sheet, keys: Collection[str], text: str) -> str:
    """The text of a table as somebody sent it, and behind it the rows of the sheet that they do not see."""
    rows = [before.facts(row) for _, row in before.numbered() if row.key in keys]
    try:
        sent = sheet_of_text(before.table, text)
    except NotASheet:
        return text  # refused where it is read
    last = sent.rows[-1].key if sent.rows else ""
    added = [
        AddRow(f"withheld{at}", f"withheld{at - 1}" if at else last, cells) for at, cells in enumerate(rows)
    ]
    return apply_changes(sent, added)[0].text() if added else text
