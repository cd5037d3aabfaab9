"""A digest: what somebody has to know of a programme on a day, as one subject and plain text, for a mail or a page.

It is what a checked programme says already, for everybody or for one owner, in five sections that always come in the same
order. Line breaks and control characters of cells never reach it, so that a name cannot become a heading of a mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from leftshift.programme.boards.deadlines import deadlines
from leftshift.programme.boards.rows import Meeting, names_in
from leftshift.programme.boards.words import counted, day_words, short_day
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.dues import dues, owner_of
from leftshift.programme.network import day_of
from leftshift.programme.parameters import parameter
from leftshift.programme.programme import Programme

TITLES: Mapping[str, str] = {
    "overdue": "Overdue",
    "due": "Due",
    "slipped": "Slipped",
    "decisions": "Decisions needed",
    "meetings": "Meetings and their papers",
}
"""Section to its title, in the order of a digest."""
_MOST_OF_A_NAME = 80  # of a subject: mail programs show about as much


@dataclass(frozen=True)
class DigestItem:
    """One thing to know: ``name`` is its short name, ``said`` what it is called, ``words`` what there is to know of it."""

    kind: str
    name: str
    said: str
    owner: str
    day: date | None
    words: str

    @property
    def line(self) -> str:
        """The item in one line."""
        end = f" {self.owner}." if self.owner else ""
        return f"{self.kind.capitalize()}: {self.said.rstrip('.')}. {self.words}.{end}"

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "kind": self.kind, "name": self.name, "what": self.said, "owner": self.owner or None,
            "day": str(self.day) if self.day else None, "words": self.words,
        }  # fmt: skip


@dataclass(frozen=True)
class Digest:
    """What somebody has to know of a programme on a day; ``owner`` is empty where it is for everybody."""

    name: str
    as_of: date
    until: date
    since: date | None
    owner: str
    sections: Mapping[str, tuple[DigestItem, ...]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not any(self.sections.values())

    @property
    def subject(self) -> str:
        """One line that says how much there is."""
        name = self.name if len(self.name) <= _MOST_OF_A_NAME else f"{self.name[: _MOST_OF_A_NAME - 1]}…"
        counts = {
            "overdue": "{} overdue",
            "due": "{} due",
            "slipped": "{} slipped",
            "decisions": "{} to decide",
        }
        said = [
            words.format(len(found)) for key, words in counts.items() if (found := self.sections.get(key, ()))
        ]
        return f"{name}: {', '.join(said) if said else 'nothing overdue or due'}"

    @property
    def text(self) -> str:
        """Plain text: a heading, and each section that has anything as a list."""
        of = f" for {self.owner}" if self.owner else ""
        parts = [f"{self.name}\nDigest of {day_words(self.as_of)}{of}"]
        parts += [self._section(key) for key in TITLES if self.sections.get(key)]
        if self.is_empty:
            parts.append("Nothing is overdue, due, slipping or waiting for a decision.")
        return "\n\n".join(parts) + "\n"

    def _section(self, key: str) -> str:
        head = f"{self.title_of(key)} ({len(self.sections[key])})"
        return "\n".join([head, *(f"- {item.line}" for item in self.sections[key])])

    def title_of(self, key: str) -> str:
        """The title of a section, with the days that it covers."""
        if key in ("due", "meetings"):
            return f"{TITLES[key]} until {day_words(self.until)}"
        if key == "slipped" and self.since:
            return f"{TITLES[key]} since {day_words(self.since)}"
        return TITLES[key]

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "name": self.name,
            "as_of": str(self.as_of),
            "until": str(self.until),
            "since": str(self.since) if self.since else None,
            "owner": self.owner or None,
            "subject": self.subject,
            "sections": {key: [item.document() for item in self.sections.get(key, ())] for key in TITLES},
        }


def digest(
    checked: CheckedProgramme,
    owner: str = "",
    *,
    since: date | None = None,
    before: Mapping[str, date] | None = None,
    days: int | None = None,
) -> Digest:
    """The digest of a programme on the day it was checked for; of one owner, as the programme names them, or of all.

    ``since`` is the day of the digest before, and ``before`` what ``expected_dates`` gave then: without it, slips are
    those that the record as it stands today shows for that day. ``days`` is how far it looks ahead (parameter
    ``digest_days``). Raises CircularDependencies.
    """
    until = checked.as_of + timedelta(days=int(parameter("digest_days")) if days is None else days)
    found = {
        "overdue": _overdue(checked),
        "due": _due(checked, until),
        "slipped": _slipped(checked, since, before),
        "decisions": _decisions(checked, until),
    }
    sections = {key: _sorted(_mine(items, owner)) for key, items in found.items()}
    sections["meetings"] = _sorted(item for item, _ in _meetings(checked, until, owner))
    return Digest(
        one_line(checked.programme.name), checked.as_of, until, since, one_line(owner),
        {key: tuple(map(_clean, items)) for key, items in sections.items()},
    )  # fmt: skip


def one_line(text: str) -> str:
    """A text without line breaks and other characters that steer: what the heading of a mail may hold."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def owners(programme: Programme) -> tuple[str, ...]:
    """Everybody whom a programme names as an owner, a decider or an author: whose digest can be asked for."""
    named = [
        *(row.owner for row in programme.workstreams),
        *(row.owner for row in programme.projects),
        *(row.owner for row in programme.milestones),
        *(row.owner for row in programme.actions),
        *(row.owner for row in programme.risks),
        *(row.owner for row in programme.log),
        *(row.owner for row in programme.benefits),
        *(row.owner for row in programme.contacts),
        *(row.decider for row in programme.gates),
        *(row.owner for row in programme.forward_plan),
        *(row.owner for row in programme.agenda),
    ]
    by_key: dict[str, str] = {}
    for name in sorted(filter(None, map(one_line, named))):
        by_key.setdefault(_key(name), name)
    return tuple(by_key[key] for key in sorted(by_key))


def expected_dates(checked: CheckedProgramme) -> dict[str, date]:
    """Milestone that is not reached to when it is expected: what the next digest compares with."""
    found = checked.standing.timetable
    return {
        row.milestone: day_of(found.expected[at])
        for at, row in enumerate(found.milestones)
        if not found.is_done[at]
    }


def _key(name: str) -> str:
    return one_line(name).casefold()


def _mine(items: Iterable[tuple[DigestItem, tuple[str, ...]]], owner: str) -> Iterator[DigestItem]:
    """What is somebody's; everything where nobody is named."""
    for item, whose in items:
        if not owner or _key(owner) in map(_key, whose):
            yield item


def _sorted(items: Iterable[DigestItem]) -> list[DigestItem]:
    return sorted(items, key=lambda item: (item.day or date.max, item.kind, item.name))


def _clean(item: DigestItem) -> DigestItem:
    return DigestItem(
        item.kind, item.name, one_line(item.said), one_line(item.owner), item.day, one_line(item.words)
    )  # fmt: skip


_Items = Iterator[tuple[DigestItem, tuple[str, ...]]]


def _overdue(checked: CheckedProgramme) -> _Items:
    for row in checked.overdue:
        words = f"Due on {day_words(row.due)}, {counted(row.days, 'day')} ago"
        yield DigestItem(row.kind, row.name, row.said, row.owner, row.due, words), (row.owner,)


def _due(checked: CheckedProgramme, until: date) -> _Items:
    for due in dues(checked):
        if checked.as_of <= due.day <= until:
            words = f"Due on {day_words(due.day)}"
            yield DigestItem(due.kind, due.name, due.said, due.owner, due.day, words), (due.owner,)


def _slipped(checked: CheckedProgramme, since: date | None, before: Mapping[str, date] | None) -> _Items:
    """What is expected later than at the digest before. What is overdue is told there, and not again each day."""
    if before is None:
        if since is None:
            return
        before = expected_dates(CheckedProgramme(checked.programme, since))
    content = checked.programme
    for name, day in expected_dates(checked).items():
        was = before.get(name)
        status = checked.standing.milestones[name]
        if was is None or day <= was or status.overdue or status.computed == "not_open":
            continue
        row = content.milestone[name]
        owner = owner_of(content, row)
        project = content.project.get(row.project)
        late = counted((day - was).days, "day")
        words = f"Expected on {day_words(day)}, {late} later than {day_words(was)}"
        yield (
            DigestItem("milestone", name, row.name, owner, day, words),
            (owner, project.owner if project else ""),
        )


def _decisions(checked: CheckedProgramme, until: date) -> _Items:
    """Gates that wait for their decider, requests for changes, and risks of which a board has to know."""
    content = checked.programme
    for state in checked.gates:
        gate = state.gate
        is_near = gate.due is not None and gate.due <= until
        if state.waits_for_its_decision or (state.waits and is_near):
            due = f", due on {day_words(gate.due)}" if gate.due else ""
            words = f"{one_line(state.words).capitalize()}{due}"
            yield DigestItem("gate", gate.gate, gate.name, gate.decider, gate.due, words), (gate.decider,)
    for change in content.changes:
        if change.asked_on <= checked.as_of and change.outcome_on(checked.as_of) == "open":
            project = content.project.get(change.project)
            owner = project.owner if project else ""
            words = f"Asked on {day_words(change.asked_on)} by {change.asked_by}: {change.why}"
            yield (
                DigestItem("change", change.change, change.what, owner, change.asked_on, words),
                (owner, change.asked_by),
            )
    for risk in checked.register.risks:
        if risk.to_escalate:
            words = "Scored so high that a board has to know; it was told none"
            yield (
                DigestItem("risk", risk.risk.risk, risk.title, risk.risk.owner, None, words),
                (risk.risk.owner,),
            )


def _meetings(checked: CheckedProgramme, until: date, owner: str) -> _Items:
    boards = checked.programme.boards
    for meeting in boards.held:
        if meeting.cancelled or meeting.date < checked.as_of:
            continue
        if owner and not _is_at(checked.programme, meeting, owner):
            continue
        body = boards.body[meeting.body].name
        if meeting.date <= until:
            where = ", ".join(filter(None, (day_words(meeting.date), meeting.begins, meeting.venue)))
            yield DigestItem("meeting", meeting.meeting, body, "", meeting.date, where), ()
        for row in deadlines(boards, meeting, checked.as_of):
            if row.due is not None and row.due <= until and row.state in ("due", "overdue"):
                said = f"{body}, {short_day(meeting.date)}"
                name = f"{meeting.meeting} {row.what} {row.of}".strip()
                yield DigestItem("deadline", name, said, "", row.due, row.words.rstrip(".")), ()


def _is_at(content: Programme, meeting: Meeting, owner: str) -> bool:
    """Whether a meeting is somebody's: they sit on the body, or bring something to it."""
    boards, key = content.boards, _key(owner)
    if any(_key(row.name) == key and row.serves_on(meeting.date) for row in boards.members_of(meeting.body)):
        return True
    brought = [row.owner for row in boards.agenda_of(meeting.meeting)]
    brought += [row.owner for row in content.forward_plan if row.meeting == meeting.meeting]
    brought += [
        boards.paper[row.paper].author
        for row in boards.agenda_of(meeting.meeting)
        if row.paper in boards.paper
    ]
    return any(key == _key(name) or key in names_in(name) for name in brought)
