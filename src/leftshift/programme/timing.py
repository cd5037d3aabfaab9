"""When everything is reached: as planned, as agreed since, and as expected on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from leftshift.programme.network import NOT_BEGUN, Days, Spans, Timetable, day_number, network
from leftshift.programme.programme import Programme
from leftshift.programme.work_rows import Milestone


def timetable(programme: Programme, as_of: date) -> Timetable:
    """When everything is reached. Raises CircularDependencies."""
    rows = programme.milestones
    net = network(rows, programme.dependencies)
    agreed_on = agreed_dates(programme, as_of)
    done = np.array([row.done is not None and row.done <= as_of for row in rows], dtype=bool)
    nothing = np.zeros(len(rows), dtype=bool)
    as_planned = _spans(_planned_days(row) for row in rows)
    spans = _spans(_expected_days(row, as_of) for row in rows)
    planned = net.forward(_days([day_number(row.baseline) for row in rows]), as_planned, nothing)
    agreed = net.forward(_days([day_number(agreed_on[row.milestone]) for row in rows]), as_planned, nothing)
    expected = net.forward(
        _days([day_number(_expected(row, agreed_on[row.milestone], as_of)) for row in rows]), spans, done
    )
    return Timetable(net, rows, as_of, planned, agreed, expected, spans, done)


def agreed_dates(programme: Programme, as_of: date) -> Mapping[str, date]:
    """Milestone to the date that was agreed last: its baseline, or that of the latest change approved by a day.

    An approval that nobody recorded (who, when, in which minute) agrees to nothing.
    """
    found = {row.milestone: row.baseline for row in programme.milestones}
    approved = [
        row
        for row in programme.changes
        if row.outcome == "approved" and row.new_due and row.decided_by and row.minute
        if row.decided_on is not None and row.decided_on <= as_of
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


def _planned_days(row: Milestone) -> tuple[int, int]:
    """The days that a milestone was planned to take, and its begin where only one is known that was not planned.

    A forecast says nothing of the plan: where no planned begin stands, nothing that it waits for moves the begin.
    """
    if row.baseline_begins is not None:
        return max(0, (row.baseline - row.baseline_begins).days), NOT_BEGUN
    if row.begins is None:
        return 0, NOT_BEGUN
    return 0, day_number(min(row.begins, row.baseline))


def _expected_days(row: Milestone, as_of: date) -> tuple[int, int]:
    """The days that a milestone takes as it looks on a day, and its begin where it has begun."""
    is_done = row.done is not None and row.done <= as_of
    ends = row.done if is_done and row.done is not None else row.due or row.baseline
    if row.begins is None:
        return _planned_days(row)
    days = max(0, (ends - row.begins).days)
    return days, day_number(min(row.begins, ends)) if is_done or row.begins <= as_of else NOT_BEGUN


def _spans(found: Iterable[tuple[int, int]]) -> Spans:
    pairs = list(found)
    return Spans(_days([days for days, _ in pairs]), _days([begun for _, begun in pairs]))


def _days(values: Sequence[int]) -> Days:
    return np.array(values, dtype=np.int64)
