"""Operations that ask a run: its results, a figure, why it is so, what a row feeds, and what differs between two."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from leftshift.economy.explanations.terms import FIGURES, Figure, FigureNotKnown
from leftshift.place.schema import schema
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.api.finding import (
    CURRENT,
    AskedFigure,
    Number,
    PlaceCode,
    ScenarioCode,
    TableName,
    Under,
    VersionNumber,
    seen,
    year_of,
)
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.api import (
    Listed,
    Part,
    Problem,
    Refused,
    Sent,
    Told,
    operation,
    part_of,
    unless_known,
)

router = Router()
_RESULTS, _WHY, _SCENARIOS = ["Results"], ["Why, and what differs"], ["Scenarios"]
_RUN = "/places/{place}/versions/{version}"
_ALWAYS = ("place", "name", "scenarios", "fingerprint", "base_year", "headline_year", "years", "unit")
Amounts = dict[str, float]
FigureName = Annotated[
    Literal["gap", "position", "do_nothing_position", "bridge", "impact", "driver"],
    Path(
        ...,
        description="; ".join(f"`{key}`: {name.lower()}" for key, name in FIGURES.items()),
        examples=["gap"],
    ),
]


class Tie(Told):
    """A published figure beside the modelled one."""

    figure: str
    name: str
    item: str
    organisation: str | None
    perimeter: str | None = Field(description="empty: the place's own")
    year: str
    reading: str
    unit: str = Field(description="the unit of published, modelled and difference")
    published: float
    published_text: str = Field(description="as printed")
    modelled: float
    difference: float = Field(description="modelled less published")
    verdict: str | None = Field(
        description="ties, differs by rounding, known conflict, does not tie; null where it is for comparison only"
    )
    how: str = Field(description="stated, computed or calibrated")
    counted: bool
    used_to_calibrate: bool
    relation: str
    reason: str
    source: str
    basis: str
    file: str
    row: int | None


class Results(Told):
    """The results of a run, as `leftshift run --json` prints them. Amounts are in £000, unrounded; years are 2018/19."""

    place: str
    name: str
    scenarios: list[str] = Field(description="codes of the scenarios it was run under")
    fingerprint: str = Field(description="a hash of the content that it was run on")
    base_year: str
    headline_year: str
    years: list[str]
    unit: str
    description: str = ""
    perimeter: dict[str, Any] = Field({}, description="name, and members: organisation to share")
    settings: dict[str, str] = Field({}, description="switch to where it stands")
    organisations: list[dict[str, str | float]] = Field(
        [], description="code, name, kind, and share in the perimeter"
    )
    steps: list[dict[str, str]] = Field([], description="steps of the bridge, in order")
    interventions: list[dict[str, str | float | int]] = Field(
        [], description="the interventions, in the order of the bridge"
    )
    positions: dict[str, Amounts] = Field(
        {}, description="organisation to year to position with the plan; a deficit is negative"
    )
    do_nothing: dict[str, Amounts] = Field(
        {}, description="organisation to year to position with growth and prices alone"
    )
    perimeter_position: dict[str, Amounts] = Field({}, description="plan and do_nothing to year to value")
    gap: Amounts = Field({}, description="year to minus the do-nothing position of the perimeter")
    bridge: dict[str, Amounts] = Field(
        {}, description="year to step to value; they sum to closing less do-nothing position"
    )
    drivers: dict[str, Amounts] = Field(
        {}, description="year to driver to what it adds to the gap; they sum to it"
    )
    drivers_by_organisation: dict[str, dict[str, Amounts]] = Field(
        {}, description="organisation to year to driver to value"
    )
    impact: dict[str, dict[str, Amounts]] = Field(
        {}, description="year to intervention to organisation to value"
    )
    basis: dict[str, str] = Field(
        {}, description="organisation to the weakest basis that its position rests on"
    )
    perimeter_basis: str = ""
    impact_basis: dict[str, dict[str, str]] = Field(
        {}, description="year to intervention to the weakest basis of its effects"
    )
    control_totals: list[dict[str, Any]] = Field(
        [],
        description="positions beside the totals that organisations were set, and the funding tied to them",
    )
    envelopes: dict[str, list[dict[str, Any]]] = Field(
        {}, description="what payers and payees agreed beside the plan, and what payers can afford"
    )
    risk_pool: dict[str, list[dict[str, Any]]] = Field(
        {}, description="the system risk pool by quarter, with its forward review, and its members"
    )
    tie: list[Tie] = Field([], description="published figures beside modelled ones")
    tie_counts: dict[str, int] = Field({}, description="verdict to how many figures that count")
    comparisons: list[Tie] = Field([], description="like tie, without a verdict")
    checks: list[dict[str, Any]] = Field(
        [], description="check, passed (null: nothing to test), verdict, detail"
    )


class Wanted(Sent):
    """Which parts of the results, under which scenarios."""

    model_config = Part.model_config
    under: list[ScenarioCode] = Field(
        default_factory=list,
        max_length=20,
        description="codes of scenarios, all together; none: the plan itself",
    )
    only: list[
        Literal[
            "description", "perimeter", "settings", "organisations", "steps", "interventions", "positions", "do_nothing",
            "perimeter_position", "gap", "bridge", "drivers", "drivers_by_organisation", "impact", "basis",
            "perimeter_basis", "impact_basis", "control_totals", "envelopes", "risk_pool", "tie", "tie_counts", "comparisons", "checks",
        ]
    ] = Field(default_factory=list, max_length=30, description="the parts that are wanted; none: all of them")  # fmt: skip


class FigureTold(Told):
    """One figure of a run."""

    figure: str
    label: str = Field(description="its name as people say it")
    year: str
    organisation: str
    item: str
    unit: str = Field(examples=["£000"])
    amount: float = Field(description="unrounded")
    scenarios: list[str]


class RestsOn(Told):
    """What a branch rests on without its being a part of it."""

    words: str
    file: str
    row: int | None
    source: str


class Branch(Told):
    """A branch of an explanation. Its children sum to its amount."""

    label: str
    amount: float = Field(description="£000")
    kind: str
    detail: str = Field(description="how it is worked out")
    file: str = Field(description="the file it stands in; empty where it is of no one row")
    row: int | None
    source: str
    basis: str | None
    rests_on: list[RestsOn]
    children: list[Branch] = Field(
        description="empty at the end of a branch, or below the depth that was asked for"
    )


class Why(FigureTold):
    """Why a figure is what it is."""

    tree: Branch


class AskedWhy(AskedFigure):
    """Which figure, and how deep."""

    depth: int = Field(2, ge=0, le=12, description="how many levels below the figure")


class Fed(Told):
    """A figure that a row feeds."""

    figure: str
    organisation: str
    item: str
    year: str
    amount: float = Field(description="£000")
    how: str = Field(description="part: the row's own part of the figure; scales: what would go without it")


class Difference(Told):
    """An input in which two runs differ."""

    table: str
    key: str
    group: str
    column: str = Field(description="empty where only one side has the row")
    before: str
    after: str
    file: str
    row: int | None
    why: str


class Moved(Told):
    """A figure that moved."""

    figure: str
    organisation: str
    item: str
    year: str
    before: float
    after: float
    move: float = Field(description="after less before, £000")
    because_of: Amounts = Field(
        description="input to what it moves; they sum to move. Empty for all but headline figures"
    )


class Comparison(Told):
    """Two runs side by side."""

    inputs: list[Difference]
    moved: list[Moved]


_Version = Annotated[str, Field(pattern=r"^(current|[1-9][0-9]{0,8})$")]


class Sides(Sent):
    """What to hold side by side."""

    model_config = Part.model_config
    before: _Version = Field(CURRENT, description="the number of the version before, or `current`")
    before_under: list[ScenarioCode] = Field(
        default_factory=list, max_length=20, description="scenarios of the version before"
    )
    after: _Version = Field(CURRENT, description="the number of the version after, or `current`")
    after_under: list[ScenarioCode] = Field(
        default_factory=list, max_length=20, description="scenarios of the version after"
    )


# ---------------------------------------------------------------------- operations
@operation(
    router,
    "GET",
    f"{_RUN}/results",
    needs=Permission.SEE_PLAN,
    answers={200: Results, 422: Problem},
    kept=True,
    exclude_unset=True,
    tags=_RESULTS,
    summary="Show the results of a version",
)
def results(
    request: HttpRequest, place: PlaceCode, version: VersionNumber, wanted: Query[Wanted]
) -> dict[str, Any]:
    """Positions, gap, bridge, drivers, impact, what ties and checks: of the plan, or of the plan under scenarios."""
    found = seen(place, version, wanted.under)
    _same(request, found, *sorted(wanted.only))
    kept = {*_ALWAYS, *wanted.only}
    return {name: value for name, value in found.result.items() if not wanted.only or name in kept}


@operation(
    router,
    "GET",
    f"{_RUN}/figures/{{figure}}",
    needs=Permission.SEE_PLAN,
    answers={200: FigureTold, 422: Problem},
    kept=True,
    tags=_RESULTS,
    summary="Show one figure",
)
def figure(
    request: HttpRequest,
    place: PlaceCode,
    version: VersionNumber,
    figure: FigureName,
    asked: Query[AskedFigure],
) -> dict[str, Any]:
    """One figure of a run: of the perimeter, an organisation, a step, an intervention or a driver."""
    found = seen(place, version, asked.under)
    named = _figure(found, figure, asked)
    _same(request, found, named)
    return _told_figure(found, named)


@operation(
    router,
    "GET",
    f"{_RUN}/figures/{{figure}}/why",
    needs=Permission.SEE_PLAN,
    answers={200: Why, 422: Problem},
    kept=True,
    tags=_WHY,
    summary="Explain a figure",
)
def why(
    request: HttpRequest, place: PlaceCode, version: VersionNumber, figure: FigureName, asked: Query[AskedWhy]
) -> dict[str, Any]:
    """Why a figure is what it is: a tree whose every branch sums to its root, down to rows of files."""
    found = seen(place, version, asked.under)
    named = _figure(found, figure, asked)
    _same(request, found, named, asked.depth)
    tree = found.live.explain(named.name, named.year, organisation=named.organisation, item=named.item)
    return {**_told_figure(found, named), "tree": tree.document(asked.depth)}


@operation(
    router,
    "GET",
    f"{_RUN}/rows/{{table}}/{{row}}/feeds",
    needs=Permission.SEE_PLAN,
    answers={200: Listed[Fed], 422: Problem},
    tags=_WHY,
    summary="Show what a row feeds",
)
def feeds(
    request: HttpRequest,
    place: PlaceCode,
    version: VersionNumber,
    table: TableName,
    row: Number,
    under: Query[Under],
    part: Query[Part],
) -> dict[str, Any]:
    """Every figure that a row of a table feeds, largest first. `row` is its line in the file."""
    found = seen(place, version, under.under)
    rows = found.live.place.table(table) if table in schema().tables else ()
    wanted = next(
        (entry for entry in rows if entry.origin.row == row and entry.origin.file == f"{table}.csv"), None
    )
    if wanted is None:
        raise Refused(404, f"{table}.csv has no fact in row {row}, or there is no such table.")
    return part_of(found.live.feeds(wanted), part, _told_fed)


@operation(
    router,
    "GET",
    "/places/{place}/comparison",
    needs=Permission.SEE_PLAN,
    answers={200: Comparison, 422: Problem},
    kept=True,
    tags=_WHY,
    summary="Compare two versions or scenarios",
)
def comparison(request: HttpRequest, place: PlaceCode, sides: Query[Sides]) -> dict[str, Any]:
    """Two runs side by side: which inputs differ, what moved, and because of what."""
    before, after = seen(place, sides.before, sides.before_under), seen(place, sides.after, sides.after_under)
    unless_known(
        request,
        *(
            part
            for side in (before, after)
            for part in (side.version.fingerprint, side.content, side.scenarios)
        ),
    )
    ends = (before.version.pk, before.scenarios, after.version.pk, after.scenarios)
    return queries.comparison(*ends).document()


# ---------------------------------------------------------------------- in words
def _same(request: HttpRequest, viewed: Viewed, *parts: object) -> None:
    unless_known(request, viewed.version.fingerprint, viewed.content, viewed.scenarios, request.path, *parts)


def _figure(viewed: Viewed, name: str, asked: AskedFigure) -> Figure:
    try:
        return viewed.live.figure(name, year_of(viewed, asked.year), asked.organisation, asked.item)
    except FigureNotKnown as problem:
        raise Refused(404, f"There is no such figure: {problem}.") from problem


def _told_figure(viewed: Viewed, figure: Figure) -> dict[str, Any]:
    root = viewed.live.explain(figure.name, figure.year, organisation=figure.organisation, item=figure.item)
    return {
        "figure": figure.name,
        "label": root.label,
        "year": figure.year.label,
        "organisation": figure.organisation,
        "item": figure.item,
        "unit": viewed.result["unit"],
        "amount": root.amount,
        "scenarios": list(viewed.scenarios),
    }


def _told_fed(entry: Any) -> dict[str, Any]:
    figure = entry.figure
    named = {
        "figure": figure.name,
        "organisation": figure.organisation,
        "item": figure.item,
        "year": figure.year.label,
    }
    return {**named, "amount": entry.amount, "how": entry.how}
