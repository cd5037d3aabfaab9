"""The rooms of capacity, subject by subject, and of control totals, with their charts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from leftshift.reports.content import Figure
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.pages.rooms import drawn, show, viewed_or_404, year_or_404
from leftshift.workspace.plan.presenters import capacity as words
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.kept import kept


@needs(Permission.SEE_PLAN)
@require_safe
def capacity(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """The address of the room leads to the first subject that the place says anything of."""
    viewed = viewed_or_404(code)
    first, wanted = words.first_subject(viewed), year_or_404(viewed, year)
    if first is None:
        raise Http404("nothing of capacity")
    return redirect(words.subject_address(viewed, first, wanted))


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.content_stamp)
def subject(request: HttpRequest, code: str, subject: str, year: str) -> HttpResponse:
    """A subject of capacity in a year; of staff, one group where it is asked for."""
    if subject == words.CONTROL:
        raise Http404("a room of its own")
    return _shown(request, code, subject, year)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.content_stamp)
def control(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Control totals, envelopes and the risk pool."""
    return _shown(request, code, words.CONTROL, year)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.content_stamp)
def chart(request: HttpRequest, code: str, subject: str, year: str, at: int) -> HttpResponse:
    """A chart of a subject, by the number of its block."""
    viewed = viewed_or_404(code)
    wanted, group = _asked(request, viewed, subject, year)
    blocks = words.blocks_of(viewed, subject, wanted, group)
    block = blocks[at] if at < len(blocks) else None
    if not isinstance(block, Figure):
        raise Http404("no such chart")
    return drawn(request, viewed, block.chart)


def _shown(request: HttpRequest, code: str, subject: str, year: str) -> HttpResponse:
    viewed = viewed_or_404(code)
    found = words.subject_page(viewed, subject, *_asked(request, viewed, subject, year))
    room = subject if subject == words.CONTROL else f"capacity-{subject}"
    return show(request, "plan/capacity.jinja", found.page, viewed, room=room, found=found)


def _asked(request: HttpRequest, viewed: Viewed, subject: str, year: str) -> tuple[str, str]:
    """The year and the staff group that are asked for."""
    if not words.has_subject(viewed, subject):
        raise Http404("nothing of this subject")
    group = request.GET.get("group", "")
    if group and (subject != "staff" or not words.has_group(viewed, group)):
        raise Http404("no such staff group")
    return year_or_404(viewed, year), group
