"""All reads of the slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import F, Max, QuerySet
from django.utils import timezone

from leftshift.capacity.result import Capacity
from leftshift.economy.comparing import Comparison
from leftshift.economy.explanations.mattering import Matters
from leftshift.foundation.faults import Faults, FaultsFound
from leftshift.measures.result import Measures
from leftshift.model import Model, PlanResult, from_document
from leftshift.place.rows import UNATTRIBUTED
from leftshift.reports.assurance import Quality, SignOff, quality_of
from leftshift.workspace.accounts.models import Account
from leftshift.workspace.plan.models import (
    Comment,
    Draft,
    PlaceVersion,
    Reading,
    Run,
    Step,
    StoredPlace,
)
from leftshift.workspace.plan.states import AGREES, PUBLISHES, STORED, WITHDRAWS, Standing, standing_of
from leftshift.workspace.record.acting import SYSTEM, acting, ask_prepared
from leftshift.workspace.record.models import Event
from leftshift.workspace.shared.kept import Stamp

_SAID = (
    "place", "name", "base_year", "headline_year", "unit", "gap", "perimeter_position", "bridge", "perimeter_basis", "tie_counts",
)  # fmt: skip


@dataclass(frozen=True)
class Headline:
    """What lists of places say of a run: its version without the files, and these parts of its result."""

    version: PlaceVersion
    result: dict[str, Any]


def headlines() -> list[Headline]:
    """The headline of every place that has a run, by code of the place."""
    found = (headline_at(place.code) for place in StoredPlace.objects.all())
    return [headline for headline in found if headline is not None]


def headline_at(code: str) -> Headline | None:
    """The headline of the newest run of the version that the place was last read as."""
    found = shown_at(code)
    return headline_of(found.run) if found and found.run else None


def latest_run(code: str) -> Run | None:
    """The newest run of the version that the place was last read as."""
    found = shown_at(code)
    return run_of(found.run) if found and found.run else None


def refused_readings() -> list[Reading]:
    """The last reading of each folder that is served, where it was refused."""
    with acting(SYSTEM):  # which folders are served is nobody's secret
        served = Event.objects.filter(action="served").order_by("-id").first()
    names = served.detail["folders"] if served else None
    last = Reading.objects.values("folder").annotate(last=Max("id")).values("last")
    refused = Reading.objects.filter(id__in=last, version__isnull=True).order_by("folder")
    return list(refused if names is None else refused.filter(folder__in=names))


def versions_of(code: str) -> list[PlaceVersion]:
    """Every version of a place, newest first."""
    return list(PlaceVersion.objects.select_related("place").filter(place__code=code).order_by("-number"))


UNDER, AT = "~", "@"  # in an address: llr-2014~pay-award~slow-delivery, llr-2014@1
_KEPT = 24
_KEPT_SMALL = 4096  # a few kilobytes each: one of every place, or a list of places reads them all anew


@dataclass(frozen=True)
class Viewed:
    """What a page shows: a version of a place, as it is or under scenarios, with its stored run where there is one."""

    version: PlaceVersion
    run: Run | None
    is_current: bool = True
    scenarios: tuple[str, ...] = ()

    @property
    def content(self) -> str:
        """What names the result, so that a browser may keep its charts; empty where nothing is stored."""
        return str(self.run.pk) if self.run else ""

    @property
    def address(self) -> str:
        """The place in an address, its version and its scenarios included where it is not simply the plan."""
        code = self.version.place.code + ("" if self.is_current else f"{AT}{self.version.number}")
        return UNDER.join((code, *self.scenarios))

    @cached_property
    def result(self) -> dict[str, Any]:
        """The document of the result."""
        if self.run is not None and not self.scenarios:
            stored: dict[str, Any] = self.run.result
            return stored
        return document_of(self.version.pk, self.scenarios)

    @cached_property
    def live(self) -> PlanResult:
        """The result itself, to be asked why; raises FaultsFound, or ScenarioNotKnown."""
        return live(self.version.pk, self.scenarios)

    @property
    def capacity(self) -> Capacity:
        """Its activity, beds, staff, estate and capital."""
        return capacity_of(self.version.pk, self.scenarios)

    def under(self, *scenarios: str) -> Viewed:
        """The same version under scenarios."""
        return Viewed(self.version, self.run, self.is_current, scenarios)


@dataclass(frozen=True)
class Shown:
    """The numbers of what an address shows to whoever asks, at this moment: a page depends on nothing else of a plan.

    ``newest`` is the number of the newest version of the place; ``events`` and ``reading`` are how far the trail and
    the readings of folders have come, for pages that tell what people do.
    """

    version: int
    run: int | None
    current: int
    newest: int
    events: int
    reading: int


_SHOWN = """
WITH place AS MATERIALIZED (SELECT id FROM plan_storedplace WHERE code = %s::text),
versions AS MATERIALIZED (SELECT id, number FROM plan_placeversion WHERE place_id = (SELECT id FROM place)),
current AS MATERIALIZED (SELECT version_id FROM plan_reading WHERE version_id IN (SELECT id FROM versions) ORDER BY id DESC LIMIT 1)
SELECT v.id, (SELECT max(id) FROM plan_run WHERE version_id = v.id), (SELECT version_id FROM current), (SELECT max(number) FROM versions),
       (SELECT events FROM record_head WHERE id = 1), (SELECT coalesce(max(id), 0) FROM plan_reading)
FROM versions v WHERE CASE WHEN %s::int = 0 THEN v.id = (SELECT version_id FROM current) ELSE v.number = %s::int END
"""


def shown_at(address: str) -> Shown | None:
    """What an address shows to whoever asks; None when there is no such place or version, or it is not theirs to see."""
    code, _, number = address.split(UNDER)[0].partition(AT)
    asked = int(number or 0)
    row = ask_prepared(_SHOWN, [code, asked, asked])
    return Shown(*row) if row and row[2] else None


def viewed(address: str) -> Viewed | None:
    """What an address of a place shows; None when there is no such place or version."""
    scenarios = tuple(address.split(UNDER)[1:])
    found = shown_at(address)
    if found is None or (found.version == found.current and not found.run):
        return None
    run = run_of(found.run) if found.run else None
    version = run.version if run else version_at(found.version)
    return Viewed(version, run, found.version == found.current, scenarios)


# What is stored never changes, and is kept by its number. Whether somebody may see it is asked before, by `shown_at`.
@lru_cache(maxsize=_KEPT)
def run_of(number: int) -> Run:
    """A stored run with its version."""
    return Run.objects.select_related("version__place").get(pk=number)


@lru_cache(maxsize=_KEPT_SMALL)
def headline_of(number: int) -> Headline:
    """The headline of a stored run. The database picks its parts: a page of all places loads no whole result."""
    parts = {f"said_{name}": F(f"result__{name}") for name in _SAID}
    runs = Run.objects.select_related("version__place").defer("result", "version__document")
    run: Any = runs.annotate(**parts).get(pk=number)
    return Headline(run.version, {name: getattr(run, f"said_{name}") for name in _SAID})


@lru_cache(maxsize=_KEPT)
def version_at(number: int) -> PlaceVersion:
    """A stored version."""
    return PlaceVersion.objects.select_related("place").get(pk=number)


@lru_cache(maxsize=_KEPT)
def model_of(version: int) -> Model:
    """The model of a stored version, which never changes."""
    return from_document(PlaceVersion.objects.get(pk=version).document)


@lru_cache(maxsize=_KEPT)
def live(version: int, scenarios: tuple[str, ...]) -> PlanResult:
    """The run of a version under scenarios; the same inputs give the same run, so it is kept and not stored."""
    model = model_of(version)
    return (model.scenario(*scenarios) if scenarios else model).project()


@lru_cache(maxsize=_KEPT)
def capacity_of(version: int, scenarios: tuple[str, ...]) -> Capacity:
    """The capacity of a version under scenarios, as people wrote it."""
    return Capacity(live(version, scenarios).place.written)


def measures_of(viewed: Viewed, as_of: date) -> Measures:
    """The measures of a version under scenarios, as they stand on a day."""
    return _measures(viewed.version.pk, viewed.scenarios, as_of)


@lru_cache(maxsize=_KEPT)
def _measures(version: int, scenarios: tuple[str, ...], as_of: date) -> Measures:
    model = model_of(version)
    return (model.scenario(*scenarios) if scenarios else model).measures(as_of)


@lru_cache(maxsize=_KEPT)
def document_of(version: int, scenarios: tuple[str, ...]) -> dict[str, Any]:
    """The document of a run under scenarios."""
    return live(version, scenarios).document()


def scenarios_of(version: int) -> Sequence[tuple[str, str, str]]:
    """(code, name, description) of the scenarios of a version."""
    found = sorted(model_of(version).place.scenarios, key=lambda entry: entry.code)
    return [(entry.code, entry.name, entry.description) for entry in found]


@lru_cache(maxsize=_KEPT)
def comparison(
    before: int, before_under: tuple[str, ...], after: int, after_under: tuple[str, ...]
) -> Comparison:
    """Two runs side by side; raises FaultsFound, or ScenarioNotKnown."""
    return live(before, before_under).compare(live(after, after_under))


# ---------------------------------------------------------------------- what a page that is kept depends on
def content_stamp(code: str, **_: object) -> Stamp | None:
    """Of a page that shows nothing but a plan, which versions there are, and whether it is the current one."""
    found = shown_at(code)
    return (found.version, found.run, found.current, found.newest) if found else None


def trail_stamp(code: str, **_: object) -> Stamp | None:
    """Of a page that also shows what people do: every governed change adds to the trail."""
    found = shown_at(code)
    return astuple(found) if found else None


def dated_stamp(code: str, **_: object) -> Stamp | None:
    """Of a page that shows a plan as of today."""
    found = content_stamp(code)
    return (*found, timezone.localdate()) if found else None


def room_stamp(code: str, room: str, **more: object) -> Stamp | None:
    """Of a room: some also show what is agreed, and what is verified as of today."""
    if room not in ("overview", "quality"):
        return content_stamp(code, **more)
    found = trail_stamp(code, **more)
    return (*found, timezone.localdate()) if found else None


_HOME = "SELECT events, (SELECT max(id) FROM plan_reading), (SELECT max(id) FROM plan_run) FROM record_head"


def home_stamp() -> Stamp:
    """Of the page of all places."""
    return ask_prepared(_HOME, []) or ()


# ---------------------------------------------------------------------- drafts, and the way to publication
def open_draft_of(code: str) -> Draft | None:
    """The open draft of a place."""
    return Draft.objects.select_related("place", "base").filter(place__code=code, closed_at=None).first()


def standing(version: PlaceVersion) -> Standing:
    """Where a plan stands: the steps of every version of the place that says the same of the plan."""
    return standing_of(_steps_of(version), required_of(version))


def state_of(version: PlaceVersion) -> str:
    """Its state alone, for lists: of a plan that nobody was asked to agree, the place need not be read for it."""
    steps = list(_steps_of(version))
    return standing_of(steps, required_of(version)).state if steps else STORED


def _steps_of(version: PlaceVersion) -> QuerySet[Step]:
    steps = Step.objects.filter(
        version__place=version.place_id, version__plan_fingerprint=version.plan_fingerprint
    )
    return steps.select_related("version").defer("version__document").order_by("id")


def required_of(version: PlaceVersion) -> frozenset[str]:
    """Codes of the organisations whose agreement a plan needs: the members of its perimeter."""
    return _required(version.pk)


@lru_cache(maxsize=_KEPT_SMALL)
def _required(version: int) -> frozenset[str]:
    return frozenset(code for code in model_of(version).place.shares if code != UNATTRIBUTED)


def published_version(place: StoredPlace) -> PlaceVersion | None:
    """The version of a place that was published last."""
    last = Step.objects.select_related("version__place").defer("version__document")
    found = last.filter(version__place=place, step=PUBLISHES).order_by("-id").first()
    return found.version if found else None


def earlier_agreements(version: PlaceVersion) -> dict[str, Step]:
    """Organisation to its last agreement of another plan of the place, which does not hold for this one."""
    found: dict[str, Step] = {}
    others = Step.objects.select_related("version__place").filter(version__place=version.place_id)
    for step in others.exclude(version__plan_fingerprint=version.plan_fingerprint).order_by("id"):
        if step.step == AGREES:
            found[step.organisation] = step
        elif step.step == WITHDRAWS:
            found.pop(step.organisation, None)
    return found


def comments_on(code: str, about: str = "") -> list[Comment]:
    """Comments on a place, oldest first: on one figure or row where ``about`` names it."""
    found = Comment.objects.select_related("account", "version").filter(version__place__code=code)
    return list((found.filter(about=about) if about else found).order_by("id"))


def faults_of(texts: Mapping[str, str]) -> tuple[Model | None, Faults]:
    """The model of texts, or what is wrong with them: the same faults as the command line gives."""
    try:
        return from_document(texts), Faults()
    except FaultsFound as found:
        return None, found.faults


@lru_cache(maxsize=_KEPT)
def matters_most(version: int, scenarios: tuple[str, ...], year: str) -> tuple[Matters, ...]:
    """The inputs that move the closing position of the perimeter most."""
    return live(version, scenarios).matters("position", year)


def mentions_of(account: Account) -> list[Comment]:
    """Comments that mention a person, newest first, at most two hundred."""
    found = Comment.objects.filter(mentions__account=account).select_related("account", "version__place")
    return list(found.order_by("-id")[:200])


# ---------------------------------------------------------------------- quality assurance
def quality(viewed: Viewed, as_of: date) -> Quality:
    """The quality assurance of what is viewed, with the agreements of organisations as its sign-offs."""
    return _quality(viewed.version.pk, viewed.scenarios, as_of, tuple(sign_offs(viewed)))


@lru_cache(maxsize=_KEPT)
def _quality(version: int, scenarios: tuple[str, ...], as_of: date, signed: tuple[SignOff, ...]) -> Quality:
    return quality_of(live(version, scenarios), as_of, signed)


def sign_offs(viewed: Viewed) -> list[SignOff]:
    """Agreements of organisations: those that hold for this plan, and those that lapsed with an earlier one."""
    found, lapsed = standing(viewed.version), earlier_agreements(viewed.version)
    now = viewed.live.place.fingerprint
    holding = [_sign_off(step, now) for step in found.agreements.values()]
    earlier = [
        _sign_off(step, step.version.fingerprint)
        for code, step in lapsed.items()
        if code not in found.agreements
    ]
    return sorted([*holding, *earlier], key=lambda entry: entry.organisation)


def _sign_off(step: Step, fingerprint: str) -> SignOff:
    return SignOff(step.organisation, step.by.partition(" <")[0], "Finance lead", step.at.date(), fingerprint)
