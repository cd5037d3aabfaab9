"""Rooms of a programme: where it stands, what slips and what that costs, and everything beside; and what can be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.programme.appraising import appraise
from leftshift.programme.programme import programme_kind
from leftshift.reports.content import Figure
from leftshift.reports.content import Table as ReportTable
from leftshift.reports.drawing import draw
from leftshift.reports.programme.asking import minute_said
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.presenters.blocks import Part, parts_of, table_of
from leftshift.workspace.plan.presenters.drafts import faults_table
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import storing
from leftshift.workspace.programme.pages.beginning import (
    feed_or_404,
    none_yet,
    place_or_404,
    programme_or_404,
    seen_of,
    shown_of,
)
from leftshift.workspace.programme.pages.records import texts_shown
from leftshift.workspace.programme.presenters.beginnings import empty_of
from leftshift.workspace.programme.presenters.looking import looked_from
from leftshift.workspace.programme.presenters.programme import ROOMS, address_of, leads_to
from leftshift.workspace.programme.presenters.sections import OF_ONE, SECTIONS, blocks_of
from leftshift.workspace.shared.editing import EditRefused
from leftshift.workspace.shared.kept import kept
from leftshift.workspace.shared.tables import csv_text
from leftshift.workspace.shared.uploads import (
    OF_A_FOLDER,
    files_sent,
    refuse_other_kinds,
    texts_of_upload,
    zip_of_folder,
)

TITLES = {
    "calendar": "Calendar",
    "alignment": "Alignment and stakeholders",
    "equality": "Equality",
    "project": "Project",
    "gate": "Gate",
    "choice": "Appraisal",
    "plan": "Timeline",
}
OF_NO_DAY = ("choice",)
"""Sections that say the same from whichever day they are looked at."""
MOST_ROWS = 300
"""The most rows of a table that a page shows."""
_ROOM_OF = {"calendar": "timeline", "plan": "timeline", "alignment": "engagement", "equality": "engagement", "project": "overview", "gate": "gates", "choice": "choices"}  # fmt: skip


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.stamp)
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Where the programme stands; or, where the place has none yet, how to begin one."""
    return _section(request, code, "overview")


@needs(Permission.RUN_PROGRAMME)
@require_http_methods(["POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a programme, or bring one in from its folder."""
    place = place_or_404(code)
    problem, faults = "", None
    try:
        files = files_sent(request)
        if files:
            refuse_other_kinds(files, OF_A_FOLDER)
            made = storing.add_programme(
                place, texts_of_upload(files, programme_kind(), "programme"), by=person(request)
            )
        else:
            made = storing.begin_programme(place, name=request.POST.get("name", ""), by=person(request))
        request.session["told"] = f"{made.name} was added."
        return redirect(address_of(made))
    except FaultsFound as found:
        faults = faults_table(found.faults)
    except (storing.ProgrammeKnown, EditRefused) as refused:
        problem = f"{refused}."
    return none_yet(request, code, problem=problem, faults=faults, status=400)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.stamp)
def room(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """A room; or, where the place has no programme yet, what it would be for."""
    return _section(request, code, section)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.stamp)
def about(request: HttpRequest, code: str, section: str, name: str) -> HttpResponse:
    """A page about one thing: a project, a gate, an appraisal."""
    return _section(request, code, section, name)


def _section(request: HttpRequest, code: str, section: str, name: str = "") -> HttpResponse:
    if not name and queries.programme_of(code) is None:
        return none_yet(request, code, section)
    held, looked = programme_or_404(code), looked_from(request.GET)
    seen = seen_of(request, held, looked.day)
    tab = _ROOM_OF.get(section, section)
    if not seen.is_sound:
        return render(
            request, "programme/unread.jinja", shown_of(request, held, tab, unread=list(seen.unread)[:100]), status=409
        )  # fmt: skip
    title = _name_of(seen, section, name) if name else TITLES.get(section) or ROOMS[section][0]
    shown = shown_of(
        request, held, tab, looks=section not in OF_NO_DAY, title=title, section=section, name=name, parts=_parts(seen, section, name, looked.carried),
        below=f"{address_of(held)}parts/{section}/" + (f"{name}/" if name else ""), things=_things(seen, section),
        reports=queries.reports_of(held, name) if section == "project" else (), faults=seen.faults.total if section == "overview" else 0, as_of=seen.as_of,
        gate=next((state for state in seen.checked.gates if state.gate.gate == name), None) if section == "gate" else None,
        purpose=None if name else empty_of(section, seen.checked.programme),
        surveys=seen.checked.programme.surveys if section == "engagement" else (),
        heard=seen.checked.programme.engagements if section == "engagement" else (),
    )  # fmt: skip
    return render(request, "programme/room.jinja", shown, status=400 if looked.wrong else 200)


def _name_of(seen: queries.Seen, section: str, name: str) -> str:
    """What a thing is called; 404 where there is none."""
    content = seen.checked.programme
    named = {
        "project": {row.project: row.name for row in content.projects},
        "plan": {row.project: row.name for row in content.projects},
        "gate": {row.gate: row.name for row in content.gates},
        "choice": {row.appraisal: row.name for row in content.appraisals},
    }
    if name not in named.get(section, {}):
        raise Http404("no such thing")
    return named[section][name]


def _things(seen: queries.Seen, section: str) -> Sequence[tuple[str, str]]:
    """Short name and name of what a room leads to."""
    content = seen.checked.programme
    if section in ("overview", "timeline"):
        return [(row.project, row.name) for row in content.projects]
    if section == "gates":
        return [(row.gate, row.name) for row in content.gates]
    return []


def _parts(seen: queries.Seen, section: str, name: str, carried: str) -> list[Part]:
    at = f"{address_of(seen.held)}parts/{section}/" + (f"{name}/" if name else "")
    more = f"?of={seen.held.edits}&as_of={seen.as_of}"
    leads = leads_to(seen.held, seen.checked.programme, carried)
    found = parts_of(blocks_of(seen, section, name), lambda number: f"{at}{number}.svg{more}", leads)
    return [each for part in found for each in _shortened(part)]


def _shortened(part: Part) -> list[Part]:
    """A part; of a table that is too long for a page its first rows, and where the rest stands."""
    if part.table is None or len(part.table.rows) <= MOST_ROWS:
        return [part]
    whole = part.table
    said = f"The first {MOST_ROWS} of {len(whole.rows):,} rows are shown; the file has them all."
    return [replace(part, table=replace(whole, rows=whole.rows[:MOST_ROWS])), Part(words=said)]


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.stamp)
def choices(request: HttpRequest, code: str) -> HttpResponse:
    """Every option appraisal, with what comes first."""
    if queries.programme_of(code) is None:
        return none_yet(request, code, "choices")
    held = programme_or_404(code)
    seen = seen_of(request, held)
    if not seen.is_sound:
        return _section(request, code, "overview")
    listed = []
    for row in seen.checked.programme.appraisals:
        found = appraise(seen.checked.programme, row.appraisal)
        try:
            first = [option.option.name for option in found.ranking if option.rank == 1]
        except ValueError:
            first = []
        chosen = next((option.name for option in found.options if option.option == row.chosen), row.chosen)
        meeting, minute = minute_said(seen.checked.programme.boards, row.minute)
        listed.append((row, first, chosen, minute, f"{address_of(held)}boards/{meeting}/" if meeting else ""))
    return render(
        request,
        "programme/choices.jinja",
        shown_of(
            request, held, "choices", listed=listed, purpose=empty_of("choices", seen.checked.programme)
        ),
    )


def _blocks_or_404(
    request: HttpRequest, code: str, section: str, name: str
) -> tuple[queries.Seen, Sequence[object]]:
    held, looked = programme_or_404(code), looked_from(request.GET)
    if looked.wrong:  # a picture or a file of another day than was asked for would mislead
        raise Http404("no such day")
    seen = seen_of(request, held, looked.day)
    if not seen.is_sound or section not in (OF_ONE if name else SECTIONS):
        raise Http404("no such section")
    if name:
        _name_of(seen, section, name)
    return seen, blocks_of(seen, section, name)


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.stamp)
def chart(request: HttpRequest, code: str, section: str, at: int, name: str = "") -> HttpResponse:
    """A picture of a section."""
    _, found = _blocks_or_404(request, code, section, name)
    block = found[at] if at < len(found) else None
    if not isinstance(block, Figure):
        raise Http404("no such chart")
    return HttpResponse(draw(block.chart), content_type="image/svg+xml")


@needs(Permission.SEE_PLAN)
@require_safe
@kept(queries.stamp)
def table(request: HttpRequest, code: str, section: str, key: str, name: str = "") -> HttpResponse:
    """A table of a section as CSV, its numbers exact."""
    seen, found = _blocks_or_404(request, code, section, name)
    tables = [table_of(block) for block in found if isinstance(block, ReportTable)]
    wanted = next((entry for entry in tables if entry.name == key), None)
    if wanted is None:
        raise Http404("no such table")
    response = HttpResponse(csv_text(wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{seen.held.code}-{key}.csv"'
    return response


@needs(Permission.SEE_PLAN)
@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """The whole check for a program: what leftshift programme check --json prints."""
    held = programme_or_404(code)
    seen = seen_of(request, held)
    if not seen.is_sound:
        listed = [fault.document() for fault in seen.unread]
        return JsonResponse({"faults": listed, "total": seen.unread.total}, status=409)
    found = seen.checked.document(seen.cost)
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{held.code}.json"'
    return response


@needs(Permission.SEE_PLAN)
@require_safe
def folder(request: HttpRequest, code: str) -> HttpResponse:
    """The programme as the zip of its folder: what the command line reads."""
    held = programme_or_404(code)
    return zip_of_folder(held.code, texts_shown(request, held))


@needs(Permission.SEE_PLAN)
@require_safe
def feed(request: HttpRequest, code: str) -> HttpResponse:
    """What is due as a calendar (.ics)."""
    held = programme_or_404(code)
    response = HttpResponse(feed_or_404(seen_of(request, held)), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{held.code}.ics"'
    return response
