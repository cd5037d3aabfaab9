"""When everything is reached: as planned, as agreed since, and as expected on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from leftshift.programme.network import Days, Timetable, day_number, network
from leftshift.programme.programme import Programme
from leftshift.programme.work_rows import Milestone


def timetable(programme: Programme, as_of: date) -> Timetable:
    """When everything is reached. Raises CircularDependencies."""
    rows = programme.milestones
    net = network(rows, programme.dependencies)
    agreed_on = agreed_dates(programme, as_of)
    done = np.array([row.done is not None and row.done <= as_of for row in rows], dtype=bool)
    nothing = np.zeros(len(rows), dtype=bool)
    planned_days = _days([_planned_days(row) for row in rows])
    days = _days([_expected_days(row) for row in rows])
    planned = net.forward(_days([day_number(row.baseline) for row in rows]), planned_days, nothing)
    agreed = net.forward(_days([day_number(agreed_on[row.milestone]) for row in rows]), planned_days, nothing)
    expected = net.forward(
        _days([day_number(_expected(row, agreed_on[row.milestone], as_of)) for row in rows]), days, done
    )
    return Timetable(net, rows, as_of, planned, agreed, expected, days, done)


def agreed_dates(programme: Programme, as_of: date) -> Mapping[str, date]:
    """Milestone to the date that was agreed last: its baseline, or that of the latest change approved by a day."""
    found = {row.milestone: row.baseline for row in programme.milestones}
    approved = [
        row
        for row in programme.changes
        if row.outcome == "approved" and row.new_due and row.decided_on and row.decided_on <= as_of
    ]
    for row in sorted(approved, key=lambda row: (row.decided_on or as_of, row.change)):
        if row.milestone in found and row.new_due:
            found[row.milestone] = row.new_due
    return found


def _expected(row: Milestone, agreed: date, as_of: date) -> date:
    """When a milestone is reached by itself: what is open is not reached before today."""
    if row.done is not None and row.done <= as_of:
        return row.done
    return max(row.due or agreed, as_of)


def _planned_days(row: Milestone) -> int:
    if row.baseline_begins is not None:
        return max(0, (row.baseline - row.baseline_begins).days)
    return _own_days(row)


def _own_days(row: Milestone) -> int:
    if row.begins is None:
        return 0
    return max(0, ((row.due or row.baseline) - row.begins).days)


def _expected_days(row: Milestone) -> int:
    return _own_days(row) if row.begins is not None else _planned_days(row)


def _days(values: list[int]) -> Days:
    return np.array(values, dtype=np.int64)
