"""Edits of a programme: each is one transaction, with what takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction

from leftshift.place.sheets import Change, apply_changes, check_columns, sheet_of_document
from leftshift.programme.programme import programme_kind
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.programme.actions.approved import approved_in, check_approved
from leftshift.workspace.programme.actions.reserving import (
    RECORDED,
    Facts,
    check_bound,
    check_decided,
    rows_between,
)
from leftshift.workspace.programme.actions.standing import standing
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.shared.editing import Edited, Saved, Signed

EDITED = tuple(name for name in programme_kind().schema.tables if name not in RECORDED)


@dataclass(frozen=True)
class Guarded(Edited):
    """A programme that somebody changes, whichever way they came: what they may not alter stays."""

    by: Person

    def save(self, file: str, changes: Sequence[Change], signed: Signed) -> Saved:
        """Make changes of a table. Raises EditRefused; ValueError for a column that there is not."""
        with standing(self.holder, (file,)):
            return super().save(file, changes, signed)

    def replace(self, names: Iterable[str], texts: Mapping[str, str], signed: Signed) -> list[Saved]:
        """Make these tables those of the texts of a folder. Raises EditRefused for what they come to together."""
        wanted = list(names)
        with standing(self.holder, [f"{name}.csv" for name in wanted]):
            return super().replace(wanted, texts, signed)

    def change(self, file: str, changes: Sequence[Change], signed: Signed) -> Saved:
        """Make changes of a table, one of several perhaps. Raises EditRefused."""
        before = sheet_of_document(self.content(file), self.tables)
        check_columns(before, changes)
        after, clashes = apply_changes(before, changes)
        if not clashes:
            changed = list(rows_between(before, after))
            check_decided(file.removesuffix(".csv"), changed, self.by, self.place)
            if file == "projects.csv":
                gates = sheet_of_document(self.content("gates.csv"), self.tables)
                check_bound(changed, gates, self.by, self.place)
            check_approved(file.removesuffix(".csv"), changed, self._approved)
        return super().change(file, changes, signed)

    @cached_property
    def _approved(self) -> Mapping[str, Facts]:
        """Meetings whose minutes were approved before the first save: a workbook may bring a meeting with its approved minutes."""
        return approved_in(sheet_of_document(self.content("meetings.csv"), self.tables))


def held(programme: Programme, by: Person) -> Guarded:
    """A programme, held until the transaction ends, to be changed by somebody."""
    found = Programme.objects.select_for_update(of=("self",)).select_related("place").get(pk=programme.pk)
    return Guarded(found, programme_kind().schema.tables, found.place.code, by)


@transaction.atomic
def save(programme: Programme, file: str, changes: Sequence[Change], *, by: Person, key: str = "") -> Saved:
    """Make changes of a table. Raises EditRefused; ValueError for a column that there is not."""
    return held(programme, by).save(file, changes, Signed(by.signature, key))


@transaction.atomic
def save_text(programme: Programme, file: str, before: str, after: str, *, by: Person) -> Saved:
    """Set the text of programme.toml; ``before`` is what its editor saw."""
    return held(programme, by).save_text(file, before, after, Signed(by.signature))


@transaction.atomic
def undo(programme: Programme, number: int, *, by: Person) -> Saved:
    """Take an edit back by a new one; clashes where somebody has built on it since. Raises EditRefused."""
    return held(programme, by).undo(number, by=by.signature)


@transaction.atomic
def replace_tables(programme: Programme, texts: dict[str, str], *, by: Person) -> list[Saved]:
    """Make tables of a programme those that were taken in from a folder or workbook: one edit a table; others stay. Raises EditRefused."""
    names = [name for name in EDITED if f"{name}.csv" in texts]
    return held(programme, by).replace(names, texts, Signed(by.signature))
