"""Money that is held back: what is left of it, the decisions that release it, and its quarterly reviews."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.fund.ledger.holding import Position
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.recording import positions
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions import deciding
from leftshift.workspace.fund.actions.operating import account_of_hold
from leftshift.workspace.fund.pages.ledger import Opened, key_of, looked_at, opened, refuse, with_plan
from leftshift.workspace.fund.presenters import ledger_parts as words
from leftshift.workspace.fund.presenters.ledger_forms import (
    LedgerForm,
    ReleaseForm,
    ReviewForm,
    quarters_of,
)


def _positions(found: Opened, plan: FundPlan) -> tuple[Position, ...]:
    return positions(queries.with_record(found.fund, plan), timezone.localdate())


@needs(Permission.SEE_PLAN)
@require_safe
def holds(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Everything that is held back."""
    found = opened(code, fund)
    plan = with_plan(found, request, "holds")
    if isinstance(plan, HttpResponse):
        return plan
    listed = _positions(found, plan)
    shown = found.shown(
        request,
        "holds",
        table=words.holds_table(listed, found.at, found.names),
        overdue=sum(len(each.overdue) for each in listed),
        waiting=[each.hold for each in listed if account_of_hold(found.ledger, each.hold.code) is None],
        names=found.names,
    )
    return render(request, "fund/ledger_holds.jinja", shown)


def _one(found: Opened, plan: FundPlan, hold: str) -> Position:
    position = next((each for each in _positions(found, plan) if each.hold.code == hold), None)
    if position is None:
        raise Http404("nothing is held back under this")
    return position


@needs(Permission.SEE_PLAN)
@require_safe
def hold(request: HttpRequest, code: str, fund: str, hold: str) -> HttpResponse:
    """One of them: what it is, every decision, every review."""
    found = opened(code, fund)
    plan = with_plan(found, request, "holds")
    if isinstance(plan, HttpResponse):
        return plan
    position = _one(found, plan, hold)
    decisions = found.fund.decisions.filter(hold=hold).select_related("entry", "entry__reversed_by")
    shown = found.shown(
        request,
        "holds",
        position=position,
        name=found.names.of("hold", hold),
        kind=words.KINDS[position.hold.kind],
        source=found.names.of("source", position.hold.source),
        decisions=words.decisions_table(position, list(decisions), found.at),
        reviews=words.reviews_table(list(found.fund.reviews.filter(hold=hold).order_by("quarter"))),
        is_set_aside=account_of_hold(found.ledger, hold) is not None,
    )
    return render(request, "fund/ledger_hold.jinja", shown)


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, code: str, fund: str, hold: str) -> HttpResponse:
    """Release money by a decision: the form, then what it posts, then it is done."""
    found = opened(code, fund)
    plan = with_plan(found, request, "holds")
    if isinstance(plan, HttpResponse):
        return plan
    position = _one(found, plan, hold)
    form = ReleaseForm(request.POST) if request.method == "POST" else ReleaseForm()
    if request.method == "POST" and request.POST.get("do") != "change" and form.is_valid():
        try:
            return _release(request, found, hold, form)
        except (LedgerRefused, FaultsFound) as problem:
            refuse(form, problem, found.names)
    about = f"{position.left} is left of {position.held}. Nothing is released without amount, reason, ground, who agreed and minute."  # fmt: skip
    return _form(
        request, found, hold, form, f"Release from {found.names.of('hold', hold)}", about, "Show what it posts"
    )  # fmt: skip


def _release(request: HttpRequest, found: Opened, hold: str, form: ReleaseForm) -> HttpResponse:
    by = person(request)
    if request.POST.get("do") != "post":
        made = deciding.preview_release(found.fund, hold, form.asked(), by=by)
        title = f"Release from {found.names.of('hold', hold)}"
        return looked_at(
            request, found, "holds", form, made, title=title, back=f"{found.at}holds/{hold}/release/"
        )
    done = deciding.release(
        found.fund,
        hold,
        form.asked(),
        by=by,
        key=key_of(request),
        seen=request.POST.get("seen", "")[:64],
    )
    assert done.entry is not None, "a release makes an entry"
    request.session["told"] = f"Released by minute {done.minute}: entry {done.entry.number} was posted."
    return redirect(f"{found.at}holds/{hold}/")


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: str, fund: str, hold: str) -> HttpResponse:
    """Record the review of a quarter."""
    found = opened(code, fund)
    plan = with_plan(found, request, "holds")
    if isinstance(plan, HttpResponse):
        return plan
    position = _one(found, plan, hold)
    there = list(found.fund.reviews.filter(hold=hold).values_list("quarter", flat=True))
    quarters = quarters_of(position.hold.since, timezone.localdate(), there)
    posted: dict[str, Any] = {"data": request.POST} if request.method == "POST" else {"initial": {"quarter": str(position.overdue[0]) if position.overdue else ""}}  # fmt: skip
    form = ReviewForm(quarters, **posted)
    if request.method == "POST" and form.is_valid():
        try:
            done = deciding.review(found.fund, hold, form.asked(), by=person(request))
            request.session["told"] = f"The review of {done.quarter} was recorded."
            return redirect(f"{found.at}holds/{hold}/")
        except (LedgerRefused, FaultsFound) as problem:
            refuse(form, problem, found.names)
    about = f"{position.left} is left of {position.held}."
    return _form(
        request, found, hold, form, f"Review {found.names.of('hold', hold)}", about, "Record the review"
    )


def _form(
    request: HttpRequest, found: Opened, hold: str, form: LedgerForm, title: str, about: str, go: str
) -> HttpResponse:
    changes = request.POST.get("do") == "change"
    shown = found.shown(
        request, "holds", form=form, name=title, about=about, go_words=go, key=key_of(request), back=f"{found.at}holds/{hold}/"
    )  # fmt: skip
    status = 400 if form.is_bound and not changes else 200
    return render(request, "fund/ledger_form.jinja", shown, status=status)
