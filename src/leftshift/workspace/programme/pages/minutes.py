"""Minutes: drafted from what was recorded, downloaded, approved, published."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.reports.content import Report
from leftshift.reports.html import html_of
from leftshift.reports.pdf import pdf_of
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import NotAllowed, person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import meeting as actions
from leftshift.workspace.programme.actions import opening, publishing
from leftshift.workspace.programme.pages.meeting_beginning import (
    Attempt,
    Found,
    attempt,
    may_serve,
    meeting_shown,
    of_meeting,
)
from leftshift.workspace.programme.pages.packs import file_of
from leftshift.workspace.programme.presenters.boards import inside


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def minutes(request: HttpRequest, found: Found) -> HttpResponse:
    """The minutes as everybody would read them; those who serve the board may look at the whole."""
    done, own = Attempt(), found.meeting
    if request.method == "POST":
        done = attempt(lambda: _act(request, found))
        if not done.problem:
            return redirect(f"{found.at}minutes/")
        found = found.again()
    whole = bool(request.GET.get("whole")) and may_serve(request, found)
    report = opening.minutes(found.held, found.content, own.meeting, exempt=whole)
    shown = meeting_shown(
        request, found, "minutes", report=report, inside=inside(html_of(report)), whole=whole, kept="whole" if whole else "public",
        public=queries.publication(found.held.place.code, "minutes", own.meeting),
        has_exempt=opening.minutes(found.held, found.content, own.meeting, exempt=True).sections != opening.minutes(found.held, found.content, own.meeting, exempt=False).sections,
    )  # fmt: skip
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_minutes.jinja", shown, status=done.status)


def _act(request: HttpRequest, found: Found) -> None:
    held, name, by, code = found.held, found.meeting.meeting, person(request), found.held.place.code
    match request.POST.get("do"):
        case "publish":
            opening.publish_minutes(held, name, by=by)
            told = f"Published at /public/{code}/minutes/{name}/."
        case "withdraw":
            publishing.withdraw(held, "minutes", name, by=by)
            told = "Withdrawn: nobody reads them any more."
        case _:
            actions.approve_minutes(held, name, request.POST.get("on", ""), by=by)
            told = "The minutes are approved."
    request.session["told"] = told


def _word(report: Report, found: Found) -> bytes:
    from leftshift.reports.word import word_of

    return word_of(report, dated=found.seen.as_of)


_MADE: Mapping[str, Callable[[Report, Found], bytes]] = {
    "html": lambda report, _: html_of(report).encode(),
    "pdf": lambda report, _: pdf_of(report),
    "docx": _word,
}


@needs(Permission.SEE_PLAN)
@require_safe
@of_meeting
def document(request: HttpRequest, found: Found, part: str, kind: str) -> HttpResponse:
    """The minutes to keep: what everybody may read, or the whole for those who serve the board."""
    if part not in ("public", "whole") or kind not in _MADE:
        raise Http404("no such document")
    if part == "whole" and not may_serve(request, found):
        raise NotAllowed(Permission.RUN_BOARDS)
    report = opening.minutes(found.held, found.content, found.meeting.meeting, exempt=part == "whole")
    return file_of(_MADE[kind](report, found), f"minutes-{found.meeting.meeting}-{part}.{kind}")
