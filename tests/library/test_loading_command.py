"""Loading on the command line: once and twice, all or nothing on disk, layouts, tables to fill in, misuse told in words."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from leftshift.cli.main import main
from leftshift.measures.loading.templates import due_rows
from tests.library.loading_places import (
    OBSERVATIONS,
    base_place,
    base_texts,
    write_base,
)

HEAD = "measure,of,period,numerator,denominator\n"


def test_the_command_loads_once_and_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, file = write_base(tmp_path / "place"), tmp_path / "f.csv"
    file.write_text(
        HEAD + "visits,dale,2024-04,10,\nvisits,hillside,2024-04,12,\nvisits,hillside,2024-05,*,\n"
    )
    arguments = ["measures", "load", str(folder), str(file)]

    assert main([*arguments, "--dry-run", "--json"]) == 0
    dry = json.loads(capsys.readouterr().out)
    assert (dry["new"], dry["revised"], dry["written"]) == (1, 1, False)
    assert dry["left_out"] == [{"rows": 1, "because": "no figure: * (suppressed)"}]
    assert (folder / "observations.csv").read_text() == OBSERVATIONS

    assert main([*arguments, "--released", "2024-06-01", "--source", "Ward  book", "--provisional"]) == 0
    printed = capsys.readouterr().out
    assert "New 1, revised 1, unchanged 0" in printed
    written = (folder / "observations.csv").read_text()
    assert "visits,hillside,2024-04,12,,,,1,yes,2024-06-01,Ward book,published\n" in written

    assert main([*arguments, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["new"], again["revised"], again["unchanged"]) == (0, 2, 0)  # both are confirmed
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] is False


def test_one_fault_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_base(tmp_path / "place")
    good, bad, worse = (tmp_path / name for name in ("good.csv", "bad.csv", "worse.xlsx"))
    good.write_text(HEAD + "visits,dale,2024-04,10,\nfour_hours,dale,2024-04,3,2\n")
    bad.write_text(HEAD + "visits,dale,2024-04,ten,\n")
    worse.write_bytes(b"none")

    assert main(["measures", "load", str(folder), str(good), str(bad), str(worse), "--json"]) == 1

    told = json.loads(capsys.readouterr().out)["faults"]
    assert {(fault["file"], fault["row"]) for fault in told} == {
        ("good.csv", 3),
        ("bad.csv", 2),
        ("worse.xlsx", None),
    }
    assert (folder / "observations.csv").read_text() == OBSERVATIONS
    assert sorted(path.name for path in folder.iterdir()) == sorted(base_texts())


def test_a_mapping_file_and_chosen_rows_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file, mapping = write_base(tmp_path / "place"), tmp_path / "f.csv", tmp_path / "map.toml"
    file.write_text(
        "Indicator ID,Area Code,Sex,Time period,Value\n901,E1,Female,2015/16,5\n901,E1,Male,2015/16,6\n"
    )
    mapping.write_text('[measures]\n"901" = "falls"\n[bodies]\n"E1" = "dale"\n')

    arguments = ["measures", "load", str(folder), str(file), "--map", str(mapping), "--only", "Sex=Female"]
    assert main(arguments) == 0
    assert "falls,dale,2015/16,,,5," in (folder / "observations.csv").read_text()
    assert main([*arguments, "--only", "Sex"]) == 2
    assert "COLUMN=VALUE" in capsys.readouterr().err
    mapping.write_text('[measures]\n"901" = "fals"\n')
    assert main(arguments) == 1


def test_layouts_are_listed_with_their_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", "layouts"]) == 0
    assert "not verified" in capsys.readouterr().out
    assert main(["measures", "layouts", "--json"]) == 0
    assert {"tidy", "wide", "fingertips"} <= {
        entry["layout"] for entry in json.loads(capsys.readouterr().out)["layouts"]
    }


def test_a_table_to_fill_in_has_the_figures_that_are_due_and_loads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # four_hours is due 15 days after its month and has 2024-04: by 20 July those of May and June are due
    folder, file = write_base(tmp_path / "place"), tmp_path / "due.csv"
    assert [(row[0], row[1], str(row[2])) for row in due_rows(base_place(), date(2024, 7, 20))] == [
        ("four_hours", "hillside", "2024-05"),
        ("four_hours", "hillside", "2024-06"),
    ]

    arguments = ["measures", "new", str(folder), str(file), "--as-of", "2024-07-20"]
    assert main(arguments) == 0
    file.write_text(file.read_text().replace("2024-05,,", "2024-05,1,2"))
    capsys.readouterr()
    assert main(["measures", "load", str(folder), str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["new"], told["left_out"]) == (1, [{"rows": 1, "because": "no figure: the cell is empty"}])
    assert main(arguments) == 2  # never over a file that is there


def test_a_table_to_fill_in_has_the_next_periods_where_nothing_says_when_they_are_due(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = write_base(tmp_path / "place"), tmp_path / "next.csv"
    measures = folder / "measures.csv"
    measures.write_text(measures.read_text().replace(",15,", ",,").replace(",30,", ",,"))

    assert main(["measures", "new", str(folder), str(file), "--as-of", "2024-04-01"]) == 0

    printed = " ".join(capsys.readouterr().out.split())
    assert "the next period of every series, 2 rows" in printed
    assert "No measure says in due_after when its figures are due" in printed
    assert file.read_text().splitlines()[1:] == [
        "visits,hillside,2024-05,,,",
        "four_hours,hillside,2024-05,,,",
    ]
    observations = folder / "observations.csv"
    observations.write_text("".join(observations.read_text().splitlines(keepends=True)[:2]))
    assert main(["measures", "new", str(folder), str(tmp_path / "none.csv")]) == 2
    assert "no measure has a figure yet" in capsys.readouterr().err


def test_misused_options_are_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, file = write_base(tmp_path / "place"), tmp_path / "odd\nname.csv"
    file.write_text("area,2024-05,2024-06\ndale,3,4\n")

    assert main(["measures", "load", str(folder), str(file), "--released", "soon"]) == 2
    assert "--released takes a day" in capsys.readouterr().err
    assert main(["measures", "load", str(file), str(file)]) == 2
    assert main(["measures", "load", str(folder), str(tmp_path / "none.csv")]) == 1
    assert main(["measures", "load", str(folder), str(file), "--measure", "visits"]) == 0
    assert '"wide, odd name.csv"' in (folder / "observations.csv").read_text()
