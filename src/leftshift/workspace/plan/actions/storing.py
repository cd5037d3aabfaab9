"""All writes of the slice: each is one transaction with its event."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.db import connection, transaction

import leftshift
from leftshift.foundation.faults import Faults, FaultsFound
from leftshift.model import Model, from_document, read_place
from leftshift.workbooks.opening import texts_of
from leftshift.workspace.accounts.actions import add_organisation
from leftshift.workspace.plan.models import PlaceVersion, Reading, Run, StoredPlace
from leftshift.workspace.plan.queries import latest_run
from leftshift.workspace.record.models import record_event

_CHANGING = 730_404  # with the number of a place: one change of its current version at a time
_IMPORTING = 730_401  # key of the advisory lock: one import at a time


def import_place(folder: Path, *, by: str) -> Reading:
    """Read a place (a folder, a zip of one, or a workbook), store it when its content is new, and run the model on it.

    A folder with faults changes nothing but the reading that tells of them: the last good version stays. A folder
    that is as it was is no news: what was made of it in the workspace since stays current.
    """
    try:
        model = read_place(folder)
    except FaultsFound as found:
        return refuse(folder.name, found.faults, by=by)
    version = store_version(model, texts_of(folder), by=by)
    last = Reading.objects.filter(folder=folder.name).order_by("-id").first()
    return last if last and last.version_id == version.pk else read_version(version, folder.name)


def store_version(model: Model, texts: dict[str, str], *, by: str) -> PlaceVersion:
    """The version of a place that a model and its texts are, stored and run when it is new."""
    with transaction.atomic():
        _one_at_a_time()
        version = _version_of(model, texts, by=by)
        ensure_run(version, model)
    return version


def current_for_change(place: StoredPlace) -> PlaceVersion:
    """The current version of a place, held until the transaction ends: nobody else makes a version current meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_CHANGING, place.pk])
    run = latest_run(place.code)
    assert run is not None, "a place has a version"
    return run.version


def read_version(version: PlaceVersion, name: str) -> Reading:
    """Make a version the current one of its place."""
    return Reading.objects.create(folder=name, version=version)


def serve_folders(names: list[str], *, by: str) -> None:
    """Note which folders are served from now on: only their faults are shown."""
    with transaction.atomic():
        record_event(by=by, action="served", subject="folders", detail={"folders": names})


def refuse(name: str, faults: Faults, *, by: str) -> Reading:
    """Note that what was to be read was refused, with its faults."""
    listed = [fault.document() for fault in faults]
    told = {"listed": listed, "total": faults.total, "by_kind": dict(sorted(faults.counts_by_kind.items()))}
    with transaction.atomic():
        record_event(by=by, action="refused", subject=f"folder {name[:280]}", detail={"total": faults.total})
        return Reading.objects.create(folder=name[:300], faults=told)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORTING])


def _version_of(model: Model, texts: dict[str, str], *, by: str) -> PlaceVersion:
    place, _ = StoredPlace.objects.get_or_create(code=model.place.code)
    fingerprint = model.place.fingerprint
    known = place.versions.filter(fingerprint=fingerprint).first()
    if known:
        return known
    number = place.versions.count() + 1
    if from_document(texts).place.fingerprint != fingerprint:
        texts = model.document()  # the folder changed while it was read: what was read is what is stored
    version = PlaceVersion.objects.create(
        place=place,
        number=number,
        fingerprint=fingerprint,
        plan_fingerprint=model.place.plan_fingerprint,
        document=texts,
        added_by=by,
    )
    for body in model.place.organisations:
        add_organisation(code=body.code, name=body.name, by=by)
    told = {"fingerprint": fingerprint}
    record_event(by=by, action="stored", subject=str(version), detail=told, place=place.code)
    return version


def ensure_run(version: PlaceVersion, model: Model | None = None) -> Run:
    """The run of a version by this release of the model; made when there is none yet."""
    release = model_release()
    known = version.runs.filter(model_release=release).first()
    if known:
        return known
    result = (model or from_document(version.document)).project().document()
    with transaction.atomic():
        return Run.objects.create(version=version, model_release=release, result=result)


@cache
def model_release() -> str:
    """The release of the model: its version, and a hash of its code, so that a changed model runs again."""
    package = Path(str(leftshift.__file__)).parent
    digest = hashlib.sha256()
    for part in ("foundation", "place", "economy"):
        for path in sorted(package.joinpath(part).rglob("*.*")):
            if path.suffix in {".py", ".toml"}:
                digest.update(path.read_bytes())
    digest.update(package.joinpath("model.py").read_bytes())
    return f"{leftshift.__version__}+{digest.hexdigest()[:12]}"
