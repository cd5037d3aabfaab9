"""Keep what somebody tried as a scenario of the place."""

from __future__ import annotations

from django.db import transaction

from leftshift.foundation.faults import FaultsFound
from leftshift.model import from_document
from leftshift.place.scenarios import FOLDER
from leftshift.workspace.plan.actions.drafting import save_text
from leftshift.workspace.plan.actions.storing import current_for_change, read_version, store_version
from leftshift.workspace.plan.models import Draft, PlaceVersion, StoredPlace


class ScenarioNotKept(ValueError):
    """A scenario that cannot be kept; the words say why."""


@transaction.atomic
def keep_scenario(place: StoredPlace, key: str, text: str, *, by: str) -> PlaceVersion:
    """A version with one scenario more than the current one has; raises ScenarioNotKept.

    What was agreed of the plan holds for it; an open draft gets the scenario too.
    """
    version = current_for_change(place)
    file = f"{FOLDER}/{key}.toml"
    if file in version.document:
        raise ScenarioNotKept(f"There is a scenario of that name already ({key}): choose another name.")
    texts = {**version.document, file: text}
    try:
        model = from_document(texts)
    except FaultsFound as found:
        raise ScenarioNotKept(" ".join(str(fault) for fault in list(found.faults)[:3])) from found
    stored = store_version(model, texts, by=by)
    read_version(stored, f"scenario {key}")
    draft = Draft.objects.filter(place=place, closed_at=None).first()
    if draft:
        save_text(draft, file, "", text, by=by)
    return stored
