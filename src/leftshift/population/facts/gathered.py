"""Facts that were found: tables with a row a person, and where in them each fact stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

from leftshift.population.defining.formulas import Fact

Finder = Callable[[ir.Table], Any]
"""Gives the value of a fact from the wide table of people; never nothing where it is a yes or a count."""


@dataclass(frozen=True)
class Gathered:
    """A table by ``person_id``, of those with anything to say, and how to read facts from it once it is joined to everybody.

    ``otherwise`` is what its columns say of people who have no row; of a column that it does not name, nothing is known.
    Columns of facts begin with ``_``, as the name of no score or cohort does, so that neither takes the other's place.
    """

    table: ir.Table
    finders: Mapping[Fact, Finder]
    otherwise: Mapping[str, int | bool] = field(default_factory=dict)


def number_in(column: str) -> Finder:
    """Reads a number from a column."""
    return lambda people: people[column].cast("float64")


def yes_in(column: str) -> Finder:
    """Reads a yes or no from a column."""
    return lambda people: people[column]
