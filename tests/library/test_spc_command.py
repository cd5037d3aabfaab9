"""leftshift spc, as a person at the terminal uses it."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from leftshift.cli.main import main
from leftshift.foundation.periods import Period

ROOT = Path(__file__).parents[2]
MONTHS = [str(Period.parse("2014-04").plus(at)) for at in range(26)]


@pytest.fixture
def waits(tmp_path: Path) -> Path:
    """Two series: one that jumps above its limit at last, and one that misses a month."""
    lines = ["# months of an invented trust", "Series,Period,Value,Target,Better,Rebase,Author"]
    lines += [
        f"Long waits,{month},{30 if at == 25 else 10 + at % 2 * 2},8,lower,,"
        for at, month in enumerate(MONTHS)
    ]
    lines += [
        f"Seen in time,{month},{90 + at % 2},95,higher,{'New clinic' if at == 13 else ''},"
        for at, month in enumerate(MONTHS)
        if at != 20
    ]
    path = tmp_path / "waits.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["spc", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_it_says_each_series_in_a_table_and_a_sentence(
    waits: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["spc", str(waits), "--unit", "%"]) == 0

    printed = " ".join(capsys.readouterr().out.split())
    for words in (
        "Making Data Count, version 1: 2 series",
        "concern high",
        "Long waits was 30.0% in 2016-05. Special cause, concerning, higher than usual: it lies above the upper limit.",
        "There is no value for 2015-12.",
        "No reason or no author is given for the rebase at 2015-05.",
    ):
        assert words in printed


def test_one_series_is_shown_with_its_points(waits: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spc", str(waits), "--series", "Seen in time"]) == 0

    printed = capsys.readouterr().out
    assert "no value" in printed
    assert "Long waits" not in printed


def test_it_gives_the_documented_json(waits: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mean of 25 values of 10 and 12 and one of 30: (13×10 + 12×12 + 30) / 26; the last target of long waits is below its limits."""
    document = _json(capsys, str(waits))

    page = (ROOT / "docs" / "guide" / "json.md").read_text("utf-8")
    documented = page[page.index("## `leftshift spc --json`") :].split("\n## ")[0]
    series = document["series"][0]
    parts = [
        document,
        series,
        series["variation"],
        series["assurance"],
        series["points"][0],
        series["segments"][0],
    ]
    for part in [*parts, document["rules"], document["series"][1]["rebases"][0]]:
        assert not [key for key in part if f"`{key}`" not in documented]
    assert series["segments"][0]["mean"] == pytest.approx((13 * 10 + 12 * 12 + 30) / 26, abs=1e-12)
    assert (series["variation"]["icon"], series["rule"]) == ("concern high", "beyond a limit")
    assert document["series"][1]["missing_periods"] == ["2015-12"]
    assert document["rules"]["name"] == "making_data_count"
    assert document["rules"]["version"] == "1"


def test_rules_direction_and_baseline_are_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.csv"
    values = [10, 12] * 6 + [10, 12, 13, 12, 13, 12, 13]
    path.write_text(
        "period,value\n" + "".join(f"{month},{value}\n" for month, value in zip(MONTHS, values, strict=False))
    )

    seven = _json(capsys, str(path), "--better", "lower", "--fix", "12")
    six = _json(capsys, str(path), "--rules", "six_point", "--better", "lower", "--fix", "12")

    assert seven["fix"] == 12
    assert seven["series"][0]["variation"]["icon"] == "common cause"
    assert six["series"][0]["variation"]["icon"] == "concern high"
    assert six["series"][0]["points"][18]["words"] == "is one of at least 6 values in a row above the mean"


def test_what_was_not_read_is_said_beside_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.csv"
    path.write_text("period,value,ward\n2014-04,3,A\n2014-05,*,A\n")

    assert main(["spc", str(path), "--json"]) == 0

    printed = capsys.readouterr()
    assert json.loads(printed.out)["series"][0]["missing_periods"] == []
    assert "Column not read: 'ward'." in printed.err
    assert "value says * (suppressed) in 1 row" in printed.err


def test_it_reads_what_is_piped_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"period,value\n2014-04,3\n")))

    series = _json(capsys, "-")["series"][0]

    assert series["segments"][0]["no_limits"] == "1 values; limits need 13"
    assert series["assurance"]["reason"] == "There is no target."


def test_out_writes_tables_and_a_chart_of_each(
    waits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "charts"

    assert main(["spc", str(waits), "--out", str(out)]) == 0

    assert {path.name for path in out.iterdir()} == {
        "points.csv",
        "summary.csv",
        "long-waits.svg",
        "seen-in-time.svg",
    }
    assert pl.read_csv(out / "points.csv").height == 52
    assert "NaN" not in (out / "points.csv").read_text()
    root = ET.fromstring((out / "long-waits.svg").read_text())
    assert root.get("role") == "img"
    assert "2 charts written" in capsys.readouterr().out


def test_series_of_like_names_have_charts_of_their_own(tmp_path: Path) -> None:
    path, out = tmp_path / "alike.csv", tmp_path / "out"
    path.write_text("series,period,value\nA/B,2014-04,1\nA B,2014-04,1\n£,2014-04,1\n")

    assert main(["spc", str(path), "--out", str(out)]) == 0

    assert {each.name for each in out.glob("*.svg")} == {"a-b.svg", "a-b-2.svg", "series.svg"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "a header and rows"),
        (b"period,value\n", "at least one row"),
        (b"period,value\n2014-04,1,2\n", "found 3 cells, expected 2 cells"),
        (b"period,value,value\n2014-04,1,2\n", "each column once"),
        (b"period,value\n2014-04,\xff\n", "UTF-8"),
        (b'period,value\n"2014-04,1\n', "comma-separated"),
        (b"# note\nperiod,value\n\n2014-04,ten\n", "row 4, column value"),
        (b"# note\nperiod;value\n2014-04;1,5\n2014-05;2,5\n", "a file with semicolons may hold commas"),
        (b"period\tvalue\n2014-04\t1\n", "a file with tabs"),
        (b"period,value\n01/04/2014,1\n01/05/2014,2\n", "Did you mean 2014-04?"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes, says: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(text)

    assert main(["spc", str(path), "--out", str(tmp_path / "out")]) == 1

    said = re.sub(r"\s+", " ", capsys.readouterr().err)
    assert says in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--rules", "making_data_cont"], 2, "Did you mean making_data_count?"),
        (["--better", "up"], 2, "higher, lower or neither"),
        (["--fix", "5"], 2, "at least 12"),
        (["--series", "nobody"], 2, "one of Long waits, Seen in time"),
    ],
)
def test_a_misused_option_is_answered(
    waits: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, says: str
) -> None:
    assert main(["spc", str(waits), *arguments]) == code
    assert says in capsys.readouterr().err


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spc", "nowhere.csv"]) == 1
    assert "nowhere.csv" in capsys.readouterr().err
