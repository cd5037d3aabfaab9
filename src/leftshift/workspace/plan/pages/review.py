"""The way of a plan from draft to published."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions.reviewing import take_step
from leftshift.workspace.plan.presenters import review as words
from leftshift.workspace.plan.states import NEEDS, StepNotPossible
from leftshift.workspace.shared.kept import kept


@needs(Permission.SEE_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
@kept(queries.trail_stamp)
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Who has agreed a version, and what may happen with it now; each step asks who may take it."""
    viewed = queries.viewed(code)
    if viewed is None:
        raise Http404("no such place")
    by = person(request)
    if request.method == "POST":
        step = request.POST.get("do", "")
        if step not in NEEDS:
            raise Http404("no such step")
        given = {name: request.POST.get(name, "") for name in ("organisation", "note", "seen")}
        try:
            take_step(viewed.version, step, by=by, **given)
            request.session["told"] = _TOLD[step].format(given["organisation"])
        except StepNotPossible as problem:
            request.session["problem"] = str(problem)
        return redirect("review", code=code)
    shown = {
        "page": words.review(viewed, by),
        "code": viewed.version.place.code,
        "step_words": words.STEP_WORDS,
        "told": request.session.pop("told", ""),
        "problem": request.session.pop("problem", ""),
    }
    return render(request, "plan/review.jinja", shown)


_TOLD = {
    "sent": "The plan was sent for review.",
    "taken back": "The plan was taken back from review. Agreements given so far no longer count.",
    "agrees": "{} has agreed the plan.",
    "withdraws": "The agreement of {} was withdrawn.",
    "publishes": "The plan is published.",
}
