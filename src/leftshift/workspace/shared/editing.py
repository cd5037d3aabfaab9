"""Documents that several people edit at once: every save is one transaction, all of its changes or none, and leaves an edit.

A holder is a row with ``edits``, ``files`` (name, content) and ``history`` (edits with what takes them back). Whoever
saves holds it first, so that saves come one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from leftshift.place.schema import Table
from leftshift.place.sheets import (
    AddRow,
    Change,
    Clash,
    RemoveRow,
    SetCell,
    Sheet,
    SheetRow,
    apply_changes,
    change_of_document,
    check_columns,
    document_of_change,
    inverse,
    sheet_of_document,
    sheet_of_text,
)
from leftshift.workspace.record.models import record_event


class EditRefused(ValueError):
    """An edit that is not made, whoever else has or has not changed the same; the words say why, and who may."""


@dataclass(frozen=True)
class Saved:
    """What came of a save: the number of the edit, or the changes that clash with what others did."""

    number: int
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True)
class Signed:
    """Who saves; ``key`` names the save, so that one sent twice counts once; ``undoes`` the edit that it takes back."""

    by: str
    key: str = ""
    undoes: int | None = None


@dataclass(frozen=True)
class Edited:
    """A holder that was taken for the time of a transaction, the tables its sheets follow, and the place it concerns."""

    holder: Any
    tables: Mapping[str, Table]
    place: str

    def save(self, file: str, changes: Sequence[Change], signed: Signed) -> Saved:
        """Make changes of a table; ValueError for a column that there is not."""
        return self.change(file, changes, signed)

    def change(self, file: str, changes: Sequence[Change], signed: Signed) -> Saved:
        """The same for one of several tables that are changed together."""
        known = self.holder.history.filter(save_key=signed.key).first() if signed.key else None
        if known:
            return Saved(known.number)
        before = sheet_of_document(self.content(file), self.tables)
        check_columns(before, changes)
        after, clashes = apply_changes(before, changes)
        if clashes or after == before:  # what is so already is no edit
            return Saved(self.holder.edits, clashes)
        there = [document_of_change(change) for change in changes]
        back = [document_of_change(change) for change in _back(before, changes)]
        return self._note(file, after.document(), there, back, signed)

    def save_text(self, file: str, before: str, after: str, signed: Signed) -> Saved:
        """Set a text; ``before`` is what its editor saw."""
        now = str(self.content(file)["text"])
        now, before, after = (text.replace("\r\n", "\n") for text in (now, before, after))
        if now != before:
            return Saved(self.holder.edits, (Clash(file, "text", now, after),))
        if now == after:
            return Saved(self.holder.edits)
        there, back = (
            [{"do": "text", "before": one, "after": other}] for one, other in ((now, after), (after, now))
        )
        return self._note(file, {"text": after}, there, back, signed)

    def undo(self, number: int, *, by: str) -> Saved:
        """Take an edit back by a new one; clashes where somebody has built on it since."""
        edit = self.holder.history.get(number=number)
        if not edit.inverse:  # kept before 25 November 2026: it changed nothing
            return Saved(self.holder.edits)
        signed, first = Signed(by, undoes=number), edit.inverse[0]
        if first["do"] == "text":
            return self.save_text(edit.file, first["before"], first["after"], signed)
        return self.save(edit.file, [change_of_document(change) for change in edit.inverse], signed)

    def replace(self, names: Iterable[str], texts: Mapping[str, str], signed: Signed) -> list[Saved]:
        """Make these tables those of the texts of a folder: one edit for each that differs, which can be taken back alone."""
        saved = []
        for name in names:
            file = f"{name}.csv"
            now = sheet_of_document(self.content(file), self.tables)
            wanted = sheet_of_document(content_of(file, texts.get(file), self.tables), self.tables)
            if changes := changes_between(now, wanted):
                saved.append(self.change(file, changes, signed))
        return saved

    def content(self, file: str) -> dict[str, Any]:
        """What a file holds at the moment; an empty one where there is none."""
        found = self.holder.files.filter(file=file).first()
        return found.content if found else content_of(file, None, self.tables)

    def _note(
        self,
        file: str,
        content: dict[str, Any],
        there: list[dict[str, Any]],
        back: list[dict[str, Any]],
        signed: Signed,
    ) -> Saved:
        held = self.holder
        held.edits += 1
        held.save(update_fields=["edits"])
        if not held.files.filter(file=file).update(content=content, edits=held.edits):
            held.files.create(file=file, content=content, edits=held.edits)
        held.history.create(
            number=held.edits, file=file, by=signed.by, changes=there, inverse=back, save_key=signed.key, undoes=signed.undoes
        )  # fmt: skip
        detail = {"edit": held.edits, "changes": len(there)}
        record_event(
            by=signed.by, action="edited", subject=f"{held}, {file}", detail=detail, place=self.place
        )
        return Saved(held.edits)


def content_of(file: str, text: str | None, tables: Mapping[str, Table]) -> dict[str, Any]:
    """What is kept of a file: a table as a sheet, anything else as its text."""
    if file.endswith(".csv"):
        return sheet_of_text(tables[file.removesuffix(".csv")], text).document()
    return {"text": text or ""}


def text_of(content: Mapping[str, Any], tables: Mapping[str, Table] | None = None) -> str:
    """The text of a kept file."""
    return str(content["text"]) if "text" in content else sheet_of_document(content, tables).text()


def texts_of(holder: Any, tables: Mapping[str, Table]) -> dict[str, str]:
    """File name to text of what is held as it stands; empty files are left out."""
    found = {entry.file: text_of(entry.content, tables) for entry in holder.files.all()}
    return {name: text for name, text in found.items() if text.strip()}


def sheet_at(holder: Any, file: str, number: int, tables: Mapping[str, Table]) -> Sheet:
    """A table as it stood after an edit of that number: later edits are taken back from what now stands."""
    found = holder.files.filter(file=file).first()
    if found is None:
        return sheet_of_text(tables[file.removesuffix(".csv")], None)
    sheet = sheet_of_document(found.content, tables)
    # edits that came after the state was read are no part of it
    for edit in holder.history.filter(file=file, number__gt=number, number__lte=found.edits).order_by(
        "-number"
    ):
        sheet, _ = apply_changes(sheet, [change_of_document(change) for change in edit.inverse])
    return sheet


def without_rows(sheet: Sheet, keys: Collection[str]) -> Sheet:
    """A sheet without some of its rows, as somebody sees it from whom they are withheld."""
    return replace(sheet, rows=tuple(row for row in sheet.rows if row.key not in keys)) if keys else sheet


def changes_between(now: Sheet, wanted: Sheet) -> list[Change]:
    """What turns one sheet into another: rows of the same key keep their place, others come and go."""
    keys = now.table.key
    old = {tuple(now.cell(row, name) for name in keys): row for _, row in now.numbered()}
    new = {tuple(wanted.cell(row, name) for name in keys): row for _, row in wanted.numbered()}
    changes: list[Change] = [RemoveRow(row.key, now.facts(row)) for key, row in old.items() if key not in new]
    last = now.rows[-1].key if now.rows else ""
    for key, row in new.items():
        if key in old:
            changes += _cells_between(now, old[key], wanted, row)
        else:
            changes.append(AddRow(f"n{uuid4().hex[:12]}", last, wanted.facts(row)))
    return changes


def _cells_between(now: Sheet, was: SheetRow, wanted: Sheet, row: SheetRow) -> list[Change]:
    return [
        SetCell(was.key, name, now.cell(was, name), wanted.cell(row, name))
        for name in wanted.table.columns
        if now.cell(was, name) != wanted.cell(row, name)
    ]


def _back(sheet: Sheet, changes: Sequence[Change]) -> list[Change]:
    """What takes a list of changes back, each seen as it found the sheet."""
    found: list[Change] = []
    for change in changes:
        found = [*inverse(sheet, [change]), *found]
        sheet, _ = apply_changes(sheet, [change])
    return found
