"""The rooms of measures, with their charts and files."""

from __future__ import annotations

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.reports.content import Figure
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions.importing import TooOften
from leftshift.workspace.plan.actions.loading import ask_to_load
from leftshift.workspace.plan.pages.rooms import drawn, show, table_file, viewed_or_404
from leftshift.workspace.plan.presenters import measures as words
from leftshift.workspace.shared.jobs import parameter
from leftshift.workspace.shared.kept import kept

_LONGEST_MAPPING = 100_000


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.dated_stamp)
def measures(request: HttpRequest, code: str) -> HttpResponse:
    """All measures at a glance."""
    viewed = viewed_or_404(code)
    if not words.has_measures(viewed):
        raise Http404("nothing is measured")
    asked = request.GET
    found = words.dashboard(
        viewed,
        timezone.localdate(),
        asked.get("theme", ""),
        asked.get("body", ""),
        asked.get("view") == "charts",
    )
    return show(request, "plan/measures.jinja", found.page, viewed, room=words.ROOM, found=found)


def _plain(text: str) -> str:
    """A text without the one character that the database cannot hold."""
    return text.replace("\0", "\ufffd")


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a file of figures, and put its loading into the queue."""
    viewed = viewed_or_404(code)
    if not words.has_measures(viewed):
        raise Http404("nothing is measured")
    problem, asked = "", request.POST
    if request.method == "POST":
        sent, most = request.FILES.get("file"), parameter("upload", "megabytes")
        if sent is None:
            problem = "Choose a file: CSV or a workbook (.xlsx)."
        elif (sent.size or 0) > most * 1_000_000:
            problem = f"That is too much: at most {most} MB."
        elif len(asked.get("mapping", "")) > _LONGEST_MAPPING:
            problem = f"The mapping is too long: at most {_LONGEST_MAPPING:,} characters."
        else:
            by, key = person(request), _plain(asked.get("key", ""))[:64] or uuid4().hex
            chosen = {
                name: _plain(asked.get(name, ""))[:300] for name in ("layout", "measure", "of", "source")
            }
            chosen["mapping"] = _plain(asked.get("mapping", ""))
            chosen["provisional"] = "yes" if asked.get("provisional") else ""
            try:
                job = ask_to_load(
                    code, sent.name or "", sent.read(), chosen, by=by, key=f"load {by.number} {key}"
                )
                return redirect("job", number=job.pk)
            except TooOften as refused:
                problem = str(refused)
    page = words.load_page(viewed, problem, uuid4().hex, parameter("upload", "megabytes"), asked)
    response = show(request, "plan/load.jinja", page.page, viewed, room=words.ROOM, found=page)
    response.status_code = 400 if problem else 200
    return response


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.dated_stamp)
def measure(request: HttpRequest, code: str, measure: str) -> HttpResponse:
    """One measure of one body, in full."""
    viewed = viewed_or_404(code)
    found = words.measure_page(viewed, timezone.localdate(), measure, request.GET.get("body", ""))
    if found is None:
        raise Http404("no such measure")
    more = {"measure": measure, "body": request.GET.get("body", "")}
    return show(request, "plan/measure.jinja", found.page, viewed, room=words.ROOM, found=found, **more)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.dated_stamp)
def worth(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """What reaching others would be worth, or the savings register."""
    viewed = viewed_or_404(code)
    found = words.worth_page(viewed, timezone.localdate(), what)
    if found is None:
        raise Http404("nothing of this")
    room = f"{words.ROOM}-{what}"
    return show(
        request, "plan/measure.jinja", found.page, viewed, room=room, found=found, measure="", body=""
    )


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.dated_stamp)
def chart(request: HttpRequest, code: str, measure: str, at: int) -> HttpResponse:
    """A chart of a measure, by the number of its block."""
    viewed = viewed_or_404(code)
    blocks = words.blocks_of(viewed, timezone.localdate(), measure, request.GET.get("body", ""))
    block = blocks[at] if at < len(blocks) else None
    if not isinstance(block, Figure):
        raise Http404("no such chart")
    return drawn(request, viewed, block.chart)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.dated_stamp)
def table(request: HttpRequest, code: str, measure: str, name: str, kind: str) -> HttpResponse:
    """A table of a measure as a file."""
    viewed = viewed_or_404(code)
    body = request.GET.get("body", "")
    tables = words.tables_of_measure(viewed, timezone.localdate(), measure, body)
    found = next((entry for entry in tables if entry.name == name), None)
    if found is None:
        raise Http404("no such table")
    return table_file(viewed, found, kind, f"{code}-{measure}-{name}")
