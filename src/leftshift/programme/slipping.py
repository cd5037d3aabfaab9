"""What slips, by how much, and which savings slip with it: as a scenario of the place.

A milestone that starts an intervention holds its savings: they begin as many months later as the milestone is behind the
plan. Whole months count, and one more where the days beyond them are most of a month.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.place.place import Place
from leftshift.place.rows import Intervention
from leftshift.place.scenarios import FOLDER as SCENARIOS
from leftshift.place.scenarios import Scenario, read_scenario
from leftshift.programme.network import Timetable, day_of
from leftshift.programme.parameters import parameter
from leftshift.programme.work_rows import Milestone

_MONTHS = 12


@dataclass(frozen=True)
class Slip:
    """A milestone that is not reached when the plan counts on it; ``days`` below 0: it is early."""

    milestone: Milestone
    planned: date
    agreed: date
    expected: date
    months: int
    is_done: bool
    is_critical: bool
    because: tuple[str, ...]
    """The chain of milestones that decides its date, itself last."""

    @property
    def days(self) -> int:
        """Days behind the plan."""
        return (self.expected - self.planned).days

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "milestone": self.milestone.milestone,
            "name": self.milestone.name,
            "project": self.milestone.project,
            "planned": str(self.planned),
            "agreed": str(self.agreed),
            "expected": str(self.expected),
            "days": self.days,
            "months": self.months,
            "starts": self.milestone.starts or None,
            "reached": self.is_done,
            "critical": self.is_critical,
            "because": list(self.because),
        }


@dataclass(frozen=True)
class Delay:
    """An intervention whose savings begin later than planned, and the milestone that holds it."""

    intervention: str
    months: int | None
    """None: they do not come, for the project that would begin them was cancelled."""
    milestone: str
    name: str


def months_late(planned: date, expected: date) -> int:
    """Whole months from one day to a later one, and one more for most of a month; 0 where it is not later.

    A month ends on the same day of the next one, or on its last day: 31 August to 28 February are six.
    """
    if expected <= planned:
        return 0
    months = (expected.year - planned.year) * _MONTHS + expected.month - planned.month
    if _plus(planned, months) > expected:
        months -= 1
    beyond = (expected - _plus(planned, months)).days
    return months + (beyond >= parameter("month_from_days"))


def _plus(day: date, months: int) -> date:
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    last = (date(year + (month + 1) // _MONTHS, (month + 1) % _MONTHS + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))


def slips(found: Timetable) -> tuple[Slip, ...]:
    """Every milestone that is behind the plan, the longest first."""
    late = [_slip(found, at) for at in range(len(found.milestones)) if found.slip[at] > 0]
    return tuple(sorted(late, key=lambda slip: (-slip.days, slip.milestone.milestone)))


def _slip(found: Timetable, at: int) -> Slip:
    row = found.milestones[at]
    planned, expected = day_of(found.planned[at]), day_of(found.expected[at])
    return Slip(
        row,
        planned,
        day_of(found.agreed[at]),
        expected,
        months_late(planned, expected),
        bool(found.is_done[at]),
        bool(found.critical[at]),
        tuple(found.chain(row.milestone)),
    )


def delays(found: Timetable, cancelled: Collection[str] = ()) -> tuple[Delay, ...]:
    """Interventions that begin later than planned, or never where a project that was ``cancelled`` would begin them.

    Where several milestones start one, the last of them starts it: the last that was planned, and the last expected.
    """
    starting: dict[str, list[int]] = {}
    for at, row in enumerate(found.milestones):
        if row.starts:
            starting.setdefault(row.starts, []).append(at)
    held = (_delay(found, name, starting[name], cancelled) for name in sorted(starting))
    return tuple(delay for delay in held if delay is not None)


def _delay(found: Timetable, name: str, starting: Sequence[int], cancelled: Collection[str]) -> Delay | None:
    for at in starting:
        row = found.milestones[at]
        if row.project in cancelled and not found.is_done[at]:
            return Delay(name, None, row.milestone, row.name)
    last = max(starting, key=lambda at: (found.expected[at], found.slip[at]))
    planned = day_of(max(found.planned[at] for at in starting))
    months = months_late(planned, day_of(found.expected[last]))
    row = found.milestones[last]
    return Delay(name, months, row.milestone, row.name) if months else None


def slip_scenario(late: Sequence[Delay], as_of: date, place: Place) -> Scenario | None:
    """The slips as a scenario of the place; None where none moves an intervention of its plan."""
    known = {row.intervention: row for row in place.interventions}
    moving = [delay for delay in late if delay.intervention in known]
    if not moving:
        return None
    lost = {
        delay.intervention for delay in moving if _is_lost(place, known[delay.intervention], delay.months)
    }
    text = scenario_text(moving, as_of, lost)
    scenario, faults = read_scenario(f"{SCENARIOS}/slips-{as_of}.toml", text)
    assert scenario is not None, f"a scenario that we wrote can be read: {faults}"
    return scenario


def _is_lost(place: Place, row: Intervention, months: int | None) -> bool:
    """Whether savings that begin so much later begin after the plan has ended, or never."""
    if months is None:
        return True
    first = row.start.months_since(place.base_year) if row.start else _MONTHS
    return first + row.delay_months + months >= _MONTHS * len(place.years)


def scenario_text(late: Sequence[Delay], as_of: date, lost: Collection[str] = ()) -> str:
    """The text of the scenario, which a person could keep in the place folder; what is ``lost`` delivers nothing."""
    head = {
        "name": f"Slips as of {as_of}",
        "description": "What the programme's milestones say today: savings begin as much later as the milestones that start them.",
        "source": f"The programme's milestones on {as_of}",
    }
    blocks = ["\n".join(f"{name} = {_quoted(text)}" for name, text in head.items())]
    blocks += [_change(delay, delay.intervention in lost) for delay in late]
    return "\n\n".join(blocks) + "\n"


def _change(delay: Delay, lost: bool) -> str:
    months = "1 month" if delay.months == 1 else f"{delay.months} months"
    beyond = ": its savings begin after the plan has ended" if lost else ""
    why = f"{delay.name} is {months} behind the plan{beyond}"
    if delay.months is None:
        why = f"{delay.name} does not come: its project was cancelled"
    return "\n".join(
        [
            "[[change]]",
            f"why = {_quoted(why)}",
            'table = "interventions"',
            f"where = {{ intervention = {_quoted(delay.intervention)} }}",
            'set = { delivery = "0%" }' if lost else f'add = {{ delay_months = "{delay.months}" }}',
        ]
    )


def _quoted(text: str) -> str:
    # A JSON text is a TOML basic string; delete (0x7f) is the one character that TOML wants escaped besides.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
