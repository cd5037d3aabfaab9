"""Sign-off: every office that must sign, what each signed, submission and ratification, and the register of what is open."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from leftshift.fund.plan.differences import differences
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions import signing
from leftshift.workspace.fund.models import Signature, Submission
from leftshift.workspace.fund.pages.funds import fund_or_404, shown_of
from leftshift.workspace.fund.presenters import fund as words


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD"])
def sign_off(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Who must sign, who has, and what is open."""
    return _page(request, code, fund)


def _page(
    request: HttpRequest, code: str, fund: str, problem: str = "", given: object = None
) -> HttpResponse:
    found = fund_or_404(code, fund)
    seen = queries.seen(found)
    if seen.plan is None or seen.faults:
        return render(request, "fund/sign.jinja", shown_of(request, found, "sign", unread=True))
    by = person(request)
    signed = queries.signed_content(found)
    changes = differences(signed, seen.plan) if signed is not None else ()
    mine = {
        partner.partner
        for partner in seen.plan.partners
        if by.may(Permission.SIGN_FUND, code, signing.organisation_of(partner.partner))
    }
    has_signed = (
        by.account is not None
        and Signature.objects.filter(
            version__fund=found, version__fingerprint=seen.plan.fingerprint, account=by.account
        ).exists()
    )
    shown = shown_of(
        request, found, "sign", state=seen.state, changes=changes, standing=words.standing(seen),
        ready=seen.checked.ready_to_sign, mine=set() if has_signed else mine, has_signed=has_signed, given=given or {},
        signatures=Signature.objects.filter(version__fund=found).select_related("version").order_by("-id")[:200],
        submissions=Submission.objects.filter(version__fund=found).select_related("version", "ratification").order_by("-id"),
        brought={(seat.signatory.signatory, seat.partner.partner) for seat in seen.unwitnessed}, partner_names={partner.partner: partner.name for partner in seen.plan.partners}, may_minute=by.may(Permission.MINUTE_FUND, code), as_of=seen.as_of,
    )  # fmt: skip
    if problem:
        shown["problem"] = problem
    return render(request, "fund/sign.jinja", shown, status=400 if problem else 200)


def _plain(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "\ufffd").strip()[:400]


@needs(Permission.SIGN_FUND)
@require_POST
def sign(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Sign for an office."""
    found = fund_or_404(code, fund)
    asked = signing.Asked(
        _plain(request, "signatory"), _plain(request, "partner"), _plain(request, "fingerprint"), _plain(request, "role"),
        request.POST.get("for_another") == "yes", _plain(request, "minute"),
    )  # fmt: skip
    try:
        signing.sign(found, asked, by=person(request))
    except signing.SigningRefused as refused:
        return _page(request, code, fund, f"{refused}.", request.POST)
    request.session["told"] = "Signed."
    return redirect(f"{words.address_of(found)}sign/")


@needs(Permission.RUN_FUND)
@require_POST
def submit(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Send the plan."""
    found = fund_or_404(code, fund)
    meeting = _day(_plain(request, "meeting_on"))
    try:
        signing.submit(found, fingerprint=_plain(request, "fingerprint"), power=_plain(request, "power"), office=_plain(request, "office"), meeting_on=meeting, by=person(request))  # fmt: skip
    except signing.SigningRefused as refused:
        return _page(request, code, fund, f"{refused}.", request.POST)
    request.session["told"] = "The plan was recorded as sent."
    return redirect(f"{words.address_of(found)}sign/")


@needs(Permission.MINUTE_FUND)
@require_POST
def ratify(request: HttpRequest, code: str, fund: str, number: int) -> HttpResponse:
    """Record that the board ratified a submission."""
    found = fund_or_404(code, fund)
    submission = (
        Submission.objects.filter(pk=number, version__fund=found)
        .select_related("version__fund__place")
        .first()
    )
    if submission is None:
        raise Http404("no such submission")
    on = _day(_plain(request, "ratified_on"))
    if on is None:
        return _page(request, code, fund, "Say on which day the board ratified it.", request.POST)
    try:
        signing.ratify(submission, on=on, minute=_plain(request, "minute"), by=person(request))
    except signing.SigningRefused as refused:
        return _page(request, code, fund, f"{refused}.", request.POST)
    request.session["told"] = "The ratification was recorded."
    return redirect(f"{words.address_of(found)}sign/")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
