"""`leftshift premium` and `leftshift case`, as a person at the terminal uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leftshift.cli.main import main

ROOT = Path(__file__).parents[3]
CASE = str(ROOT / "examples" / "cases" / "points-of-access.toml")
PREMIUM = str(ROOT / "examples" / "premium" / "leicestershire-2016-17.toml")
PAGE = (ROOT / "docs" / "guide" / "json.md").read_text("utf-8")
DAY = ["--as-of", "2026-11-28"]


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json", *DAY]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_case_prints_what_it_is_worth(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", CASE, *DAY]) == 0

    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "Shared points of access is worth £1,734,218 in money of 2016/17, with £1.78 of benefit for each £1 of cost",
        "worth nothing if costs rise by 78.3%, or if benefits fall by 43.9%",
        "−£2,696,914",
        "Phase 2: every council",
        "review of discounting",
        "9 parts of the five cases are not written yet",
    ):
        assert words in said


def test_case_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(capsys, "case", CASE)

    assert found["npv"] == 1734218.30
    assert found["benefit_cost_ratio"] == 1.7827
    assert found["payback"]["years"] == 3.4548
    assert sum(row["costs"] for row in found["shares"].values()) == 2273100
    assert sum(row["share_of_costs"] for row in found["shares"].values()) == pytest.approx(1, abs=1e-5)
    assert list(found["shares_by_phase"]) == ["phase_1", "phase_2"]
    assert list(found["shares_by_phase"]["phase_1"]["members"]) == [
        "COUNTY_COUNCIL",
        "COMMUNITY_TRUST",
        "COMMISSIONERS",
    ]


def test_premium_prints_the_award(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["premium", PREMIUM]) == 0

    said = " ".join(capsys.readouterr().out.split())
    assert "earns £365,625 of £1,625,000, 22.5%" in said
    assert "met, it would add £243,750" in said
    assert "Not verified in a source: how reductions combine" in said


def test_premium_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(capsys, "premium", PREMIUM)

    assert (found["award"], found["potential"]) == (365625, 1625000)
    assert [row["after"] for row in found["steps"]][-1] == 365625
    assert {row["kind"] for row in found["results"]} == {"measure", "gateway", "whole_gateway"}


@pytest.mark.parametrize(("verb", "file"), [("case", CASE), ("premium", PREMIUM)])
def test_the_json_is_documented(verb: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(capsys, verb, file)
    start = PAGE.index(f"## `leftshift {verb} FILE --json`")
    documented = PAGE[start : PAGE.find("\n## ", start + 5)]
    parts = [
        found,
        *(
            part[0]
            for part in found.values()
            if isinstance(part, list) and part and isinstance(part[0], dict)
        ),
    ]

    assert [name for part in parts for name in part if f"`{name}`" not in documented] == []


@pytest.mark.parametrize("verb", ["case", "premium"])
def test_a_new_file_can_be_run_and_is_never_written_over(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"

    assert main([verb, str(path), "--new"]) == 0
    assert main([verb, str(path), *DAY]) == 0
    assert main([verb, str(path), "--new"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([verb, str(tmp_path / "mine.txt"), "--new"]) == 2


@pytest.mark.parametrize("ending", ["html", "pdf", "docx"])
def test_the_document_is_written_the_same_each_time(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / f"{name}.{ending}" for name in ("one", "two")]
    for path in paths:
        assert main(["case", CASE, *DAY, "--out", str(path)]) == 0

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert f"one.{ending}" in capsys.readouterr().out.replace("\n", "")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["case", "nowhere.toml"], 1, "No such file"),
        (["premium", "nowhere.toml"], 1, "No such file"),
        (["case", CASE, "--out", "case.txt"], 2, "ends in .html, .pdf, .docx"),
        (["case", CASE, "--as-of", "yesterday"], 2, "takes a day as 2026-04-01"),
        (["case", CASE, "--as-of", "1999-01-01"], 2, "in force on 1999-01-01"),
        (["premium", PREMIUM, "--as-of", "1"], 2, "takes a day as 2026-04-01"),
        (
            ["premium", "new.toml", "--new", "--round", "2015/16"],
            2,
            "no rules of a Quality Premium of 2015/16",
        ),
    ],
)
def test_what_is_wrong_is_said(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    assert words in capsys.readouterr().err.replace("\n", " ")


def test_faults_are_listed_in_words_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text((Path(CASE)).read_text("utf-8").replace('side = "cost"', 'side = "coast"'), "utf-8")

    assert main(["case", str(path)]) == 1
    assert "Did you mean cost?" in capsys.readouterr().err
    assert main(["case", str(path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["total"] == 3
    path.write_bytes(b"\xff\xfe\x00")
    assert main(["premium", str(path)]) == 1
    assert "UTF-8" in capsys.readouterr().err


def test_it_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    code = "import sys; from leftshift.cli.main import main; main(sys.argv[1:]); sys.exit('scipy' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code, "case", CASE, "--json"], capture_output=True, check=False
    )
    assert found.returncode == 0
