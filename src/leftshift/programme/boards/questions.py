"""The time of the public: what is heard within the limit, and what is over it and answered in writing.

In order: first what came in time, by the day on which it came, then short notice. What does not end within the limit is over;
what comes after it and does is still heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deadlines import clock_of, is_short_notice
from leftshift.programme.boards.parameters import parameter
from leftshift.programme.boards.rows import Meeting, Question


@dataclass(frozen=True)
class Heard:
    """Something of the public in its turn: when it begins and ends in minutes, and why it is over the time where it is."""

    question: Question
    minutes: int
    short_notice: bool
    begins: int | None
    over: str

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "meeting": self.question.meeting,
            "question": self.question.question,
            "kind": self.question.kind,
            "minutes": self.minutes,
            "short_notice": self.short_notice,
            "begins": self.begins,
            "over": self.over or None,
        }


def public_time(boards: Boards, meeting: Meeting) -> list[Heard]:
    """Everything of the public of a meeting in the order in which it is taken."""
    clock, body = clock_of(boards, meeting), boards.body[meeting.body]
    rows = [
        (row.short_notice or is_short_notice(clock, row), row) for row in boards.questions_of(meeting.meeting)
    ]
    rows.sort(key=lambda pair: (pair[0], pair[1].received_on))
    used = {True: 0, False: 0}
    found = []
    for short, row in rows:
        minutes = int(parameter("minutes_of_a_question")) if row.minutes is None else row.minutes
        begins = used[True] + used[False]
        over = _over(begins + minutes, body.question_minutes, "in all")
        if short and not over:
            over = _over(used[True] + minutes, body.short_notice_minutes, "for short notice")
        if not over:
            used[short] += minutes
        found.append(Heard(row, minutes, short, None if over else begins, over))
    return found


def _over(ends: int, most: int | None, what: str) -> str:
    if most is None or ends <= most:
        return ""
    return f"would end after {ends} minutes of the {most} {what}: answered in writing"
