"""The tables of a programme: each as a list by name, as a grid, row by row as a form; the heading and the history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.place.schema import Table
from leftshift.place.sheets import Change, Sheet, apply_changes
from leftshift.programme.checking_heading import heading_faults
from leftshift.programme.checking_work import override_faults
from leftshift.programme.programme import programme_kind, read_programme_texts
from leftshift.workbooks.folders import write_folder
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import NotAllowed, Person, person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.presenters.drafts import faults_table
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import editing, reserving, taking
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.programme.pages.beginning import none_yet, programme_or_404, shown_of
from leftshift.workspace.programme.presenters import programme as words
from leftshift.workspace.programme.presenters.sheets import ProgrammeSheets
from leftshift.workspace.programme.withholding import ACTIONS, FILES, with_rows_of
from leftshift.workspace.shared.editing import EditRefused, Saved
from leftshift.workspace.shared.grid_pages import number_of
from leftshift.workspace.shared.jobs import parameter
from leftshift.workspace.shared.sheet_pages import SheetPages
from leftshift.workspace.shared.sheets import sheet_lines
from leftshift.workspace.shared.uploads import files_sent

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


OVERRIDES = "overrides.csv"
_KEEPING = (Permission.RUN_PROGRAMME, Permission.RUN_BOARDS)


class _Records(SheetPages[Programme]):
    """The sheets of a programme."""

    tables = programme_kind().schema.tables
    edited = editing.EDITED
    base = "programme/base.jinja"
    whole = "the programme"
    heading_file = programme_kind().file
    heading_help = 'Code, name, place, nation and scale of the programme, each as name = "text".'

    def __init__(self, who: Person) -> None:
        self.who = who
        self._withheld: frozenset[str] | None = None

    def serves(self, held: Programme) -> bool:
        """Whether whoever asks serves the boards, and so sees everything."""
        return self.who.may(Permission.RUN_BOARDS, held.place.code)

    def withheld(self, held: Programme, file: str) -> Collection[str]:
        """Actions of what is exempt, from those who do not serve the boards."""
        if file != ACTIONS or self.serves(held):
            return ()
        if self._withheld is None:
            self._withheld = queries.withheld_rows(held)
        return self._withheld

    def texts(self, held: Programme, changed: Mapping[str, str] | None = None) -> dict[str, str]:
        """The files as they stand, without the rows that are withheld; whole ones are not opened here."""
        found = super().texts(held)
        if ACTIONS in found:
            found[ACTIONS] = self.shown_at(held, ACTIONS, held.edits).text()
        return {name: text for name, text in {**found, **(changed or {})}.items() if text.strip()}

    def check_seen(self, held: Programme, file: str, rows: Iterable[str]) -> None:
        """Raise NotAllowed where a change is of a row that is withheld from whoever makes it."""
        if set(rows) & set(self.withheld(held, file)):
            raise NotAllowed(Permission.RUN_BOARDS)

    def sheets(self, held: Programme, texts: Mapping[str, str]) -> ProgrammeSheets:
        """The programme as its pages speak of it."""
        return ProgrammeSheets(queries.seen(held, texts), texts)

    def home(self, held: Programme) -> str:
        """Where the records of a programme stand."""
        return f"{words.address_of(held)}records/"

    def context(self, request: HttpRequest, held: Programme, tab: str) -> dict[str, Any]:
        """What every page of a programme shows."""
        return shown_of(request, held, tab)

    def may_edit(self, request: HttpRequest, held: Programme) -> bool:
        """Whether whoever asks keeps records here: those of boards, or the others."""
        code = held.place.code
        table = request.resolver_match.kwargs.get("table") if request.resolver_match else None
        if table is None:  # the history: each edit asks again
            return any(person(request).may(one, code) for one in _KEEPING)
        return may_write(request, code, table)

    def refusal(self, held: Programme, at: Sheet, changes: Sequence[Change]) -> str:
        """A row that could not be read would stop every page for everybody: it is not saved, and the words say what it lacks."""
        new = _tried(held, at, changes)
        said = [_said(at.table, fault) for fault in new[:3]]
        more = f" And {len(new) - 3} more." if len(new) > 3 else ""
        return f"Nothing was saved. {' '.join(said)}{more}" if said else ""

    def refused_fields(self, held: Programme, at: Sheet, changes: Sequence[Change]) -> Mapping[str, str]:
        """What its own fields lack."""
        own = [fault for fault in _tried(held, at, changes) if fault.file == at.table.file and fault.column]
        return {fault.column or "": f"Expected {fault.expected}. {fault.action}." for fault in own}

    def hidden(self, request: HttpRequest, held: Programme) -> Collection[str]:
        """What stands beside exempt parts is seen by who serves the boards."""
        return hidden_from(request, held.place.code)

    def save(self, held: Programme, file: str, changes: list[Change], *, by: str, key: str) -> Saved:
        """Save changes of a table."""
        self.check_seen(held, file, (change.row for change in changes))
        return editing.save(held, file, changes, by=self.who, key=key)

    def save_text(self, held: Programme, before: str, after: str, *, by: str) -> Saved:
        """Save programme.toml."""
        return editing.save_text(held, self.heading_file, before, after, by=self.who)

    def undo(self, held: Programme, number: int, *, by: str) -> Saved:
        """Take an edit back."""
        return editing.undo(held, number, by=self.who)

    def heading_refusal(self, held: Programme, text: str) -> Sequence[str]:
        """A heading that could not be read would stop every page for everybody."""
        read = read_programme_texts({**queries.texts_of(held), self.heading_file: text})
        own = [fault for fault in read.faults if fault.file == self.heading_file]
        if read.programme is not None:
            own += heading_faults(read.programme, held.place.code)
        return [_heading_said(fault) for fault in own]


def _heading_said(fault: Fault) -> str:
    """A fault of the heading in words: of a field, or of the whole text."""
    where = fault.column or "The text"
    hint = f" Did you mean {fault.suggestion}?" if fault.suggestion else ""
    return f"{where}: expected {fault.expected}. {fault.action}.{hint}"


def _records(request: HttpRequest) -> _Records:
    """The sheets as whoever asks sees them."""
    return _Records(person(request))


def _tried(held: Programme, at: Sheet, changes: Sequence[Change]) -> Sequence[Fault]:
    """What could not be read after changes, or would not count, that could and did before."""
    before, file = queries.texts_of(held), at.table.file
    sheet, _ = apply_changes(queries.sheet_now(held, file), changes)  # whole, whatever of it is seen
    after = {**before, file: sheet.text()}
    known = {fault.place for fault in read_programme_texts(before).faults}
    new = [fault for fault in read_programme_texts(after).faults if fault.place not in known]
    if file == OVERRIDES and not new:
        changed = {change.row for change in changes}
        new = _not_counting(held, after, {line for line, row in sheet.numbered() if row.key in changed})
    return new


def _not_counting(held: Programme, texts: Mapping[str, str], lines: Collection[int]) -> list[Fault]:
    """Why statuses by hand in some lines do not count on the day of the programme."""
    found = queries.seen(held, texts)
    if found.content is None or not found.is_sound:
        return []
    return [fault for fault in override_faults(found.content, found.as_of) if fault.row in lines]


def _said(table: Table, fault: Fault) -> str:
    where = (fault.column or "").replace("_", " ").capitalize()
    elsewhere = "" if fault.file == table.file else f"{fault.place}: "
    return f"{elsewhere}{where + ': ' if where else ''}expected {fault.expected}. {fault.action}."


def hidden_from(request: HttpRequest, code: str) -> Collection[str]:
    """Files of a programme that whoever asks does not see: those that hold exempt or sensitive parts, but for who serves the boards."""
    return () if person(request).may(Permission.RUN_BOARDS, code) else FILES


def texts_shown(request: HttpRequest, held: Programme) -> dict[str, str]:
    """File name to text of what whoever asks sees of a programme."""
    serves = person(request).may(Permission.RUN_BOARDS, held.place.code)
    return queries.texts_of(held) if serves else queries.texts_for_others(held)


def may_write(request: HttpRequest, code: str, table: str) -> bool:
    """Whether whoever asks keeps a table."""
    return reserving.may_keep(person(request), code, table)


def _check(request: HttpRequest, code: str, table: str) -> Programme:
    if table not in editing.EDITED:
        raise Http404("no such sheet")
    if not may_write(request, code, table):
        raise NotAllowed(reserving.keepers(table)[0])
    return programme_or_404(code)


@needs(Permission.SEE_PLAN)
@require_safe
def records(request: HttpRequest, code: str) -> HttpResponse:
    """Every table, how many rows it has and what is to be cleared."""
    if queries.programme_of(code) is None:
        return none_yet(request, code, "sheets")
    held = programme_or_404(code)
    own = _records(request)
    texts = own.texts(held)
    seen = queries.seen(held, texts)
    hidden = hidden_from(request, code)
    every = sheet_lines(ProgrammeSheets(seen, texts), own.row_counts(held), seen.faults)
    shown_lines = [
        (group, [line for line in lines if f"{line.table}.csv" not in hidden]) for group, lines in every
    ]
    groups = [(group, lines) for group, lines in shown_lines if lines]
    unread = list(seen.unread)[:100]
    shown = shown_of(request, held, "sheets", groups=groups, home=own.home(held), unread=unread)
    return render(request, "programme/records.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
def sheet(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """A table as a list by name, with what is wrong with each row."""
    if f"{table}.csv" in hidden_from(request, code) and table in editing.EDITED:
        raise NotAllowed(Permission.RUN_BOARDS)
    return _records(request).sheet(request, programme_or_404(code), table)


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, code: str, table: str, key: str) -> HttpResponse:
    """A row as a form, with help on each field; ``new`` for one that is to be added."""
    return _records(request).row(request, _check(request, code, table), table, key)


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """One value for a column of many rows at once."""
    return _records(request).fill(request, _check(request, code, table), table)


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """A table as a grid: for many rows at once, and for what is pasted from a spreadsheet."""
    return _records(request).grid(request, _check(request, code, table), table)


@needs(Permission.SEE_PLAN)
@require_POST
def grid_save(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """Save changes that the script of the grid sends."""
    return _records(request).save_sent(request, _check(request, code, table), table)


@needs(Permission.SEE_PLAN)
@require_POST
def grid_check(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """The faults that there would be with changes that are not saved yet."""
    return _records(request).check_sent(request, _check(request, code, table), table)


@needs(Permission.SEE_PLAN)
@require_safe
def grid_since(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """What others changed in a table since an edit."""
    return _records(request).since(request, _check(request, code, table), table)


@needs(Permission.RUN_PROGRAMME)
@require_http_methods(["GET", "HEAD", "POST"])
def heading(request: HttpRequest, code: str) -> HttpResponse:
    """The heading of the programme as text."""
    return _records(request).heading(request, programme_or_404(code))


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every edit of the programme, newest first; who keeps its table can take it back. What was decided is not taken back."""
    if request.method != "POST" and queries.programme_of(code) is None:
        return none_yet(request, code, "history")
    held, own = programme_or_404(code), _records(request)
    if request.method == "POST":
        edit = held.history.filter(number=number_of(request.POST.get("number", ""))).first()
        table = edit.file.removesuffix(".csv") if edit else ""
        if table in reserving.RECORDED:
            request.session["problem"] = "What was decided stays as it was recorded: record another decision."
            return redirect(request.path)
        if edit is not None and edit.file == programme_kind().file:
            person(request).check_may(Permission.RUN_PROGRAMME, code)
        else:
            _check(request, code, table)
        if edit is not None:
            own.check_seen(held, edit.file, (change.get("row", "") for change in edit.changes))
    return own.history(request, held)


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a spreadsheet: every fault at its row, or all of it."""
    held = programme_or_404(code)
    by, problem, faults = person(request), "", None
    if request.method == "POST":
        if not any(by.may(one, code) for one in _KEEPING):
            raise NotAllowed(Permission.RUN_PROGRAMME)
        files = files_sent(request)
        if not files:
            problem = "Choose a workbook (.xlsx), or tables as CSV."
        else:
            try:
                request.session["told"] = _told(_take(request, held, taking.texts_sent(files)))
                return redirect(_records(request).home(held))
            except FaultsFound as refused:
                faults = faults_table(refused.faults)
            except taking.NothingTaken as left:
                problem = f"Nothing was taken in. {left}."
            except EditRefused as refused:
                problem = f"{refused}."
    shown = shown_of(request, held, "sheets", faults=faults, most=parameter("upload", "megabytes"))
    shown |= {"problem": problem} if problem else {}
    return render(request, "programme/take_in.jinja", shown, status=400 if problem or faults else 200)


def _take(request: HttpRequest, held: Programme, texts: dict[str, str]) -> taking.TakenIn:
    """Take tables in; what is withheld from who sent them stays as it is."""
    with transaction.atomic():
        # held: nothing is added between looking what there is and keeping it
        now = editing.held(held, person(request)).holder
        if ACTIONS in texts:
            keys = _records(request).withheld(now, ACTIONS)
            texts = texts | {ACTIONS: with_rows_of(queries.sheet_now(now, ACTIONS), keys, texts[ACTIONS])}
        return taking.take_in(now, texts, by=person(request))


def _told(taken: taking.TakenIn) -> str:
    """What was taken in, and what was left aside."""
    changed = "1 table was" if len(taken.saved) == 1 else f"{len(taken.saved)} tables were"
    said = (
        f"{changed} changed; History takes each back."
        if taken.saved
        else "Nothing differs from what is kept."
    )
    return f"{said} Left aside: {'; '.join(taken.aside)}." if taken.aside else said


@needs(Permission.SEE_PLAN)
@require_safe
def workbook(request: HttpRequest, code: str) -> HttpResponse:
    """Every table as one workbook, to be edited and taken in again."""
    held = programme_or_404(code)
    made = write_folder(programme_kind(), texts_shown(request, held), held.name)
    response = HttpResponse(made, content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="{held.code}.xlsx"'
    return response
