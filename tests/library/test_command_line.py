"""The command line, as a person at the terminal uses it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from leftshift.cli.main import main
from leftshift.place.describing import schema_page

ROOT = Path(__file__).parents[2]
LLR, NORTHMOOR = ROOT / "examples" / "llr-2014", ROOT / "examples" / "northmoor"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NORTHMOOR, tmp_path / "northmoor"))


def test_a_new_place_has_no_faults_and_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "My place"

    assert (
        main(
            [
                "new",
                str(place),
                "--name",
                'A "quoted" name',
                "--base-year",
                "25/26",
                "--last-year",
                "FY2027-28",
            ]
        )
        == 0
    )
    assert main(["check", str(place)]) == 0
    assert main(["run", str(place), "--json"]) == 0

    printed = capsys.readouterr().out
    document = json.loads(printed[printed.index("\n{") :])
    assert document["place"] == "my-place"
    assert document["years"] == ["2025/26", "2026/27", "2027/28"]
    comments = (place / "contracts.csv").read_text().splitlines()
    assert any(line.startswith("#   payer") for line in comments)


def test_new_writes_nothing_over_what_is_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in folder.rglob("*.*")}

    assert main(["new", str(folder)]) == 2

    assert "not an empty folder" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_run_says_gap_bridge_and_what_ties(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(LLR)]) == 0

    printed = capsys.readouterr().out
    for words in (
        "a gap of £398.1m in 2018/19",
        "a surplus of £1.9m",
        "Cost improvement programmes (CIP)",
        "238,372",
        "calibrated",
        "Not attributed",
        "does not tie",
    ):
        assert words in printed


def test_run_gives_the_documented_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(LLR), "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert {"place", "years", "unit", "positions", "gap", "bridge", "drivers", "impact", "tie"} <= set(
        document
    )
    assert document["unit"] == "£000"
    assert document["gap"]["2018/19"] == pytest.approx(398_116, abs=0.5)
    assert sum(document["bridge"]["2018/19"].values()) == pytest.approx(399_996, abs=1e-6)
    assert document["positions"]["RWE"]["2013/14"] == pytest.approx(-39_700, abs=1)
    assert {tie["verdict"] for tie in document["tie"]} <= {
        "ties",
        "differs by rounding",
        "known conflict",
        "does not tie",
    }
    assert {"figure", "year", "published", "modelled", "difference", "verdict"} <= set(document["tie"][0])


def test_a_year_outside_the_plan_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(LLR), "--year", "2030/31"]) == 2
    assert "2013/14 to 2018/19" in capsys.readouterr().err


def test_out_writes_tables_that_add_up(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "tables"

    assert main(["run", str(folder), "--out", str(out), "--json"]) == 0

    assert {path.name for path in out.iterdir()} == {
        "positions.csv",
        "bridge.csv",
        "drivers.csv",
        "impact.csv",
        "transfers.csv",
        "tie.csv",
    }
    steps = [row.split(",") for row in (out / "bridge.csv").read_text().splitlines()[1:]]
    last = [float(row[-1]) for row in steps if row[0] == "2027/28"]
    assert last[0] + sum(last[1:-1]) == pytest.approx(last[-1], abs=1e-3)


def test_faults_are_printed_with_exit_code_1_and_nothing_is_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contracts = folder / "contracts.csv"
    contracts.write_text(
        contracts.read_text().replace("60000", "sixty").replace("C02,NM2,RN1", "C02,NM2,RN8")
    )

    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 1

    said = capsys.readouterr().err
    assert "contracts.csv, row 2, column value" in said
    assert "'RN8'" in said
    assert "Nothing was written" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_faults_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "services.csv").unlink()

    assert main(["check", str(folder), "--json"]) == 1

    document = json.loads(capsys.readouterr().out)
    assert document["total"] == 1
    assert document["faults"][0]["file"] == "services.csv"


def test_one_changed_growth_rate_moves_the_gap(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def gap() -> float:
        main(["run", str(folder), "--json"])
        return float(json.loads(capsys.readouterr().out)["gap"]["2027/28"])

    before = gap()
    rates = folder / "assumptions.csv"
    rates.write_text(rates.read_text().replace("all,pay_inflation,,2%", "all,pay_inflation,,4"))

    assert gap() > before + 500


def test_calibrate_saves_only_when_asked_and_keeps_comments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(shutil.copytree(LLR, tmp_path / "llr"))
    published, contracts = place / "published.csv", place / "contracts.csv"
    published.write_text(published.read_text().replace("398116,£000,,ties,", "390000,£000,,ties,"))
    contracts.write_text("# a note\n" + contracts.read_text())
    before = contracts.read_text()

    assert main(["calibrate", str(place)]) == 0
    assert contracts.read_text() == before
    assert main(["calibrate", str(place), "--save"]) == 0

    assert contracts.read_text().startswith("# a note\n")
    capsys.readouterr()
    main(["run", str(place), "--json"])
    assert json.loads(capsys.readouterr().out)["gap"]["2018/19"] == pytest.approx(390_000, abs=0.5)


def test_calibrating_and_saving_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    place = Path(shutil.copytree(LLR, tmp_path / "llr"))
    published = place / "published.csv"
    published.write_text(published.read_text().replace("398116,£000,,ties,", "390000,£000,,ties,"))
    main(["calibrate", str(place), "--save"])
    once = {path.name: path.read_bytes() for path in place.rglob("*.*")}

    assert main(["calibrate", str(place), "--save"]) == 0

    assert {path.name: path.read_bytes() for path in place.rglob("*.*")} == once
    assert b",calibrated" in once["contracts.csv"]


def test_calibrate_shows_ranges_and_what_is_not_determined(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", str(LLR)]) == 0
    printed = capsys.readouterr().out

    line = next(line for line in printed.splitlines() if line.startswith("contract C01"))
    assert line.split() == [
        "contract",
        "C01",
        "145,000",
        "144,404",
        "-0.41%",
        "130,500",
        "159,500",
        "not",
        "determined",
    ]
    assert "University Hospitals of Leicester NHS Trust            RWE" in printed
    assert "The totals determine the position of RWE in 2013/14 and 2014/15." in printed
    assert "up to 10% of itself away" in printed


def test_calibrate_warns_past_the_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = Path(shutil.copytree(LLR, tmp_path / "llr"))
    with (place / "settings.csv").open("a") as settings:
        settings.write("calibration_warning,1%,a test,assumed\n")

    assert main(["calibrate", str(place)]) == 0
    printed = capsys.readouterr().out

    assert "past 1%" in next(line for line in printed.splitlines() if line.startswith("line L01"))
    assert "4 estimates move by more than 1%" in printed


def test_calibrate_gives_the_documented_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", str(LLR), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)

    page = (ROOT / "docs" / "guide" / "json.md").read_text("utf-8")
    documented = page[page.index("# The JSON of `leftshift calibrate --json`") :]
    for part in (document, document["targets"][0], document["changes"][0]):
        assert not [key for key in part if f"`{key}`" not in documented]
    assert document["positions"]["RWE"]["2013/14"]["determined"] is True
    assert (
        document["changes"][0]["low"] < document["changes"][0]["calibrated"] < document["changes"][0]["high"]
    )


def test_totals_that_contradict_each_other_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(shutil.copytree(LLR, tmp_path / "llr"))
    with (place / "published.csv").open("a") as published:
        published.write("gap,,,,2018/19,,390.0,£m,,ties,,yes,a test,published\n")
    before = {path.name: path.read_bytes() for path in place.rglob("*.*")}

    assert main(["calibrate", str(place), "--save", "--json"]) == 1

    document = json.loads(capsys.readouterr().out)
    assert document["by_kind"] == {"totals contradict each other": 2}
    assert [fault["row"] for fault in document["faults"]] == [23, 156]
    assert {path.name: path.read_bytes() for path in place.rglob("*.*")} == before


def test_running_does_not_bring_in_what_only_calibration_needs() -> None:
    code = "import sys; from leftshift.cli.main import main; main(sys.argv[1:]); sys.exit('scipy' in sys.modules)"
    command = [sys.executable, "-c", code, "run", str(LLR), "--json"]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_tie_lists_what_differs_and_everything_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tie", str(LLR)]) == 0
    some = capsys.readouterr().out
    assert main(["tie", str(LLR), "--all"]) == 0
    everything = capsys.readouterr().out

    assert "known conflict" in some
    assert "in print order" in some
    assert len(everything.splitlines()) > len(some.splitlines()) + 50


def test_the_page_of_the_place_folder_is_what_the_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = ROOT / "docs" / "guide" / "place-folder.md"
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(schema_page(), "utf-8")

    assert main(["schema"]) == 0
    assert capsys.readouterr().out == schema_page()
    assert page.read_text("utf-8") == schema_page(), "write it again with: make docs"


def test_a_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m leftshift.cli.main tie {LLR} --all | head -1"

    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )

    assert "Traceback" not in done.stderr


def test_without_arguments_it_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([])

    assert stopped.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from leftshift.cli.main import _parser; _parser(); print(*(name for name in ('numpy', 'polars', 'django', 'rich') if name in sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )

    assert done.stdout.strip() == ""


def test_a_mistake_of_ours_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("leftshift.cli.verbs.read_place", fail)

    assert main(["check", str(NORTHMOOR)]) == 70
    assert "Please report it" in capsys.readouterr().err


def test_a_check_that_fails_is_told_and_gives_exit_code_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    effects = folder / "effects.csv"
    effects.write_text(
        effects.read_text().replace(
            "E08,medicines,qipp_outside_contracts,,L04,,500",
            "E08,medicines,qipp_outside_contracts,,L04,,50000",
        )
    )

    assert main(["check", str(folder)]) == 1
    assert "More is taken away than there is: line L04" in capsys.readouterr().out


def test_what_cannot_be_tested_never_says_that_it_passed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(LLR), "--json"]) == 0

    checks = {entry["check"]: entry["passed"] for entry in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["Stated effects balance"] is None
    assert checks["Every payment has two sides"] is True
