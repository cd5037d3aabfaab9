"""Comments on a place, and where one was mentioned."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.workspace.accounts.actions import see_mentions
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import SIGNED_IN, Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions.commenting import CommentNotTaken, comment
from leftshift.workspace.plan.models import Comment
from leftshift.workspace.plan.presenters import comments as words
from leftshift.workspace.shared.kept import kept


@needs(Permission.COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
@kept(queries.trail_stamp)
def comments(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that was said of a place; what is posted is added, and leads back to where it was said."""
    viewed = queries.viewed(code)
    if viewed is None:
        raise Http404("no such place")
    found = queries.comments_on(viewed.version.place.code)
    problem = ""
    if request.method == "POST":
        subject, answered = _subject(viewed, found, request)
        try:
            comment(
                viewed.version,
                about=subject.about,
                title=subject.title,
                address=subject.address,
                words=request.POST.get("words", ""),
                by=person(request),
                answers=answered,
                settles=answered is not None and request.POST.get("do") == "settle",
            )
            return redirect(_back(request, code))
        except CommentNotTaken as refused:
            problem = str(refused)
    shown = {
        "code": viewed.version.place.code,
        "name": viewed.result["name"],
        "threads": words.threads(found),
        "problem": problem,
        "written": request.POST.get("words", "") if problem else "",
    }
    return render(request, "plan/comments.jinja", shown, status=400 if problem else 200)


def _subject(
    viewed: queries.Viewed, found: list[Comment], request: HttpRequest
) -> tuple[words.Subject, Comment | None]:
    """What is commented on; an answer is about what the comment was about, even where that is gone by now."""
    number = request.POST.get("answers", "")
    if number:
        answered = next(
            (entry for entry in found if str(entry.pk) == number and entry.answers_id is None), None
        )
        if answered is None:
            raise Http404("no such comment")
        return words.Subject(answered.about, answered.title, answered.address), answered
    subject = words.subject_of(viewed, request.POST.get("about", ""))
    if subject is None:
        raise Http404("nothing of that name")
    return subject, None


def _back(request: HttpRequest, code: str) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return f"{wanted}#comments" if safe else f"/places/{code}/comments/"


@needs(SIGNED_IN)
@require_safe
def mentions(request: HttpRequest) -> HttpResponse:
    """Where one was mentioned, newest first; what one has not seen yet is marked."""
    account = person(request).account
    assert account is not None
    since = account.mentions_seen_at
    found = queries.mentions_of(account)
    now = timezone.now()
    response = render(request, "plan/mentions.jinja", {"comments": found, "since": since})
    see_mentions(account, until=now)
    return response
