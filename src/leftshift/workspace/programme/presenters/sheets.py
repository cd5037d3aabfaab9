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
from leftshift.programme.statuses import BY_HAND, WORDS, Status, allowed
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

    def choices(self, table: Table, column: Column, row: Mapping[str, str]) -> list[Choice]:
        """The same, but of statuses by hand those that make sense for what the row names."""
        if (table.name, column.name) == ("overrides", "status"):
            return self._by_hand(row)
        return super().choices(table, column, row)

    def _by_hand(self, row: Mapping[str, str]) -> list[Choice]:
        stands = self._standing(row.get("of", ""), row.get("named", ""))
        may = BY_HAND if stands is None else allowed(stands)
        found: list[Choice] = [(rag, WORDS[rag]) for rag in may] or [("", "None: it is not open any more")]
        kept = row.get("status", "")
        if kept in BY_HAND and kept not in may:
            found.append((kept, f"{WORDS[kept]} (does not count)"))
        return found

    def _standing(self, of: str, named: str) -> Status | None:
        """How something stands; None where nothing of that name is known, or nothing can be worked out."""
        if not self.seen.is_sound:
            return None
        standing = self.seen.checked.standing
        found: Mapping[str, Mapping[str, Status]] = {
            "workstream": standing.workstreams, "project": standing.projects, "milestone": standing.milestones, "action": standing.actions,
        }  # fmt: skip
        return found.get(of, {}).get(named)

    def _named(self, of: str) -> list[Choice]:
        """What a status can be set for: of one kind by name, else of every kind with its kind in front."""
        content = self.seen.content
        if content is None:
            return []
        found: Mapping[str, list[Choice]] = {
            "workstream": [(each.workstream, each.name) for each in content.workstreams],
            "project": [(each.project, each.name) for each in content.projects],
            "milestone": [(each.milestone, each.name) for each in content.milestones],
            "action": [(each.action, each.text) for each in content.actions],
        }
        if of in found:
            return found[of]
        return [(short, f"{kind.capitalize()}: {name}") for kind, named in found.items() for short, name in named]  # fmt: skip

    def offered(self, table: Table, column: Column, row: Mapping[str, str]) -> list[Choice]:
        """What the programme, its place and the catalogues offer."""
        if (table.name, column.name) == ("gates", "kind"):
            return [*((key, entry["name"]) for key, entry in kinds().items()), (OWN, "Questions of its own")]
        if (table.name, column.name) == ("overrides", "named"):
            return self._named(row.get("of", ""))
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
