"""The commands that ask: explain, scenarios, compare, as a person at the terminal uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leftshift.cli.main import main

ROOT = Path(__file__).parents[2]
LLR, NORTHMOOR = str(ROOT / "examples" / "llr-2014"), str(ROOT / "examples" / "northmoor")


def ask(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def ask_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ask(capsys, *arguments, "--json"))
    return document


def test_explain_prints_a_tree_and_what_matters_most(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys, "explain", LLR, "position", "--organisation", "RWE", "--depth", "4")

    for words in (
        "−45,530",
        "What comes in",
        "Growth of the activity it is paid for",
        "lines.csv, row 19",
        "calibrated",
    ):
        assert words in printed
    most = printed[printed.index("What matters most") :]
    assert (
        most.index("Pay inflation of University Hospitals")
        < most.index("Cost improvement")
        < most.index("Non pay inflation")
    )


def test_explain_as_json_sums_and_names_rows(capsys: pytest.CaptureFixture[str]) -> None:
    document = ask_json(
        capsys, "explain", NORTHMOOR, "position", "--organisation", "RN1", "--year", "2026/27"
    )

    tree = document["tree"]
    assert sum(child["amount"] for child in tree["children"]) == pytest.approx(tree["amount"])
    assert sum(entry["part"] for entry in document["inputs"]) == pytest.approx(tree["amount"])
    assert {
        "file": "lines.csv",
        "row": 10,
        "part": -108000.0,
        "source": "Invented for the tutorial",
        "basis": "assumed",
    } in document["inputs"]
    assert document["matters"][0].keys() >= {"input", "nudge", "move", "part", "rows", "sources", "basis"}


def test_explain_the_other_way_round(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys, "explain", NORTHMOOR, "--input", "contracts.csv:2")
    document = ask_json(capsys, "explain", NORTHMOOR, "--input", "rules.csv:2")

    assert "contract C01 (contracts.csv, row 2)" in printed
    assert "60,000" in printed
    assert {entry["how"] for entry in document["feeds"]} == {"scales"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["explain", LLR, "positoin"], "did you mean position?"),
        (["explain", LLR, "position", "--organisation", "RWF"], "did you mean RWE?"),
        (["explain", LLR, "gap", "--year", "2030/31"], "2013/14 to 2018/19"),
        (["explain", LLR, "--input", "contrats.csv:2"], "did you mean contracts.csv?"),
        (["explain", LLR, "--input", "contracts.csv:900"], "no fact in row 900"),
        (["explain", LLR, "--scenario", "slow"], "no scenario slow"),
        (["run", LLR, "--scenario", "pay-awrd"], "did you mean pay-award?"),
        (["compare", LLR], "name what to compare with"),
        (["scenarios", LLR, "pay-awrd"], "did you mean pay-award?"),
    ],
)
def test_a_slip_is_answered_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert words in ask(capsys, *arguments, code=2)


def test_scenarios_are_listed_and_shown_before_any_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert "slow-delivery" in ask(capsys, "scenarios", LLR)
    shown = ask(capsys, "scenarios", LLR, "slow-delivery")
    assert "Trusts deliver four fifths" in shown
    assert "100%    80%" in shown
    document = ask_json(capsys, "scenarios", LLR, "pay-award")
    assert {(entry["before"], entry["after"]) for entry in document["inputs"]} == {
        ("4.1%", "5.1%"),
        ("2.5%", "3.5%"),
    }
    assert len(ask_json(capsys, "scenarios", LLR)["scenarios"]) == 8


def test_run_under_scenarios_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys, "run", LLR, "--brief", "--scenario", "pay-award", "--scenario", "slow-delivery")
    document = ask_json(capsys, "run", LLR, "--scenario", "pay-award")

    assert "Under Pay award and Slow delivery" in printed
    assert document["scenarios"] == ["pay-award"]
    assert document["gap"]["2018/19"] > 398_116 + 27_000


def test_compare_shows_inputs_moves_and_causes(capsys: pytest.CaptureFixture[str]) -> None:
    printed = ask(capsys, "compare", LLR, "--scenario", "slow-delivery", "--scenario", "pay-award")
    document = ask_json(capsys, "compare", LLR, "--scenario", "pay-award", "--against", "slow-delivery")

    assert "Because of what" in printed
    assert "intervention cip" in printed
    gap = next(
        entry for entry in document["moved"] if entry["figure"] == "gap" and entry["year"] == "2018/19"
    )
    assert gap["move"] == pytest.approx(sum(gap["because_of"].values()))
    assert set(gap["because_of"]) == {"pay inflation of RWE", "pay inflation of RT5"}


def test_compare_of_inputs_runs_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from leftshift.model import Model

    def refuse(_: Model) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr(Model, "project", refuse)

    assert "pay_inflation" in ask(capsys, "compare", LLR, "--scenario", "pay-award", "--inputs")
