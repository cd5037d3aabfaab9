"""A pack is issued: kept as it is, with the number of every page; what comes later is a supplement behind it.

What was issued is read from the record as it stood at that edit, so that no later change reaches it, and none of its pages
gets another number.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deadlines import clock_of, root_of
from leftshift.programme.boards.packing import Placed
from leftshift.programme.boards.papers import lacks
from leftshift.programme.boards.rows import AgendaItem, Meeting, Paper, PaperPart, PaperRisk
from leftshift.programme.boards.words import counted, day_words
from leftshift.reports.boards import LaidOut, board_pack, has_exempt_part, lay_out
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions.keeping import Records, Refused, keeping
from leftshift.workspace.programme.actions.meeting import meeting_of
from leftshift.workspace.programme.models import IssuedPack, Programme
from leftshift.workspace.record.models import record_event

_DAY = timedelta(days=1)
LONGEST_NAME = 100
"""Characters of the short name of a meeting under which packs are kept."""
_NAMED = re.compile(r"(?:part|(a risk under the heading )) ?\w+ \((.*)\)")
"""What the library says of a part or heading: its short name, and how a form calls it."""


@dataclass(frozen=True)
class Lacking:
    """What an item of an agenda lacks before its papers can be issued."""

    item: AgendaItem
    what: tuple[str, ...]

    @property
    def words(self) -> str:
        """As a sentence says it."""
        return f"item {self.item.item}, {self.item.title}: {', '.join(self.what)}"


def lacking(boards: Boards, meeting: str) -> list[Lacking]:
    """The items of a meeting whose papers lack something."""
    found = [Lacking(item, tuple(_lacks(boards, item))) for item in boards.agenda_of(meeting)]
    return [row for row in found if row.what]


def _lacks(boards: Boards, item: AgendaItem) -> Iterable[str]:
    if item.kind == "procedure":
        return ()
    if item.paper in boards.paper:
        return lacks_of(boards, item.paper, item.kind)
    return ("a paper",) if item.kind == "decision" else ()


def lacks_of(boards: Boards, paper: str, kind: str) -> list[str]:
    """What a paper for an item of a kind lacks, as its form calls it."""
    return [_NAMED.sub(r"\1\2", what) for what in lacks(boards, paper, kind)]


def papers_of(boards: Boards, meeting: str) -> list[Paper]:
    """The papers of the items of a meeting, with their supplements."""
    own = {item.paper for item in boards.agenda_of(meeting) if item.paper}
    return [row for row in boards.papers if row.paper in own or root_of(boards, row) in own]


def timeliness(boards: Boards, meeting: Meeting, today: date) -> str:
    """Whether papers that are issued today are in time, in words."""
    body = boards.body[meeting.body]
    if body.papers_days is None:
        return f"{body.name} has no rule on when papers are issued."
    clock, number = clock_of(boards, meeting), body.papers_days
    due = f"due by {day_words(clock.due(number))}: {clock.rule(number)}"
    if clock.in_time(number, today):
        return f"In time, {due}."
    return f"Late by {counted(clock.short(number, today), 'working day')}, {due}."


# ---------------------------------------------------------------------- issuing
def issue(held: Programme, meeting: str, *, in_spite: str, by: Person) -> IssuedPack:
    """Issue the pack of a meeting; ``in_spite`` says why it goes out with what is lacking. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        boards = records.content().boards
        found = meeting_of(boards, meeting)
        if records.held.packs.filter(meeting=meeting).exists():
            raise Refused("The pack was issued already: what comes later is a supplement")
        if not boards.agenda_of(meeting):
            raise Refused("There is no agenda yet")
        if len(meeting) > LONGEST_NAME:
            raise Refused(f"Its short name has more than {LONGEST_NAME} characters: give it another")
        missing = [row.words for row in lacking(boards, meeting)]
        if missing and not in_spite.strip():
            raise Refused(f"Papers lack what their template needs: {'; '.join(missing)}. Add it, or say why the pack is issued with what is lacking")  # fmt: skip
        row, facts = records.one("meetings", meeting=meeting)
        recorded = (
            found.issued_on
        )  # issued before the workspace knew of it: what came after that day is a supplement already
        records.set_cells("meetings", row, {"issued_on": facts.get("issued_on") or str(records.today)})
        now = records.content().boards
        more = {"timely": timeliness(boards, found, recorded or records.today), "lacking": missing, "in_spite": in_spite.strip() if missing else ""}  # fmt: skip
        return _keep(records, meeting, now if recorded else not_yet_issued(now, meeting), None, more)


def supplement(held: Programme, meeting: str, *, by: Person) -> IssuedPack:
    """Issue what came since the pack: its pages stand behind those that were issued. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        boards = records.content().boards
        meeting_of(boards, meeting)
        last = records.held.packs.filter(meeting=meeting).last()
        if last is None:
            raise Refused("The pack is not issued yet")
        today = records.today
        before = boards_as_issued(records.held, meeting)
        if not added_since(before, boards, meeting):
            raise Refused("Nothing came since: write a supplement to a paper, or add an item")
        _date_what_came(records, before, boards, meeting, today)
        now = records.content().boards
        found = with_supplement(last.document["first"], before, now, meeting)
        return _keep(records, meeting, found, last, {"timely": timeliness(now, now.meeting[meeting], today)})


def boards_as_issued(held: Programme, meeting: str) -> Boards:
    """The boards as they stood when the pack of a meeting was issued, and behind it what each supplement brought.

    Each paper is read as it stood when it was issued itself. Raises Refused where that can no longer be read.
    """
    first, *later = queries.packs_of(held, meeting)
    found = _boards_at(held, first)
    for row in later:
        found = with_supplement(first.document["first"], found, _boards_at(held, row), meeting)
    return found


def _boards_at(held: Programme, issued: IssuedPack) -> Boards:
    found = queries.as_of_edit(held, issued.document["edit"])
    if found.content is None or not found.is_sound:
        raise Refused(
            "What was issued can no longer be read from the record: no supplement can be set behind it"
        )
    return found.content.boards


def added_since(before: Boards, now: Boards, meeting: str) -> list[str]:
    """What came onto a meeting since its pack was issued: another day, titles of papers and items."""
    known = {row.paper for row in papers_of(before, meeting)}
    items = {row.item for row in before.agenda_of(meeting)}
    papers = [row.title for row in papers_of(now, meeting) if row.paper not in known]
    day = now.meeting[meeting].date
    moved = [f"another day of the meeting, {day_words(day)}"] if day != before.meeting[meeting].date else []
    added = [row.title for row in now.agenda_of(meeting) if row.item not in items and not row.paper]
    return moved + papers + added


def _date_what_came(records: Records, before: Boards, now: Boards, meeting: str, today: date) -> None:
    known = {row.paper for row in papers_of(before, meeting)}
    for paper in papers_of(now, meeting):
        if paper.paper not in known:
            row, _ = records.one("papers", paper=paper.paper)
            records.set_cells("papers", row, {"issued_on": str(today)})
    for item in now.agenda_of(meeting):
        if item.item not in {each.item for each in before.agenda_of(meeting)}:
            row, _ = records.one("agenda", meeting=meeting, item=item.item)
            records.set_cells("agenda", row, {"added_on": str(today)})


def not_yet_issued(boards: Boards, meeting: str) -> Boards:
    """Boards of which a meeting has not issued anything: all that it has is part of the first pack, whatever day it came."""
    found = replace(boards.meeting[meeting], issued_on=None)
    return replace(
        boards, meetings=tuple(found if row.meeting == meeting else row for row in boards.meetings)
    )


def with_supplement(first: Mapping[str, Any], before: Boards, now: Boards, meeting: str) -> Boards:
    """What was issued, as it stood then, with what came since behind it; ``first`` names papers and items of the first issue.

    The first issue is told from the rest by its day, which nothing prints: it is set a day back, so that what came on that
    very day counts as later.
    """
    every = {row.paper for row in papers_of(before, meeting)}
    papers = [
        replace(row, received_on=None, issued_on=None) if row.paper in first["papers"] else row
        for row in before.papers
        if row.paper in every
    ]
    moved, was = now.meeting[meeting], before.meeting[meeting]
    row = replace(
        was, date=moved.date, was=moved.was, moved_on=moved.moved_on, cancelled=moved.cancelled, issued_on=date.fromisoformat(first["day"]) - _DAY
    )  # fmt: skip
    return replace(
        before,
        meetings=tuple(row if each.meeting == meeting else each for each in before.meetings),
        agenda=tuple(_agenda(first, before, now, meeting)),
        papers=(*papers, *(each for each in now.papers if each.paper not in every)),
        paper_parts=tuple(_either(before.paper_parts, now.paper_parts, every)),
        paper_risks=tuple(_either(before.paper_risks, now.paper_risks, every)),
    )


_OfPaper = TypeVar("_OfPaper", PaperPart, PaperRisk)


def _either(before: Iterable[_OfPaper], now: Iterable[_OfPaper], issued: Set[str]) -> Iterator[_OfPaper]:
    """Rows of papers that were issued as they stood then, of the others as they stand now."""
    yield from (row for row in before if row.paper in issued)
    yield from (row for row in now if row.paper not in issued)


def _agenda(first: Mapping[str, Any], before: Boards, now: Boards, meeting: str) -> Iterator[AgendaItem]:
    there = {row.item: row for row in now.agenda_of(meeting)}
    known = before.agenda_of(meeting)
    for row in known:
        paper = row.paper or (there[row.item].paper if row.item in there else "")
        yield replace(row, paper=paper, added_on=None if row.item in first["items"] else row.added_on)
    yield from (row for item, row in there.items() if item not in {each.item for each in known})
    yield from (row for row in now.agenda if row.meeting != meeting)


def _keep(
    records: Records, meeting: str, boards: Boards, last: IssuedPack | None, more: Mapping[str, Any]
) -> IssuedPack:
    public = lay_out(board_pack(boards, meeting))
    exempt = lay_out(board_pack(boards, meeting, exempt=True)) if has_exempt_part(boards, meeting) else None
    document = {
        "edit": records.held.edits,
        "on": str(records.today),
        "papers": [row.paper for row in papers_of(boards, meeting)],
        "first": last.document["first"] if last else _first(boards, meeting, [public, *([exempt] if exempt else [])], records.today),
        "fingerprint": hashlib.sha256(public.html.encode()).hexdigest(),
        "public": _document(public),
        "exempt": _document(exempt) if exempt else None,
        **more,
    }  # fmt: skip
    if last is not None:
        _check_pages(last.document, document)
    made = IssuedPack.objects.create(
        programme=records.held, meeting=meeting, issue=last.issue + 1 if last else 1, document=document, public_pdf=public.pdf,
        exempt_pdf=exempt.pdf if exempt else None, by=records.by.signature,
    )  # fmt: skip
    detail = {
        "issue": made.issue,
        "pages": len(public.labels),
        "fingerprint": document["fingerprint"][:12],
    }
    action = "supplement issued" if last else "pack issued"
    record_event(by=records.by.signature, action=action, subject=meeting, detail=detail, place=records.taken.place)  # fmt: skip
    return made


def _first(boards: Boards, meeting: str, parts: Iterable[LaidOut], today: date) -> dict[str, Any]:
    """Day, papers and items of the first issue, by which later ones tell what came after it."""
    pieces = [piece for part in parts for piece in part.pack.pieces]
    day = boards.meeting[meeting].issued_on
    items = [
        row.item for row in boards.agenda_of(meeting) if not (day and row.added_on and row.added_on > day)
    ]
    papers = [piece.paper for piece in pieces if piece.paper and not piece.after]
    return {"day": str(day or today), "papers": papers, "items": items}


def _document(found: LaidOut) -> dict[str, Any]:
    return {
        "title": found.pack.title,
        "html": found.html,
        "pieces": [_piece(found, row) for row in found.placed],
    }


def _piece(found: LaidOut, row: Placed) -> dict[str, Any]:
    return {
        "key": row.piece.key, "kind": row.piece.kind, "title": found.pack.heading(row.piece), "pages": row.pages, "labels": list(row.labels),
    }  # fmt: skip


def _check_pages(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Every page that was issued has the number that it had. Raises Refused."""
    for part in ("public", "exempt"):
        pages = {row["key"]: row["labels"] for row in (now[part] or {"pieces": ()})["pieces"]}
        for row in (before[part] or {"pieces": ()})["pieces"]:
            if row["kind"] != "added" and pages.get(row["key"]) != row["labels"]:
                raise Refused(f"{row['title']} would not keep its pages {row['pages']}: bring what is new as a supplement to another paper, or tomorrow")  # fmt: skip
