"""Facts that were found: tables with a row a person, and where in them each fact stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from leftshift.population.defining.formulas import Fact

Finder = Callable[[ir.Table], Any]
"""Gives the value of a fact from the wide table of people; never nothing where it is a yes or a count."""


@dataclass(frozen=True)
class Gathered:
    """A table by ``person_id``, of those with anything to say, and how to read facts from it once it is joined to everybody."""

    table: ir.Table
    finders: Mapping[Fact, Finder]


def number_in(column: str, *, otherwise: float | None = None) -> Finder:
    """Reads a number from a column; ``otherwise`` of people who have no row."""

    def find(people: ir.Table) -> Any:
        value = people[column].cast("float64")
        return value if otherwise is None else value.fill_null(otherwise)

    return find


def yes_in(column: str) -> Finder:
    """Reads a yes or no from a column; no of people who have no row."""
    return lambda people: people[column].fill_null(False)


def bit_in(column: str, bit: int) -> Finder:
    """Reads one bit of a word; not set of people who have no row."""
    return lambda people: (people[column].fill_null(0) & (1 << bit)) != 0
