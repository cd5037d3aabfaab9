"""A meeting as its page shows it: agenda with what papers lack, who may not take part, quorum by item, questions, resolutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.checking import BoardsChecked, MeetingQuorum
from leftshift.programme.boards.deadlines import root_of
from leftshift.programme.boards.interests import Exclusion
from leftshift.programme.boards.rows import AgendaItem, Meeting
from leftshift.programme.boards.words import counted, plain
from leftshift.workspace.plan.presenters.page import Link
from leftshift.workspace.programme.actions.agenda import KINDS
from leftshift.workspace.programme.actions.issuing import Lacking
from leftshift.workspace.programme.actions.resolving import OUTCOMES
from leftshift.workspace.shared.tables import Cell, Row, Table

_WORK = {
    "meeting": ("The meeting", "", False),
    "agenda": ("Agenda", "agenda/", True),
    "questions": ("Questions of the public", "questions/", True),
    "pack": ("Pack", "pack/", False),
    "attendance": ("Attendance", "attendance/", True),
    "declarations": ("Declarations", "declarations/", True),
    "decisions": ("Decisions", "decisions/", True),
    "minutes": ("Minutes", "minutes/", False),
    "change": ("Move or cancel", "change/", True),
}


def work_of(at: str, current: str, *, may_serve: bool) -> list[Link]:
    """What is done for a meeting, in the order in which it is done; ``at`` is where the meeting stands."""
    return [
        Link(words, f"{at}{below}", key == current)
        for key, (words, below, serves) in _WORK.items()
        if may_serve or not serves
    ]


@dataclass(frozen=True)
class ItemShown:
    """An item of an agenda on a page."""

    item: AgendaItem
    kind: str
    paper: str
    paper_title: str
    lacks: tuple[str, ...]
    supplements: tuple[tuple[str, str], ...]
    excluded: tuple[str, ...]
    resolutions: int


def items_shown(
    boards: Boards, meeting: Meeting, lacking: Sequence[Lacking], out: Sequence[Exclusion]
) -> list[ItemShown]:
    """The agenda in order, with what each item lacks and who may not take part in it."""
    lacks = {row.item.item: row.what for row in lacking}
    decided = boards.decisions_of(meeting.meeting)
    return [
        ItemShown(
            item,
            KINDS[item.kind],
            item.paper if item.paper in boards.paper else "",
            boards.paper[item.paper].title if item.paper in boards.paper else "",
            lacks.get(item.item, ()),
            tuple((row.paper, row.title) for row in boards.papers if item.paper and row.paper != item.paper and root_of(boards, row) == item.paper),
            tuple(boards.person(row.member, meeting.body) for row in out if row.item == item.item),
            sum(row.item == item.item for row in decided),
        )
        for item in boards.agenda_of(meeting.meeting)
    ]  # fmt: skip


def exclusions_table(
    boards: Boards, meeting: Meeting, out: Sequence[Exclusion], *, exempt: bool = True
) -> Table:
    """Who may not take part in which item, and why; of an exempt item the reason is for those who serve the board."""
    hidden = set() if exempt else {row.item for row in boards.agenda_of(meeting.meeting) if row.exempt}
    rows = [
        Row(
            [
                Cell(boards.person(row.member, meeting.body)),
                Cell(row.item),
                Cell("has an interest" if row.item in hidden else row.why),
                Cell("leaves for the item" if row.leaves else "stays and does not vote"),
                Cell({"register": "the register; not declared here yet"}.get(row.by, row.by)),
            ]
        )
        for row in out
    ]
    return Table("exclusions", "Who may not take part", ["Member", "Item", "Why", "What follows", "By"], rows)


def quorum_table(boards: Boards, found: MeetingQuorum) -> Table:
    """The quorum at the opening, and at items where it differs."""
    if found.found is None:
        return Table("quorum", "Quorum", [], [])
    rows = [
        Row(
            [
                Cell("At the opening"),
                tagged_quorum(found.found.quorate),
                Cell(found.found.words),
                Cell(_classes(found.found.by_class)),
            ]
        )
    ]
    for each in found.by_item:
        out = ", ".join(boards.person(name, found.meeting.body) for name in each.excluded)
        words = each.found.words + (f" Without {out}." if out else "")
        rows.append(
            Row(
                [
                    Cell(f"Item {each.item}"),
                    tagged_quorum(each.found.quorate),
                    Cell(words),
                    Cell(_classes(each.found.by_class)),
                ]
            )
        )
    return Table("quorum", "Quorum", ["When", "State", "In words", "By class"], rows)


def tagged_quorum(quorate: bool) -> Cell:
    """Whether there is a quorum, as a tag."""
    return Cell("quorate" if quorate else "not quorate", tag="green" if quorate else "red")


def _classes(found: Sequence[object]) -> str:
    return "; ".join(f"{plain(row.class_name)} {row.present} of {row.needed}" for row in found) or "–"  # type: ignore[attr-defined]


def questions_table(checked: BoardsChecked, meeting: Meeting, at: str) -> Table:
    """What the public asked, in turn; ``at`` leads to the answer, where it may be written."""
    rows = [
        Row(
            [
                Cell(row.question.asked_by, address=f"{at}questions/{row.question.question}/" if at else ""),
                Cell(row.question.kind + (", short notice" if row.short_notice else "")),
                Cell(" ".join(row.question.text.split())),
                Cell(row.over or f"minutes {row.begins} to {(row.begins or 0) + row.minutes}"),
                Cell("answered", tag="green") if row.question.answer else Cell("no answer yet", tag="grey"),
            ]
        )
        for row in checked.questions
        if row.question.meeting == meeting.meeting
    ]
    return Table(
        "questions", "Questions of the public, in turn", ["From", "What", "Words", "Its time", "Answer"], rows
    )


def resolutions_table(checked: BoardsChecked, meeting: Meeting, *, exempt: bool, item: str = "") -> Table:
    """What was decided, and whether it stands; without what is exempt for those who do not serve the board."""
    hidden = {row.item for row in checked.boards.agenda_of(meeting.meeting) if row.exempt}
    rows = []
    for ruling in checked.decisions:
        row = ruling.decision
        if row.meeting != meeting.meeting or (item and row.item != item):
            continue
        apart = (row.exempt or row.item in hidden) and not exempt
        rows.append(
            Row(
                [
                    Cell(f"{row.item}({row.resolution})"),
                    Cell("not for publication" if apart else " ".join(row.text.split())),
                    Cell(OUTCOMES[row.outcome]),
                    Cell(_votes(row)),
                    Cell("stands", tag="green") if ruling.stands else Cell("does not stand", tag="red"),
                    Cell("; ".join(ruling.refused) or "–"),
                ]
            )
        )
    return Table(
        "resolutions", "Resolutions", ["Minute", "Resolved", "Outcome", "Votes", "State", "Why not"], rows
    )


def _votes(row: object) -> str:
    names = (("votes_for", "for"), ("votes_against", "against"), ("abstained", "abstained"))
    found = [f"{number} {word}" for name, word in names if (number := getattr(row, name)) is not None]
    return ", ".join(found) or "not counted"


def minutes_planned(items: Sequence[ItemShown]) -> str:
    """How long the agenda is planned to take."""
    return counted(sum(row.item.minutes or 0 for row in items), "minute")
