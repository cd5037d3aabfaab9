"""Edits of a programme: each is one transaction, with what takes it back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from leftshift.place.sheets import Change
from leftshift.programme.boards import rows as board_rows
from leftshift.programme.programme import programme_kind
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.shared.editing import Edited, Saved, Signed

RECORDED = frozenset({"gate_decisions", "decisions"})
"""What was decided: written where it is recorded, not in a sheet."""
OF_BOARDS = frozenset(board_rows.ROW_TYPES)
"""Tables that whoever serves the boards keeps."""
EDITED = tuple(name for name in programme_kind().schema.tables if name not in RECORDED)


def held(programme: Programme) -> Edited:
    """A programme, held until the transaction ends, to be changed."""
    found = Programme.objects.select_for_update(of=("self",)).select_related("place").get(pk=programme.pk)
    return Edited(found, programme_kind().schema.tables, found.place.code)


@transaction.atomic
def save(programme: Programme, file: str, changes: Sequence[Change], *, by: str, key: str = "") -> Saved:
    """Make changes of a table; ValueError for a column that there is not."""
    return held(programme).save(file, changes, Signed(by, key))


@transaction.atomic
def save_text(programme: Programme, file: str, before: str, after: str, *, by: str) -> Saved:
    """Set the text of programme.toml; ``before`` is what its editor saw."""
    return held(programme).save_text(file, before, after, Signed(by))


@transaction.atomic
def undo(programme: Programme, number: int, *, by: str) -> Saved:
    """Take an edit back by a new one; clashes where somebody has built on it since."""
    return held(programme).undo(number, by=by)


@transaction.atomic
def replace_tables(programme: Programme, texts: dict[str, str], *, by: str) -> list[Saved]:
    """Make tables of a programme those that were taken in from a folder or workbook: one edit a table; others stay."""
    names = [name for name in EDITED if f"{name}.csv" in texts]
    return held(programme).replace(names, texts, Signed(by))
