"""Record what was verified: a row of the place's own table, so that it travels with the plan."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from leftshift.foundation.faults import FaultsFound
from leftshift.model import from_document
from leftshift.place.assurance import digest_of
from leftshift.place.schema import schema
from leftshift.place.sheets import AddRow, Sheet, apply_changes, sheet_of_text
from leftshift.workspace.plan.actions.drafting import open_draft, save
from leftshift.workspace.plan.actions.storing import current_for_change, read_version, store_version
from leftshift.workspace.plan.models import Draft, PlaceVersion
from leftshift.workspace.record.models import record_event

_FILE = "verifications.csv"


class NotVerified(ValueError):
    """A verification that cannot be recorded; the words say why."""


@transaction.atomic
def record_verification(
    version: PlaceVersion,
    *,
    subject: str,
    role: str,
    holder: str,
    on: date,
    method: str,
    outcome: str,
    remarks: str,
    by: str,
) -> PlaceVersion:
    """A version with one verification more, of the content that this version has. Raises NotVerified."""
    kind, _, item = subject.partition("|")
    seen = from_document(version.document).place
    version = current_for_change(version.place)
    place = from_document(version.document).place
    table = schema().tables["verifications"]
    if kind not in table.columns["kind"].choices:
        raise NotVerified("Choose what was verified.")
    if digest_of(seen, kind, item) != digest_of(place, kind, item):  # type: ignore[arg-type]
        raise NotVerified("The plan changed meanwhile. Look at what it says now before you verify it.")
    sheet = sheet_of_text(table, version.document.get(_FILE))
    cells = {
        "verification": _next(sheet),
        "kind": kind,
        "item": item,
        "digest": digest_of(place, kind, item),  # type: ignore[arg-type]
        "role": role,
        "holder": holder.strip(),
        "verified_on": on.isoformat(),
        "method": method.strip(),
        "outcome": outcome,
        "remarks": remarks.strip(),
        "source": f"Recorded in the workspace by {by.partition(' <')[0]}",
        "basis": "assumed",
    }
    texts = {**version.document, _FILE: _with(sheet, cells).text()}
    try:
        model = from_document(texts)
    except FaultsFound as found:
        raise NotVerified(" ".join(f"{fault}" for fault in list(found.faults)[:4])) from found
    stored = store_version(model, texts, by=by)
    read_version(stored, f"verification {cells['verification']}")
    record_event(
        by=by,
        action="verified",
        subject=f"{stored}: {kind} {item}"[:300],
        detail={"outcome": outcome},
        place=place.code,
    )
    _into_draft(version, cells, by=by)
    return stored


def _next(sheet: Sheet) -> str:
    known = {sheet.cell(row, "verification") for _, row in sheet.numbered()}
    return next(name for number in range(1, 100_000) if (name := f"V{number:02}") not in known)


def _with(sheet: Sheet, cells: dict[str, str]) -> Sheet:
    below = sheet.rows[-1].key if sheet.rows else ""
    changed, _ = apply_changes(sheet, [AddRow("new", below, cells)])
    return changed


def _into_draft(version: PlaceVersion, cells: dict[str, str], *, by: str) -> None:
    """An open draft gets the row as well, or a version made of it would lose it."""
    if Draft.objects.filter(place=version.place_id, closed_at=None).exists():
        draft = open_draft(version, by=by)
        save(draft, _FILE, [AddRow(f"v{cells['verification']}", "", cells)], by=by)
