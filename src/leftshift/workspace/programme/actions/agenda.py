"""An agenda is built: items are added, moved and taken out, and topics of the forward plan come onto it."""

from __future__ import annotations

from collections.abc import Iterable

from leftshift.programme.boards.agenda import item_key
from leftshift.programme.boards.boards import Boards
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.programme.actions.keeping import Facts, Records, Refused, keeping
from leftshift.workspace.programme.actions.meeting import check_open, meeting_of, new_name
from leftshift.workspace.programme.models import Programme

KINDS = {
    "decision": "To decide",
    "assurance": "For assurance",
    "note": "To note",
    "procedure": "Procedure",
}
_OF_TOPIC = {"decision": "decision", "assurance": "assurance", "information": "note"}
_CELLS = (
    "title",
    "kind",
    "owner",
    "minutes",
    "exempt",
    "exempt_reason",
    "paper",
    "concerns",
    "takes_part_by",
)
_TIED = ("declarations", "decisions")


def next_item(boards: Boards, meeting: str) -> str:
    """The number that comes after the last one."""
    numbers = [key[0] for row in boards.agenda_of(meeting) if (key := item_key(row.item))]
    return str(max((int(digits) for kind, _, digits in numbers if kind == 0), default=0) + 1)


def add_item(held: Programme, meeting: str, given: Facts, *, by: Person) -> None:
    """Add an item; after the agenda was issued it is marked as added. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        boards = records.content().boards
        found = meeting_of(boards, meeting)
        item = given.get("item", "").strip() or next_item(boards, meeting)
        if item in {row.item for row in boards.agenda_of(meeting)}:
            raise Refused(f"There is an item {item} already: give this one another number")
        if not given.get("title", "").strip():
            raise Refused("Give the item a title")
        if given.get("kind", "") not in KINDS:
            raise Refused("Say what is asked of the body")
        if given.get("exempt") and not given.get("exempt_reason", "").strip():
            raise Refused("Say why the public is excluded from it, and by which rule")
        added = str(records.today) if found.issued_on else ""
        cells = {name: given.get(name, "") for name in _CELLS}
        records.add("agenda", {"meeting": meeting, "item": item, "added_on": added, **cells})


def take_topic(held: Programme, meeting: str, topic: str, *, by: Person) -> None:
    """Take a topic of the forward plan onto the agenda. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        boards = records.content().boards
        found = meeting_of(boards, meeting)
        wanted = next((row for row in boards.forward_plan if row.topic == topic), None)
        if wanted is None or wanted.body != found.body:
            raise Refused("There is no such topic any more")
        if any(row.title == wanted.title for row in boards.agenda_of(meeting)):
            raise Refused("It is on the agenda already")
        added = str(records.today) if found.issued_on else ""
        records.add(
            "agenda",
            {
                "meeting": meeting, "item": next_item(boards, meeting), "title": wanted.title, "kind": _OF_TOPIC[wanted.kind],
                "owner": wanted.owner, "added_on": added,
            },
        )  # fmt: skip
        row, _ = records.one("forward_plan", topic=topic)
        records.set_cells("forward_plan", row, {"meeting": meeting})


def move_item(held: Programme, meeting: str, item: str, by_places: int, *, by: Person) -> None:
    """Move an item up (-1) or down (1): it changes its number with its neighbour. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        check_open(records, meeting)
        order = [row.item for row in records.content().boards.agenda_of(meeting)]
        if item not in order:
            raise Refused("There is no such item any more")
        to = order.index(item) + by_places
        if 0 <= to < len(order):
            _renumber(records, meeting, {item: order[to], order[to]: item})


def remove_item(held: Programme, meeting: str, item: str, *, by: Person) -> None:
    """Take an item out; those after it move up, where all have plain numbers. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        check_open(records, meeting)
        _check_free(records, meeting, [item])
        row, _ = records.one("agenda", meeting=meeting, item=item)
        order = [each.item for each in records.content().boards.agenda_of(meeting)]
        after = order[order.index(item) + 1 :]
        records.remove("agenda", row)
        if after and all(number.isascii() and number.isdigit() for number in order):
            _renumber(records, meeting, {number: str(int(number) - 1) for number in after})


def _renumber(records: Records, meeting: str, numbers: dict[str, str]) -> None:
    _check_free(records, meeting, numbers)
    rows = {number: records.one("agenda", meeting=meeting, item=number)[0] for number in numbers}
    for number, row in rows.items():
        records.set_cells("agenda", row, {"item": numbers[number]})


def _check_free(records: Records, meeting: str, items: Iterable[str]) -> None:
    """Refused where something is recorded of one of these items: it would stand at another."""
    wanted = set(items)
    for table in _TIED:
        if any(facts.get("item") in wanted for _, facts in records.rows(table, meeting=meeting)):
            raise Refused(f"{table.capitalize()} are recorded at these items: their numbers stay")
    moves = {text for _, facts in records.rows("attendance", meeting=meeting) for text in (facts.get("arrived_item"), facts.get("left_item"))}  # fmt: skip
    if moves & wanted:
        raise Refused("Attendance names these items: their numbers stay")


def begin_paper(held: Programme, meeting: str, item: str, *, by: Person) -> str:
    """Begin the paper of an item; gives its short name. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        boards = records.content().boards
        meeting_of(boards, meeting)
        row, facts = records.one("agenda", meeting=meeting, item=item)
        if facts.get("paper"):
            return facts["paper"]
        name = new_name(facts["title"], list(boards.paper))
        records.add("papers", {"paper": name, "title": facts["title"], "author": facts.get("owner", ""), "received_on": str(records.today)})  # fmt: skip
        records.set_cells("agenda", row, {"paper": name})
    return name


def begin_supplement(held: Programme, paper: str, *, by: Person) -> str:
    """Begin a supplement to a paper; gives its short name. Raises NotAllowed, Refused."""
    with keeping(held, by) as records:
        boards = records.content().boards
        found = boards.paper.get(paper)
        if found is None:
            raise Refused("There is no such paper any more")
        name = new_name(f"{paper} supplement", list(boards.paper))
        records.add(
            "papers", {"paper": name, "title": found.title, "author": found.author, "received_on": str(records.today), "supplement_to": paper}
        )  # fmt: skip
    return name
