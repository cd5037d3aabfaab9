"""Measures of the server in the text format of Prometheus: numbers by page and state, nothing of any person."""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import leftshift
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.roles import ANYONE
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.models import Head
from leftshift.workspace.shared.models import STATES, Job

UP_TO = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds at which the histogram of durations is cut; those that Prometheus suggests."""
_HERE = {"127.0.0.1", "::1"}
_lock = threading.Lock()
_answers: Counter[tuple[str, str, int]] = Counter()
_within: dict[str, list[int]] = {}
_seconds: Counter[str] = Counter()


def count_answer(page: str, method: str, status: int, seconds: float) -> None:
    """Count an answer to a request."""
    with _lock:
        _answers[page, method, status] += 1
        _within.setdefault(page, [0] * (len(UP_TO) + 1))[bisect_left(UP_TO, seconds)] += 1
        _seconds[page] += seconds  # type: ignore[assignment]


@needs(ANYONE)
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The measures, for whoever asks from this machine or has the token that the environment names."""
    if not _may_read(request):
        return HttpResponse(
            "Ask from this machine, or send the token.\n", content_type="text/plain", status=403
        )
    return HttpResponse("".join(_lines()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if token and scheme == "Bearer" and constant_time_compare(given.strip(), token):
        return True
    # a proxy on this machine passes on what comes from elsewhere, and says so
    passed_on = any(
        name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via")
    )
    return request.META.get("REMOTE_ADDR") in _HERE and not passed_on


def _lines() -> Iterator[str]:
    yield from _measure(
        "leftshift_info", "gauge", "The release that runs.", {f'version="{leftshift.__version__}"': 1}
    )
    with _lock:
        answers, within, seconds = (
            dict(_answers),
            {page: list(each) for page, each in _within.items()},
            dict(_seconds),
        )
    worker = f'worker="{os.getpid()}"'
    counted = {
        f'page="{page}",method="{method}",status="{status}",{worker}': number
        for (page, method, status), number in answers.items()
    }
    yield from _measure("leftshift_requests_total", "counter", "Answers by page and status.", counted)
    yield from _histogram(within, seconds, worker)
    yield from _of_database()


def _histogram(within: Mapping[str, list[int]], seconds: Mapping[str, float], worker: str) -> Iterator[str]:
    name = "leftshift_request_seconds"
    yield f"# HELP {name} How long answers took.\n# TYPE {name} histogram\n"
    for page, counts in within.items():
        so_far = 0
        for edge, number in zip((*map(str, UP_TO), "+Inf"), counts, strict=True):
            so_far += number
            yield f'{name}_bucket{{page="{page}",{worker},le="{edge}"}} {so_far}\n'
        yield f'{name}_sum{{page="{page}",{worker}}} {seconds[page]:.6f}\n'
        yield f'{name}_count{{page="{page}",{worker}}} {so_far}\n'


def _of_database() -> Iterator[str]:
    jobs: dict[str, int] = {}
    events, up = None, 1
    try:
        with acting(SYSTEM):
            jobs = dict(Job.objects.order_by().values_list("state").annotate(Count("id")))
            head = Head.objects.filter(pk=1).first()
            events = head.events if head else 0
    except DatabaseError:
        connection.close()
        up = 0
    yield from _measure("leftshift_database_up", "gauge", "Whether the database answers.", {"": up})
    if up:
        states = {f'state="{state}"': jobs.get(state, 0) for state in STATES}
        yield from _measure("leftshift_jobs", "gauge", "Jobs by state.", states)
        yield from _measure("leftshift_trail_events", "counter", "How long the trail is.", {"": events or 0})


def _measure(name: str, kind: str, words: str, values: Mapping[str, int]) -> Iterator[str]:
    yield f"# HELP {name} {words}\n# TYPE {name} {kind}\n"
    for labels, value in values.items():
        yield f"{name}{{{labels}}} {value}\n" if labels else f"{name} {value}\n"
