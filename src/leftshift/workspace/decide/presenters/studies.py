"""A study as its page shows it: the blocks of its answer, as pictures, tables and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from leftshift.reports.content import Block, Figure, Note, Paragraph
from leftshift.reports.content import Table as ReportTable
from leftshift.reports.decisions.blocks import BLOCKS
from leftshift.workspace.decide.models import Study
from leftshift.workspace.plan.presenters.page import Picture
from leftshift.workspace.shared.tables import Cell, Row, Table

KINDS = {
    "simulate": (
        "How sure is it?",
        "Intervals of every figure, and the chance that each organisation balances",
    ),
    "sensitivity": (
        "What matters?",
        "Each uncertain quantity moved alone, and its share in how far the plan varies",
    ),
    "stress": ("What if it goes wrong?", "Shocks applied alone and together"),
    "portfolio": (
        "Which interventions, when?",
        "The best choice of interventions, starts and scale within limits",
    ),
    "goal": ("What would have to be true?", "Which value of one input closes the gap"),
}
"""Kind of study to its name and what it answers."""


@dataclass(frozen=True)
class Part:
    """A part of a study's page: a picture, a table, or words."""

    picture: Picture | None = None
    table: Table | None = None
    words: str = ""
    is_lead: bool = False


def parts_of(study: Study, document: dict[str, Any]) -> list[Part]:
    """The page of a study, part by part."""
    address = f"/places/{study.version.place.code}/studies/{study.pk}"
    return [_part(block, at, address) for at, block in enumerate(blocks_of(study, document))]


def blocks_of(study: Study, document: dict[str, Any]) -> Sequence[Block]:
    """The blocks of a study's answer."""
    return BLOCKS[study.kind](document)


def _part(block: Block, at: int, address: str) -> Part:
    match block:
        case Figure(sentence=sentence, alternative=alternative):
            return Part(picture=Picture(f"{address}/charts/{at}.svg", sentence, alternative))
        case ReportTable():
            return Part(table=table_of(block))
        case Paragraph(text=text, lead=lead):
            return Part(words=text, is_lead=lead)
        case Note(text=text):
            return Part(words=text)
        case _:
            raise TypeError(f"a study has no {type(block).__name__}")


def table_of(block: ReportTable) -> Table:
    """A table of a report as a page and a file show it."""
    rows = [
        Row([Cell(cell.text, number=cell.number) for cell in row.cells], strong=row.strong)
        for row in block.rows
    ]
    numeric = [at for at, column in enumerate(block.columns) if column.numeric] or [len(block.columns)]
    names = [column.name for column in block.columns]
    return Table(slugify(block.caption)[:60], block.caption, names, rows, numeric[0], numeric[-1] + 1)


def question_words(study: Study) -> list[tuple[str, str]]:
    """What was asked, as names and values."""
    return [
        (name.replace("_", " ").capitalize(), _said(value))
        for name, value in sorted(study.question.items())
        if value not in ("", None, [])
    ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
