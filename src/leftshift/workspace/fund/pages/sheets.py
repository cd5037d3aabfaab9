"""The sheets of a fund plan: each as a list by name, as a grid, and row by row as a form with help on every field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leftshift.foundation.faults import Faults
from leftshift.fund.plan.plan import plan_kind
from leftshift.place.sheets import AddRow, Change, RemoveRow, SetCell, Sheet, SheetRow
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions import editing
from leftshift.workspace.fund.models import Fund
from leftshift.workspace.fund.pages.funds import balances_of, fund_or_404, shown_of
from leftshift.workspace.fund.presenters import fund as words
from leftshift.workspace.fund.presenters import sheets
from leftshift.workspace.shared.editing import Saved, sheet_at
from leftshift.workspace.shared.grid_pages import GridPages

NEW = "new"
_LONGEST = 10_000  # characters of a cell, as a sheet takes them


@needs(Permission.SEE_PLAN)
@require_safe
def plan(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Every sheet of the plan, and what keeps it from being signed."""
    found = fund_or_404(code, fund)
    seen = queries.seen(found)
    counts = {
        name: sum(1 for _ in sheet_at(found, f"{name}.csv", found.edits, sheets.tables()).numbered())
        for name in editing.EDITED
    }
    shown = shown_of(
        request, found, "plan", groups=words.sheets_of(seen, counts), standing=words.standing(seen)
    )
    if seen.plan is not None and not seen.faults:
        shown |= {"findings": words.to_clear(seen), "sections": words.sections_of(seen)}  # fmt: skip
    else:
        shown |= {"unread": list(seen.faults)[:100]}
    return render(request, "fund/plan.jinja", shown)


def _table(table: str) -> str:
    if table not in editing.EDITED:
        raise Http404("no such sheet")
    return f"{table}.csv"


@needs(Permission.SEE_PLAN)
@require_safe
def sheet(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """A sheet as a list by name, with what is wrong with each row."""
    found, file = fund_or_404(code, fund), _table(table)
    seen = queries.seen(found)
    at = sheet_at(found, file, found.edits, sheets.tables())
    rows = [(line, row.key, at.facts(row)) for line, row in at.numbered()]
    page = sheets.sheet_page(seen, sheets.tables()[table], rows)
    group = sheets.group_of(table)
    shown = shown_of(request, found, "plan", page=page, group=group, beside=[(name, sheets.TITLES[name]) for name in sheets.GROUPS[group]])  # fmt: skip
    return render(request, "fund/sheet.jinja", shown | _balances(page.with_balances, seen))


def _balances(wanted: bool, seen: queries.Seen) -> dict[str, object]:
    return {"balances": balances_of(seen) if wanted else None}


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, code: str, fund: str, table: str, key: str) -> HttpResponse:
    """A row as a form, with help on each field; ``new`` for one that is to be added."""
    found, file = fund_or_404(code, fund), _table(table)
    at = sheet_at(found, file, found.edits, sheets.tables())
    known = {row.key: (line, row) for line, row in at.numbered()}
    if key != NEW and key not in known:
        raise Http404("no such row")
    now = at.facts(known[key][1]) if key != NEW else _begun(found, table, at, request)
    clashes: Sequence[object] = ()
    if request.method == "POST":
        given = _given(table, request.POST)
        once = _once(request) if key == NEW else ""
        if too_long := [name for name, text in given.items() if len(text) > _LONGEST]:
            request.session["problem"] = f"Nothing was saved: {too_long[0].replace('_', ' ')} has {len(given[too_long[0]]):,} characters, and a cell holds at most {_LONGEST:,}."  # fmt: skip
            now = {**now, **given}
            return _form(request, found, table, key, now, known[key][0] if key != NEW else 0, (), status=400)
        if request.POST.get("do") == "remove" and key != NEW:
            changes: list[Change] = [RemoveRow(key, _as_seen(at.facts(known[key][1]), request.POST))]
        else:
            changes = _changes(at, known[key][1] if key != NEW else None, given, request.POST, once)
        saved = editing.save(found, file, changes, by=person(request).signature, key=once)
        clashes = saved.clashes
        if not clashes:
            return _onward(request, found, table, key, changes, saved)
        now = {**now, **given}
    return _form(request, found, table, key, now, known[key][0] if key != NEW else 0, clashes)


def _onward(
    request: HttpRequest, found: Fund, table: str, key: str, changes: Sequence[Change], saved: Saved
) -> HttpResponse:
    """Where a save leads: to the same row while it has faults and the person asked to go on with it, else to its sheet."""
    at = words.address_of(found)
    request.session["told"] = f"Saved as edit {saved.number}." if changes else "Nothing was changed."
    added = next((change.row for change in changes if isinstance(change, AddRow)), key)
    if request.POST.get("do") == "stay":
        return redirect(f"{at}plan/{table}/rows/{added}/")
    if request.POST.get("do") == "next" and (following := _following(found, table, key)):
        return redirect(f"{at}plan/{table}/rows/{following}/")
    return redirect(f"{at}plan/{table}/")


def _following(found: Fund, table: str, key: str) -> str:
    """The row below one."""
    found.refresh_from_db()
    keys = [row.key for _, row in sheet_at(found, f"{table}.csv", found.edits, sheets.tables()).numbered()]
    return keys[keys.index(key) + 1] if key in keys and key != keys[-1] else ""


def _form(
    request: HttpRequest,
    found: Fund,
    table: str,
    key: str,
    now: Mapping[str, str],
    line: int,
    clashes: Sequence[object],
    *,
    status: int = 200,
) -> HttpResponse:
    seen = queries.seen(found)
    of = sheets.tables()[table]
    fields = sheets.fields_of(seen, of, now, line)
    shown = shown_of(
        request, found, "plan", fields=fields, table=table, title=sheets.TITLES[table], key=key, is_new=key == NEW, clashes=clashes,
        following=_following(found, table, key) if key != NEW else "", name=_name(table, now, seen), once=_once(request),
    )  # fmt: skip
    with_balances = table in sheets.WITH_BALANCES
    return render(
        request, "fund/row.jinja", shown | _balances(with_balances, seen), status=409 if clashes else status
    )


def _name(table: str, now: Mapping[str, str], seen: queries.Seen) -> str:
    """What a row is called: its name, else what its key says, by name."""
    of, choices = sheets.tables()[table], sheets.Choices(seen)
    named = [name for name in ("scheme", "line", "metric", "condition", "section") if name in of.columns]
    names = dict.fromkeys([*(named or of.key[:1]), *of.key[1:]])
    said = ", ".join(choices.name_of(table, of.columns[name], now[name]) for name in names if now.get(name))
    return now.get("name") or said or sheets.TITLES[table]


def _begun(found: Fund, table: str, at: Sheet, request: HttpRequest) -> dict[str, str]:
    """What a new row begins with: a short name of its own, the first year, where it comes from."""
    of = sheets.tables()[table]
    begun = {
        "source": f"Entered in the workspace by {person(request).signature.partition(' <')[0]}",
        "basis": "assumed",
    }
    first = of.key[0]
    if table in sheets.OWN_KEYS:
        taken = {at.cell(row, first) for _, row in at.numbered()}
        begun[first] = next(name for number in range(1, 10_000) if (name := f"{first}_{number}") not in taken)
    if "year" in of.columns:
        begun["year"] = str(queries.rounds().get(found.round).years[0])
    asked = {name: str(value) for name, value in request.GET.dict().items() if name in of.columns}
    return {**begun, **asked}


def _given(table: str, posted: Mapping[str, str]) -> dict[str, str]:
    return {
        name: posted[f"field.{name}"].replace("\r\n", "\n").replace("\0", "\ufffd").strip()
        for name in sheets.tables()[table].columns
        if f"field.{name}" in posted
    }


def _once(request: HttpRequest) -> str:
    """The key of the form of a new row: however often it is sent, one row is added."""
    text = request.POST.get("once", "")
    return text if re.fullmatch("[0-9a-f]{32}", text) else uuid4().hex


def _as_seen(now: Mapping[str, str], posted: Mapping[str, str]) -> dict[str, str]:
    """A row as its editor saw it, as far as the form says so."""
    return {name: posted.get(f"before.{name}", text).replace("\r\n", "\n") for name, text in now.items()}


def _changes(
    at: Sheet, row: SheetRow | None, given: Mapping[str, str], posted: Mapping[str, str], once: str
) -> list[Change]:
    """What a form changes: each field beside what its editor saw in it."""
    if row is None:
        last = at.rows[-1].key if at.rows else ""
        return [AddRow(f"n{once[:12]}", last, {name: text for name, text in given.items() if text})]
    return [
        SetCell(row.key, name, before, text)
        for name, text in given.items()
        if text != (before := posted.get(f"before.{name}", at.cell(row, name)).replace("\r\n", "\n"))
    ]


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """One value for a column of many rows at once: those that are empty are ticked."""
    found, file = fund_or_404(code, fund), _table(table)
    of, seen = sheets.tables()[table], queries.seen(found)
    columns = [column for column in sheets.columns_of(of, seen.round) if column.name not in of.key]
    asked = request.POST.get("column") or request.GET.get("column", "")
    column = next((each for each in columns if each.name == asked), None)
    at, clashes = sheet_at(found, file, found.edits, sheets.tables()), 0
    if request.method == "POST" and column is not None:
        value, ticked = (
            request.POST.get("value", "").replace("\0", "\ufffd").strip()[:10_000],
            set(request.POST.getlist("rows")),
        )
        looked = sheet_at(found, file, _edit_seen(request, found), sheets.tables())
        changes: list[Change] = [
            SetCell(row.key, column.name, before, value)
            for _, row in looked.numbered()
            if row.key in ticked and (before := looked.cell(row, column.name)) != value
        ]
        saved = editing.save(found, file, changes, by=person(request).signature) if changes else None
        if saved is None or not saved.clashes:
            request.session["told"] = (
                f"Filled in {_rows_said(len(changes))}: edit {saved.number}."
                if saved
                else "Nothing was changed."
            )
            return redirect(f"{words.address_of(found)}plan/{table}/")
        clashes = len(saved.clashes)
    shown = shown_of(
        request, found, "plan", table=table, title=sheets.TITLES[table], column=column,
        columns=[(each.name, sheets.label_of(table, each, seen.round)) for each in columns],
        field=sheets.field_of(seen, of, column) if column else None,
        rows=[(row.key, _name(table, at.facts(row), seen), at.cell(row, column.name) if column else "") for _, row in at.numbered()],
    )  # fmt: skip
    if clashes:
        shown["problem"] = (
            f"Nothing was saved: somebody else changed {_rows_said(clashes)} of these meanwhile. Look at what now stands there, and fill it in again."
        )
    return render(request, "fund/fill.jinja", shown, status=409 if clashes else 200)


def _edit_seen(request: HttpRequest, found: Fund) -> int:
    """The edit after which a form was shown; the last one where it does not say."""
    text = request.POST.get("seen", "")
    return min(int(text), found.edits) if re.fullmatch("[0-9]{1,9}", text) else found.edits


def _rows_said(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


# ---------------------------------------------------------------------- a sheet as a grid
@lru_cache(maxsize=16)
def _choices(fund: int, edits: int) -> sheets.Choices:
    """What may be chosen in the cells of a fund as it stood after an edit: every column of a grid asks."""
    return sheets.Choices(queries.seen(Fund.objects.select_related("place").get(pk=fund)))


class _Grids(GridPages[Fund]):
    """The tables of a fund plan."""

    tables = plan_kind().schema.tables
    template = "fund/grid.jinja"

    def address(self, held: Fund, table: str) -> str:
        """Where a table stands."""
        return f"{words.address_of(held)}plan/{table}/grid/"

    def faults(self, held: Fund, texts: Mapping[str, str]) -> Faults:
        """What cannot be read, and what the rules of the round find."""
        return queries.seen(held, texts).all_faults

    def save(self, held: Fund, file: str, changes: list[Change], *, by: str, key: str) -> Saved:
        """Save changes of a table."""
        return editing.save(held, file, changes, by=by, key=key)

    def choices(self, held: Fund, table: str, column: str) -> Sequence[str]:
        """What the round and the plan offer."""
        of = self.tables[table].columns.get(column)
        return (
            [value for value, _ in sheets.Choices(queries.seen(held)).of(table, of, {}) if value]
            if of
            else ()
        )

    def shown(self, held: Fund, table: str) -> Sequence[str]:
        """The columns that the round asks for."""
        return [
            column.name for column in sheets.columns_of(self.tables[table], queries.rounds().get(held.round))
        ]


_grids = _Grids()


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """A sheet as a grid: for many rows at once, and for what is pasted from a spreadsheet."""
    found = fund_or_404(code, fund)
    _table(table)
    more = shown_of(request, found, "plan", table=table)
    seen = queries.seen(found)
    return _grids.page(request, found, table, more | _balances(table in sheets.WITH_BALANCES, seen))


@needs(Permission.RUN_FUND)
@require_POST
def grid_save(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """Save changes that the script of the grid sends."""
    _table(table)
    return _grids.save_sent(request, fund_or_404(code, fund), table)


@needs(Permission.RUN_FUND)
@require_POST
def grid_check(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """The faults that there would be with changes that are not saved yet."""
    _table(table)
    return _grids.check_sent(request, fund_or_404(code, fund), table)


@needs(Permission.RUN_FUND)
@require_safe
def grid_since(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """What others changed in a table since an edit."""
    _table(table)
    return _grids.since(request, fund_or_404(code, fund), table)


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def heading(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """The heading of the plan as text."""
    found = fund_or_404(code, fund)
    file = plan_kind().file
    known = found.files.filter(file=file).first()
    now = str(known.content["text"]) if known else ""
    clash = ""
    if request.method == "POST":
        before, after = (
            request.POST.get("before", ""),
            request.POST.get("text", "").replace("\0", "\ufffd")[:20_000],
        )
        saved = editing.save_text(found, file, before, after, by=person(request).signature)
        clash = after if saved.clashes else ""
        if not clash:
            request.session["told"] = f"Saved as edit {saved.number}."
            return redirect(f"{words.address_of(found)}plan/")
    own = [fault for fault in queries.seen(found).faults if fault.file == file]
    shown = shown_of(request, found, "plan", text=now, clash=clash, faults=own)
    return render(request, "fund/heading.jinja", shown, status=409 if clash else 200)
