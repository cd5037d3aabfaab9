"""A study as its page shows it: the blocks of its answer, as pictures, tables and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leftshift.reports.content import Block
from leftshift.reports.decisions.blocks import BLOCKS
from leftshift.workspace.decide.models import Study
from leftshift.workspace.plan.presenters.blocks import Part
from leftshift.workspace.plan.presenters.blocks import parts_of as shown

KINDS = {
    "simulate": (
        "How sure is it?",
        "Intervals of every figure, and the chance that each organisation balances",
    ),
    "sensitivity": (
        "What matters?",
        "Each uncertain quantity moved alone, and its share in how far the plan varies",
    ),
    "stress": ("What if it goes wrong?", "Shocks applied alone and together"),
    "portfolio": (
        "Which interventions, when?",
        "The best choice of interventions, starts and scale within limits",
    ),
    "goal": ("What would have to be true?", "Which value of one input closes the gap"),
}
"""Kind of study to its name and what it answers."""


def parts_of(study: Study, document: dict[str, Any]) -> list[Part]:
    """The page of a study, part by part."""
    address = f"/places/{study.version.place.code}/studies/{study.pk}"
    return shown(blocks_of(study, document), lambda at: f"{address}/charts/{at}.svg")


def blocks_of(study: Study, document: dict[str, Any]) -> Sequence[Block]:
    """The blocks of a study's answer."""
    return BLOCKS[study.kind](document)


def question_words(study: Study) -> list[tuple[str, str]]:
    """What was asked, as names and values."""
    return [
        (name.replace("_", " ").capitalize(), _said(value))
        for name, value in sorted(study.question.items())
        if value not in ("", None, [])
    ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
