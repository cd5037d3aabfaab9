"""The register of interests as a document to publish: sensitive interests without what they are."""

from __future__ import annotations

from datetime import date

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.interests import Entry, register
from leftshift.programme.boards.words import day_words, plain
from leftshift.reports.boards.pack import fingerprint_of
from leftshift.reports.content import Block, Column, Fact, Paragraph, Report, Row, Section, Table, row

_COLUMNS = (Column("Member", weight=2), Column("Kind", weight=2), Column("Interest", weight=4), Column("Since", weight=1.5), Column("Declared", weight=2))  # fmt: skip


def register_report(boards: Boards, as_of: date) -> Report:
    """The register as of a day, body by body. What never had to be declared is left out, and so is what ended before."""
    entries = [
        entry
        for entry in register(boards, as_of)
        if entry.state != "not needed" and not (entry.interest.ended and entry.interest.ended < as_of)
    ]
    sections = []
    for at, body in enumerate(boards.bodies):
        own = [entry for entry in entries if entry.interest.body == body.body]
        block: Block = Paragraph("No interest is registered.")
        if own:
            block = Table(f"Interests, {body.name}", _COLUMNS, tuple(_row(boards, entry) for entry in own))
        sections.append(Section(f"body-{at + 1}", body.name, (block,), flows=True))
    title = "Register of interests" + (f": {boards.name}" if boards.name else "")
    facts = (Fact("As of", day_words(as_of)),)
    footer = "Sensitive interests are registered and not printed."
    return Report("register", title, fingerprint_of(title, sections), facts, tuple(sections), footer)


def _row(boards: Boards, entry: Entry) -> Row:
    found = entry.interest
    declared = {"overdue": "not declared", "due": "not yet"}.get(entry.state, "")
    if found.declared_on and not declared:
        declared = day_words(found.declared_on) + (", late" if entry.state == "late" else "")
    what = "A sensitive interest" if found.sensitive else found.what
    return row(
        boards.person(found.member, found.body), plain(found.kind), what, day_words(found.since), declared
    )
