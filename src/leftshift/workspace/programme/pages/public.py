"""Pages for everybody, without signing in: what is published of a place, surveys to answer, what was heard and what changed."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.programme.boards.words import long_day
from leftshift.programme.surveying import asked_of
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import ANYONE
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import publishing
from leftshift.workspace.programme.models import Publication

RESPONSES = {
    "changed": "Changed",
    "decided": "Decided",
    "not_changed": "Not changed",
    "open": "Still to be answered",
}


def day_said(text: str) -> str:
    """A day of a document as people write it."""
    return long_day(date.fromisoformat(text))


def _found(place: str, kind: str, key: str) -> Publication:
    found = queries.publication(place, kind, key)
    if found is None:
        raise Http404("nothing is published here")
    return found


@needs(ANYONE)
@require_safe
def index(request: HttpRequest, place: str) -> HttpResponse:
    """Everything that is published of a place."""
    found = queries.published(place)
    if not found:
        raise Http404("nothing is published here")
    today = timezone.localdate()
    surveys = [(row, is_open(row, today)) for row in found if row.kind == "survey"]
    others = {
        kind: [row for row in found if row.kind == kind]
        for kind in ("engagement", "pack", "minutes", "register")
    }
    titles = {row.key: row.title for row in found if row.kind in ("pack", "minutes")}
    became = queries.became_of_meetings(place, titles)
    shown = {
        "place": place,
        "name": found[0].place_name,
        "surveys": surveys,
        "day": day_said,
        "became": became,
        **others,
    }
    return render(request, "programme/public_index.jinja", shown)


def is_open(found: Publication, today: date) -> bool:
    """Whether a survey takes answers today."""
    return (
        date.fromisoformat(found.document["opens"]) <= today <= date.fromisoformat(found.document["closes"])
    )


@needs(ANYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, place: str, key: str) -> HttpResponse:
    """A survey to be answered."""
    found = _found(place, "survey", key)
    today = timezone.localdate()
    problem, wrong = "", dict[str, str]()
    if request.method == "POST":
        # people do not see this field; programs that fill in every field do
        if request.POST.get("website"):
            return redirect(f"/public/{place}/surveys/{key}/thanks/")
        given = {
            name.removeprefix("answer."): str(text)
            for name, text in request.POST.items()
            if name.startswith("answer.")
        }
        try:
            if publishing.answered_today(found) >= publishing.parameter("answers_a_day"):
                raise publishing.PublishingRefused("Too many answers came today. Come back tomorrow")
            wrong = publishing.answer(found, given, request.POST.get("group", ""))
            if not wrong:
                return redirect(f"/public/{place}/surveys/{key}/thanks/")
        except publishing.PublishingRefused as refused:
            problem = f"{refused}."
    shown = {
        "place": place, "survey": found, "questions": asked_of(found.document), "given": request.POST, "wrong": wrong, "problem": problem,
        "is_open": is_open(found, today), "day": day_said,
    }  # fmt: skip
    return render(request, "programme/public_survey.jinja", shown, status=400 if wrong or problem else 200)


@needs(ANYONE)
@require_safe
def thanks(request: HttpRequest, place: str, key: str) -> HttpResponse:
    """After an answer: what happens with it."""
    return render(
        request,
        "programme/public_thanks.jinja",
        {"place": place, "survey": _found(place, "survey", key), "day": day_said},
    )


@needs(ANYONE)
@require_safe
def heard(request: HttpRequest, place: str, key: str) -> HttpResponse:
    """What was asked, what people said, and what became of it."""
    found = _found(place, "engagement", key)
    shown = {"place": place, "found": found, "heard": found.document, "responses": RESPONSES, "day": day_said}
    return render(request, "programme/public_heard.jinja", shown)
