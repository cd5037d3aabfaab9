"""`leftshift qa` and `leftshift pack`, as a person at the terminal uses them."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from leftshift.cli.main import main
from tests.reports.packs import WORDS, files
from tests.reports.places import EXAMPLES, LLR, NORTHMOOR, example

NORTH, SOUTH = str(EXAMPLES / NORTHMOOR), str(EXAMPLES / LLR)
DAY = ["--as-of", "2026-12-01"]
JSON_PAGE = (Path(__file__).parents[2] / "docs" / "guide" / "json.md").read_text("utf-8")


def test_qa_says_green_and_what_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["qa", NORTH, *DAY]) == 0

    said = " ".join(capsys.readouterr().out.split())
    assert "quality assurance as of 2026-12-01" in said
    assert "Green: all 34 points" in said
    assert "Accepted as a limit by Director of finance" in said
    assert "No sign-off is looked at here" in said


def test_qa_says_exactly_what_keeps_a_plan_from_green(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["qa", SOUTH, *DAY]) == 0

    said = " ".join(capsys.readouterr().out.split())
    assert "Not green: 34 of 41 points" in said
    assert (
        "effects.csv; stated_effects.csv; resources.csv; published.csv; uncertainty.csv; correlations.csv; points_of_delivery.csv; activity.csv; activity_effects.csv; bed_types.csv; beds.csv; sites.csv: Not verified"
        in said
    )


def test_what_qa_prints_makes_a_verification_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(shutil.copytree(NORTH, tmp_path / "place"))
    contracts, verifications = place / "contracts.csv", place / "verifications.csv"
    contracts.write_text(contracts.read_text().replace("60000", "60001"))
    main(["qa", str(place), *DAY])
    lapsed = capsys.readouterr().out
    new = re.search(r"^contracts +([0-9a-f]{12}) ", lapsed, re.MULTILINE)

    assert "contracts.csv: The verification of 2026-02-09 has lapsed" in lapsed
    assert new
    text = verifications.read_text()
    old = next(line for line in text.splitlines() if "table,contracts" in line).split(",")[3]
    verifications.write_text(text.replace(old, new[1]))
    main(["qa", str(place), *DAY])
    assert "contracts.csv" not in capsys.readouterr().out


def test_qa_writes_page_pdf_and_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["qa", NORTH, "--out", str(tmp_path), *DAY]) == 0

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "northmoor-quality-assurance.html",
        "northmoor-quality-assurance.pdf",
        "tables",
    ]
    found = (tmp_path / "tables").iterdir()
    tables = {path.name: list(csv.DictReader(path.read_text("utf-8").splitlines())) for path in found}
    assert set(tables) == {
        "master_check.csv", "assumptions_log.csv", "checks.csv", "verifications.csv", "digests.csv", "limits.csv",
        "roles.csv",
    }  # fmt: skip
    assert {row["state"] for row in tables["master_check.csv"]} == {"met", "accepted"}
    assert tables["assumptions_log.csv"][0]["file"] == "perimeters.csv"
    assert sum(float(row["part"] or 0) for row in tables["assumptions_log.csv"]) == pytest.approx(
        -4621, abs=1
    )
    assert "Wrote" in capsys.readouterr().out


def test_qa_gives_the_documented_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["qa", NORTH, "--json", *DAY]) == 0
    document = json.loads(capsys.readouterr().out)

    documented = JSON_PAGE[JSON_PAGE.index("## `leftshift qa --json`") :]
    parts = [
        document,
        *(
            part[0]
            for part in document.values()
            if isinstance(part, list) and part and isinstance(part[0], dict)
        ),
    ]
    assert not [key for part in parts for key in part if f"`{key}`" not in documented]
    assert document["green"] is True
    assert document["fingerprint"] == example(NORTHMOOR).fingerprint


@pytest.mark.parametrize("arguments", [["qa", NORTH], ["pack", NORTH, "--new", "x.toml"]])
def test_a_day_that_is_none_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main([*arguments, "--as-of", "yesterday"]) == 2

    assert "--as-of takes a day such as 2026-04-01" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_day_before_what_was_verified_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["qa", NORTH, "--as-of", "2026-01-01", "--out", str(tmp_path / "out")]) == 1

    said = capsys.readouterr().err
    assert "verifications.csv, row 2, column verified_on" in said
    assert "date in the future" in said
    assert not (tmp_path / "out").exists()


def test_pack_writes_its_three_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words, out = tmp_path / "words.toml", tmp_path / "out"
    words.write_text(WORDS, "utf-8")

    assert main(["pack", SOUTH, "--words", str(words), "--out", str(out), *DAY]) == 0

    expected = files(LLR)
    assert (out / "llr-2014-board-pack.html").read_bytes() == expected.html
    assert (out / "llr-2014-board-pack.pdf").read_bytes() == expected.pdf
    assert (out / "llr-2014-board-pack.docx").read_bytes() == expected.docx
    assert len(list(out.iterdir())) == 3
    assert "as of 2026-12-01" in " ".join(capsys.readouterr().out.split())


def test_a_new_pack_is_a_file_that_builds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = tmp_path / "new" / "words.toml"

    assert main(["pack", NORTH, "--new", str(words), *DAY]) == 0
    assert (
        main(["pack", NORTH, "--words", str(words), "--out", str(tmp_path), "--scenario", "higher-pay", *DAY])
        == 0
    )

    assert "meeting_date = 2026-12-01" in words.read_text("utf-8")
    assert "Under" in (tmp_path / "northmoor-board-pack.html").read_text("utf-8")
    capsys.readouterr()
    assert main(["pack", NORTH, "--new", str(words), *DAY]) == 2
    assert "is there already" in capsys.readouterr().err


def test_faults_of_words_are_listed_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = tmp_path / "words.toml"
    words.write_text(
        WORDS.replace('purpose = "assurance"', 'purpose = "asurance"').replace("level = ", "levl = "), "utf-8"
    )

    assert main(["pack", SOUTH, "--words", str(words), "--out", str(tmp_path / "out"), *DAY]) == 1

    said = capsys.readouterr().err
    assert "words.toml, column front_sheet.purpose" in said
    assert "Did you mean assurance?" in said
    assert "front_sheet.risks 2.levl" in said
    assert "Nothing was written" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        ([], "--words pack.toml --out FOLDER", 2),
        (["--words", "{}/nowhere.toml", "--out", "{}"], "No such file", 1),
        (["--words", "{}/year.toml", "--out", "{}/out"], "is not a year of the plan", 2),
        (["--words", "{}/latin.toml", "--out", "{}/out"], "UTF-8", 1),
    ],
)
def test_a_slip_is_answered_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str, code: int
) -> None:
    (tmp_path / "year.toml").write_text('year = "2050/51"\n' + WORDS, "utf-8")
    (tmp_path / "latin.toml").write_text(WORDS.replace("example", "exämple"), "latin-1")
    given = [argument.format(tmp_path) for argument in arguments]

    assert main(["pack", SOUTH, *given, *DAY]) == code

    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_library_draws_and_writes_nothing_before_it_is_asked() -> None:
    code = (
        "import sys, leftshift.reports.pack, leftshift.reports.assurance; "
        "print(*({'typst', 'vl_convert', 'docx', 'django', 'scipy'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
