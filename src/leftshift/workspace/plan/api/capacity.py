"""The operation that tells the capacity of a version: activity, beds, staff, estate and capital."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.api.finding import PlaceCode, Under, VersionNumber, seen
from leftshift.workspace.shared.api import Problem, Told, operation, unless_known

router = Router()
_ByPool = dict[str, dict[str, dict[str, float]]]


class CapacityTold(Told):
    """The capacity of a version, as `leftshift capacity --json` prints it. Unrounded; years are 2018/19."""

    place: str
    name: str
    scenarios: list[str] = Field(description="codes of the scenarios it was worked out under")
    fingerprint: str = Field(description="a hash of the content that it was worked out on")
    base_year: str
    headline_year: str
    years: list[str]
    unit: str = Field(description="the unit of money")
    settings: dict[str, str] = Field(description="switch to where it stands")
    activity: _ByPool = Field(description="provider to point of delivery to year to how many, with the plan")
    contracts: list[dict[str, Any]] = Field(description="contracts beside the activity that they pay for")
    beds: _ByPool = Field(description="provider to bed type to year to beds needed with the plan")
    beds_do_nothing: _ByPool = Field(description="the same, doing nothing")
    beds_peak: _ByPool = Field(description="beds needed in the fullest month")
    beds_open: _ByPool = Field(description="beds that are open, where the place says so")
    virtual_beds: list[str] = Field(description="bed types that are virtual")
    occupancy: dict[str, float] = Field(description="bed type to the share of its beds that is to be filled")
    bed_bridge: dict[str, dict[str, dict[str, dict[str, float | None]]]] = Field(
        description="provider to bed type to year to step to beds; closed stands beside, null where it is not known"
    )
    left_shift: dict[str, list[dict[str, Any]]] = Field(description="year to what moves where, in beds")
    avoidable_admissions: dict[str, dict[str, Any]] = Field(
        description="plan to its groups of risk, both allocations, worth and flags"
    )
    workforce: dict[str, Any] = Field(description="years, staff by organisation and group, totals")
    estate: dict[str, Any] = Field(description="sites by year, services, what closes, totals")
    capital: dict[str, dict[str, Any]] = Field(
        description="programme to costs, disposals, funding, ask, return, payback, charges"
    )
    checks: list[dict[str, Any]] = Field(description="check, passed, verdict, detail")


@operation(
    router,
    "GET",
    "/places/{place}/versions/{version}/capacity",
    needs=Permission.SEE_PLAN,
    answers={200: CapacityTold, 422: Problem},
    kept=True,
    tags=["Results"],
    summary="Show the capacity of a version",
)
def capacity(
    request: HttpRequest, place: PlaceCode, version: VersionNumber, asked: Query[Under]
) -> dict[str, Any]:
    """Activity, beds, admissions to be avoided, staff, estate and capital: of the plan, or of the plan under scenarios."""
    found = seen(place, version, asked.under)
    unless_known(request, found.version.fingerprint, found.content, found.scenarios, request.path)
    return {**found.capacity.document(), "scenarios": list(found.scenarios)}
