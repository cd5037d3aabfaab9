"""A run of invented people, and a place that holds a cohort of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from leftshift.cli.main import main
from leftshift.population.engines.engine import engine_of
from leftshift.population.runs.results import RunResult
from leftshift.workspace.people.actions.reading import ReadCohort, read_cohort

PLACE, COHORT = "northmoor", "llr_2016"
AT = f"/places/{PLACE}/people/"

_KEPT = TemporaryDirectory(prefix="leftshift-people-")  # as long as the process


@cache
def run_of() -> Path:
    """The folder of a run of 1,500 invented people."""
    folder = Path(_KEPT.name)
    assert main(["population", "generate", "--people", "1500", "--seed", "3", "--workers", "1", "--out", str(folder / "records")]) == 0  # fmt: skip
    assert main(["population", "score", str(folder / "records"), "--scores", "long_term_conditions,efi,hfrs", "--items", "--out", str(folder / "run")]) == 0  # fmt: skip
    return folder / "run"


@cache
def cohort_of() -> ReadCohort:
    """A cohort of the run, with its list."""
    with engine_of("duckdb", Path(_KEPT.name, "scratch")) as engine:
        return read_cohort(engine, RunResult(run_of()), COHORT, with_list=True)


def taken(read: ReadCohort | None = None, place: str = PLACE) -> Any:
    """A place that holds the cohort and its list."""
    from leftshift.workspace.people.actions.loading import take_cohort
    from leftshift.workspace.record.acting import SYSTEM, acting

    with acting(SYSTEM):
        return take_cohort(place, read or cohort_of(), by="a test")


def give_reason(client: Any, purpose: str = "direct_care", words: str = "") -> None:
    """Say why one looks at people."""
    response = client.post(f"{AT}reason/", {"purpose": purpose, "words": words, "back": f"{AT}list/"})
    assert response.status_code == 302, response.content.decode()[:600]


def looks() -> list[Any]:
    """Every row of the record of looks."""
    from leftshift.workspace.people.models import Access
    from leftshift.workspace.record.acting import SYSTEM, acting

    with acting(SYSTEM):
        return list(Access.objects.order_by("number"))
