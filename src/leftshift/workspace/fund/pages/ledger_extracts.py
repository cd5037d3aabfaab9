"""Extracts of the bank or of another ledger, matched with the ledger to the penny."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.money import Money
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund.actions.reconciling import reconcile_extract
from leftshift.workspace.fund.pages.ledger import opened, refuse
from leftshift.workspace.fund.presenters import ledger as words
from leftshift.workspace.fund.presenters import ledger_parts as parts
from leftshift.workspace.fund.presenters.ledger_forms import ExtractForm
from leftshift.workspace.plan.presenters.drafts import faults_table
from leftshift.workspace.shared.limits import parameter


@needs(Permission.SEE_PLAN)
@require_safe
def extracts(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Every extract that was matched."""
    found = opened(code, fund)
    kept = list(found.fund.extracts.defer("content").order_by("-pk")[:200])
    return render(
        request,
        "fund/ledger_extracts.jinja",
        found.shown(request, "reconciling", table=parts.extracts_table(kept, found.at)),
    )


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def new_extract(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Match an extract with an account."""
    found = opened(code, fund)
    accounts = words.accounts_of(found.ledger, found.names)
    form = ExtractForm(accounts, *((request.POST, request.FILES) if request.method == "POST" else ()))
    faults, most = None, parameter("upload", "megabytes")
    sent = request.FILES.get("file")
    if sent is not None and (sent.size or 0) > most * 1_000_000:
        form.add_error("file", f"That is too much: at most {most} MB. Split the extract by month")
    if form.is_bound and form.is_valid():
        try:
            kept = reconcile_extract(found.fund, form.asked(), by=person(request))
            request.session["told"] = (
                "The extract agrees with the ledger." if kept.result["agrees"] else "The extract was matched: it differs from the ledger."
            )  # fmt: skip
            return redirect(f"{found.at}reconciling/{kept.pk}/")
        except LedgerRefused as problem:
            refuse(form, problem, found.names)
        except FaultsFound as problem:
            form.add_error("file", f"The file cannot be read: {problem.faults.total} faults, listed below")
            faults = faults_table(problem.faults)
    shown = found.shown(request, "reconciling", form=form, faults=faults, most=most, any=bool(accounts))
    return render(request, "fund/ledger_new_extract.jinja", shown, status=400 if form.errors else 200)


@needs(Permission.SEE_PLAN)
@require_safe
def extract(request: HttpRequest, code: str, fund: str, number: int) -> HttpResponse:
    """What came of an extract: the proof, what stands only in one, and what was matched how."""
    found = opened(code, fund)
    kept = found.fund.extracts.filter(pk=number).defer("content").first()
    if kept is None:
        raise Http404("no such extract")
    result = kept.result
    shown = found.shown(
        request,
        "reconciling",
        extract=kept,
        by=kept.by.partition(" <")[0],
        agrees=result["agrees"],
        difference=str(Money(result["difference_pence"])),
        alone=(len(result["only_in_ledger"]), len(result["only_in_extract"])),
        tables=parts.reconciled_tables(result, found.at),
    )
    return render(request, "fund/ledger_extract.jinja", shown)
