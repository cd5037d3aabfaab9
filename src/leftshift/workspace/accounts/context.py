"""What every page shows of the person who asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html

from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission


def who(request: HttpRequest) -> dict[str, Any]:
    """The person, and the names of what they may be asked for; in a page that is kept, a mark in place of the token."""
    found: dict[str, Any] = {"person": person(request), "Permission": Permission}
    if mark := getattr(request, "csrf_mark", ""):
        found["csrf_token"] = mark
        found["csrf_input"] = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', mark)
    return found
