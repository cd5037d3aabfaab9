"""Studies of a place: the list, a form for each kind, and each study with its charts, tables and figures."""

from __future__ import annotations

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.model import PlanResult, ScenarioNotKnown
from leftshift.reports.content import Figure
from leftshift.reports.content import Table as ReportTable
from leftshift.reports.drawing import draw
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.decide.actions.studying import TooOften, ask_for_study
from leftshift.workspace.decide.forms import FORMS, StudyForm
from leftshift.workspace.decide.models import Answer, Study
from leftshift.workspace.decide.presenters import studies as words
from leftshift.workspace.plan.pages.rooms import viewed_or_404
from leftshift.workspace.plan.presenters.blocks import table_of
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import csv_text

_A_YEAR = 31_536_000


@needs(Permission.SEE_PLAN)
@require_safe
def studies(request: HttpRequest, code: str) -> HttpResponse:
    """Every study of a place, newest first, and the kinds that can be asked for."""
    viewed = viewed_or_404(code)
    place = viewed.version.place
    found = Study.objects.filter(version__place=place).select_related("version", "answer")
    shown = {
        "code": viewed.address,
        "name": viewed.result["name"],
        "kinds": words.KINDS,
        "studies": found,
        "may_ask": person(request).may(Permission.STUDY, place.code),
        "uncertain": len(viewed.live.place.uncertainty),
    }
    return render(request, "decide/studies.jinja", shown)


@needs(Permission.STUDY)
@require_http_methods(["GET", "HEAD", "POST"])
def new_study(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The form of a kind of study."""
    if kind not in FORMS:
        raise Http404("no such kind of study")
    viewed = viewed_or_404(code)
    result = _live(viewed)
    form = FORMS[kind](result, request.POST) if request.method == "POST" else FORMS[kind](result)
    if request.method == "POST" and form.is_valid():
        key = f"study {person(request).number} {request.POST.get('key', '')[:64] or uuid4().hex}"
        title = words.KINDS[kind][0]
        try:
            job = ask_for_study(viewed, kind, form.question(), title=title, by=person(request), key=key)
            return redirect("job", number=job.pk)
        except TooOften as problem:
            form.add_error(None, str(problem))
    return _form(request, viewed, kind, form)


def _live(viewed: Viewed) -> PlanResult:
    try:
        return viewed.live
    except (FaultsFound, ScenarioNotKnown) as problem:
        raise Http404("no such scenario") from problem


def _form(request: HttpRequest, viewed: Viewed, kind: str, form: StudyForm) -> HttpResponse:
    name, about = words.KINDS[kind]
    shown = {
        "code": viewed.address,
        "kind_name": name,
        "about": about,
        "form": form,
        "key": uuid4().hex,
        "uncertain": len(form.result.place.uncertainty),
        "needs_uncertainty": kind in ("simulate", "sensitivity"),
    }
    return render(request, "decide/new_study.jinja", shown, status=400 if form.errors else 200)


@needs(Permission.SEE_PLAN)
@require_safe
def study(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A study with its answer, what was asked, and of which version."""
    found = _study(code, number)
    answer = Answer.objects.filter(study=found).first()
    shown = {
        "code": code,
        "study": found,
        "answer": answer,
        "asked": words.question_words(found),
        "parts": words.parts_of(found, answer.document) if answer else [],
        "may_ask": person(request).may(Permission.STUDY, code),
    }
    return render(request, "decide/study.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
def study_chart(request: HttpRequest, code: str, number: int, at: int) -> HttpResponse:
    """A chart of a study; it never changes."""
    found = _study(code, number)
    blocks = words.blocks_of(found, _answer(found).document)
    block = blocks[at] if at < len(blocks) else None
    if not isinstance(block, Figure):
        raise Http404("no such chart")
    response = HttpResponse(draw(block.chart), content_type="image/svg+xml")
    response["Cache-Control"] = f"private, max-age={_A_YEAR}, immutable"
    return response


@needs(Permission.SEE_PLAN)
@require_safe
def study_table(request: HttpRequest, code: str, number: int, name: str) -> HttpResponse:
    """A table of a study as CSV, its numbers exact."""
    found = _study(code, number)
    blocks = words.blocks_of(found, _answer(found).document)
    tables = {
        table.name: table for table in (table_of(block) for block in blocks if isinstance(block, ReportTable))
    }
    if name not in tables:
        raise Http404("no such table")
    response = HttpResponse(csv_text(tables[name]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-study-{number}-{name}.csv"'
    return response


@needs(Permission.SEE_PLAN)
@require_safe
def study_document(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The whole answer for a program, with what was asked."""
    found = _study(code, number)
    answer = _answer(found)
    told = {
        "kind": found.kind,
        "question": found.question,
        "scenarios": found.scenarios,
        "release": answer.release,
    }
    response = JsonResponse(
        {**told, "answer": answer.document}, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = f'attachment; filename="{code}-study-{number}.json"'
    return response


def _study(code: str, number: int) -> Study:
    found = (
        Study.objects.filter(pk=number, version__place__code=code).select_related("version__place").first()
    )
    if found is None:
        raise Http404("no such study")
    return found


def _answer(study: Study) -> Answer:
    found = Answer.objects.filter(study=study).first()
    if found is None:
        raise Http404("the study has no answer yet")
    return found
