"""The pages of the slice: each asks a query and hands a presenter's object to a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from leftshift.reports import charts
from leftshift.reports.drawing import draw
from leftshift.reports.words import headline
from leftshift.workspace.plan import presenters, queries
from leftshift.workspace.plan.models import Run
from leftshift.workspace.shared.tables import Table, csv_text

_A_DAY = 86_400


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The places, each with its headline, and folders that were refused."""
    context = {
        "places": presenters.place_cards(queries.latest_runs()),
        "refusals": presenters.refusals(queries.refused_readings()),
    }
    return render(request, "plan/home.jinja", context)


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """The address of a place leads to its overview in the last year of the plan."""
    year = presenters.slug(_run(code).result["headline_year"])
    return redirect(f"/places/{code}/overview/{year}/")


@require_safe
def overview(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Headline and bridge."""
    run = _run(code)
    return _show(request, presenters.overview(run, _year(run, year), queries.versions_of(code)), run)


@require_safe
def organisations(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Positions by organisation and year."""
    run = _run(code)
    return _show(request, presenters.organisations(run, _year(run, year)), run)


@require_safe
def impact(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Impact by intervention and organisation."""
    run = _run(code)
    return _show(request, presenters.impact(run, _year(run, year)), run)


@require_safe
def tie_out(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Published figures beside modelled ones."""
    run = _run(code)
    return _show(request, presenters.tie_out(run, _year(run, year)), run)


@require_safe
def chart(request: HttpRequest, code: str, name: str, year: str) -> HttpResponse:
    """A chart as SVG; its address names the content, so a browser may keep it."""
    result = _run(code).result
    wanted = _year(_run(code), year)
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "bridge": lambda: charts.bridge(result, wanted),
        "positions": lambda: charts.positions(result),
        "impact": lambda: charts.impact(result, wanted),
        "verdicts": lambda: charts.verdicts(result),
    }
    if name not in makers:
        raise Http404("no such chart")
    response = HttpResponse(draw(makers[name]()), content_type="image/svg+xml")
    response["Cache-Control"] = (
        f"private, max-age={_A_DAY}" if request.GET.get("of") == result["fingerprint"][:12] else "no-cache"
    )
    return response


@require_safe
def table(request: HttpRequest, code: str, room: str, name: str, year: str) -> HttpResponse:
    """A table of a page as a CSV file, its numbers unrounded."""
    run = _run(code)
    wanted = _year(run, year)
    makers: dict[str, Callable[[], presenters.Page]] = {
        "overview": lambda: presenters.overview(run, wanted, []),
        "organisations": lambda: presenters.organisations(run, wanted),
        "impact": lambda: presenters.impact(run, wanted),
        "tie-out": lambda: presenters.tie_out(run, wanted),
    }
    found: list[Table] = (
        [entry for entry in makers[room]().tables if entry.name == name] if room in makers else []
    )
    if not found:
        raise Http404("no such table")
    response = HttpResponse(csv_text(found[0]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{name}-{year}.csv"'
    return response


def _run(code: str) -> Run:
    run = queries.latest_run(code)
    if run is None:
        raise Http404("no such place")
    return run


def _year(run: Run, slug: str) -> str:
    for year in run.result["years"]:
        if presenters.slug(year) == slug:
            return str(year)
    raise Http404("not a year of the plan")


def _show(request: HttpRequest, page: presenters.Page, run: Run) -> HttpResponse:
    said = headline(run.result, page.year)
    room = next(link.address.split("/")[3] for link in page.rooms if link.current)
    return render(
        request,
        "plan/room.jinja",
        {"page": page, "headline": said, "room": room, "year_slug": presenters.slug(page.year)},
    )
