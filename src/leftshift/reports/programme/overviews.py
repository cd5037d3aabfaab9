"""The answer first: how projects stand, what needs a decision, what is overdue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.costing import SlipCost
from leftshift.programme.gating import GateState
from leftshift.reports.content import Block, Paragraph, Row, Subheading
from leftshift.reports.programme.asking import month_after, next_milestone, open_changes, project_name
from leftshift.reports.programme.cells import (
    col,
    count,
    day,
    days_col,
    line,
    num,
    number,
    of,
    sentence,
    share,
    status,
    table,
    thousands_said,
    why,
)
from leftshift.reports.programme.risks import score, threatens_project, title
from leftshift.reports.words import listed

_OVERDUE = {"risk review": "risk", "benefit figure": "benefit", "assumption": "log", "issue": "log", "dependency": "log"}  # fmt: skip
"""Kind of what is overdue to the kind of row that it is."""
_AHEAD = 2  # gates that are due by the end of next month ask for a decision now


def overview(checked: CheckedProgramme, cost: SlipCost | None) -> Iterator[Block]:
    """How the whole stands in a sentence, each project, what needs a decision, what is overdue. Raises CircularDependencies."""
    yield Paragraph(lead_sentence(checked, cost), lead=True)
    yield from _projects(checked)
    yield Subheading("What needs a decision")
    yield from decisions_needed(checked)
    yield Subheading("Overdue")
    yield from overdue(checked)


def lead_sentence(checked: CheckedProgramme, cost: SlipCost | None) -> str:
    """How many projects stand how, how many milestones are overdue, and what slips cost in the worst year."""
    found: Counter[str] = Counter(state.rag for state in checked.standing.projects.values())
    if not found:
        return sentence(f"The programme has no project yet. {sentence(cost_said(cost))}")
    parts = [
        f"{found[rag] or 'none'}{_verb(at, found[rag])} {said}"
        for at, (rag, said) in enumerate(
            (
                ("green", "on track"),
                ("amber", "at risk"),
                ("red", "off track"),
                ("complete", "complete"),
                ("not_open", "not open"),
            )
        )
        if found[rag] or rag in ("green", "amber", "red")
    ]
    late = sum(entry.kind == "milestone" for entry in checked.overdue)
    of = count(sum(found.values()), "project")
    return f"Of {of}, {listed(parts)}; {count(late, 'milestone')} {'are' if late > 1 else 'is'} overdue; {cost_said(cost)}."


def _verb(at: int, count_of: int) -> str:
    return "" if at else " is" if count_of <= 1 else " are"


def cost_said(cost: SlipCost | None) -> str:
    """What slips cost in the worst year, as the end of a sentence."""
    if cost is None:
        return "what slips cost is not known without the place"
    year = cost.worst_year
    if year is None:
        return "slips cost the plan nothing in any year"
    return f"slips cost the plan {thousands_said(-cost.by_year[year])} in {year}, the worst year"


def _projects(checked: CheckedProgramme) -> Iterator[Block]:
    names = {row.workstream: row.name for row in checked.programme.workstreams}
    coming = next_milestone(checked)
    rows = []
    for row in checked.programme.projects:
        state, following = checked.standing.projects[row.project], coming.get(row.project)
        rows.append(
            line(
                of("project", row.project, row.name),
                names.get(row.workstream, row.workstream),
                row.owner,
                share(checked.standing.progress[row.project]),
                status(state),
                why(state),
                of("milestone", following[0].milestone, f"{following[0].name}, {day(following[1])}")
                if following
                else "",
            )
        )
    if rows:
        columns = (
            col("Project", 1.5),
            col("Workstream", 1.2),
            col("Owner", 1.2),
            num("Reached"),
            col("Status", 0.8),
            col("Why", 2.6),
            col("Next milestone", 1.6),
        )
        yield table("Projects", columns, rows, "projects")


def decisions_needed(checked: CheckedProgramme, project: str = "") -> Iterator[Block]:
    """Gates that are due, risks to escalate and open requests; of one project where it is named."""
    rows = [*_gates(checked, project), *_escalations(checked, project), *_requests(checked, project)]
    if not rows:
        yield Paragraph("Nothing needs a decision now.")
        return
    columns = (
        col("Kind", 0.8),
        col("What", 2),
        col("Who decides or asks", 1.3),
        days_col("By"),
        col("Why now", 2),
    )
    yield table("Gates, risks and changes that wait for somebody", columns, rows, "decisions_needed")


def _gates(checked: CheckedProgramme, project: str) -> Iterator[Row]:
    for state in checked.gates:
        gate = state.gate
        if project in ("", gate.project) and _is_due(checked, state):
            said = sentence(state.words)
            yield line(
                "Gate",
                of("gate", gate.gate, f"{gate.name} ({project_name(checked, gate.project)})"),
                gate.decider,
                day(gate.due),
                said,
            )


def _is_due(checked: CheckedProgramme, state: GateState) -> bool:
    """Whether a gate is due by the end of next month, or ready, or decided without its answers."""
    soon = state.gate.due is not None and state.gate.due < month_after(checked.as_of, _AHEAD)
    return state.waits_for_its_decision or (state.waits and soon)


def _escalations(checked: CheckedProgramme, project: str) -> Iterator[Row]:
    for state in checked.register.open:
        if state.to_escalate and (not project or threatens_project(checked, state, project)):
            yield line(
                "Risk", of("risk", state.risk.risk, title(state)), state.risk.owner, day(state.risk.review),
                f"It scores {score(state.current)} and was not brought to a board.",
            )  # fmt: skip


def _requests(checked: CheckedProgramme, project: str) -> Iterator[Row]:
    for row in open_changes(checked, project):
        said = f"Asked on {day(row.asked_on)}: {sentence(row.why)}"
        what = of("change", row.change, f"{row.what} ({project_name(checked, row.project)})")
        yield line("Change", what, row.asked_by, day(None), said)


def overdue(checked: CheckedProgramme) -> Iterator[Block]:
    """Everything that should have happened, the longest first."""
    if not checked.overdue:
        yield Paragraph("Nothing is overdue.")
        return
    rows = [
        line(
            sentence(entry.kind)[:-1],
            of(_OVERDUE.get(entry.kind, entry.kind), entry.name, entry.said),
            entry.owner,
            day(entry.due),
            number(entry.days),
        )
        for entry in checked.overdue
    ]
    columns = (col("Kind", 0.8), col("What", 2.5), col("Owner", 1.5), days_col("Due"), num("Days overdue"))
    yield table("What should have happened", columns, rows, "overdue")
