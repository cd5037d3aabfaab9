"""Highlight reports: made from the record into plain values once, and shown from those values for good.

``highlight_document`` looks at a project at the end of a month (or on the day of the check, where that is earlier) and
at the end of the month before. Dates that are expected are those on record when it is made; what was reached, scored,
decided and paid later does not count. ``highlight_blocks`` reads nothing but the document, so that a report that was
signed and kept as JSON never changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from leftshift.foundation.periods import Period
from leftshift.programme.benefiting import BenefitState
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.gating import GateState
from leftshift.programme.network import day_of
from leftshift.programme.risking import RiskState
from leftshift.programme.statuses import WORDS, Status
from leftshift.programme.work_rows import Highlight
from leftshift.reports.content import Block
from leftshift.reports.pack.composing import day_in_words
from leftshift.reports.programme.asking import day_before, month_after, named, on_day, open_changes
from leftshift.reports.programme.cells import why
from leftshift.reports.programme.highlight_blocks import FORM, highlight_blocks
from leftshift.reports.programme.projects import project_of
from leftshift.reports.programme.risks import movement, score, threatens_project, title

_MOST_RISKS = 5
_AHEAD = 2  # milestones up to the end of next month are said to be planned next

Document = dict[str, Any]


def highlight(checked: CheckedProgramme, project: str, period: Period) -> tuple[Block, ...]:
    """The highlight report of a project for a month. Raises LookupError, ValueError, CircularDependencies."""
    return highlight_blocks(highlight_document(checked, project, period))


def highlight_document(checked: CheckedProgramme, project: str, period: Period) -> Document:
    """The report as plain values that JSON keeps. Raises LookupError, ValueError, CircularDependencies."""
    row = project_of(checked, project)
    if period.kind != "month" or period.length != 1:
        raise ValueError(f"a highlight report is about a month such as 2015-05, and {period} is none")
    if checked.as_of < period.first:
        raise ValueError(f"{_month(period)} has not begun on {day_in_words(checked.as_of)}")
    now = on_day(checked, min(checked.as_of, period.end))
    before = on_day(checked, day_before(period.first))
    words = next(
        (each for each in checked.programme.highlights if each.project == project and each.period == period),
        None,
    )
    return {
        "form": FORM,
        "programme": checked.programme.name,
        "project": project,
        "name": row.name,
        "workstream": named(checked, "workstream", row.workstream),
        "owner": row.owner,
        "period": str(period),
        "month": _month(period),
        "as_of": str(now.as_of),
        "made_on": str(checked.as_of),
        "fingerprint": checked.programme.fingerprint,
        "status": _status(now.standing.projects[project]),
        "status_before": {**_status(before.standing.projects[project]), "on": str(before.as_of)},
        "progress": now.standing.progress[project],
        "progress_before": before.standing.progress[project],
        "achieved": list(_achieved(now, project, period)),
        "next": list(_next(now, project)),
        "slipped": list(_slipped(now, project)),
        "risks": [_risk(state) for state in _top(now, project)],
        "issues": list(_issues(now, project)),
        "budget": None if row.budget is None else row.budget.pence / 100,
        "spent": None if row.spent is None else row.spent.pence / 100,
        "benefits": list(_benefits(now, before, project)),
        "gates": [_gate(state) for state in now.gates if state.gate.project == project],
        "changes": [
            {"what": each.what, "why": each.why, "asked_by": each.asked_by, "asked_on": str(each.asked_on)}
            for each in open_changes(now, project)
        ],
        "words": _words(words),
    }  # fmt: skip


def _month(period: Period) -> str:
    return " ".join(day_in_words(period.first).split(" ")[1:])


def _words(row: Highlight | None) -> Mapping[str, str]:
    """What the author wrote; empty where nobody has."""
    fields = ("achieved", "next", "help_needed", "confidence", "author", "approved_by")
    return {name: str(getattr(row, name)) if row is not None else "" for name in fields}


def _status(found: Status) -> Document:
    return {
        "rag": found.rag,
        "status": WORDS[found.rag],
        "why": why(found),
        "by_hand": found.by_hand is not None and not found.refused,
    }


def _achieved(now: CheckedProgramme, project: str, period: Period) -> Iterator[Document]:
    agreed = now.standing.timetable.agreed
    for at, row in enumerate(now.programme.milestones):
        if row.project == project and row.done is not None and period.first <= row.done <= now.as_of:
            late = (row.done - day_of(agreed[at])).days
            yield {"name": row.name, "on": str(row.done), "days_late": late, "evidence": row.evidence}


def _next(now: CheckedProgramme, project: str) -> Iterator[Document]:
    """Open milestones up to the end of next month; where there is none, the first that is open."""
    found = now.standing.timetable
    own = sorted(
        (day_of(found.expected[at]), row.name, row.milestone)
        for at, row in enumerate(found.milestones)
        if row.project == project and not found.is_done[at]
    )
    near = [each for each in own if each[0] < month_after(now.as_of, _AHEAD)] or own[:1]
    for when, name, short in near:
        state = now.standing.milestones[short]
        yield {"name": name, "expected": str(when), "status": WORDS[state.rag], "why": why(state)}


def _slipped(now: CheckedProgramme, project: str) -> Iterator[Document]:
    found = now.standing.timetable
    for at, row in enumerate(found.milestones):
        if row.project == project and not found.is_done[at] and found.slip[at] > 0:
            chain = [named(now, "milestone", name) for name in found.chain(row.milestone)[:-1]]
            yield {
                "name": row.name, "planned": str(day_of(found.planned[at])), "agreed": str(day_of(found.agreed[at])), "expected": str(day_of(found.expected[at])),
                "days": int(found.slip[at]), "because": chain,
            }  # fmt: skip


def _top(now: CheckedProgramme, project: str) -> list[RiskState]:
    """The highest open risks that threaten the project or what is of it."""
    return [state for state in now.register.open if threatens_project(now, state, project)][:_MOST_RISKS]


def _risk(state: RiskState) -> Document:
    return {
        "title": title(state), "score": score(state.current), "target": score(state.latest("target")), "movement": movement(state),
        "owner": state.risk.owner, "to_escalate": state.to_escalate,
    }  # fmt: skip


def _issues(now: CheckedProgramme, project: str) -> Iterator[Document]:
    for row in now.programme.log:
        is_open = row.raised <= now.as_of and (row.closed is None or row.closed > now.as_of)
        if row.kind == "issue" and row.project == project and is_open:
            yield {
                "text": row.text,
                "severity": row.severity,
                "owner": row.owner,
                "due": str(row.due) if row.due else None,
            }


def _benefits(now: CheckedProgramme, before: CheckedProgramme, project: str) -> Iterator[Document]:
    was = {state.benefit.benefit: state for state in before.benefits}
    for state in now.benefits:
        if state.benefit.project == project:
            earlier = was[state.benefit.benefit]
            yield {
                "name": state.benefit.name, "unit": state.benefit.unit, "planned": _plain(state, "planned"), "planned_to_date": _plain(state, "planned_to_date"),
                "actual": _plain(state, "actual"), "actual_before": _plain(earlier, "actual"), "forecast": _plain(state, "forecast"), "status": state.rag,
            }  # fmt: skip


def _plain(state: BenefitState, column: str) -> float | None:
    """A figure as JSON keeps it; None where nothing is planned period by period."""
    value = getattr(state, column)
    is_planned = any(row.planned is not None for row in state.periods)
    return float(value) if value is not None and is_planned else None


def _gate(state: GateState) -> Document:
    due = state.gate.due
    return {
        "name": state.gate.name, "state": state.state, "due": str(due) if due else None, "decider": state.gate.decider, "why_not": state.why_not() or None,
    }  # fmt: skip


__all__ = ["FORM", "highlight", "highlight_blocks", "highlight_document"]
