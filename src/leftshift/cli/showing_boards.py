"""What the terminal shows of boards."""

from __future__ import annotations

from rich.text import Text

from leftshift.cli.showing import console_of, table_of
from leftshift.programme.boards.checking import BoardsChecked, MeetingQuorum

_STYLES = {"met": "green", "late": "red", "overdue": "red", "due": "yellow", "not needed": "dim"}


def show_checked(checked: BoardsChecked) -> None:
    """Print quorum, deadlines, who may not take part, decisions that do not stand, and faults."""
    console = console_of()
    name = checked.boards.name or "Boards"
    console.print(Text(f"{name}, as of {checked.as_of}", "bold"))
    for row in checked.quorum:
        _show_quorum(row)
    console.print(Text("Deadlines", "bold"))
    for found in checked.deadlines:
        state = Text(f"{found.state:>10} ", _STYLES[found.state])
        console.print(Text.assemble(state, f"{found.meeting}  {found.words}"))
    _show_exclusions(checked)
    refused = [ruling for ruling in checked.decisions if not ruling.stands]
    stand = len(checked.decisions) - len(refused)
    console.print(f"Resolutions that stand: {stand} of {len(checked.decisions)}", markup=False)
    for fault in checked.faults:
        console.print(Text(f"✗ {fault.place}", "bold red"), Text(f"  {fault.kind}", "dim"), sep="")
        found_words = f"found {fault.found}, " if fault.found else ""
        console.print(Text(f"  {found_words}expected {fault.expected}"))
        console.print(Text(f"  → {fault.action}."))
    console.print(Text(checked.faults.summary() if checked.faults else "No faults.", "bold"))


def _show_quorum(row: MeetingQuorum) -> None:
    console = console_of()
    head = f"{row.meeting.date}  {row.meeting.meeting}  "
    if row.found is None:
        console.print(Text.assemble(head, (row.reason, "dim")))
        return
    console.print(Text.assemble(head, (row.found.words, "green" if row.found.quorate else "red")))
    for each in row.by_item:
        style = "green" if each.found.quorate else "red"
        console.print(Text.assemble(f"    item {each.item}: ", (each.found.words, style)))


def _show_exclusions(checked: BoardsChecked) -> None:
    if not checked.exclusions:
        return
    table = table_of("Who may not take part", ["meeting", "item", "member", "", "why"], left=5)
    for found in checked.exclusions:
        how = "leaves" if found.leaves else "does not vote"
        table.add_row(found.meeting, found.item, found.member, how, found.why)
    console_of().print(table)
