"""Lists of people found by scores: a reason first, then a page, of which every person is recorded as shown before they are."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.people import queries
from leftshift.workspace.people.actions.looking import Why, look_at_list, look_at_person
from leftshift.workspace.people.forms import WhyForm
from leftshift.workspace.people.models import PURPOSES
from leftshift.workspace.people.pages.cohorts import place_or_404
from leftshift.workspace.people.parameters import parameter
from leftshift.workspace.people.presenters import lists as words
from leftshift.workspace.people.presenters.cohorts import day
from leftshift.workspace.people.queries import Wanted
from leftshift.workspace.plan.models import StoredPlace

_KEPT, _LAST = "why_people", "list_of_people"


def _why(request: HttpRequest, code: str) -> Why | None:
    """The reason that was given for this place, while it is fresh."""
    kept = request.session.get(_KEPT, {})
    if kept.get("place") != code or timezone.now().timestamp() >= kept.get("until", 0):
        return None
    return Why(kept["purpose"], kept["words"])


def _ask_why(request: HttpRequest, code: str, form: WhyForm, back: str) -> HttpResponse:
    shown = {"code": code, "form": form, "back": back, "minutes": parameter("reason_minutes")}
    return render(request, "people/reason.jinja", shown, status=400 if form.errors else 200)


@needs(Permission.FIND_PEOPLE)
@require_POST
def reason(request: HttpRequest, code: str) -> HttpResponse:
    """Take a reason, which lasts a while, or let go of the one that was given."""
    place_or_404(code)
    here = f"/places/{code}/people/list/"
    back = request.POST.get("back", "")
    back = back if back.startswith(here) else here  # nowhere else is anybody sent
    if "end" in request.POST:
        request.session.pop(_KEPT, None)
        return redirect(f"/places/{code}/people/")
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _ask_why(request, code, form, back)
    until = timezone.now().timestamp() + 60 * parameter("reason_minutes")
    request.session[_KEPT] = {"place": code, "until": until, **form.cleaned_data}
    return redirect(back)


@needs(Permission.FIND_PEOPLE)
@require_safe
def people(request: HttpRequest, code: str) -> HttpResponse:
    """A page of a list."""
    place = place_or_404(code)
    why = _why(request, code)
    if why is None:
        return _ask_why(request, code, WhyForm(), request.get_full_path())
    wanted = _wanted(request, place)
    release = queries.list_release(place, wanted.cohort)
    if release is None:
        return render(request, "people/no_list.jinja", {"code": code})
    orders = words.orders(release)
    if wanted.order not in dict(orders):
        wanted = replace(wanted, order="")
    page, rows = look_at_list(place, wanted, why, person(request))
    criteria = release.criteria
    before, after = words.paging(code, wanted, page)
    request.session[_LAST] = words.page_address(code, wanted, page.number)
    shown = {
        "code": code, "release": release, "wanted": wanted, "page": page, "before": before, "after": after, "purpose": _said(why), "day": day,
        "table": words.list_table(code, rows, criteria, wanted), "criteria": list(criteria.items()), "orders": orders,
        "choices": {name: _pairs(values) for name, values in queries.choices_of(release).items()},
        "cohorts": _pairs(queries.listed_cohorts(place)), "at_a_time": parameter("people_a_page"),
    }  # fmt: skip
    return render(request, "people/list.jinja", shown)


def _pairs(values: list[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


def _wanted(request: HttpRequest, place: StoredPlace) -> Wanted:
    given = {
        name: request.GET.get(name, "").replace("\0", "")[:200]
        for name in ("cohort", "practice", "locality", "reason", "order")
    }
    known = queries.listed_cohorts(place)
    if given["cohort"] and given["cohort"] not in known:
        raise Http404("no such list")
    given["cohort"] = given["cohort"] or (known[0] if known else "")
    number = request.GET.get("page", "1")
    return Wanted(**given, number=int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 1)  # fmt: skip


@needs(Permission.FIND_PEOPLE)
@require_safe
def person_of_list(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A person, by key: why they are listed, and their scores."""
    place = place_or_404(code)
    why = _why(request, code)
    if why is None:
        return _ask_why(request, code, WhyForm(), request.get_full_path())
    found = look_at_person(place, key, why, person(request))
    if not found:
        raise Http404("nobody is listed under this key")
    shown = {
        "code": code,
        "person_shown": found[0],
        "entries": [words.entry_of(entry) for entry in found],
        "purpose": _said(why),
        "day": day,
        "back": _last_list(request, code),
    }
    return render(request, "people/person.jinja", shown)


def _said(why: Why) -> str:
    """The purpose, in the words of whoever looks where it is another."""
    return why.words or PURPOSES[why.purpose].lower()


def _last_list(request: HttpRequest, code: str) -> str:
    """The page of the list that was open last: of another list, everybody would be recorded as shown."""
    here, last = f"/places/{code}/people/list/", str(request.session.get(_LAST, ""))
    return last if last.startswith(here) else here
