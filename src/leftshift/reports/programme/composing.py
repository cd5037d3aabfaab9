"""A programme as a whole document, and a highlight report as one, for every renderer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from leftshift import __version__
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.costing import SlipCost
from leftshift.reports.content import (
    Block,
    Fact,
    Items,
    Paragraph,
    Report,
    Section,
    Subheading,
    Table,
    made_printable,
)
from leftshift.reports.pack.composing import day_in_words, numbered
from leftshift.reports.programme import blocks
from leftshift.reports.programme.cells import count
from leftshift.reports.programme.highlight_blocks import highlight_blocks
from leftshift.reports.report import FOOTER

_MOST_GATES = 30
"""Gates that are told one by one: what more there are stands in the table of all."""


def programme_report(
    checked: CheckedProgramme, cost: SlipCost | None, title: str = "", seed: int = 1
) -> Report:
    """The report of a programme on a day; the same bytes for the same programme, day and seed. Raises CircularDependencies."""
    report = Report(
        code="programme",
        title=title or checked.programme.name,
        fingerprint=checked.programme.fingerprint,
        facts=_facts(checked),
        sections=numbered(_sections(checked, cost, seed)),
        footer=FOOTER,
        numbered=True,
    )
    printable: Report = made_printable(report)
    return printable


def _facts(checked: CheckedProgramme) -> tuple[Fact, ...]:
    place = checked.place.name if checked.place is not None else checked.programme.place
    facts = {
        "About": checked.programme.description,
        "Place": place,
        "As of": day_in_words(checked.as_of),
        "Model": f"leftshift {__version__}",
        "Version of the programme": checked.programme.fingerprint,
    }
    return tuple(Fact(name, text) for name, text in facts.items() if text)


def _sections(checked: CheckedProgramme, cost: SlipCost | None, seed: int) -> Iterator[Section]:
    yield Section("overview", "Where it stands", tuple(blocks.overview(checked, cost)), wide=True)
    yield from _timeline(checked)
    told: list[tuple[str, str, Iterable[Block]]] = [
        ("slips", "What slips, and what that costs", blocks.slips(checked, cost)),
        ("calendar", "What is due next", blocks.calendar(checked)),
        ("actions", "Actions", blocks.actions(checked)),
        ("changes", "Changes", blocks.changes(checked)),
        ("risks", "Risks", blocks.risks(checked)),
        ("benefits", "Benefits", blocks.benefits(checked)),
        ("gates", "Gates", _gates(checked)),
        ("choices", "Choices between options", blocks.choices(checked.programme, seed)),
        ("alignment", "What people say, and what answers it", blocks.alignment(checked)),
        ("stakeholders", "Stakeholders", blocks.stakeholders(checked)),
        ("engagement", "Engagement", blocks.engagement(checked)),
        ("equality", "Equality", blocks.equality(checked)),
        ("faults", "What is wrong with the record", _faults(checked)),
    ]
    for key, title, made in told:
        yield Section(key, title, tuple(made), wide=True, flows=key != "risks")


def _timeline(checked: CheckedProgramme) -> Iterator[Section]:
    """The chart on an upright page, where as many rows as it may have can be read, its table on pages that are turned."""
    made = tuple(blocks.timeline(checked))
    listed = tuple(block for block in made if isinstance(block, Table))
    chart = tuple(block for block in made if not isinstance(block, Table))
    yield Section("timeline", "What is reached when", chart)
    if listed:
        yield Section("milestones", "Every milestone", listed, wide=True)


def _gates(checked: CheckedProgramme) -> Iterator[Block]:
    yield from blocks.gates(checked)
    for state in checked.gates[:_MOST_GATES]:
        yield Subheading(state.gate.name)
        for block in blocks.gate(checked, state.gate.gate):
            yield Paragraph(block.text) if isinstance(block, Paragraph) else block
    if len(checked.gates) > _MOST_GATES:
        yield Paragraph(f"{len(checked.gates) - _MOST_GATES} more gates are told in the table of all alone.")


def _faults(checked: CheckedProgramme) -> Iterator[Block]:
    if not checked.faults:
        yield Paragraph("Nothing is wrong with the record.")
        return
    shown = list(checked.faults)
    yield Paragraph(
        f"{count(checked.faults.total, 'fault')} {'are' if checked.faults.total > 1 else 'is'} found."
    )
    yield Items(tuple(str(fault) for fault in shown))


def _parts(first: str, made: Iterable[Block]) -> Iterator[Section]:
    """A section for what stands under each subheading, one after the other on the page."""
    title, own = first, list[Block]()
    for block in made:
        if isinstance(block, Subheading):
            yield Section(_key(title), title, tuple(own), flows=title != first)
            title, own = block.text, []
        else:
            own.append(block)
    yield Section(_key(title), title, tuple(own), flows=title != first)


def _key(title: str) -> str:
    return title.lower().replace(" ", "-")


def highlight_report(document: Mapping[str, Any]) -> Report:
    """A kept highlight report as a document. Raises ValueError for a form that this version does not know."""
    made = highlight_blocks(document)
    words = document["words"]
    facts = {
        "Programme": document["programme"],
        "Workstream": document["workstream"],
        "Owner": document["owner"],
        "Author": words["author"],
        "Approved by": words["approved_by"],
        "As of": day_in_words(date.fromisoformat(document["as_of"])),
        "Version of the programme": document["fingerprint"],
    }
    report = Report(
        code="highlight",
        title=f"Highlight report: {document['name']}, {document['month']}",
        fingerprint=document["fingerprint"],
        facts=tuple(Fact(name, text) for name, text in facts.items() if text),
        sections=tuple(_parts(document["month"], made)),
        footer=FOOTER,
    )
    printable: Report = made_printable(report)
    return printable
