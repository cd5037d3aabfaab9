"""What a pack of a meeting says: front sheet, agenda, papers and supplements, as pieces that each begin a page.

The public pack holds nothing of an exempt paper but the title and reason of its item on the agenda; what is exempt is a document
of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.foundation.faults import near_miss
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deadlines import clock_of, moved_after_issue, public_days
from leftshift.programme.boards.packing import Piece, Placed, exempt_papers, pieces_of
from leftshift.programme.boards.papers import order_of, part_name, parts_of
from leftshift.programme.boards.parameters import paper_templates
from leftshift.programme.boards.rows import AgendaItem, Meeting, Paper, PaperPart
from leftshift.programme.boards.words import day_words, listed, moved_words
from leftshift.reports.content import Block, Column, Items, Note, Paragraph, Subheading, Table, row, texts_of

_PAPERS = ("paper", "supplement")
_KINDS = {"decision": "to decide", "note": "to note", "assurance": "for assurance", "procedure": ""}


@dataclass(frozen=True)
class BoardPack:
    """A pack before it is laid out: its pieces, and what each says once the pages are known."""

    boards: Boards
    meeting: Meeting
    exempt: bool
    pieces: tuple[Piece, ...]

    @property
    def title(self) -> str:
        """Title of the document."""
        body = self.boards.body[self.meeting.body].name
        apart = ": exempt part" if self.exempt else ""
        return f"{body}, {day_words(self.meeting.date)}{apart}"

    @property
    def footer(self) -> str:
        """What stands at the foot of every page beside its number."""
        return f"{self.title} · not for publication" if self.exempt else self.title

    def heading(self, piece: Piece) -> str:
        """The heading of a piece."""
        if piece.kind == "front":
            return "Exempt papers" if self.exempt else "Agenda"
        if piece.kind == "added":
            return "Added since this pack was issued"
        supplement = "Supplement: " if piece.kind == "supplement" else ""
        return f"Item {piece.item}. {supplement}{piece.title}"

    def blocks(self, piece: Piece, placed: Mapping[str, Placed]) -> tuple[Block, ...]:
        """What a piece says; ``placed`` gives the pages of the others, and is empty as long as they are not known."""
        if piece.kind == "front":
            return tuple(self._exempt_front(placed) if self.exempt else self._front(placed))
        if piece.kind == "added":
            return tuple(self._added(placed))
        return tuple(self._paper(self.boards.paper[piece.paper]))

    # ------------------------------------------------------------------ front sheets
    def _front(self, placed: Mapping[str, Placed]) -> Iterator[Block]:
        meeting = self.meeting
        yield Paragraph(_where(meeting), lead=True)
        if meeting.was and not moved_after_issue(meeting):
            yield Note(f"{_first_capital(moved_words(meeting.was, meeting.moved_on))}.")
        items = [item for item in self.boards.agenda_of(meeting.meeting) if not self._is_added(item)]
        if items:
            yield self._agenda_table(items, placed)
        else:
            yield Paragraph("There is no agenda yet.")
        hidden = [item for item in items if item.exempt]
        if hidden:
            yield Note(f"The public is excluded from {_excluded_words(hidden)}.")
        yield from self._public_time()
        yield from self._members()

    def _agenda_table(self, items: list[AgendaItem], placed: Mapping[str, Placed]) -> Table:
        columns = (Column("Item", weight=0), Column("Title", weight=3), Column("Asked", weight=1.2), Column("Brought by", weight=2), Column("Minutes", numeric=True, weight=0), Column("Pages", weight=1))  # fmt: skip
        rows = tuple(
            row(
                item.item,
                item.title,
                _KINDS[item.kind],
                item.owner,
                "" if item.minutes is None else str(item.minutes),
                self._pages(item, placed),
            )
            for item in items
        )
        return Table("Items", columns, rows)

    def _pages(self, item: AgendaItem, placed: Mapping[str, Placed]) -> str:
        if item.exempt or (not self.exempt and item.paper in exempt_papers(self.boards)):
            return "apart"
        if not item.paper:
            return ""
        found = placed.get(item.paper)
        if found is None:
            return "" if placed else "00 to 00"
        return "to follow" if found.piece.after else found.pages

    def _is_added(self, item: AgendaItem) -> bool:
        issued = self.meeting.issued_on
        return bool(issued and item.added_on and item.added_on > issued)

    def _public_time(self) -> Iterator[Block]:
        body, clock = self.boards.body[self.meeting.body], clock_of(self.boards, self.meeting)
        texts = []
        for kind in ("question", "statement", "deputation", "petition"):
            number = public_days(body, kind)
            if number is not None:
                hour = f" at {body.closes_at}" if body.closes_at else ""
                texts.append(f"{kind.capitalize()}s come by {day_words(clock.due(number))}{hour}.")
        if body.question_minutes is not None:
            short = body.short_notice_minutes
            of_which = "" if short is None else f", of which at most {short} for what comes at short notice"
            texts.append(f"They have {body.question_minutes} minutes in all{of_which}.")
        if texts and self.meeting.public:
            yield Subheading("Questions from the public")
            yield Items(tuple(texts))

    def _members(self) -> Iterator[Block]:
        day = self.meeting.date
        serving = [each for each in self.boards.members_of(self.meeting.body) if each.serves_on(day)]
        seats = [row(each.name, each.organisation, _role(each.role)) for each in serving if each.has_seat]
        if seats:
            columns = (Column("Member", weight=2), Column("Organisation", weight=2), Column("Role", weight=1))
            yield Table("Members", columns, tuple(seats))
        else:
            yield Note("This body has no members, so that it cannot be quorate.")

    def _exempt_front(self, placed: Mapping[str, Placed]) -> Iterator[Block]:
        yield Paragraph(_where(self.meeting), lead=True)
        yield Note(
            "Not for publication. This document is issued to those who are entitled to it, apart from the public pack."
        )
        items = [item for item in self.boards.agenda_of(self.meeting.meeting) if item.exempt]
        if items:
            yield Items(
                tuple(
                    f"Item {item.item}. {item.title}: {item.exempt_reason or 'no reason is given'}"
                    for item in items
                )
            )
        issued = [piece for piece in self.pieces if piece.kind in _PAPERS and not piece.after]
        if issued:
            yield self._contents("In this document", issued, placed)

    def _contents(self, caption: str, pieces: list[Piece], placed: Mapping[str, Placed]) -> Table:
        columns = (Column("Item", weight=0), Column("Paper", weight=4), Column("Pages", weight=1))
        rows = tuple(
            row(
                piece.item,
                ("Supplement: " if piece.kind == "supplement" else "") + piece.title,
                placed[piece.key].pages if placed else "00 to 00",
            )
            for piece in pieces
        )
        return Table(caption, columns, rows)

    # ------------------------------------------------------------------ what was added
    def _added(self, placed: Mapping[str, Placed]) -> Iterator[Block]:
        yield Paragraph("Every page that was issued before keeps its number. Pages that were added carry the number of the page before them, with letters.")  # fmt: skip
        yield from self._changes()
        items = [item for item in self.boards.agenda_of(self.meeting.meeting) if self._is_added(item)]
        if items:
            yield Items(tuple(f"Item {item.item} was added: {item.title}." for item in items))
        later = [piece for piece in self.pieces if piece.after]
        if later:
            yield self._contents("Added papers", later, placed)
        for piece in later:
            reason = self.boards.paper[piece.paper].late_reason
            day = day_words(piece.issued_on) if piece.issued_on else ""
            yield Paragraph(f"{piece.title}: issued on {day}{'; ' + reason if reason else ''}.")

    def _changes(self) -> Iterator[Block]:
        meeting = self.meeting
        if moved_after_issue(meeting) and meeting.was:
            yield Note(f"{_first_capital(moved_words(meeting.was, meeting.moved_on))}.")
        if meeting.cancelled:
            yield Note("This meeting was cancelled.")

    # ------------------------------------------------------------------ papers
    def _paper(self, paper: Paper) -> Iterator[Block]:
        whole = paper.paper in exempt_papers(self.boards)
        parts = parts_of(self.boards, paper.paper)
        if self.exempt and not whole:
            yield Note("The exempt parts of a paper whose other parts are in the public pack.")
            yield from _parts([part for part in parts if part.exempt])
            return
        if paper.author:
            yield Paragraph(f"By {paper.author}.")
        shown = [part for part in parts if whole or not part.exempt]
        after = order_of(paper_templates()["risks"]["after"])
        yield from _parts([part for part in shown if order_of(part.part) <= after])
        yield from self._risks(paper)
        yield from _parts([part for part in shown if order_of(part.part) > after])
        if len(shown) < len(parts):
            yield Note("A part of this paper is exempt and stands in a document of its own.")

    def _risks(self, paper: Paper) -> Iterator[Block]:
        found = {row.heading: row for row in self.boards.risks_of(paper.paper)}
        headings = paper_templates()["risks"]["headings"]
        rows = [
            row(name, found[heading].level, found[heading].text)
            for heading, name in headings.items()
            if heading in found
        ]
        if rows:
            columns = (Column("Heading", weight=1), Column("Risk", weight=1), Column("Why", weight=4))
            yield Table(str(paper_templates()["risks"]["name"]), columns, tuple(rows))


def board_pack(boards: Boards, meeting: str, *, exempt: bool = False) -> BoardPack:
    """The public pack of a meeting, or its exempt part. Raises LookupError for a meeting that is not known."""
    found = meeting_of(boards, meeting)
    return BoardPack(boards, found, exempt, pieces_of(boards, found, exempt=exempt))


def has_exempt_part(boards: Boards, meeting: str) -> bool:
    """Whether anything of a meeting is kept apart."""
    return len(board_pack(boards, meeting, exempt=True).pieces) > 1


def fingerprint_of(title: str, parts: Sequence[Any]) -> str:
    """A hash of what a document says: it changes with any word."""
    words = json.dumps([title, *(texts for part in parts for texts in texts_of(part))], ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def meeting_of(boards: Boards, meeting: str) -> Meeting:
    """A meeting by its short name; raises LookupError with the nearest one."""
    known = {row.meeting: row for row in boards.held}
    if meeting in known:
        return known[meeting]
    guess = near_miss(meeting, known)
    hint = f"; did you mean {guess}?" if guess else f": {listed(sorted(known))}" if known else ""
    raise LookupError(f"there is no meeting {meeting}{hint}")


def _parts(parts: list[PaperPart]) -> Iterator[Block]:
    before = ""
    for part in parts:
        if part.part != before:
            yield Subheading(part_name(part.part))
            before = part.part
        for number, text in enumerate(paragraphs(part.text)):
            yield Paragraph(text, number=f"{part.letter}." if part.letter and number == 0 else "")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: an empty line stands between them."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _where(meeting: Meeting) -> str:
    parts = [day_words(meeting.date), meeting.begins, meeting.venue]
    return ", ".join(part for part in parts if part)


def _first_capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _role(role: str) -> str:
    return {"chair": "chair", "vice_chair": "vice chair"}.get(role, "")


def _excluded_words(items: list[AgendaItem]) -> str:
    return "; ".join(f"item {item.item}: {item.exempt_reason or 'no reason is given'}" for item in items)
