"""All reads of the slice."""

from __future__ import annotations

from django.db.models import Max

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
