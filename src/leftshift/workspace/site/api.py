"""The API of the workspace: the operations of every slice under one address, and their document."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import leftshift
from leftshift.place.sheets import NoSuchColumn
from leftshift.workspace.plan.actions.commenting import CommentNotTaken
from leftshift.workspace.plan.actions.drafting import DraftClosed
from leftshift.workspace.plan.actions.scenarios import ScenarioNotKept
from leftshift.workspace.plan.api import (
    capacity,
    drafts,
    importing,
    measures,
    places,
    results,
    review,
    scenarios,
    tables,
)
from leftshift.workspace.plan.states import StepNotPossible
from leftshift.workspace.shared import job_api
from leftshift.workspace.shared.api import new_api

ROOT = "api/v1/"
_DESCRIPTION = """Everything that the pages of the workspace do, for programs. Send a token of your account with every request:
`Authorization: Bearer TOKEN`. It may do what you may, or only read. Amounts are in £000 and unrounded unless another
unit is named; a surplus is positive, a deficit negative; financial years are written 2018/19. Every problem has one shape:
`problem` in words and, where something that was sent is wrong, `faults` with file, row, column, what was found, what was
expected and what to do. 401: the token does not count. 404: there is no such thing, or you may not see it. 403: you may not do that.
429: too many requests; `Retry-After` says how many seconds to wait. 304: what you have is what there is."""
_PROBLEMS = {
    CommentNotTaken: 409,
    DraftClosed: 410,
    NoSuchColumn: 422,
    ScenarioNotKept: 409,
    StepNotPossible: 409,
}

api = new_api(title="leftshift", version=leftshift.__version__, description=_DESCRIPTION, problems=_PROBLEMS)
for _router in (
    places.router,
    results.router,
    capacity.router,
    measures.router,
    scenarios.router,
    tables.router,
    drafts.router,
    review.router,
    importing.router,
    job_api.router,
):
    api.add_router("", _router)


@cache
def document() -> Mapping[str, Any]:
    """The OpenAPI document."""
    return api.get_openapi_schema(path_prefix=f"/{ROOT}")
