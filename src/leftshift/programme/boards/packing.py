"""One pack of a meeting: what is in it, in which order, and which number each of its pages has.

What was issued with the pack is numbered 1, 2, 3 … through front sheet and papers. What came later stands behind the paper that
it adds to, and its pages carry the number of the page before them with letters: 12A, 12B, … 12Z, 12AA. So no page that was ever
issued changes its number. What is exempt is a document of its own, whose numbers begin with E.

How many pages a piece takes is for whoever lays it out: ``numbered`` gives the labels for those counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deadlines import issue_day, later_than_issue, moved_after_issue, root_of
from leftshift.programme.boards.papers import letter_of
from leftshift.programme.boards.rows import AgendaItem, Meeting, Paper

FRONT, ADDED = "front", "added"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class Piece:
    """A part of a pack that begins on a page of its own. ``after`` names the piece behind which it was added later."""

    key: str
    kind: Literal["front", "added", "paper", "supplement"]
    title: str
    item: str = ""
    paper: str = ""
    after: str = ""
    issued_on: date | None = None


@dataclass(frozen=True)
class Placed:
    """A piece at its place, with the labels of its pages."""

    piece: Piece
    labels: tuple[str, ...]

    @property
    def pages(self) -> str:
        """Its pages in words: 5, or 5 to 7."""
        first, last = self.labels[0], self.labels[-1]
        return first if first == last else f"{first} to {last}"


def exempt_papers(boards: Boards) -> frozenset[str]:
    """Papers that the public does not see: those of exempt items of any meeting, with their supplements."""
    roots = {row.paper for row in boards.agenda if row.exempt and row.paper}
    return frozenset(
        row.paper for row in boards.papers if row.paper in roots or root_of(boards, row) in roots
    )


def pieces_of(boards: Boards, meeting: Meeting, *, exempt: bool) -> tuple[Piece, ...]:
    """The pieces of the public pack of a meeting, or of its exempt part: first what was issued with it, then what came later."""
    base, later = [Piece(FRONT, "front", "")], list[Piece]()
    seen: set[str] = set()
    before = FRONT
    for item in boards.agenda_of(meeting.meeting):
        for paper in _of_item(boards, item):
            if paper.paper in seen or not _belongs(boards, paper, exempt=exempt):
                continue
            seen.add(paper.paper)
            day = later_than_issue(meeting, item, paper)
            is_later = day is not None or is_undated(meeting, paper)
            kind: Literal["paper", "supplement"] = "supplement" if paper.paper != item.paper else "paper"
            behind = item.paper if kind == "supplement" and item.paper in _keys(base) else before
            piece = Piece(
                paper.paper, kind, paper.title, item.item, paper.paper, behind if is_later else "", day
            )  # fmt: skip
            if is_later:
                later.append(piece)
            else:
                base.append(piece)
                before = paper.paper
    later.sort(key=lambda piece: piece.issued_on or date.max)
    changed = moved_after_issue(meeting) or meeting.cancelled
    added = [Piece(ADDED, "added", "")] if later or changed else []
    return (*base, *later, *added)


def _keys(pieces: Sequence[Piece]) -> set[str]:
    return {piece.key for piece in pieces}


def _of_item(boards: Boards, item: AgendaItem) -> Iterator[Paper]:
    """The paper of an item, then its supplements in the order in which they were issued."""
    if item.paper not in boards.paper:
        return
    yield boards.paper[item.paper]
    found = [row for row in boards.papers if row.paper != item.paper and root_of(boards, row) == item.paper]
    yield from sorted(found, key=lambda row: issue_day(row) or date.max)


def _belongs(boards: Boards, paper: Paper, *, exempt: bool) -> bool:
    """Whether a paper has something for this document: all of it, or the parts that are kept apart, or the rest."""
    if paper.paper in exempt_papers(boards):
        return exempt
    parts = boards.parts_of(paper.paper)
    return any(row.exempt is exempt for row in parts) or (not exempt and not parts)


def is_undated(meeting: Meeting, paper: Paper) -> bool:
    """Whether a supplement to a pack that is out does not say when it was issued: it cannot have been part of the pack."""
    return bool(meeting.issued_on and paper.supplement_to) and issue_day(paper) is None


def numbered(pieces: Sequence[Piece], counts: Mapping[str, int], *, exempt: bool) -> tuple[Placed, ...]:
    """The pieces in the order of their pages, with a label for each of so many pages by key."""
    prefix = "E" if exempt else ""
    labels: dict[str, tuple[str, ...]] = {}
    page = 0
    for piece in pieces:
        if not piece.after and piece.kind != "added":
            labels[piece.key] = tuple(f"{prefix}{page + at + 1}" for at in range(counts[piece.key]))
            page += counts[piece.key]
    behind: dict[str, list[Piece]] = {}
    for piece in pieces:
        if piece.after:
            followers = behind.setdefault(piece.after, [])
            used = sum(counts[each.key] for each in followers)
            last = labels[piece.after][-1]
            labels[piece.key] = tuple(
                f"{last}{letter_of(used + at).upper()}" for at in range(counts[piece.key])
            )
            followers.append(piece)
    placed: list[Placed] = []
    for piece in pieces:
        if piece.kind == "added":
            count = counts[piece.key]
            placed.insert(0, Placed(piece, tuple(f"{prefix}{roman(at + 1)}" for at in range(count))))
        elif not piece.after:
            placed += [Placed(each, labels[each.key]) for each in (piece, *behind.get(piece.key, ()))]
    return tuple(placed)


def roman(number: int) -> str:
    """A small number in roman numerals: 4 is iv."""
    found = ""
    for value, text in _ROMAN:
        while number >= value:
            found, number = found + text, number - value
    return found
