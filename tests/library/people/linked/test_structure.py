"""Files of a set: what lacks, what cannot be read and what is of a wrong type, all of it at once."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leftshift.foundation.faults import Faults, FaultsFound
from leftshift.population.engines.engine import engine_of
from leftshift.population.linked.dataset import SYNTHETIC, LinkedData, fingerprint_of, manifest_of
from leftshift.population.linked.structure import check_structure, structure_faults
from tests.library.people.linked.sets import replace_column, sound_set, written

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # Ibis 12 on DuckDB 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "set", sound_set())


def kinds(faults: Faults) -> list[tuple[str, str, str | None]]:
    return [(fault.kind, fault.file, fault.column) for fault in faults]


def test_a_sound_set_has_no_fault_whole_or_in_pieces(folder: Path, tmp_path: Path) -> None:
    check_structure(folder)
    check_structure(pieces := written(tmp_path / "pieces", sound_set(), pieces=3))

    data = LinkedData(pieces)
    assert len(data.paths("persons")) == 3
    assert data.tables[0] == "persons"
    assert data.purpose == SYNTHETIC
    assert sum(mark.rows for mark in data.fingerprint()["gp_events"]) == 4


def test_required_tables_alone_suffice_and_may_be_empty(tmp_path: Path) -> None:
    check_structure(written(tmp_path / "set", {"persons": [], "registrations": [], "practices": []}))


def test_no_folder_is_one_fault(tmp_path: Path) -> None:
    assert kinds(structure_faults(tmp_path / "none")) == [("folder missing", "none", None)]


def test_everything_is_said_at_once(folder: Path) -> None:
    (folder / "practices.parquet").unlink()
    (folder / "registrations.parquet").rename(folder / "registration.parquet")
    (folder / "gp_events.parquet").write_text("person_id,code\n1,C1\n")
    (folder / "costs.parquet").write_bytes(b"")
    whole = (folder / "admissions.parquet").read_bytes()
    (folder / "admissions.parquet").write_bytes(whole[: len(whole) // 2])
    raw = bytearray((folder / "contacts.parquet").read_bytes())
    raw[-408:-8] = bytes(400)
    (folder / "contacts.parquet").write_bytes(raw)
    (folder / "manifest.json").write_text("{")

    found = structure_faults(folder)

    assert sorted(kinds(found), key=str) == sorted(
        [
            ("manifest not understood", "manifest.json", None),
            ("unknown table", "registration.parquet", None),
            ("table missing", "registrations.parquet", None),
            ("table missing", "practices.parquet", None),
            ("file not readable", "gp_events.parquet", None),
            ("file not readable", "costs.parquet", None),
            ("file not readable", "admissions.parquet", None),
            ("file not readable", "contacts.parquet", None),
        ],
        key=str,
    )
    said = {fault.file: fault.found for fault in found}
    assert said["gp_events.parquet"] == "a file that is not Parquet"
    assert said["costs.parquet"] == "an empty file"
    assert said["admissions.parquet"] == "a file that is cut off"
    assert said["contacts.parquet"] == "a footer that cannot be read"
    assert next(fault.suggestion for fault in found if fault.kind == "unknown table") == "registrations"


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("persons", "person_id", pa.array([1, 2, 3, 4], pa.int32())),
        ("persons", "imd_score", pa.array([1, 2, 3, 4], pa.float32())),
        ("persons", "imd_score", pa.array([1, 2, 3, 4], pa.decimal128(9, 2))),
        ("persons", "sex", pa.array(["1", "2", "1", "1"]).dictionary_encode()),
        ("persons", "sex", pa.array(["1", "2", "1", "1"], pa.large_string())),
        ("persons", "death_date", pa.nulls(4)),
    ],
)
def test_harmless_types_pass(folder: Path, table: str, column: str, values: pa.Array) -> None:
    replace_column(folder, table, column, values)

    check_structure(folder)


@pytest.mark.parametrize(
    ("column", "values", "kind", "says"),
    [
        ("birth_date", pa.array([0, 1, 2, 3], pa.timestamp("us")), "wrong type", "Write the day alone"),
        ("birth_date", pa.array(["1950-01-01"] * 4), "wrong type", "not as text"),
        ("birth_date", pa.nulls(4), "nothing given", "Fill the column in"),
        ("sex", pa.array([1, 2, 1, 1]), "wrong type", "loses its nought"),
        ("person_id", pa.array([1.0, 2.0, 3.0, 4.0]), "wrong type", "whole number"),
        ("person_id", pa.array([1, 2, 3, 4], pa.uint64()), "wrong type", "64 bits"),
        ("person_id", pa.array([[1], [2], [3], [4]]), "wrong type", "64 bits"),
    ],
)
def test_wrong_types_are_refused(folder: Path, column: str, values: pa.Array, kind: str, says: str) -> None:
    replace_column(folder, "persons", column, values)

    (fault,) = structure_faults(folder)

    assert (fault.kind, fault.file, fault.column) == (kind, "persons.parquet", column)
    assert says in str(fault)


def test_columns_missing_unknown_and_twice(folder: Path) -> None:
    path = folder / "persons.parquet"
    table = pq.read_table(path)
    names = ["Birth_Date" if name == "birth_date" else name for name in table.column_names]
    table = table.rename_columns(names).append_column("name", pa.array(["Invented"] * 4))
    pq.write_table(table.append_column("sex", table["sex"]), path)

    found = structure_faults(folder)

    assert kinds(found) == [
        ("unknown column", "persons.parquet", "'Birth_Date'"),
        ("column twice", "persons.parquet", "'sex'"),
        ("unknown column", "persons.parquet", "'name'"),
        ("column missing", "persons.parquet", "birth_date"),
    ]
    assert found.listed[0].suggestion == "birth_date"
    assert "'Birth_Date'" in str(found.listed[3])


def test_files_of_a_table_that_disagree(tmp_path: Path) -> None:
    folder = written(tmp_path / "set", sound_set(), pieces=2)
    path = folder / "persons" / "part-1.parquet"
    table = pq.read_table(path).drop_columns(["lsoa"])
    pq.write_table(table.set_column(0, "person_id", table["person_id"].cast("int32")), path)
    pq.write_table(pq.read_table(path), folder / "persons.parquet")

    found = structure_faults(folder)

    assert ("table twice", "persons.parquet", None) in kinds(found)
    (folder / "persons.parquet").unlink()
    assert kinds(structure_faults(folder)) == [
        ("files disagree", "persons/part-1.parquet", "'lsoa'"),
        ("files disagree", "persons/part-1.parquet", "'person_id'"),
    ]


@pytest.mark.parametrize(
    "text", ["[]", '{"purpose": 1}', '{"size": NaN}', '{"size": 1e999}', "\udcff", "[" * 100_000]
)
def test_a_manifest_that_is_none(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(FaultsFound, match="manifest not understood"):
        manifest_of(folder)
    (folder / "manifest.json").unlink()
    assert manifest_of(folder) == {}


def test_a_fingerprint_moves_with_every_row_that_is_written_anew(folder: Path, tmp_path: Path) -> None:
    before = fingerprint_of(folder)
    assert fingerprint_of(written(tmp_path / "again", sound_set())) == before
    tables = sound_set()
    tables["gp_events"][0]["code"] = "C9"

    after = fingerprint_of(written(tmp_path / "other", tables))

    assert after["gp_events"] != before["gp_events"]
    assert {**after, "gp_events": ()} == {**before, "gp_events": ()}
    (folder / "costs.parquet").write_bytes(b"PAR1")
    with pytest.raises(FaultsFound, match=r"costs\.parquet: found a file that is cut off"):
        fingerprint_of(folder)


def test_flipped_bytes_are_a_fault_that_names_the_file(tmp_path: Path) -> None:
    """The footer is whole; only reading shows it."""
    whole, flipped = tmp_path / "whole.parquet", tmp_path / "it's flipped.parquet"
    table = pa.table({"person_id": range(20_000), "code": [f"c{at % 977}" for at in range(20_000)]})
    for path in (whole, flipped):
        pq.write_table(table, path, compression="zstd")
    raw = bytearray(flipped.read_bytes())
    for at in range(500, len(raw) - 2000, 499):
        raw[at] ^= 0xFF
    flipped.write_bytes(raw)

    with engine_of("duckdb", tmp_path / "scratch") as engine:
        read = engine.read("events", [whole, flipped])
        for run in (
            lambda: engine.rows(read.aggregate(top=read.code.max(), all=read.person_id.sum())),
            lambda: engine.keep(read, "kept"),
            lambda: engine.write(read, tmp_path / "out"),
        ):
            with pytest.raises(FaultsFound) as caught:
                run()
            assert [fault.file for fault in caught.value.faults] == [f"{tmp_path.name}/it's flipped.parquet"]
        with pytest.raises(Exception, match="nonsense") as other:
            engine.rows(engine.read("whole", [whole]).sql("SELECT nonsense('x') AS n"))
        assert not isinstance(other.value, FaultsFound)


def test_document_of_a_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text(json.dumps({"purpose": "risk stratification", "drawn": "2026"}))

    assert manifest_of(folder) == {"purpose": "risk stratification", "drawn": "2026"}
    assert LinkedData(folder).purpose == "risk stratification"
