"""Changes of several tables of a programme in one transaction: seen as their editor saw them, and never such that nothing can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from uuid import uuid4

from django.db import transaction

from leftshift.place.sheets import AddRow, Change, RemoveRow, SetCell, Sheet, SheetRow
from leftshift.programme.programme import Programme as Content
from leftshift.programme.programme import programme_kind
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import editing
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.shared.editing import Edited, EditRefused, Signed, sheet_at

LONGEST_CELL = 10_000
"""Characters of a cell, as a sheet takes them."""
_FAULTS_TOLD = 3
Facts = Mapping[str, str]


class Refused(EditRefused):
    """Something that cannot be kept as it stands; the words say why and what to do."""


class Clashed(Refused):
    """Somebody else was there first."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was saved: somebody else has changed the same thing meanwhile. Look at what stands now, and put yours in again where it still holds"
        )


class Records:
    """The tables of a programme, held until the transaction ends; ``seen`` is the edit after which a form was shown."""

    def __init__(self, taken: Edited, by: Person, seen: int | None) -> None:
        self.taken, self.by = taken, by
        self.seen = taken.holder.edits if seen is None else min(seen, taken.holder.edits)

    @property
    def held(self) -> Programme:
        """The programme."""
        found: Programme = self.taken.holder
        return found

    def content(self) -> Content:
        """The programme as it stands with what was changed so far; Refused where it cannot be read."""
        found = queries.seen(self.held, whole=True)
        if found.content is None or not found.is_sound:
            told = " ".join(str(fault) for fault in list(found.unread)[:_FAULTS_TOLD])
            raise Refused(f"Nothing was saved. {told}".rstrip("."))
        return found.content

    @cached_property
    def today(self) -> date:
        """Today, as the programme has it."""
        return queries.today_of(self.content())

    def rows(self, table: str, **where: str) -> list[tuple[SheetRow, dict[str, str]]]:
        """The rows of a table as it stands now whose cells are these, each with its cells."""
        sheet = self._sheet(table, self.held.edits)
        found = ((row, sheet.facts(row)) for _, row in sheet.numbered())
        return [pair for pair in found if all(pair[1].get(name, "") == text for name, text in where.items())]

    def one(self, table: str, **where: str) -> tuple[SheetRow, dict[str, str]]:
        """The one row of a table with these cells; Refused where it is gone."""
        found = self.rows(table, **where)
        if not found:
            raise Refused(f"Nothing was saved: {' '.join(where.values())} is no longer there")
        return found[0]

    def add(self, table: str, facts: Facts, basis: str = "assumed", *, once: str = "") -> None:
        """Add a row at the end; ``once`` names the form that was sent, which adds one row however often it is sent."""
        self._save(table, [self._added(table, facts, basis, self._last(table))], once)

    def set_cells(self, table: str, row: SheetRow, cells: Facts) -> None:
        """Set cells of a row, seen as the editor of the form saw them."""
        looked = self._sheet(table, self.seen)
        was = next((each for each in looked.rows if each.key == row.key), row)
        changes: list[Change] = [
            SetCell(row.key, name, looked.cell(was, name), text)
            for name, given in cells.items()
            if (text := clean(table, name, given)) != looked.cell(was, name)
        ]
        self._save(table, changes)

    def remove(self, table: str, row: SheetRow) -> None:
        """Take a row out, as the editor of the form saw it."""
        looked, now = self._sheet(table, self.seen), self._sheet(table, self.held.edits)
        was = next((each for each in looked.rows if each.key == row.key), row)
        if _written(looked.facts(was)) != _written(now.facts(row)):  # a column may have come since
            raise Clashed
        self._save(table, [RemoveRow(row.key, now.facts(row))])

    def set_rows(
        self, table: str, wanted: Sequence[Facts], own: Callable[[Facts], bool], basis: str = "assumed"
    ) -> None:
        """Make these the rows of a table that a form is about: by their keys some are changed, others come and go.

        Columns that the form does not name stay. Clashed where somebody changed one of them since the form was shown.
        """
        looked, now = self._sheet(table, self.seen), self._sheet(table, self.held.edits)
        before, there = self._by_key(looked, own), self._by_key(now, own)
        asked = {self._key(table, facts): facts for facts in wanted}
        if any(key not in before for key in asked if key in there):
            raise Clashed
        changes: list[Change] = [
            RemoveRow(row.key, looked.facts(row)) for key, row in before.items() if key not in asked
        ]
        below = self._last(table)
        for key, facts in asked.items():
            if key in before:
                row = before[key]
                changes += [
                    SetCell(row.key, name, looked.cell(row, name), text)
                    for name, given in facts.items()
                    if (text := clean(table, name, given)) != looked.cell(row, name)
                ]
            else:
                added = self._added(table, facts, basis, below)
                below = added.row
                changes.append(added)
        self._save(table, changes)

    def _by_key(self, sheet: Sheet, own: Callable[[Facts], bool]) -> dict[tuple[str, ...], SheetRow]:
        name = sheet.table.name
        return {
            self._key(name, sheet.facts(row)): row for _, row in sheet.numbered() if own(sheet.facts(row))
        }

    def _key(self, table: str, facts: Facts) -> tuple[str, ...]:
        return tuple(facts.get(name, "") for name in programme_kind().schema.tables[table].key)

    def _sheet(self, table: str, number: int) -> Sheet:
        return sheet_at(self.held, f"{table}.csv", number, programme_kind().schema.tables)

    def _last(self, table: str) -> str:
        rows = self._sheet(table, self.held.edits).rows
        return rows[-1].key if rows else ""

    def _added(self, table: str, facts: Facts, basis: str, below: str) -> AddRow:
        cells = {name: text for name, given in facts.items() if (text := clean(table, name, given))}
        signed = self.by.signature.partition(" <")[0]
        cells |= {"source": f"Entered in the workspace by {signed}", "basis": basis}
        return AddRow(f"n{uuid4().hex[:12]}", below, cells)

    def _save(self, table: str, changes: Sequence[Change], once: str = "") -> None:
        if not changes:
            return
        saved = self.taken.save(f"{table}.csv", changes, Signed(self.by.signature, once))
        if saved.clashes:
            raise Clashed


def _written(facts: Facts) -> dict[str, str]:
    return {name: text for name, text in facts.items() if text}


@contextmanager
def keeping(held: Programme, by: Person, seen: int | None = None) -> Iterator[Records]:
    """Change tables of a programme: all of it or nothing. Raises NotAllowed, Refused, Clashed."""
    by.check_may(Permission.RUN_BOARDS, held.place.code)
    with transaction.atomic():
        records = Records(editing.held(held, by), by, seen)
        yield records
        records.content()
    held.refresh_from_db()


def clean(table: str, column: str, text: str) -> str:
    """A text as a cell of a column holds it: prose keeps its lines, everything else is one line. Refused where it is too long."""
    found = text.replace("\0", "\ufffd").replace("\r\n", "\n").strip()
    if programme_kind().schema.tables[table].columns[column].type != "prose":
        found = " ".join(found.split())
    if len(found) > LONGEST_CELL:
        words = column.replace("_", " ")
        raise Refused(
            f"Nothing was saved: {words} has {len(found):,} characters, and a cell holds at most {LONGEST_CELL:,}"
        )
    return found
