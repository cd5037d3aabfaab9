"""The pages of the slice: each asks a query and hands a presenter's object to a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leftshift.economy.explanations.terms import Figure, FigureNotKnown, check_figure
from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.years import FinancialYear
from leftshift.model import ScenarioNotKnown
from leftshift.reports import charts
from leftshift.reports.drawing import draw
from leftshift.reports.words import headline
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import SIGNED_IN, Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.presenters import comments as comments_words
from leftshift.workspace.plan.presenters import compare as compare_words
from leftshift.workspace.plan.presenters import home as home_words
from leftshift.workspace.plan.presenters import interventions as interventions_words
from leftshift.workspace.plan.presenters import scenarios as scenarios_words
from leftshift.workspace.plan.presenters import sources as sources_words
from leftshift.workspace.plan.presenters import why as why_words
from leftshift.workspace.plan.presenters.open_data import XLSX, workbook_of_table, workbook_of_tables
from leftshift.workspace.plan.presenters.page import Page
from leftshift.workspace.plan.presenters.page import slug as slug_of
from leftshift.workspace.plan.presenters.rooms import ROOM_PAGES, table_of
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.plan.states import STATES
from leftshift.workspace.shared.kept import kept
from leftshift.workspace.shared.tables import Table, csv_text

_A_DAY = 86_400


@needs(SIGNED_IN)
@require_safe
@kept(queries.home_stamp)
def home(request: HttpRequest) -> HttpResponse:
    """The places, each with its headline, and folders that were refused."""
    context = {
        "places": home_words.place_cards(queries.headlines()),
        "refusals": home_words.refusals(queries.refused_readings()),
    }
    return render(request, "plan/home.jinja", context)


@needs(Permission.SEE_PLAN)
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """The address of a place leads to its overview in the last year of the plan."""
    viewed = viewed_or_404(code)
    return redirect(f"/places/{viewed.address}/overview/{slug_of(viewed.result['headline_year'])}/")


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.room_stamp)
def room(request: HttpRequest, code: str, room: str, year: str) -> HttpResponse:
    """A room of a place: what a presenter makes of its run."""
    if room not in ROOM_PAGES:
        raise Http404("no such room")
    viewed = viewed_or_404(code)
    page = ROOM_PAGES[room](viewed, year_or_404(viewed, year))
    more = _where_it_stands(viewed) if room == "overview" else {}
    return show(request, "plan/room.jinja", page, viewed, room=room, **more)


def _where_it_stands(viewed: Viewed) -> dict[str, Any]:
    """What a board asks first: whether the plan is agreed, and whether its quality assurance is green."""
    published = queries.published_version(viewed.version.place)
    try:
        is_green = queries.quality(viewed, timezone.localdate()).master.is_green
    except FaultsFound:  # a verification dated in the future: the page of quality assurance says which
        is_green = False
    return {
        "state": STATES[queries.standing(viewed.version).state],
        "is_green": is_green,
        "published": published if published and published != viewed.version else None,
    }


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.content_stamp)
def scenarios(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Every scenario with what it changes, and what comes of it."""
    viewed = viewed_or_404(code)
    page, cards = scenarios_words.scenarios(viewed, year_or_404(viewed, year))
    return show(request, "plan/scenarios.jinja", page, viewed, room="scenarios", scenario_cards=cards)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.content_stamp)
def compare(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Two runs side by side, chosen by a form."""
    viewed = viewed_or_404(code)
    before, after = _sides(request, viewed)
    forms = compare_words.choosers(queries.versions_of(viewed.version.place.code), before, after)
    problems: list[str] = []
    page = compare_words.refused_page(viewed, year_or_404(viewed, year))
    try:
        comparison = queries.comparison(
            before.version.pk, before.scenarios, after.version.pk, after.scenarios
        )
        page = compare_words.compare_page(viewed, before, after, comparison, year_or_404(viewed, year))
    except FaultsFound as found:
        problems = [str(fault) for fault in found.faults]
    except ScenarioNotKnown as problem:
        problems = [str(problem)]
    return show(request, "plan/compare.jinja", page, viewed, room="", choosers=forms, problems=problems)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.trail_stamp)
def why(request: HttpRequest, code: str, name: str, year: str) -> HttpResponse:
    """Why a figure is what it is."""
    viewed = viewed_or_404(code)
    found = why_words.why(viewed, _figure(request, viewed, name, year), request.GET.get("at", ""))
    if found is None:
        raise Http404("no such branch")
    subject = comments_words.discussed(
        viewed, comments_words.about_figure(_figure(request, viewed, name, year)), request.get_full_path()
    )
    return show(request, "plan/why.jinja", found.page, viewed, room="", why=found, subject=subject)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.trail_stamp)
def inputs(request: HttpRequest, code: str, table: str, number: int, year: str) -> HttpResponse:
    """A row of a table, and every figure that it feeds."""
    viewed = viewed_or_404(code)
    found = why_words.input_page(viewed, table, number, year_or_404(viewed, year))
    if found is None:
        raise Http404("no such row")
    page, cells, row = found
    subject = comments_words.discussed(viewed, comments_words.about_row(table, row), request.get_full_path())
    return show(request, "plan/input.jinja", page, viewed, room="", cells=cells, subject=subject)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.content_stamp)
def chart(request: HttpRequest, code: str, name: str, year: str) -> HttpResponse:
    """A chart as SVG; its address names the content, so a browser may keep it."""
    viewed = viewed_or_404(code)
    wanted = year_or_404(viewed, year)
    makers: dict[str, Callable[[], dict[str, Any]]] = {
        "bridge": lambda: charts.bridge(viewed.result, wanted),
        "drivers": lambda: charts.drivers(viewed.result, wanted),
        "positions": lambda: charts.positions(viewed.result),
        "impact": lambda: charts.impact(viewed.result, wanted),
        "verdicts": lambda: charts.verdicts(viewed.result),
        "pathways": lambda: interventions_words.heat_chart(viewed.result, wanted),
        "scenarios": lambda: scenarios_words.chart(viewed, wanted),
        "sources": lambda: charts.counts(sources_words.basis_counts(viewed), "facts"),
    }
    if name not in makers:
        raise Http404("no such chart")
    return drawn(request, viewed, makers[name]())


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.content_stamp)
def why_chart(request: HttpRequest, code: str, name: str, year: str) -> HttpResponse:
    """The parts of a figure as a waterfall."""
    viewed = viewed_or_404(code)
    spec = why_words.chart(viewed, _figure(request, viewed, name, year), request.GET.get("at", ""))
    if spec is None:
        raise Http404("no such branch")
    return drawn(request, viewed, spec)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.content_stamp)
def compare_chart(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """How far each organisation moved."""
    viewed = viewed_or_404(code)
    before, after = _sides(request, viewed)
    try:
        comparison = queries.comparison(
            before.version.pk, before.scenarios, after.version.pk, after.scenarios
        )
    except (FaultsFound, ScenarioNotKnown) as problem:
        raise Http404("no such comparison") from problem
    return drawn(request, viewed, compare_words.chart(comparison, year_or_404(viewed, year)))


def drawn(request: HttpRequest, viewed: Viewed, spec: dict[str, Any]) -> HttpResponse:
    """A chart as SVG; a browser may keep it where its address names the content."""
    response = HttpResponse(draw(spec), content_type="image/svg+xml")
    kept = request.GET.get("of") == (viewed.content or None)
    response["Cache-Control"] = f"private, max-age={_A_DAY}" if kept else "no-cache"
    return response


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.room_stamp)
def table(request: HttpRequest, code: str, room: str, name: str, year: str, kind: str) -> HttpResponse:
    """A table of a page as a file, its numbers unrounded: CSV, or a workbook in the form to publish."""
    viewed = viewed_or_404(code)
    found = table_of(viewed, room, name, year_or_404(viewed, year))
    if found is None:
        raise Http404("no such table")
    return table_file(viewed, found, kind, f"{code}-{name}-{year}")


def table_file(viewed: Viewed, found: Table, kind: str, name: str) -> HttpResponse:
    """A table as a file to keep: CSV, or a workbook."""
    if kind == "csv":
        response = HttpResponse(csv_text(found), content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        response = HttpResponse(workbook_of_table(viewed, found), content_type=XLSX)
    else:
        raise Http404("no such kind of file")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


@needs(Permission.SEE_PLAN)
@require_safe
def tables(request: HttpRequest, code: str) -> HttpResponse:
    """Every table of a version as one workbook in the form to publish."""
    viewed = viewed_or_404(code)
    response = HttpResponse(workbook_of_tables(viewed), content_type=XLSX)
    name = f"{viewed.version.place.code}-version-{viewed.version.number}-tables"
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def viewed_or_404(address: str) -> Viewed:
    """What an address of a place shows, or the page that says there is none."""
    viewed = queries.viewed(address)
    if viewed is None:
        raise Http404("no such place")
    try:
        viewed.result  # noqa: B018  (a scenario that is not there shows here)
    except (FaultsFound, ScenarioNotKnown) as problem:
        raise Http404("no such scenario") from problem
    return viewed


def year_or_404(viewed: Viewed, slug: str) -> str:
    """A year of the plan by its name in an address."""
    for year in viewed.result["years"]:
        if slug_of(year) == slug:
            return str(year)
    raise Http404("not a year of the plan")


def _figure(request: HttpRequest, viewed: Viewed, name: str, year: str) -> Figure:
    wanted = FinancialYear.parse(year_or_404(viewed, year))
    figure = Figure(name, wanted, request.GET.get("organisation", ""), request.GET.get("item", ""))
    try:
        check_figure(viewed.live.place, figure)
    except FigureNotKnown as problem:
        raise Http404(str(problem)) from problem
    return figure


def _sides(request: HttpRequest, viewed: Viewed) -> tuple[Viewed, Viewed]:
    """What the form asks for; at first the plan, and the plan under its first scenario."""
    asked = request.GET
    fresh = "before" not in asked and "after" not in asked
    first = [key for key, _, _ in queries.scenarios_of(viewed.version.pk)][:1] if fresh else []
    sides = []
    for name in ("before", "after"):
        number = asked.get(name, "")
        side = viewed
        if number:
            known = number.isascii() and number.isdecimal() and len(number) < 10
            found = queries.viewed(f"{viewed.version.place.code}@{number}") if known else None
            if found is None:
                raise Http404("no such version")
            side = found
        under = asked.getlist(f"{name}_under") or (first if name == "after" else [])
        sides.append(side.under(*sorted(set(under))))
    return sides[0], sides[1]


def show(request: HttpRequest, template: str, page: Page, viewed: Viewed, **more: Any) -> HttpResponse:
    """A page of a place, filled into a template."""
    said = headline(viewed.result, page.year)
    context = {"page": page, "headline": said, "year_slug": slug_of(page.year), **more}
    return render(request, template, context)
