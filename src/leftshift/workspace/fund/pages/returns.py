"""Returns: which are due, each as it was prepared, its way, what changed since, and its workbook."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.periods import Period, PeriodNotUnderstood
from leftshift.fund.returns.building import NoSuchReturn
from leftshift.fund.returns.states import StepAsked, StepRefused
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions import returning
from leftshift.workspace.fund.models import Fund, FundReturn
from leftshift.workspace.fund.pages.funds import fund_or_404, shown_of
from leftshift.workspace.fund.presenters import fund as words
from leftshift.workspace.fund.presenters import returns as told
from leftshift.workspace.plan.presenters.drafts import faults_table

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Permission.SEE_PLAN)
@require_safe
def returns(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Every return that the round asks for, with where each stands."""
    return _list(request, code, fund)


def _list(
    request: HttpRequest, code: str, fund: str, problem: str = "", faults: object = None
) -> HttpResponse:
    found = fund_or_404(code, fund)
    seen = queries.seen(found)
    made = FundReturn.objects.filter(version__fund=found).select_related("version").prefetch_related("steps")
    shown = shown_of(request, found, "returns", due=told.due(seen, list(made)), faults=faults)
    if problem:
        shown["problem"] = problem
    return render(request, "fund/returns.jinja", shown, status=400 if problem or faults else 200)


@needs(Permission.RUN_FUND)
@require_POST
def prepare(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Prepare a return from the record."""
    found = fund_or_404(code, fund)
    kind, text = request.POST.get("kind", "")[:20], request.POST.get("period", "")[:20]
    try:
        period = Period.parse(text) if text else None
        made = returning.prepare(found, kind, period, by=person(request))
    except FaultsFound as refused:
        return _list(
            request, code, fund, "The plan cannot be read: put it right first.", faults_table(refused.faults)
        )
    except (NoSuchReturn, PeriodNotUnderstood) as refused:
        return _list(request, code, fund, f"{str(refused)[:1].upper()}{str(refused)[1:]}.")
    request.session["told"] = "The return was prepared from the record."
    return redirect(f"{words.address_of(found)}returns/{made.pk}/")


def _made(code: str, fund: str, number: int) -> tuple[Fund, FundReturn]:
    found = fund_or_404(code, fund)
    made = (
        FundReturn.objects.filter(pk=number, version__fund=found)
        .select_related("version__fund__place")
        .first()
    )
    if made is None:
        raise Http404("no such return")
    return found, made


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD"])
def one(request: HttpRequest, code: str, fund: str, number: int) -> HttpResponse:
    """A return as it was prepared, its way, and what changed."""
    return _one(request, code, fund, number)


def _one(request: HttpRequest, code: str, fund: str, number: int, problem: str = "") -> HttpResponse:
    found, made = _made(code, fund, number)
    seen = queries.seen(found)
    page = told.return_page(seen, made, person(request))
    shown = shown_of(request, found, "returns", page=page, made=made)
    if problem:
        shown["problem"] = problem
    return render(request, "fund/return.jinja", shown, status=400 if problem else 200)


@needs(Permission.SEE_PLAN)
@require_POST
def step(request: HttpRequest, code: str, fund: str, number: int) -> HttpResponse:
    """Take the next step of a return."""
    found, made = _made(code, fund, number)
    asked = StepAsked(
        request.POST.get("step", ""),
        person(request).number,
        _plain(request, "note"),
        _plain(request, "minute"),
    )
    if asked.step not in returning.NEEDS:
        raise Http404("no such step")
    try:
        returning.step(made, asked, by=person(request))
    except StepRefused as refused:
        return _one(request, code, fund, number, f"{refused}.")
    request.session["told"] = f"The return is {asked.step}."
    return redirect(f"{words.address_of(found)}returns/{made.pk}/")


def _plain(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "\ufffd").strip()[:2000]


@needs(Permission.SEE_PLAN)
@require_safe
def workbook(request: HttpRequest, code: str, fund: str, number: int) -> HttpResponse:
    """The official workbook of a return, as it was prepared."""
    from leftshift.workbooks.official.writing import NoRoom, write_official

    found, made = _made(code, fund, number)
    seen = queries.seen(found)
    if seen.plan is None:
        raise Http404("the plan cannot be read")
    try:
        content = write_official(told.return_of(made, seen.round), seen.round, seen.plan)
    except NoRoom as refused:
        return _one(request, code, fund, number, f"{refused}.")
    response = HttpResponse(content, content_type=_XLSX)
    name = f"{found.code}-{made.kind}-{made.period}".strip("-").replace("/", "-").replace(" ", "-").lower()
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


@needs(Permission.SEE_PLAN)
@require_safe
def document(request: HttpRequest, code: str, fund: str, number: int) -> HttpResponse:
    """A return for a program: what leftshift fund return --json prints."""
    found, made = _made(code, fund, number)
    response = JsonResponse(made.document, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{found.code}-return-{made.pk}.json"'
    return response
