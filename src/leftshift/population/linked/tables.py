"""What tables of linked records there are, as data: ``tables.toml`` beside this file says what each column means."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

OPT_OUTS = "opt_outs"
ColumnType = Literal["integer", "decimal", "text", "date", "boolean"]


@dataclass(frozen=True, slots=True)
class LinkedColumn:
    """A column: its type, what it means and what may stand in it."""

    name: str
    type: ColumnType
    meaning: str
    optional: bool = False
    values: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    refers_to: str | None = None
    ends: str | None = None


@dataclass(frozen=True, slots=True)
class LinkedTable:
    """A table: its columns by name, and the columns that together name a row."""

    name: str
    title: str
    meaning: str
    source: str
    columns: Mapping[str, LinkedColumn]
    key: tuple[str, ...] = ()
    required: bool = False

    @property
    def is_recorded(self) -> bool:
        """Whether its rows say when they were known."""
        return "recorded_date" in self.columns


@cache
def linked_tables() -> Mapping[str, LinkedTable]:
    """Every table by name, in the order in which they are described."""
    text = resources.files("leftshift.population.linked").joinpath("tables.toml").read_text("utf-8")
    return {name: _table(name, given) for name, given in tomllib.loads(text).items()}


def with_parents(names: Collection[str]) -> frozenset[str]:
    """Tables, and all that their rows refer to: without the stays, nobody knows which diagnoses are of a sound one."""
    found = frozenset(names)
    columns = (column for name in found for column in linked_tables()[name].columns.values())
    more = found.union(column.refers_to for column in columns if column.refers_to)
    return found if more == found else with_parents(more)


def _table(name: str, given: Mapping[str, Any]) -> LinkedTable:
    columns = {column: _column(column, about) for column, about in given["columns"].items()}
    return LinkedTable(
        name,
        given["title"],
        given["meaning"],
        given["source"],
        columns,
        tuple(given.get("key", ())),
        given.get("required", False),
    )


def _column(name: str, given: Mapping[str, Any]) -> LinkedColumn:
    return LinkedColumn(name=name, **{**given, "values": tuple(given.get("values", ()))})
