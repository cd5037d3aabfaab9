"""Pages of sheets: each as a list by name, row by row as a form, many rows at once, as a grid; the heading; and the history.

A slice makes one subclass for what it holds. Its views say who may, find what is held, and call these pages. Its base
template has the blocks title, head, told and body, and shows ``told`` and ``problem``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from leftshift.foundation.faults import Faults
from leftshift.place.schema import Column
from leftshift.place.sheets import AddRow, Change, Sheet, SheetRow
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.shared import days
from leftshift.workspace.shared import sheet_forms as forms
from leftshift.workspace.shared.editing import EditRefused, Saved, sheet_at
from leftshift.workspace.shared.grid_pages import GridPages, number_of
from leftshift.workspace.shared.grids import Editable
from leftshift.workspace.shared.histories import history_of, take_back
from leftshift.workspace.shared.sheets import Field, Sheets, field_of, fields_of, sheet_page

NEW = "new"
"""What stands for the key of a row that is to be added."""
_GONE = "Nothing was saved: somebody else has removed this row meanwhile. What you wrote stands below; save it, and it is added again as a new row."
_HISTORY = 300  # edits on one page
_HEADING = 20_000  # characters
_Held = TypeVar("_Held", bound=Any)


class SheetPages(GridPages[_Held]):
    """The sheets of something that is held: a row with ``files``, ``history`` and ``edits``, as the holder of edits takes it."""

    template = "shared/sheet_grid.jinja"
    base: str
    """The template that every page extends."""
    whole: str
    """What is held, in words: the plan."""
    edited: Collection[str] = ()
    """The tables that people edit here; all of them where none are named."""
    heading_file: str
    heading_help: str

    # ------------------------------------------------------------------ what a slice says
    def sheets(self, held: _Held, texts: Mapping[str, str]) -> Sheets:
        """What is held with these texts, as pages speak of it."""
        raise NotImplementedError

    def home(self, held: _Held) -> str:
        """Where the list of its sheets stands; every sheet stands below it."""
        raise NotImplementedError

    def context(self, request: HttpRequest, held: _Held, tab: str) -> dict[str, Any]:
        """What its base template needs; ``tab`` is ``sheets`` or ``history``."""
        raise NotImplementedError

    def may_edit(self, request: HttpRequest, held: _Held) -> bool:
        """Whether whoever asks may change it: what they may not is not offered."""
        raise NotImplementedError

    def save_text(self, held: _Held, before: str, after: str, *, by: str) -> Saved:
        """Set the text of the heading; ``before`` is what its editor saw."""
        raise NotImplementedError

    def undo(self, held: _Held, number: int, *, by: str) -> Saved:
        """Take an edit back by a new one."""
        raise NotImplementedError

    def refusal(self, held: _Held, at: Sheet, changes: Sequence[Change]) -> str:
        """Why a form of a row is not to be saved, in words; empty where it may be, as where drafts may hold anything."""
        return ""

    def refused_fields(self, held: _Held, at: Sheet, changes: Sequence[Change]) -> Mapping[str, str]:
        """Column to why it is not to be saved, of a form that is refused: it is said at its field too."""
        return {}

    def heading_refusal(self, held: _Held, text: str) -> Sequence[str]:
        """Why a text is not to be saved as the heading, in words; nothing where it may be."""
        return ()

    def hidden(self, request: HttpRequest, held: _Held) -> Collection[str]:
        """The files that whoever asks does not see: neither their rows nor what was done to them."""
        return ()

    def aside(self, held: _Held, sheets: Sheets, table: str) -> Mapping[str, Any]:
        """What stands beside a sheet: ``aside`` is a template, ``aside_scripts`` its scripts, the rest what it needs."""
        return {}

    # ------------------------------------------------------------------ what grids ask
    def address(self, held: _Held, table: str) -> str:
        """Where the grid of a table stands."""
        return f"{self.home(held)}{table}/grid/"

    def faults(self, held: _Held, texts: Mapping[str, str]) -> Faults:
        """What is wrong with what the texts make."""
        return self.sheets(held, texts).faults

    def editable(self, held: _Held, table: str) -> Editable:
        """A table as it stands, with its faults; what is held is read once for all of its columns."""
        sheets, of = self._sheets(held), self.tables[table]

        def offered(column: str) -> Sequence[str]:
            found = of.columns.get(column)
            return [value for value, _ in sheets.choices(of, found, {}) if value] if found else ()

        return Editable(
            self.address(held, table),
            self.sheet_now(held, table),
            self.tables,
            sheets.texts,
            sheets.faults,
            held.edits,
            offered,
            [column.name for column in sheets.columns(of)],
        )

    # ------------------------------------------------------------------ the pages
    def sheet(self, request: HttpRequest, held: _Held, table: str) -> HttpResponse:
        """A sheet as a list by name, with what is wrong with each row."""
        at, sheets = self.sheet_now(held, table), self._sheets(held)
        shown = sheet_page(sheets, at, number_of(request.GET.get("page", "1")))
        return self._answer(request, "sheet", held, page=shown, **self.aside(held, sheets, table))

    def row(self, request: HttpRequest, held: _Held, table: str, key: str) -> HttpResponse:
        """A row as a form, with help on each field; ``new`` for one that is to be added."""
        at = self.sheet_now(held, table)
        found = _found(at, key)
        if found is None and key != NEW:
            if request.method != "POST":
                raise Http404("no such row")
            return self._gone(request, held, at)
        if request.method != "POST":
            return self._form(request, held, at, found)
        written = forms.cells_sent(at.table, request.POST)
        given = days.cells_understood(at.table, written)
        if problem := forms.too_long(given):
            return self._form(request, held, at, found, given, problem=problem)
        once = "" if found else forms.once(request.POST)
        changes = _changes(at, found[1] if found else None, given, request.POST, once)
        if problem := self.refusal(held, at, changes):
            at_fields = self.refused_fields(held, at, changes)
            return self._form(request, held, at, found, given, problem=problem, at_fields=at_fields)
        try:
            saved = self.save(held, at.table.file, changes, by=person(request).signature, key=once)
        except EditRefused as refused:
            return self._form(request, held, at, found, given, problem=f"{refused}.")
        if saved.clashes:  # what now stands there is shown, and is what the next save changes
            held.refresh_from_db()
            at = self.sheet_now(held, table)
            now = _found(at, key)
            if found and now is None:
                return self._gone(request, held, at)
            return self._form(request, held, at, now, given, clashes=saved.clashes)
        return self._onward(request, held, at, key, changes, saved, days.told_of(key, written, given))

    def fill(self, request: HttpRequest, held: _Held, table: str) -> HttpResponse:
        """One value for a column of many rows at once: those that are empty are ticked."""
        at, sheets = self.sheet_now(held, table), self._sheets(held)
        columns = [column for column in sheets.columns(at.table) if column.name not in at.table.key]
        asked = request.POST.get("column") or request.GET.get("column", "")
        column = next((each for each in columns if each.name == asked), None)
        problem = ""
        if request.method == "POST" and column is not None:
            problem = self._fill(request, held, table, column)
            if not problem:
                return redirect(f"{self.home(held)}{table}/")
        more = {"problem": problem} if problem else {}
        return self._answer(
            request, "fill", held, status=409 if problem else 200,
            table=table, title=sheets.title(table), column=column, seen=held.edits,
            columns=[(each.name, sheets.label(at.table, each)) for each in columns],
            field=field_of(sheets, at.table, column) if column else None,
            rows=[(row.key, sheets.name(at.table, at.facts(row)), at.cell(row, column.name) if column else "") for _, row in at.numbered()],
            **more,
        )  # fmt: skip

    def grid(self, request: HttpRequest, held: _Held, table: str) -> HttpResponse:
        """A sheet as a grid: for many rows at once, and for what is pasted from a spreadsheet."""
        self._file(table)
        more = self._shown(request, held, "sheets") | {"table": table}
        if not more.get("told"):  # else what is saved here would not be told
            more.pop("told", None)
        return self.page(request, held, table, more)

    def beside(self, held: _Held, table: str) -> Mapping[str, Any]:
        """What stands beside a grid: the same as beside its list."""
        return self.aside(held, self._sheets(held), table)

    def heading(self, request: HttpRequest, held: _Held) -> HttpResponse:
        """The heading as text."""
        known = held.files.filter(file=self.heading_file).first()
        text = str(known.content["text"]) if known else ""
        clash, wanted, refused = "", text, list[str]()
        if request.method == "POST":
            wanted = forms.readable(request.POST.get("text", ""))[:_HEADING]
            refused = list(self.heading_refusal(held, wanted))
            if not refused:
                before, by = request.POST.get("before", ""), person(request).signature
                saved = self.save_text(held, before, wanted, by=by)
                if not saved.clashes:
                    request.session["told"] = f"Saved as edit {saved.number}."
                    return redirect(self.home(held))
                clash, wanted = wanted, text
        own = [fault for fault in self._sheets(held).faults if fault.file == self.heading_file]
        return self._answer(
            request, "heading", held, status=409 if clash else 400 if refused else 200, refused=refused, wanted=wanted,
            text=text, clash=clash, faults=own, heading_file=self.heading_file, heading_help=self.heading_help,
        )  # fmt: skip

    def history(self, request: HttpRequest, held: _Held) -> HttpResponse:
        """Every edit, newest first; any of them can be taken back."""
        problem = ""
        if request.method == "POST":
            by = person(request).signature
            problem = take_back(request, held, lambda number: self.undo(held, number, by=by))
            if not problem:
                return redirect(request.path)
        more = {"problem": problem} if problem else {}
        shown = history_of(held, _HISTORY, self.hidden(request, held), lambda file: self.withheld(held, file))
        return self._answer(
            request,
            "history",
            held,
            tab="history",
            status=409 if problem else 200,
            held=held,
            **shown,
            **more,
        )

    def sheet_now(self, held: _Held, table: str) -> Sheet:
        """A sheet as it stands; 404 where there is none that people edit here."""
        return self.shown_at(held, self._file(table), held.edits)

    def row_counts(self, held: _Held) -> dict[str, int]:
        """Table to how many rows it has, of those that people edit here."""
        names = self.edited or self.tables
        return {name: sum(1 for _ in self.sheet_now(held, name).numbered()) for name in names}

    # ------------------------------------------------------------------ their parts
    def _file(self, table: str) -> str:
        if table not in (self.edited or self.tables):
            raise Http404("no such sheet")
        return super()._file(table)

    def _sheets(self, held: _Held) -> Sheets:
        return self.sheets(held, self.texts(held))

    def _shown(self, request: HttpRequest, held: _Held, tab: str) -> dict[str, Any]:
        own = {
            "base": self.base,
            "home": self.home(held),
            "whole": self.whole,
            "may_edit": self.may_edit(request, held),
        }
        return {**own, **self.context(request, held, tab)}

    def _answer(
        self,
        request: HttpRequest,
        page: str,
        held: _Held,
        /,
        *,
        tab: str = "sheets",
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        shown = self._shown(request, held, tab) | more
        return render(request, f"shared/{page}.jinja", shown, status=status)

    def _form(
        self,
        request: HttpRequest,
        held: _Held,
        at: Sheet,
        found: tuple[int, SheetRow] | None,
        given: Mapping[str, str] | None = None,
        *,
        clashes: Sequence[Any] = (),
        problem: str = "",
        is_gone: bool = False,
        at_fields: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """The form of a row that was found with its line, or of a new one; ``given`` is what its editor has entered."""
        sheets, table = self._sheets(held), at.table
        line, key = (found[0], found[1].key) if found else (0, NEW)
        whole = sheet_at(
            held, table.file, held.edits, self.tables
        )  # a new short name is none that others have, seen or not
        stands = at.facts(found[1]) if found else _begun(request, sheets, whole)
        now = {**stands, **(given or {})}
        more = {"problem": problem} if problem else {}
        return self._answer(
            request, "row", held, status=409 if clashes or is_gone else 400 if problem else 200,
            action=f"{self.home(held)}{table.name}/rows/{NEW}/" if is_gone else "",
            fields=_with_problems(fields_of(sheets, table, now, line, stands), at_fields or {}), table=table.name, title=sheets.title(table.name), is_new=not found,
            clashes=clashes, following=_following(at, key), name=sheets.name(table, now), once=forms.once(request.POST),
            **self.aside(held, sheets, table.name), **more,
        )  # fmt: skip

    def _gone(self, request: HttpRequest, held: _Held, at: Sheet) -> HttpResponse:
        """A row that somebody else has removed meanwhile: what its editor wrote stands as a new row, to be added again."""
        if request.POST.get("do") == "remove":
            request.session["told"] = "Nothing was changed: somebody else had removed this row already."
            return redirect(f"{self.home(held)}{at.table.name}/")
        given = days.cells_understood(at.table, forms.cells_sent(at.table, request.POST))
        return self._form(request, held, at, None, given, problem=_GONE, is_gone=True)

    def _onward(
        self,
        request: HttpRequest,
        held: _Held,
        at: Sheet,
        key: str,
        changes: Sequence[Change],
        saved: Saved,
        told: Sequence[days.Understood] = (),
    ) -> HttpResponse:
        """Where a save leads: to the same row or the next as was asked, else to its sheet."""
        table, wanted = at.table.name, request.POST.get("do")
        said = f"Saved as edit {saved.number}." if changes else "Nothing was changed."
        request.session["told"] = f"{said} {days.words_of(told)}".strip()
        to = ""
        if wanted == "stay":
            to = next((change.row for change in changes if isinstance(change, AddRow)), key)
        elif wanted == "next":
            held.refresh_from_db()
            to = _following(self.sheet_now(held, table), key)
        return redirect(f"{self.home(held)}{table}/" + (f"rows/{to}/" if to else ""))

    def _fill(self, request: HttpRequest, held: _Held, table: str, column: Column) -> str:
        """Fill a value in; answers with what to say where that cannot be done, else keeps what to tell."""
        value = forms.readable(request.POST.get("value", "")).strip()[: forms.LONGEST_CELL]
        file, seen = self._file(table), forms.edit_seen(request.POST, held.edits)
        looked = self.shown_at(held, file, seen)
        value = days.cells_understood(looked.table, {column.name: value})[column.name]
        changes = list(forms.filled(looked, column, set(request.POST.getlist("rows")), value))
        if not changes:
            request.session["told"] = "Nothing was changed."
            return ""
        try:
            saved = self.save(held, file, changes, by=person(request).signature, key="")
        except EditRefused as refused:
            return f"{refused}."
        if saved.clashes:
            return f"Nothing was saved: somebody else changed {_rows(len(saved.clashes))} of these meanwhile. Look at what now stands there, and fill it in again."
        request.session["told"] = f"Filled in {_rows(len(changes))}: edit {saved.number}."
        return ""


def _with_problems(fields: Sequence[Field], problems: Mapping[str, str]) -> list[Field]:
    """The fields, with what a save was refused for at each; such a field is not folded away."""
    return [
        replace(field, problems=[problems[field.name]], is_folded=False) if field.name in problems else field
        for field in fields
    ]


def _begun(request: HttpRequest, sheets: Sheets, at: Sheet) -> dict[str, str]:
    """What a new row begins with, and what its address says of it."""
    by = person(request).signature.partition(" <")[0]
    asked = {name: str(text) for name, text in request.GET.dict().items() if name in at.table.columns}
    return {**sheets.begun(at.table, at, by), **asked}


def _found(at: Sheet, key: str) -> tuple[int, SheetRow] | None:
    """A row with its line; None where there is none of that key."""
    return next(((line, row) for line, row in at.numbered() if row.key == key), None)


def _changes(
    at: Sheet, row: SheetRow | None, given: Mapping[str, str], posted: Mapping[str, str], once: str
) -> list[Change]:
    if row is None:
        return forms.row_added(at, given, once)
    if posted.get("do") == "remove":
        return forms.row_removed(at, row, posted)
    return forms.row_changed(at, row, given, posted)


def _following(at: Sheet, key: str) -> str:
    """The row below one; empty below the last."""
    keys = [row.key for _, row in at.numbered()]
    return keys[keys.index(key) + 1] if key in keys and key != keys[-1] else ""


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
