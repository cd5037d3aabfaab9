"""All reads of the slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Max

from leftshift.economy.comparing import Comparison
from leftshift.model import Model, PlanResult, from_document
from leftshift.workspace.plan.models import PlaceVersion, Reading, Run, StoredPlace
from leftshift.workspace.record.models import Event


def latest_runs() -> list[Run]:
    """The newest run of the version that each place was last read as, by code of the place."""
    runs = (latest_run(place.code) for place in StoredPlace.objects.all())
    return [run for run in runs if run is not None]


def latest_run(code: str) -> Run | None:
    """The newest run of the version that the place was last read as."""
    reading = Reading.objects.filter(version__place__code=code).order_by("-id").first()
    if reading is None or reading.version_id is None:
        return None
    return (
        Run.objects.select_related("version__place")
        .filter(version=reading.version_id)
        .order_by("-id")
        .first()
    )


def refused_readings() -> list[Reading]:
    """The last reading of each folder that is served, where it was refused."""
    served = Event.objects.filter(action="served").order_by("-id").first()
    names = served.detail["folders"] if served else None
    last = Reading.objects.values("folder").annotate(last=Max("id")).values("last")
    refused = Reading.objects.filter(id__in=last, version__isnull=True).order_by("folder")
    return list(refused if names is None else refused.filter(folder__in=names))


def versions_of(code: str) -> list[PlaceVersion]:
    """Every version of a place, newest first."""
    return list(PlaceVersion.objects.filter(place__code=code).order_by("-number"))


UNDER = "~"  # in an address: llr-2014~pay-award~slow-delivery
_KEPT = 24


@dataclass(frozen=True)
class Viewed:
    """The run that a page shows: a version of a place, as it is or under scenarios."""

    run: Run
    scenarios: tuple[str, ...] = ()

    @property
    def pk(self) -> int:
        """The number of the run that it stands on."""
        return int(self.run.pk)

    @property
    def version(self) -> PlaceVersion:
        """The version of the place."""
        return self.run.version

    @property
    def address(self) -> str:
        """The place in an address, its scenarios included."""
        return UNDER.join((self.version.place.code, *self.scenarios))

    @cached_property
    def result(self) -> dict[str, Any]:
        """The document of the result."""
        if not self.scenarios:
            stored: dict[str, Any] = self.run.result
            return stored
        return document_of(self.version.pk, self.scenarios)

    @cached_property
    def live(self) -> PlanResult:
        """The result itself, to be asked why; raises FaultsFound, or ScenarioNotKnown."""
        return live(self.version.pk, self.scenarios)


def viewed(address: str) -> Viewed | None:
    """What an address of a place shows; None when there is no such place."""
    code, *scenarios = address.split(UNDER)
    run = latest_run(code)
    return Viewed(run, tuple(scenarios)) if run else None


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
def document_of(version: int, scenarios: tuple[str, ...]) -> dict[str, Any]:
    """The document of a run under scenarios."""
    return live(version, scenarios).document()


def version_of(code: str, number: int) -> PlaceVersion | None:
    """A version of a place by its number."""
    return PlaceVersion.objects.filter(place__code=code, number=number).first()


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
