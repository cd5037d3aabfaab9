"""Records to be matched, as files; and the command that matches them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.cli.main import main
from leftshift.foundation.faults import FaultsFound
from leftshift.population.linked.dataset import LinkedData
from leftshift.population.linked.incoming import people_to_match, read_incoming
from leftshift.population.linked.matching import INCOMING, match
from tests.library.people.linked.sets import NUMBERS, sound_set, written
from tests.library.people.quiet import says_nothing_of

HEADER = "record,nhs_number,birth_date,sex,lsoa,name"


def file(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "records.csv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def test_records_are_matched_and_written_for_their_owner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path / "set", sound_set())
    rows = [
        'a,999 000 0018,1950-02-03,2,,"Smith, J"',
        f"b,{NUMBERS[1]},1980-11-03,1,,",  # a day that was misread
        "c,,1931-01-01,1,E01000001,",
        "d,9990000077,,,,",
    ]

    assert (
        main(
            [
                "population",
                "match",
                str(file(tmp_path, *rows)),
                str(folder),
                "--out",
                str(tmp_path / "out"),
                "--json",
            ]
        )
        == 0
    )
    said = json.loads(capsys.readouterr().out)
    links = pl.read_csv(tmp_path / "out" / "links.csv")

    assert links.select("record", "person_id", "step").rows() == [
        ("a", 1, "number-and-birth"),
        ("b", 2, "number-alone"),
        ("c", 4, "demographics"),
    ]
    assert said["rows"] == {"links": 3, "ambiguous": 0, "unmatched": 1}
    assert said["records"] == 4
    assert all(path.stat().st_mode & 0o077 == 0 for path in [tmp_path / "out", *(tmp_path / "out").iterdir()])
    assert (
        main(["population", "match", str(file(tmp_path, *rows)), str(folder), "--out", str(tmp_path / "out")])
        == 1
    )
    assert (
        main(["population", "match", str(file(tmp_path, *rows)), str(folder), "--out", str(tmp_path / "two")])
        == 0
    )
    printed = capsys.readouterr().out
    assert "number-and-birth" in printed
    says_nothing_of(sound_set(), printed)


def test_a_set_without_numbers_or_identifiers_is_matched_by_the_rest(tmp_path: Path) -> None:
    few = {name: rows for name, rows in sound_set().items() if name != "identifiers"}
    folder = written(tmp_path / "set", few, missing=["nhs_number"])
    incoming = read_incoming(file(tmp_path, "c,,1931-01-01,1,E01000001,"))

    found = match(incoming, *people_to_match(LinkedData(folder)))

    assert found.links["step"].to_list() == ["demographics"]


def test_every_fault_of_every_row_is_answered(tmp_path: Path) -> None:
    rows = [
        f"a,{NUMBERS[0]},3/2/1950,2,,",
        ",,1950-02-03,2,,",
        "c,,1950-02-30,F,,",
        "d,9990000018,1950-02-03,2",
    ]

    with pytest.raises(FaultsFound) as lengths:
        read_incoming(file(tmp_path, *rows))
    with pytest.raises(FaultsFound) as values:
        read_incoming(file(tmp_path, *rows[:3]))

    assert [(fault.row, fault.found) for fault in lengths.value.faults] == [(5, "4 values")]
    assert [(fault.row, fault.column) for fault in values.value.faults] == [
        (3, "record"), (2, "birth_date"), (4, "birth_date"), (4, "sex"),
    ]  # fmt: skip
    says_nothing_of(sound_set(), str(values.value), str(lengths.value))


@pytest.mark.parametrize(
    ("header", "kinds"),
    [
        ("record,nhs_number,birth_date,sex", ["column missing"]),
        ("record,nhs_number,birthdate,sex,lsoa", ["column missing"]),
        ("record,record,nhs_number,birth_date,sex,lsoa", ["column twice"]),
        ('"record', ["file not readable"]),
    ],
)
def test_columns_that_lack_or_stand_twice(tmp_path: Path, header: str, kinds: list[str]) -> None:
    with pytest.raises(FaultsFound) as caught:
        read_incoming(file(tmp_path, header=header))

    assert [fault.kind for fault in caught.value.faults] == kinds


@given(st.binary(max_size=300) | st.text(alphabet='ab,"\n1950-02 ', max_size=300).map(str.encode))
def test_whatever_a_file_holds_is_read_or_answered(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "records.csv"
    path.write_bytes(",".join(INCOMING).encode() + b"\n" + content)

    with contextlib.suppress(FaultsFound):
        found = read_incoming(path)
        assert found.columns == list(INCOMING)
        assert found.schema["birth_date"] == pl.Date
