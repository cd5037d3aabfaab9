"""Take a plan in that somebody sent: a job, so that a large one does not hold its page up."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence

from django.db import transaction

from leftshift.foundation.faults import Faults, FaultsFound
from leftshift.model import Model, from_document
from leftshift.place.archives import BESIDE, beside_in_archive
from leftshift.place.reading import PLACE_FILE
from leftshift.place.scenarios import FOLDER
from leftshift.workbooks.opening import texts_of_upload
from leftshift.workspace.accounts.permissions import NotAllowed, Person, person_of
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.actions.storing import read_version, store_version
from leftshift.workspace.plan.models import PlaceVersion
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.between import take_brought
from leftshift.workspace.shared.jobs import JobRefused, Result, Telling, ask_for
from leftshift.workspace.shared.limits import is_too_often
from leftshift.workspace.shared.models import Job, Upload

KIND = "import"


class TooOften(Exception):
    """Somebody imports more often than the limit allows; the words say what to do."""


@transaction.atomic
def ask_to_import(name: str, content: bytes, *, by: Person, key: str) -> Job:
    """Keep a file that was sent, and put its import into the queue. ``key`` names the sending: sent twice, it counts once."""
    assert by.account is not None, "who may import has an account"
    by.check_may(Permission.EDIT_PLAN)
    known = Job.objects.filter(key=key).first()
    if known:
        return known
    if is_too_often("imports", by.account.pk):
        raise TooOften("You have imported very often in this hour. Wait a little and try again.")
    digest = hashlib.sha256(content).hexdigest()
    upload = Upload.objects.create(account=by.account, name=name[:300], content=content, digest=digest)
    return ask_for(
        KIND,
        title=f"Import of {name[:200]}",
        inputs={"upload": upload.pk},
        account=by.account,
        by=by.signature,
        key=key,
    )


def folder_as_zip(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Files of a place folder that were sent one by one, as the zip of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            is_scenario = name.endswith(".toml") and name != PLACE_FILE
            archive.writestr(f"{FOLDER}/{name}" if is_scenario else name, content)
    return out.getvalue()


def import_upload(job: Job, tell: Telling) -> Result:
    """The work of an import; raises JobRefused with every fault of the file."""
    upload = Upload.objects.get(pk=job.inputs["upload"])
    try:
        tell(5, f"Opening {upload.name} …")
        texts = texts_of_upload(upload.name, bytes(upload.content))
        tell(30, "Reading and checking …")
        model = from_document(texts)
    except FaultsFound as found:
        record_event(by=job.by, action="refused", subject=upload.name, detail={"total": found.faults.total})
        words = f"{upload.name} was not taken in: it has {found.faults.total:,} fault{'s' if found.faults.total != 1 else ''}. Nothing was changed."
        raise JobRefused(words, {"faults": _told(found.faults), "back": "/import/"}) from found
    tell(60, "Projecting every organisation and every year …")
    try:
        by = person_of(job.account)
        version = take_in(model, texts, upload.name, by=by)
    except NotAllowed as problem:
        words = f"You may not edit the place {model.place.code}. Nothing was changed."
        raise JobRefused(words, {"back": "/import/"}) from problem
    code = model.place.code
    told = _beside(upload, code, by)
    return {
        "address": f"/places/{code}/",
        "place": code,
        "version": version.number,
        **({"told": told} if told else {}),
    }


def _beside(upload: Upload, code: str, by: Person) -> str:
    """Hand on what stands beside the tables in the zip of a place; gives what is to be told of it."""
    if not upload.name.lower().endswith(".zip"):
        return ""
    content = bytes(upload.content)
    found = (
        take_brought(code, folder, beside_in_archive(content, upload.name, folder), by) for folder in BESIDE
    )
    return " ".join(filter(None, found))


@transaction.atomic
def take_in(model: Model, texts: Mapping[str, str], name: str, *, by: Person) -> PlaceVersion:
    """Store a plan that somebody sent, and make it the current version of its place; raises NotAllowed."""
    by.check_may(Permission.EDIT_PLAN, model.place.code)
    version = store_version(model, dict(texts), by=by.signature)
    read_version(version, name[:300])
    return version


def _told(faults: Faults) -> Mapping[str, object]:
    return {"listed": [fault.document() for fault in faults], "total": faults.total}
