"""Deadlines of a meeting, in working days: papers, notice of a new date, questions of the public, key decisions.

Where a meeting was moved after its papers were issued the clock restarts: days are counted back from the new date, papers
that were issued before the move keep the day on which they were issued, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.parameters import parameter
from leftshift.programme.boards.rows import AgendaItem, Body, Meeting, Paper, Question
from leftshift.programme.boards.words import counted, day_words, listed, plain, short_day
from leftshift.programme.boards.working_days import WorkingDays

DeadlineState = Literal["met", "late", "due", "overdue", "not needed"]
PUBLIC_KINDS = ("question", "statement", "deputation", "petition")


@dataclass(frozen=True)
class Deadline:
    """A day by which something is done for a meeting, and whether it was. ``of`` names a paper or topic, where it is one's own."""

    meeting: str
    what: str
    of: str
    due: date | None
    done: date | None
    state: DeadlineState
    days_short: int
    words: str

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "meeting": self.meeting,
            "what": self.what,
            "of": self.of,
            "due": None if self.due is None else str(self.due),
            "done": None if self.done is None else str(self.done),
            "state": self.state,
            "days_short": self.days_short,
            "words": self.words,
        }


@dataclass(frozen=True)
class Clock:
    """How a body counts the days before a meeting."""

    body: Body
    meeting: Meeting
    days: WorkingDays

    def due(self, number: int) -> date:
        """The last day in time."""
        return self.days.before(self.meeting.date, number, clear=self.body.clear_days)

    def in_time(self, number: int, done: date) -> bool:
        """Whether there is notice enough. With clear days a weekend after the last working day still leaves all of them."""
        return done <= self.due(number) or (done < self.meeting.date and not self.short(number, done))

    def short(self, number: int, done: date) -> int:
        """How many working days of notice are missing."""
        return max(
            0, number - self.days.notice(done, self.meeting.date, clear=self.body.clear_days)
        )  # fmt: skip

    def rule(self, number: int) -> str:
        """The rule in words, and which days are left out."""
        clear = "clear " if self.body.clear_days else ""
        words = f"{counted(number, clear + 'working day')} before the meeting"
        off = self.days.skipped(self.due(number), self.meeting.date)
        names = listed([f"{name} ({short_day(day)})" for day, name in off])
        return f"{words}, {names} not counted" if names else words


def clock_of(boards: Boards, meeting: Meeting) -> Clock:
    """The clock of a meeting."""
    return Clock(boards.body[meeting.body], meeting, boards.working_days(meeting.body))


def deadlines(boards: Boards, meeting: Meeting, as_of: date) -> list[Deadline]:
    """Every deadline of a meeting, as of a day."""
    clock = clock_of(boards, meeting)
    found = [_papers(clock, as_of)]
    if (
        meeting.was is not None
        and meeting.moved_on is not None
        and meeting.moved_on <= as_of
        and not meeting.cancelled
    ):
        found.append(_new_date(clock, meeting.was, meeting.moved_on))
    for paper, issued in _issued_apart(boards, meeting):
        found.append(_own_issue(boards, clock, paper, issued, as_of))
    found += [row for kind in PUBLIC_KINDS if (row := _of_the_public(boards, clock, kind, as_of)) is not None]
    found += list(_key_decisions(boards, meeting, as_of))
    return found


def moved_after_issue(meeting: Meeting) -> bool:
    """Whether a meeting was moved when its papers were out already."""
    return bool(
        meeting.moved_on and meeting.issued_on and meeting.was and meeting.issued_on <= meeting.moved_on
    )


def _not_needed(meeting: Meeting, what: str, why: str, of: str = "") -> Deadline:
    return Deadline(meeting.meeting, what, of, None, None, "not needed", 0, why)


def _papers(clock: Clock, as_of: date) -> Deadline:
    meeting, number = clock.meeting, clock.body.papers_days
    if meeting.cancelled:
        return _not_needed(meeting, "papers", "The meeting was cancelled.")
    if number is None:
        return _not_needed(meeting, "papers", f"{clock.body.name} has no rule on when papers are issued.")
    done = meeting.issued_on if meeting.issued_on and meeting.issued_on <= as_of else None
    found = _judged(clock, "papers", "", number, done, as_of)
    if not moved_after_issue(meeting) or done is None:
        return found
    assert meeting.was is not None
    assert meeting.moved_on is not None
    moved = (
        f"The meeting was moved from {day_words(meeting.was)} to {day_words(meeting.date)} on {day_words(meeting.moved_on)}, "
        f"after its papers were issued. The clock restarts from the new date."
    )
    return Deadline(
        found.meeting, "papers", "", found.due, done, found.state, found.days_short, f"{moved} {found.words}"
    )


def _judged(
    clock: Clock, what: str, of: str, number: int, done: date | None, as_of: date, called: str = ""
) -> Deadline:
    due, rule = clock.due(number), clock.rule(number)
    subject = f"{plain(what).capitalize()}{' ' + called if called else ''}"
    verb = {"papers": "issued", "paper": "issued", "new_date": "said"}[what]
    if done is None:
        past = as_of > due
        words = f"{subject} {'had' if past else 'have'} to be {verb} by {day_words(due)}: {rule}."
        return Deadline(
            clock.meeting.meeting, what, of, due, None, "overdue" if past else "due", 0, words
        )  # fmt: skip
    short = clock.short(number, done)
    if clock.in_time(number, done):
        words = f"{subject} {verb} on {day_words(done)}, in time for {day_words(due)}: {rule}."
        return Deadline(clock.meeting.meeting, what, of, due, done, "met", 0, words)
    words = f"{subject} {verb} on {day_words(done)}, {counted(short, 'working day')} short: due by {day_words(due)}, {rule}."
    return Deadline(clock.meeting.meeting, what, of, due, done, "late", short, words)


def _new_date(clock: Clock, was: date, moved_on: date) -> Deadline:
    number = clock.body.papers_days
    if number is None:
        why = f"{clock.body.name} has no rule on how long before a meeting its day is said."
        return _not_needed(
            clock.meeting, "new_date", f"Moved from {day_words(was)} on {day_words(moved_on)}. {why}"
        )
    return _judged(clock, "new_date", "", number, moved_on, moved_on)


def issue_day(paper: Paper) -> date | None:
    """The day on which a paper was issued, as far as it is known: else that on which it came in."""
    return paper.issued_on or paper.received_on


def later_than_issue(meeting: Meeting, item: AgendaItem, paper: Paper) -> date | None:
    """The day on which a paper was issued, where that was after the pack; None where it is part of the pack as issued."""
    if meeting.issued_on is None:
        return None
    days = [day for day in (issue_day(paper), item.added_on) if day and day > meeting.issued_on]
    return max(days, default=None)


def _issued_apart(boards: Boards, meeting: Meeting) -> Iterator[tuple[Paper, date]]:
    """Papers and supplements of a meeting that were issued on a day of their own, and that day."""
    if meeting.cancelled:
        return
    own = {row.paper: row for row in boards.agenda_of(meeting.meeting) if row.paper}
    for paper in boards.papers:
        item = own.get(root_of(boards, paper))
        if item is not None:
            day = later_than_issue(meeting, item, paper) or paper.issued_on
            if day is not None:
                yield paper, day


def root_of(boards: Boards, paper: Paper) -> str:
    """The paper that a supplement adds to in the end; of a paper its own name. A ring of supplements ends where it began."""
    seen = {paper.paper}
    while paper.supplement_to and paper.supplement_to in boards.paper and paper.supplement_to not in seen:
        seen.add(paper.supplement_to)
        paper = boards.paper[paper.supplement_to]
    return paper.paper


def exempt_item(boards: Boards, meeting: str, paper: Paper) -> str:
    """The exempt item of a meeting to which a paper or supplement belongs; empty where it belongs to none."""
    root = root_of(boards, paper)
    return next((row.item for row in boards.agenda_of(meeting) if row.exempt and row.paper == root), "")


def _own_issue(boards: Boards, clock: Clock, paper: Paper, issued: date, as_of: date) -> Deadline:
    number = clock.body.papers_days
    if number is None:
        return _not_needed(clock.meeting, "paper", "There is no rule on when papers are issued.", paper.paper)
    # everybody reads the words: of an exempt paper they do not say what it is about
    item = exempt_item(boards, clock.meeting.meeting, paper)
    called = f"of item {item} (exempt)" if item else f"“{paper.title}”"
    done = issued if issued <= as_of else None
    return _judged(clock, "paper", paper.paper, number, done, as_of, called)


def public_days(body: Body, kind: str) -> int | None:
    """How many working days before the meeting something of the public comes; None without a rule."""
    found: int | None = getattr(body, f"{kind}_days")
    return found


def is_short_notice(clock: Clock, row: Question) -> bool:
    """Whether something of the public came after its day."""
    number = public_days(clock.body, row.kind)
    return number is not None and not clock.in_time(number, row.received_on)


def _of_the_public(boards: Boards, clock: Clock, kind: str, as_of: date) -> Deadline | None:
    meeting, number, what = clock.meeting, public_days(clock.body, kind), f"{kind}s"
    got = [
        row for row in boards.questions_of(meeting.meeting) if row.kind == kind and row.received_on <= as_of
    ]
    if number is None:
        return None
    if meeting.cancelled:
        return _not_needed(meeting, what, "The meeting was cancelled.")
    due, last = clock.due(number), max((row.received_on for row in got), default=None)
    hour = f"{clock.body.closes_at} on " if clock.body.closes_at else ""
    rule = f"{what.capitalize()} close at {hour}{day_words(due)}: {clock.rule(number)}." if hour else (
        f"{what.capitalize()} close on {day_words(due)}: {clock.rule(number)}."
    )  # fmt: skip
    late = sum(not clock.in_time(number, row.received_on) for row in got)
    if late:
        words = f"{rule} {counted(late, kind)} came after that and {'counts' if late == 1 else 'count'} as short notice."
        return Deadline(meeting.meeting, what, "", due, last, "late", clock.short(number, last or due), words)
    state: DeadlineState = "due" if as_of <= due else "met" if got else "not needed"
    words = f"{rule} {counted(len(got), kind)} came in time." if got else f"{rule} None came."
    if state == "due" and not got:
        words = rule
    return Deadline(meeting.meeting, what, "", due, last, state, 0, words)


def _key_decisions(boards: Boards, meeting: Meeting, as_of: date) -> Iterator[Deadline]:
    number = int(parameter("key_decision_days"))
    for topic in boards.forward_plan:
        if topic.meeting != meeting.meeting or not topic.key_decision:
            continue
        if meeting.cancelled:
            yield _not_needed(meeting, "key_decision_notice", "The meeting was cancelled.", topic.topic)
            continue
        due = meeting.date - timedelta(days=number + 1)
        done = topic.notice_on if topic.notice_on and topic.notice_on <= as_of else None
        rule = f"{number} clear days before the meeting"
        state: DeadlineState = (
            ("met" if done <= due else "late") if done else "due" if as_of <= due else "overdue"
        )
        given = f"was given on {day_words(done)}" if done else "is not given yet"
        words = f"Notice of the key decision {given}; due by {day_words(due)}, {rule}."
        short = max(0, (done - due).days) if done else 0
        yield Deadline(meeting.meeting, "key_decision_notice", topic.topic, due, done, state, short, words)
