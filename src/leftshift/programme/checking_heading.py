"""What is wrong with the heading of a programme: its day, its scale and its place."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.foundation.faults import Fault, near_miss, shown
from leftshift.programme.programme import Programme, programme_kind
from leftshift.programme.risking import scales


def heading_faults(programme: Programme, place: str | None) -> Iterator[Fault]:
    """Everything that is wrong with what programme.toml says; ``place`` is the code of the place that it stands in, if any."""
    if programme.looked_at and programme.day is None:
        yield _fault("date not understood", "looked_at", programme.looked_at, "a day such as 2015-06-12", "Correct it, or take it out")  # fmt: skip
    if programme.scale and programme.scale not in (known := scales(programme)):
        hint = near_miss(programme.scale, known)
        yield _fault("unknown scale", "scale", programme.scale, f"one of {', '.join(known)}", "Correct it, or describe it in scales.csv and bands.csv", hint)  # fmt: skip
    if place is not None and programme.place and programme.place != place:
        yield _fault("programme of another place", "place", programme.place, f"{place}, the place that it stands in", "Correct it, or move the folder")  # fmt: skip


def _fault(
    kind: str, column: str, found: str, expected: str, action: str, suggestion: str | None = None
) -> Fault:
    return Fault(kind, programme_kind().file, None, column, shown(found), expected, action, suggestion)
