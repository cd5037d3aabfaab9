"""The gate: the one place where it is decided whether a request goes through.

Every view says what it needs, by ``needs``. A view that says nothing is not served at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from leftshift.workspace.accounts.models import Account
from leftshift.workspace.accounts.parameters import parameter
from leftshift.workspace.accounts.permissions import NOBODY, NotAllowed, Person, person
from leftshift.workspace.accounts.recognising import recognise
from leftshift.workspace.accounts.roles import ANYONE, SIGNED_IN, TOKEN, UNTOLD, Permission
from leftshift.workspace.record.acting import SYSTEM, acting

_Next = Callable[[HttpRequest], HttpResponse]
_View = TypeVar("_View", bound=Callable[..., Any])
_BEFORE_FACTOR = {"second-factor", "sign-out"}


def needs(what: Permission | str) -> Callable[[_View], _View]:
    """Say what a view needs: a permission, or ``ANYONE``, ``SIGNED_IN`` or ``TOKEN``."""

    def mark(view: _View) -> _View:
        view.needs = what  # type: ignore[attr-defined]
        return view

    return mark


class Gate:
    """Finds out who asks, tells the database, and lets through what the table of roles allows."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer on behalf of whoever asks."""
        try:
            found = _person_of_session(request)
        except OperationalError:
            return database_is_away(request)
        request.person = found  # type: ignore[attr-defined]
        with acting(found.number):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let through, or answer instead of the view."""
        wanted = getattr(view, "needs", None)
        if wanted is None:
            raise ImproperlyConfigured(f"{view} does not say what it needs")
        if wanted in (ANYONE, TOKEN):
            return None
        who = person(request)
        if who.account is None:
            return _to_sign_in(request)
        name = request.resolver_match.url_name if request.resolver_match else ""
        if _needs_factor(request, who.account) and name not in _BEFORE_FACTOR:
            return redirect("second-factor")
        return None if wanted == SIGNED_IN else _decide(request, who, wanted, kwargs)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A view found that the person may not: told in words."""
        if not isinstance(exception, NotAllowed):
            return None
        return refused(request, str(exception))


def database_is_away(request: HttpRequest) -> HttpResponse:
    """The page for a database that does not answer, with the status that says try again."""
    words = "The database does not answer at the moment. It is being started again; nothing is lost. Load the page again in a few seconds."
    response = render(request, "shared/problem.jinja", {"title": "One moment", "words": words}, status=503)
    response["Retry-After"] = "5"
    return response


def refused(request: HttpRequest, words: str) -> HttpResponse:
    """The page that says who may do what was asked."""
    return render(
        request, "shared/problem.jinja", {"title": "You may not do that", "words": words}, status=403
    )


def _decide(
    request: HttpRequest, who: Person, wanted: Permission, kwargs: dict[str, Any]
) -> HttpResponse | None:
    place = re.split("[@~]", str(kwargs.get("code", "")))[0]
    if who.may(wanted, place):
        return None
    if wanted in UNTOLD or (place and not who.may(Permission.SEE_PLAN, place)):
        raise Http404("no such place")  # that it exists is not told
    return refused(request, str(NotAllowed(wanted)))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    query = "" if back == "/" else f"?{urlencode({'next': back})}"
    return redirect(f"/sign-in/{query}")


def _person_of_session(request: HttpRequest) -> Person:
    found = recognise(request)
    if found.account is not None and _has_ended(request):
        return NOBODY
    return found


def _has_ended(request: HttpRequest) -> bool:
    """End a session that lasted too long, or that nobody used for too long."""
    now = timezone.now().timestamp()
    since, used = request.session.get("since", 0), request.session.get("used", 0)
    if (
        now - since > parameter("session", "hours") * 3600
        or now - used > parameter("session", "idle_minutes") * 60
    ):
        with acting(SYSTEM):
            logout(request)
        return True
    if now - used > parameter("session", "noted_every_seconds"):
        request.session["used"] = now
    return False


def _needs_factor(request: HttpRequest, account: Account) -> bool:
    """A password alone opens only the page that sets a second factor up."""
    return request.session.get("by") == "password" and not account.has_factor
