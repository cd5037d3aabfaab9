"""Pages of a grid, and what its script asks: the same for whatever people edit together."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from leftshift.foundation.faults import Faults
from leftshift.place.schema import Table
from leftshift.place.sheets import (
    AddRow,
    Change,
    RemoveRow,
    SetCell,
    Sheet,
    apply_changes,
    change_of_document,
)
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.shared import days
from leftshift.workspace.shared.editing import EditRefused, Saved, sheet_at, texts_of, without_rows
from leftshift.workspace.shared.grids import Editable, faults_document, grid

_LONGEST = 1000  # changes in one save: a pasted page of a spreadsheet
_NEW_ROWS = 3  # empty rows at the end, for who has no script
_Held = TypeVar("_Held", bound=Any)


@dataclass(frozen=True)
class _Done:
    """What came of a form without script."""

    clashes: Sequence[Any] = ()
    told: str = ""
    problem: str = ""


class GridPages(Generic[_Held]):
    """Grids of the tables of something that is held: where each stands, what is wrong with it, how it is saved."""

    tables: Mapping[str, Table]
    template: str

    def address(self, held: _Held, table: str) -> str:
        """Where a table stands."""
        raise NotImplementedError

    def faults(self, held: _Held, texts: Mapping[str, str]) -> Faults:
        """What is wrong with what the texts make."""
        raise NotImplementedError

    def save(self, held: _Held, file: str, changes: list[Change], *, by: str, key: str) -> Saved:
        """Save changes of a table; EditRefused where what they make may not stand."""
        raise NotImplementedError

    def choices(self, held: _Held, table: str, column: str) -> Sequence[str]:
        """What may be chosen in a column besides what the schema says."""
        return ()

    def shown(self, held: _Held, table: str) -> Sequence[str]:
        """The columns that stand first."""
        return ()

    def beside(self, held: _Held, table: str) -> Mapping[str, Any]:
        """What stands beside a grid, as things are once its form was saved."""
        return {}

    def withheld(self, held: _Held, file: str) -> Collection[str]:
        """Keys of the rows of a file that whoever asks does not see: neither as they stand nor what was done to them."""
        return ()

    def shown_at(self, held: _Held, file: str, number: int) -> Sheet:
        """A table after an edit, as whoever asks sees it."""
        return without_rows(sheet_at(held, file, number, self.tables), self.withheld(held, file))

    def page(self, request: HttpRequest, held: _Held, table: str, more: Mapping[str, Any]) -> HttpResponse:
        """A table as a grid. Without script it is a form: what was changed in it is found by comparing."""
        file = self._file(table)
        done = self._posted(request, held, file) if request.method == "POST" else _Done()
        asked = {**request.GET.dict(), **request.POST.dict()}
        editable = self.editable(held, table)
        page = grid(editable, find=str(asked.get("find", "")), page=number_of(str(asked.get("page", "1"))))
        shown = {"grid": page, "clashes": done.clashes, "told": done.told, "new_rows": range(1, _NEW_ROWS + 1), **more}  # fmt: skip
        shown |= {"problem": done.problem} if done.problem else {}
        status = 409 if done.clashes else 400 if done.problem else 200
        return render(request, self.template, {**shown, **self.beside(held, table)}, status=status)

    def _posted(self, request: HttpRequest, held: _Held, file: str) -> _Done:
        """Save what a form without script sends, and say what came of it."""
        table = file.removesuffix(".csv")
        seen = number_of(request.POST.get("seen", ""))
        written = posted(self.shown_at(held, file, seen), request.POST)
        changes, understood = days.changes_understood(self.tables[table], written)
        try:
            saved = self.save(held, file, changes, by=person(request).signature, key="")
        except EditRefused as refused:
            return _Done(problem=f"{refused}.")
        held.refresh_from_db()
        if saved.clashes or not changes:
            return _Done(saved.clashes)
        return _Done(told=f"Saved as edit {saved.number}. {days.words_of(understood)}".strip())

    def editable(self, held: _Held, table: str) -> Editable:
        """A table as it stands, with its faults."""
        texts = self.texts(held)
        return Editable(
            self.address(held, table),
            self.shown_at(held, self._file(table), held.edits),
            self.tables,
            texts,
            self.faults(held, texts),
            held.edits,
            lambda column: self.choices(held, table, column),
            self.shown(held, table),
        )

    def texts(self, held: _Held, changed: Mapping[str, str] | None = None) -> dict[str, str]:
        """File name to text as it stands; ``changed`` are files as somebody would have them. Empty files are left out."""
        found = {**texts_of(held, self.tables), **(changed or {})}
        return {name: text for name, text in found.items() if text.strip()}

    def save_sent(self, request: HttpRequest, held: _Held, table: str) -> HttpResponse:
        """Save changes that the script sends; answers with what clashes, what others did, and the faults."""

        def act(file: str, written: list[Change], given: Mapping[str, Any]) -> JsonResponse:
            changes, understood = days.changes_understood(self.tables[table], written)
            key = re.sub(r"[^\w-]", "", str(given.get("key", "")), flags=re.ASCII)[:64]
            saved = self.save(held, file, changes, by=person(request).signature, key=key)
            held.refresh_from_db()
            told = {
                "number": saved.number,
                "clashes": [_clash(clash) for clash in saved.clashes],
                "understood": [asdict(entry) for entry in understood],
                "words": days.words_of(understood),
                **self._others(request, held, file, number_of(str(given.get("seen", "")))),
                **self._faults(held, file, []),
            }
            return JsonResponse(told, status=409 if saved.clashes else 200)

        return self._asked(request, table, act)

    def check_sent(self, request: HttpRequest, held: _Held, table: str) -> HttpResponse:
        """The faults that there would be with changes that are not saved yet."""
        return self._asked(
            request, table, lambda file, changes, _: JsonResponse(self._faults(held, file, changes))
        )

    def since(self, request: HttpRequest, held: _Held, table: str) -> HttpResponse:
        """What others changed in a table since an edit."""
        number = number_of(request.GET.get("seen", ""))
        return JsonResponse(self._others(request, held, self._file(table), number))

    def _asked(
        self,
        request: HttpRequest,
        table: str,
        act: Callable[[str, list[Change], Mapping[str, Any]], JsonResponse],
    ) -> HttpResponse:
        try:
            given = json.loads(request.body)
            listed = given.get("changes") if isinstance(given, dict) else None
            if not isinstance(listed, list) or len(listed) > _LONGEST:
                raise NotRead(f"changes has to be a list of at most {_LONGEST:,}")
            return act(self._file(table), [change_of_document(entry) for entry in listed], given)
        except EditRefused as refused:
            return JsonResponse({"problem": f"{refused}."}, status=400)
        except (ValueError, RecursionError) as problem:
            if self.is_closed(problem):
                raise
            return JsonResponse({"problem": f"What was sent cannot be read: {problem}."}, status=400)

    def is_closed(self, problem: Exception) -> bool:
        """Whether a problem is that what is held was closed meanwhile, which its own page answers."""
        return False

    def _faults(self, held: _Held, file: str, changes: Sequence[Change]) -> dict[str, Any]:
        at = self.shown_at(held, file, held.edits)
        sheet, _ = apply_changes(at, days.changes_understood(at.table, changes)[0])
        return faults_document(sheet, self.faults(held, self.texts(held, {file: sheet.text()})))

    def _others(self, request: HttpRequest, held: _Held, file: str, seen: int) -> dict[str, Any]:
        """The edits of the same table that somebody else made since."""
        mine, hidden = person(request).signature, self.withheld(held, file)
        later = held.history.filter(number__gt=seen, file=file).exclude(by=mine).order_by("number")
        told = [
            {"by": edit.by.partition(" <")[0], "changes": changes}
            for edit in later
            if (changes := [change for change in edit.changes if change.get("row") not in hidden])
        ]
        return {"seen": held.edits, "others": told}

    def _file(self, table: str) -> str:
        if table not in self.tables:
            raise Http404("no such table")
        return f"{table}.csv"


class NotRead(ValueError):
    """What the script sent cannot be read."""


def posted(seen: Sheet, sent: Mapping[str, str]) -> list[Change]:
    """What a form without script changes: each cell beside the one that its editor saw."""
    rows = {row.key: row for _, row in seen.numbered()}
    removed = {name.removeprefix("remove.") for name in sent if name.startswith("remove.")}
    changes: list[Change] = [RemoveRow(key, seen.facts(rows[key])) for key in removed if key in rows]
    new: dict[str, dict[str, str]] = {}
    for name, text in sent.items():
        kind, _, rest = name.partition(".")
        key, _, column = rest.partition(".")
        if kind == "new" and text.strip():
            new.setdefault(key, {})[column] = text
        elif kind == "cell" and key in rows and key not in removed:
            before = seen.cell(rows[key], column)
            if text.strip() != before:
                changes.append(SetCell(key, column, before, text.strip()))
    last = seen.rows[-1].key if seen.rows else ""
    return changes + [AddRow(f"n{uuid4().hex[:12]}", last, cells) for cells in new.values()]


def _clash(clash: Any) -> dict[str, Any]:
    return {"row": clash.row, "column": clash.column, "now": clash.now, "wanted": clash.wanted}


def number_of(text: str) -> int:
    """The number that somebody sent; 0 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
