"""A strict content security policy on every page, and problems answered in plain words."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from leftshift.workspace.accounts.gate import database_is_away
from leftshift.workspace.shared.limits import parameter

_POLICY = "; ".join([
    "default-src 'none'", "script-src 'self'", "connect-src 'self'", "img-src 'self'", "style-src 'self'", "font-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
])  # fmt: skip
_NO_DEVICES = ", ".join(f"{name}=()" for name in ("camera", "geolocation", "microphone", "payment", "usb"))
Next = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Nothing but our own style sheets, pictures and script files; no script in a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy."""
        response = self.get_response(request)
        response["Content-Security-Policy"] = _POLICY
        response["Permissions-Policy"] = _NO_DEVICES
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        if not request.path_info.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "private, no-store")  # a shared machine keeps no plan
        return response


class Bounds:
    """What is too large to be a file of a plan is refused before it is read."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse."""
        most = parameter("upload", "megabytes")
        if int(request.META.get("CONTENT_LENGTH") or 0) > (most + 1) * 1_000_000:
            words = f"That is too much: at most {most} MB. Nothing was changed.\n"
            return HttpResponse(words, content_type="text/plain; charset=utf-8", status=413)
        return self.get_response(request)


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
