"""Which figures are due and are not there, or come next: the rows of a table to fill in."""

from __future__ import annotations

from datetime import date, timedelta

from leftshift.foundation.periods import Period
from leftshift.place.measure_rows import Observation, ObservationByAge
from leftshift.place.place import Place


def due_rows(place: Place, as_of: date) -> list[tuple[str, str, Period]]:
    """Measure, body and period of each figure that was due by a day and that the place has not; after the last one of its series.

    A measure without ``due_after`` expects nothing; a series that has not begun has no first period to expect.
    """
    found = []
    due_after = {row.measure: row.due_after for row in place.measures}
    for (name, body), period in _latest(place).items():
        days, following = due_after[name], period.following
        while days is not None and following.end + timedelta(days=days) <= as_of:
            found.append((name, body, following))
            following = following.following
    return found


def next_rows(place: Place) -> list[tuple[str, str, Period]]:
    """Measure, body and period of the figure that follows the latest of every series, whenever it may be due."""
    return [(name, body, period.following) for (name, body), period in _latest(place).items()]


def says_when_due(place: Place) -> bool:
    """Whether any measure says in ``due_after`` when its figures are due."""
    return any(row.due_after is not None for row in place.measures)


def _latest(place: Place) -> dict[tuple[str, str], Period]:
    """Measure and body to the latest period with a figure."""
    last: dict[tuple[str, str], Period] = {}
    seen: list[Observation | ObservationByAge] = [*place.observations, *place.observations_by_age]
    for row in seen:
        key = (row.measure, row.of)
        if key not in last or last[key] < row.period:
            last[key] = row.period
    return last
