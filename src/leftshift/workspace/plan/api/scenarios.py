"""Operations on the scenarios of a place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router
from ninja.responses import Status

from leftshift.model import from_document
from leftshift.place.scenarios import FOLDER
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions.scenarios import keep_scenario
from leftshift.workspace.plan.api.finding import (
    CURRENT,
    PlaceCode,
    ScenarioCode,
    VersionNumber,
    seen,
    told_version,
)
from leftshift.workspace.plan.api.places import VersionSummary
from leftshift.workspace.shared.api import Clean, Listed, Part, Problem, Sent, Told, operation, part_of

router = Router()
_SCENARIOS = ["Scenarios"]


class ScenarioTold(Told):
    """A scenario of a version."""

    scenario: str = Field(description="its code", examples=["slow-delivery"])
    name: str
    description: str
    changes: int = Field(description="how many changes it makes")
    text: str = Field(description="its file")


class NewScenario(Sent):
    """A scenario to keep."""

    scenario: ScenarioCode = Field(min_length=1, description="its code", examples=["slow-delivery"])
    text: Clean = Field(
        max_length=200_000,
        min_length=1,
        description="its file, as docs/guide/scenarios.md describes",
        examples=['name = "Slow delivery"\nsource = "Eastvale programme board"\n'],
    )


@operation(
    router,
    "GET",
    "/places/{place}/versions/{version}/scenarios",
    needs=Permission.SEE_PLAN,
    answers={200: Listed[ScenarioTold]},
    tags=_SCENARIOS,
    summary="List scenarios",
)
def scenarios(
    request: HttpRequest, place: PlaceCode, version: VersionNumber, part: Query[Part]
) -> dict[str, Any]:
    """The scenarios of a version, by code."""
    found = sorted(
        queries.model_of(seen(place, version).version.pk).place.scenarios, key=lambda entry: entry.code
    )
    return part_of(
        found,
        part,
        lambda entry: {
            "scenario": entry.code,
            "name": entry.name,
            "description": entry.description,
            "changes": len(entry.changes),
            "text": entry.text,
        },
    )


@operation(
    router,
    "POST",
    "/places/{place}/scenarios",
    needs=Permission.EDIT_PLAN,
    answers={201: VersionSummary, 409: Problem, 413: Problem, 422: Problem},
    tags=_SCENARIOS,
    summary="Keep a scenario",
)
def add_scenario(request: HttpRequest, place: PlaceCode, sent: NewScenario) -> Status[Any]:
    """Add a scenario to the current version; gives the version that has it. What was agreed of the plan holds for it."""
    found = seen(place, CURRENT)
    from_document(
        {f"{FOLDER}/{sent.scenario}.toml": sent.text, **found.version.document}
    )  # every fault at once
    stored = keep_scenario(found.version.place, sent.scenario, sent.text, by=person(request).signature)
    return Status(201, told_version(stored))
