"""A paper being written: every part of its template, what it still lacks, and the risks under five headings."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deadlines import root_of
from leftshift.programme.boards.papers import letter_of, parts_of
from leftshift.programme.boards.parameters import paper_templates
from leftshift.programme.boards.rows import AgendaItem, Paper
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import agenda as agenda_actions
from leftshift.workspace.programme.actions import papers as paper_actions
from leftshift.workspace.programme.actions.issuing import lacks_of
from leftshift.workspace.programme.actions.papers import Written
from leftshift.workspace.programme.pages.meeting_beginning import (
    Attempt,
    Found,
    attempt,
    meeting_shown,
    of_meeting,
    seen_by,
    sent,
)

_FEWEST = 2  # letters that a form shows at least
HELP = {
    "purpose": "What the body is asked to do, in one or two sentences.",
    "recommendations": "What the body is asked to resolve: one sentence a letter, as the minutes will print it.",
    "links_to_plan": "Which part of the plan it serves.",
    "previous_decisions": "What was decided before, with its minutes, and the policy that it rests on.",
    "background": "What members need to know. An empty line begins a paragraph.",
    "consultation": "Who was asked, how, and what they said.",
    "resource_implications": "Money, staff and buildings, and where they come from.",
    "legal_implications": "Duties and powers.",
    "timeline": "What happens when, if it is agreed.",
    "risk": "What could go wrong, in words. The ratings stand below.",
    "equality_assessment": "Who is affected, and where the assessment stands.",
    "background_papers": "What it rests on and where that can be read.",
    "officers": "Whom members may ask: roles.",
    "appendices": "One a letter.",
}


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def paper(request: HttpRequest, found: Found, paper: str) -> HttpResponse:
    """Write a paper."""
    boards = found.boards
    row, item = boards.paper.get(paper), None
    if row is not None:
        root = root_of(boards, row)
        item = next((each for each in boards.agenda_of(found.meeting.meeting) if each.paper == root), None)
    if row is None or item is None:
        raise Http404("no such paper of this meeting")
    if request.POST.get("do") == "supplement":
        return _begin_supplement(request, found, paper)
    done, given = Attempt(), stored(boards, row)
    if request.method == "POST":
        given = read(request)
        seen, by = seen_by(request, found.held), person(request)
        done = attempt(lambda: paper_actions.write_paper(found.held, paper, given, seen=seen, by=by))
        if not done.problem:
            request.session["told"] = "The paper was saved."
            return redirect(f"{found.at}papers/{paper}/" + ("#more" if request.POST.get("do") == "more" else ""))  # fmt: skip
        found = found.again()
    shown = meeting_shown(request, found, "agenda", paper=row, item=item, given=given, levels=paper_actions.LEVELS, **_form(found, row, item, given))  # fmt: skip
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_paper.jinja", shown, status=done.status)


def _begin_supplement(request: HttpRequest, found: Found, paper: str) -> HttpResponse:
    made: list[str] = []
    by = person(request)
    done = attempt(lambda: made.append(agenda_actions.begin_supplement(found.held, paper, by=by)))
    if done.problem:
        request.session["problem"] = done.problem
        return redirect(f"{found.at}papers/{paper}/")
    request.session["told"] = "Write what is added. It is issued behind the paper, and no page changes its number."  # fmt: skip
    return redirect(f"{found.at}papers/{made[0]}/")


def stored(boards: Boards, row: Paper) -> Written:
    """A paper as it stands, as its form would send it."""
    texts: dict[str, list[str]] = {}
    for part in parts_of(boards, row.paper):
        texts.setdefault(part.part, []).append(part.text)
    about = {
        "title": row.title,
        "author": row.author,
        "received_on": str(row.received_on or ""),
        "late_reason": row.late_reason,
    }
    exempt = frozenset(part.part for part in boards.parts_of(row.paper) if part.exempt)
    return Written(
        about, texts, exempt, {risk.heading: (risk.level, risk.text) for risk in boards.risks_of(row.paper)}
    )


def read(request: HttpRequest) -> Written:
    """A paper as its form sent it."""
    template = paper_templates()
    headings = template["risks"]["headings"]
    return Written(
        sent(request, "title", "author", "received_on", "late_reason"),
        {part: request.POST.getlist(f"part.{part}") for part in template["part"]},
        frozenset(part for part in template["part"] if request.POST.get(f"exempt.{part}")),
        {heading: (request.POST.get(f"level.{heading}", ""), request.POST.get(f"risk.{heading}", "")) for heading in headings},
    )  # fmt: skip


def _form(found: Found, row: Paper, item: AgendaItem, given: Written) -> dict[str, Any]:
    """The parts of the form in the order of the template, and what the paper lacks."""
    template, is_supplement = paper_templates(), row.paper != item.paper
    parts = []
    for name, entry in template["part"].items():
        texts = [text for text in given.texts.get(name, ()) if text.strip()]
        lettered = bool(entry.get("lettered"))
        count = max(_FEWEST, len(texts) + 1) if lettered else 1
        fields = [
            (letter_of(at) if lettered else "", texts[at] if at < len(texts) else "") for at in range(count)
        ]
        needed = item.kind in entry["needed_for"] and not is_supplement
        parts.append((name, entry["name"], HELP.get(name, ""), needed, fields, name in given.exempt))
    return {
        "parts": parts,
        "headings": template["risks"]["headings"],
        "risks_needed": item.kind in template["risks"]["needed_for"] and not is_supplement,
        "lacking": [] if is_supplement else lacks_of(found.boards, row.paper, item.kind),
        "issued": row.paper in queries.issued_papers(found.held),
        "is_supplement": is_supplement,
    }
