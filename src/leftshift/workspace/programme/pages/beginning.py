"""What every page of a programme begins with."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from leftshift.programme.feeding import calendar_feed
from leftshift.programme.network import CircularDependencies
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.models import StoredPlace
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.programme.presenters import programme as words
from leftshift.workspace.programme.presenters.beginnings import ask, purpose_of
from leftshift.workspace.programme.presenters.looking import banner_of, looked_from
from leftshift.workspace.shared.jobs import parameter


def place_or_404(code: str) -> StoredPlace:
    """A place; where there is none, there is no such page."""
    found = StoredPlace.objects.filter(code=code).first()
    if found is None:
        raise Http404("no such place")
    return found


def programme_or_404(code: str) -> Programme:
    """The programme of a place; where there is none, there is no such page."""
    found = queries.programme_of(code)
    if found is None:
        raise Http404("no such programme")
    return found


def none_yet(
    request: HttpRequest, code: str, room: str = "overview", *, status: int = 200, **more: Any
) -> HttpResponse:
    """A room of a place that has no programme: what it is for, and how to begin one or whom to ask."""
    shown = {
        "place": place_or_404(code), "code": code, "may_run": person(request).may(Permission.RUN_PROGRAMME, code),
        "purpose": purpose_of(room), "ask": ask(Permission.RUN_PROGRAMME), "most": parameter("upload", "megabytes"),
    }  # fmt: skip
    return render(request, "programme/none.jinja", shown | more, status=status)


def seen_of(request: HttpRequest, held: Programme, as_of: date | None = None) -> queries.Seen:
    """A programme as whoever asks sees it: what is exempt only where they serve its boards."""
    whole = person(request).may(Permission.RUN_BOARDS, held.place.code)
    return queries.seen(held, as_of=as_of, whole=whole)


def feed_or_404(seen: queries.Seen) -> bytes:
    """What is due, from today, as a calendar program reads it; of what cannot be read nothing is due."""
    if seen.content is None:
        raise Http404("no programme that can be read")
    try:
        return calendar_feed(seen.content, timezone.localdate())[0]
    except CircularDependencies:
        raise Http404("milestones wait for each other, so that none has a day") from None


def shown_of(
    request: HttpRequest, held: Programme, tab: str, *, looks: bool = False, **more: Any
) -> dict[str, Any]:
    """What every page of a programme shows; ``looks`` where it looks from the day that its address asks for."""
    who, code = person(request), held.place.code
    looked = looked_from(request.GET)
    return {
        "programme": held,
        "code": code,
        "tabs": words.tabs_of(held, tab, looked.carried),
        "at": words.address_of(held),
        "carried": looked.carried,
        "banner": banner_of(looked, _own_day(held), looks=looks) if looked.day else None,
        "may_run": who.may(Permission.RUN_PROGRAMME, code),
        "may_serve": who.may(Permission.RUN_BOARDS, code),
        "may_publish": who.may(Permission.PUBLISH_FINDINGS, code),
        "told": request.session.pop("told", ""),
        "problem": request.session.pop("problem", "") or looked.wrong,
        **more,
    }


def _own_day(held: Programme) -> date | None:
    content = queries.seen(held).content
    return content.day if content is not None else None
