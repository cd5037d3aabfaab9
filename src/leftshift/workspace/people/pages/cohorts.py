"""Cohorts of a place as anyone may see them who may see the place: protected counts, their pictures and files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leftshift.reports.cohort import hidden_words
from leftshift.reports.content import Figure
from leftshift.reports.content import Table as ReportTable
from leftshift.reports.drawing import draw
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.people import queries
from leftshift.workspace.people.models import Release
from leftshift.workspace.people.presenters import cohorts as words
from leftshift.workspace.plan.models import StoredPlace
from leftshift.workspace.plan.presenters.blocks import table_of
from leftshift.workspace.shared.tables import csv_text


def place_or_404(code: str) -> StoredPlace:
    """A place that whoever asks may see."""
    found = queries.place_of(code)
    if found is None:
        raise Http404("no such place")
    return found


@needs(Permission.SEE_PLAN)
@require_safe
def cohort(request: HttpRequest, code: str) -> HttpResponse:
    """A cohort of the place: the latest release, or one that is asked for."""
    place = place_or_404(code)
    who = person(request)
    found = queries.releases_of(place)
    shown: dict[str, Any] = {
        "code": code,
        "release": None,
        "may_find": who.may(Permission.FIND_PEOPLE, code),
        "may_watch": who.may(Permission.SEE_ACCESS, code),
    }
    if not found:
        return render(request, "people/cohort.jinja", shown)
    release = _chosen(request, found)
    history = words.history(code, found, release)
    shown |= {
        "release": release,
        "head": words.head(release),
        "some_hidden": words.some_hidden(release),
        "criteria": list(release.criteria.values()),
        "facts": words.facts(release),
        "parts": words.parts(release),
        "tables_at": f"/places/{code}/people/releases/{release.pk}/tables",
        "cohorts": words.cohort_links(code, found, release),
        "history": history,
        "is_latest": history[0].current,
        "hidden_words": hidden_words(),
    }
    return render(request, "people/cohort.jinja", shown)


def _chosen(request: HttpRequest, found: list[Release]) -> Release:
    number, name = request.GET.get("release", ""), request.GET.get("cohort", "")
    fitting = [
        release
        for release in found
        if (not number or str(release.pk) == number) and (not name or release.cohort == name)
    ]
    if not fitting:
        raise Http404("no such cohort")
    return fitting[0]


def _release_or_404(code: str, number: int) -> Release:
    found = Release.objects.filter(pk=number, place__code=code).select_related("place").first()
    if found is None:
        raise Http404("no such release")
    return found


@needs(Permission.SEE_PLAN)
@require_safe
def chart(request: HttpRequest, code: str, number: int, at: int) -> HttpResponse:
    """A picture of a release."""
    found = words.blocks_of(_release_or_404(code, number))
    block = found[at] if at < len(found) else None
    if not isinstance(block, Figure):
        raise Http404("no such chart")
    return HttpResponse(draw(block.chart), content_type="image/svg+xml")


@needs(Permission.SEE_PLAN)
@require_safe
def table(request: HttpRequest, code: str, number: int, name: str) -> HttpResponse:
    """A table of a release as CSV: the numbers of the page."""
    release = _release_or_404(code, number)
    tables = {
        found.name: found
        for found in (table_of(block) for block in words.blocks_of(release) if isinstance(block, ReportTable))
    }
    if name not in tables:
        raise Http404("no such table")
    response = HttpResponse(csv_text(tables[name]), content_type="text/csv; charset=utf-8")
    file = f"{code}-{release.cohort}-{release.as_at.isoformat()}-{name}.csv"
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    return response
