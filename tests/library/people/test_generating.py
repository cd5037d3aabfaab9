"""Invented people: whole or not at all, by the described tables, and the same for the same seed."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leftshift import __version__
from leftshift.population.invented import parameters
from leftshift.population.invented.calibration import CalibrationNotKnown, read_calibration
from leftshift.population.invented.generating import FolderNotEmpty, Stopped, generate_people
from leftshift.population.invented.manifest import Manifest
from leftshift.population.linked.tables import LinkedTable, linked_tables

AS_AT = date(2016, 4, 1)
TYPES = {
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "text": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
TABLES = list(linked_tables().values())


def _read(folder: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(folder / table / "*.parquet")


def _bytes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# ---------------------------------------------------------------------- the described tables
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_and_types_are_those_described(folder: Path, table: LinkedTable) -> None:
    found = pq.read_schema(folder / table.name / "part-00001.parquet")

    assert {name: found.field(name).type for name in found.names} == {
        column.name: TYPES[column.type] for column in table.columns.values()
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_values_are_those_described(folder: Path, table: LinkedTable) -> None:
    rows = _read(folder, table.name)

    assert rows.height
    for column in table.columns.values():
        values = rows[column.name]
        assert column.optional or not values.null_count(), column.name
        assert not column.values or set(values.drop_nulls().unique()) <= {*column.values}, column.name
        assert column.least is None or float(values.min()) >= column.least, column.name  # type: ignore[arg-type]
        assert column.most is None or float(values.max()) <= column.most, column.name  # type: ignore[arg-type]
        if column.ends:
            assert rows.filter(pl.col(column.name) < pl.col(column.ends)).is_empty(), column.name
        if column.refers_to:
            key = linked_tables()[column.refers_to].key[0]
            assert not set(values.unique()) - set(_read(folder, column.refers_to)[key]), column.name


@pytest.mark.parametrize("table", [one for one in TABLES if one.key], ids=lambda table: table.name)
def test_keys_name_one_row(folder: Path, table: LinkedTable) -> None:
    assert not _read(folder, table.name).select(table.key).is_duplicated().any()


def test_nothing_happens_after_the_date_nor_before_birth_nor_after_death(folder: Path) -> None:
    people = _read(folder, "persons").select("person_id", "birth_date", "death_date")
    assert people["birth_date"].max() < AS_AT  # type: ignore[operator]
    assert people["death_date"].max() < AS_AT  # type: ignore[operator]
    for table in ("gp_events", "prescriptions", "admissions", "attendances", "appointments", "contacts"):
        rows = _read(folder, table).join(people, on="person_id")
        late = pl.col("event_date") > pl.col("death_date")
        early = pl.col("event_date") < pl.col("birth_date")
        assert rows.filter((pl.col("event_date") > AS_AT) | early | late.fill_null(False)).is_empty(), table
        assert rows.filter(pl.col("recorded_date") < pl.col("event_date")).is_empty(), table
    costs = _read(folder, "costs")["event_date"]
    assert (costs.min(), costs.max()) == (date(2014, 4, 1), date(2016, 3, 1))
    assert set(costs.dt.day().unique()) == {1}
    ended = _read(folder, "admissions")["discharge_date"]
    assert ended.max() <= AS_AT  # type: ignore[operator]
    assert ended.null_count()


def test_nobody_is_in_hospital_twice_at_once(folder: Path) -> None:
    stays = _read(folder, "admissions").sort("person_id", "event_date", "admission_id")
    following = stays.with_columns(pl.col("event_date").shift(-1).over("person_id").alias("next"))
    lasting = pl.col("discharge_date").is_null() & pl.col("next").is_not_null()

    assert following["next"].drop_nulls().len() > 1000
    assert following.filter(lasting | (pl.col("discharge_date") > pl.col("next"))).is_empty()


def test_a_few_entries_are_known_only_after_the_date(folder: Path) -> None:
    events = _read(folder, "gp_events")
    share = (events["recorded_date"] > AS_AT).mean()

    assert 0.0003 < float(share) < 0.01  # type: ignore[arg-type]
    assert events["event_date"].min() >= date(1996, 4, 1)  # type: ignore[operator]
    delay = (events["recorded_date"] - events["event_date"]).dt.total_days()
    assert float((delay > 13).mean()) == pytest.approx(0.006, abs=0.002)  # type: ignore[arg-type]
    assert float((delay == 0).mean()) > 0.8  # type: ignore[arg-type]


def test_who_is_admitted_through_accident_and_emergency_has_a_stay_that_day(folder: Path) -> None:
    came = _read(folder, "attendances").filter("admitted").select("person_id", "event_date")
    stays = _read(folder, "admissions").filter(pl.col("method") == "21").select("person_id", "event_date")

    assert came.height > 1000
    assert came.sort("person_id", "event_date").equals(stays.sort("person_id", "event_date"))


# ---------------------------------------------------------------------- numbers
def _is_valid(number: str) -> bool:
    check = (
        11 - sum(int(digit) * weight for digit, weight in zip(number[:9], range(10, 1, -1), strict=True)) % 11
    )
    return len(number) == 10 and check != 10 and int(number[9]) == check % 11


def test_numbers_are_valid_are_of_nobody_and_are_never_the_same(folder: Path) -> None:
    identifiers = _read(folder, "identifiers").filter(pl.col("system") == "nhs-number")
    numbers = identifiers["value"].to_list()
    current = _read(folder, "persons")["nhs_number"].drop_nulls().to_list()
    superseded = identifiers.filter(pl.col("superseded_by").is_not_null())

    assert all(_is_valid(number) and number.startswith("999") for number in numbers)
    assert len(numbers) == len(set(numbers)) > len(current) == len(set(current))
    assert set(current) | set(superseded["value"]) == set(numbers)
    assert superseded.height == pytest.approx(20_000 * 1.07 * 0.006, abs=1)
    assert set(superseded["superseded_by"]) <= set(current)


def test_matches_are_made_in_the_shares_of_the_handbook(folder: Path) -> None:
    numbered = _read(folder, "identifiers").unique("person_id")
    shares = dict(numbered["match_step"].value_counts(normalize=True).iter_rows())

    assert shares["number-and-birth"] == pytest.approx(0.9833, abs=0.004)
    assert shares["unmatched"] == pytest.approx(0.0111, abs=0.003)
    assert shares["number-alone"] == pytest.approx(0.0035, abs=0.002)


# ---------------------------------------------------------------------- whole or not at all, and the same again
def test_the_same_seed_makes_the_same_bytes_by_any_number_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = parameters.number
    monkeypatch.setattr(
        "leftshift.population.invented.planning.number",
        lambda name: 400.0 if name == "piece" else usual(name),
    )
    told: list[tuple[int, int]] = []
    generate_people(tmp_path / "one", 1200, seed=3)
    generate_people(
        tmp_path / "two", 1200, seed=3, workers=2, report=lambda done, of: told.append((done, of))
    )
    generate_people(tmp_path / "other", 1200, seed=4)

    assert told == [(1, 3), (2, 3), (3, 3)]
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")
    one, other = _bytes(tmp_path / "one"), _bytes(tmp_path / "other")
    alike = {name for name in one if one[name] == other[name]}
    assert alike == {"code_lists.csv", "practices/part-00001.parquet"}
    assert (
        _read(tmp_path / "one", "persons")["person_id"].n_unique()
        == _read(tmp_path / "one", "persons").height
    )
    for table in TABLES:
        if table.key:
            assert not _read(tmp_path / "one", table.name).select(table.key).is_duplicated().any()


@pytest.mark.parametrize("people", [1, 7, 100])
def test_small_populations_are_made(tmp_path: Path, people: int) -> None:
    manifest = generate_people(tmp_path / "few", people, seed=1, as_at=date(2024, 2, 29))

    assert manifest.totals[0].achieved == people
    assert _read(tmp_path / "few", "persons").height >= people
    assert {path.name for path in (tmp_path / "few").iterdir()} == {
        *linked_tables(),
        "code_lists.csv",
        "manifest.json",
    }


def test_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one person, not 0"):
        generate_people(tmp_path / "none", 0, seed=1)


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")

    with pytest.raises(FolderNotEmpty, match="is not empty"):
        generate_people(tmp_path, 10, seed=1)
    with pytest.raises(FolderNotEmpty):
        generate_people(tmp_path / "mine.txt", 10, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    generate_people(tmp_path / "empty", 10, seed=1)

    assert (tmp_path / "empty" / "manifest.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("after", [0, 3, 14])
def test_who_stops_it_finds_nothing(tmp_path: Path, after: int, workers: int) -> None:
    asked: list[None] = []

    def is_stopped() -> bool:
        asked.append(None)
        return len(asked) > after

    with pytest.raises(Stopped):
        generate_people(tmp_path / "people", 50, seed=1, workers=workers, is_stopped=is_stopped)
    assert list(tmp_path.iterdir()) == []


def test_who_fails_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    def report(done: int, of: int) -> None:
        raise RuntimeError(f"{done} of {of}")

    with pytest.raises(RuntimeError, match="1 of 1"):
        generate_people(tmp_path / "people", 50, seed=1, workers=2, report=report)
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------------- what is said of it
def test_the_manifest_says_what_is_there(made: tuple[Path, Manifest]) -> None:
    folder, manifest = made
    told: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))

    assert told["purpose"] == "synthetic test data"
    assert (told["seed"], told["people"], told["as_at"]) == (7, 20_000, "2016-04-01")
    assert told["leftshift"] == __version__
    assert told["calibration"]["name"] == "llr-2016"
    assert told["calibration"]["digest"] == read_calibration("llr-2016").digest
    assert list(told["tables"]) == list(linked_tables())
    for name, table in told["tables"].items():
        assert table["rows"] == sum(pq.read_metadata(folder / file).num_rows for file in table["files"])
        assert sorted(table["files"]) == sorted(
            path.relative_to(folder).as_posix() for path in (folder / name).iterdir()
        )
    assert manifest.rows == sum(table["rows"] for table in told["tables"].values())
    by_name = {one["name"]: one for one in told["totals"]}
    assert by_name["people"]["achieved"] == 20_000
    assert abs(by_name["cohort"]["difference_percent"]) < 0.1


def test_a_calibration_is_named_or_a_folder(tmp_path: Path) -> None:
    shipped = Path(parameters.__file__).parent / "calibrations" / "llr-2016"
    (tmp_path / "own").mkdir()
    for path in shipped.iterdir():
        (tmp_path / "own" / path.name).write_bytes(path.read_bytes())

    assert read_calibration(tmp_path / "own").digest == read_calibration("llr-2016").digest
    generate_people(tmp_path / "people", 50, seed=1, calibration=tmp_path / "own")
    with pytest.raises(CalibrationNotKnown, match=r"no calibration 'atlantis'; there are: llr-2016"):
        generate_people(tmp_path / "other", 50, seed=1, calibration="atlantis")
    (tmp_path / "own" / "localities.csv").unlink()
    with pytest.raises(CalibrationNotKnown, match=r"lacks localities\.csv"):
        read_calibration(tmp_path / "own")
