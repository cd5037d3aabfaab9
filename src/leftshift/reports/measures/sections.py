"""Measures as sections of a board pack."""

from __future__ import annotations

from datetime import date

from leftshift.measures.result import Measured, Measures
from leftshift.measures.words import told
from leftshift.model import PlanResult
from leftshift.reports.content import Block, Figure, Note, Section
from leftshift.reports.measures import SAVINGS_TITLE, TITLE
from leftshift.reports.measures.one import alternative, control_spec, notes
from leftshift.reports.measures.summary import opportunity_blocks, savings_blocks, summary_blocks

KEY, SAVINGS_KEY = "measures", "savings"
_NOTHING = "The place measures nothing."
_NO_SAVINGS = "The place has no savings register."
_DRAWN = 8
"""So many control charts are drawn: those with a signal, or that will not meet their target."""


def measures_section(result: PlanResult, as_of: date) -> Section:
    """All measures at a glance, and the control charts of those to look at."""
    measures = result.measures(as_of)
    blocks: list[Block] = list(summary_blocks(measures)) or [Note(_NOTHING)]
    chosen = _to_look_at(measures)
    blocks += [Figure(control_spec(entry), told(entry), alternative(entry)) for entry in chosen[:_DRAWN]]
    if len(chosen) > _DRAWN:
        blocks.append(
            Note(f"Drawn are {_DRAWN} of {len(chosen)} with a signal, or that will not meet their target.")
        )
    if measures.all:
        blocks.append(notes(measures.all))
    return Section(KEY, TITLE, tuple(blocks), wide=True)


def _to_look_at(measures: Measures) -> list[Measured]:
    """What is of concern first, then what fails its target, then what improves."""
    order = ("concern", "fails", "improvement", "neutral")
    found = [(entry, _why(entry)) for entry in measures.all]
    return [entry for why in order for entry, its in found if its == why]


def _why(entry: Measured) -> str:
    if entry.chart is None:
        return ""
    judged = entry.chart.variation.split(" ")[0]
    if judged == "concern":
        return judged
    return "fails" if entry.chart.assurance == "fails" else judged


def savings_section(result: PlanResult, as_of: date) -> Section:
    """The savings register, and what reaching others would be worth."""
    measures = result.measures(as_of)
    blocks = (*savings_blocks(measures), *opportunity_blocks(measures))
    return Section(SAVINGS_KEY, SAVINGS_TITLE, blocks or (Note(_NO_SAVINGS),), wide=True)
