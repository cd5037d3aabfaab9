"""Scoring the options of an appraisal, one scorer at a time."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from leftshift.programme.appraising import appraise, is_excluded
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import scoring
from leftshift.workspace.programme.pages.beginning import programme_or_404, shown_of
from leftshift.workspace.programme.presenters.programme import address_of


@needs(Permission.RUN_PROGRAMME)
@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """The scores of one scorer: every option by every criterion, without those that an interest keeps from them."""
    held = programme_or_404(code)
    seen = queries.seen(held)
    if not seen.is_sound:
        raise Http404("no appraisal that can be read")
    try:
        found = appraise(seen.checked.programme, name)
    except LookupError as missing:
        raise Http404("no such appraisal") from missing
    scorers = {row.scorer: row for row in seen.checked.programme.scorers if row.appraisal == name}
    asked = request.POST.get("scorer") or request.GET.get("scorer", "")
    scorer, problem = scorers.get(asked), ""
    keys = [(option.option, criterion.criterion) for option in found.options for criterion in found.criteria]
    given = scoring.scores_of(held, name, scorer.scorer) if scorer else {}
    before = dict(given)
    if request.method == "POST" and scorer:
        given = {
            key: request.POST.get(f"score.{key[0]}.{key[1]}", "").strip()
            for key in keys
            if f"score.{key[0]}.{key[1]}" in request.POST
        }
        was = {key: request.POST.get(f"before.{key[0]}.{key[1]}", "") for key in given}
        try:
            saved = scoring.score(held, found, scorer.scorer, given, was, by=person(request))
            if not saved.clashes:
                request.session["told"] = f"The scores of {scorer.role} are kept."
                return redirect(f"{address_of(held)}choices/{name}/")
            problem = "Nothing was saved: somebody else has changed these scores meanwhile. What you entered stands below."
        except scoring.ScoreRefused as refused:
            problem = f"{refused}."
    excluded = {
        option.option
        for option in found.options
        if scorer and is_excluded(scorer.scorer, option.option, found.conflicts)
    }
    shown = shown_of(
        request, held, "choices", found=found, scorers=scorers.values(), scorer=scorer, given=given, before=before, excluded=excluded
    )  # fmt: skip
    shown |= {"problem": problem} if problem else {}
    return render(request, "programme/score.jinja", shown, status=400 if problem else 200)
