"""What is published of a programme, and the results of its surveys: for those who keep it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leftshift.programme.surveying import asked_of, tallies
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import publishing
from leftshift.workspace.programme.models import Publication
from leftshift.workspace.programme.pages.beginning import programme_or_404, shown_of
from leftshift.workspace.programme.presenters.programme import address_of

_SHOWN = 500  # answers in words on one page


@needs(Permission.SEE_PLAN)
@require_safe
def publications(request: HttpRequest, code: str) -> HttpResponse:
    """Surveys and engagements: what is published, what could be, and how many have answered."""
    held = programme_or_404(code)
    seen = queries.seen(held)
    if seen.content is None or not seen.is_sound:
        raise Http404("nothing that can be published")
    public = {(row.kind, row.key): row for row in queries.published(code)}
    surveys = [
        (
            row,
            public.get(("survey", row.survey)),
            _answers(held.place_id, row.survey),
            _state(row.opens, row.closes),
        )
        for row in seen.content.surveys
    ]
    heard = [(row, public.get(("engagement", row.engagement))) for row in seen.content.engagements]
    return render(
        request,
        "programme/publish.jinja",
        shown_of(request, held, "engagement", surveys=surveys, heard=heard, anything=bool(public)),
    )


def _answers(place: int, survey: str) -> int:
    last = Publication.objects.filter(place_id=place, kind="survey", key=survey).first()
    return last.answers.count() if last else 0


def _state(opens: object, closes: object) -> str:
    today = timezone.localdate()
    return "not open yet" if str(opens) > str(today) else "closed" if str(closes) < str(today) else "open"


@needs(Permission.PUBLISH_FINDINGS)
@require_POST
def publish(request: HttpRequest, code: str, kind: str, key: str) -> HttpResponse:
    """Publish a survey or what was heard, or withdraw it."""
    held = programme_or_404(code)
    by = person(request)
    try:
        if request.POST.get("do") == "withdraw":
            publishing.withdraw(held, kind, key, by=by)
            request.session["told"] = "Withdrawn: nobody reads it any more."
        elif kind == "survey":
            publishing.publish_survey(held, key, by=by)
            request.session["told"] = f"Published at /public/{code}/surveys/{key}/."
        else:
            publishing.publish_engagement(held, key, by=by)
            request.session["told"] = f"Published at /public/{code}/heard/{key}/."
    except LookupError as missing:
        raise Http404("no such survey") from missing
    except publishing.PublishingRefused as refused:
        request.session["problem"] = f"{refused}."
    return redirect(f"{address_of(held)}publish/")


@needs(Permission.RUN_PROGRAMME)
@require_safe
def results(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """What people answered: numbers with small ones left out, and their words."""
    held = programme_or_404(code)
    last = Publication.objects.filter(place=held.place, kind="survey", key=key).first()
    if last is None:
        raise Http404("no such survey")
    rows = list(last.answers.all())
    questions = asked_of(last.document)
    words = [
        (
            question.text,
            [row.answers[question.question] for row in rows if question.question in row.answers][:_SHOWN],
        )
        for question in questions
        if not question.offered
    ]
    counts = [tally.document() for tally in tallies(questions, [row.answers for row in rows])]
    shown = shown_of(request, held, "engagement", survey=last, total=len(rows), counts=counts, words=words)
    return render(request, "programme/results.jinja", shown)
