"""The subjects of capacity, and which of them a place says anything of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from leftshift.place.place import Place

SUBJECTS: Mapping[str, str] = {
    "beds": "Beds",
    "activity": "Activity",
    "staff": "Staff",
    "buildings": "Buildings",
    "capital": "Capital",
}
"""The key of each subject, and its name."""
_SAYS: Mapping[str, Callable[[Place], bool]] = {
    "beds": lambda place: bool(place.beds or any(row.bed_type for row in place.activity)),
    "activity": lambda place: bool(place.activity or place.avoidance_plans),
    "staff": lambda place: bool(place.workforce or place.staff_needed),
    "buildings": lambda place: bool(place.sites),
    "capital": lambda place: bool(place.capital_programmes),
}


def subjects_of(place: Place) -> dict[str, str]:
    """The subjects that a place says something of, each with its name."""
    return {key: name for key, name in SUBJECTS.items() if _SAYS[key](place)}


def has_control(place: Place) -> bool:
    """Whether anything is held against a control total, an envelope or a pool."""
    return bool(place.control_totals or place.envelopes or place.risk_pool)
