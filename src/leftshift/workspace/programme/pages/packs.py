"""The pack of a meeting: as it would be issued, issued, added to, and published; every issue can be had as it was."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.programme.boards.boards import Boards
from leftshift.reports.boards import LaidOut, board_pack, has_exempt_part, lay_out
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import NotAllowed, person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import issuing, opening, publishing
from leftshift.workspace.programme.actions.keeping import Refused
from leftshift.workspace.programme.models import IssuedPack
from leftshift.workspace.programme.pages.meeting_beginning import (
    Attempt,
    Found,
    attempt,
    may_serve,
    meeting_shown,
    of_meeting,
)
from leftshift.workspace.programme.presenters.boards import inside

PARTS = ("public", "exempt")
"""The pack for everybody, and what is exempt apart."""


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def pack(request: HttpRequest, found: Found) -> HttpResponse:
    """What was issued, what came since, and what can be done."""
    done, own = Attempt(), found.meeting
    if request.method == "POST":
        done = attempt(lambda: _act(request, found))
        if not done.problem:
            return redirect(f"{found.at}pack/")
        found = found.again()
    issues = queries.packs_of(found.held, own.meeting)
    boards = found.boards
    shown = meeting_shown(
        request, found, "pack", issues=issues, lacking=issuing.lacking(boards, own.meeting), timely=issuing.timeliness(boards, own, found.seen.as_of),
        has_exempt=has_exempt_part(boards, own.meeting), public=queries.publication(found.held.place.code, "pack", own.meeting),
        came=_came(found) if issues else [], given=request.POST,
    )  # fmt: skip
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_pack.jinja", shown, status=done.status)


def _came(found: Found) -> list[str]:
    """What came since the last issue; nothing where what was issued can no longer be read."""
    try:
        before = issuing.boards_as_issued(found.held, found.meeting.meeting)
    except Refused:
        return []
    return issuing.added_since(before, found.boards, found.meeting.meeting)


def _act(request: HttpRequest, found: Found) -> None:
    held, name, by, code = found.held, found.meeting.meeting, person(request), found.held.place.code
    match request.POST.get("do"):
        case "issue":
            in_spite = request.POST.get("in_spite", "") if request.POST.get("anyway") else ""
            made = issuing.issue(held, name, in_spite=in_spite, by=by)
            told = f"The pack is issued. {made.document['timely']}"
        case "supplement":
            made = issuing.supplement(held, name, by=by)
            told = f"The supplement is issued. {made.document['timely']}"
        case "publish":
            opening.publish_pack(held, name, by=by)
            told = f"Published at /public/{code}/packs/{name}/."
        case "withdraw":
            publishing.withdraw(held, "pack", name, by=by)
            told = "Withdrawn: nobody reads it any more."
        case _:
            raise Refused("Nothing was asked")
    request.session["told"] = told


def _preview(found: Found) -> Boards:
    """The boards of which a pack would be made now: before the first issue, or with a supplement behind what was issued."""
    issues, name = queries.packs_of(found.held, found.meeting.meeting), found.meeting.meeting
    if issues:
        before = issuing.boards_as_issued(found.held, name)
        return issuing.with_supplement(issues[-1].document["first"], before, found.boards, name)
    return found.boards if found.meeting.issued_on else issuing.not_yet_issued(found.boards, name)


def _laid_out(request: HttpRequest, found: Found, part: str) -> LaidOut:
    """A part as it would be issued now; 404 where there is none. Raises NotAllowed."""
    _check_part(request, found, part)
    try:
        boards = _preview(found)
    except Refused as gone:
        raise Http404("what was issued cannot be read") from gone
    name = found.meeting.meeting
    if part == "exempt" and not has_exempt_part(boards, name):
        raise Http404("nothing is exempt")
    return lay_out(board_pack(boards, name, exempt=part == "exempt"))


def _check_part(request: HttpRequest, found: Found, part: str) -> None:
    if part not in PARTS:
        raise Http404("no such part")
    if part == "exempt" and not may_serve(request, found):
        raise NotAllowed(Permission.RUN_BOARDS)


@needs(Permission.SEE_PLAN)
@require_safe
@of_meeting
def preview(request: HttpRequest, found: Found, part: str) -> HttpResponse:
    """A part of the pack as it would be issued now."""
    laid = _laid_out(request, found, part)
    shown = meeting_shown(
        request, found, "pack", title=laid.pack.title, inside=inside(laid.html), part=part, number=0, pdf=f"{found.at}pack/preview/{part}.pdf",
    )  # fmt: skip
    return render(request, "programme/board_document.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
@of_meeting
def preview_pdf(request: HttpRequest, found: Found, part: str) -> HttpResponse:
    """The same as PDF."""
    return file_of(_laid_out(request, found, part).pdf, f"{found.meeting.meeting}-{part}-preview.pdf")


def _issued(found: Found, number: int) -> IssuedPack:
    wanted = next((row for row in queries.packs_of(found.held, found.meeting.meeting) if row.issue == number), None)  # fmt: skip
    if wanted is None:
        raise Http404("no such issue")
    return wanted


@needs(Permission.SEE_PLAN)
@require_safe
@of_meeting
def issued(request: HttpRequest, found: Found, number: int, part: str) -> HttpResponse:
    """A part of a pack as it was issued."""
    _check_part(request, found, part)
    document = _issued(found, number).document[part]
    if document is None:
        raise Http404("nothing was exempt")
    shown = meeting_shown(
        request, found, "pack", title=document["title"], inside=inside(document["html"]), part=part, number=number,
        pdf=f"{found.at}pack/{number}/{part}.pdf",
    )  # fmt: skip
    return render(request, "programme/board_document.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
@of_meeting
def issued_pdf(request: HttpRequest, found: Found, number: int, part: str) -> HttpResponse:
    """The same as PDF: the bytes that were issued."""
    _check_part(request, found, part)
    row = _issued(found, number)
    content = row.public_pdf if part == "public" else row.exempt_pdf
    if content is None:
        raise Http404("nothing was exempt")
    return file_of(bytes(content), f"{found.meeting.meeting}-{part}-{number}.pdf")


_FORMS = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def file_of(content: bytes, name: str) -> HttpResponse:
    """A file to keep."""
    response = HttpResponse(content, content_type=_FORMS[name.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
