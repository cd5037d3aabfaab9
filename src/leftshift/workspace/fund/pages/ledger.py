"""The ledger of a fund: its statement, its entries, what is posted to it, its closes and its trial balance."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leftshift.foundation.faults import FaultsFound
from leftshift.fund.ledger.entries import KINDS
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.fund.plan.plan import FundPlan
from leftshift.reports.drawing import draw
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions import posting
from leftshift.workspace.fund.actions.operating import VERBS
from leftshift.workspace.fund.actions.posting import Made
from leftshift.workspace.fund.models import Fund, LedgerEntry
from leftshift.workspace.fund.pages.funds import fund_or_404, shown_of
from leftshift.workspace.fund.presenters import ledger as words
from leftshift.workspace.fund.presenters.ledger_forms import LedgerForm, VerbForm
from leftshift.workspace.plan.presenters.page import Picture
from leftshift.workspace.shared.tables import Table, csv_text


@dataclass(frozen=True)
class Opened:
    """The ledger of a fund as a page opens it."""

    fund: Fund
    seen: queries.Seen

    @cached_property
    def ledger(self) -> Ledger:
        """As the database holds it."""
        return queries.ledger_of(self.fund)

    @cached_property
    def names(self) -> words.Names:
        """What its codes are called."""
        return words.names_of(self.seen)

    @property
    def at(self) -> str:
        """Where it stands."""
        return words.address(self.fund)

    @property
    def plan(self) -> FundPlan | None:
        """The plan; None where it cannot be read."""
        return None if self.seen.faults else self.seen.plan

    def shown(self, request: HttpRequest, room: str, **more: Any) -> dict[str, Any]:
        """What every page of the ledger shows."""
        parts = {"rooms": words.rooms_of(self.fund, room), "ledger_at": self.at}
        return shown_of(request, self.fund, "ledger", **parts, **more)


def opened(code: str, fund: str) -> Opened:
    """The ledger of a fund of a place."""
    found = fund_or_404(code, fund)
    return Opened(found, queries.seen(found))


def with_plan(found: Opened, request: HttpRequest, room: str) -> FundPlan | HttpResponse:
    """The plan; where it cannot be read, the page that says so."""
    if found.plan is not None:
        return found.plan
    return render(request, "fund/ledger_unread.jinja", found.shown(request, room), status=409)


def in_words(problem: LedgerRefused | FaultsFound, names: words.Names) -> list[str]:
    """What was refused, in words and by name: of faults, the first twenty."""
    if isinstance(problem, FaultsFound):
        return [str(fault) for fault in list(problem.faults)[:20]]
    return [names.in_words(str(problem))]


def refuse(form: LedgerForm, problem: LedgerRefused | FaultsFound, names: words.Names) -> None:
    """Tell on the form why it was refused."""
    for words_of_it in in_words(problem, names):
        form.add_error(None, words_of_it)


def key_of(request: HttpRequest) -> str:
    """The key under which a form is posted once, however often it is sent."""
    return request.POST.get("key", "").replace("\0", "")[: posting.KEY] or uuid4().hex


def looked_at(
    request: HttpRequest,
    found: Opened,
    room: str,
    form: LedgerForm,
    made: Made,
    *,
    title: str,
    back: str,
    **more: Any,
) -> HttpResponse:
    """The page that shows what would be posted, before it is."""
    tables, closes = words.will_post(made, found.names)
    shown = found.shown(
        request, room, tables=tables, closes=closes, given=form.given, key=key_of(request), seen=made.digest, what=title, back=back, **more,
    )  # fmt: skip
    return render(request, "fund/ledger_preview.jinja", shown)


def _day_of(request: HttpRequest, ledger: Ledger) -> datetime.date:
    try:
        asked = datetime.date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return words.day_shown(ledger, timezone.localdate())
    return (
        asked if asked.year > 1 else words.day_shown(ledger, timezone.localdate())
    )  # no year begins before 1


@needs(Permission.SEE_PLAN)
@require_safe
def statement(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """What came in, is committed, spent and left, by source and by scheme, with its picture."""
    found = opened(code, fund)
    as_of = _day_of(request, found.ledger)
    stated = words.stated(found.ledger, found.names, as_of)
    drawn = f"{found.at}statement.svg?as_of={as_of}&of={len(found.ledger.entries)}"
    picture = Picture(drawn, stated.sentence, stated.alternative) if stated.chart else None
    shown = found.shown(
        request, "", tables=stated.tables, picture=picture, as_of=as_of, entries=len(found.ledger.entries)
    )
    return render(request, "fund/ledger.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
def chart(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """The picture of the statement."""
    found = opened(code, fund)
    drawn = words.stated(found.ledger, found.names, _day_of(request, found.ledger)).chart
    if drawn is None:
        raise Http404("nothing was posted yet")
    return HttpResponse(draw(drawn), content_type="image/svg+xml")


def _entries(fund: Fund) -> Any:
    return fund.entries.select_related("reverses").prefetch_related("postings")


@needs(Permission.SEE_PLAN)
@require_safe
def entries(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Entries with their sides, newest first."""
    found = opened(code, fund)
    listed = Paginator(_entries(found.fund).order_by("-number"), words.ON_A_PAGE)
    page = listed.get_page(request.GET.get("page"))
    shown = found.shown(
        request, "entries", page=page, table=words.entries_table(page.object_list, found.at, found.names)
    )
    return render(request, "fund/ledger_entries.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
def entry(request: HttpRequest, code: str, fund: str, entry: int) -> HttpResponse:
    """One entry: what it is, its sides, what it takes back or is taken back by, and the decision behind it."""
    found = opened(code, fund)
    kept = _entries(found.fund).filter(number=entry).select_related("decision", "reversed_by").first()
    if kept is None:
        raise Http404("no such entry")
    shown = found.shown(
        request,
        "entries",
        entry=kept,
        back=getattr(kept, "reversed_by", None),
        decision=getattr(kept, "decision", None),
        table=words.postings_table(found.ledger.entry(entry), found.names, "Its sides"),
        kind=KINDS.get(kept.kind, kept.kind),
        may_be_reversed=kept.kind not in ("reverse", "close_year"),
    )
    return render(request, "fund/ledger_entry.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
def trial_balance(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Every balance on its side."""
    found = opened(code, fund)
    as_of = _day_of(request, found.ledger)
    shown = found.shown(
        request, "trial-balance", tables=words.trial_balance(found.ledger, as_of, found.names), as_of=as_of
    )
    return render(request, "fund/ledger_trial_balance.jinja", shown)


@needs(Permission.SEE_PLAN)
@require_safe
def closes(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Months and years that are closed."""
    found = opened(code, fund)
    return render(
        request,
        "fund/ledger_closes.jinja",
        found.shown(
            request, "closes", table=words.closes_table(found.ledger), through=found.ledger.closed_through
        ),
    )


@needs(Permission.SEE_PLAN)
@require_safe
def table(request: HttpRequest, code: str, fund: str, name: str) -> HttpResponse:
    """A table of the ledger as CSV, its numbers exact."""
    found = opened(code, fund)
    wanted = _tables(found, _day_of(request, found.ledger)).get(name)
    if wanted is None:
        raise Http404("no such table")
    response = HttpResponse(csv_text(wanted), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.fund.code}-{name}.csv"'
    return response


def _tables(found: Opened, as_of: datetime.date) -> Mapping[str, Table]:
    listed = [
        *words.stated(found.ledger, found.names, as_of).tables,
        *words.trial_balance(found.ledger, as_of, found.names),
        words.entries_file(_entries(found.fund).order_by("number"), found.names),
    ]
    return {each.name: each for each in listed}


# ---------------------------------------------------------------------- posting
@needs(Permission.RUN_FUND)
@require_safe
def verbs(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Everything that may be posted, with what it does."""
    found = opened(code, fund)
    return render(
        request, "fund/ledger_verbs.jinja", found.shown(request, "post", groups=words.verb_links(found.at))
    )


@needs(Permission.RUN_FUND)
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, code: str, fund: str, verb: str) -> HttpResponse:
    """The form of a verb; then what it would post; then it is posted."""
    if verb not in VERBS:
        raise Http404("no such verb")
    found = opened(code, fund)
    plan = with_plan(found, request, "post")
    if isinstance(plan, HttpResponse):
        return plan
    given: dict[str, Any] = {"data": request.POST} if request.method == "POST" else {"initial": request.GET.dict()}  # fmt: skip
    form = VerbForm(verb, plan, found.ledger, found.names, **given)
    if request.method == "POST" and request.POST.get("do") != "change" and form.is_valid():
        try:
            return _do(request, found, form)
        except (LedgerRefused, FaultsFound) as problem:
            refuse(form, problem, found.names)
    status = 400 if form.is_bound and request.POST.get("do") != "change" else 200
    shown = found.shown(request, "post", form=form, about=VERBS[verb].about, name=VERBS[verb].name, key=key_of(request), verb=verb)  # fmt: skip
    return render(request, "fund/ledger_post.jinja", shown, status=status)


def _do(request: HttpRequest, found: Opened, form: VerbForm) -> HttpResponse:
    asked, by, verb = form.operation(), person(request), form.verb
    if request.POST.get("do") != "post":
        made = posting.preview(found.fund, asked, by=by)
        return looked_at(
            request, found, "post", form, made, title=VERBS[verb].name, back=f"{found.at}post/{verb}/"
        )
    done = posting.post(found.fund, asked, by=by, key=key_of(request), seen=request.POST.get("seen", "")[:64])
    request.session["told"] = said(done.entry, done.close.period if done.close else "", done.again)
    return redirect(f"{found.at}closes/" if done.close else f"{found.at}entries/{_number(done.entry)}/")


def _number(entry: LedgerEntry | None) -> int:
    assert entry is not None, "what closes nothing makes an entry"
    return entry.number


def said(entry: LedgerEntry | None, period: str, again: bool) -> str:
    """What was done, in a sentence."""
    if period:
        return f"{period} is closed."
    number = _number(entry)
    return f"This was posted before, as entry {number}. Nothing was posted twice." if again else f"Entry {number} was posted."  # fmt: skip
