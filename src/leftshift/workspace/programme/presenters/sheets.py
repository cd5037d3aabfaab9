"""The tables of a programme as its sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from leftshift.foundation.faults import Faults
from leftshift.place.schema import Column, Table
from leftshift.programme.engaging import characteristics
from leftshift.programme.gating import OWN, kinds
from leftshift.programme.programme import programme_kind
from leftshift.workspace.programme.queries import Seen
from leftshift.workspace.shared.sheets import Choice, Sheets

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Work": ("objectives", "workstreams", "projects", "project_interventions", "milestones", "dependencies"),
    "Actions and changes": ("actions", "changes", "overrides", "highlights"),
    "Risks": ("risks", "risk_scores", "log", "scales", "bands"),
    "Benefits": ("benefits", "benefit_profile", "benefit_actuals"),
    "Gates": ("gates", "gate_questions", "gate_evidence", "gate_assessments", "gate_options"),
    "Option appraisal": ("appraisals", "criteria", "options", "scorers", "conflicts", "scores"),
    "Engagement": ("themes", "engagements", "responses", "said_and_did", "surveys", "survey_questions"),
    "Alignment and stakeholders": ("alignment", "stakeholders", "contacts"),
    "Equality": ("assessments", "impacts"),
    "Boards": ("bodies", "quorum_classes", "members", "interests", "closures"),
    "Meetings": ("meetings", "forward_plan", "agenda", "papers", "paper_parts", "paper_risks"),
    "Held meetings": ("attendance", "declarations", "questions"),
}
"""Group to the tables that stand in it."""
TITLES: Mapping[str, str] = {
    "project_interventions": "Interventions of projects", "overrides": "Statuses by hand", "highlights": "Highlight reports",
    "risk_scores": "Scores of risks", "log": "Assumptions, issues and dependencies", "benefit_profile": "Benefits as planned",
    "benefit_actuals": "Benefits as brought", "gate_options": "Who takes part", "said_and_did": "You said, we did",
    "contacts": "Stakeholder plan", "assessments": "Impact assessments", "impacts": "Impacts by characteristic",
    "bodies": "Boards and groups", "interests": "Register of interests", "closures": "Days on which nobody works",
    "questions": "Questions from the public", "conflicts": "Conflicts of interest",
}  # fmt: skip


class ProgrammeSheets(Sheets):
    """The sheets of a programme."""

    tables = programme_kind().schema.tables
    groups = GROUPS
    titles = TITLES
    own_keys = frozenset({
        "actions", "changes", "risks", "log", "benefits", "gates", "milestones", "contacts", "engagements", "interests", "papers",
        "forward_plan",
    })  # fmt: skip
    in_list: ClassVar[Mapping[str, Sequence[str]]] = {
        "milestones": ("name", "project", "baseline", "due", "done", "evidence", "starts"),
        "actions": ("text", "owner", "due", "done", "minute", "project"),
        "risks": ("event", "owner", "threatens", "response", "review", "escalated_to", "closed"),
        "benefits": ("name", "project", "owner", "organisation", "unit", "counted"),
        "projects": ("name", "workstream", "owner", "organisation", "begins", "state"),
        "highlights": ("project", "period", "confidence", "author", "achieved"),
    }

    def __init__(self, seen: Seen, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.seen = seen

    @cached_property
    def faults(self) -> Faults:
        """What cannot be read, and what else is wrong with the programme today."""
        return self.seen.faults

    def offered(self, table: Table, column: Column, row: Mapping[str, str]) -> list[Choice]:
        """What the programme, its place and the catalogues offer."""
        if (table.name, column.name) == ("gates", "kind"):
            return [*((key, entry["name"]) for key, entry in kinds().items()), (OWN, "Questions of its own")]
        if column.name == "characteristic":
            return list(characteristics().items())
        place = self.seen.model.place if self.seen.model else None
        if column.name in ("intervention", "starts") and place is not None:
            return [("", "None"), *((each.intervention, each.name) for each in place.interventions)]
        if column.name == "organisation" and place is not None and table.name != "members":
            return [("", "None"), *((each.code, each.name) for each in place.organisations)]
        if column.name == "measure" and place is not None and place.measures:
            return [("", "None"), *((each.measure, each.name) for each in place.measures)]
        found = super().offered(table, column, row)
        return [("", "None"), *found] if found and not column.required else found
