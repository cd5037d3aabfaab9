"""Pages of funds: the list, a new one, each with its parts, rolled forward, its history, and what can be taken away."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.years import YearNotUnderstood
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.rolling import RoundsDoNotFollow
from leftshift.fund.starting import Start, new_plan
from leftshift.reports.content import Figure
from leftshift.reports.content import Table as ReportTable
from leftshift.reports.drawing import draw
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions import editing, storing
from leftshift.workspace.fund.actions.taking import take_in_upload, texts_of_upload
from leftshift.workspace.fund.models import Fund
from leftshift.workspace.fund.presenters import fund as words
from leftshift.workspace.plan.models import StoredPlace
from leftshift.workspace.plan.presenters.blocks import parts_of, table_of
from leftshift.workspace.plan.presenters.drafts import faults_table
from leftshift.workspace.shared.jobs import parameter
from leftshift.workspace.shared.tables import csv_text
from leftshift.workspace.shared.uploads import files_sent, zip_of_folder

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fund_or_404(code: str, fund: str) -> Fund:
    """A fund of a place; where there is none, there is no such page."""
    found = queries.fund_of(code, fund)
    if found is None:
        raise Http404("no such fund")
    return found


def shown_of(request: HttpRequest, fund: Fund, tab: str, **more: Any) -> dict[str, Any]:
    """What every page of a fund shows."""
    return {
        "fund": fund,
        "code": fund.place.code,
        "tabs": words.tabs_of(fund, tab),
        "at": words.address_of(fund),
        "may_run": person(request).may(Permission.RUN_FUND, fund.place.code),
        "told": request.session.pop("told", ""),
        "problem": request.session.pop("problem", ""),
        **more,
    }


@needs(Permission.SEE_PLAN)
@require_safe
def funds(request: HttpRequest, code: str) -> HttpResponse:
    """Every fund of a place, newest first."""
    place = StoredPlace.objects.filter(code=code).first()
    if place is None:
        raise Http404("no such place")
    listed = []
    for fund in queries.funds_of(code):
        seen = queries.seen(fund)
        listed.append((fund, words.standing(seen), words.address_of(fund)))
    shown = {"code": code, "funds": listed, "may_run": person(request).may(Permission.RUN_FUND, code)}
    return render(request, "fund/funds.jinja", shown)


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def new_fund(request: HttpRequest, code: str) -> HttpResponse:
    """Add a fund: begin one for a round, or bring one in from its folder."""
    place = StoredPlace.objects.filter(code=code).first()
    if place is None:
        raise Http404("no such place")
    problem, faults = "", None
    if request.method == "POST":
        try:
            made = _brought(request, place) if request.FILES.getlist("files") else _begun(request, place)
            request.session["told"] = f"{made.name} was added."
            return redirect(words.address_of(made))
        except FaultsFound as found:
            faults = faults_table(found.faults)
        except (storing.FundKnown, YearNotUnderstood, ValueError) as refused:
            problem = str(refused)
    known = queries.rounds()
    shown = {
        "code": code,
        "rounds": [known.get(each) for each in known.codes],
        "given": request.POST,
        "problem": problem,
        "faults": faults,
        "most": parameter("upload", "megabytes"),
    }
    return render(request, "fund/new.jinja", shown, status=400 if problem or faults else 200)


def _begun(request: HttpRequest, place: StoredPlace) -> Fund:
    given = {
        name: request.POST.get(name, "").strip()[:300]
        for name in ("plan", "name", "round", "area", "area_name")
    }
    plan = new_plan(
        queries.rounds(),
        Start(given["plan"], given["name"], given["round"], given["area"], given["area_name"], place.code),
    )
    return storing.add_fund(place, plan, plan.texts(), by=person(request))


def _brought(request: HttpRequest, place: StoredPlace) -> Fund:
    return storing.add_texts(place, texts_of_upload(files_sent(request)), by=person(request))


@needs(Permission.SEE_PLAN)
@require_safe
def fund(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Where a fund stands: what it adds up to, what is to be done next, and every rule."""
    found = fund_or_404(code, fund)
    seen = queries.seen(found)
    shown = shown_of(request, found, "overview", standing=words.standing(seen), seen=seen)
    if seen.plan is not None and not seen.faults:
        shown |= {
            "parts": _parts(found, "overview", seen),
            "rules": words.rules_table(seen.checked),
            "rules_said": words.rules_said(seen.checked),
            "unverified": seen.round.unverified,
            "more": words.sections_of(seen),
            "open": seen.state.open_items,
            "next_rounds": [queries.rounds().get(each) for each in queries.rounds().after(found.round)],
        }  # fmt: skip
    return render(request, "fund/fund.jinja", shown)


def _parts(found: Fund, section: str, seen: queries.Seen) -> list[Any]:
    at = words.address_of(found)
    return parts_of(
        words.blocks_of(section, seen),
        lambda number: f"{at}parts/{section}/{number}.svg?of={found.edits}",
    )


@needs(Permission.SEE_PLAN)
@require_safe
def part(request: HttpRequest, code: str, fund: str, section: str) -> HttpResponse:
    """A section of a fund beside its overview."""
    found, seen = _seen_or_404(code, fund, section)
    shown = shown_of(
        request,
        found,
        "plan",
        title=words.SECTIONS[section][0],
        parts=_parts(found, section, seen),
        section=section,
    )
    return render(request, "fund/part.jinja", shown)


def _seen_or_404(code: str, fund: str, section: str) -> tuple[Fund, queries.Seen]:
    found = fund_or_404(code, fund)
    seen = queries.seen(found)
    if section not in words.SECTIONS or seen.plan is None or seen.faults:
        raise Http404("no such section")
    return found, seen


@needs(Permission.SEE_PLAN)
@require_safe
def chart(request: HttpRequest, code: str, fund: str, section: str, at: int) -> HttpResponse:
    """A picture of a section."""
    _, seen = _seen_or_404(code, fund, section)
    found = words.blocks_of(section, seen)
    block = found[at] if at < len(found) else None
    if not isinstance(block, Figure):
        raise Http404("no such chart")
    return HttpResponse(draw(block.chart), content_type="image/svg+xml")


@needs(Permission.SEE_PLAN)
@require_safe
def table(request: HttpRequest, code: str, fund: str, section: str, name: str) -> HttpResponse:
    """A table of a section as CSV, its numbers exact."""
    _, seen = _seen_or_404(code, fund, section)
    tables = [table_of(block) for block in words.blocks_of(section, seen) if isinstance(block, ReportTable)]
    wanted = next((entry for entry in tables if entry.name == name), None)
    if wanted is None:
        raise Http404("no such table")
    response = HttpResponse(csv_text(wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{fund}-{name}.csv"'
    return response


@needs(Permission.SEE_PLAN)
@require_safe
def balances(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """The live balances alone: what the page of a sheet asks for when something was saved."""
    found = fund_or_404(code, fund)
    return render(request, "fund/balances.jinja", {"balances": balances_of(queries.seen(found))})


def balances_of(seen: queries.Seen) -> Any:
    """Sources and minimums as they stand; None where the plan cannot be read."""
    if seen.plan is None or seen.faults:
        return None
    from leftshift.fund.plan.balances import balances as sources
    from leftshift.fund.plan.balances import minimum_balances

    return {"sources": sources(seen.plan, seen.round), "minimums": minimum_balances(seen.plan, seen.round)}


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def roll(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Roll a fund forward into the round that follows."""
    found = fund_or_404(code, fund)
    known = queries.rounds()
    rounds = [known.get(each) for each in known.after(found.round)]
    problem, faults = "", None
    if request.method == "POST":
        to, plan = request.POST.get("to", ""), request.POST.get("plan", "").strip()[:100]
        try:
            made = storing.roll_fund(
                found, to, code=plan, name=request.POST.get("name", "").strip()[:300], by=person(request)
            )
            request.session["told"] = f"{made.name} was made of {found.name}."
            return redirect(f"{words.address_of(made)}rolled/")
        except FaultsFound as refused:
            faults = faults_table(refused.faults)
        except (storing.FundKnown, RoundsDoNotFollow) as refused:
            problem = f"{refused}."
    more = {
        "rounds": rounds,
        "faults": faults,
        "given": request.POST,
        "area": found.code.rpartition(f"-{found.round}")[0] or found.code,
    }
    shown = shown_of(request, found, "overview", **more) | ({"problem": problem} if problem else {})
    return render(request, "fund/roll.jinja", shown, status=400 if problem or faults else 200)


@needs(Permission.SEE_PLAN)
@require_safe
def rolled(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """What became of everything when the fund was rolled forward from the one before."""
    found = fund_or_404(code, fund)
    if not found.rolled:
        raise Http404("it was not rolled forward")
    return render(
        request,
        "fund/rolled.jinja",
        shown_of(request, found, "overview", tables=words.rolled_tables(found.rolled)),
    )


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Read a filled-in official workbook into the plan: every fault with sheet and cell, or all of it."""
    found = fund_or_404(code, fund)
    problem, faults = "", None
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None:
            problem = "Choose the workbook (.xlsx)."
        elif (sent.size or 0) > parameter("upload", "megabytes") * 1_000_000:
            problem = f"That is too much: at most {parameter('upload', 'megabytes')} MB."
        else:
            try:
                saved, notes = take_in_upload(
                    found, sent.name or "", sent.read(), request.POST, by=person(request)
                )
                request.session["told"] = " ".join(
                    [f"{len(saved)} tables were changed; History takes each back.", *notes[:5]]
                )
                return redirect(f"{words.address_of(found)}plan/")
            except FaultsFound as refused:
                faults = faults_table(refused.faults)
            except ValueError as refused:
                problem = f"{refused}."
    shown = shown_of(
        request, found, "plan", faults=faults, given=request.POST, most=parameter("upload", "megabytes")
    )
    shown |= {"problem": problem} if problem else {}
    return render(request, "fund/take_in.jinja", shown, status=400 if problem or faults else 200)


@needs(Permission.SEE_PLAN)
@require_safe
def document(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """The whole check for a program: what leftshift fund check --json prints."""
    found = fund_or_404(code, fund)
    seen = queries.seen(found)
    if seen.plan is None or seen.faults:
        listed = [fault.document() for fault in seen.faults]
        return JsonResponse({"faults": listed, "total": seen.faults.total}, status=409)
    response = JsonResponse(seen.checked.document(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{found.code}.json"'
    return response


@needs(Permission.SEE_PLAN)
@require_safe
def folder(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """The plan with its whole record as the zip of its folder: what the command line reads."""
    found = fund_or_404(code, fund)
    seen = queries.seen(found)
    texts = queries.texts_of(found)
    recorded = editing.RECORD - editing.WRITTEN_BESIDE
    if seen.plan is not None and not seen.faults:
        texts |= {name: text for name, text in seen.pooled.plan.texts().items() if name not in texts or name.removesuffix(".csv") in recorded}  # fmt: skip
    else:  # what happened is known, whatever is wrong with the plan
        bare = FundPlan(found.code, found.name, found.round, "", "")
        kept = queries.with_record(found, bare).texts()
        texts |= {name: text for name, text in kept.items() if name.removesuffix(".csv") in recorded and name not in texts}  # fmt: skip
    return zip_of_folder(found.code, texts)


@needs(Permission.SEE_PLAN)
@require_safe
def template(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """The round's own planning template, filled from the plan."""
    from leftshift.workbooks.official.writing import NoRoom, write_official

    found = fund_or_404(code, fund)
    seen = queries.seen(found)
    if seen.plan is None or seen.faults:
        raise Http404("the plan cannot be read")
    made = seen.pooled.make("plan", seen.as_of)
    try:
        content = write_official(made, seen.round, seen.pooled.plan)
    except NoRoom as refused:
        request.session["problem"] = f"{refused}."
        return redirect(f"{words.address_of(found)}plan/")
    response = HttpResponse(content, content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="{found.code}-template.xlsx"'
    return response
