"""The yardsticks of stratifying give what the library gives, and each part of it runs; how fast any is, no test asks."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks import stratifying
from benchmarks.stratifying import PARTS, Asked
from benchmarks.stratifying_rivals import by_leftshift, by_pandas, by_pycomorb, pycomorb_ways, task_of
from benchmarks.stratifying_sets import Sets, everything
from benchmarks.stratifying_spark import assert_same
from leftshift.population.runs.running import PEOPLE

FEW = 1_500


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    scratch = tmp_path_factory.mktemp("stratifying")
    return Asked(Sets(scratch / "sets"), FEW, 1, scratch)


@pytest.fixture(scope="module")
def run(asked: Asked) -> Path:
    everything(asked.share(1), asked.scratch / "all")
    return asked.scratch / "all"


def test_pandas_and_pycomorb_give_what_the_library_gives(asked: Asked, run: Path, tmp_path: Path) -> None:
    task = task_of(asked.share(1), run, tmp_path)

    ours = by_leftshift(task)

    assert min(ours.values()) > 10
    assert by_pandas(task) == pytest.approx(ours)
    assert by_pycomorb(pycomorb_ways(task)) == pytest.approx(ours)


def test_times_of_a_scan_stand_side_by_side(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    PARTS["scan"](asked)

    assert [line[:4] for line in capsys.readouterr().out.splitlines()[-2:]] == ["bare", "ours"]


def test_memory_and_growth_are_of_processes_of_their_own(
    asked: Asked, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stratifying, "TIMES", (1.0,))

    PARTS["memory"](asked)
    PARTS["growth"](asked)

    said = capsys.readouterr().out
    assert f"peak memory of {FEW:,} people" in said
    assert said.splitlines()[-1].split()[0] == "1,500"
    assert said.splitlines()[-1].split()[-1] == "1.00"


def test_answers_that_differ_are_seen(run: Path, tmp_path: Path) -> None:
    assert_same(run, run)
    (tmp_path / "other" / PEOPLE).mkdir(parents=True)
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT * REPLACE (hfrs + 1 AS hfrs) FROM read_parquet('{run}/people/*.parquet')) "
            f"TO '{tmp_path}/other/people/part.parquet' (FORMAT parquet)"
        )

    with pytest.raises(AssertionError, match="people differ"):
        assert_same(run, tmp_path / "other")
