"""Pages of a draft: its tables as grids, its texts, its history; and what the script of the grid asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TypeVar, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leftshift.foundation.faults import Faults, FaultsFound
from leftshift.place.scenarios import FOLDER as SCENARIOS
from leftshift.place.schema import schema
from leftshift.place.sheets import Change, Sheet, sheet_of_document
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions import drafting, reviewing
from leftshift.workspace.plan.models import Draft, DraftFile
from leftshift.workspace.plan.presenters import drafts as words
from leftshift.workspace.plan.states import SENT
from leftshift.workspace.shared.editing import Saved
from leftshift.workspace.shared.grid_pages import GridPages
from leftshift.workspace.shared.histories import history_of, history_table, take_back
from leftshift.workspace.shared.kept import kept

_View = TypeVar("_View", bound=Callable[..., HttpResponse])


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
        "history": history_table(list(found.history.order_by("-number")[:5])),
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
class _Grids(GridPages[Draft]):
    """The tables of a draft."""

    tables = schema().tables
    template = "plan/grid.jinja"

    def address(self, held: Draft, table: str) -> str:
        """Where a table of the draft stands."""
        return f"/places/{held.place.code}/draft/tables/{table}/"

    def faults(self, held: Draft, texts: Mapping[str, str]) -> Faults:
        """What is wrong with the place that the texts make."""
        return queries.faults_of(texts)[1]

    def save(self, held: Draft, file: str, changes: list[Change], *, by: str, key: str) -> Saved:
        """Save changes of a table."""
        return drafting.save(held, file, changes, by=by, key=key)

    def is_closed(self, problem: Exception) -> bool:
        """Whether the draft was closed meanwhile."""
        return isinstance(problem, drafting.DraftClosed)


_grids = _Grids()


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
@_or_to_draft
@kept(queries.trail_stamp)
def table(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """A table as a grid. Without script it is a form: what was changed in it is found by comparing."""
    try:
        return _grids.page(request, _draft(code), table, {"code": code})
    except drafting.DraftClosed as problem:
        request.session["told"] = str(problem)
        return redirect("draft", code=code)


@needs(Permission.EDIT_PLAN)
@require_POST
def save(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """Save changes that the script of the grid sends; answers with what clashes, what others did, and the faults."""
    return _answered(code, lambda found: _grids.save_sent(request, found, table))


@needs(Permission.EDIT_PLAN)
@require_POST
def check(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """The faults that the place would have with changes that are not saved yet."""
    return _answered(code, lambda found: _grids.check_sent(request, found, table))


@needs(Permission.EDIT_PLAN)
@require_safe
def since(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """What others changed in a table since an edit."""
    return _answered(code, lambda found: _grids.since(request, found, table))


def _answered(code: str, act: Callable[[Draft], HttpResponse]) -> HttpResponse:
    found = queries.open_draft_of(code)
    if found is None:
        closed = {"closed": True, "problem": "This draft was closed meanwhile. Load the page again."}
        return JsonResponse(closed, status=410)
    try:
        return act(found)
    except drafting.DraftClosed as problem:
        return JsonResponse({"problem": str(problem)}, status=410)


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
        by = person(request).signature
        try:
            problem = take_back(request, found, lambda number: drafting.undo(found, number, by=by))
        except drafting.DraftClosed as closed:
            request.session["told"] = str(closed)
            return redirect("draft", code=code)
        if not problem:
            return redirect("draft-history", code=code)
    shown = {
        "code": code,
        "name": queries.model_of(found.base_id).place.name,
        **history_of(found),
        "told": request.session.pop("told", ""),
        "problem": problem,
    }
    return render(request, "plan/history.jinja", shown, status=409 if problem else 200)


def _draft(code: str) -> Draft:
    found = queries.open_draft_of(code)
    if found is None:
        raise NoOpenDraft(code)
    return found
