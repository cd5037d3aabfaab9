"""What if: sliders on inputs, the bridge redrawn at once, kept as a scenario, shared as a link."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from leftshift.economy.result import Result
from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.model import Model, under_scenarios
from leftshift.place.levers import Lever, NotALever, levers_of, levers_of_row, scenario_text
from leftshift.place.scenarios import read_scenario
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions.scenarios import ScenarioNotKept, keep_scenario
from leftshift.workspace.plan.presenters import what_if as words
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.kept import kept

_AT_FIRST = 6
_MOST = 24
_SOURCE = "Set by hand in the workspace"


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.content_stamp)
def what_if(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """The sliders and what comes of them; ``part`` asks for the answer alone, which a script puts in its place."""
    viewed, label = _viewed(code, year)
    known = levers_of(viewed.live.place.written)
    sliders, problems = _sliders(viewed, known, label, request.GET.dict())
    answer = None
    try:
        answer = words.answer(viewed, _run(viewed, sliders), label)
    except FaultsFound as found:
        problems += [_told(fault) for fault in found.faults]
    chosen = {slider.lever.key for slider in sliders}
    others = [lever for key, lever in known.items() if key not in chosen]
    page = words.what_if_page(viewed, label, sliders, others, answer, problems)
    if request.GET.get("part"):
        return render(request, "plan/what_if_answer.jinja", {"page": page})
    shown = {
        "page": page,
        "code": viewed.version.place.code,
        "may_keep": person(request).may(Permission.EDIT_PLAN, viewed.version.place.code),
        "problem": request.session.pop("problem", ""),
    }
    return render(request, "plan/what_if.jinja", shown)


@needs(Permission.EDIT_PLAN)
@require_POST
def keep(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """Keep the settings as a scenario of the place."""
    viewed, label = _viewed(code, year)
    known = levers_of(viewed.live.place.written)
    sliders, problems = _sliders(viewed, known, label, request.POST.dict())
    name = " ".join(request.POST.get("name", "").split())[:100]
    key = slugify(name)[:60]
    try:
        if problems:
            raise ScenarioNotKept(" ".join(problems))
        if not key:
            raise ScenarioNotKept("Give the scenario a name, with letters or digits.")
        if not any(slider.is_moved for slider in sliders):
            raise ScenarioNotKept("Move at least one input first: nothing differs from the plan.")
        text = scenario_text(
            name, f"{_SOURCE} by {person(request).signature.partition(' <')[0]}", _settings(sliders)
        )
        keep_scenario(viewed.version.place, key, text, by=person(request).signature)
    except ScenarioNotKept as problem:
        request.session["problem"] = str(problem)
        return redirect(words.what_if_page(viewed, label, sliders, [], None, []).address)
    return redirect(words.scenario_address(viewed, key, label))


def _viewed(code: str, year: str) -> tuple[Viewed, str]:
    found = queries.viewed(code)
    if found is None:
        raise Http404("no such place")
    try:
        years = {each.label.replace("/", "-"): each.label for each in found.live.years}
    except (FaultsFound, LookupError) as problem:
        raise Http404("no such scenario") from problem
    if year not in years:
        raise Http404("not a year of the plan")
    return found, years[year]


def _sliders(
    viewed: Viewed, known: Mapping[str, Lever], year: str, asked: Mapping[str, str]
) -> tuple[list[words.Slider], list[str]]:
    """The levers that were chosen with where they are set; at first those that matter most, where the plan has them."""
    given = {key: text for key, text in asked.items() if key in known}
    added = asked.get("add", "")
    if added in known and added not in given:
        given[added] = str(known[added].stands_at)
    if not given:
        given = {lever.key: str(lever.stands_at) for lever in _first(viewed, year)}
    sliders, problems = [], []
    for key, text in list(given.items())[:_MOST]:
        lever, setting = known[key], known[key].stands_at
        try:
            setting = lever.set_to(text)
        except NotALever as problem:
            problems.append(f"{problem}.")
        sliders.append(words.Slider(lever, setting, setting != lever.stands_at))
    return sliders, problems


def _first(viewed: Viewed, year: str) -> list[Lever]:
    """The levers of what matters most to the closing position."""
    found: dict[str, Lever] = {}
    for entry in queries.matters_most(viewed.version.pk, viewed.scenarios, year):
        for row in entry.rows[:1]:
            for lever in levers_of_row(viewed.live.place, row)[:1]:
                found.setdefault(lever.key, lever)
    return list(found.values())[:_AT_FIRST]


def _settings(sliders: list[words.Slider]) -> dict[Lever, Decimal]:
    return {slider.lever: slider.setting for slider in sliders}


def _run(viewed: Viewed, sliders: list[words.Slider]) -> Result:
    """The run of the plan with the levers set; raises FaultsFound where they do not go together."""
    if not any(slider.is_moved for slider in sliders):
        return viewed.live
    text = scenario_text("What if", _SOURCE, _settings(sliders))
    scenario, faults = read_scenario("scenarios/what-if.toml", text)
    assert scenario is not None, faults
    changed, found = under_scenarios(viewed.live.place.written, [scenario])
    found.raise_if_any()
    return Model(changed).project()


def _told(fault: Fault) -> str:
    return f"These settings do not go together: expected {fault.expected}. {fault.action}."
