"""Jobs: told how far they are, cancelled when asked, done once, taken up again at most three times."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.workspace.conftest import account_of, signed_in

if TYPE_CHECKING:
    from leftshift.workspace.shared.models import Job

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def kind() -> Iterator[list[Any]]:
    """A kind of job that runs what the test puts into the list; the queue is empty before."""
    from leftshift.workspace.shared import jobs

    while jobs.work_once("cleaner"):
        pass
    todo: list[Any] = []
    jobs.register("a test", lambda job, tell: todo[0](job, tell))
    yield todo
    jobs._KINDS.pop("a test")


def ask(key: str = "") -> Job:
    from leftshift.workspace.shared.jobs import ask_for

    account = account_of("asha")
    return ask_for("a test", title="A test", inputs={"n": 1}, account=account, by="a test", key=key)


def work(worker: str = "w1") -> bool:
    from leftshift.workspace.shared.jobs import work_once

    return work_once(worker)


def again(job: Job) -> Job:
    job.refresh_from_db()
    return job


def let_lease_run_out(job: Job) -> None:
    from django.utils import timezone

    from leftshift.workspace.shared.models import Job

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_job_tells_how_far_it_is_while_it_runs(kind: list[Any]) -> None:
    from leftshift.workspace.shared.models import Job as Jobs

    seen: list[tuple[int, str, str]] = []

    def look(job: Job, tell: Any) -> dict[str, Any]:
        tell(40, "Nearly half …")
        thread = threading.Thread(target=look_from_outside, args=(job.pk,))
        thread.start()
        thread.join()
        return {"answer": 42}

    def look_from_outside(number: int) -> None:
        from django.db import connection

        from leftshift.workspace.record.acting import SYSTEM, acting

        with acting(SYSTEM):
            found = Jobs.objects.get(pk=number)
            seen.append((found.progress, found.words, found.state))
        connection.close()

    kind.append(look)
    job = ask()
    assert work()
    assert not work()

    assert seen == [(40, "Nearly half …", "running")]
    assert (again(job).state, job.progress, job.result) == ("done", 100, {"answer": 42})


def test_the_same_key_is_one_job(kind: list[Any]) -> None:
    kind.append(lambda job, tell: {})

    assert ask("same").pk == ask("same").pk


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_when_it_tells(kind: list[Any]) -> None:
    from leftshift.workspace.shared.jobs import cancel

    kind.append(lambda job, tell: {})
    waiting = ask()
    cancel(waiting, by="a test")
    assert again(waiting).state == "cancelled"
    assert not work()

    def slow(job: Job, tell: Any) -> dict[str, Any]:
        from leftshift.workspace.record.models import record_event

        cancel_from_outside(job)
        record_event(by="a test", action="half done", subject="x", detail={})
        tell(50, "Half")
        raise AssertionError("not reached")

    kind[0] = slow
    running = ask()
    work()
    from leftshift.workspace.record.models import Event

    assert again(running).state == "cancelled"
    assert not Event.objects.filter(action="half done").exists()


def cancel_from_outside(job: Job) -> None:
    from django.db import connection

    from leftshift.workspace.record.acting import SYSTEM, acting
    from leftshift.workspace.shared.jobs import cancel

    def run() -> None:
        with acting(SYSTEM):
            cancel(job, by="somebody else")
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_a_job_whose_worker_died_is_taken_up_three_times_and_then_given_up(kind: list[Any]) -> None:

    class Killed(BaseException):
        """What a kill looks like from inside."""

    def dies(job: Job, tell: Any) -> dict[str, Any]:
        raise Killed

    kind.append(dies)
    job = ask()
    for attempt in (1, 2, 3):
        with pytest.raises(Killed):
            work(f"w{attempt}")
        assert again(job).attempts == attempt
        assert job.state == "running"
        assert not work("impatient")  # its lease still holds
        let_lease_run_out(job)
    assert not work("w4")
    assert again(job).state == "failed"
    assert "Stopped 3 times" in job.words


def test_a_worker_that_lost_its_lease_leaves_nothing_behind(kind: list[Any]) -> None:
    """The first worker hangs; a second does the job; what the first did then is not kept."""
    from leftshift.workspace.record.models import Event

    def hangs(job: Job, tell: Any) -> dict[str, Any]:
        from leftshift.workspace.record.models import record_event

        if job.worker == "first":
            let_lease_run_out_from_outside(job)
            kind[0] = quick
            work_from_outside("second")
        record_event(by="a test", action="effect", subject=job.worker, detail={})
        return {"by": job.worker}

    def quick(job: Job, tell: Any) -> dict[str, Any]:
        from leftshift.workspace.record.models import record_event

        record_event(by="a test", action="effect", subject=job.worker, detail={})
        return {"by": job.worker}

    kind.append(hangs)
    job = ask()
    work("first")

    assert again(job).result == {"by": "second"}
    assert list(Event.objects.filter(action="effect").values_list("subject", flat=True)) == ["second"]


def from_outside(run: Any) -> None:
    from django.db import connection

    from leftshift.workspace.record.acting import SYSTEM, acting

    def inside() -> None:
        with acting(SYSTEM):
            run()
        connection.close()

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()


def let_lease_run_out_from_outside(job: Job) -> None:
    from_outside(lambda: let_lease_run_out(job))


def work_from_outside(worker: str) -> None:
    from_outside(lambda: work(worker))


def test_an_error_of_ours_is_told_and_the_worker_goes_on(
    kind: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(job: Job, tell: Any) -> dict[str, Any]:
        raise ZeroDivisionError

    kind.append(breaks)
    job = ask()
    assert work()

    assert again(job).state == "failed"
    assert "leftshift made a mistake (ZeroDivisionError)" in job.words
    assert "failed" in caplog.text


def test_two_workers_never_take_the_same_job(kind: list[Any]) -> None:
    done: list[int] = []

    def note(job: Job, tell: Any) -> dict[str, Any]:
        done.append(job.pk)
        return {}

    kind.append(note)
    asked = {ask().pk for _ in range(20)}

    def run(worker: str) -> None:
        from django.db import connection

        while work(worker):
            pass
        connection.close()

    workers = [threading.Thread(target=run, args=(f"w{number}",)) for number in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()

    assert sorted(done) == sorted(asked)


def test_a_job_is_seen_by_whoever_asked_for_it_alone(kind: list[Any]) -> None:
    kind.append(lambda job, tell: {})
    job = ask()
    asha, vera, ada = signed_in("asha"), signed_in("vera"), signed_in("ada")

    assert "Waiting for its turn" in asha.get(f"/jobs/{job.pk}/")
    vera.get(f"/jobs/{job.pk}/", status=404)
    assert vera.client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    assert f">{job.pk}</th>" in ada.get("/jobs/")
    vera.get("/jobs/", status=403)
    asha.client.post(f"/jobs/{job.pk}/cancel/")
    assert "Cancelled before it began" in asha.get(f"/jobs/{job.pk}/")
