"""Board packs: asked for with their words, made by a job, kept as they were made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction

from leftshift.foundation.faults import FaultsFound
from leftshift.reports.assurance import SignOff
from leftshift.reports.pack import build_pack, pack_from
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.models import BoardPack, PackFile
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.jobs import JobRefused, Result, Telling, ask_for
from leftshift.workspace.shared.models import Job

KIND = "pack"


@transaction.atomic
def ask_for_pack(
    viewed: queries.Viewed, words: Mapping[str, Any], *, as_of: date, by: Person, key: str
) -> Job:
    """Keep the words of a pack and put its making into the queue; raises FaultsFound with every fault of the words."""
    assert by.account is not None, "who may make packs has an account"
    place = viewed.version.place.code
    by.check_may(Permission.MAKE_PACK, place)
    known = Job.objects.filter(key=key).first()
    if known:
        return known
    pack = pack_from(words, file="the form")
    made = BoardPack.objects.create(
        version=viewed.version,
        scenarios=list(viewed.scenarios),
        words=pack_words(pack.document()),
        sign_offs=[{**asdict(entry), "when": entry.when.isoformat()} for entry in queries.sign_offs(viewed)],
        title=pack.front_sheet.title[:300],
        as_of=as_of,
        by=by.signature,
    )
    told = {"title": made.title, "as_of": as_of.isoformat()}
    record_event(by=by.signature, action="pack asked for", subject=str(made), detail=told, place=place)
    title = f"Board pack: {made.title}"
    return ask_for(
        KIND, title=title, inputs={"pack": made.pk}, account=by.account, by=by.signature, place=place, key=key
    )


def pack_words(document: Any) -> Any:
    """Plain values as JSON holds them: dates as text."""
    if isinstance(document, Mapping):
        return {name: pack_words(value) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [pack_words(value) for value in document]
    return document.isoformat() if isinstance(document, date) else document


def make_pack(job: Job, tell: Telling) -> Result:
    """The work of making a pack: the same words, version and day give the same bytes."""
    made = BoardPack.objects.select_related("version__place").get(pk=job.inputs["pack"])
    address = f"/places/{made.version.place.code}/packs/{made.pk}/"
    if made.files.exists():
        return {"address": address}
    steps = iter(range(10, 95, 8))
    signed = [SignOff(**{**entry, "when": date.fromisoformat(entry["when"])}) for entry in made.sign_offs]
    try:
        files = build_pack(
            queries.live(made.version_id, tuple(made.scenarios)),
            pack_from(made.words),
            signed,
            as_of=made.as_of,
            on_step=lambda words: tell(next(steps, 95), words),
        )
    except FaultsFound as found:
        told = {"listed": [fault.document() for fault in found.faults], "total": found.faults.total}
        raise JobRefused(
            "The pack cannot be made of this version.", {"faults": told, "back": address}
        ) from found
    for form, content in (("html", files.html), ("pdf", files.pdf), ("docx", files.docx)):
        digest = hashlib.sha256(content).hexdigest()
        PackFile.objects.create(pack=made, form=form, content=content, digest=digest)
    return {"address": address}
