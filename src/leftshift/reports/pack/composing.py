"""Compose a board pack: front sheet, chosen sections with the words around them, numbers that are the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from string import ascii_lowercase

from leftshift import __version__
from leftshift.foundation.years import FinancialYear
from leftshift.model import PlanResult
from leftshift.reports.assurance.assessing import SignOff
from leftshift.reports.content import (
    Block,
    Column,
    Fact,
    Figure,
    Items,
    Note,
    Paragraph,
    Report,
    Section,
    Subheading,
    Table,
    made_printable,
    row,
)
from leftshift.reports.pack.choosing import CHOICES, Asked
from leftshift.reports.pack.pack import OWN, FrontSheet, Pack, PackSection, choices
from leftshift.reports.report import FOOTER
from leftshift.reports.words import listed


def pack_report(result: PlanResult, pack: Pack, *, as_of: date, sign_offs: Sequence[SignOff] = ()) -> Report:
    """The pack as a report, for every renderer; raises YearNotInPlan, ScenarioNotKnown or FaultsFound (quality assurance)."""
    year = FinancialYear.parse(pack.year) if pack.year else result.place.last_year
    result.gap(year)
    asked = Asked(result, year.label, as_of, tuple(sign_offs), pack.compare)
    sections = [
        _front_sheet(pack.front_sheet),
        *(_section(entry, at, asked) for at, entry in enumerate(pack.sections, 1)),
        *_papers(pack.front_sheet),
    ]
    found = Report(
        code=f"{result.place.code}-board-pack",
        title=pack.front_sheet.title,
        fingerprint=result.place.fingerprint,
        facts=_facts(result, pack.front_sheet, year),
        sections=numbered(sections),
        footer=FOOTER,
        numbered=True,
    )
    printable: Report = made_printable(found)
    return printable


def _facts(result: PlanResult, sheet: FrontSheet, year: FinancialYear) -> tuple[Fact, ...]:
    known = {entry.code: entry.name for entry in result.place.scenarios}
    facts = {
        "Meeting": sheet.meeting,
        "Date": day_in_words(sheet.meeting_date),
        "Author": sheet.author,
        "Purpose": choices("purposes")[sheet.purpose],
        "Plan": f"{result.place.name}, in {year}",
        "Under": listed([known[code] for code in result.scenarios]) if result.scenarios else "",
        "Model": f"leftshift {__version__}",
        "Version of the plan": result.place.fingerprint,
    }
    return tuple(Fact(name, text) for name, text in facts.items() if text)


def day_in_words(day: date) -> str:
    """A day as people write it, in no language but ours: 1 December 2026."""
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{day.day} {months[day.month - 1]} {day.year}"


def _front_sheet(sheet: FrontSheet) -> Section:
    letters = (f"({letter(at)})" for at in range(len(sheet.recommendations)))
    asked = (Paragraph(text, number=mark) for mark, text in zip(letters, sheet.recommendations, strict=True))
    blocks: list[Block] = [
        *([Subheading("Summary"), *paragraphs(sheet.summary)] if sheet.summary else []),
        Subheading("Recommendations"),
        Paragraph(f"{sheet.meeting} is asked to:"),
        *asked,
        *_priorities(sheet),
        *_implications(sheet),
        *_risks(sheet),
    ]
    return Section("front-sheet", "Front sheet", tuple(blocks))


def letter(at: int) -> str:
    """The letter of a recommendation: a to z, then aa, ab and so on."""
    whole, part = divmod(at, len(ascii_lowercase))
    return (letter(whole - 1) if whole else "") + ascii_lowercase[part]


def _priorities(sheet: FrontSheet) -> Iterator[Block]:
    if sheet.priorities:
        columns = (Column("Priority", weight=2), Column("How the paper serves it", weight=4))
        yield Subheading("Links to priorities")
        yield Table("Priorities and how the paper serves them", columns, tuple(row(entry.priority, entry.how) for entry in sheet.priorities))  # fmt: skip


def _implications(sheet: FrontSheet) -> Iterator[Block]:
    columns = (Column("Implications", weight=2), Column("What they are", weight=4))
    areas = choices("implications")
    rows = tuple(
        row(areas[name]["name"], sheet.implications[name]) for name in areas if name in sheet.implications
    )
    if rows:
        yield Subheading("Implications")
        yield Table("Implications of what is asked", columns, rows)


def _risks(sheet: FrontSheet) -> Iterator[Block]:
    yield Subheading("Risks")
    if not sheet.risks:
        yield Paragraph("No risk was named.")
        return
    columns = (Column("Risk", weight=3), Column("Level", weight=0), Column("Why", weight=3))
    rows = tuple(row(entry.risk, choices("levels")[entry.level], entry.reason) for entry in sheet.risks)
    yield Table("Risks, each with its level and why", columns, rows)


def _section(entry: PackSection, at: int, asked: Asked) -> Section:
    before, after = tuple(paragraphs(entry.before)), tuple(paragraphs(entry.after))
    if entry.show == OWN:
        return Section(f"own-{at}", entry.title, (*before, *after), flows=True)
    made = CHOICES[entry.show].make(asked)
    return replace(
        made, key=entry.show, title=entry.title or made.title, blocks=(*before, *made.blocks, *after)
    )


def _papers(sheet: FrontSheet) -> Iterator[Section]:
    """What hangs on the paper: appendices and background papers."""
    parts = {"Appendices": sheet.appendices, "Background papers": sheet.background_papers}
    blocks = [block for name, texts in parts.items() if texts for block in (Subheading(name), Items(texts))]
    if blocks:
        yield Section("papers", "Appendices and background papers", tuple(blocks), flows=True)


def paragraphs(text: str) -> Iterator[Block]:
    """Own words as paragraphs: a blank line begins a new one, lines that begin with a hyphen are a list."""
    for part in filter(None, (part.strip() for part in re.split(r"\n\s*\n", text))):
        lines = [line.strip() for line in part.splitlines()]
        if all(re.match(r"[-*\u2022] ", line) for line in lines):
            yield Items(tuple(line[2:].strip() for line in lines))
        else:
            yield Paragraph(" ".join(lines))


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections with a number for each of them, its paragraphs, and every figure and table of the pack."""
    counts = {"Figure": 0, "Table": 0}
    return tuple(_numbered(section, at, counts) for at, section in enumerate(sections, 1))


def _numbered(section: Section, at: int, counts: dict[str, int]) -> Section:
    blocks: list[Block] = []
    paragraph = 0
    for block in section.blocks:
        if isinstance(block, Paragraph | Note) and not block.number:
            paragraph += 1
            block = replace(block, number=f"{at}.{paragraph}")
        blocks.append(_counted(block, counts))
    return replace(section, title=f"{at}. {section.title}", blocks=tuple(blocks))


def _counted(block: Block, counts: dict[str, int]) -> Block:
    match block:
        case Figure():
            counts["Figure"] += 1
            return replace(block, sentence=f"Figure {counts['Figure']}: {block.sentence}")
        case Table():
            counts["Table"] += 1
            return replace(block, caption=f"Table {counts['Table']}: {block.caption}")
    return block
