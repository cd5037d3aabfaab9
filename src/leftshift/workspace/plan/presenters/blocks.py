"""The blocks of a report as a page shows them: pictures, tables, headings and sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.text import slugify

from leftshift.reports.content import (
    Block,
    Cards,
    Figure,
    Items,
    Note,
    Paragraph,
    Subheading,
    made_printable,
)
from leftshift.reports.content import Cell as ReportCell
from leftshift.reports.content import Table as ReportTable
from leftshift.workspace.plan.presenters.page import Picture
from leftshift.workspace.shared.tables import Cell, Row, Table

_SHORT = 20
"""A cell of so many characters is not broken inside a word."""


@dataclass(frozen=True)
class Part:
    """A part of a page: a picture, a table, a heading, a list, or words."""

    picture: Picture | None = None
    table: Table | None = None
    heading: str = ""
    items: Sequence[str] = ()
    words: str = ""
    is_lead: bool = False


LeadsTo = Callable[[str], str]
"""What gives the address of what a cell speaks of; empty where there is none."""


def parts_of(
    blocks: Iterable[Block], chart_at: Callable[[int], str], leads_to: LeadsTo | None = None
) -> list[Part]:
    """The page of some blocks, part by part; ``chart_at`` gives the address of the chart in a block by its number."""
    return [_part(made_printable(block), at, chart_at, leads_to) for at, block in enumerate(blocks)]


def _part(block: Block, at: int, chart_at: Callable[[int], str], leads_to: LeadsTo | None) -> Part:
    match block:
        case Figure(sentence=sentence, alternative=alternative):
            return Part(picture=Picture(chart_at(at), sentence, alternative))
        case ReportTable():
            return Part(table=table_of(block, leads_to))
        case Subheading(text=text):
            return Part(heading=text)
        case Cards(cards=cards):
            return Part(items=[f"{card.name}: {card.figure} {card.words}".rstrip() for card in cards])
        case Items(texts=texts):
            return Part(items=texts)
        case Paragraph(text=text, lead=lead):
            return Part(words=text, is_lead=lead)
        case Note(text=text):
            return Part(words=text)
        case _:
            raise TypeError(f"a page has no {type(block).__name__}")


def table_of(block: ReportTable, leads_to: LeadsTo | None = None) -> Table:
    """A table of a report as a page and a file show it; links and anchors only where something says what leads where."""
    name = block.key or slugify(block.caption)[:60]
    rows = [
        Row(
            [_cell(cell, leads_to) for cell in row.cells],
            row.strong,
            anchor_of(row.about) if leads_to else "",
        )
        for row in block.rows
    ]
    numeric = [at for at, column in enumerate(block.columns) if column.numeric] or [len(block.columns)]
    names = [column.name for column in block.columns]
    return Table(name, block.caption, names, rows, numeric[0], numeric[-1] + 1)


def anchor_of(about: str) -> str:
    """The name on a page of the row of something: risk-home_care."""
    return about.replace("/", "-")


def _cell(cell: ReportCell, leads_to: LeadsTo | None) -> Cell:
    heat = f"app-heat-{cell.shade}" if cell.shade else ""
    short = "app-short" if cell.number is None and len(cell.text) <= _SHORT else ""
    address = leads_to(cell.about) if leads_to and cell.about else ""
    return Cell(cell.text, number=cell.number, style=heat or short, address=address)
