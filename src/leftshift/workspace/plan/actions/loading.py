"""Load figures of measures that somebody sent into the draft of a place: a job, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from leftshift.foundation.faults import Faults, FaultsFound
from leftshift.measures.loading.adding import changed_texts, told_at_source
from leftshift.measures.loading.choices import Choices, with_map
from leftshift.measures.loading.loading import Loaded, load
from leftshift.model import from_document
from leftshift.place.cells import cell_text
from leftshift.place.row import Row
from leftshift.place.schema import schema
from leftshift.place.sheets import AddRow, sheet_of_document
from leftshift.workbooks.grids import source_of
from leftshift.workspace.accounts.permissions import NotAllowed, Person, person_of
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.actions import drafting
from leftshift.workspace.plan.actions.importing import TooOften
from leftshift.workspace.plan.models import Draft, DraftFile, PlaceVersion
from leftshift.workspace.plan.queries import latest_run, open_draft_of
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.jobs import JobRefused, Result, Telling, ask_for
from leftshift.workspace.shared.limits import is_too_often
from leftshift.workspace.shared.models import Job, Upload

KIND = "load figures"


@transaction.atomic
def ask_to_load(
    code: str, name: str, content: bytes, choices: Mapping[str, Any], *, by: Person, key: str
) -> Job:
    """Keep a file that was sent, and put its loading into the queue. ``key`` names the sending: sent twice, it counts once.

    ``choices`` are layout, measure, of, provisional, released, source and mapping (TOML), as plain values. Raises NotAllowed and TooOften.
    """
    assert by.account is not None, "who may edit has an account"
    by.check_may(Permission.EDIT_PLAN, code)
    known = Job.objects.filter(key=key).first()
    if known:
        return known
    if is_too_often("imports", by.account.pk):
        raise TooOften("You have sent files very often in this hour. Wait a little and try again.")
    digest = hashlib.sha256(content).hexdigest()
    upload = Upload.objects.create(account=by.account, name=name[:300], content=content, digest=digest)
    return ask_for(
        KIND,
        title=f"Figures of {name[:200]} for {code}",
        inputs={"upload": upload.pk, "place": code, "choices": dict(choices)},
        account=by.account,
        by=by.signature,
        key=key,
    )


def load_upload(job: Job, tell: Telling) -> Result:
    """The work of loading: figures into the open draft, or into a new one. Raises JobRefused with every fault."""
    upload, code = Upload.objects.get(pk=job.inputs["upload"]), str(job.inputs["place"])
    back = f"/places/{code}/measures/load-figures/"
    try:
        tell(5, f"Opening {upload.name} …")
        source = source_of(upload.name, bytes(upload.content))
        tell(20, "Reading the place …")
        texts = _texts(code)
        place = from_document(texts).place
        tell(40, "Reading the figures …")
        faults = Faults()
        loaded = load([source], place=place, choices=_choices(job.inputs["choices"], faults))
        changed = changed_texts(texts, place, loaded.added)
        tell(70, "Checking the place with them …")
        _check(texts, changed, loaded, faults)
    except FaultsFound as found:
        record_event(
            by=job.by, action="refused", subject=upload.name, detail={"total": found.faults.total}, place=code
        )
        many = f"{found.faults.total:,} fault{'s' if found.faults.total != 1 else ''}"
        words = f"{upload.name} was not loaded: it has {many}. Nothing was changed."
        listed = {"listed": [fault.document() for fault in found.faults], "total": found.faults.total}
        raise JobRefused(words, {"faults": listed, "back": back}) from found
    try:
        _save(code, loaded, by=person_of(job.account), key=f"job {job.pk}")
    except NotAllowed as problem:
        raise JobRefused(
            f"You may not edit the place {code}. Nothing was changed.", {"back": back}
        ) from problem
    return {"address": f"/places/{code}/draft/", "place": code, "told": said(loaded)}


def said(loaded: Loaded) -> str:
    """What came of it, in sentences."""
    words = [
        f"{loaded.new:,} new, {loaded.revised:,} revised and {loaded.unchanged:,} unchanged figures ({loaded.layout})."
    ]
    left_out = [f"{count:,} left out: {reason}." for reason, count in loaded.left_out.items()]
    return " ".join([*words, *left_out, *loaded.said])


def _texts(code: str) -> dict[str, str]:
    """The place as it stands in its open draft; without one, the current version."""
    draft = open_draft_of(code)
    return drafting.texts_of(draft) if draft else dict(_version(code).document)


def _version(code: str) -> PlaceVersion:
    run = latest_run(code)
    if run is None:
        raise JobRefused(f"There is no place {code}.", {"back": "/"})
    return run.version


def _choices(given: Mapping[str, Any], faults: Faults) -> Choices:
    """What was chosen, with the mapping that was written; its faults are added."""
    released = given.get("released")
    choices = Choices(
        layout=given.get("layout") or None,
        measure=given.get("measure") or None,
        of=given.get("of") or None,
        provisional=bool(given.get("provisional")),
        released=date.fromisoformat(released) if released else None,
        source=given.get("source") or None,
    )
    return with_map(choices, str(given.get("mapping") or ""), "the mapping", faults)


def _check(texts: Mapping[str, str], changed: Mapping[str, str], loaded: Loaded, faults: Faults) -> None:
    """Raises FaultsFound with the faults there are, those of the file, and those of the place with its figures, told where they were read."""
    faults.add_all(loaded.faults)
    if changed:
        try:
            from_document({**texts, **changed})
        except FaultsFound as found:
            faults.add_all(told_at_source(found.faults, changed, loaded.added))
    faults.raise_if_any()


@transaction.atomic
def _save(code: str, loaded: Loaded, *, by: Person, key: str) -> Draft:
    """Add the rows to the draft, an edit for each table. Raises NotAllowed, DraftClosed."""
    by.check_may(Permission.EDIT_PLAN, code)
    draft = open_draft_of(code) or drafting.open_draft(_version(code), by=by.signature)
    for table, rows in loaded.added.items():
        if rows:
            changes = list(_changes(draft, table, rows, key))
            drafting.save(draft, f"{table}.csv", changes, by=by.signature, key=f"{key} {table}")
    return draft


def _changes(draft: Draft, table: str, rows: Sequence[Row], key: str) -> Iterator[AddRow]:
    """Each row below the one before, the first below the last of the table."""
    columns = schema().tables[table].columns
    held = DraftFile.objects.filter(draft=draft, file=f"{table}.csv").first()
    there = sheet_of_document(held.content).rows if held else ()
    below = there[-1].key if there else ""
    for at, row in enumerate(rows):
        cells = {
            name: text for name, column in columns.items() if (text := cell_text(column, getattr(row, name)))
        }
        yield AddRow(f"{key}-{at}", below, cells)
        below = f"{key}-{at}"
