"""Finds figures that a place file publishes where they may not stand: in the code.

A number is compared by its significant digits, so that 398116, 398,116, "398 116", 398_116.0, 398.116 and
3.98116e5 are one number. Numbers of fewer than four significant digits and calendar years say nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

KINDS = {".py", ".toml", ".csv", ".json", ".jinja", ".html", ".sql", ".js"}
_GROUPED = re.compile(r"\d{1,3}(?:[,_'\u00a0\u2009\u202f ]\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"\d[\d_]*(?:\.[\d_]*\d)?|\.\d+")
_NUMBER = re.compile(r"[-+−(]?£?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?%?\)?")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Found:
    """A published figure that stands in a file of code."""

    path: Path
    line: int
    spelling: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.spelling}"


def digits(spelling: str) -> str:
    """The significant digits of a number, however it is written: '398,116.0' gives '398116'."""
    mantissa = re.split("[eE]", spelling)[0]
    return re.sub(r"\D", "", mantissa).strip("0")


def says_nothing(key: str) -> bool:
    """Whether so few digits, or a year, could stand anywhere."""
    return len(key) < 4 or _YEAR.fullmatch(key) is not None


def figures_of(folders: Iterable[Path]) -> frozenset[str]:
    """The significant digits of every number in the tables of some places."""
    found = set()
    for folder in folders:
        for table in sorted(folder.rglob("*.csv")):
            with table.open(encoding="utf-8-sig", newline="") as lines:
                rows = list(csv.reader(lines))
                if table.stem.startswith("observations") and _is_invented(rows):
                    continue  # a thousand drawn counts hit upon any number
                cells = (cell.strip() for row in rows for cell in row)
                found |= {digits(cell) for cell in cells if _NUMBER.fullmatch(cell)}
    return frozenset(key for key in found if not says_nothing(key))


def _is_invented(rows: list[list[str]]) -> bool:
    """Whether every row is assumed: nobody published it."""
    at = rows[0].index("basis") if rows and "basis" in rows[0] else None
    return at is not None and all(row[at] == "assumed" for row in rows[1:])


def spellings(line: str) -> Iterator[str]:
    """Each number in a line, read with and without its thousands separators."""
    yield from (found.group() for pattern in (_GROUPED, _PLAIN) for found in pattern.finditer(line))


def standing_in(folder: Path, figures: frozenset[str]) -> list[Found]:
    """Where in a folder of code one of the figures stands."""
    return [
        Found(path, number, spelling)
        for path in sorted(folder.rglob("*"))
        if path.suffix in KINDS and path.is_file() and "static" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for spelling in dict.fromkeys(spellings(line))
        if digits(spelling) in figures
    ]
