"""The rooms of measures, with their charts and files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leftshift.reports.content import Figure
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.pages.rooms import drawn, show, table_file, viewed_or_404
from leftshift.workspace.plan.presenters import measures as words
from leftshift.workspace.shared.kept import kept


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
