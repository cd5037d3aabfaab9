"""The schema of the place folder, read from the data files beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its type and what its cells may hold."""

    name: str
    type: str
    description: str
    required: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()
    refers: str | None = None
    refers_part: str | None = None
    also: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    smallest: float | None = None
    in_plan: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the place folder; its file is ``name.csv``."""

    name: str
    description: str
    key: tuple[str, ...]
    required: bool
    columns: Mapping[str, Column]
    beside_the_plan: bool = (
        False  # says something of the plan and is no part of it: an agreement holds without it
    )

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.csv"


@dataclass(frozen=True, slots=True)
class Schema:
    """Every table, and how large a file may be."""

    tables: Mapping[str, Table]
    file_megabytes: int
    rows: int
    line_characters: int


@cache
def catalogue(name: str) -> Mapping[str, Any]:
    """One of the data files beside this module: kinds, settings, rules or figures."""
    text = resources.files("leftshift.place").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def setting_names() -> list[str]:
    """The names of all switches, in the order of the catalogue."""
    return list(catalogue("settings"))


@cache
def schema() -> Schema:
    """The schema of the place folder."""
    document = catalogue("schema")
    parts = ("schema_capacity", "schema_measures")
    entries = [*document["table"], *(entry for part in parts for entry in catalogue(part)["table"])]
    return schema_of(entries, document["provenance"])


def schema_of(entries: Iterable[Mapping[str, Any]], provenance: Mapping[str, Mapping[str, Any]]) -> Schema:
    """A schema whose tables are given as data; its files may be as large as those of a place."""
    tables = [_table(entry, provenance) for entry in entries]
    return Schema({table.name: table for table in tables}, **catalogue("schema")["limits"])


def _table(entry: Mapping[str, Any], provenance: Mapping[str, Mapping[str, Any]]) -> Table:
    columns = {name: _column(name, given) for name, given in {**entry["columns"], **provenance}.items()}
    return Table(
        entry["name"],
        entry["description"],
        tuple(entry["key"]),
        entry.get("required", False),
        columns,
        entry.get("beside_the_plan", False),
    )


def _column(name: str, given: Mapping[str, Any]) -> Column:
    fields = dict(given)
    choices = (
        fields.pop("choices", ()) or tuple(catalogue(fields.pop("choices_from")))
        if _has_choices(given)
        else ()
    )
    also = tuple(fields.pop("also", ()))
    return Column(name, choices=tuple(choices), also=also, **fields)


def _has_choices(given: Mapping[str, Any]) -> bool:
    return "choices" in given or "choices_from" in given
