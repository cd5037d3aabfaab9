"""Importing a large place through the API: a job, so that nobody waits."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.actions.importing import ask_to_import
from leftshift.workspace.shared.api import Problem, SentFile, content_of, operation
from leftshift.workspace.shared.job_api import JobTold, told_job

router = Router()


@operation(
    router,
    "POST",
    "/imports",
    needs=Permission.EDIT_PLAN,
    answers={202: JobTold, 413: Problem},
    tags=["Jobs"],
    summary="Import as a job",
)
def import_file(request: HttpRequest, file: SentFile) -> Status[Any]:
    """Put the import of a workbook (.xlsx) or a zip of a place folder into the queue. Ask the job what came of it."""
    who = person(request)
    key = f"import {who.number} {uuid4().hex}"
    return Status(202, told_job(ask_to_import((file.name or "")[:200], content_of(file), by=who, key=key)))
