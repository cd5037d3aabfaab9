"""Who may do what: one table. Pages, buttons, the API and the guide read it; nothing else decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a person may do. The value is how it reads in a sentence: “you may …”."""

    SEE_PLAN = "see plans, their figures and where they come from"
    COMMENT = "comment on figures and rows"
    MAKE_PACK = "put board packs together"
    STUDY = "study how sure a plan is, and what would have to be true"
    EDIT_PLAN = "import and edit plans, and keep scenarios"
    VERIFY = "record what was verified"
    SEND_FOR_REVIEW = "send a draft for review, or take it back"
    AGREE = "agree a plan for an organisation, or withdraw that"
    PUBLISH = "publish an agreed plan"
    RUN_FUND = "work on pooled funds: their plans, ledgers and returns"
    SIGN_FUND = "sign plans of pooled funds, and review their returns, for an organisation"
    MINUTE_FUND = "record what a board decided on pooled funds"
    RUN_PROGRAMME = "work on the programme: projects, risks, benefits, evidence for gates and engagement"
    RUN_BOARDS = "serve boards and record what is decided: meetings, packs, minutes, gates and changes that were asked for"
    PUBLISH_FINDINGS = "publish surveys, what was heard, packs and minutes for everybody"
    FIND_PEOPLE = "see lists of people found by scores, for a reason that is recorded with every person shown"
    SEE_ACCESS = "see who looked at people in lists, when and why"
    SEE_TRAIL = "see the trail of events and whether it is whole"
    MANAGE_PEOPLE = "invite people, and give and end roles"
    OPERATE = "see jobs, and measures of the server"


# What needs no role: signing in, and one's own account.
ANYONE = "anyone"
SIGNED_IN = "signed in"
TOKEN = "a token"


@dataclass(frozen=True)
class Role:
    """A role, described in prose, with what it may do."""

    key: str
    name: str
    description: str
    permissions: frozenset[Permission]
    of_organisation: bool = False


_SEES = {Permission.SEE_PLAN, Permission.COMMENT}
_WORKS = {
    Permission.EDIT_PLAN,
    Permission.VERIFY,
    Permission.SEND_FOR_REVIEW,
    Permission.MAKE_PACK,
    Permission.STUDY,
    Permission.RUN_FUND,
    Permission.RUN_PROGRAMME,
}

ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role(
            "viewer",
            "Viewer",
            "Reads plans and asks: sees every figure and where it comes from, and comments. Changes nothing.",
            frozenset(_SEES),
        ),
        Role(
            "analyst",
            "Analyst",
            "Works on plans: imports and edits, tries scenarios, records what was verified, and sends drafts for review.",
            frozenset(_SEES | _WORKS),
        ),
        Role(
            "finance_lead",
            "Finance lead",
            "Speaks for one organisation: works on plans as an analyst does, and agrees a plan for that organisation.",
            frozenset(_SEES | _WORKS | {Permission.AGREE, Permission.SIGN_FUND}),
            of_organisation=True,
        ),
        Role(
            "programme_director",
            "Programme director",
            "Leads the programme: works on plans and on the programme, publishes what every organisation has agreed, records what boards decide, and sees the trail.",
            frozenset(
                _SEES
                | _WORKS
                | {
                    Permission.PUBLISH,
                    Permission.PUBLISH_FINDINGS,
                    Permission.RUN_BOARDS,
                    Permission.SEE_TRAIL,
                }
            ),
        ),
        Role(
            "project_lead",
            "Project lead",
            "Leads projects: keeps their milestones, actions, risks and benefits, and files highlight reports. Changes no plan of the place.",
            frozenset(_SEES | {Permission.RUN_PROGRAMME}),
        ),
        Role(
            "board_officer",
            "Board officer",
            "Serves the board: keeps its meetings, papers and minutes, puts packs together, and sees the trail. Changes no figure.",
            frozenset(
                _SEES
                | {
                    Permission.MAKE_PACK,
                    Permission.SEE_TRAIL,
                    Permission.MINUTE_FUND,
                    Permission.RUN_BOARDS,
                    Permission.PUBLISH_FINDINGS,
                }
            ),
        ),
        Role(
            "fund_manager",
            "Fund manager",
            "Runs pooled funds: writes their plans, posts to their ledgers, prepares and sends their returns. Changes no plan of the place.",
            frozenset(_SEES | {Permission.RUN_FUND}),
        ),
        Role(
            "signatory",
            "Signatory",
            "Holds an office of one organisation, such as chief executive, section 151 officer or chair of the board: signs plans of pooled funds for it and reviews their returns.",
            frozenset(_SEES | {Permission.SIGN_FUND}),
            of_organisation=True,
        ),
        Role(
            "care_coordinator",
            "Care coordinator",
            "Works from case-finding lists: sees the people of a cohort one by one, by a key and never by name, for a reason that is recorded. Changes no plan.",
            frozenset({Permission.SEE_PLAN, Permission.FIND_PEOPLE}),
        ),
        Role(
            "privacy_officer",
            "Privacy officer",
            "Watches over people's records: sees who looked at whom, when and why, and the trail of events. Sees no list of people.",
            frozenset({Permission.SEE_PLAN, Permission.SEE_ACCESS, Permission.SEE_TRAIL}),
        ),
        Role(
            "administrator",
            "Administrator",
            "Keeps the workspace: invites people, gives and ends roles, and watches its health. Sees no plan by this role.",
            frozenset({Permission.MANAGE_PEOPLE, Permission.SEE_TRAIL, Permission.OPERATE}),
        ),
    )
}

# Roles by which a plan is seen: the policies of the database know them too (migrations test it).
SEEING = tuple(role.key for role in ROLES.values() if Permission.SEE_PLAN in role.permissions)

# Who lacks these is told what is told of an address that leads nowhere: that there is something to see is not told either.
UNTOLD = {Permission.FIND_PEOPLE, Permission.SEE_ACCESS}

OF_THE_WORKSPACE = {Permission.SEE_TRAIL, Permission.MANAGE_PEOPLE, Permission.OPERATE}


def roles_that(permission: Permission) -> list[Role]:
    """The roles that may do something, in the order of the table."""
    return [role for role in ROLES.values() if permission in role.permissions]
