"""Over- and underspends shared by the agreement's clauses: the waterfall first, then what it posts, then it is posted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.money import Money
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.fund.plan.plan import FundPlan
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund.actions import sharing as action
from leftshift.workspace.fund.pages.ledger import Opened, key_of, looked_at, opened, refuse, said, with_plan
from leftshift.workspace.fund.presenters import ledger_parts as words
from leftshift.workspace.fund.presenters.ledger_forms import SharingForm, VoucherForm


@needs(Permission.SEE_PLAN)
@require_safe
def sharing(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Who bears what of a year, step by step; nothing is posted here."""
    found = opened(code, fund)
    plan = with_plan(found, request, "sharing")
    if isinstance(plan, HttpResponse):
        return plan
    return _page(request, found, plan, request.GET if "year" in request.GET else None, VoucherForm(), 200)


@needs(Permission.RUN_FUND)
@require_POST
def post(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """What a sharing posts; then it is posted."""
    found = opened(code, fund)
    plan = with_plan(found, request, "sharing")
    if isinstance(plan, HttpResponse):
        return plan
    form, voucher = _form(found, plan, request.POST), VoucherForm(request.POST)
    if request.POST.get("do") == "change":
        return _page(request, found, plan, request.POST, voucher, 200)
    if form.is_valid() and voucher.is_valid():
        try:
            return _do(request, found, form, voucher)
        except (LedgerRefused, FaultsFound) as problem:
            refuse(voucher, problem, found.names)
    return _page(request, found, plan, request.POST, voucher, 400)


def _do(request: HttpRequest, found: Opened, form: SharingForm, voucher: VoucherForm) -> HttpResponse:
    given: dict[str, Any] = {**voucher.cleaned_data, "by": person(request)}
    if request.POST.get("do") != "post":
        made = action.preview_sharing(found.fund, form.asked(), **given)
        voucher.fields.update(form.fields)  # both are looked at, and sent, together
        title = f"Share the variances of {form.asked().year}"
        return looked_at(
            request, found, "sharing", voucher, made, title=title, back=f"{found.at}sharing/post/"
        )
    done = action.post_sharing(
        found.fund, form.asked(), **given, key=key_of(request), seen=request.POST.get("seen", "")[:64]
    )
    assert done.entry is not None, "a sharing makes an entry"
    request.session["told"] = said(done.entry, "", done.again)
    return redirect(f"{found.at}entries/{done.entry.number}/")


def _form(found: Opened, plan: FundPlan, data: QueryDict | None) -> SharingForm:
    releases = [
        (str(row.pk), f"{Money(row.pence)} of {found.names.of('hold', row.hold)}, minute {row.minute}")
        for row in found.fund.decisions.filter(entry__isnull=False, entry__reversed_by__isnull=True)
    ]
    return SharingForm(plan, found.ledger, found.names, releases, data)


def _page(
    request: HttpRequest,
    found: Opened,
    plan: FundPlan,
    data: QueryDict | None,
    voucher: VoucherForm,
    status: int,
) -> HttpResponse:
    form = _form(found, plan, data)
    worked, tables, sentence = None, [], ""
    if form.is_bound and form.is_valid():
        try:
            worked = action.work_out(found.fund, form.asked())
            tables, sentence = (
                words.sharing_tables(worked, found.names),
                words.sharing_sentence(worked, found.names),
            )
        except (LedgerRefused, FaultsFound) as problem:
            refuse(form, problem, found.names)
    shown = found.shown(
        request, "sharing", form=form, voucher=voucher, tables=tables, sentence=sentence, key=key_of(request),
        given=form.given if form.is_bound else [], shares=bool(worked and worked.sharing.shares), has_clauses=bool(plan.clauses),
    )  # fmt: skip
    wrong = form.is_bound and bool(form.errors)
    return render(request, "fund/ledger_sharing.jinja", shown, status=400 if wrong else status)
