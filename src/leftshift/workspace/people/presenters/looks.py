"""The record of looks as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from leftshift.workspace.people.models import PURPOSES
from leftshift.workspace.people.queries import Look
from leftshift.workspace.shared.tables import Cell, Row, Table

_PAGES = {"list": "A page of the list", "person": "The page of a person"}


def looks_table(code: str, looks: Sequence[Look]) -> Table:
    """Who looked, when, at how many people, and why."""
    rows = [
        Row(
            [
                Cell(look.at.strftime("%d %B %Y, %H:%M:%S UTC"), address=f"/places/{code}/people/access/{look.view}/"),
                Cell(look.by.split(" <")[0]),
                Cell(_PAGES.get(look.page, look.page)),
                Cell(look.cohort),
                Cell(why(look)),
                Cell(f"{look.people:,}", number=look.people),
            ]
        )
        for look in looks
    ]  # fmt: skip
    return Table("looks", "Who looked at people", ["When", "Who", "What", "Cohort", "Why", "People shown"], rows, 5, 6)  # fmt: skip


def why(look: Look) -> str:
    """The purpose, and the words that were given."""
    return f"{PURPOSES[look.purpose]}: {look.reason}" if look.reason else PURPOSES[look.purpose]
