"""Engagement: who was asked, what they said, what changed and which decision says so; and what a decision does to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.programme.engagement_rows import Assessment, Engagement, Impact, SaidAndDid, Theme
from leftshift.programme.parameters import catalogue, parameter
from leftshift.programme.programme import Programme


@dataclass(frozen=True)
class ThemeCount:
    """How many people of each group spoke of a theme; ``None`` where a number is too small to be shown."""

    theme: Theme
    groups: Mapping[str, int | None]
    total: int | None
    supportive: int | None


@dataclass(frozen=True)
class Heard:
    """An engagement with what was said, fit to be published."""

    engagement: Engagement
    themes: tuple[ThemeCount, ...]
    answers: tuple[SaidAndDid, ...]
    groups: tuple[str, ...]

    @property
    def unanswered(self) -> tuple[Theme, ...]:
        """Themes that nobody has answered."""
        answered = {row.theme for row in self.answers if row.response != "open"}
        return tuple(row.theme for row in self.themes if row.theme.theme not in answered)


def heard(programme: Programme) -> tuple[Heard, ...]:
    """Every engagement; numbers too small to be shown are left out, and others where they would give them away."""
    return tuple(_heard(programme, row) for row in programme.engagements)


def _heard(programme: Programme, row: Engagement) -> Heard:
    own = [entry for entry in programme.responses if entry.engagement == row.engagement]
    groups = tuple(dict.fromkeys(entry.group for entry in own))
    by_theme: dict[str, dict[str, tuple[int, int | None]]] = {}
    for entry in own:
        by_theme.setdefault(entry.theme, {})[entry.group] = (entry.number, entry.supportive)
    names = {theme.theme: theme for theme in programme.themes}
    hidden = suppressed(
        {(theme, group): numbers[0] for theme, found in by_theme.items() for group, numbers in found.items()}
    )
    themes = tuple(
        _counted(names[theme], found, groups, hidden) for theme, found in by_theme.items() if theme in names
    )
    answers = tuple(entry for entry in programme.said_and_did if entry.engagement == row.engagement)
    return Heard(row, themes, answers, groups)


def _counted(
    theme: Theme,
    found: Mapping[str, tuple[int, int | None]],
    groups: Sequence[str],
    hidden: Hidden,
) -> ThemeCount:
    shown = {
        group: None if (theme.theme, group) in hidden.cells else found[group][0] if group in found else 0
        for group in groups
    }
    total = sum(number for number, _ in found.values())
    least = parameter("suppress_below")
    known = [number for _, number in found.values() if number is not None]
    supportive = sum(known) if len(known) == len(found) else None
    small = 0 < total < least or theme.theme in hidden.totals
    risky = supportive is not None and (0 < supportive < least or 0 < total - supportive < least)
    return ThemeCount(theme, shown, None if small else total, None if small or risky else supportive)


@dataclass(frozen=True)
class Hidden:
    """What may not be shown: cells (theme, group), and the totals of themes."""

    cells: frozenset[tuple[str, str]]
    totals: frozenset[str]


def suppressed(numbers: Mapping[tuple[str, str], int]) -> Hidden:
    """The small cells, and what would give them away: as many of the next smallest of the row as it takes, or its total.

    The total of a row is shown, so what is hidden of it has a sum that everybody knows: more is hidden until that sum could
    be made up in more than one way, and where nothing more is left to hide, the total is. Columns have no total. Noughts
    are shown.
    """
    least = int(parameter("suppress_below"))
    rows: dict[str, dict[str, int]] = {}
    for (theme, group), number in numbers.items():
        rows.setdefault(theme, {})[group] = number
    cells, totals = set[tuple[str, str]](), set[str]()
    for theme, found in rows.items():
        small = [number for number in found.values() if 0 < number < least]
        hidden = [group for group, number in found.items() if 0 < number < least]
        others = sorted((number, group) for group, number in found.items() if number >= least)
        beside = list[int]()
        while small and others and _gives_away(small, beside, least):
            number, group = others.pop(0)
            beside.append(number)
            hidden.append(group)
        if small and _gives_away(small, beside, least):
            totals.add(theme)
        cells |= {(theme, group) for group in hidden}
    return Hidden(frozenset(cells), frozenset(totals))


def _gives_away(small: Sequence[int], beside: Sequence[int], least: int) -> bool:
    """Whether the sum of what is hidden leaves only one set of sizes for the small ones among it."""
    count, total = len(small), sum(small) + sum(beside)
    if not beside:
        return count == 1 or total in (count, count * (least - 1))
    return total - least * len(beside) == count


@dataclass(frozen=True)
class AssessmentState:
    """An impact assessment: what it says of each characteristic, and what it lacks."""

    assessment: Assessment
    impacts: Mapping[str, Impact]
    lacks: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it answers everything, or says why none is needed."""
        return not self.lacks

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "assessment": self.assessment.assessment,
            "decision": self.assessment.decision or None,
            "needed": not self.assessment.not_needed_because,
            "whole": self.is_whole,
            "lacks": list(self.lacks),
        }


def characteristics() -> Mapping[str, str]:
    """Characteristic to its name: the protected ones, then those that practice adds."""
    found = catalogue("characteristics")
    return {**found["characteristic"], **found["further"]}


def assessment_states(programme: Programme) -> tuple[AssessmentState, ...]:
    """Every impact assessment."""
    by_name: dict[str, dict[str, Impact]] = {}
    for row in programme.impacts:
        by_name.setdefault(row.assessment, {})[row.characteristic] = row
    return tuple(_assessed(row, by_name.get(row.assessment, {})) for row in programme.assessments)


def _assessed(row: Assessment, impacts: Mapping[str, Impact]) -> AssessmentState:
    if row.not_needed_because:
        return AssessmentState(row, impacts, ())
    lacks = [
        f"nothing is said of {name.lower()}"
        for key, name in catalogue("characteristics")["characteristic"].items()
        if key not in impacts
    ]
    names = characteristics()
    for key, impact in impacts.items():
        name = names.get(key, key).lower()
        if not impact.evidence and not impact.no_evidence_because:
            lacks.append(f"{name}: neither evidence, nor why there is none")
        if impact.effect in ("negative", "mixed") and not (impact.mitigation and impact.owner and impact.due):
            lacks.append(f"{name}: a negative effect needs a mitigation with an owner and a date")
    return AssessmentState(row, impacts, tuple(lacks))


@dataclass(frozen=True)
class Aligned:
    """A theme or objective and how far what answers it does."""

    theme: Theme
    strengths: Mapping[tuple[str, str], str]

    @property
    def is_answered(self) -> bool:
        """Whether anything answers it at all."""
        return any(strength != "none" for strength in self.strengths.values())


def aligned(programme: Programme) -> tuple[Aligned, ...]:
    """Every theme with what answers it: (kind, short name) to the strength."""
    found: dict[str, dict[tuple[str, str], str]] = {row.theme: {} for row in programme.themes}
    for row in programme.alignment:
        found.setdefault(row.theme, {})[row.kind, row.named] = row.strength
    return tuple(Aligned(row, found[row.theme]) for row in programme.themes)


def contacts_due(programme: Programme, as_of: date) -> Mapping[str, str]:
    """Contact of the stakeholder plan (stakeholder, channel, due) to done, overdue or planned."""
    return {
        f"{row.stakeholder}, {row.channel}, {row.due}": "done"
        if row.done is not None and row.done <= as_of
        else "overdue"
        if row.due < as_of
        else "planned"
        for row in programme.contacts
    }


def choices_of(text: str) -> list[str]:
    """What may be chosen, from a text that separates by semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]
