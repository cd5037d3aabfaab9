"""Operations on one's own jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import SIGNED_IN
from leftshift.workspace.shared import jobs as queue
from leftshift.workspace.shared.api import Listed, Part, Refused, Told, ToldFault, operation, part_of
from leftshift.workspace.shared.models import Job

router = Router()
_JOBS = ["Jobs"]
Number = Annotated[int, Path(..., ge=1, le=2_000_000_000, description="the number of a job")]


class JobTold(Told):
    """A piece of work that goes on behind the pages."""

    job: int = Field(description="its number")
    kind: str = Field(examples=["import"])
    title: str
    state: str = Field(description="waiting, running, done, failed or cancelled")
    progress: int = Field(description="how far it is, in percent")
    words: str = Field(description="what it does, or what came of it")
    place: str = Field(description="the code of the place that it concerns, once it is known")
    version: int | None = Field(description="the version that came of it")
    faults: list[ToldFault] = Field(description="why it was refused, at most 1,000")
    faults_total: int
    asked_at: datetime
    ended_at: datetime | None


@operation(
    router,
    "GET",
    "/jobs",
    needs=SIGNED_IN,
    answers={200: Listed[JobTold]},
    tags=_JOBS,
    summary="List your jobs",
)
def jobs(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Your own jobs, newest first."""
    return part_of(list(_own(request).order_by("-id")), part, told_job)


@operation(
    router, "GET", "/jobs/{number}", needs=SIGNED_IN, answers={200: JobTold}, tags=_JOBS, summary="Show a job"
)
def job(request: HttpRequest, number: Number) -> dict[str, Any]:
    """How far a job is, and what came of it."""
    return told_job(_one(request, number))


@operation(
    router,
    "POST",
    "/jobs/{number}/cancel",
    needs=SIGNED_IN,
    answers={200: JobTold},
    tags=_JOBS,
    summary="Cancel a job",
)
def cancel_job(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Ask for a job of your own to be stopped; one that has not begun is stopped at once."""
    found = _one(request, number)
    queue.cancel(found, by=person(request).signature)
    found.refresh_from_db()
    return told_job(found)


def _own(request: HttpRequest) -> Any:
    return Job.objects.filter(account=person(request).account)


def _one(request: HttpRequest, number: int) -> Job:
    found: Job | None = _own(request).filter(pk=number).first()
    if found is None:
        raise Refused(404, "You have no such job.")
    return found


def told_job(found: Job) -> dict[str, Any]:
    """A job as it is told."""
    faults = found.result.get("faults") or {}
    return {
        "job": found.pk,
        "kind": found.kind,
        "title": found.title,
        "state": found.state,
        "progress": found.progress,
        "words": found.words,
        "place": found.result.get("place", found.place),
        "version": found.result.get("version"),
        "faults": faults.get("listed", []),
        "faults_total": faults.get("total", 0),
        "asked_at": found.asked_at,
        "ended_at": found.ended_at,
    }
