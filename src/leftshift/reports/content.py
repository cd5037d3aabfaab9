"""What a report says, as a small tree that knows neither HTML nor PDF; every renderer shows all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Fact:
    """A named fact at the head of the report."""

    name: str
    text: str


@dataclass(frozen=True)
class Subheading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``lead`` for the one sentence to remember, ``number`` where people refer to it by one."""

    text: str
    lead: bool = False
    number: str = ""


@dataclass(frozen=True)
class Note:
    """What to be careful with, set apart."""

    text: str
    number: str = ""


@dataclass(frozen=True)
class Items:
    """A list."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One large figure with its name and a few words."""

    name: str
    figure: str
    words: str


@dataclass(frozen=True)
class Cards:
    """The figures to see first."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Figure:
    """A chart: its specification, the sentence it proves, and what stands in for it where it is not seen."""

    chart: dict[str, Any]
    sentence: str
    alternative: str


@dataclass(frozen=True)
class Column:
    """A column of a table; ``weight`` is its width beside the others' on paper, 0 as narrow as its content."""

    name: str
    numeric: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Cell:
    """A cell; ``shade`` is a name of ``shades.SHADES`` or empty; ``number`` its exact value, where a file may want it.

    ``about`` is the kind and short name of what it speaks of, ``risk/home_care``: a page may lead there.
    """

    text: str
    shade: str = ""
    number: float | None = None
    about: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a table; its first cell names it. ``about`` is the kind and short name of what it is the row of."""

    cells: tuple[Cell, ...]
    strong: bool = False
    about: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption; ``key`` names it where it can be asked for by a name."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    key: str = ""


Block = Subheading | Paragraph | Note | Items | Cards | Figure | Table


@dataclass(frozen=True)
class Section:
    """A section under a heading of its own; ``wide`` where paper has to be turned for its tables.

    It begins a page, unless it ``flows``: then it goes on where the one before ends, if the paper lies the same way.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]
    wide: bool = False
    flows: bool = False


@dataclass(frozen=True)
class Report:
    """The whole report of a plan in a year; ``numbered`` where the titles of its sections begin with numbers."""

    code: str
    title: str
    fingerprint: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    footer: str
    numbered: bool = False

    def pages_turn(self) -> Iterator[tuple[Section, bool]]:
        """Each section, and whether it begins a page."""
        before: Section | None = None
        for section in self.sections:
            yield section, before is None or not section.flows or section.wide != before.wide
            before = section


def row(*texts: str, strong: bool = False) -> Row:
    """A row of plain cells."""
    return Row(tuple(map(Cell, texts)), strong)


def printable(text: str) -> str:
    """The text with a replacement mark for what neither a page nor a drawing may hold."""
    return "".join("\ufffd" if _unprintable(ord(character)) else character for character in text)


def _unprintable(code: int) -> bool:
    control = (code < 0x20 and code not in {0x09, 0x0A}) or 0x7F <= code < 0xA0
    return control or 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def made_printable(part: Any) -> Any:
    """A part of a report, with every text in it made printable."""
    if isinstance(part, str):
        return printable(part)
    if isinstance(part, dict):
        return {made_printable(key): made_printable(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return type(part)(made_printable(value) for value in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{each.name: made_printable(getattr(part, each.name)) for each in fields(part)})
    return part


def texts_of(part: Any) -> Iterator[str]:
    """Every text that a reader of the report meets, in order; the charts' own are not among them."""
    if isinstance(part, str):
        yield from [part] if part else []
    elif isinstance(part, tuple):
        for value in part:
            yield from texts_of(value)
    elif is_dataclass(part):
        hidden = {"key", "code", "shade", "chart", "about"}
        for each in fields(part):
            if each.name not in hidden:
                yield from texts_of(getattr(part, each.name))
