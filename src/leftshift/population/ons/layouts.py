"""Which layout a file has: told by its header, from layouts.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Layout:
    """A layout as published: the headers that a column may have, and which rows hold people."""

    name: str
    area: Sequence[str]
    area_name: Sequence[str]
    sex: Sequence[str]
    age: Sequence[str]
    verified: str
    year: Sequence[str] = ()
    people: Sequence[str] = ()
    people_by_year: str = ""
    oldest_is_open: bool = False
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """Where the columns of a file are; ``people`` is by calendar year, or one column beside that of the year."""

    layout: Layout
    area: int
    area_name: int
    sex: int
    age: int
    year: int | None
    people: Mapping[int | None, int]
    only: Mapping[int, Sequence[str]]


@cache
def layouts() -> tuple[Layout, ...]:
    """Every layout that is known."""
    text = resources.files("leftshift.population.ons").joinpath("layouts.toml").read_text("utf-8")
    return tuple(Layout(**entry) for entry in tomllib.loads(text).values())


def header_of(cells: Sequence[str]) -> Header | None:
    """What a row of headers says of a file; None where it is no header of a known layout."""
    return next((found for layout in layouts() if (found := _header(layout, cells))), None)


def _header(layout: Layout, cells: Sequence[str]) -> Header | None:
    columns = [_column(names, cells) for names in (layout.area, layout.area_name, layout.sex, layout.age)]
    year, people = _column(layout.year, cells), _people(layout, cells)
    area, area_name, sex, age = columns
    if area is None or area_name is None or sex is None or age is None or not people:
        return None
    if layout.year and year is None:
        return None
    named = {_column((name,), cells): allowed for name, allowed in layout.only.items()}
    only = {column: allowed for column, allowed in named.items() if column is not None}
    return Header(layout, area, area_name, sex, age, year, people, only)


def _column(names: Sequence[str], cells: Sequence[str]) -> int | None:
    for name in names:
        pattern = re.compile(re.escape(name).replace(r"\#", r"\d"), re.IGNORECASE)
        for position, cell in enumerate(cells):
            if pattern.fullmatch(cell.strip()):
                return position
    return None


def _people(layout: Layout, cells: Sequence[str]) -> dict[int | None, int]:
    if not layout.people_by_year:
        column = _column(layout.people, cells)
        return {} if column is None else {None: column}
    pattern = re.compile(layout.people_by_year, re.IGNORECASE)
    matches = {position: pattern.match(cell.strip()) for position, cell in enumerate(cells)}
    return {int(match[1]): position for position, match in matches.items() if match}
