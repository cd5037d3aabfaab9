"""A cohort of a run is taken into a place: one release a run; a list replaces the one before, and keeps nothing of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from leftshift.foundation.faults import near_miss
from leftshift.workspace.people.actions.reading import ReadCohort
from leftshift.workspace.people.models import CohortCell, Listed, Release
from leftshift.workspace.plan.models import StoredPlace
from leftshift.workspace.record.models import record_event

_ROWS = 2_000


class NoSuchPlace(ValueError):
    """The workspace has no place of that code; the words say which it has."""


@dataclass(frozen=True)
class Taken:
    """What came of it: whether the release is new, and how many people are listed (None where no list was given)."""

    release: Release
    is_new: bool
    listed: int | None


def place_of(code: str) -> StoredPlace:
    """A place by its code. Raises NoSuchPlace."""
    found = StoredPlace.objects.filter(code=code).first()
    if found is None:
        known = list(StoredPlace.objects.values_list("code", flat=True))
        guess = near_miss(code, known)
        asked = f" Did you mean {guess}?" if guess else ""
        raise NoSuchPlace(
            f"The workspace has no place {code}: it has {', '.join(known) or 'none yet'}.{asked}"
        )
    return found


@transaction.atomic
def take_cohort(code: str, read: ReadCohort, *, by: str) -> Taken:
    """Keep a cohort of a run for a place; call it as the system. Raises NoSuchPlace."""
    place = place_of(code)
    with connection.cursor() as cursor:  # two lists at once would be one list of both
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"people of {place.code}"])
    release, is_new = Release.objects.get_or_create(
        place=place, cohort=read.cohort, digest=read.digest,
        defaults={"as_at": read.as_at, "definition": dict(read.definition), "run": dict(read.run), "by": by},
    )  # fmt: skip
    if is_new:
        CohortCell.objects.bulk_create([CohortCell(release=release, **cell) for cell in read.cells], _ROWS)
    listed = _replace_list(release, read) if read.people is not None else None
    if is_new or listed is not None:
        record_event(
            by=by, action="cohort loaded", subject=str(release), place=place.code,
            detail={"cohort": read.cohort, "run": read.digest, "purpose": read.run["purpose"], "basis": read.run["basis"], "list": listed is not None},
        )  # fmt: skip
    return Taken(release, is_new, listed)


def _replace_list(release: Release, read: ReadCohort) -> int:
    Listed.objects.filter(release__place=release.place, release__cohort=release.cohort).delete()
    rows = [Listed(release=release, **person) for person in read.people or ()]
    Listed.objects.bulk_create(rows, _ROWS)
    return len(rows)
