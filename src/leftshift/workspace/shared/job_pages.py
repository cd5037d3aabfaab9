"""Pages of jobs: how far one is, and how to stop it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import SIGNED_IN, Permission
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.shared import jobs
from leftshift.workspace.shared.models import DONE, Job


@needs(SIGNED_IN)
@never_cache
@require_safe
def job(request: HttpRequest, number: int) -> HttpResponse:
    """How far a job is; once it is done, what came of it. ``part`` asks for the words alone, for the script."""
    found = _own(number)
    if found.state == DONE and found.result.get("address"):
        if found.result.get("told"):
            request.session["told"] = found.result["told"]
        return redirect(found.result["address"])
    template = "shared/job_part.jinja" if request.GET.get("part") else "shared/job.jinja"
    return render(request, template, {"job": found})


@needs(SIGNED_IN)
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for one's own job to be stopped."""
    jobs.cancel(_own(number), by=person(request).signature)
    return redirect("job", number=number)


@needs(Permission.OPERATE)
@never_cache
@require_safe
def all_jobs(request: HttpRequest) -> HttpResponse:
    """The last jobs of everybody: kind, state, how long, how often. What they worked on is not told."""
    with acting(SYSTEM):
        found = list(Job.objects.order_by("-id")[:100])
    return render(request, "shared/jobs.jinja", {"jobs": found})


def _own(number: int) -> Job:
    """A job that the person may see: the policy of the table lets their own through."""
    found = Job.objects.filter(pk=number).first()
    if found is None:
        raise Http404("no such job")
    return found
