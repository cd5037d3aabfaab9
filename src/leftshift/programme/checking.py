"""A programme checked on a day: how everything stands, what slips, what is overdue, what gates stop, and every fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leftshift.foundation.faults import Faults
from leftshift.place.place import Place
from leftshift.programme.benefiting import BenefitState, Spent, benefit_states
from leftshift.programme.boards.checking import BoardsChecked, check_boards
from leftshift.programme.checking_heading import heading_faults
from leftshift.programme.checking_register import register_faults
from leftshift.programme.checking_work import work_faults
from leftshift.programme.costing import SlipCost
from leftshift.programme.gating import GateState, Stop, gate_states, stops
from leftshift.programme.programme import Programme
from leftshift.programme.risking import Register
from leftshift.programme.slipping import Slip, slips
from leftshift.programme.statuses import Standing

if TYPE_CHECKING:
    from leftshift.measures.result import Measures


@dataclass(frozen=True)
class Overdue:
    """Something that should have happened."""

    kind: str
    name: str
    said: str
    owner: str
    due: date
    days: int

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "kind": self.kind, "name": self.name, "what": self.said, "owner": self.owner, "due": str(self.due), "days": self.days,
        }  # fmt: skip


def _is_past(due: date | None, done: date | None, as_of: date) -> bool:
    return due is not None and due < as_of and (done is None or done > as_of)


@dataclass(frozen=True)
class CheckedProgramme:
    """A programme on a day. What follows from dates raises CircularDependencies where milestones wait for each other."""

    programme: Programme
    as_of: date
    place: Place | None = None
    measures: Measures | None = None
    spent: Spent | None = None
    until: date | None = None
    """Until when things are known, where somebody looks back: what came in between does not count, and is no fault."""

    @cached_property
    def faults(self) -> Faults:
        """Everything that is wrong with it."""
        found = Faults()
        found.add_all(heading_faults(self.programme, self.place.code if self.place else None))
        found.add_all(work_faults(self.programme, self.as_of, self.place, self.until))
        found.add_all(register_faults(self.programme, self.as_of))
        found.add_all(self.boards.faults)
        return found

    @cached_property
    def boards(self) -> BoardsChecked:
        """Meetings, deadlines, decisions and interests."""
        return check_boards(self.programme.boards, self.as_of, self.until)

    @cached_property
    def standing(self) -> Standing:
        """How everything stands."""
        return Standing(self.programme, self.as_of)

    @cached_property
    def slips(self) -> tuple[Slip, ...]:
        """What is behind the plan: not what was cancelled before it was reached."""
        cancelled = self.programme.cancelled
        return tuple(
            slip
            for slip in slips(self.standing.timetable)
            if slip.is_done or slip.milestone.project not in cancelled
        )

    @cached_property
    def gates(self) -> tuple[GateState, ...]:
        """Every gate."""
        return gate_states(self.programme, self.as_of)

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """What gates stop."""
        return stops(self.programme, self.as_of)

    @cached_property
    def register(self) -> Register:
        """Every risk."""
        return Register(self.programme, self.as_of)

    @cached_property
    def benefits(self) -> tuple[BenefitState, ...]:
        """Every benefit."""
        return benefit_states(self.programme, self.as_of, self.measures, self.spent)

    @cached_property
    def overdue(self) -> tuple[Overdue, ...]:
        """Everything that should have happened, the longest first."""
        return tuple(sorted(self._overdue(), key=lambda entry: (entry.due, entry.kind, entry.name)))

    def _overdue(self) -> Iterator[Overdue]:
        yield from self._overdue_work()
        yield from self._overdue_decisions()
        for entry in self.programme.log:
            if _is_past(entry.due, entry.closed, self.as_of) and entry.due:
                yield self._late(entry.kind, entry.entry, entry.text, entry.owner, entry.due)
        for contact in self.programme.contacts:
            if _is_past(contact.due, contact.done, self.as_of):
                yield self._late("contact", contact.stakeholder, contact.purpose, contact.owner, contact.due)
        for state in self.benefits:
            if state.missing:
                row, first = state.benefit, state.missing[0]
                yield self._late("benefit figure", row.benefit, f"{row.name}, {first}", row.owner, first.end)

    def _overdue_work(self) -> Iterator[Overdue]:
        found = self.standing.timetable
        for row in self.programme.milestones:
            if self.standing.milestones[row.milestone].overdue:
                owner = row.owner or self.programme.project[row.project].owner
                yield self._late(
                    "milestone", row.milestone, row.name, owner, found.due(found.at(row.milestone))
                )
        for action in self.programme.actions:
            if self.standing.actions[action.action].overdue:
                yield self._late("action", action.action, action.text, action.owner, action.due)

    def _overdue_decisions(self) -> Iterator[Overdue]:
        for state in self.register.risks:
            if state.is_review_overdue and state.risk.review is not None:
                yield self._late(
                    "risk review", state.risk.risk, state.title, state.risk.owner, state.risk.review
                )
        for gate in self.gates:
            if gate.gate.due is not None and gate.gate.due < self.as_of and not gate.is_decided:
                yield self._late("gate", gate.gate.gate, gate.gate.name, gate.gate.decider, gate.gate.due)

    def _late(self, kind: str, name: str, said: str, owner: str, due: date) -> Overdue:
        return Overdue(kind, name, said, owner, due, (self.as_of - due).days)

    @property
    def critical_path(self) -> list[str]:
        """The milestones that decide when the programme ends, in their order."""
        found = self.standing.timetable
        critical = [at for at in range(len(found.milestones)) if found.critical[at]]
        return [found.network.names[at] for at in sorted(critical, key=lambda at: (found.expected[at], at))]

    def document(self, cost: SlipCost | None = None) -> dict[str, Any]:
        """As plain values: what ``leftshift programme check --json`` prints."""
        standing = self.standing
        return {
            "programme": self.programme.code,
            "name": self.programme.name,
            "place": self.programme.place or None,
            "as_of": str(self.as_of),
            "fingerprint": self.programme.fingerprint,
            "unit": "£000",
            "overdue": [entry.document() for entry in self.overdue],
            "slips": [entry.document() for entry in self.slips],
            **(cost.document() if cost is not None else {"bridge_effect": None}),
            "critical_path": self.critical_path,
            "workstreams": {name: status.document() for name, status in standing.workstreams.items()},
            "projects": {
                name: {**status.document(), "progress": standing.progress[name]}
                for name, status in standing.projects.items()
            },
            "gates": [entry.document() for entry in self.gates],
            "stops": [entry.words for entry in self.stops],
            "risks": [entry.document() for entry in self.register.risks],
            "benefits": [entry.document() for entry in self.benefits],
            "boards": self.boards.document(),
            "faults": [fault.document() for fault in self.faults],
        }
