"""The minutes of a meeting as a document: for the public without what is exempt, or whole for those who may read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.minuting import MinutedAction, MinutedItem, minutes_of
from leftshift.programme.boards.words import day_words
from leftshift.reports.boards.pack import fingerprint_of, meeting_of, paragraphs
from leftshift.reports.content import Block, Column, Fact, Note, Paragraph, Report, Section, Table, row


def minutes_report(
    boards: Boards, meeting: str, *, exempt: bool = False, actions: Sequence[MinutedAction] = ()
) -> Report:
    """The minutes; ``exempt`` with what the public may not read. Raises LookupError for a meeting that is not known."""
    found = meeting_of(boards, meeting)
    made = minutes_of(boards, found, actions)
    sections = [Section("opening", "Who was there", tuple(Paragraph(text) for text in made.opening))]
    hidden = {item.item for item in made.items if item.exempt} if not exempt else set[str]()
    for number, item in enumerate(made.items):
        blocks = tuple(_item(item, exempt=exempt)) or (Paragraph("Nothing is recorded."),)
        sections.append(Section(f"item-{number + 1}", f"{item.item}. {item.title}", blocks, flows=True))
    shown = [each for each in made.actions if not _belongs(each[0], hidden)]
    if shown:
        rows = tuple(
            row(ref, what, who, day_words(due) if due else "no day is set") for ref, what, who, due in shown
        )
        columns = (
            Column("Minute", weight=0),
            Column("Action", weight=4),
            Column("By", weight=2),
            Column("Due", weight=2),
        )
        sections.append(Section("actions", "Actions", (Table("Actions agreed", columns, rows),), flows=True))
    title = f"{made.body}: minutes of {day_words(found.date)}"
    facts = (Fact("Meeting", ", ".join(part for part in (day_words(found.date), found.begins, found.venue) if part)), Fact("Status", made.status))  # fmt: skip
    footer = (
        "Whole minutes: not for publication." if exempt else "For publication: what is exempt is left out."
    )
    fingerprint = fingerprint_of(title, sections)
    return Report(f"minutes-{found.meeting}", title, fingerprint, facts, tuple(sections), footer)


def _belongs(reference: str, items: set[str]) -> bool:
    return any(
        reference.strip().rstrip("abcdefghijklmnopqrstuvwxyz") == item or reference == item for item in items
    )


def _item(item: MinutedItem, *, exempt: bool) -> Iterator[Block]:
    for text in item.sentences:
        for paragraph in paragraphs(text):
            yield Paragraph(paragraph)
    if item.exempt and not exempt:
        yield Note("What was decided on this item is not for publication.")
        return
    withheld = False
    for letter, text, apart in item.resolutions:
        if apart and not exempt:
            withheld = True
            continue
        for at, paragraph in enumerate(paragraphs(text)):
            yield Paragraph(paragraph, number="" if at else f"{letter}.")
    if withheld:
        yield Note("A resolution on this item is not for publication.")
