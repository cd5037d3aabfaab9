"""How many beds some bed days fill."""

from __future__ import annotations

from leftshift.capacity.parameters import parameter
from leftshift.economy.preparing import percent_setting
from leftshift.place.place import Place


def occupancy_of(place: Place, bed_type: str | None) -> float:
    """The share of the year on which a bed of a type is filled: its own, else the setting bed_occupancy."""
    own = {row.bed_type: row.occupancy for row in place.bed_types}.get(bed_type or "")
    return own if own is not None else percent_setting(place, "bed_occupancy")


def beds_for(bed_days: float, occupancy: float) -> float | None:
    """Bed days a year as beds; None where the occupancy is none that a bed can have."""
    if not 0 < occupancy <= 1:
        return None
    return bed_days / (parameter("days_in_year") * occupancy)
