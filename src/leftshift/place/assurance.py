"""What quality assurance holds for: a short digest of the content that somebody verified or accepted."""

from __future__ import annotations

import hashlib
import re

from leftshift.place.cells import sorted_rows, table_text
from leftshift.place.place import Place
from leftshift.place.rows import Subject
from leftshift.place.schema import catalogue, schema

ASSURANCE_TABLES = ("assurance_roles", "verifications", "limits")
"""The tables that say who assures the others: no input of the model, and never verified themselves."""
DIGEST = re.compile(r"^[0-9a-f]{12}$")
_KEPT = 12


def verifiable_tables() -> tuple[str, ...]:
    """The names of the tables that can be verified, in the order of the schema."""
    return tuple(name for name in schema().tables if name not in ASSURANCE_TABLES)


def table_digest(place: Place, name: str) -> str:
    """Twelve characters that stand for the content of a table, whatever the order of its rows; KeyError if there is none.

    Any change of a cell, its source or its basis changes them.
    """
    table = schema().tables[name]
    return _digest([table_text(table, sorted_rows(table, place.written.table(name)))])


def inputs_digest(place: Place) -> str:
    """Twelve characters that stand for every table that the results rest on, and for the place's years and perimeter.

    As with the fingerprint, an empty table that may be left out adds nothing; nor does what stands beside the plan.
    """
    heading = [str(place.base_year), str(place.last_year), place.perimeter]
    tables = (schema().tables[name] for name in verifiable_tables())
    held = [
        table.name
        for table in tables
        if not table.beside_the_plan and (table.required or place.written.table(table.name))
    ]
    return _digest([*heading, *(table_digest(place, name) for name in held)])


def digest_of(place: Place, kind: Subject, item: str = "") -> str:
    """The digest that a verification or an acceptance of this kind names while it stands."""
    return table_digest(place, item) if kind == "table" else inputs_digest(place)


def subject_name(kind: Subject, item: str = "") -> str:
    """What was verified or accepted, in words."""
    if kind == "table":
        return f"{item}.csv"
    name = str(catalogue("subjects")[kind]["name"])
    return item if kind == "check" else f"{name}: {item}" if item else name


def _digest(texts: list[str]) -> str:
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:_KEPT]
