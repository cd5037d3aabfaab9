"""Invented sets of any size, checked; and everything that is worked out from one, in this process or in one of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from leftshift.population.engines.engine import EngineName, engine_of
from leftshift.population.invented.generating import generate_people
from leftshift.population.linked.dataset import SYNTHETIC, LinkedData
from leftshift.population.linked.report import is_checked, keep_check
from leftshift.population.linked.soundness import check
from leftshift.population.linked.tables import linked_tables
from leftshift.population.privacy.basis import Grounds
from leftshift.population.runs.running import dated_at, drawn_on, run
from leftshift.population.runs.wanting import what_is_wanted

ONCE = "--once"
USED: Mapping[str, tuple[str, ...]] = {
    "persons": ("person_id", "birth_date", "death_date", "sex", "ethnic_category", "imd_decile", "imd_score"),
    "registrations": ("person_id", "practice", "from_date", "to_date"),
    "practices": ("practice", "network", "locality", "commissioner"),
    "opt_outs": ("person_id",),
    "gp_events": ("person_id", "code", "value", "event_date"),
    "prescriptions": ("person_id", "code", "event_date"),
    "admissions": ("admission_id", "person_id", "event_date", "discharge_date", "method"),
    "diagnoses": ("person_id", "code", "event_date"),
    "attendances": ("attendance_id", "person_id", "code", "event_date"),
    "contacts": ("person_id", "event_date", "service", "team", "provider"),
    "outside_scores": ("person_id", "score", "value", "event_date"),
}
"""The columns that the packaged scores and cohorts take, beside the days on which rows were recorded."""


@dataclass
class Sets:
    """Sets in a folder by their number of people, made when first asked for."""

    folder: Path
    seed: int = 1

    def of(self, people: int) -> Path:
        """The folder of a set of so many people, checked."""
        folder = self.folder / f"people-{people}"
        if not folder.exists():
            began = time.perf_counter()
            generate_people(folder, people, seed=self.seed, workers=2)
            print(f"(drew {people:,} people in {time.perf_counter() - began:.0f} s)", flush=True)
        day = drawn_on(LinkedData(folder))
        assert day is not None
        if not is_checked(folder, day):
            with tempfile.TemporaryDirectory() as scratch, engine_of("duckdb", Path(scratch)) as engine:
                keep_check(folder, check(engine, folder, day))
        return folder


def everything(
    folder: Path,
    out: Path,
    *,
    engine: EngineName = "duckdb",
    memory: str | None = None,
    options: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """All packaged scores and cohorts of a set, into a new folder; gives the record of the run."""
    data = LinkedData(folder)
    as_at = dated_at(data)
    assert as_at is not None
    shutil.rmtree(out, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(dir=out.parent) as scratch,
        engine_of(engine, Path(scratch), memory=memory, options=options) as running,
    ):
        return run(running, data, what_is_wanted(data), out, as_at=as_at, grounds=Grounds(SYNTHETIC))


def scan(folder: Path) -> None:
    """Read and hash every value of every column that is used, with nothing worked out."""
    with duckdb.connect() as database:
        for table, columns in USED.items():
            recorded = ("recorded_date",) if linked_tables()[table].is_recorded else ()
            hashes = ", ".join(f"bit_xor(hash({column}))" for column in (*columns, *recorded))
            files = str(folder / table / "*.parquet")
            database.execute(f"SELECT count(*), {hashes} FROM read_parquet(?)", [files]).fetchall()


def alone(folder: Path, small: Path, *, memory: str | None = None) -> dict[str, float]:
    """Seconds and MiB of a process that works everything out once, after a small set that warms it."""
    asked = [sys.executable, "-m", __name__, ONCE, str(folder), str(small), memory or ""]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(said[said.rindex("{") :])  # a database may say how far it is before
    return found


def _once(folder: Path, small: Path, memory: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=small.parent) as scratch:
        everything(small, Path(scratch, "small"), memory=memory)
        began = time.perf_counter()
        everything(folder, Path(scratch, "run"), memory=memory)
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "mib": _peak()}))


def _peak() -> float:
    """MiB at most of this process; getrusage would count what its parent held when it started it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__" and ONCE in sys.argv:
    _once(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] or None)
