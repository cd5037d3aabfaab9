"""One page about a project: how it stands and everything that hangs on it."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.foundation.faults import near_miss
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.costing import SlipCost
from leftshift.programme.statuses import WORDS
from leftshift.programme.work_rows import Project
from leftshift.reports.content import Block, Items, Paragraph, Subheading
from leftshift.reports.programme.asking import named
from leftshift.reports.programme.benefits import benefits
from leftshift.reports.programme.cells import day, pounds_said, sentence, share, why
from leftshift.reports.programme.gates import gates
from leftshift.reports.programme.overviews import decisions_needed
from leftshift.reports.programme.risks import risks
from leftshift.reports.programme.slipping import slip_cost
from leftshift.reports.programme.timelines import timeline
from leftshift.reports.programme.working import actions, changes
from leftshift.reports.words import listed


def project_of(checked: CheckedProgramme, name: str) -> Project:
    """A project by its short name. Raises LookupError."""
    row = checked.programme.project.get(name)
    if row is None:
        near = near_miss(name, checked.programme.project)
        raise LookupError(
            f"the programme has no project {name}" + (f"; did you mean {near}?" if near else "")
        )
    return row


def project(checked: CheckedProgramme, name: str, cost: SlipCost | None) -> Iterator[Block]:
    """Everything about a project. Raises LookupError, CircularDependencies."""
    row = project_of(checked, name)
    state = checked.standing.projects[name]
    yield Paragraph(f"{row.name}: {WORDS[state.rag].lower()}. {sentence(why(state))}", lead=True)
    if row.description:
        yield Paragraph(row.description)
    yield Items(tuple(_about(checked, row)))
    yield Subheading("What needs a decision")
    yield from decisions_needed(checked, name)
    yield Subheading("Milestones")
    yield from timeline(checked, name)
    held = [each.intervention for each in checked.programme.project_interventions if each.project == name]
    if held:
        yield Subheading("What its slips do to the bridge")
        yield from slip_cost(checked, cost, held)
    for title, blocks in (
        ("Actions", actions(checked, name)),
        ("Risks", risks(checked, name)),
        ("Benefits", benefits(checked, name)),
        ("Gates", gates(checked, name)),
        ("Changes", changes(checked, name)),
    ):
        yield Subheading(title)
        yield from blocks


def _about(checked: CheckedProgramme, row: Project) -> Iterator[str]:
    yield f"Workstream: {named(checked, 'workstream', row.workstream)}. Owner: {row.owner}."
    yield f"{share(checked.standing.progress[row.project]).text} of its milestones are reached, by weight."
    if row.begins is not None:
        yield f"Begins on {day(row.begins)}."
    delivers = [
        each.intervention for each in checked.programme.project_interventions if each.project == row.project
    ]
    if delivers:
        yield f"Delivers: {listed([named(checked, 'intervention', each) for each in delivers])}."
    yield money_said(
        None if row.budget is None else row.budget.pence / 100,
        None if row.spent is None else row.spent.pence / 100,
    )


def money_said(budget: float | None, spent: float | None) -> str:
    """What was spent beside the budget, pounds, in words."""
    if budget is None:
        return (
            "It has no budget of its own."
            if spent is None
            else f"{pounds_said(spent)} is spent; it has no budget of its own."
        )
    if spent is None:
        return f"Budget {pounds_said(budget)}; what is spent is not known."
    of = f", {share(spent / budget).text} of it" if budget > 0 else ""
    over = f": {pounds_said(spent - budget)} more than the budget" if spent > budget else ""
    return f"Budget {pounds_said(budget)}; {pounds_said(spent)} is spent{of}{over}."
