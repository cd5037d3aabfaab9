"""The commands simulate, sensitivity, stress and goal: what they print, what they write, and how they refuse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leftshift.cli.main import main
from leftshift.model import read_place

ROOT = Path(__file__).parents[2]
LLR, NORTHMOOR = (str(ROOT / "examples" / name) for name in ("llr-2014", "northmoor"))
PAGE = (ROOT / "docs" / "guide" / "json.md").read_text("utf-8")


def printed(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(list(words)) == code
    return " ".join(capsys.readouterr().out.split())


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) in (1, 2)
    return capsys.readouterr().err


def documented(command: str) -> str:
    start = PAGE.index(f"## `leftshift {command} --json`")
    return PAGE[start : PAGE.find("\n## ", start + 3)]


def test_simulate_prints_intervals_and_chances(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "simulate", NORTHMOOR, "--draws", "2048")

    assert "2027/28 closes with a deficit of £4.6m in the plan. In 90% of 2,048 draws" in text
    assert "Closing position by year" in text
    assert "Northmoor Hospitals NHS Trust" in text
    assert "more than nine draws" not in text


def test_simulate_gives_the_documented_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "simulate", NORTHMOOR, "--draws", "1500", "--seed", "3")
    ends = found["intervals"]["position.RN1"]["2027/28"]

    assert not [key for key in found if f"`{key}`" not in documented("simulate")]
    assert (found["draws"], found["seed"]) == (1500, 3)
    assert ends["p05"] < ends["p50"] < ends["p95"]
    assert 0 <= found["probability_of_balance"]["perimeter"]["2027/28"] <= 1
    run = read_place(NORTHMOOR).project()
    assert found["plan"]["position.RN1"]["2027/28"] == run.position("RN1", "2027/28")
    assert found["plan"]["gap"]["2027/28"] == run.gap("2027/28")


def test_the_same_seed_prints_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    texts = set()
    for workers in ("1", "1", "3"):
        assert main(["simulate", NORTHMOOR, "--draws", "3000", "--workers", workers, "--json"]) == 0
        texts.add(capsys.readouterr().out)

    assert len(texts) == 1


def test_simulate_writes_its_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "simulate", NORTHMOOR, "--draws", "1024", "--out", str(tmp_path / "out"))

    intervals = pl.read_csv(tmp_path / "out" / "intervals.csv")
    row = intervals.filter(figure="bridge", step="cip", year="2027/28").to_dicts()[0]
    assert row["p50"] == pytest.approx(found["intervals"]["bridge.cip"]["2027/28"]["p50"], abs=1e-6)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "intervals.csv", "balance.csv", "exceedance.csv", "convergence.csv",
    }  # fmt: skip


def test_simulate_under_a_scenario_says_so_and_moves(capsys: pytest.CaptureFixture[str]) -> None:
    plan = answer(capsys, "simulate", NORTHMOOR, "--draws", "1024")
    slow = answer(capsys, "simulate", NORTHMOOR, "--draws", "1024", "--scenario", "slow-delivery")

    assert slow["scenarios"] == ["slow-delivery"]
    middle = [found["intervals"]["bridge.cip"]["2027/28"]["p50"] for found in (plan, slow)]
    assert middle[1] < 0.85 * middle[0]


@pytest.mark.parametrize("command", ["sensitivity", "stress", "goal"])
def test_the_others_give_the_documented_json(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, command, NORTHMOOR)
    lists = [
        value for value in found.values() if isinstance(value, list) and value and isinstance(value[0], dict)
    ]

    for part in (found, *(entries[0] for entries in lists)):
        assert not [key for key in part if f"`{key}`" not in documented(command) and key not in ("code",)]


def test_sensitivity_prints_a_tornado_and_shares(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "sensitivity", NORTHMOOR, "--draws", "1024", "--organisation", "RN1")
    only = printed(capsys, "sensitivity", NORTHMOOR, "--tornado")

    assert "Closing position of RN1 2027/28" in text
    assert "Share of the variance" in text
    assert "Share of the variance" not in only


def test_stress_prints_every_shock_and_all_together(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "stress", LLR)

    for name in (
        "Slow delivery",
        "A cold winter",
        "Pay award",
        "Allocation cut",
        "One partner fails",
        "All together",
    ):
        assert name in text


def test_goal_prints_what_would_have_to_be_true(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No value from 0.00% to 120.00% ends the deficit" in printed(capsys, "goal", NORTHMOOR)
    assert "The deficit begins at 99.21%" in printed(capsys, "goal", LLR, "delivery.cip")
    assert "rate.RWE.pay_inflation" in printed(capsys, "goal", LLR, "--list")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("simulate", NORTHMOOR, "--draws", "0"), "at least one draw"),
        (("simulate", NORTHMOOR, "--draws", "9000000000"), "too many to hold: at most"),
        (("simulate", NORTHMOOR, "--year", "2040/41"), "not a year of the plan"),
        (("simulate", NORTHMOOR, "--scenario", "cold-wintr"), "did you mean cold-winter"),
        (("sensitivity", NORTHMOOR, "--organisation", "RN11"), "did you mean RN1"),
        (("goal", NORTHMOOR, "delivery.virtual_wards"), "did you mean delivery.virtual_ward"),
        (("goal", NORTHMOOR, "--low", "80", "--high", "20"), "not below"),
        (("stress", NORTHMOOR, "--scenario", "none"), "no scenario none"),
    ],
)
def test_a_wrong_question_is_answered(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused(capsys, *words)


def test_a_place_without_uncertainty_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(tmp_path / "new")]) == 0
    capsys.readouterr()

    assert "uncertainty.csv" in refused(capsys, "simulate", str(tmp_path / "new"))
    assert "The plan has it at 100.00%" in printed(capsys, "goal", str(tmp_path / "new"))


def test_an_interrupted_simulation_leaves_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "leftshift.cli.main", "simulate", LLR, "--draws", "1500000", "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    assert process.returncode == 130
    assert not (tmp_path / "out").exists()
