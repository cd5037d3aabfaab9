"""Pages of a draft: its tables as grids, its texts, its history; and what the script of the grid asks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.place.scenarios import FOLDER as SCENARIOS
from leftshift.place.schema import schema
from leftshift.place.sheets import (
    AddRow,
    Change,
    RemoveRow,
    SetCell,
    Sheet,
    apply_changes,
    change_of_document,
    sheet_of_document,
)
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions import drafting, reviewing
from leftshift.workspace.plan.models import Draft, DraftFile
from leftshift.workspace.plan.presenters import drafts as words
from leftshift.workspace.plan.states import SENT
from leftshift.workspace.shared.kept import kept

_View = TypeVar("_View", bound=Callable[..., HttpResponse])
_LONGEST = 1000  # changes in one save: a pasted page of a spreadsheet
_NEW_ROWS = 3  # empty rows at the end, for who has no script


class NoOpenDraft(Exception):
    """The draft was closed meanwhile; its page says by whom."""


def _or_to_draft(view: _View) -> _View:
    """Lead to the page of the draft, which says who closed it, where a page of an open one was asked for."""

    @wraps(view)
    def answer(request: HttpRequest, code: str, **more: str) -> HttpResponse:
        try:
            return view(request, code, **more)
        except NoOpenDraft:
            return redirect("draft", code=code)

    return cast(_View, answer)


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The draft of a place: open one, see what it changes, send it for review, or discard it."""
    by = person(request)
    found = queries.open_draft_of(code)
    if request.method == "POST":
        return _do(request, code, found)
    run = queries.latest_run(code)
    if run is None:
        raise Http404("no such place")
    if found is None:
        shown = {
            "code": code,
            "run": run,
            "told": request.session.pop("told", ""),
            "last": Draft.objects.filter(place__code=code).order_by("-closed_at").first(),
        }
        return render(request, "plan/no_draft.jinja", shown)
    texts = drafting.texts_of(found)
    model, faults = queries.faults_of(texts)
    page = words.draft_page(found, _sheets(found), _text_files(found), model, faults)
    shown = {
        "page": page,
        "code": code,
        "current": run.version if run.version.plan_fingerprint != found.base.plan_fingerprint else None,
        "year": run.result["headline_year"].replace("/", "-"),
        "told": request.session.pop("told", ""),
        "problem": request.session.pop("problem", ""),
        "history": words.history_table(list(found.history.order_by("-number")[:5])),
        "may_send": by.may(Permission.SEND_FOR_REVIEW, code),
    }
    return render(request, "plan/draft.jinja", shown)


def _do(request: HttpRequest, code: str, found: Draft | None) -> HttpResponse:
    by, asked = person(request), request.POST.get("do", "")
    if asked == "reopen":
        told = drafting.reopen(code, by=by.signature)
        request.session["told"] = "The draft is open again." if told else "There is nothing to open again."
        return redirect("draft", code=code)
    if asked == "open":
        run = queries.latest_run(code)
        if run is None:
            raise Http404("no such place")
        drafting.open_draft(run.version, by=by.signature)
        return redirect("draft", code=code)
    if found is None:
        request.session["told"] = "The draft was closed meanwhile. Nothing was changed."
        return redirect("draft", code=code)
    try:
        if asked == "discard" and request.POST.get("sure") != "yes":
            by_whom = sorted({edit.by.partition(" <")[0] for edit in found.history.all()})
            return render(request, "plan/discard.jinja", {"code": code, "draft": found, "by_whom": by_whom})
        if asked == "discard":
            drafting.discard(found, by=by.signature)
            request.session["told"] = "The draft was closed. It can be opened again until there is another."
            return redirect("draft", code=code)
        return _send(request, code, found)
    except drafting.DraftClosed as problem:
        request.session["told"] = str(problem)
    except FaultsFound as problem:
        request.session["problem"] = (
            f"The draft has {problem.faults.total:,} fault{'s' if problem.faults.total != 1 else ''} to put right first."
        )
    return redirect("draft", code=code)


def _send(request: HttpRequest, code: str, found: Draft) -> HttpResponse:
    """Make a version of the draft; where it is asked for, send it for review as well."""
    by = person(request)
    version = drafting.make_version(found, by=by.signature)
    for_review = request.POST.get("do") == "send" and by.may(Permission.SEND_FOR_REVIEW, code)
    if for_review and queries.standing(version).state == "stored":
        reviewing.take_step(version, SENT, by=by, note=request.POST.get("note", ""))
    request.session["told"] = (
        f"Version {version.number} was stored{' and sent for review' if for_review else ''}."
    )
    return redirect("review", code=code)


def _sheets(found: Draft) -> dict[str, Sheet]:
    files = DraftFile.objects.filter(draft=found, file__endswith=".csv")
    return {entry.file.removesuffix(".csv"): sheet_of_document(entry.content) for entry in files}


def _text_files(found: Draft) -> list[str]:
    return list(DraftFile.objects.filter(draft=found, file__endswith=".toml").values_list("file", flat=True))


# ---------------------------------------------------------------------- a table
@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
@_or_to_draft
@kept(queries.trail_stamp)
def table(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """A table as a grid. Without script it is a form: what was changed in it is found by comparing."""
    found, file = _draft(code), _table_file(table)
    clashes: Sequence[Any] = ()
    told = ""
    if request.method == "POST":
        seen = _number(request.POST.get("seen", ""))
        changes = _posted(queries.sheet_at(found, file, seen), request.POST)
        try:
            saved = drafting.save(found, file, changes, by=person(request).signature)
        except drafting.DraftClosed as problem:
            request.session["told"] = str(problem)
            return redirect("draft", code=code)
        clashes = saved.clashes
        told = "" if clashes or not changes else f"Saved as edit {saved.number}."
        found.refresh_from_db()
    sheet = queries.sheet_at(found, file, found.edits)
    texts = drafting.texts_of(found)
    _, faults = queries.faults_of(texts)
    asked = {**request.GET.dict(), **request.POST.dict()}
    page = words.grid(
        found, sheet, texts, faults, find=asked.get("find", ""), page=_number(asked.get("page", "1"))
    )
    shown = {"grid": page, "clashes": clashes, "told": told, "new_rows": range(1, _NEW_ROWS + 1)}
    return render(request, "plan/grid.jinja", shown, status=409 if clashes else 200)


def _posted(seen: Sheet, posted: Mapping[str, str]) -> list[Change]:
    """What a form without script changes: each cell beside the one that its editor saw."""
    rows = {row.key: row for _, row in seen.numbered()}
    removed = {name.removeprefix("remove.") for name in posted if name.startswith("remove.")}
    changes: list[Change] = [RemoveRow(key, seen.facts(rows[key])) for key in removed if key in rows]
    new: dict[str, dict[str, str]] = {}
    for name, text in posted.items():
        kind, _, rest = name.partition(".")
        key, _, column = rest.partition(".")
        if kind == "new" and text.strip():
            new.setdefault(key, {})[column] = text
        elif kind == "cell" and key in rows and key not in removed:
            before = seen.cell(rows[key], column)
            if text.strip() != before:
                changes.append(SetCell(key, column, before, text.strip()))
    last = seen.rows[-1].key if seen.rows else ""
    return changes + [AddRow(_new_key(), last, cells) for cells in new.values()]


def _new_key() -> str:
    from uuid import uuid4

    return f"n{uuid4().hex[:12]}"


@needs(Permission.EDIT_PLAN)
@require_POST
def save(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """Save changes that the script of the grid sends; answers with what clashes, what others did, and the faults."""

    def act(found: Draft, file: str, changes: list[Change], given: Mapping[str, Any]) -> JsonResponse:
        key = re.sub(r"[^\w-]", "", str(given.get("key", "")), flags=re.ASCII)[:64]
        saved = drafting.save(found, file, changes, by=person(request).signature, key=key)
        found.refresh_from_db()
        told = {
            "number": saved.number,
            "clashes": [_clash(clash) for clash in saved.clashes],
            **_others(request, found, file, _number(str(given.get("seen", "")))),
        }
        told |= _faults(found, file, [])
        return JsonResponse(told, status=409 if saved.clashes else 200)

    return _asked(request, code, table, act)


@needs(Permission.EDIT_PLAN)
@require_POST
def check(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """The faults that the place would have with changes that are not saved yet."""
    return _asked(
        request, code, table, lambda found, file, changes, _: JsonResponse(_faults(found, file, changes))
    )


@needs(Permission.EDIT_PLAN)
@require_safe
def since(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """What others changed in a table since an edit."""
    found = queries.open_draft_of(code)
    if found is None:
        return JsonResponse({"closed": True}, status=410)
    number = _number(request.GET.get("seen", ""))
    return JsonResponse(_others(request, found, _table_file(table), number))


_Act = Callable[[Draft, str, list[Change], Mapping[str, Any]], JsonResponse]


def _asked(request: HttpRequest, code: str, table: str, act: _Act) -> HttpResponse:
    found = queries.open_draft_of(code)
    if found is None:
        return JsonResponse({"problem": "This draft was closed meanwhile. Load the page again."}, status=410)
    try:
        given = json.loads(request.body)
        listed = given.get("changes") if isinstance(given, dict) else None
        if not isinstance(listed, list) or len(listed) > _LONGEST:
            raise ValueError(f"changes has to be a list of at most {_LONGEST:,}")
        return act(found, _table_file(table), [change_of_document(entry) for entry in listed], given)
    except drafting.DraftClosed as problem:
        return JsonResponse({"problem": str(problem)}, status=410)
    except (ValueError, RecursionError) as problem:
        return JsonResponse({"problem": f"What was sent cannot be read: {problem}."}, status=400)


def _others(request: HttpRequest, found: Draft, file: str, seen: int) -> dict[str, Any]:
    """The edits of the same table that somebody else made since."""
    mine = person(request).signature
    others = [edit for edit in queries.edits_since(found, seen) if edit.file == file and edit.by != mine]
    return {
        "seen": found.edits,
        "others": [{"by": edit.by.partition(" <")[0], "changes": edit.changes} for edit in others],
    }


def _faults(found: Draft, file: str, changes: Sequence[Change]) -> dict[str, Any]:
    sheet, _ = apply_changes(queries.sheet_at(found, file, found.edits), changes)
    _, faults = queries.faults_of(drafting.texts_of(found, {file: sheet.text()}))
    return words.faults_document(sheet, faults)


def _clash(clash: Any) -> dict[str, Any]:
    return {"row": clash.row, "column": clash.column, "now": clash.now, "wanted": clash.wanted}


# ---------------------------------------------------------------------- a text, and the history
@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
@_or_to_draft
def text(request: HttpRequest, code: str, file: str) -> HttpResponse:
    """The heading of the place, or a scenario, as text."""
    found = _draft(code)
    if file.endswith(".csv") or not drafting.is_a_file(file):
        raise Http404("no such file")
    known = DraftFile.objects.filter(draft=found, file=file).first()
    now = known.content["text"] if known else ""
    clash, told = "", ""
    if request.method == "POST":
        before, after = request.POST.get("before", ""), request.POST.get("text", "")
        try:
            saved = drafting.save_text(found, file, before, after, by=person(request).signature)
        except drafting.DraftClosed as problem:
            request.session["told"] = str(problem)
            return redirect("draft", code=code)
        clash = after if saved.clashes else ""
        told = "" if clash else f"Saved as edit {saved.number}."
        now = now if clash else after.replace("\r\n", "\n")
    _, faults = queries.faults_of(drafting.texts_of(found))
    own = [fault for fault in faults if fault.file == file]
    shown = {
        "code": code, "file": file, "text": now, "clash": clash, "told": told, "faults": own, "others": faults.total - len(own),
        "is_scenario": file.startswith(f"{SCENARIOS}/"),
    }  # fmt: skip
    return render(request, "plan/text.jinja", shown, status=409 if clash else 200)


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
@_or_to_draft
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every edit of the draft, newest first; any of them can be taken back."""
    found = _draft(code)
    problem = ""
    if request.method == "POST":
        number = _number(request.POST.get("number", ""))
        if not found.history.filter(number=number).exists():
            raise Http404("no such edit")
        try:
            saved = drafting.undo(found, number, by=person(request).signature)
        except drafting.DraftClosed as closed:
            request.session["told"] = str(closed)
            return redirect("draft", code=code)
        if not saved.clashes:
            request.session["told"] = f"Edit {number} was taken back by edit {saved.number}."
            return redirect("draft-history", code=code)
        problem = f"Edit {number} cannot be taken back: what it wrote was changed since. Take the later edits back first."
    shown = {
        "code": code,
        "name": queries.model_of(found.base_id).place.name,
        "history": words.history_table(list(found.history.order_by("-number"))),
        "undone": set(found.history.exclude(undoes=None).values_list("undoes", flat=True)),
        "told": request.session.pop("told", ""),
        "problem": problem,
    }
    return render(request, "plan/history.jinja", shown, status=409 if problem else 200)


def _draft(code: str) -> Draft:
    found = queries.open_draft_of(code)
    if found is None:
        raise NoOpenDraft(code)
    return found


def _table_file(table: str) -> str:
    if table not in schema().tables:
        raise Http404("no such table")
    return f"{table}.csv"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
