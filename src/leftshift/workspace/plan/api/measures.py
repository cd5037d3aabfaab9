"""The operation that tells the measures of a version: figures, control charts, targets, forecasts, savings."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router
from pydantic import BeforeValidator

from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.api.finding import PlaceCode, Under, VersionNumber, seen
from leftshift.workspace.plan.queries import measures_of
from leftshift.workspace.shared.api import Problem, Told, operation, unless_known

router = Router()
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written(given: object) -> object:
    """A day as it is written; pydantic would take a number for the seconds since 1970."""
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise ValueError("a day as 2026-11-28")
    return given


class OnADay(Under):
    """Under which scenarios, and for which day."""

    as_of: Annotated[date, BeforeValidator(_written)] | None = Field(
        None, description="the day for which they are asked, as 2026-11-28; by default today"
    )


class MeasuresTold(Told):
    """The measures of a version, as `leftshift measures show --json` prints them. Unrounded; null where there is no figure."""

    place: str
    name: str
    scenarios: list[str] = Field(
        description="codes of the scenarios that targets of the plan were worked out under"
    )
    fingerprint: str = Field(description="a hash of the content that they were worked out on")
    as_of: str = Field(description="the day for which they were worked out, as 2026-11-28")
    measures: list[dict[str, Any]] = Field(
        description="every measure of every body: figures, control chart, target, rating, forecast, sentences"
    )
    opportunities: list[dict[str, Any]] = Field(
        description="what reaching the better quartile of peers would be worth; never to be added up"
    )
    savings: dict[str, Any] = Field(description="the savings register, in £000 a year")
    checks: list[dict[str, Any]] = Field(description="check, passed, verdict, detail")


@operation(
    router,
    "GET",
    "/places/{place}/versions/{version}/measures",
    needs=Permission.SEE_PLAN,
    answers={200: MeasuresTold, 422: Problem},
    kept=True,
    tags=["Results"],
    summary="Show the measures of a version",
)
def measures(
    request: HttpRequest,
    place: PlaceCode,
    version: VersionNumber,
    asked: Query[OnADay],
) -> dict[str, Any]:
    """Measures with their figures, control charts, targets and forecasts, and the savings register, as they stood on a day."""
    found = seen(place, version, asked.under)
    day = asked.as_of or timezone.localdate()
    unless_known(
        request, found.version.fingerprint, found.content, found.scenarios, request.path, day.isoformat()
    )
    measured = measures_of(found, day)

    return {**measured.document(), "name": found.result["name"], "scenarios": list(found.scenarios)}
