"""The addresses of the workspace."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import ANYONE
from leftshift.workspace.shared.api import addresses_of
from leftshift.workspace.shared.api_pages import pages_of
from leftshift.workspace.site.api import ROOT, api, document


@needs(ANYONE)
def healthy(request: HttpRequest) -> HttpResponse:
    """Whether pages and database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere."""
    words = "The address may be mistyped, or the place may have gone from this workspace."
    return render(request, "shared/problem.jinja", {"title": "Page not found", "words": words}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """The page for an error of ours."""
    words = "leftshift made a mistake. Nothing was changed. The log of the server says more."
    return render(
        request, "shared/problem.jinja", {"title": "Something went wrong", "words": words}, status=500
    )


urlpatterns = [
    path("health", healthy),
    path(ROOT, include(addresses_of(api, document))),
    path("api/", include(pages_of(document))),
    path("", include("leftshift.workspace.accounts.urls")),
    path("", include("leftshift.workspace.shared.urls")),
    path("", include("leftshift.workspace.plan.urls")),
]
handler404 = not_found
handler500 = failed
