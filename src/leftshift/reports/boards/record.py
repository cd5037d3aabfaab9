"""What boards publish beside packs and minutes: forward plan, decisions, attendance and what the public asked, without what is exempt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from leftshift.programme.boards.attending import Rate, attendance_rates
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deciding import rulings
from leftshift.programme.boards.rows import AgendaItem, Body, Topic
from leftshift.programme.boards.words import day_words, plain
from leftshift.reports.boards.pack import fingerprint_of
from leftshift.reports.content import Block, Column, Fact, Note, Paragraph, Report, Row, Section, Table, row

_FORWARD = (Column("Topic", weight=4), Column("Asked", weight=1), Column("When", weight=2), Column("Brought by", weight=2), Column("Key decision", weight=1.2))  # fmt: skip
_DECISIONS = (Column("Meeting", weight=2), Column("Item", weight=0), Column("Resolution", weight=5), Column("Outcome", weight=1))  # fmt: skip
_ATTENDANCE = (
    Column("Member", weight=3), Column("Meetings", numeric=True), Column("Attended", numeric=True), Column("Apologies", numeric=True),
    Column("Absent", numeric=True), Column("Share", numeric=True),
)  # fmt: skip


def record_report(boards: Boards, as_of: date) -> Report:
    """The public record of every body as of a day."""
    rates = attendance_rates(boards, as_of)
    sections = tuple(
        Section(f"body-{at + 1}", body.name, tuple(_of_body(boards, body, rates, as_of)))
        for at, body in enumerate(boards.bodies)
    )
    title = "Record of boards" + (f": {boards.name}" if boards.name else "")
    footer = "For publication: what is exempt is left out. Cancelled meetings are no part of attendance."
    fingerprint = fingerprint_of(title, sections)
    return Report("record", title, fingerprint, (Fact("As of", day_words(as_of)),), sections, footer)


def _of_body(boards: Boards, body: Body, rates: list[Rate], as_of: date) -> Iterator[Block]:
    topics = [topic for topic in boards.forward_plan if topic.body == body.body]
    if topics:
        ahead = sorted(topics, key=lambda topic: _when(boards, topic))
        yield Table("Forward plan", _FORWARD, tuple(_topic(boards, topic) for topic in ahead))
    else:
        yield Paragraph("Nothing is planned ahead.")
    decided, withheld = _decisions(boards, body, as_of)
    if decided:
        yield Table("Decisions", _DECISIONS, tuple(decided))
    if withheld:
        yield Note(f"Resolutions that are not for publication: {withheld}.")
    own = [rate for rate in rates if rate.body == body.body]
    if own:
        yield Table("Attendance", _ATTENDANCE, tuple(_rate(rate) for rate in own))


def _when(boards: Boards, topic: Topic) -> str:
    meeting = boards.meeting.get(topic.meeting)
    return str(meeting.date if meeting else topic.month or "9999")


def _topic(boards: Boards, topic: Topic) -> Row:
    meeting = boards.meeting.get(topic.meeting)
    month = str(topic.month) if topic.month else "not yet known"
    when = day_words(meeting.date) if meeting else month
    return row(topic.title, plain(topic.kind), when, topic.owner, "yes" if topic.key_decision else "no")


def _decisions(boards: Boards, body: Body, as_of: date) -> tuple[list[Row], int]:
    rows: list[Row] = []
    withheld = 0
    for meeting in boards.held:
        if meeting.body != body.body or meeting.date > as_of:
            continue
        items: dict[str, AgendaItem] = {item.item: item for item in boards.agenda_of(meeting.meeting)}
        for ruling in rulings(boards, meeting):
            found = ruling.decision
            if found.exempt or found.item not in items or items[found.item].exempt:
                withheld += 1
                continue
            outcome = plain(found.outcome) if ruling.stands else f"{plain(found.outcome)}; does not stand"
            text = f"{found.resolution}. {' '.join(found.text.split())}"
            rows.append(row(day_words(meeting.date), found.item, text, outcome))
    return rows, withheld


def _rate(rate: Rate) -> Row:
    share = "no meeting recorded" if rate.rate is None else f"{rate.rate:.0%}"
    counts = (rate.meetings, rate.attended, rate.apologies, rate.absent)
    return row(rate.name, *(str(count) for count in counts), share)
