"""Boards as their pages show them: members and terms, the quorum in words, meetings, attendance, register and forward plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from leftshift.programme.boards.attending import Rate
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.checking import BoardsChecked
from leftshift.programme.boards.deadlines import Deadline, exempt_item
from leftshift.programme.boards.interests import Entry
from leftshift.programme.boards.rows import Body, Meeting, Member, Topic
from leftshift.programme.boards.words import counted, day_words, listed, long_day, moved_words, plain
from leftshift.workspace.shared.tables import Cell, Row, Table

_COLOURS = {
    "met": "green", "due": "blue", "late": "orange", "overdue": "red", "not needed": "grey",
    "to come": "grey", "issued": "blue", "held": "green", "minuted": "green", "cancelled": "red", "not recorded": "orange",
}  # fmt: skip
_CONTENT = re.compile(
    r'(<nav aria-label="Contents">.*?</nav>)\s*<main id="content" tabindex="-1">(.*)</main>', re.DOTALL
)
_SECTION = re.compile("<section [^>]*>")
_ROLES = {"chair": "chair", "vice_chair": "vice chair", "in_attendance": "in attendance", "member": ""}


def inside(html: str) -> Markup:
    """What stands in a document of ours, without its head and style, to be shown in a page; ours, so that it is escaped already."""
    found = _CONTENT.search(html)
    assert found is not None, "a document has contents and a main part"
    # a page has landmarks enough: there its sections are none
    return Markup(found.group(1) + _SECTION.sub("<section>", found.group(2)))


def tagged(words: str) -> Cell:
    """A state as a tag."""
    return Cell(words, tag=_COLOURS.get(words, "grey"))


def quorum_words(boards: Boards, body: Body) -> str:
    """How many have to be there, in words."""
    of = [
        f"{row.at_least} of the class {plain(row.class_name)}"
        for row in boards.quorum_classes
        if row.body == body.body
    ]
    among = f", among them at least {listed(of)}" if of else ""
    parts = [
        "" if body.remote_counts else " Who takes part from elsewhere does not count.",
        " Who may not take part in an item counts all the same." if body.excluded_count else "",
    ]
    return f"At least {counted(body.quorum, 'member')} with a vote{among}.{''.join(parts)}"


def state_of(boards: Boards, meeting: Meeting, today: date) -> str:
    """Where a meeting has got to, as the word of a tag."""
    if meeting.cancelled:
        return "cancelled"
    if meeting.minutes_approved_on:
        return "minuted"
    if meeting.date <= today and boards.attendance_of(meeting.meeting):
        return "held"
    if meeting.date < today:
        return "not recorded"
    return "issued" if meeting.issued_on else "to come"


def state_words(boards: Boards, meeting: Meeting, today: date) -> str:
    """The same as sentences."""
    words = {
        "cancelled": "Cancelled.",
        "minuted": f"Held; its minutes were approved on {day_words(meeting.minutes_approved_on or today)}.",
        "held": "Held; its minutes are a draft.",
        "not recorded": "Its day has passed, and nobody has recorded who was there.",
        "issued": f"Its papers were issued on {day_words(meeting.issued_on or today)}.",
        "to come": "Its papers are yet to be issued.",
    }[state_of(boards, meeting, today)]
    if meeting.was:
        words += f" It was {moved_words(meeting.was, meeting.moved_on)}."
    return words


def deadlines_table(found: list[Deadline], boards: Boards, *, exempt: bool = False) -> Table:
    """Deadlines of a meeting, each with the rule and the days that were left out; titles of exempt papers only with ``exempt``."""
    topics = {row.topic: row.title for row in boards.forward_plan}
    rows = [
        Row(
            [
                Cell(
                    plain(row.what).capitalize()
                    + (f": {_of(boards, topics, row, exempt=exempt)}" if row.of else "")
                ),
                Cell(day_words(row.due) if row.due else "–"),
                tagged(row.state),
                Cell(row.words),
            ]
        )
        for row in found
    ]
    return Table("deadlines", "What is due for it", ["What", "By", "State", "In words"], rows)


def _of(boards: Boards, topics: dict[str, str], row: Deadline, *, exempt: bool) -> str:
    if row.of not in boards.paper:
        return topics.get(row.of, row.of)
    paper = boards.paper[row.of]
    item = "" if exempt else exempt_item(boards, row.meeting, paper)
    return f"Item {item} (exempt)" if item else paper.title


# ---------------------------------------------------------------------- a body
@dataclass(frozen=True)
class BodyShown:
    """A body on the page of boards."""

    body: Body
    chair: str
    quorum: str
    next_meeting: Meeting | None
    next_words: tuple[str, ...]
    tables: tuple[Table, ...]


def bodies_shown(checked: BoardsChecked, at: str) -> list[BodyShown]:
    """Every body with what the page says of it; ``at`` is where boards stand."""
    return [_body(checked, body, at) for body in checked.boards.bodies]


def _body(checked: BoardsChecked, body: Body, at: str) -> BodyShown:
    boards, today = checked.boards, checked.as_of
    own = [row for row in boards.held if row.body == body.body]
    following = next((row for row in own if row.date >= today and not row.cancelled), None)
    due = [row for row in checked.deadlines if following and row.meeting == following.meeting]
    tables = (
        _meetings(boards, body, own, today, at),
        _members(boards, body, today),
        _rates(body, [row for row in checked.attendance if row.body == body.body and row.meetings]),
        _register(boards, body, [row for row in checked.register if row.interest.body == body.body]),
        _plan(boards, body, at),
    )
    return BodyShown(
        body,
        boards.person(body.chair, body.body) if body.chair else "",
        quorum_words(boards, body),
        following,
        tuple(row.words for row in due if row.state in ("due", "overdue", "late")),
        tuple(table for table in tables if table.rows),
    )


def _meetings(boards: Boards, body: Body, own: list[Meeting], today: date, at: str) -> Table:
    rows = [
        Row(
            [
                Cell(day_words(row.date), address=f"{at}{row.meeting}/"),
                Cell(row.begins or "–"),
                Cell(row.venue or "–"),
                tagged(state_of(boards, row, today)),
                Cell(f"from {long_day(row.was)}" if row.was else "–"),
                Cell(counted(len(boards.agenda_of(row.meeting)), "item")),
            ]
        )
        for row in reversed(own)
    ]
    names = ["Meeting", "Hour", "Where", "State", "Moved", "Agenda"]
    return Table(f"meetings-{body.body}", f"Meetings of {body.name}", names, rows)


def _members(boards: Boards, body: Body, today: date) -> Table:
    found = sorted(boards.members_of(body.body), key=lambda row: (row.class_name, not row.has_seat))
    rows = [
        Row(
            [
                Cell(row.name),
                Cell(plain(row.class_name) or "–"),
                Cell(row.organisation or "–"),
                Cell(", ".join(_roles(boards, row)) or "member"),
                Cell(_term(row), tag="" if row.serves_on(today) else "red"),
            ]
        )
        for row in found
    ]
    names = ["Member", "Class", "Of", "Role", "Term"]
    return Table(f"members-{body.body}", f"Members of {body.name}", names, rows, folded=True)


def _roles(boards: Boards, row: Member) -> Iterator[str]:
    if _ROLES[row.role]:
        yield _ROLES[row.role]
    if row.substitute_for:
        yield f"substitute for {boards.person(row.substitute_for, row.body)}"
    if not row.votes:
        yield "no vote"


def _term(row: Member) -> str:
    if row.ends:
        return f"{row.begins or 'from the start'} to {row.ends}"
    return f"from {row.begins}" if row.begins else "open"


def _rates(body: Body, found: list[Rate]) -> Table:
    rows = [
        Row(
            [
                Cell(row.name),
                *(Cell(str(number), number=number) for number in (row.meetings, row.attended, row.apologies, row.absent, row.not_recorded)),
                Cell("–" if row.rate is None else f"{row.rate:.0%}", number=row.rate),
            ]
        )
        for row in found
    ]  # fmt: skip
    names = ["Member", "Meetings", "Came", "Apologies", "Absent", "Not recorded", "Share"]
    return Table(f"rates-{body.body}", f"Attendance, {body.name}", names, rows, 1, 7, folded=True)


def _register(boards: Boards, body: Body, found: list[Entry]) -> Table:
    rows = [
        Row(
            [
                Cell(boards.person(row.interest.member, body.body)),
                Cell(plain(row.interest.kind)),
                Cell("withheld as sensitive" if row.interest.sensitive else row.interest.what),
                tagged(row.state),
                Cell(row.words),
            ]
        )
        for row in found
    ]
    names = ["Member", "Kind", "Interest", "State", "In words"]
    return Table(f"register-{body.body}", f"Register of interests, {body.name}", names, rows, folded=True)


def _plan(boards: Boards, body: Body, at: str) -> Table:
    rows = [_topic(boards, row, at) for row in boards.forward_plan if row.body == body.body]
    names = ["Topic", "Asked", "Comes to", "Brought by", "Paper due"]
    return Table(f"plan-{body.body}", f"Forward plan, {body.name}", names, rows, folded=True)


def _topic(boards: Boards, row: Topic, at: str) -> Row:
    meeting = boards.meeting.get(row.meeting)
    when = Cell(day_words(meeting.date), address=f"{at}{meeting.meeting}/") if meeting else Cell(str(row.month or "not known yet"))  # fmt: skip
    kind = plain(row.kind) + (", key decision" if row.key_decision else "")
    return Row([Cell(row.title), Cell(kind), when, Cell(row.owner or "–"), Cell(str(row.final_by or "–"))])
