"""`leftshift intervals`, and the same on frames: every row answered, or every fault of every row."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.cli.main import main
from leftshift.foundation.faults import FaultsFound
from leftshift.measures.statistics.frames import intervals
from leftshift.measures.statistics.intervals import KINDS, estimate

ROOT = Path(__file__).parents[2]
FILE = (
    "Kind,Numerator,Denominator,Multiplier,Confidence,Area\n"
    'rate,65,"1,000",100000,95%,North\n'
    "proportion,0,10,,0.998,East\n"
    "count,5,,,,South\n"
    "\n"
    "mean,10,0,,,West\n"
    "ratio,5,10,1,95,Centre\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.csv"
    path.write_text(FILE, "utf-8")
    return path


def faults_of(frame: pl.DataFrame) -> list[tuple[str, int | None, str | None, str]]:
    with pytest.raises(FaultsFound) as raised:
        intervals(frame)
    return [(fault.kind, fault.row, fault.column, fault.found) for fault in raised.value.faults]


def one(**cells: object) -> pl.DataFrame:
    return pl.DataFrame(
        {name: [cell] for name, cell in {"kind": "rate", "numerator": 5, "denominator": 10, **cells}.items()}
    )


def test_a_frame_of_mixed_rows_keeps_its_order() -> None:
    frame = pl.DataFrame(
        {
            "kind": ["rate", "count", "rate", "proportion", "mean"],
            "numerator": [65, 5, None, 5, 40],
            "denominator": [1000, None, 10, 10, 5],
            "multiplier": [1e5, None, 1.0, 100.0, 1.0],
            "confidence": [0.95, 95.0, 0.998, None, 0.95],
            "standard_deviation": [None, None, None, None, math.sqrt(2.5)],
            "area": list("ABCDE"),
        }
    )

    found = intervals(frame)

    assert found["area"].to_list() == list("ABCDE")
    assert found["confidence"].to_list() == [0.95, 0.95, 0.998, 0.95, 0.95]
    assert found["method"].to_list() == ["Byar", "exact Poisson", "", "Wilson", "Student's t"]
    assert found["withheld"].to_list() == ["", "", "numerator is missing", "", ""]
    assert found["value"].to_list() == [6500, 5, None, 50, 8]
    assert found["upper"][4] == pytest.approx(9.963243, abs=1e-6)


@pytest.mark.parametrize("written", [0.95, 95, "95%", "95 %", "0.95", "95", "", None])
def test_a_level_may_be_written_in_several_ways(written: object) -> None:
    assert intervals(one(confidence=written))["upper"].item() == estimate("rate", 5, 10).upper.item()


@pytest.mark.parametrize(
    ("written", "near"), [(0.05, "95%"), ("5%", "95%"), (1, None), (100, None), ("high", None), (0, None)]
)
def test_a_level_that_is_none_is_refused(written: object, near: str | None) -> None:
    with pytest.raises(FaultsFound) as raised:
        intervals(one(confidence=written))

    [fault] = raised.value.faults
    assert (fault.kind, fault.row, fault.column) == ("confidence not understood", 2, "confidence")
    assert fault.suggestion == near


@pytest.mark.parametrize(
    ("cells", "kind", "column"),
    [
        ({"kind": "rte"}, "unknown kind", "kind"),
        ({"kind": None}, "unknown kind", "kind"),
        ({"numerator": "five"}, "text in a number", "numerator"),
        ({"numerator": "5%"}, "text in a number", "numerator"),
        ({"numerator": "nan"}, "text in a number", "numerator"),
        ({"numerator": -5}, "value out of range", "numerator"),
        ({"numerator": 1e16}, "value out of range", "numerator"),
        ({"numerator": math.inf}, "value out of range", "numerator"),
        ({"numerator": "1e400"}, "value out of range", "numerator"),
        ({"denominator": -1}, "value out of range", "denominator"),
        ({"multiplier": 0}, "value out of range", "multiplier"),
        ({"multiplier": "-1"}, "value out of range", "multiplier"),
        ({"kind": "count"}, "value out of range", "denominator"),
        ({"standard_deviation": 1.5}, "value out of range", "standard_deviation"),
        ({"kind": "mean", "standard_deviation": -1}, "value out of range", "standard_deviation"),
    ],
)
def test_what_is_wrong_is_refused(cells: dict[str, object], kind: str, column: str) -> None:
    assert [(fault[0], fault[1], fault[2]) for fault in faults_of(one(**cells))] == [(kind, 2, column)]


def test_near_misses_are_suggested() -> None:
    with pytest.raises(FaultsFound) as raised:
        intervals(one(kind="proportoin"))
    assert raised.value.faults.listed[0].suggestion == "proportion"
    with pytest.raises(FaultsFound) as raised:
        intervals(one().rename({"numerator": "numerators"}))
    assert "Rename the column 'numerators'" in str(raised.value)


def test_missing_columns_and_columns_in_the_way_are_told_at_once() -> None:
    frame = pl.DataFrame({"kind": ["rate"], "value": [1.0]})

    assert [(fault[0], fault[2]) for fault in faults_of(frame)] == [
        ("missing column", "numerator"),
        ("missing column", "denominator"),
        ("column in the way", "value"),
    ]


def test_every_fault_is_told_in_the_order_of_rows() -> None:
    frame = pl.DataFrame(
        {
            "kind": ["rat", "rate", "rate"],
            "numerator": ["10x1", "1", "-2"],
            "denominator": ["1", "", "1y"],
            "confidence": ["", "1", ""],
        }
    )

    assert [fault[1:3] for fault in faults_of(frame)] == [
        (2, "kind"),
        (2, "numerator"),
        (3, "confidence"),
        (4, "denominator"),
        (4, "numerator"),
    ]


def test_marks_are_no_numbers_and_are_said_once() -> None:
    said: list[str] = []
    frame = pl.DataFrame(
        {
            "kind": ["rate"] * 4,
            "numerator": ["*", "*", "5", "n/a"],
            "denominator": ["10", "10", "[c]", "10"],
        }
    )

    found = intervals(frame, tell=said.append)

    assert found["numerator"].to_list() == [None, None, 5, None]
    assert found["value"].to_list() == [None] * 4
    assert all(found["withheld"])
    assert said == [
        "numerator says * (suppressed) in 2 rows: no figure, and not nought.",
        "numerator says n/a (not available) in 1 row: no figure, and not nought.",
        "denominator says [c] (confidential) in 1 row: no figure, and not nought.",
    ]


def test_one_slip_of_many_rows_is_told_once() -> None:
    frame = pl.DataFrame(
        {"kind": ["rte", "rte", "rate"], "numerator": ["5%", "6%", "ten"], "denominator": ["1", "2", "3"]}
    )

    assert [(fault[1], fault[3]) for fault in faults_of(frame)] == [
        (2, "'rte' and the like in 1 more row"),
        (2, "'5%' and the like in 1 more row"),
        (4, "'ten'"),
    ]


def test_another_separator_and_a_slip_of_a_column_are_told() -> None:
    assert [fault[0] for fault in faults_of(pl.DataFrame({"kind;numerator;denominator": ["rate;1;2"]}))] == [
        "file not understood"
    ]
    with pytest.raises(FaultsFound, match="Did you mean multiplier"):
        intervals(one(multiplyer=1000, area="North"))
    assert intervals(one(area="North", measure="Falls"))["area"].to_list() == ["North"]


def test_no_rows_give_no_rows() -> None:
    assert intervals(one().clear()).height == 0


_cells = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(
        ["rate", "mean", "ratio", "0", "5", "1,234", "(5)", "1e9", "95%", "inf", "-0", "٣", "£4"]
    ),
)


@given(
    st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(("kind", "numerator", "denominator", "multiplier", "confidence"), _cells)
        ),
        max_size=4,
    )
)
def test_any_text_is_answered_or_refused(rows: list[dict[str, str | None]]) -> None:
    names = ("kind", "numerator", "denominator", "multiplier", "confidence")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))
    refused: list[int | None] = []
    found = frame.clear().with_columns(value=None, lower=None, upper=None, method=None, withheld=None)
    try:
        found = intervals(frame)
    except FaultsFound as faults:
        refused = [fault.row for fault in faults.faults]
    assert found.height == len(rows) or refused
    assert all(row and 2 <= row <= len(rows) + 1 for row in refused)
    for row in found.iter_rows(named=True):
        assert (row["value"] is None) == (row["withheld"] != "") == (row["method"] == "")
        assert row["value"] is None or math.isfinite(row["lower"] + row["upper"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS[1:]), st.integers(0, 50), st.integers(0, 50), st.sampled_from([0.9, 0.95])
        ),
        min_size=1,
    )
)
def test_rows_are_what_each_gives_alone(rows: list[tuple[str, int, int, float]]) -> None:
    frame = pl.DataFrame(rows, schema=["kind", "numerator", "denominator", "confidence"], orient="row")
    found = intervals(frame)

    for at, (kind, x, n, level) in enumerate(rows):
        alone = estimate(kind, x, n, confidence=level)
        assert found["withheld"][at] == alone.reasons.item()
        assert found["upper"][at] == (None if alone.withheld.item() else alone.upper.item())


def test_the_command_prints_what_is_documented(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["intervals", str(file), "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    rows = {row["area"]: row for row in document["rows"]}
    assert document["file"] == "numbers.csv"
    assert document["withheld"] == 1
    assert rows["North"] == {
        "kind": "rate",
        "numerator": 65.0,
        "denominator": 1000.0,
        "multiplier": 100_000.0,
        "confidence": 0.95,
        "area": "North",
        "value": 6500.0,
        "lower": pytest.approx(5016.318771, rel=1e-9),
        "upper": pytest.approx(8284.913855, rel=1e-9),
        "method": "Byar",
        "withheld": "",
    }
    assert rows["West"]["value"] is rows["West"]["lower"] is None
    assert rows["West"]["withheld"] == "denominator is zero"
    page = (ROOT / "docs" / "guide" / "json.md").read_text("utf-8")
    documented = page[page.index("## `leftshift intervals --json`") :]
    assert not [key for key in {*document, *rows["North"]} - {"area"} if f"`{key}`" not in documented]


def test_the_command_shows_a_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["intervals", str(file)]) == 0

    printed = capsys.readouterr().out
    line = next(line for line in printed.splitlines() if line.startswith("North"))
    assert line.split() == ["North", "rate", "65", "1,000", "6,500", "5,016", "8,285", "Byar"]
    assert "denominator is zero" in printed
    assert "1 of 5 are withheld" in printed
    assert "nan" not in printed.lower()


def test_the_command_writes_a_table(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out" / "found.csv"

    assert main(["intervals", str(file), "--out", str(out)]) == 0

    assert "5 rows written" in capsys.readouterr().out
    written = pl.read_csv(out)
    assert written.columns[-5:] == ["value", "lower", "upper", "method", "withheld"]
    assert written["value"].null_count() == 1


def test_it_reads_a_byte_order_mark_and_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"\xef\xbb\xbf" + FILE.encode())))

    assert main(["intervals", "-", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["file"] == "standard input"


@pytest.mark.parametrize(
    ("content", "kind", "row"),
    [
        (b"", "no rows", None),
        (b"kind,numerator,denominator\n", "no rows", None),
        (b"kind,numerator,denominator\nrate,\xff,1\n", "encoding not understood", 2),
        (b"kind,numerator,denominator\nrate,1,2,3\n", "too many cells", 2),
        (b"kind,kind,numerator,denominator\nrate,rate,1,2\n", "column twice", 1),
        (b'kind,numerator,denominator\nrate,"1"2,3\n', "file not understood", None),
        (b"kind,numerator,denominator\n\nrate,10x1,3\n", "text in a number", 3),
        (b"kind;numerator;denominator\nrate;1,5;3\n", "file not understood", None),
        (b"kind\tnumerator\tdenominator\nrate\t1\t3\n", "file not understood", None),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_written(
    content: bytes, kind: str, row: int | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "wrong.csv", tmp_path / "out.csv"
    path.write_bytes(content)

    assert main(["intervals", str(path), "--json", "--out", str(out)]) == 1

    fault = json.loads(capsys.readouterr().out)["faults"][0]
    assert (fault["kind"], fault["row"], fault["file"]) == (kind, row, "wrong.csv")
    assert not out.exists()


def test_a_file_that_is_not_there_is_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["intervals", str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_or_refused(content: bytes) -> None:
    from leftshift.cli.measuring import read_table

    try:
        table, rows = read_table("any.csv", b"kind,numerator,denominator\n" + content)
    except FaultsFound:
        return
    assert table.height == len(rows)
