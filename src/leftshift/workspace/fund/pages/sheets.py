"""The sheets of a fund plan: each as a list by name, as a grid, and row by row as a form with help on every field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leftshift.fund.plan.plan import plan_kind
from leftshift.place.sheets import Change
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions import editing
from leftshift.workspace.fund.models import Fund
from leftshift.workspace.fund.pages.funds import balances_of, fund_or_404, shown_of
from leftshift.workspace.fund.presenters import fund as words
from leftshift.workspace.fund.presenters.sheets import WITH_BALANCES, FundSheets
from leftshift.workspace.shared.editing import Saved
from leftshift.workspace.shared.sheet_pages import SheetPages
from leftshift.workspace.shared.sheets import Sheets


class _Plan(SheetPages[Fund]):
    """The sheets of a fund plan."""

    tables = plan_kind().schema.tables
    edited = editing.EDITED
    base = "fund/base.jinja"
    whole = "the plan"
    heading_file = plan_kind().file
    heading_help = 'Code, name, round, area and place of the plan, each as name = "text".'

    def sheets(self, held: Fund, texts: Mapping[str, str]) -> FundSheets:
        """The plan as its round asks for it."""
        return FundSheets(queries.seen(held, texts), texts)

    def home(self, held: Fund) -> str:
        """Where the plan of a fund stands."""
        return f"{words.address_of(held)}plan/"

    def context(self, request: HttpRequest, held: Fund, tab: str) -> dict[str, Any]:
        """What every page of a fund shows."""
        return shown_of(request, held, "plan" if tab == "sheets" else tab)

    def may_edit(self, request: HttpRequest, held: Fund) -> bool:
        """Whether whoever asks runs the fund."""
        return person(request).may(Permission.RUN_FUND, held.place.code)

    def save(self, held: Fund, file: str, changes: list[Change], *, by: str, key: str) -> Saved:
        """Save changes of a table."""
        return editing.save(held, file, changes, by=by, key=key)

    def save_text(self, held: Fund, before: str, after: str, *, by: str) -> Saved:
        """Save plan.toml."""
        return editing.save_text(held, self.heading_file, before, after, by=by)

    def undo(self, held: Fund, number: int, *, by: str) -> Saved:
        """Take an edit back."""
        return editing.undo(held, number, by=by)

    def aside(self, held: Fund, sheets: Sheets, table: str) -> Mapping[str, Any]:
        """The balances, beside the sheets that move them."""
        if table not in WITH_BALANCES or not isinstance(sheets, FundSheets):
            return {}
        balances = balances_of(sheets.seen)
        scripts = ["balances.js"] if balances else []
        return {"aside": "fund/live.jinja", "aside_scripts": scripts, "balances": balances}


_plan = _Plan()


@needs(Permission.SEE_PLAN)
@require_safe
def plan(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Every sheet of the plan, and what keeps it from being signed."""
    found = fund_or_404(code, fund)
    texts = queries.texts_of(found)
    seen = queries.seen(found, texts)
    lines = words.sheets_of(FundSheets(seen, texts), _plan.row_counts(found))
    shown = shown_of(
        request, found, "plan", groups=lines, home=_plan.home(found), standing=words.standing(seen)
    )
    if seen.plan is not None and not seen.faults:
        shown |= {"findings": words.to_clear(seen), "sections": words.sections_of(seen)}  # fmt: skip
    else:
        shown |= {"unread": list(seen.faults)[:100]}
    return render(request, "fund/plan.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
def sheet(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """A sheet as a list by name, with what is wrong with each row."""
    return _plan.sheet(request, fund_or_404(code, fund), table)


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, code: str, fund: str, table: str, key: str) -> HttpResponse:
    """A row as a form, with help on each field; ``new`` for one that is to be added."""
    return _plan.row(request, fund_or_404(code, fund), table, key)


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """One value for a column of many rows at once: those that are empty are ticked."""
    return _plan.fill(request, fund_or_404(code, fund), table)


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """A sheet as a grid: for many rows at once, and for what is pasted from a spreadsheet."""
    return _plan.grid(request, fund_or_404(code, fund), table)


@needs(Permission.RUN_FUND)
@require_POST
def grid_save(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """Save changes that the script of the grid sends."""
    return _plan.save_sent(request, fund_or_404(code, fund), table)


@needs(Permission.RUN_FUND)
@require_POST
def grid_check(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """The faults that there would be with changes that are not saved yet."""
    return _plan.check_sent(request, fund_or_404(code, fund), table)


@needs(Permission.RUN_FUND)
@require_safe
def grid_since(request: HttpRequest, code: str, fund: str, table: str) -> HttpResponse:
    """What others changed in a table since an edit."""
    return _plan.since(request, fund_or_404(code, fund), table)


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def heading(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """The heading of the plan as text."""
    return _plan.heading(request, fund_or_404(code, fund))


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Every edit of the plan, newest first; any of them can be taken back."""
    return _plan.history(request, fund_or_404(code, fund))
