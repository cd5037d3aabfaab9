"""The states of a plan on its way to being published, as tables. Pages, actions and the guide read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.models import Step

STORED, IN_REVIEW, AGREED, PUBLISHED = "stored", "in review", "agreed", "published"
SENT, TAKEN_BACK, AGREES, WITHDRAWS, PUBLISHES = "sent", "taken back", "agrees", "withdraws", "publishes"

STATES = {
    STORED: ("Draft", "A version that nobody was asked to agree.", "grey"),
    IN_REVIEW: ("In review", "Each organisation of the perimeter is asked to agree it.", "yellow"),
    AGREED: ("Agreed", "Every organisation of the perimeter has agreed it.", "green"),
    PUBLISHED: ("Published", "Agreed by all, and published.", "blue"),
}
# state → step → state; agreeing by the last organisation leads from review to agreed
TRANSITIONS = {
    STORED: {SENT: IN_REVIEW},
    IN_REVIEW: {AGREES: IN_REVIEW, WITHDRAWS: IN_REVIEW, TAKEN_BACK: STORED},
    AGREED: {WITHDRAWS: IN_REVIEW, TAKEN_BACK: STORED, PUBLISHES: PUBLISHED},
    PUBLISHED: {},
}
NEEDS = {
    SENT: Permission.SEND_FOR_REVIEW,
    TAKEN_BACK: Permission.SEND_FOR_REVIEW,
    AGREES: Permission.AGREE,
    WITHDRAWS: Permission.AGREE,
    PUBLISHES: Permission.PUBLISH,
}


class StepNotPossible(ValueError):
    """A step that the state of a plan does not allow; the words say why."""


@dataclass
class Standing:
    """Where a plan stands: its state, who has agreed it, and the steps that led there."""

    required: frozenset[str]
    state: str = STORED
    agreements: dict[str, Step] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """Codes of the organisations that have not agreed yet."""
        return sorted(self.required - self.agreements.keys())

    def check(self, step: str, organisation: str = "") -> None:
        """Raise StepNotPossible where the state does not allow a step, or no such organisation is asked."""
        name = STATES[self.state][0].lower()
        if step not in TRANSITIONS[self.state]:
            raise StepNotPossible(f"A plan that is {name} cannot be {_PASSIVE[step]}.")
        if step in (AGREES, WITHDRAWS) and organisation not in self.required:
            raise StepNotPossible(f"{organisation or 'This organisation'} is not in the plan's perimeter.")
        if step == AGREES and organisation in self.agreements:
            raise StepNotPossible(f"{organisation} has agreed this plan already.")
        if step == WITHDRAWS and organisation not in self.agreements:
            raise StepNotPossible(f"{organisation} has not agreed this plan.")

    def take(self, step: Step) -> None:
        """Go on by a step."""
        self.steps.append(step)
        self.state = TRANSITIONS[self.state].get(step.step, self.state)
        if step.step == AGREES:
            self.agreements[step.organisation] = step
            if not self.missing:
                self.state = AGREED
        elif step.step == WITHDRAWS:
            self.agreements.pop(step.organisation, None)
        elif step.step == TAKEN_BACK:
            self.agreements.clear()


_PASSIVE = {
    SENT: "sent for review again",
    TAKEN_BACK: "taken back",
    AGREES: "agreed",
    WITHDRAWS: "withdrawn from",
    PUBLISHES: "published before every organisation has agreed it",
}


def standing_of(steps: Iterable[Step], required: Collection[str]) -> Standing:
    """Where the steps of a plan lead, in their order."""
    found = Standing(frozenset(required))
    for step in steps:
        found.take(step)
    return found
