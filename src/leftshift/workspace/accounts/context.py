"""What every page shows of the person who asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission


def who(request: HttpRequest) -> dict[str, Any]:
    """The person, and the names of what they may be asked for."""
    return {"person": person(request), "Permission": Permission}
