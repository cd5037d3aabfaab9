"""Rooms in which nothing is recorded yet: what each is for, what begins it, and whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leftshift.programme.programme import Programme as Content
from leftshift.workspace.accounts.roles import Permission, roles_that


@dataclass(frozen=True)
class Purpose:
    """What a room is for, the tables that fill it (the first of them begins it), and what its first row is called."""

    words: str
    tables: tuple[str, ...]
    first: str
    permission: Permission = Permission.RUN_PROGRAMME

    @property
    def ask(self) -> str:
        """Whom to ask, for somebody who may not begin it."""
        return ask(self.permission)


def ask(permission: Permission) -> str:
    """The roles that may do something, as those to ask."""
    names = [role.name.lower() for role in roles_that(permission)]
    return f"Ask whoever is {' or '.join(names)} of this place to begin."


PURPOSES: Mapping[str, Purpose] = {
    "overview": Purpose("The overview says how each project stands, what is overdue, what slips cost the plan, and what waits for a decision.", ("projects",), "project"),
    "slips": Purpose("This room shows which milestones are behind the plan, because of what, and what that costs.", ("milestones",), "milestone"),
    "timeline": Purpose("This room draws when each project reaches its milestones, planned beside expected.", ("milestones",), "milestone"),
    "actions": Purpose("This room keeps what was agreed to be done, by whom and by when, and requests to change what was agreed.", ("actions", "changes"), "action"),
    "risks": Purpose("This room shows what threatens the programme, how likely and how grave it is, and who has to know.", ("risks", "log"), "risk"),
    "benefits": Purpose("This room holds what the programme is meant to bring beside what it has brought.", ("benefits",), "benefit"),
    "gates": Purpose("A gate stops what may not begin, be reached or be spent before its questions are answered and somebody has decided.", ("gates",), "gate", Permission.RUN_BOARDS),
    "choices": Purpose("An appraisal weighs options against criteria, scored by several people, and shows how firm their ranking is.", ("appraisals",), "appraisal"),
    "boards": Purpose("This room serves boards: their members, meetings, papers, packs, decisions and minutes.", ("bodies",), "board", Permission.RUN_BOARDS),
    "engagement": Purpose("This room says who was asked, what people said and what became of it, and leads to surveys and what is published.", ("engagements", "surveys", "themes"), "engagement"),
    "alignment": Purpose("This room shows how themes and plan meet, and which stakeholder has to be told what, by whom and when.", ("stakeholders", "alignment", "contacts"), "stakeholder"),
    "equality": Purpose("This room says what each decision does to whom, by characteristic.", ("assessments",), "impact assessment"),
    "sheets": Purpose("Records hold everything that the programme knows, table by table.", (), ""),
    "history": Purpose("History lists every edit of the programme, and takes it back.", (), ""),
}  # fmt: skip
"""Room to what it is for."""
_LIKE = {"calendar": "timeline"}


def purpose_of(section: str) -> Purpose | None:
    """What a room is for; None of what is no room, as the page of a project."""
    return PURPOSES.get(_LIKE.get(section, section))


def empty_of(section: str, content: Content) -> Purpose | None:
    """What a room is for, where nothing of what fills it is recorded; None where something is."""
    found = purpose_of(section)
    if found is None or any(getattr(content, name) for name in found.tables):
        return None
    return found
