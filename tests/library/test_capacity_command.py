"""The commands capacity and control: what they print, write and refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leftshift.cli.main import main
from leftshift.model import read_place
from tests.library.activity_places import LLR_2014, LLR_2016, ROOT, SOUTHMOOR

PAGE = (ROOT / "docs" / "guide" / "json.md").read_text("utf-8")
NORTHMOOR = ROOT / "examples" / "northmoor"


def asked(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def test_the_document_is_what_the_library_gives(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(asked(capsys, "capacity", SOUTHMOOR, "--json"))

    assert document == json.loads(
        json.dumps({**read_place(SOUTHMOOR).capacity().document(), "scenarios": []})
    )


@pytest.mark.parametrize("command", ["capacity", "control"])
def test_every_key_is_documented(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    document: dict[str, Any] = json.loads(asked(capsys, command, SOUTHMOOR, "--json", *(["--suffice", "--draws", "50"] if command == "capacity" else [])))  # fmt: skip

    for key in document:
        assert re.search(rf"`{key}`", PAGE), key


def test_under_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(asked(capsys, "capacity", LLR_2014, "--scenario", "fewer-beds-move", "--json"))

    assert document["scenarios"] == ["fewer-beds-move"]
    assert document["beds"]["RWE"]["acute"]["2018/19"] == pytest.approx(1346)
    assert [entry["beds"] for entry in document["left_shift"]["2018/19"]] == pytest.approx([250, 60])


def test_the_terminal_shows_every_subject_that_the_place_has(capsys: pytest.CaptureFixture[str]) -> None:
    shown = asked(capsys, "capacity", SOUTHMOOR, "--suffice", "--draws", "64")

    for words in ("Bed bridge 2029/30", "What moves", "Activity", "admissions to be avoided", "Staff 2029/30", "Sites 2029/30", "One hospital site", "The chance that beds suffice", "Open beds suffice"):  # fmt: skip
        assert words in shown


def test_one_subject_alone(capsys: pytest.CaptureFixture[str]) -> None:
    shown = asked(capsys, "capacity", SOUTHMOOR, "--subject", "capital")

    assert "One hospital site" in shown
    assert "Bed bridge" not in shown


def test_a_place_without_capacity_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "says nothing of this" in asked(capsys, "capacity", NORTHMOOR)
    assert "says nothing of these" in asked(capsys, "control", NORTHMOOR)


def test_tables_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked(capsys, "capacity", SOUTHMOOR, "--out", tmp_path)

    beds = pl.read_csv(tmp_path / "beds.csv")
    acute = beds.filter((pl.col("bed_type") == "acute") & (pl.col("year") == "2024/25"))
    assert acute["needed"].item() == pytest.approx(225_500 / (365 * 0.9))
    assert {path.stem for path in tmp_path.glob("*.csv")} == set(read_place(SOUTHMOOR).capacity().tables())


def test_the_same_seed_gives_the_same_chance(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("capacity", SOUTHMOOR, "--suffice", "--draws", "100", "--json", "--seed")
    once, again, other = (json.loads(asked(capsys, *words, seed))["beds_suffice"] for seed in ("5", "5", "6"))

    assert once == again
    assert once != other


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--draws", "5"), "belong to --suffice"),
        (("--suffice", "--draws", "0"), "takes a number from 1 up"),
        (("--year", "1999/00"), "1999/00"),
        (("--scenario", "no-such"), "no scenario no-such"),
    ],
)
def test_what_cannot_be_is_answered(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["capacity", str(SOUTHMOOR), *words]) != 0
    assert said in capsys.readouterr().err


def test_what_organisations_are_held_to(capsys: pytest.CaptureFixture[str]) -> None:
    shown = asked(capsys, "control", LLR_2016)

    for words in ("Control totals", "Envelopes", "Can payers afford them together?", "Risk pool with the forward review", "2017/18 Q4"):  # fmt: skip
        assert words in shown


def test_compare_tells_of_capacity(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Capacity that moved 2018/19" in asked(
        capsys, "compare", LLR_2014, "--scenario", "fewer-beds-move"
    )
