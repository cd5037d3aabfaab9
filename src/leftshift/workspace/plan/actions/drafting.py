"""Writes on drafts. Every save is one transaction: all of its changes are made, or none, and each leaves an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from leftshift.model import from_document
from leftshift.place.scenarios import FOLDER as SCENARIOS
from leftshift.place.schema import schema
from leftshift.place.sheets import Change
from leftshift.workspace.plan.actions.storing import current_for_change, read_version, store_version
from leftshift.workspace.plan.models import Draft, DraftFile, PlaceVersion
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.editing import Edited, Saved, Signed, content_of, text_of


class DraftClosed(ValueError):
    """The draft was sent or discarded meanwhile; the words say so."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(
            f"This draft was {draft.outcome} by {draft.closed_by} meanwhile. Nothing was saved: open a new draft."
        )


@transaction.atomic
def open_draft(version: PlaceVersion, *, by: str) -> Draft:
    """The open draft of a place; when there is none, a new one is made from a version."""
    place = type(version.place).objects.get(pk=version.place_id)
    found = Draft.objects.filter(place=place, closed_at=None).first()
    if found:
        return found
    draft, made = Draft.objects.get_or_create(
        place=place, closed_at=None, defaults={"base": version, "opened_by": by}
    )
    if made:
        DraftFile.objects.bulk_create(_files(draft, version.document))
        record_event(by=by, action="draft opened", subject=str(version), detail={}, place=place.code)
    return draft


def _files(draft: Draft, document: Mapping[str, str]) -> list[DraftFile]:
    """Every file of a version, tables as sheets."""
    return [
        DraftFile(draft=draft, file=name, content=content_of(name, text, schema().tables))
        for name, text in document.items()
    ]


def _locked(draft: Draft) -> Draft:
    """The draft, held until the save is done, so that saves come one after the other."""
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    if held.closed_at:
        raise DraftClosed(held)
    return held


def _edited(draft: Draft) -> Edited:
    """The draft, held, to be changed. Raises DraftClosed."""
    return Edited(_locked(draft), schema().tables, draft.place.code)


@transaction.atomic
def save(draft: Draft, file: str, changes: Sequence[Change], *, by: str, key: str = "") -> Saved:
    """Make changes of a table; raises DraftClosed, and ValueError for a column that there is not. ``key`` names the save, so that one sent twice counts once."""
    return _edited(draft).save(file, changes, Signed(by, key))


@transaction.atomic
def save_text(draft: Draft, file: str, before: str, after: str, *, by: str) -> Saved:
    """Set the text of place.toml or a scenario; ``before`` is what its editor saw. Raises DraftClosed."""
    return _edited(draft).save_text(file, before, after, Signed(by))


@transaction.atomic
def undo(draft: Draft, number: int, *, by: str) -> Saved:
    """Take an edit back by a new one; clashes where somebody has built on it since. Raises DraftClosed."""
    return _edited(draft).undo(number, by=by)


@transaction.atomic
def discard(draft: Draft, *, by: str) -> None:
    """Close a draft without making a version of it. Its edits stay to be read. Raises DraftClosed."""
    _close(_locked(draft), "discarded", None, by=by)


@transaction.atomic
def reopen(code: str, *, by: str) -> Draft | None:
    """Open the last draft of a place again that was discarded, unless there is another; gives it."""
    last = (
        Draft.objects.select_for_update(of=("self",)).filter(place__code=code).order_by("-closed_at").first()
    )
    if (
        last is None
        or last.outcome != "discarded"
        or Draft.objects.filter(place=last.place_id, closed_at=None).exists()
    ):
        return None
    last.closed_at, last.closed_by, last.outcome = None, "", ""
    last.save(update_fields=["closed_at", "closed_by", "outcome"])
    record_event(by=by, action="draft opened again", subject=str(last), detail={}, place=last.place.code)
    return last


@transaction.atomic
def make_version(draft: Draft, *, by: str) -> PlaceVersion:
    """Make a version of a draft and close it; raises FaultsFound where it has faults, and DraftClosed."""
    current_for_change(draft.place)
    held = _locked(draft)
    texts = texts_of(held)
    model = from_document(texts)
    version = store_version(model, texts, by=by)
    read_version(version, f"draft {held.pk}")
    _close(held, "sent", version, by=by)
    return version


def _close(held: Draft, outcome: str, version: PlaceVersion | None, *, by: str) -> None:
    held.closed_at, held.closed_by, held.outcome, held.became = timezone.now(), by, outcome, version
    held.save(update_fields=["closed_at", "closed_by", "outcome", "became"])
    record_event(
        by=by,
        action=f"draft {outcome}",
        subject=str(version or held),
        detail={"edits": held.edits},
        place=held.place.code,
    )


def texts_of(draft: Draft, changed: Mapping[str, str] | None = None) -> dict[str, str]:
    """File name to text of a draft as it stands; ``changed`` are files as somebody would have them. Empty files are left out."""
    found = {entry.file: text_of(entry.content) for entry in DraftFile.objects.filter(draft=draft)}
    return {name: text for name, text in {**found, **(changed or {})}.items() if text.strip()}


def is_a_file(name: str) -> bool:
    """Whether a draft may hold a file of this name."""
    if name.endswith(".csv"):
        return name.removesuffix(".csv") in schema().tables
    folder, _, scenario = name.partition("/")
    return name == "place.toml" or (
        folder == SCENARIOS and scenario.endswith(".toml") and scenario[:-5].replace("-", "").isalnum()
    )
