"""Who looked at people: for whoever watches over it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.people import queries
from leftshift.workspace.people.pages.cohorts import place_or_404
from leftshift.workspace.people.presenters.looks import looks_table

_LONGEST = 64


@needs(Permission.SEE_ACCESS)
@require_safe
def looks(request: HttpRequest, code: str) -> HttpResponse:
    """Every page of people that was shown, newest first; of one person, where a key is given."""
    place = place_or_404(code)
    key = request.GET.get("key", "").replace("\0", "").strip()[:_LONGEST]
    asked = request.GET.get("page", "1")
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
    found, number, pages = queries.looks_at(place, key, wanted)
    shown = {
        "code": code,
        "key": key,
        "table": looks_table(code, found),
        "found": found,
        "number": number,
        "pages": pages,
        "chain": queries.check_chain() if request.GET.get("check") else None,
    }
    return render(request, "people/looks.jinja", shown)


@needs(Permission.SEE_ACCESS)
@require_safe
def look(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The keys of everybody whom one page showed."""
    place = place_or_404(code)
    keys = queries.keys_of_view(place, key)
    if not keys:
        raise Http404("no such look")
    return render(request, "people/look.jinja", {"code": code, "keys": keys})
