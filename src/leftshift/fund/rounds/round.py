"""A planning round, and where rounds are found: those that come with leftshift, and those of a folder of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.foundation.years import FinancialYear
from leftshift.fund.rounds import rows
from leftshift.fund.rounds.checking import round_faults
from leftshift.place.folders import Kind, kind_of, read_texts, texts_of

PACKS = "packs"


@cache
def round_kind() -> Kind:
    """The schema of a round."""
    return kind_of("round", "leftshift.fund.rounds", ("schema.toml",), rows.ROW_TYPES)


@dataclass(frozen=True)
class Round:
    """A planning round: what plans of its years must hold, in the order of its files."""

    code: str
    name: str
    fund: str
    years: tuple[FinancialYear, ...]
    source: str
    follows: str = ""
    plan: bool = True
    released: str = ""
    description: str = ""
    income_lines: tuple[rows.IncomeLine, ...] = ()
    minimums: tuple[rows.Minimum, ...] = ()
    allocations: tuple[rows.Allocation, ...] = ()
    lists: tuple[rows.ListValue, ...] = ()
    columns: tuple[rows.AskedColumn, ...] = ()
    conditions: tuple[rows.Condition, ...] = ()
    metrics: tuple[rows.Metric, ...] = ()
    narrative: tuple[rows.Section, ...] = ()
    pathways: tuple[rows.Pathway, ...] = ()
    signatories: tuple[rows.Signatory, ...] = ()
    deadlines: tuple[rows.Deadline, ...] = ()
    rules: tuple[rows.Rule, ...] = ()
    cells: tuple[rows.TemplateCell, ...] = ()
    blocks: tuple[rows.Block, ...] = ()
    block_columns: tuple[rows.BlockColumn, ...] = ()
    crosswalk: tuple[rows.Crossing, ...] = ()

    @cached_property
    def line(self) -> Mapping[str, rows.IncomeLine]:
        """Sources of funding by their short names."""
        return {row.line: row for row in self.income_lines}

    @cached_property
    def asked(self) -> Mapping[str, rows.AskedColumn]:
        """The columns of a line of expenditure by what they ask."""
        return {row.column: row for row in self.columns}

    @cached_property
    def rule(self) -> Mapping[str, rows.Rule]:
        """The rules that hold, by their short names."""
        return {row.rule: row for row in self.rules if row.severity != "off"}

    @cached_property
    def _values(self) -> Mapping[str, Mapping[tuple[str, str], rows.ListValue]]:
        found: dict[str, dict[tuple[str, str], rows.ListValue]] = {}
        for row in self.lists:
            found.setdefault(row.list, {})[row.value, row.parent] = row
        return found

    def values(self, name: str, parent: str = "") -> Sequence[rows.ListValue]:
        """The values of a list; of sub types, those of a scheme type."""
        return [row for row in self.lists if row.list == name and (not parent or row.parent == parent)]

    def value(self, name: str, value: str, parent: str = "") -> rows.ListValue | None:
        """A value of a list; None where the list has no such value."""
        return self._values.get(name, {}).get((value, parent))

    def lines_in(self, year: FinancialYear) -> list[rows.IncomeLine]:
        """The sources of funding that exist in a year."""
        return [row for row in self.income_lines if not row.years or str(year) in split(row.years)]

    def allocation(
        self, area: str, line: str, year: FinancialYear, partner: str | None = None
    ) -> rows.Allocation | None:
        """What was published last for an area, and a partner where one is named; None where nothing was."""
        found = [
            row
            for row in self.allocations
            if (row.area, row.line, row.year) == (area, line, year)
            and (partner is None or row.partner in (None, partner))
        ]
        return max(found, key=lambda row: str(row.released or ""), default=None)

    @cached_property
    def unverified(self) -> Mapping[str, int]:
        """How many rows of each table rest on no paper at hand."""
        counted = {name: sum(not row.is_verified for row in getattr(self, name)) for name in rows.ROW_TYPES}
        return {name: count for name, count in counted.items() if count}


def split(text: str) -> list[str]:
    """The parts of a text that commas separate."""
    return [part.strip() for part in text.split(",") if part.strip()]


def read_round(code: str, texts: Mapping[str, str]) -> Round:
    """A round from the texts of its files. Raises FaultsFound with every fault."""
    found = read_texts(texts, round_kind())
    faults = Faults()
    faults.add_all(replace(fault, file=f"{code}/{fault.file}") for fault in found.faults)
    if not faults:
        made = Round(code=code, **found.heading, **found.tables)
        faults.add_all(replace(fault, file=f"{code}/{fault.file}") for fault in round_faults(made))
        faults.raise_if_any()
        return made
    raise FaultsFound(faults)


@dataclass(frozen=True)
class Rounds:
    """The rounds at hand: those that come with leftshift, and those of folders besides, which go before them."""

    folders: tuple[Path, ...] = ()

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of all rounds, in order."""
        own = {path.parent.name for folder in self.folders for path in folder.glob("*/round.toml")}
        return tuple(sorted({*_shipped(), *own}))

    def get(self, code: str) -> Round:
        """A round by its code. Raises FaultsFound where there is none, or where it is faulty."""
        for folder in self.folders:
            if (folder / code / "round.toml").is_file() and code in self.codes:
                texts, faults = texts_of(folder / code, round_kind())
                faults.raise_if_any()
                return read_round(code, texts)
        if code in _shipped():
            return _read_shipped(code)
        expected = "one of the rounds " + ", ".join(self.codes)
        action = "Correct the round, or name the folder of its pack with --rounds"
        hint = near_miss(code, self.codes)
        faults = Faults()
        faults.add(Fault("unknown round", "plan.toml", None, "round", shown(code), expected, action, hint))
        raise FaultsFound(faults)

    def after(self, code: str) -> list[str]:
        """The codes of the rounds that follow a round."""
        return [other for other in self.codes if other != code and self.get(other).follows == code]


def _packs() -> Traversable:
    return resources.files("leftshift.fund.rounds").joinpath(PACKS)


@cache
def _shipped() -> tuple[str, ...]:
    return tuple(sorted(entry.name for entry in _packs().iterdir() if entry.joinpath("round.toml").is_file()))


@cache
def _read_shipped(code: str) -> Round:
    texts = {entry.name: entry.read_text("utf-8") for entry in _files(code)}
    return read_round(code, texts)


def _files(code: str) -> Iterator[Any]:
    return (entry for entry in _packs().joinpath(code).iterdir() if entry.name.endswith((".csv", ".toml")))
