"""Records under the plan keep the totals of its activity, and what they cannot show is said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leftshift.capacity.records.factors import FactorTable, StayTable
from leftshift.capacity.records.planning import COLUMNS, projected_activity
from leftshift.capacity.result import Capacity
from leftshift.cli.main import main
from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.years import FinancialYear
from leftshift.place.capacity_rows import Activity
from leftshift.place.place import Place
from tests.library.activity_places import SOUTHMOOR, southmoor
from tests.library.test_records import SPELLS

STAYS = ("emergency", "surgical_emergency", "elective", "day_case", "community_stay")


def small() -> Place:
    """Southmoor with a thousandth of its activity, rounded up, in whole days of stay: a file can hold each of its stays."""
    rows = tuple(
        replace(row, count=-(-row.count // 1000), length_of_stay=row.length_of_stay and row.length_of_stay.to_integral_value())
        for row in southmoor().activity
    )  # fmt: skip
    in_percent = (
        replace(row, plan=None, percent=0.08) if row.plan else row for row in southmoor().activity_effects
    )
    kept = tuple(row for row in in_percent if row.amount is None)
    return southmoor().with_tables(activity=rows, activity_effects=kept)


def file_of(rows: Sequence[Activity], path: Path, columns: Sequence[str] = COLUMNS) -> Path:
    """A record for every one that is done in the base year."""
    cells = [
        {name: str(getattr(row, name) or "") for name in columns} | {"length_of_stay": int(row.length_of_stay or 0)}
        for row in rows
        for _ in range(int(row.count))
    ]  # fmt: skip
    pl.DataFrame(cells).write_parquet(path)
    return path


def stays_of(place: Place) -> list[Activity]:
    return [row for row in place.activity if row.point_of_delivery in STAYS]


@pytest.mark.parametrize(
    "columns", [COLUMNS, ("point_of_delivery", "provider"), ("point_of_delivery", "provider", "site")]
)
def test_totals_are_those_of_the_activity_engine(tmp_path: Path, columns: tuple[str, ...]) -> None:
    place, by = small(), ["point_of_delivery", "provider"]
    capacity = Capacity(place)
    path = file_of(stays_of(place), tmp_path / "spells.parquet", columns)

    found = capacity.records(path, by=by, randomness=False).frame()

    levels = capacity.levels
    counts, days = levels.of_rows()[-1], levels.of_rows(bed_days=True)[-1]
    for line in found.iter_rows(named=True):
        mine = [at for at, row in enumerate(levels.plan.rows) if (row.point_of_delivery, row.provider) == tuple(line[name] for name in by)]  # fmt: skip
        assert line["records_expected"] == pytest.approx(counts[mine].sum(), rel=1e-9)
        assert line["bed_days_expected"] == pytest.approx(days[mine].sum(), rel=1e-9)
    assert found.height == len(STAYS)
    assert (found["records_expected"] != found["records_base"]).all()


def test_what_no_record_stands_for_is_said(tmp_path: Path) -> None:
    """What moves into a service that is new, by every column; nothing of it where it lies with other stays."""
    capacity = Capacity(southmoor())
    levels = capacity.levels
    at = {row.activity: number for number, row in enumerate(levels.plan.rows)}
    counts, days = levels.of_rows()[-1], levels.of_rows(bed_days=True)[-1]
    new = [at["cottage_new"], at["teams"]]
    other = [
        at[row.activity]
        for row in levels.plan.rows
        if row.point_of_delivery not in STAYS and row.activity != "teams"
    ]

    found = capacity.records(SPELLS, randomness=False)

    assert found.outside is not None
    assert found.outside.new_activity == pytest.approx(counts[new].sum())
    assert found.outside.new_bed_days == pytest.approx(days[new].sum())
    assert found.outside.other_activity == pytest.approx(counts[other].sum())
    assert found.outside.other_bed_days == pytest.approx(days[other].sum())
    one = tmp_path / "one.parquet"
    pl.read_parquet(SPELLS).select("point_of_delivery", "length_of_stay").write_parquet(one)
    together = capacity.records(one, randomness=False).outside
    assert together is not None
    assert together.new_activity == pytest.approx(counts[at["teams"]])


def test_the_base_year_is_the_file_and_tables_multiply_on_top() -> None:
    capacity = Capacity(southmoor())
    factors = [FactorTable("all", (), pl.DataFrame({"factor": [2.0]}))]
    stays = [StayTable("all", (), pl.DataFrame({"factor": [0.5]}))]

    base = capacity.records(SPELLS, FinancialYear(2024), randomness=False).total()
    plan = capacity.records(SPELLS, randomness=False).total()
    more = capacity.records(SPELLS, factors=factors, stays=stays, randomness=False).total()

    for name in base:
        assert base[name]["expected"] == pytest.approx(base[name]["base"])
    assert more["records"]["expected"] == pytest.approx(2 * plan["records"]["expected"])
    assert more["bed_days"]["expected"] == pytest.approx(plan["bed_days"]["expected"])


def test_activity_that_goes_entirely_leaves_no_record(tmp_path: Path) -> None:
    place = small()
    gone = next(row for row in place.activity_effects if row.effect == "front_door")
    place = place.with_tables(activity_effects=(replace(gone, percent=1.0, plan=None),))

    projected = projected_activity(Capacity(place).levels, 5)
    found = Capacity(place).records(
        file_of(stays_of(place), tmp_path / "a.parquet"), by=["age_band", "point_of_delivery"], draws=3
    )

    assert projected["count"].min() == 0
    line = found.frame().filter(age_band="85+", point_of_delivery="emergency").row(0, named=True)
    assert line["records_expected"] == pytest.approx(0, abs=1e-9)


def test_a_kind_that_activity_does_not_have_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "bent.parquet"
    kind = pl.col("point_of_delivery")
    pl.read_parquet(SPELLS).with_columns(kind.replace("elective", "electiv")).write_parquet(path)

    with pytest.raises(FaultsFound) as found:
        Capacity(southmoor()).records(path)

    assert {(fault.kind, fault.suggestion) for fault in found.value.faults} == {
        ("unknown category", "elective")
    }


@pytest.mark.parametrize(
    "broken", ["not there", "no parquet", "no point of delivery", "empty cell", "no rows"]
)
def test_a_file_that_cannot_be_used_is_answered(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "spells.parquet"
    whole = pl.read_parquet(SPELLS)
    if broken == "no parquet":
        path.write_text("a,b")
    if broken == "no point of delivery":
        whole.rename({"point_of_delivery": "point_of_delivry"}).write_parquet(path)
    if broken == "empty cell":
        whole.with_columns(site=pl.lit(None, pl.String)).write_parquet(path)
    if broken == "no rows":
        whole.clear().write_parquet(path)

    with pytest.raises(FaultsFound) as found:
        Capacity(southmoor()).records(path)

    kinds = {"not there": "missing file", "no parquet": "file not understood", "no point of delivery": "missing column", "empty cell": "missing value", "no rows": "empty table"}  # fmt: skip
    assert kinds[broken] in [fault.kind for fault in found.value.faults]


# ------------------------------------------------------------------ the command
def test_the_command_needs_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["records", str(SOUTHMOOR), "--year", "2027/28", "--no-randomness", "--json"]) == 0

    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    place = southmoor()
    wanted = Capacity(place).records(SPELLS, place.years[3], randomness=False)
    assert (document["year"], document["total"]) == ("2027/28", wanted.total())
    assert document["outside"]["new"]["activity"] > 0
    assert main(["records", str(SOUTHMOOR), "--by", "provider", "--draws", "5"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Spells 2029/30: 5 draws" in printed
    assert "Outside the records: what was not there in the base year" in printed


def test_the_command_runs_under_a_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(shutil.copytree(SOUTHMOOR, tmp_path / "southmoor"))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "alone.toml").write_text(
        'name = "Nobody moves in"\n\n[[change]]\nwhy = "A test"\ntable = "interventions"\n'
        'where = { intervention = "front_door" }\nset = { delivery = "0%" }\n'
    )

    assert main(["records", str(folder), "--no-randomness", "--json", "--scenario", "alone"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["scenarios"] == ["alone"]
    planned = Capacity(southmoor()).records(SPELLS, randomness=False).total()
    assert document["total"]["records"]["expected"] > planned["records"]["expected"]


def test_the_command_refuses_a_year_outside_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["records", str(SOUTHMOOR), "--year", "2040/41"]) == 2
    assert "2040/41" in capsys.readouterr().err


def test_without_activity_there_has_to_be_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(shutil.copytree(SOUTHMOOR.parent / "northmoor", tmp_path / "northmoor"))
    shutil.copytree(SOUTHMOOR / "records", folder / "records")
    shutil.copy(SOUTHMOOR / "records.csv", folder)
    table = tmp_path / "double.csv"
    table.write_text("factor\n2\n")

    assert main(["records", str(folder)]) == 2
    assert "no activity.csv" in capsys.readouterr().err
    assert main(["records", str(folder), "--factors", str(table), "--no-randomness", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["total"]["records"]["expected"] == 40_000
    assert "outside" not in document
