"""A page that shows nothing and asks nothing, beside the pages of the workspace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import ANYONE
from leftshift.workspace.site.urls import handler404, handler500

__all__ = ["handler404", "handler500", "urlpatterns"]


@needs(ANYONE)
def empty(request: HttpRequest) -> HttpResponse:
    """The same few bytes for everybody."""
    return HttpResponse("<!DOCTYPE html><title>Empty</title>")


urlpatterns = [path("empty/", empty), path("", include("leftshift.workspace.site.urls"))]
