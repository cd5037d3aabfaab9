"""Quality assurance of a version: the page, its documents, and a verification recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.place.schema import schema
from leftshift.reports.assurance import Quality, assurance_report
from leftshift.reports.html import html_of
from leftshift.reports.pdf import pdf_of
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import NotAllowed, person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions.assuring import NotVerified, record_verification
from leftshift.workspace.plan.pages.rooms import viewed_or_404
from leftshift.workspace.plan.presenters import quality as words
from leftshift.workspace.plan.presenters.page import slug

_COLUMNS = schema().tables["verifications"].columns


class VerificationForm(forms.Form):
    """What was verified, by whom, how, and with which outcome."""

    subject = forms.ChoiceField(label="What was verified")
    role = forms.ChoiceField(
        label="In which role",
        choices=[(name, name.replace("_", " ").capitalize()) for name in _COLUMNS["role"].choices],
    )
    holder = forms.CharField(
        label="Who did it",
        max_length=200,
        help_text="As the table of assurance roles names them.",
        error_messages={"required": "Say who did it"},
    )
    on = forms.DateField(
        label="When", help_text="Such as 2026-02-09", error_messages={"required": "Say when"}
    )
    method = forms.CharField(
        label="How",
        max_length=500,
        help_text=_COLUMNS["method"].description,
        error_messages={"required": "Say how"},
    )
    outcome = forms.ChoiceField(
        label="What came of it",
        choices=[(name, name.replace("_", " ").capitalize()) for name in _COLUMNS["outcome"].choices],
    )
    remarks = forms.CharField(label="Remarks", max_length=2000, required=False)

    def clean_on(self) -> date:
        """Nobody verified anything tomorrow."""
        found: date = self.cleaned_data["on"]
        if found > timezone.localdate():
            raise forms.ValidationError("That day is still to come")
        return found

    def __init__(self, *given: Any, subjects: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["subject"].choices = subjects  # type: ignore[attr-defined]


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def quality(request: HttpRequest, code: str) -> HttpResponse:
    """The master check, and all that it rests on; what somebody verified is added by a form."""
    viewed = viewed_or_404(code)
    year = viewed.result["headline_year"]
    try:
        shown = words.quality_page(viewed, _quality(viewed), year)
    except FaultsFound as found:
        return _cannot_tell(request, viewed, found)
    form = VerificationForm(
        request.POST or None, subjects=shown.subjects, initial={"on": timezone.localdate().isoformat()}
    )
    problem = ""
    if request.method == "POST":
        who = person(request)
        if not who.may(Permission.VERIFY, viewed.version.place.code):
            raise NotAllowed(Permission.VERIFY)
        if form.is_valid():
            try:
                record_verification(viewed.version, **form.cleaned_data, by=who.signature)
                request.session["told"] = "The verification was recorded."
                return redirect("quality", code=viewed.version.place.code)
            except NotVerified as refused:
                problem = str(refused)
    context = {
        "page": shown.page,
        "quality": shown,
        "form": form,
        "problem": problem,
        "told": request.session.pop("told", ""),
        "headline": "",
        "year_slug": slug(year),
        "room": "quality",
        "may_verify": person(request).may(Permission.VERIFY, viewed.version.place.code)
        and viewed.is_current
        and not viewed.scenarios,
    }
    return render(request, "plan/quality.jinja", context, status=400 if problem or form.errors else 200)


def _cannot_tell(request: HttpRequest, viewed: queries.Viewed, found: FaultsFound) -> HttpResponse:
    """Rows that are dated after today: nothing can be said of quality before they are put right."""
    told = " ".join(str(fault) for fault in list(found.faults)[:5])
    words = f"Quality assurance cannot be worked out: {told} Put it right in a draft of the plan."
    return render(
        request, "shared/problem.jinja", {"title": "A date after today", "words": words}, status=409
    )


def _quality(viewed: queries.Viewed) -> Quality:
    return queries.quality(viewed, timezone.localdate())


@needs(Permission.SEE_PLAN)
@require_safe
def document(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The whole of it as one HTML page, a PDF, or JSON, to be kept beside the plan."""
    viewed = viewed_or_404(code)
    try:
        found = _quality(viewed)
    except FaultsFound as problem:
        return _cannot_tell(request, viewed, problem)
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "html": ("text/html; charset=utf-8", lambda: html_of(assurance_report(found)).encode()),
        "pdf": ("application/pdf", lambda: pdf_of(assurance_report(found))),
        "json": (
            "application/json",
            lambda: json.dumps(found.document(), ensure_ascii=False, indent=1).encode(),
        ),
    }
    if kind not in makers:
        raise Http404("no such document")
    content_type, make = makers[kind]
    response = HttpResponse(make(), content_type=content_type)
    name = f"{viewed.version.place.code}-version-{viewed.version.number}-quality-assurance.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
