"""Business cases and Quality Premiums of a place: written as text, answered as a report with its pictures, taken away as a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import accumulate

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.years import FinancialYear
from leftshift.fund.cases.starting import new_case
from leftshift.fund.premium.starting import new_premium
from leftshift.reports.content import Block, Figure, Report
from leftshift.reports.content import Table as ReportTable
from leftshift.reports.drawing import draw
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund.actions import appraising
from leftshift.workspace.fund.models import Appraisal
from leftshift.workspace.plan.models import StoredPlace
from leftshift.workspace.plan.presenters.blocks import parts_of, table_of
from leftshift.workspace.plan.presenters.drafts import faults_table
from leftshift.workspace.shared.tables import csv_text

KINDS = {"case": "Business case", "premium": "Quality Premium"}
_LONGEST = 400_000
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _place_or_404(code: str) -> StoredPlace:
    found = StoredPlace.objects.filter(code=code).first()
    if found is None:
        raise Http404("no such place")
    return found


@needs(Permission.SEE_PLAN)
@require_safe
def appraisals(request: HttpRequest, code: str) -> HttpResponse:
    """Every business case and Quality Premium of a place, the latest of each."""
    place = _place_or_404(code)
    found = Appraisal.objects.filter(place=place, followed_by=None)
    shown = {"code": code, "found": found, "kinds": KINDS, "may_run": person(request).may(Permission.RUN_FUND, code), "told": request.session.pop("told", "")}  # fmt: skip
    return render(request, "fund/appraisals.jinja", shown)


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, code: str, kind: str, number: int = 0) -> HttpResponse:
    """Write an appraisal, or change one: what is kept is a new one that follows it."""
    place = _place_or_404(code)
    if kind not in KINDS:
        raise Http404("no such kind of appraisal")
    before = _one(code, number) if number else None
    now = timezone.localdate()
    text = before.text if before else _starter(kind, now)
    problem, faults = "", None
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n").replace("\0", "\ufffd")
        sent = request.FILES.get("file")
        if sent is not None:
            text = sent.read(_LONGEST + 1).decode("utf-8", "replace").replace("\0", "\ufffd")
        try:
            if len(text) > _LONGEST:
                raise ValueError(f"That is too long: at most {_LONGEST:,} characters")
            made = appraising.keep(place, kind, text, now, by=person(request), follows=before)
            request.session["told"] = f"{made.title} was kept."
            return redirect(f"/places/{code}/appraisals/{made.pk}/")
        except FaultsFound as found:
            faults = faults_table(found.faults)
        except ValueError as refused:
            problem = f"{refused}."
    shown = {
        "code": code,
        "kind": kind,
        "title": KINDS[kind],
        "text": text,
        "before": before,
        "problem": problem,
        "faults": faults,
    }
    return render(request, "fund/write_appraisal.jinja", shown, status=400 if problem or faults else 200)


def _starter(kind: str, now: date) -> str:
    return (
        new_case("Title of the case", FinancialYear(now.year if now.month > 3 else now.year - 1))
        if kind == "case"
        else new_premium()
    )


def _one(code: str, number: int) -> Appraisal:
    found = Appraisal.objects.filter(pk=number, place__code=code).select_related("place", "follows").first()
    if found is None:
        raise Http404("no such appraisal")
    return found


def _report(found: Appraisal) -> Report:
    return appraising.REPORTS[found.kind](found.text, found.as_of)


def _blocks(report: Report) -> list[Block]:
    return [block for section in report.sections for block in section.blocks]


@needs(Permission.SEE_PLAN)
@require_safe
def appraisal(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """An appraisal with its pictures and tables."""
    found = _one(code, number)
    report = _report(found)
    at = f"/places/{code}/appraisals/{found.pk}/"
    parts = parts_of(_blocks(report), lambda number: f"{at}{number}.svg")
    ends = list(accumulate(len(section.blocks) for section in report.sections))
    starts = [0, *ends[:-1]]
    sections = [
        (section.title, parts[start:end])
        for section, start, end in zip(report.sections, starts, ends, strict=True)
    ]
    shown = {
        "code": code, "found": found, "sections": sections, "facts": report.facts, "at": at, "kind": KINDS[found.kind],
        "later": getattr(found, "followed_by", None), "may_run": person(request).may(Permission.RUN_FUND, code),
        "told": request.session.pop("told", ""),
    }  # fmt: skip
    return render(request, "fund/appraisal.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
def chart(request: HttpRequest, code: str, number: int, at: int) -> HttpResponse:
    """A picture of an appraisal."""
    found = _blocks(_report(_one(code, number)))
    block = found[at] if at < len(found) else None
    if not isinstance(block, Figure):
        raise Http404("no such chart")
    return HttpResponse(draw(block.chart), content_type="image/svg+xml")


@needs(Permission.SEE_PLAN)
@require_safe
def table(request: HttpRequest, code: str, number: int, name: str) -> HttpResponse:
    """A table of an appraisal as CSV."""
    tables = [
        table_of(block) for block in _blocks(_report(_one(code, number))) if isinstance(block, ReportTable)
    ]
    wanted = next((entry for entry in tables if entry.name == name), None)
    if wanted is None:
        raise Http404("no such table")
    response = HttpResponse(csv_text(wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="appraisal-{number}-{name}.csv"'
    return response


def _html(found: Appraisal) -> tuple[bytes, str]:
    from leftshift.reports.html import html_of

    return html_of(_report(found)).encode(), "text/html; charset=utf-8"


def _pdf(found: Appraisal) -> tuple[bytes, str]:
    from leftshift.reports.pdf import pdf_of

    return pdf_of(_report(found)), "application/pdf"


def _docx(found: Appraisal) -> tuple[bytes, str]:
    from leftshift.reports.word import word_of

    return word_of(_report(found), dated=found.as_of), _WORD


FORMS: Mapping[str, Callable[[Appraisal], tuple[bytes, str]]] = {"html": _html, "pdf": _pdf, "docx": _docx, "toml": lambda found: (found.text.encode(), "text/plain; charset=utf-8")}  # fmt: skip
"""Form of a document to what makes it."""


@needs(Permission.SEE_PLAN)
@require_safe
def document(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    """An appraisal as a document: HTML, PDF, Word, or the text it was written as."""
    found = _one(code, number)
    if kind not in FORMS:
        raise Http404("no such form")
    content, form = FORMS[kind](found)
    response = HttpResponse(content, content_type=form)
    response["Content-Disposition"] = f'attachment; filename="{found.kind}-{found.pk}.{kind}"'
    return response
