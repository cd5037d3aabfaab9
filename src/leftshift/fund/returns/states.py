"""The way of a return: prepared, reviewed by the executive, submitted, noted by the board; and what each step asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PREPARED, REVIEWED, SUBMITTED, NOTED, WITHDRAWN = "prepared", "reviewed", "submitted", "noted", "withdrawn"
STATES = (PREPARED, REVIEWED, SUBMITTED, NOTED)
_NEXT = {PREPARED: REVIEWED, REVIEWED: SUBMITTED, SUBMITTED: NOTED}
NEEDS_MINUTE = {NOTED}


class StepRefused(ValueError):
    """A step that a return cannot take as it stands; the words say what to do."""


@dataclass(frozen=True)
class StepAsked:
    """A step somebody wants a return to take."""

    step: str
    by: str
    note: str = ""
    minute: str = ""


def next_step(taken: Sequence[str]) -> str | None:
    """The step that comes after those taken; None where there is none."""
    return _NEXT.get(taken[-1]) if taken else PREPARED


def check_step(taken: Sequence[str], asked: StepAsked, *, faults: int, by_before: Sequence[str]) -> None:
    """Whether a return may take a step. Raises StepRefused.

    ``faults`` are those that block it, ``by_before`` who took each step so far: whoever prepared a return does not review it.
    """
    if taken and taken[-1] == WITHDRAWN:
        raise StepRefused("This return was taken back. Prepare it anew")
    wanted = next_step(taken)
    if asked.step == WITHDRAWN and taken and taken[-1] in (PREPARED, REVIEWED):
        return
    if asked.step != wanted:
        raise StepRefused(
            f"A return that is {taken[-1] if taken else 'not prepared'} cannot become {asked.step}: next is {wanted or 'nothing'}"
        )
    if asked.step in (REVIEWED, SUBMITTED) and faults:
        raise StepRefused(
            f"{'One fault keeps' if faults == 1 else f'{faults} faults keep'} it from being {asked.step}. Clear what is wrong, and prepare it again"
        )
    if asked.step == REVIEWED and asked.by in by_before:
        raise StepRefused("Whoever prepared a return does not review it. Ask somebody else")
    if asked.step in NEEDS_MINUTE and not asked.minute.strip():
        raise StepRefused("The board notes a return at a meeting. Say which minute")
