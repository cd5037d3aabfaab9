"""A strict content security policy on every page, and problems answered in plain words."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from leftshift.workspace.accounts.gate import database_is_away

_POLICY = "; ".join([
    "default-src 'none'", "script-src 'self'", "connect-src 'self'", "img-src 'self'", "style-src 'self'", "font-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
])  # fmt: skip
Next = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Nothing but our own style sheets, pictures and script files; no script in a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy."""
        response = self.get_response(request)
        response["Content-Security-Policy"] = _POLICY
        return response


class PlainProblems:
    """A database that is away for a moment is told in words, with the status that says try again."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a database that does not answer."""
        return database_is_away(request) if isinstance(exception, OperationalError) else None
