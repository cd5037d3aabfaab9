"""A standalone cluster of Spark on this machine, a master and two workers, and what it takes beside DuckDB."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import pyspark

from benchmarks.stratifying_sets import everything
from leftshift.population.runs.running import PEOPLE

LOOPBACK = "127.0.0.1"
_PATIENCE = 60.0  # seconds until a master or worker is there


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[str]:
    """The address of a master with so many workers of one core each; every process is ended, whatever happens."""
    port = _free_port()
    master = f"spark://{LOOPBACK}:{port}"
    deploy = "org.apache.spark.deploy"
    with ExitStack() as running:
        asked = [f"{deploy}.master.Master", "--host", LOOPBACK, "--port", str(port), "--webui-port", "0"]
        _wait_for(running.enter_context(_process(folder / "master", asked)), "I have been elected leader")
        for at in range(workers):
            asked = [f"{deploy}.worker.Worker", "--host", LOOPBACK, "--cores", "1", "--memory", "2g", "--webui-port", "0", master]  # fmt: skip
            log = running.enter_context(_process(folder / f"worker-{at}", asked))
            _wait_for(log, "Successfully registered with master")
        yield master


@contextmanager
def _process(folder: Path, asked: list[str]) -> Iterator[Path]:
    folder.mkdir(parents=True)
    home = Path(pyspark.__file__).parent
    about = {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_WORKER_DIR": str(folder),
        "SPARK_LOG_DIR": str(folder),
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_NO_DAEMONIZE": "1",
    }
    log = folder / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [str(home / "bin" / "spark-class"), *asked], env=os.environ | about, stdout=stream,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield log
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started: its own group, and nothing else."""
    for word, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 20)):
        try:
            os.killpg(process.pid, word)
            process.wait(patience)
            return
        except ProcessLookupError:
            process.wait(patience)
            return
        except subprocess.TimeoutExpired:
            continue


def _wait_for(log: Path, words: str) -> None:
    until = time.monotonic() + _PATIENCE
    while words not in log.read_text("utf-8", "replace"):
        if time.monotonic() > until:
            raise TimeoutError(f"no {words!r} in {log}:\n{log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind((LOOPBACK, 0))
        return int(asked.getsockname()[1])


def time_spark(folder: Path, scratch: Path, *, rounds: int) -> dict[str, list[float]]:
    """Seconds of DuckDB and of the cluster, in turns; raises AssertionError where their answers differ."""
    times: dict[str, list[float]] = {"DuckDB": [], "Spark, two workers": []}
    with cluster(scratch / "cluster") as master:
        options = {"spark.master": master, "spark.executor.memory": "1g", "spark.sql.shuffle.partitions": "4"}
        for _ in range(rounds):
            began = time.perf_counter()
            everything(folder, scratch / "duckdb")
            between = time.perf_counter()
            everything(folder, scratch / "spark", engine="spark", options=options)
            times["DuckDB"].append(between - began)
            times["Spark, two workers"].append(time.perf_counter() - between)
            assert_same(scratch / "duckdb", scratch / "spark")
    return times


def assert_same(one: Path, other: Path) -> None:
    """Two runs counted the same people into the same cohorts and bands, and gave them the same scores."""
    first, second = (f"read_parquet('{run / PEOPLE}/*.parquet')" for run in (one, other))
    with duckdb.connect() as database:
        same = " AND ".join(
            f"(abs(a.{name} - b.{name}) < 1e-9 OR a.{name} IS NOT DISTINCT FROM b.{name})"
            if kind == "DOUBLE"
            else f"a.{name} IS NOT DISTINCT FROM b.{name}"
            for name, kind, *_ in database.execute(f"DESCRIBE SELECT * FROM {first}").fetchall()
        )
        joined = f"{first} a FULL JOIN {second} b ON a.person_id = b.person_id"
        asked = f"SELECT count(*) FILTER (WHERE coalesce({same}, false)), count(*) FROM {joined}"
        agreeing, people = database.execute(asked).fetchall()[0]
    assert agreeing == people > 0, f"{people - agreeing:,} of {people:,} people differ"
