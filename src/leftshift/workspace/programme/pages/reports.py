"""Highlight reports in the browser: what the record says and what somebody writes, filed as one; and decisions on gates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.periods import Period, PeriodNotUnderstood
from leftshift.reports.content import Block, Figure
from leftshift.reports.drawing import draw
from leftshift.reports.programme.blocks import highlight_blocks, highlight_document
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.presenters.blocks import parts_of
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import deciding, filing
from leftshift.workspace.programme.models import HighlightReport, Programme
from leftshift.workspace.programme.pages.beginning import programme_or_404, shown_of
from leftshift.workspace.programme.presenters.programme import address_of
from leftshift.workspace.shared.sheet_forms import LONGEST_CELL, readable

CONFIDENCE = {
    "": "Not said",
    "green": "Green: it will be delivered",
    "amber_green": "Amber-green: it probably will",
    "amber": "Amber: it may, with attention",
    "amber_red": "Amber-red: it is in doubt",
    "red": "Red: it will not as things stand",
}
_PROSE = ("achieved", "next", "help_needed")
_CLASHED = "Nothing was saved: somebody else has changed this report meanwhile. What they wrote stands beside yours: bring both together, and save again."


def _month(text: str, today: date) -> Period:
    """The month that an address names; this month where it names none; 404 for one that has not begun on the programme's own day."""
    if not text:
        return filing.month_of(today)
    try:
        found = Period.parse(text) if re.fullmatch(r"\d{4}-\d{2}", text) else None
    except PeriodNotUnderstood:
        found = None
    if found is None or found.kind != "month" or not filing.has_begun(found, today):
        raise Http404("no such month")
    return found


def _sound(code: str, project: str) -> queries.Seen:
    """A programme that can be read and has such a project; 404 otherwise."""
    seen = queries.seen(programme_or_404(code))
    if not seen.is_sound or project not in seen.checked.programme.project:
        raise Http404("no such project")
    return seen


@dataclass(frozen=True)
class _Attempt:
    """What came of a save: why it was not done, which field lacks something, and what somebody else wrote meanwhile, by field."""

    problem: str = ""
    lacks: str = ""
    theirs: Mapping[str, str] = field(default_factory=dict)


@needs(Permission.RUN_PROGRAMME)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, code: str, project: str) -> HttpResponse:
    """Write the highlight report of a month, see what the record adds, and file it."""
    seen = _sound(code, project)
    held, month = seen.held, _month(request.GET.get("month", ""), seen.as_of)
    here = f"{address_of(held)}projects/{project}/"
    done, given = _Attempt(), filing.written(held, project, str(month))
    if request.method == "POST":
        given = _sent(request)
        done = _keep(request, held, project, month, given)
        if not done.problem:
            to = f"reports/{month}/" if request.POST.get("do") == "file" else f"report/?month={month}"
            return redirect(f"{here}{to}")
    elif filing.filed(held, project, str(month)) is not None:
        return redirect(f"{here}reports/{month}/")
    held.refresh_from_db()
    now = queries.seen(held, as_of=filing.day_of_report(month, seen.as_of))
    shown = shown_of(
        request, held, "overview", project=seen.checked.programme.project[project], month=month, given=given, attempt=done,
        before=filing.written(held, project, str(month)), confidence=CONFIDENCE, earlier=month.plus(-1), later=month.plus(1),
        parts=parts_of(highlight_blocks(highlight_document(now.checked, project, month)), lambda at: f"{here}report/{month}/{at}.svg"),
        may_later=filing.has_begun(month.plus(1), seen.as_of),
    )  # fmt: skip
    return render(request, "programme/write_report.jinja", shown, status=409 if done.problem else 200)


def _sent(request: HttpRequest) -> dict[str, str]:
    """What the form of a report holds: prose as it is, the rest on one line."""
    sent = {name: readable(request.POST.get(name, "")).strip()[:LONGEST_CELL] for name in filing.WRITTEN}
    return {name: text if name in _PROSE else " ".join(text.split()) for name, text in sent.items()}


def _keep(
    request: HttpRequest, held: Programme, project: str, month: Period, sent: dict[str, str]
) -> _Attempt:
    """Keep what was written, and file it where that was asked."""
    before = {name: request.POST.get(f"before.{name}", "").replace("\r\n", "\n") for name in filing.WRITTEN}
    by, is_filed = person(request), request.POST.get("do") == "file"
    try:
        saved = filing.write(held, project, str(month), sent, before, by=by)
        if saved.clashes:
            theirs = {clash.column: clash.now or "" for clash in saved.clashes}
            return _Attempt(_CLASHED, theirs=theirs)
        held.refresh_from_db()
        if is_filed:
            filing.file_report(held, project, month, by=by)
    except filing.FilingRefused as refused:
        return _Attempt(f"{refused}.", refused.field)
    said = "Filed. It stays as it is, whatever changes from now on." if is_filed else "Saved as a draft."
    request.session["told"] = said
    return _Attempt()


def _report(code: str, project: str, month: str) -> HighlightReport:
    held = programme_or_404(code)
    found = filing.filed(held, project, month)
    if found is None:
        raise Http404("no such report")
    return found


@needs(Permission.SEE_PLAN)
@require_safe
def report(request: HttpRequest, code: str, project: str, month: str) -> HttpResponse:
    """A highlight report as it was filed."""
    found = _report(code, project, month)
    here = f"{address_of(found.programme)}projects/{project}/"
    parts = parts_of(highlight_blocks(found.document), lambda at: f"{here}reports/{month}/{at}.svg")
    shown = shown_of(request, found.programme, "overview", report=found, parts=parts, project_at=here)
    return render(request, "programme/report.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
def chart(request: HttpRequest, code: str, project: str, month: str, at: int) -> HttpResponse:
    """A picture of a report that was filed."""
    return _drawn(highlight_blocks(_report(code, project, month).document), at)


@needs(Permission.RUN_PROGRAMME)
@require_safe
def draft_chart(request: HttpRequest, code: str, project: str, month: str, at: int) -> HttpResponse:
    """A picture of a report that is being written."""
    seen = _sound(code, project)
    period = _month(month, seen.as_of)
    now = queries.seen(seen.held, as_of=filing.day_of_report(period, seen.as_of))
    return _drawn(highlight_blocks(highlight_document(now.checked, project, period)), at)


def _drawn(blocks: Iterable[Block], at: int) -> HttpResponse:
    found = list(blocks)
    block = found[at] if at < len(found) else None
    if not isinstance(block, Figure):
        raise Http404("no such chart")
    return HttpResponse(draw(block.chart), content_type="image/svg+xml")


@needs(Permission.RUN_BOARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, code: str, gate: str) -> HttpResponse:
    """Record what was decided on a gate."""
    held = programme_or_404(code)
    seen = queries.seen(held)
    state = (
        next((each for each in seen.checked.gates if each.gate.gate == gate), None) if seen.is_sound else None
    )
    if state is None:
        raise Http404("no such gate")
    problem = ""
    if request.method == "POST":
        asked = {
            name: request.POST.get(name, "")
            for name in ("outcome", "office", "minute", "conditions", "organisation")
        }
        try:
            deciding.decide_gate(held, gate, on=_day(request.POST.get("on", "")), by=person(request), **asked)
            after = next(each for each in queries.seen(held).checked.gates if each.gate.gate == gate)
            more = (
                ""
                if after.is_passed() or asked["outcome"] != "passed"
                else f" The gate is not passed all the same: {after.why_not()}."
            )
            request.session["told"] = f"The decision is recorded.{more}"
            return redirect(f"{address_of(held)}gates/{gate}/")
        except deciding.DecisionRefused as refused:
            problem = f"{refused}."
    shown = shown_of(
        request,
        held,
        "gates",
        state=state,
        outcomes=deciding.OUTCOMES,
        given=request.POST,
        today=timezone.localdate(),
    )
    shown |= {"problem": problem} if problem else {}
    return render(request, "programme/decide.jinja", shown, status=400 if problem else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
