"""What is wrong with records and their factors; the file that ships; the command."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leftshift.capacity.records.checking import digest_of
from leftshift.capacity.records.factors import FactorTable, read_factors
from leftshift.capacity.records.projecting import project_records
from leftshift.capacity.records.synthetic import write_synthetic_spells
from leftshift.cli.main import main
from leftshift.foundation.faults import FaultsFound
from leftshift.model import read_place
from tests.library.activity_places import SOUTHMOOR
from tests.library.test_records import FACTORS, KINDS, SHORTER, SPELLS, STAYS, table


# ---------------------------------------------------------------------- wrong input
def refused(path: Path, factors: Sequence[FactorTable] = FACTORS, **more: Any) -> list[Any]:
    with pytest.raises(FaultsFound) as found:
        project_records(path, factors, more.pop("stays", STAYS), draws=1, **more)
    return list(found.value.faults)


def spells(tmp_path: Path, **columns: Any) -> Path:
    path = tmp_path / "bent.parquet"
    pl.read_parquet(SPELLS).with_columns(**columns).write_parquet(path)
    return path


def test_it_refuses_what_is_no_parquet_file(tmp_path: Path) -> None:
    path = tmp_path / "spells.parquet"

    assert [fault.kind for fault in refused(path)] == ["missing file"]
    path.write_text("a,b\n1,2\n")
    assert [fault.kind for fault in refused(path)] == ["file not understood"]


def test_it_refuses_a_file_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "none.parquet"
    pl.read_parquet(SPELLS).clear().write_parquet(path)

    assert [fault.kind for fault in refused(path)] == ["empty table"]


def test_every_fault_of_a_file_comes_at_once(tmp_path: Path) -> None:
    stay, kind = pl.col("length_of_stay"), pl.col("point_of_delivery")
    path = spells(
        tmp_path,
        length_of_stay=pl.when(pl.int_range(pl.len()) == 4).then(-1).otherwise(stay),
        point_of_delivery=pl.when(pl.int_range(pl.len()) < 2).then(None).otherwise(kind),
    )

    found = refused(path, by=["sight", "age_band"], digest="0" * 12)

    assert [(fault.kind, fault.row, fault.column) for fault in found] == [
        ("not the same file", None, "digest"),
        ("missing column", None, "sight"),
        ("missing value", 1, "point_of_delivery"),
        ("out of range", 5, "length_of_stay"),
    ]
    assert found[1].suggestion == "site"
    assert "2 rows" in found[2].found


def test_it_refuses_stays_in_parts_of_days_and_keys_that_are_no_categories(tmp_path: Path) -> None:
    path = spells(tmp_path, length_of_stay=pl.col("length_of_stay") + 0.5, site=pl.lit(0.5))

    assert [fault.column for fault in refused(path, by=["site"])] == ["site", "length_of_stay"]


def test_a_record_without_a_factor_and_a_factor_without_a_record_are_faults() -> None:
    bent = {("emergancy" if name == "emergency" else name): factor for name, factor in KINDS.items()}

    unknown, unused = refused(SPELLS, [table("point_of_delivery", bent)])

    assert (unknown.kind, unknown.suggestion) == ("unknown category", "emergancy")
    assert (unused.kind, unused.row) == ("nothing uses it", 3)


def test_a_table_with_mistakes_of_its_own_is_refused() -> None:
    frame = pl.DataFrame({"site": ["a", "a", "b"], "factor": [1.0, -1.0, float("nan")]})

    found = refused(
        SPELLS, [FactorTable("site.csv", ("site",), frame), FactorTable("x.csv", ("age",), frame)]
    )

    assert [(fault.kind, fault.row) for fault in found if fault.file == "site.csv"] == [
        ("out of range", 3),
        ("out of range", 4),
        ("duplicate row", 3),
    ]
    assert [fault.kind for fault in found if fault.file == "x.csv"] == ["missing column"]
    two = FactorTable("all", (), pl.DataFrame({"factor": [1.0, 2.0]}))
    assert "duplicate row" in [fault.kind for fault in refused(SPELLS, [two])]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("site\na\n", "missing column"),
        ("site,factor\na,much\n", "text in a number"),
        ("", "file not understood"),
    ],
)
def test_a_table_of_factors_that_cannot_be_read_is_refused(tmp_path: Path, text: str, kind: str) -> None:
    path = tmp_path / "factors.csv"
    path.write_text(text)

    with pytest.raises(FaultsFound) as found:
        read_factors(path)

    assert [fault.kind for fault in found.value.faults] == [kind]


# ---------------------------------------------------------------------- the file that ships, and places
def test_the_public_file_is_what_its_maker_makes_and_what_the_place_says(tmp_path: Path) -> None:
    path = tmp_path / "spells.parquet"
    write_synthetic_spells(path, 20_000)

    assert pl.read_parquet(path).equals(pl.read_parquet(SPELLS))
    place = read_place(SOUTHMOOR).place
    assert [(row.file, row.digest) for row in place.records] == [(SPELLS.name, digest_of(SPELLS))]
    assert {row.code for row in place.organisations} >= {
        *pl.read_parquet(SPELLS)["provider"],
        *pl.read_parquet(SPELLS)["commissioner"],
    }
    assert SPELLS.stat().st_size < 300_000


def test_the_maker_writes_in_pieces_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leftshift.capacity.records.synthetic._PIECE", 400)
    path = tmp_path / "spells.parquet"

    write_synthetic_spells(path, 1_000, seed=7)

    assert pl.read_parquet(path).height == 1_000
    assert [entry.name for entry in tmp_path.iterdir()] == ["spells.parquet"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = Path(shutil.copytree(SOUTHMOOR, tmp_path / "southmoor"))
    for name, factors in (("growth", KINDS), ("stays", SHORTER)):
        lines = [f"{kind},{factor}" for kind, factor in factors.items()]
        (tmp_path / f"{name}.csv").write_text("\n".join(["point_of_delivery,factor", *lines]))
    return found


def asked(folder: Path, *more: str) -> list[str]:
    tables = folder.parent
    return [
        "records",
        str(folder),
        "--factors",
        str(tables / "growth.csv"),
        "--stays",
        str(tables / "stays.csv"),
        *more,
    ]


def test_a_place_with_records_is_read_checked_and_zipped(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = folder.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))

    assert main(["check", str(folder)]) == 0
    assert read_place(packed).place.fingerprint == read_place(folder).place.fingerprint
    assert main(asked(packed, "--no-randomness")) == 2
    assert "does not carry them" in capsys.readouterr().err


def test_the_command_prints_and_writes(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"

    assert (
        main(
            asked(
                folder, "--by", "site, age_band", "--draws", "20", "--seed", "3", "--out", str(out), "--json"
            )
        )
        == 0
    )

    document = json.loads(capsys.readouterr().out)
    assert (document["draws"], document["seed"], document["by"]) == (20, 3, ["site", "age_band"])
    assert len(document["groups"]) == len(pl.read_csv(out)) == 4 + 4 + 2
    assert document["total"]["records"]["base"] == 20_000
    assert main(asked(folder, "--by", "site", "--no-randomness")) == 0
    printed = capsys.readouterr().out
    assert "nothing drawn" in printed
    assert "all together" in printed


def test_the_command_refuses(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = folder / "records.csv"
    whole = table.read_text()

    assert main(asked(folder, "--file", "spels.parquet")) == 2
    assert "did you mean spells.parquet?" in capsys.readouterr().err
    table.write_text(whole + whole.splitlines()[1].replace("spells.parquet", "other.parquet") + "\n")
    assert main(asked(folder)) == 2
    assert main(asked(folder, "--file", "other.parquet")) == 1
    assert "records.csv, row 3" in capsys.readouterr().err
    table.write_text(whole.replace("spells.parquet", "../records/spells.parquet"))
    assert main(asked(folder)) == 1
    table.unlink()
    assert main(asked(folder)) == 2


def test_it_ends_cleanly_when_it_is_interrupted(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("leftshift.capacity.records.projecting.block_of", interrupted)
    out = tmp_path / "out.csv"

    assert main(asked(folder, "--out", str(out))) == 130
    assert not out.exists()
