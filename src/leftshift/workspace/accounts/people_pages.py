"""Pages for administrators: people, roles, invitations, organisations; and the trail of events."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from leftshift.workspace.accounts import actions
from leftshift.workspace.accounts.forms import InviteForm, OrganisationForm
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.models import Account, Grant, Invitation, Organisation
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.models import Event
from leftshift.workspace.record.trail import check_trail

_A_PAGE = 100


@needs(Permission.MANAGE_PEOPLE)
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, with their roles; invitations; organisations."""
    asked = request.POST.get("do", "")
    forms: dict[str, Any] = {
        "invite": InviteForm(request.POST if asked == "invite" else None),
        "organisation": OrganisationForm(request.POST if asked == "organisation" else None),
    }
    form, link = forms.get(asked), ""
    if request.method == "POST" and form is not None and form.is_valid():
        if asked == "organisation":
            actions.add_organisation(**form.cleaned_data, by=person(request).signature)
            return redirect("people")
        invitation, token = actions.invite(**form.cleaned_data, by=person(request).signature)
        link = request.build_absolute_uri(reverse("invitation", args=[token]))
        request.session["told"] = (
            f"{invitation.email} is invited. Send them the link below: it is shown once."
        )
    shown = {
        "forms": forms,
        "link": link,
        "told": request.session.pop("told", ""),
        "problem": request.session.pop("problem", ""),
        "accounts": Account.objects.prefetch_related("grants__organisation").all(),
        "invitations": Invitation.objects.filter(
            used_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
        ).select_related("organisation"),
        "organisations": Organisation.objects.all(),
    }
    return render(request, "accounts/people.jinja", shown, status=400 if form and form.errors else 200)


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def end_role(request: HttpRequest, number: int) -> HttpResponse:
    """End a role."""
    grant = Grant.objects.filter(pk=number).first()
    if grant is None:
        raise Http404("no such role")
    return _try(request, lambda by: actions.end_role(grant, by=by), "The role was ended.")


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw an invitation."""
    found = Invitation.objects.filter(pk=number).first()
    if found is None:
        raise Http404("no such invitation")
    return _try(
        request, lambda by: actions.withdraw_invitation(found, by=by), "The invitation was withdrawn."
    )


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def set_active(request: HttpRequest, number: int) -> HttpResponse:
    """Close an account, or open it again."""
    found = Account.objects.filter(pk=number).first()
    if found is None:
        raise Http404("no such account")
    active = request.POST.get("active") == "yes"
    if not active and found.pk == getattr(person(request).account, "pk", None):
        request.session["problem"] = "This is your own account: another administrator has to close it."
        return redirect("people")
    told = f"The account of {found.name} was {'opened' if active else 'closed'}."
    return _try(request, lambda by: actions.set_active(found, active, by=by), told)


def _try(request: HttpRequest, act: Any, told: str) -> HttpResponse:
    try:
        act(person(request).signature)
        request.session["told"] = told
    except actions.NotPossible as problem:
        request.session["problem"] = str(problem)
    return redirect("people")


@needs(Permission.SEE_TRAIL)
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what when, newest first, and whether the trail is as it was written."""
    said = {name: request.GET.get(name, "").strip()[:200] for name in ("who", "what", "about")}
    before = request.GET.get("before", "")
    with acting(SYSTEM):
        found = _events(request).order_by("-id")
        found = found.filter(
            by__icontains=said["who"], action__icontains=said["what"], subject__icontains=said["about"]
        )
        if before.isascii() and before.isdecimal() and len(before) < 16:
            found = found.filter(id__lt=int(before))
        events = list(found[: _A_PAGE + 1])
    shown = {
        "events": events[:_A_PAGE],
        "more": events[_A_PAGE - 1].pk if len(events) > _A_PAGE else None,
        "said": said,
        "checked": check_trail() if not before else None,
    }
    return render(request, "accounts/trail.jinja", shown)


@needs(Permission.SEE_TRAIL)
@require_safe
def trail_file(request: HttpRequest) -> HttpResponse:
    """The whole trail as CSV, oldest first, with its digests."""
    columns = ["number", "at", "by", "action", "subject", "place", "previous", "digest"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    with acting(SYSTEM):
        for event in _events(request).order_by("number").iterator():
            writer.writerow([_safe(getattr(event, name)) for name in columns])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="leftshift-trail.csv"'
    return response


def _events(request: HttpRequest) -> QuerySet[Event]:
    """The events that the person may see: of every place, or of theirs."""
    places = person(request).places_for(Permission.SEE_TRAIL)
    return Event.objects.all() if places is None else Event.objects.filter(place__in=places)


def _safe(value: object) -> object:
    """A text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    text = value.isoformat() if hasattr(value, "isoformat") else value
    return "'" + text if isinstance(text, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
