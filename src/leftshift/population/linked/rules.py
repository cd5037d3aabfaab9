"""The rules that a row of linked records must keep, as expressions: each is true of a row that breaks it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal, get_args

import ibis
import ibis.expr.types as ir

from leftshift.population.linked.numbers import valid_number
from leftshift.population.linked.tables import LinkedColumn, LinkedTable

Rule = Literal[
    "value missing",
    "not among the values",
    "out of range",
    "ends before it begins",
    "in the future",
    "recorded before it happened",
    "before birth",
    "after death",
    "refers to nothing",
    "refers to a row set aside",
    "number invalid",
    "number of two people",
    "rows of one key differ",
    "row repeated",
]
RULES: tuple[Rule, ...] = get_args(Rule)

# What a row that breaks the rule was expected to be, and what to do about it.
EXPECTED: Mapping[Rule, tuple[str, str]] = {
    "value missing": ("a value in every row", "Fill it in where the records come from"),
    "not among the values": ("one of the values of the data dictionary", "Translate the codes of the source"),
    "out of range": ("a finite number within its range", "Correct it where the records come from"),
    "ends before it begins": ("an end on or after its beginning", "Correct one of the two dates"),
    "in the future": ("no day after the one the set was drawn on", "Correct it, or give the right as_at"),
    "recorded before it happened": ("recorded on the day or later", "Correct one of the two dates"),
    "before birth": ("nothing before the month of birth", "See whether it is another person's record"),
    "after death": ("nothing long after a death", "See whether it is another person's record"),
    "refers to nothing": ("a row that is there", "Add the row it refers to, or draw both tables at once"),
    "refers to a row set aside": ("a sound row", "Mend the row it refers to"),
    "number invalid": ("ten digits with their check digit", "Correct the number, or leave it out"),
    "number of two people": ("one person a number", "Trace the number: the records of the two may be mixed"),
    "rows of one key differ": ("one row a key", "Leave in the one that holds; nothing here says which"),
    "row repeated": ("each row once", "Nothing: one of the copies is used"),
}


@dataclass(frozen=True, slots=True)
class Flag:
    """An expression that is true of rows which break a rule, and the column it is about."""

    rule: Rule
    column: str
    broken: ir.BooleanValue


@dataclass(frozen=True, slots=True)
class SoundnessRules:
    """The parameters of the rules."""

    days_after_death: int
    may_lie_ahead: frozenset[str]


@cache
def soundness_rules() -> SoundnessRules:
    """The parameters that ``soundness.toml`` gives."""
    given = tomllib.loads(rules_text())
    return SoundnessRules(given["days_after_death"]["value"], frozenset(given["may_lie_ahead"]["value"]))


def rules_text() -> str:
    """The file of parameters as it stands."""
    return resources.files("leftshift.population.linked").joinpath("soundness.toml").read_text("utf-8")


def row_flags(rows: ir.Table, table: LinkedTable, as_at: date) -> Iterator[Flag]:
    """The rules that a row shows by itself."""
    for column in table.columns.values():
        yield from _of_column(rows[column.name], column)
        if column.type == "date" and f"{table.name}.{column.name}" not in soundness_rules().may_lie_ahead:
            yield Flag("in the future", column.name, rows[column.name] > ibis.literal(as_at))
        if column.ends:
            yield Flag("ends before it begins", column.name, rows[column.name] < rows[column.ends])
    if table.is_recorded:
        early = rows.recorded_date < rows.event_date
        yield Flag("recorded before it happened", "recorded_date", early)
    if table.name == "persons":
        yield Flag("number invalid", "nhs_number", ~valid_number(rows.nhs_number))
    if table.name == "identifiers":
        wrong = (rows.system == "nhs-number") & ~valid_number(rows.value)
        yield Flag("number invalid", "value", wrong)


def _of_column(value: ir.Column, column: LinkedColumn) -> Iterator[Flag]:
    if not column.optional:
        yield Flag("value missing", column.name, _nothing(value, column))
    if column.values:
        known = (*column.values, "")  # nothing is another rule's
        yield Flag("not among the values", column.name, ~value.isin(known))
    if tests := _outside(value, column):
        yield Flag("out of range", column.name, any_of(tests))


def _nothing(value: ir.Column, column: LinkedColumn) -> ir.BooleanValue:
    if column.type == "text":
        return value.isnull() | (value == "")
    # to Spark as Ibis speaks to it, what is no number is nothing; so it is to us
    return value.isnull() | value.isnan() if column.type == "decimal" else value.isnull()


def _outside(value: ir.Column, column: LinkedColumn) -> list[ir.BooleanValue]:
    tests = []
    if column.type == "decimal":
        # Ibis's own question for the infinite finds none on Spark
        tests.append((value.abs() > 1e300) & ~value.isnan())
    if column.type == "decimal" and column.optional:
        tests.append(value.isnan())
    if column.least is not None:
        tests.append(value < column.least)
    if column.most is not None:
        tests.append(value > column.most)
    return tests


def reference_flags(joined: ir.Table, table: LinkedTable) -> Iterator[Flag]:
    """The rules that take the row which a row refers to: ``joined`` holds what is known of it beside the row."""
    for column in table.columns.values():
        if column.refers_to is None:
            continue
        value, known, sound = joined[column.name], joined[f"{column.name}_of"], joined[f"{column.name}_sound"]
        named = value.notnull() & (value != "") if column.type == "text" else value.notnull()
        yield Flag("refers to nothing", column.name, named & known.isnull())
        yield Flag("refers to a row set aside", column.name, known.notnull() & ~sound)
        if column.refers_to == "persons" and "event_date" in table.columns:
            yield Flag("before birth", "event_date", joined.event_date < joined.person_id_earliest)
            yield Flag("after death", "event_date", joined.event_date > joined.person_id_latest)


def any_of(tests: list[ir.BooleanValue]) -> ir.BooleanValue:
    """True where one of them is."""
    found, *others = tests
    for other in others:
        found = found | other
    return found
