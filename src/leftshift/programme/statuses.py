"""How things stand: computed from dates and evidence; a status by hand shows beside it and cannot hide what is overdue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from leftshift.programme.boards.words import long_day
from leftshift.programme.network import Timetable, day_of
from leftshift.programme.parameters import parameter
from leftshift.programme.programme import Programme
from leftshift.programme.timing import timetable
from leftshift.programme.work_rows import Action, Milestone, Override, Project

Rag = Literal["complete", "green", "amber", "red", "not_open"]
WORDS: Mapping[str, str] = {
    "complete": "Complete",
    "green": "On track",
    "amber": "At risk",
    "red": "Off track",
    "not_open": "Not open",
}
_WORST: Mapping[str, int] = {"not_open": 0, "complete": 1, "green": 2, "amber": 3, "red": 4}


@dataclass(frozen=True)
class Status:
    """How something stands: what its dates say and why, and what somebody set by hand, if anything."""

    computed: Rag
    why: str
    overdue: bool = False
    by_hand: Override | None = None
    refused: str = ""
    """Why a status by hand does not count, where one was set that may not."""
    below: Status | None = None
    """What it is by the statuses that were set by hand below it, where these make another of it."""

    @property
    def rag(self) -> Rag:
        """The status that counts."""
        if self.by_hand is not None and not self.refused:
            return self.by_hand.status
        return self.computed if self.below is None else self.below.computed

    @property
    def words(self) -> str:
        """The status as it is read: with who set it by hand and why, where somebody did."""
        said = f"{WORDS[self.computed]}: {self.why}"
        if self.below is not None:
            said = f"{WORDS[self.rag]}: {self.below.why}. The dates say {WORDS[self.computed].lower()}: {self.why}"
        if self.by_hand is None:
            return said
        hand = self.by_hand
        if self.refused:
            return f"{said}. Set to {WORDS[hand.status].lower()} by {hand.by}, which does not count: {self.refused}"
        return f"{WORDS[self.rag]}, set by {hand.by} until {long_day(hand.until)}: {hand.reason}. The dates say {WORDS[self.computed].lower()}: {self.why}"

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "status": self.rag,
            "computed": self.computed,
            "overdue": self.overdue,
            "why": self.why,
            "by_hand": None if self.by_hand is None else self.by_hand.status,
            "reason": None if self.by_hand is None else self.by_hand.reason,
            "words": self.words,
        }


@dataclass(frozen=True)
class Standing:
    """A programme on a day: its timetable, and how everything stands. Raises CircularDependencies when it is asked."""

    programme: Programme
    as_of: date

    @cached_property
    def timetable(self) -> Timetable:
        """When everything is reached."""
        return timetable(self.programme, self.as_of)

    @cached_property
    def milestones(self) -> Mapping[str, Status]:
        """Milestone to how it stands."""
        found = self.timetable
        cancelled = self.programme.cancelled
        return {
            row.milestone: self._with_hand(
                "milestone", row.milestone, self._milestone(row, at, found, cancelled)
            )
            for at, row in enumerate(found.milestones)
        }

    def _milestone(self, row: Milestone, at: int, found: Timetable, cancelled: Collection[str]) -> Status:
        agreed, expected = day_of(found.agreed[at]), day_of(found.expected[at])
        if found.is_done[at]:
            return _reached(row, agreed)
        if row.project in cancelled:
            return Status("not_open", "its project was cancelled")
        due = found.due(at)
        if due < self.as_of:
            return Status(
                "red", f"overdue: due on {long_day(due)}, {_days((self.as_of - due).days)} ago", True
            )
        behind = (expected - agreed).days
        if behind >= parameter("amber_days"):
            pushed = "" if expected == (row.due or agreed) else ", pushed by what it waits for"
            rag: Rag = "red" if behind >= parameter("red_days") else "amber"
            return Status(
                rag,
                f"expected on {long_day(expected)}, {_days(behind)} behind the agreed {long_day(agreed)}{pushed}",
            )
        return Status("green", f"due on {long_day(expected)}")

    @cached_property
    def actions(self) -> Mapping[str, Status]:
        """Action to how it stands."""
        return {
            row.action: self._with_hand("action", row.action, self._action(row))
            for row in self.programme.actions
        }

    def _action(self, row: Action) -> Status:
        if row.done is not None and row.done <= self.as_of:
            late = (row.done - row.due).days
            return Status(
                "complete", f"done on {long_day(row.done)}" + (f", {_days(late)} late" if late > 0 else "")
            )
        if row.due < self.as_of:
            late = (self.as_of - row.due).days
            return Status("red", f"overdue: due on {long_day(row.due)}, {_days(late)} ago", True)
        if (row.due - self.as_of).days <= parameter("due_soon_days"):
            return Status("amber", f"due soon: {long_day(row.due)}")
        return Status("green", f"due on {long_day(row.due)}")

    @cached_property
    def projects(self) -> Mapping[str, Status]:
        """Project to how it stands: as the worst of its open milestones, and red past a gate that is not passed."""
        parts: dict[str, list[tuple[str, Status]]] = {row.project: [] for row in self.programme.projects}
        for row in self.programme.milestones:
            if row.project in parts:
                parts[row.project].append((row.name, self.milestones[row.milestone]))
        breaches = self._breaches
        return {
            row.project: self._with_hand("project", row.project, _project(row, parts[row.project], breaches.get(row.project, ())))
            for row in self.programme.projects
        }  # fmt: skip

    @cached_property
    def _breaches(self) -> Mapping[str, Sequence[str]]:
        from leftshift.programme.gating import breaches

        return breaches(self.programme, self.as_of)

    @cached_property
    def workstreams(self) -> Mapping[str, Status]:
        """Workstream to how it stands: as the worst of its open projects."""
        parts: dict[str, list[tuple[str, Status]]] = {
            row.workstream: [] for row in self.programme.workstreams
        }
        for row in self.programme.projects:
            if row.workstream in parts:
                parts[row.workstream].append((row.name, self.projects[row.project]))
        return {
            name: self._with_hand("workstream", name, _worst(found, "no project"))
            for name, found in parts.items()
        }

    @cached_property
    def progress(self) -> Mapping[str, float]:
        """Project to the share of its milestones that were reached, by weight; 0 where it has none."""
        whole: dict[str, float] = {row.project: 0.0 for row in self.programme.projects}
        reached = dict(whole)
        for at, row in enumerate(self.timetable.milestones):
            whole[row.project] = whole.get(row.project, 0.0) + float(row.weight)
            if self.timetable.is_done[at]:
                reached[row.project] = reached.get(row.project, 0.0) + float(row.weight)
        return {name: reached.get(name, 0.0) / total if total else 0.0 for name, total in whole.items()}

    @cached_property
    def _hands(self) -> Mapping[tuple[str, str], Override]:
        holding = [row for row in self.programme.overrides if row.given_on <= self.as_of <= row.until]
        return {(row.of, row.named): row for row in sorted(holding, key=lambda row: row.given_on)}

    def _with_hand(self, of: str, named: str, found: Status) -> Status:
        hand = self._hands.get((of, named))
        if hand is None:
            return found
        return replace(found, by_hand=hand, refused=refusal(found, hand))


BY_HAND: Sequence[Rag] = ("green", "amber", "red")
"""What may be set by hand: that something is complete, or overdue, follows from its dates alone."""


def allowed(found: Status) -> Sequence[Rag]:
    """What may be set by hand for something that stands so: nothing where it is not open; what is overdue is never on track."""
    if found.computed in ("complete", "not_open"):
        return ()
    return [rag for rag in BY_HAND if not (found.overdue and rag == "green")]


def refusal(found: Status, hand: Override) -> str:
    """Why a status by hand does not count; empty where it does."""
    if not hand.reason.strip():
        return "no reason is given"
    may = allowed(found)
    if not may:
        return "it is not open any more"
    return "" if hand.status in may else "what is overdue cannot be on track"


def _reached(row: Milestone, agreed: date) -> Status:
    assert row.done is not None, "what was reached has a day"
    late = (row.done - agreed).days
    said = f"reached on {long_day(row.done)}" + (f", {_days(late)} late" if late > 0 else "")
    if not row.evidence:
        return Status("amber", f"{said}, without evidence")
    return Status("complete", said)


def _project(row: Project, parts: Sequence[tuple[str, Status]], breaches: Sequence[str]) -> Status:
    overdue = any(status.overdue for _, status in parts)
    if row.state == "cancelled":
        return Status("not_open", "cancelled")
    if row.state == "closed" and all(status.computed == "complete" for _, status in parts):
        return Status("complete", "closed")
    if breaches:
        return Status("red", breaches[0], overdue)
    if row.state == "open":
        return _worst(parts, "no milestone")
    if overdue:
        found = _worst(parts, "")
        return replace(found, why=f"{row.state}, and {found.why}")
    return (
        Status("not_open", "paused")
        if row.state == "paused"
        else Status("amber", "closed, but not all of it was reached")
    )


def _worst(parts: Iterable[tuple[str, Status]], nothing: str) -> Status:
    """The worst of several, and which it is: as the dates say, and beside it with what was set by hand."""
    found = list(parts)
    if not found:
        return Status("amber", f"it has {nothing}: nobody can tell how it stands")
    overdue = any(status.overdue for _, status in found)
    computed = _worst_of([(name, status.computed, status.why) for name, status in found])
    counts = _worst_of([(name, status.rag, _why(status)) for name, status in found])
    below = None if counts[0] == computed[0] else Status(*counts)
    return Status(*computed, overdue, below=below)


def _why(status: Status) -> str:
    """Why the status that counts is what it is, without its word."""
    hand = status.by_hand
    if hand is not None and not status.refused:
        return f"set by {hand.by} until {long_day(hand.until)}: {hand.reason}"
    return status.why if status.below is None else status.below.why


def _worst_of(found: Sequence[tuple[str, Rag, str]]) -> tuple[Rag, str]:
    name, worst, why = max(found, key=lambda part: _WORST[part[1]])
    if worst in ("complete", "not_open"):
        every = all(rag == "complete" for _, rag, _ in found)
        return "complete" if every else worst, "all is done" if every else "nothing of it is open"
    if worst == "green":
        return "green", "everything is on track"
    like = sum(1 for _, rag, _ in found if rag == worst)
    return worst, f"{name}: {why}" + (f", and {like - 1} more like it" if like > 1 else "")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
