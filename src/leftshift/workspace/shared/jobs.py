"""The queue of jobs and its worker.

A job's effect and its end are one transaction, guarded by the lease: a worker that was killed, or that lost its lease
to another, leaves nothing behind, and the job is done once however often it is begun.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from leftshift.workspace.accounts.models import Account
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.limits import parameter as parameter
from leftshift.workspace.shared.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job

Result = dict[str, Any]
_LOG = logging.getLogger("leftshift.jobs")


class JobRefused(Exception):
    """What a job was asked cannot be done; the words tell the person why, and ``result`` may hold details."""

    def __init__(self, words: str, result: Result | None = None) -> None:
        super().__init__(words)
        self.result = result or {}


class Cancelled(Exception):
    """Somebody asked for the job to be stopped."""


class LeaseLost(Exception):
    """Another worker has taken the job over; what this one did is not kept."""


@dataclass
class Telling:
    """How a job tells how far it is; it stops a job that is to be cancelled."""

    job: Job
    worker: str
    lost: threading.Event = field(default_factory=threading.Event)

    def __call__(self, progress: int, words: str) -> None:
        """Tell; raises Cancelled and LeaseLost."""
        if self.lost.is_set():
            raise LeaseLost
        with _aside():
            held = _held(self.job.pk, self.worker)
            held.update(progress=min(max(progress, 0), 100), words=words[:300], lease_until=_lease())
            asked = held.values_list("cancel_asked", flat=True).first()
        if asked is None:
            raise LeaseLost
        if asked:
            raise Cancelled


Work = Callable[[Job, Telling], Result]
_KINDS: dict[str, Work] = {}


def register(kind: str, work: Work) -> None:
    """Say what does a kind of job; a slice does so when the workspace starts."""
    _KINDS[kind] = work


@transaction.atomic
def ask_for(
    kind: str,
    *,
    title: str,
    inputs: Mapping[str, Any],
    account: Account,
    by: str,
    place: str = "",
    key: str = "",
) -> Job:
    """Put a job into the queue; one with the same key is not put there again."""
    if kind not in _KINDS:
        raise LookupError(f"nothing does jobs of the kind {kind}")
    job, made = Job.objects.get_or_create(
        key=key or uuid4().hex,
        defaults={
            "kind": kind,
            "title": title[:300],
            "inputs": dict(inputs),
            "account": account,
            "by": by,
            "place": place,
        },
    )
    if made:
        record_event(
            by=by, action="job asked for", subject=str(job), detail={"title": title[:300]}, place=place
        )
    return job


@transaction.atomic
def cancel(job: Job, *, by: str) -> None:
    """Ask for a job to be stopped; one that has not begun is stopped at once."""
    held = Job.objects.select_for_update().get(pk=job.pk)
    if held.is_over:
        return
    held.cancel_asked = True
    if held.state == WAITING:
        held.state, held.ended_at, held.words = CANCELLED, timezone.now(), "Cancelled before it began."
    held.save(update_fields=["cancel_asked", "state", "ended_at", "words"])
    record_event(by=by, action="job cancelled", subject=str(held), detail={}, place=held.place)


# ---------------------------------------------------------------------- the worker
def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()[:40]} {os.getpid()} {uuid4().hex[:8]}"


def work_once(worker: str) -> bool:
    """Do the next job, if there is one; gives whether there was."""
    with acting(SYSTEM):
        job = _claim(worker)
        if job is None:
            return False
        _do(job, worker)
        return True


def _claim(worker: str) -> Job | None:
    """Take the oldest job that waits, or whose worker has let its lease run out."""
    with transaction.atomic():
        ripe = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(state__in=(WAITING, RUNNING))
            .order_by("id")
        )
        now = timezone.now()
        for job in ripe:
            if job.state == RUNNING and job.lease_until and job.lease_until > now:
                continue
            if job.cancel_asked:
                _end(job, CANCELLED, {}, "Cancelled.")
                continue
            if job.attempts >= parameter("job", "attempts"):
                _end(
                    job, FAILED, {}, f"Stopped {job.attempts} times before it was done, and not tried again."
                )
                continue
            job.state, job.worker, job.lease_until = RUNNING, worker, _lease()
            job.attempts += 1
            job.started_at = job.started_at or now
            job.save(update_fields=["state", "worker", "lease_until", "attempts", "started_at"])
            return job
    return None


def _do(job: Job, worker: str) -> None:
    begun = time.perf_counter()
    try:
        _work_on(job, worker)
    finally:
        state = Job.objects.filter(pk=job.pk).values_list("state", flat=True).first()
        told = {"job": job.pk, "kind": job.kind, "attempts": job.attempts, "state": state}
        _LOG.info("job", extra={"told": {**told, "seconds": round(time.perf_counter() - begun, 3)}})


def _work_on(job: Job, worker: str) -> None:
    telling = Telling(job, worker)
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(job.pk, worker, over, telling.lost), daemon=True)
    keeper.start()
    try:
        with transaction.atomic():
            result = _KINDS[job.kind](job, telling)
            if not _held(job.pk, worker).select_for_update().exists():
                raise LeaseLost
            _end(job, DONE, result, "Done.")
    except LeaseLost:
        return
    except Cancelled:
        _finish(job, worker, CANCELLED, {}, "Cancelled. Nothing was changed.")
    except JobRefused as problem:
        _finish(job, worker, FAILED, problem.result, str(problem))
    except DatabaseError:
        raise  # the database went: the lease runs out, and the job is taken up again
    except Exception as problem:  # an error of ours: told, and never the end of the worker
        _finish(
            job,
            worker,
            FAILED,
            {},
            f"leftshift made a mistake ({type(problem).__name__}). Nothing was changed.",
        )
        _LOG.error("job %s failed", job.pk, exc_info=problem)
    finally:
        over.set()
        keeper.join()


def _finish(job: Job, worker: str, state: str, result: Result, words: str) -> None:
    with transaction.atomic():
        if _held(job.pk, worker).select_for_update().exists():
            _end(job, state, result, words)


def _end(job: Job, state: str, result: Result, words: str) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state,
        result=result,
        words=words[:300],
        ended_at=timezone.now(),
        lease_until=None,
        progress=100 if state == DONE else job.progress,
    )
    told = {"state": state, "attempts": job.attempts}
    record_event(by=job.by, action=f"job {state}", subject=str(job), detail=told, place=job.place)


def _held(number: int, worker: str) -> Any:
    """The job, while this worker holds it."""
    return Job.objects.filter(pk=number, worker=worker, state=RUNNING)


def _lease() -> Any:
    return timezone.now() + timedelta(seconds=parameter("job", "lease_seconds"))


def _keep(number: int, worker: str, over: threading.Event, lost: threading.Event) -> None:
    """Renew the lease while the job runs, also while it has nothing to tell."""
    try:
        while not over.wait(parameter("job", "lease_seconds") / 3):
            with acting(SYSTEM):
                if not _held(number, worker).update(lease_until=_lease()):
                    lost.set()
                    return
    except DatabaseError:
        lost.set()
    finally:
        connection.close()


@contextmanager
def _aside() -> Iterator[None]:
    """A connection beside the job's own: what is told of a job shows at once, and not only when the job is done."""
    held = connections["default"]
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = held


def let_go() -> None:
    """Let every job go that a worker held: called where it is known that no worker lives, so that nobody waits for leases."""
    with acting(SYSTEM):
        Job.objects.filter(state=RUNNING).update(lease_until=timezone.now())


def work_until(stopped: threading.Event) -> None:
    """Do jobs, one after the other, until told to stop. A database that is away is waited for."""
    worker = worker_name()
    while not stopped.is_set():
        try:
            found = work_once(worker)
        except DatabaseError:
            connection.close()
            found = False
        if not found:
            stopped.wait(parameter("job", "look_every_seconds"))
    connection.close()
