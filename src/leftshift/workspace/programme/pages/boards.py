"""Every board: members, quorum, meetings, attendance, register and forward plan; and a meeting that is called."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.programme.boards.deadlines import deadlines
from leftshift.programme.boards.rows import Meeting
from leftshift.reports.html import html_of
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import meeting as meeting_actions
from leftshift.workspace.programme.actions import opening, publishing
from leftshift.workspace.programme.actions.keeping import Refused
from leftshift.workspace.programme.pages.beginning import none_yet, programme_or_404, seen_of, shown_of
from leftshift.workspace.programme.pages.meeting_beginning import Attempt, attempt, sent, unread
from leftshift.workspace.programme.presenters.beginnings import empty_of
from leftshift.workspace.programme.presenters.boards import bodies_shown, deadlines_table, inside
from leftshift.workspace.programme.presenters.programme import address_of
from leftshift.workspace.shared.kept import kept
from leftshift.workspace.shared.tables import Table

_ASKED = ("body", "date", "begins", "venue")


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.stamp)
def boards(request: HttpRequest, code: str) -> HttpResponse:
    """Every body with what is due for its next meeting."""
    if queries.programme_of(code) is None:
        return none_yet(request, code, "boards")
    seen = seen_of(request, programme_or_404(code))
    if not seen.is_sound:
        return unread(request, seen)
    here, purpose = f"{address_of(seen.held)}boards/", empty_of("boards", seen.checked.programme)
    shown = shown_of(
        request,
        seen.held,
        "boards",
        bodies=bodies_shown(seen.checked.boards, here),
        here=here,
        purpose=purpose,
    )
    return render(request, "programme/boards.jinja", shown)


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Call a meeting; its deadlines can be looked at first."""
    seen = seen_of(request, programme_or_404(code))
    if not seen.is_sound:
        return unread(request, seen)
    held, given = seen.held, sent(request, *_ASKED)
    made, table, done = list[str](), list[Table](), Attempt()
    if request.POST.get("do") == "look":
        done = attempt(lambda: table.append(_looked(seen, given)))
    elif request.method == "POST":
        done = attempt(lambda: made.append(meeting_actions.add_meeting(held, given, by=person(request))))
        if made:
            request.session["told"] = "The meeting was added. What is due for it stands below."
            return redirect(f"{address_of(held)}boards/{made[0]}/")
    elif request.GET.get("body"):
        given = given | {"body": request.GET["body"]}
    shown = shown_of(
        request, held, "boards", bodies=seen.checked.boards.boards.bodies, given=given, deadlines=table[0] if table else None,
    )  # fmt: skip
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_add.jinja", shown, status=done.status)


def _looked(seen: queries.Seen, given: dict[str, str]) -> Table:
    """What would be due for a meeting on a day. Raises Refused."""
    found = seen.checked.boards.boards
    day = meeting_actions.day_of(given["date"], "on which day it is")
    if given["body"] not in found.body:
        raise Refused("Choose the body that meets")
    meeting = Meeting(meeting="looked", body=given["body"], date=day, source="the form", basis="assumed")
    would = replace(found, meetings=(*found.meetings, meeting))
    return deadlines_table(deadlines(would, meeting, seen.as_of), would)


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, code: str, body: str) -> HttpResponse:
    """The register of a body as everybody would read it, and whether they do."""
    seen = seen_of(request, programme_or_404(code))
    if not seen.is_sound:
        return unread(request, seen)
    if body not in seen.checked.boards.boards.body:
        raise Http404("no such body")
    held, at = seen.held, f"{address_of(seen.held)}boards/registers/{body}/"
    if request.method == "POST":
        by = person(request)
        if request.POST.get("do") == "withdraw":
            done, told = attempt(lambda: publishing.withdraw(held, "register", body, by=by)), "Withdrawn: nobody reads it any more."  # fmt: skip
        else:
            done, told = attempt(lambda: opening.publish_register(held, body, by=by)), f"Published at /public/{code}/registers/{body}/."  # fmt: skip
        request.session["problem" if done.problem else "told"] = done.problem or told
        return redirect(at)
    report = opening.register_of(seen.checked.boards.boards, body, seen.as_of)
    shown = shown_of(
        request, held, "boards", body=seen.checked.boards.boards.body[body], inside=inside(html_of(report)),
        public=queries.publication(code, "register", body), here=at,
    )  # fmt: skip
    return render(request, "programme/board_register.jinja", shown)
