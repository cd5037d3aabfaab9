"""Folders of runs that were damaged or changed: answered with the file and what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from leftshift.cli.main import main
from tests.library.people.made import people
from tests.library.people.runs import grounds_options, scored

LISTS = "list,system,code\na,gp,A\n"


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A run of ten people, with one cohort of one criterion."""
    cohort = tmp_path / "cohort.toml"
    cohort.write_text(
        'name = "mine"\ntitle = "Mine"\nversion = "1"\nsource = "test"\ndated = 2026-01-01\n[[criteria]]\nname = "old"\nwhen = "age > 60"\n',
        "utf-8",
    )  # fmt: skip
    return scored(tmp_path, people(*[70] * 10), LISTS, ["mine"], cohort_files=[cohort]).folder


def faults_of(capsys: pytest.CaptureFixture[str], folder: Path) -> list[tuple[str, str, str | None]]:
    """Kind, file within the run, and place of what is wrong with it."""
    capsys.readouterr()
    assert main(["population", "cohort", str(folder), "--json", *grounds_options(folder.parent)]) == 1
    answered = json.loads(capsys.readouterr().out)
    for fault in answered["faults"]:
        assert fault["action"]
    return [(fault["kind"], fault["file"], fault["column"]) for fault in answered["faults"]]


def test_a_whole_run_is_counted(run_folder: Path) -> None:
    assert main(["population", "cohort", str(run_folder), *grounds_options(run_folder.parent)]) == 0


@pytest.mark.parametrize("left", [True, False])
def test_a_run_without_its_people(run_folder: Path, capsys: pytest.CaptureFixture[str], left: bool) -> None:
    shutil.rmtree(run_folder / "people")
    if left:
        (run_folder / "people").mkdir()

    assert faults_of(capsys, run_folder) == [("damaged run", str(run_folder / "people"), None)]


def test_a_run_whose_people_are_of_another(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (path,) = (run_folder / "people").iterdir()
    pq.write_table(pq.read_table(path).drop_columns(["in_mine__old", "locality"]), path)

    file = str(run_folder / "people")
    assert faults_of(capsys, run_folder) == [
        ("column missing", file, "locality"), ("column missing", file, "in_mine__old"),
    ]  # fmt: skip


def test_a_run_whose_people_are_no_parquet(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (path,) = (run_folder / "people").iterdir()
    path.write_bytes(b"PAR1 and nothing more")

    assert [kind for kind, _, _ in faults_of(capsys, run_folder)] == ["damaged file"]


def _set(*path: str | int) -> Callable[[Any, Any], None]:
    def change(record: Any, value: Any) -> None:
        for part in path[:-1]:
            record = record[part]
        if value is None:
            del record[path[-1]]
        else:
            record[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "value", "places"),
    [
        (_set("cohorts"), 1, ["cohorts"]),
        (_set("cohorts"), [1], ["cohorts 1.name", "cohorts 1.title", "cohorts 1.version", "cohorts 1.criteria"]),
        (_set("cohorts", 0, "criteria"), None, ["cohorts 1.criteria"]),
        (_set("cohorts", 0, "criteria"), {"old": 3}, ["cohorts 1.criteria"]),
        (_set("cohorts", 0, "version"), 2, ["cohorts 1.version"]),
        (_set("scores"), None, ["scores"]),
        (_set("scores"), ["x"], ["scores 1.name", "scores 1.version"]),
        (_set("counts"), "many", ["counts"]),
        (_set("as_at"), "2016-13-01", ["as_at"]),
        (_set("as_at"), 5, ["as_at"]),
        (_set("purpose"), None, ["purpose"]),
        (_set("inputs"), [1], ["inputs"]),
    ],
)  # fmt: skip
def test_a_record_that_was_changed(
    run_folder: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Any, Any], None],
    value: Any,
    places: list[str],
) -> None:
    file = run_folder / "run.json"
    record = json.loads(file.read_text("utf-8"))
    change(record, value)
    file.write_text(json.dumps(record), "utf-8")

    assert faults_of(capsys, run_folder) == [("damaged run", str(file), place) for place in places]


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", "{}", '{"cohorts": []}', "[" * 100_000, '{"cohorts": [], "counts": NaN}']
)
def test_a_record_that_is_none(run_folder: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (run_folder / "run.json").write_text(text, "utf-8")

    assert faults_of(capsys, run_folder) == [("no run", str(run_folder), None)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--memory", "lots"], "--memory: a size such as 4GB or 500MB"),
        (["--memory", "0GB"], "--memory: a size such as 4GB or 500MB"),
        (["--memory", "10MB"], "at least 100MB"),
        (["--threads", "-3"], "--threads: a whole number from 1 to 1,024, not '-3'"),
        (["--threads", "2.5"], "--threads: a whole number from 1 to 1,024"),
        (["--as-at", "2016-13-01"], "--as-at: a day as 2016-04-01, not '2016-13-01'"),
    ],
)
def test_an_option_that_cannot_be_is_answered_where_it_stands(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["population", "check", "nowhere", *given])

    assert left.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("size", ["500MB", "1gb", "2 GiB", "1T", "300m"])
def test_sizes_that_an_engine_takes(size: str, run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(
            [
                "population",
                "cohort",
                str(run_folder),
                "--memory",
                size,
                "--threads",
                "1",
                *grounds_options(run_folder.parent),
            ]
        )
        == 0
    )


def test_sizes_as_java_has_them() -> None:
    from leftshift.population.engines.spark import size_of_java

    assert [size_of_java(size) for size in ("4GB", "500MB", "2GiB", "1g")] == ["4g", "500m", "2g", "1g"]
