"""What happens at a meeting is recorded: who was there, what was declared, what was resolved, what the public asked."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.deciding import Ruling, entitled, quorum_at, rulings
from leftshift.programme.boards.interests import exclusions
from leftshift.programme.boards.rows import Meeting, Member
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme.actions import meeting as actions
from leftshift.workspace.programme.actions import resolving
from leftshift.workspace.programme.pages.meeting_beginning import (
    Attempt,
    Found,
    attempt,
    meeting_shown,
    of_meeting,
    seen_by,
    sent,
)
from leftshift.workspace.programme.presenters import meetings as words
from leftshift.workspace.shared.sheet_forms import once

_ATTENDED = ("state", "substitute", "arrived_item", "left_item")
_DECLARED = ("item", "member", "kind", "what", "leaves", "by_rule")
_RESOLVED = (
    "resolution", "text", "outcome", "votes_for", "votes_against", "abstained", "moved_by", "subject", "exempt", "action", "owner", "due",
)  # fmt: skip


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def attendance(request: HttpRequest, found: Found) -> HttpResponse:
    """Record who was there."""
    done, own = Attempt(), found.meeting
    members = _seats(found)
    given = {
        row.member: {name: str(getattr(row, name)) for name in _ATTENDED}
        for row in found.boards.attendance_of(own.meeting)
    }
    chair = own.chair or found.body.chair
    if request.method == "POST":
        given = {
            row.member: {name: request.POST.get(f"{name}.{row.member}", "") for name in _ATTENDED}
            for row in members
        }
        chair, seen, by = request.POST.get("chair", ""), seen_by(request, found.held), person(request)
        done = attempt(
            lambda: actions.record_attendance(found.held, own.meeting, given, chair=chair, seen=seen, by=by)
        )
        before, found = found.boards, found.again()
        if not done.problem:
            lost = _no_longer_stand(before, found.boards, own)
            request.session["told"] = f"Attendance is recorded. {quorum_at(found.boards, own).words}{lost}"
            return redirect(f"{found.at}attendance/")
    quorum = next(row for row in found.checked.quorum if row.meeting.meeting == own.meeting)
    shown = meeting_shown(
        request, found, "attendance", members=[(row, _substitutes(found, row)) for row in members], given=given, chair=chair,
        states=actions.STATES, quorum=words.quorum_table(found.boards, quorum), no_quorum=quorum.reason,
    )  # fmt: skip
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_attendance.jinja", shown, status=done.status)


def _no_longer_stand(before: Boards, now: Boards, meeting: Meeting) -> str:
    """Which resolutions stood before attendance was changed and do not stand with it, in words."""
    stood = {_name_of(row) for row in rulings(before, meeting) if row.stands}
    lost = [row for row in rulings(now, meeting) if not row.stands and _name_of(row) in stood]
    return "".join(f" Resolution {_name_of(row)} no longer stands: {'; '.join(row.refused)}." for row in lost)


def _name_of(ruling: Ruling) -> str:
    return f"{ruling.decision.item}({ruling.decision.resolution})"


def _seats(found: Found) -> list[Member]:
    """Seats and those in attendance on the day, each person once."""
    serving = [
        row
        for row in found.boards.members_of(found.meeting.body)
        if row.serves_on(found.meeting.date) and not row.substitute_for
    ]
    return list({row.member: row for row in reversed(serving)}.values())[::-1]


def _substitutes(found: Found, seat: Member) -> list[Member]:
    return [
        row
        for row in found.boards.members_of(found.meeting.body)
        if row.substitute_for == seat.member and row.serves_on(found.meeting.date)
    ]


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def declarations(request: HttpRequest, found: Found) -> HttpResponse:
    """Record an interest that was declared at an item."""
    done, own, by = Attempt(), found.meeting, person(request)
    if request.method == "POST":
        given = sent(request, *_DECLARED)
        if request.POST.get("do") == "remove":
            done = attempt(lambda: actions.take_back_declaration(found.held, own.meeting, given["item"], given["member"], by=by))  # fmt: skip
            told = "The declaration was taken out."
        else:
            done = attempt(lambda: actions.declare(found.held, own.meeting, given, by=by))
            told = f"The declaration is tied to item {given['item']}."
        if not done.problem:
            request.session["told"] = told
            return redirect(f"{found.at}declarations/")
        found = found.again()
    out = [row for row in found.checked.exclusions if row.meeting == own.meeting]
    people = [row for row in found.boards.members_of(own.body) if row.serves_on(own.date)]
    shown = meeting_shown(
        request, found, "declarations", declared=found.boards.declarations_of(own.meeting), members=people, kinds=actions.INTERESTS,
        exclusions=words.exclusions_table(found.boards, own, out), given=request.POST if done.problem else {},
    )  # fmt: skip
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_declarations.jinja", shown, status=done.status)


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def decisions(request: HttpRequest, found: Found) -> HttpResponse:
    """Record what was resolved, item by item."""
    done, own = Attempt(), found.meeting
    items = found.boards.agenda_of(own.meeting)
    wanted = request.POST.get("item") or request.GET.get("item", "")
    item = next((row for row in items if row.item == wanted), None)
    if wanted and item is None:
        raise Http404("no such item")
    if request.method == "POST" and item is not None:
        made: list[str] = []
        by, given = person(request), sent(request, *_RESOLVED)
        done = attempt(lambda: made.append(resolving.resolve(found.held, own.meeting, item.item, given, by=by)))  # fmt: skip
        if not done.problem:
            request.session["told"] = f"Resolution {item.item}({made[0]}) is recorded."
            return redirect(f"{found.at}decisions/?item={item.item}")
        found = found.again()
    shown = meeting_shown(
        request, found, "decisions", item=item, resolutions=words.resolutions_table(found.checked, own, exempt=True, item=wanted),
        given=request.POST if done.problem else {}, outcomes=resolving.OUTCOMES, votes=resolving.VOTES,
        **(_of_item(found, item.item) if item else {}),
    )  # fmt: skip
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_decisions.jinja", shown, status=done.status)


def _of_item(found: Found, item: str) -> dict[str, object]:
    """What the form of a resolution needs to know of its item."""
    out = exclusions(found.boards, found.meeting)
    return {
        "quorum": quorum_at(found.boards, found.meeting, item, out),
        "excluded": [row for row in out if row.item == item],
        "may_vote": entitled(found.boards, found.meeting, item, out),
        "letter": resolving.next_letter(found.boards, found.meeting.meeting, item),
        "subjects": resolving.subjects_of(found.content),
        "recorded": bool(found.boards.attendance_of(found.meeting.meeting)),
    }


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def questions(request: HttpRequest, found: Found) -> HttpResponse:
    """What the public asks of a meeting, and what more of it came."""
    done, own = Attempt(), found.meeting
    if request.method == "POST":
        given = sent(request, "kind", "asked_by", "received_on", "minutes", "text", "short_notice")
        by, sent_once = person(request), once(request.POST)
        done = attempt(lambda: actions.ask(found.held, own.meeting, given, once=sent_once, by=by))
        if not done.problem:
            request.session["told"] = "It was kept, and has its turn below."
            return redirect(f"{found.at}questions/")
        found = found.again()
    shown = meeting_shown(
        request, found, "questions", kinds=actions.ASKED, once=once(request.POST), given=request.POST if done.problem else {},
        questions=words.questions_table(found.checked, own, found.at),
        closing=[row.words for row in found.checked.deadlines if row.meeting == own.meeting and row.what.removesuffix("s") in actions.ASKED],
    )  # fmt: skip
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_questions.jinja", shown, status=done.status)


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_meeting
def question(request: HttpRequest, found: Found, question: str) -> HttpResponse:
    """Answer somebody of the public, or take out what they asked."""
    done, own = Attempt(), found.meeting
    turn = next(
        (row for row in found.checked.questions if (row.question.meeting, row.question.question) == (own.meeting, question)), None
    )  # fmt: skip
    if turn is None:
        raise Http404("no such question")
    given = {name: getattr(turn.question, name) for name in ("answer", "answered_by", "supplementary")}
    if request.method == "POST":
        given = sent(request, *given)
        done, told = _kept_of(request, found, question, given)
        if not done.problem:
            request.session["told"] = told
            return redirect(f"{found.at}questions/")
        found = found.again()
    shown = meeting_shown(request, found, "questions", turn=turn, given=given)
    shown |= {"problem": done.problem} if done.problem else {}
    return render(request, "programme/board_question.jinja", shown, status=done.status)


def _kept_of(request: HttpRequest, found: Found, question: str, given: dict[str, str]) -> tuple[Attempt, str]:
    """Keep an answer, or take the question out, as was asked; with what to tell."""
    held, name = found.held, found.meeting.meeting
    seen, by = seen_by(request, held), person(request)
    if request.POST.get("do") == "out":
        done = attempt(lambda: actions.take_out_question(held, name, question, seen=seen, by=by))
        return done, "It was taken out. History keeps it."
    done = attempt(lambda: actions.answer_question(held, name, question, given, seen=seen, by=by))
    return done, "The answer was saved."
