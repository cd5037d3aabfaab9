"""What the addresses of the API name: a version, its run under scenarios, a year of it; and the parameters for these."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Path
from pydantic import StringConstraints

from leftshift.economy.result import YearNotInPlan
from leftshift.foundation.years import FinancialYear, YearNotUnderstood
from leftshift.model import ScenarioNotKnown
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.models import Draft, PlaceVersion
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.api import Part, Refused, Sent

CURRENT = "current"
_CODE = r"^[A-Za-z0-9_-]+$"
_SCENARIO = r"^[a-z0-9]+(-[a-z0-9]+)*$"

PlaceCode = Annotated[
    str, Path(..., pattern=_CODE, max_length=100, description="the code of a place", examples=["eastvale"])
]
VersionNumber = Annotated[
    str,
    Path(
        ...,
        pattern=r"^(current|[1-9][0-9]{0,8})$",
        description="the number of a version; `current` is the one that the pages show",
        examples=["current"],
    ),
]
TableName = Annotated[
    str,
    Path(
        ...,
        pattern=r"^[a-z_]+$",
        max_length=60,
        description="a table of the place folder",
        examples=["contracts"],
    ),
]
Number = Annotated[int, Path(..., ge=1, le=2_000_000_000, description="the number in the list")]
ScenarioCode = Annotated[str, StringConstraints(pattern=_SCENARIO, max_length=60)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=100)]
YearText = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}[-/][0-9]{2}$")]
_UNDER: Any = Field(
    default_factory=list,
    max_length=20,
    description="codes of scenarios that the plan is run under, all together; none: the plan itself",
)


class Under(Sent):
    """Under which scenarios."""

    model_config = Part.model_config
    under: list[ScenarioCode] = _UNDER


class UnderInYear(Under):
    """Under which scenarios, and of which year."""

    year: YearText | None = Field(
        None, description="a financial year, 2018/19 or 2018-19; by default the last of the plan"
    )


class AskedFigure(UnderInYear):
    """Which figure of a run."""

    organisation: Name = Field("", description="the code of an organisation; empty: the perimeter's figure")
    item: Name = Field(
        "", description="a step of the bridge, an intervention, or a driver; empty: all of them together"
    )


def seen(place: str, version: str, under: list[str] | None = None) -> Viewed:
    """A version of a place, as it is or under scenarios; raises Refused, and FaultsFound where scenarios do not go together."""
    found = queries.viewed(place if version == CURRENT else f"{place}@{version}")
    if found is None:
        raise Refused(404, "There is no such place, or it has no such version.")
    if not under:
        return found
    found = found.under(*sorted(set(under)))
    try:
        found.live  # noqa: B018  (a scenario that is not there shows here)
    except ScenarioNotKnown as problem:
        raise Refused(404, f"{str(problem)[0].upper()}{str(problem)[1:]}.") from problem
    return found


def year_of(viewed: Viewed, text: str | None) -> FinancialYear:
    """The year of a run that was asked for; raises Refused."""
    try:
        year = FinancialYear.parse(text or viewed.result["headline_year"])
        viewed.live.gap(year)
    except (YearNotUnderstood, YearNotInPlan) as problem:
        raise Refused(404, f"There is no such year of the plan: {problem}.") from problem
    return year


def draft_of(place: str) -> Draft:
    """The open draft of a place; raises Refused."""
    found = queries.open_draft_of(place)
    if found is None:
        raise Refused(404, "The place has no open draft. Open one: POST to the address of the draft.")
    return found


def told_version(version: PlaceVersion) -> dict[str, object]:
    """A version as it is told."""
    return {
        "place": version.place.code,
        "version": version.number,
        "fingerprint": version.fingerprint,
        "plan_fingerprint": version.plan_fingerprint,
        "added_at": version.added_at,
        "added_by": version.added_by.partition(" <")[0],
    }
