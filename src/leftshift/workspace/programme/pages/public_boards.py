"""What boards have published, for everybody: packs with their page numbers, approved minutes, registers of interests."""

from __future__ import annotations

import base64

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import ANYONE
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.models import Publication
from leftshift.workspace.programme.pages.packs import file_of
from leftshift.workspace.programme.presenters.boards import inside


def _found(place: str, kind: str, key: str) -> Publication:
    found = queries.publication(place, kind, key)
    if found is None:
        raise Http404("nothing is published here")
    return found


@needs(ANYONE)
@require_safe
def document(request: HttpRequest, place: str, kind: str, key: str) -> HttpResponse:
    """A pack, minutes or a register as they were published."""
    found = _found(place, kind, key)
    became = queries.became_of_meetings(place, {key: found.title}) if kind != "register" else {}
    shown = {
        "place": place,
        "found": found,
        "kind": kind,
        "inside": inside(found.document["html"]),
        "became": became.get(key, ""),
    }
    return render(request, "programme/public_document.jinja", shown)


@needs(ANYONE)
@require_safe
def file(request: HttpRequest, place: str, kind: str, key: str) -> HttpResponse:
    """The same as PDF."""
    found = _found(place, kind, key)
    return file_of(base64.b64decode(found.document["pdf"]), f"{kind}-{key}.pdf")
