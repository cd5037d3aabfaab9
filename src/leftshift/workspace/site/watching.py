"""Every request gets a number, a line in the log and its place in the measures. The line names the page, never its address."""

from __future__ import annotations

import logging
import time
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from leftshift.workspace.site.log_lines import request_id
from leftshift.workspace.site.metrics import count_answer
from leftshift.workspace.site.middleware import Next

HEADER = "X-Request-Id"
_LOG = logging.getLogger("leftshift.requests")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Watch:
    """The outermost layer: sees every answer, whatever gave it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and tell of it."""
        number, begun = uuid4().hex, time.perf_counter()
        token = request_id.set(number)
        try:
            response = self.get_response(request)
            _tell(request, response.status_code, time.perf_counter() - begun)
        finally:
            request_id.reset(token)
        response[HEADER] = number
        return response


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    page, method = _page(request), request.method if request.method in _METHODS else "other"
    count_answer(page, str(method), status, seconds)
    told = {"page": page, "method": method, "status": status, "seconds": round(seconds, 4)}
    level = logging.ERROR if status >= 500 else logging.WARNING if status in (401, 403, 429) else logging.INFO
    _LOG.log(level, "answered", extra={"told": told})


def _page(request: HttpRequest) -> str:
    """The name of the page; its address may hold codes, tokens and names."""
    if request.resolver_match is not None:
        return request.resolver_match.url_name or "unnamed"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"
