"""What each room of a programme shows: blocks of the same reports that the command line writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from leftshift.programme.appraising import NoWeights, appraise
from leftshift.reports.content import Block, Note, Paragraph
from leftshift.reports.programme import blocks
from leftshift.reports.programme.asking import minute_said
from leftshift.workspace.programme.queries import Seen

SEED = 1
"""Seed of the random weights on pages: the same page gives the same figures."""


def _choice(seen: Seen, name: str) -> Iterable[Block]:
    try:
        found = appraise(seen.checked.programme, name)
        _, minute = minute_said(seen.checked.programme.boards, found.appraisal.minute)
        return blocks.choice(replace(found, appraisal=replace(found.appraisal, minute=minute)), SEED)
    except NoWeights as problem:
        return (Note(f"{problem}."),)


SECTIONS: Mapping[str, Callable[[Seen], Iterable[Block]]] = {
    "overview": lambda seen: blocks.overview(seen.checked, seen.cost),
    "slips": lambda seen: blocks.slips(seen.checked, seen.cost),
    "timeline": lambda seen: blocks.timeline(seen.checked),
    "calendar": lambda seen: blocks.calendar(seen.checked),
    "actions": lambda seen: (*blocks.actions(seen.checked), *blocks.changes(seen.checked)),
    "risks": lambda seen: blocks.risks(seen.checked),
    "benefits": lambda seen: blocks.benefits(seen.checked),
    "gates": lambda seen: blocks.gates(seen.checked),
    "engagement": lambda seen: blocks.engagement(seen.checked),
    "alignment": lambda seen: (*blocks.alignment(seen.checked), *blocks.stakeholders(seen.checked)),
    "equality": lambda seen: blocks.equality(seen.checked),
}
"""Section to what makes its blocks."""
OF_ONE: Mapping[str, Callable[[Seen, str], Iterable[Block]]] = {
    "project": lambda seen, name: blocks.project(seen.checked, name, seen.cost),
    "gate": lambda seen, name: blocks.gate(seen.checked, name),
    "choice": _choice,
    "plan": lambda seen, name: blocks.timeline(seen.checked, name),
}
"""Section about one thing to what makes its blocks, from the short name of the thing."""


def blocks_of(seen: Seen, section: str, name: str = "") -> Sequence[Block]:
    """The blocks of a section; LookupError where there is no such section or thing."""
    made = OF_ONE[section](seen, name) if name else SECTIONS[section](seen)
    found = tuple(made)
    return found or (Paragraph("Nothing is recorded yet."),)
