"""The example programme checked on its day, and what tests read out of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from leftshift.model import read_place
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.costing import SlipCost
from leftshift.programme.programme import read_programme
from leftshift.reports.content import Block, Figure, Paragraph, Table

FOLDER = Path(__file__).parents[4] / "examples" / "llr-2014"
AS_OF = date(2015, 6, 12)


@cache
def example() -> tuple[CheckedProgramme, SlipCost]:
    """The programme of LLR 2014 with its place, and what its slips cost."""
    model, programme = read_place(FOLDER), read_programme(FOLDER)
    measures = model.measures(AS_OF) if model.place.measures else None
    return CheckedProgramme(programme, AS_OF, model.place, measures), model.slip_cost(programme, AS_OF)


def table(blocks: Iterable[Block], key: str) -> list[list[str]]:
    """The texts of the one table of that key, row by row."""
    (found,) = [block for block in blocks if isinstance(block, Table) and block.key == key]
    return [[plain(cell.text) for cell in row.cells] for row in found.rows]


def plain(text: str) -> str:
    """A text with usual spaces in its days."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def numbers(blocks: Iterable[Block], key: str) -> list[list[float | None]]:
    """The exact numbers of a table, row by row."""
    (found,) = [block for block in blocks if isinstance(block, Table) and block.key == key]
    return [[cell.number for cell in row.cells] for row in found.rows]


def tables(blocks: Iterable[Block]) -> list[Table]:
    """Every table."""
    return [block for block in blocks if isinstance(block, Table)]


def words(blocks: Iterable[Block]) -> str:
    """Every paragraph, one after the other."""
    return plain(" ".join(block.text for block in blocks if isinstance(block, Paragraph)))


def figures_without_table(blocks: Iterable[Block]) -> list[str]:
    """The sentences of figures that no table follows before the next figure."""
    alone: list[str] = []
    waiting: str | None = None
    for block in blocks:
        if isinstance(block, Figure):
            alone += [waiting] if waiting is not None else []
            waiting = block.sentence
        elif isinstance(block, Table):
            waiting = None
    return alone + ([waiting] if waiting is not None else [])


def pounds(text: str) -> int:
    """What an amount in pounds says."""
    return int(re.sub(r"[£,]", "", text).replace("−", "-"))
