"""A meeting: everything about it on one page, its agenda being built, and what is moved or cancelled."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import agenda as agenda_actions
from leftshift.workspace.programme.actions import meeting as meeting_actions
from leftshift.workspace.programme.actions.issuing import lacking
from leftshift.workspace.programme.pages.meeting_beginning import (
    Attempt,
    Found,
    attempt,
    may_serve,
    meeting_shown,
    of_meeting,
    seen_by,
    sent,
)
from leftshift.workspace.programme.presenters import meetings as words
from leftshift.workspace.programme.presenters.boards import deadlines_table
from leftshift.workspace.shared.kept import kept

_ITEM = ("item", "title", "kind", "owner", "minutes", "exempt", "exempt_reason", "concerns", "takes_part_by")


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.stamp)
@of_meeting
def meeting(request: HttpRequest, found: Found) -> HttpResponse:
    """Everything about a meeting."""
    checked, own = found.checked, found.meeting
    out = [row for row in checked.exclusions if row.meeting == own.meeting]
    quorum = next(row for row in checked.quorum if row.meeting.meeting == own.meeting)
    served = may_serve(request, found)
    shown = meeting_shown(
        request, found, "meeting",
        deadlines=deadlines_table([row for row in checked.deadlines if row.meeting == own.meeting], found.boards, exempt=served),
        agenda=words.items_shown(found.boards, own, lacking(found.boards, own.meeting), out),
        exclusions=words.exclusions_table(found.boards, own, out, exempt=served), quorum=words.quorum_table(found.boards, quorum), no_quorum=quorum.reason,
        questions=words.questions_table(checked, own, found.at if served else ""),
        resolutions=words.resolutions_table(checked, own, exempt=served), packs=queries.packs_of(found.held, own.meeting),
    )  # fmt: skip
    return render(request, "programme/board_meeting.jinja", shown)


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def agenda(request: HttpRequest, found: Found) -> HttpResponse:
    """Build the agenda."""
    done = Attempt()
    if request.method == "POST":
        to: list[str] = []
        done = attempt(lambda: to.append(_build(request, found)))
        if not done.problem:
            return redirect(to[0])
        found = found.again()
    own, boards = found.meeting, found.boards
    out = [row for row in found.checked.exclusions if row.meeting == own.meeting]
    agenda = words.items_shown(boards, own, lacking(boards, own.meeting), out)
    shown = meeting_shown(
        request, found, "agenda", agenda=agenda, kinds=agenda_actions.KINDS, given=request.POST if done.problem else {},
        next=agenda_actions.next_item(boards, own.meeting), planned=words.minutes_planned(agenda), topics=_topics(found), rows=_row_keys(found),
    )  # fmt: skip
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_agenda.jinja", shown, status=done.status)


def _build(request: HttpRequest, found: Found) -> str:
    """Change the agenda as was asked; gives where to go on."""
    held, name, item, by = found.held, found.meeting.meeting, request.POST.get("of", ""), person(request)
    match request.POST.get("do"):
        case "up" | "down" as way:
            agenda_actions.move_item(held, name, item, -1 if way == "up" else 1, by=by)
            told = f"Item {item} was moved {way}."
        case "remove":
            agenda_actions.remove_item(held, name, item, by=by)
            told = f"Item {item} was taken out."
        case "take":
            agenda_actions.take_topic(held, name, request.POST.get("topic", ""), by=by)
            told = "The topic was taken onto the agenda."
        case "paper":
            paper = agenda_actions.begin_paper(held, name, item, by=by)
            return f"{found.at}papers/{paper}/"
        case _:
            agenda_actions.add_item(held, name, sent(request, *_ITEM), by=by)
            told = "The item was added."
    request.session["told"] = told
    return f"{found.at}agenda/"


def _topics(found: Found) -> list[tuple[str, str, str]]:
    """Topics of the forward plan that could come to this meeting: short name, title, and for when they are planned."""
    own, boards = found.meeting, found.boards
    there = {row.title for row in boards.agenda_of(own.meeting)}
    topics = [
        row
        for row in boards.forward_plan
        if row.body == own.body and row.title not in there and row.meeting in ("", own.meeting)
    ]
    return [
        (row.topic, row.title, "for this meeting" if row.meeting else f"for {row.month}" if row.month else "")
        for row in topics
    ]


def _row_keys(found: Found) -> dict[str, str]:
    """Item to the key of its row among the records."""
    sheet = queries.sheet_now(found.held, "agenda.csv")
    return {
        facts["item"]: row.key
        for _, row in sheet.numbered()
        if (facts := sheet.facts(row)).get("meeting") == found.meeting.meeting
    }


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def change(request: HttpRequest, found: Found) -> HttpResponse:
    """Move a meeting, cancel it, or change its hour and place."""
    done, own = Attempt(), found.meeting
    if request.method == "POST":
        given = sent(request, "date", "begins", "venue", "cancelled")
        seen, by = seen_by(request, found.held), person(request)
        done = attempt(
            lambda: meeting_actions.change_meeting(found.held, own.meeting, given, seen=seen, by=by)
        )
        if not done.problem:
            request.session["told"] = "Saved. What is due for the meeting was worked out anew."
            return redirect(found.at)
        found = found.again()
    shown = meeting_shown(request, found, "change")
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_change.jinja", shown, status=done.status)
