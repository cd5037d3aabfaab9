"""The addresses of the workspace."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.cache import never_cache

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import ANYONE
from leftshift.workspace.shared.api import addresses_of
from leftshift.workspace.shared.api_pages import pages_of
from leftshift.workspace.site.api import ROOT, api, document
from leftshift.workspace.site.database import is_up_to_date
from leftshift.workspace.site.metrics import metrics


@needs(ANYONE)
@never_cache
def healthy(request: HttpRequest) -> HttpResponse:
    """Whether this server is ready: the database answers, and is as this release needs it. It tells nothing else."""
    try:
        ready = is_up_to_date()
    except DatabaseError:
        connection.close()
        return _plain("the database does not answer\n", 503)
    return (
        _plain("ok\n", 200) if ready else _plain("the database is not up to date: leftshift migrate\n", 503)
    )


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, content_type="text/plain", status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere."""
    words = "The address may be mistyped, or the place may have gone from this workspace."
    return render(request, "shared/problem.jinja", {"title": "Page not found", "words": words}, status=404)


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that was not sent from a page of ours, or from one that is too old."""
    words = "This form was open for too long, or did not come from this workspace. Nothing was changed. Load the page again and send it once more."
    return render(request, "shared/problem.jinja", {"title": "Send it again", "words": words}, status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """The page for an error of ours."""
    words = "leftshift made a mistake. Nothing was changed. The log of the server says more."
    return render(
        request, "shared/problem.jinja", {"title": "Something went wrong", "words": words}, status=500
    )


urlpatterns = [
    path("health", healthy, name="health"),
    path("metrics", metrics, name="metrics"),
    path(ROOT, include(addresses_of(api, document))),
    path("api/", include(pages_of(document))),
    path("", include("leftshift.workspace.accounts.urls")),
    path("", include("leftshift.workspace.shared.urls")),
    path("", include("leftshift.workspace.decide.urls")),  # before the rooms of a plan, which take any name
    path("", include("leftshift.workspace.fund.urls")),
    path("", include("leftshift.workspace.programme.urls")),
    path("", include("leftshift.workspace.people.urls")),
    path("", include("leftshift.workspace.plan.urls")),
]
handler404 = not_found
handler500 = failed
