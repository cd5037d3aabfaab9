"""The guide's table of roles is the table that decides."""

from __future__ import annotations

import os
from pathlib import Path

from leftshift.workspace.accounts.roles import ROLES, Permission

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "roles.md"


def page() -> str:
    """The page, written from the table."""
    roles = list(ROLES.values())
    lines = [
        "# Who may do what",
        "",
        "Written from `src/leftshift/workspace/accounts/roles.py`, which every page, button and operation of the API asks.",
        "",
        *(
            f"- **{role.name}**{' of an organisation' if role.of_organisation else ''}. {role.description}"
            for role in roles
        ),
        "",
        "| may | " + " | ".join(role.name for role in roles) + " |",
        "| --- |" + " --- |" * len(roles),
        *(
            f"| {permission.value} | "
            + " | ".join("yes" if permission in role.permissions else "" for role in roles)
            + " |"
            for permission in Permission
        ),
        "",
        "A role is given for all places or for one. Whoever has none sees nothing.",
        "",
    ]
    return "\n".join(lines)


def test_the_page_of_the_guide_says_the_same() -> None:
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        PAGE.write_text(page(), "utf-8")

    assert PAGE.read_text("utf-8") == page(), "write it anew with: make docs"


def test_each_permission_is_somebody_s_and_no_role_may_all() -> None:
    for permission in Permission:
        assert any(permission in role.permissions for role in ROLES.values()), permission
    assert all(set(Permission) - role.permissions for role in ROLES.values())
