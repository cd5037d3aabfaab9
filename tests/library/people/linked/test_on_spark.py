"""Spark finds what DuckDB finds, and names a damaged file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.population.engines.engine import Engine, engine_of
from leftshift.population.linked.soundness import sound_tables
from tests.library.people.linked.sets import AS_AT, NUMBERS, Tables, day, sound_set, written

pytestmark = [
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    # for a few rows, what Java compiles costs more than it saves
    options = {
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }
    with engine_of(
        "spark", tmp_path_factory.mktemp("spark"), threads=1, memory="1g", options=options
    ) as found:
        yield found


def spoilt() -> Tables:
    tables = sound_set()
    for name in set(tables) - {"persons", "registrations", "practices", "gp_events", "costs", "opt_outs"}:
        del tables[name]
    persons, events, costs = tables["persons"], tables["gp_events"], tables["costs"]
    persons += [dict(persons[0]), {**persons[1], "sex": "X"}]
    persons += [{**persons[2], "person_id": at, "nhs_number": NUMBERS[3]} for at in (11, 12)]
    persons += [{**persons[2], "person_id": 13, "nhs_number": "9990000043", "ethnic_category": ""}]
    events += [{**events[0], "person_id": at} for at in (1, 2, 11, 13, 99)]
    events += [{**events[0], "code": ""}, {**events[0], "recorded_date": day("2025-05-04")}]
    costs += [{**costs[1], "cost": number} for number in (float("nan"), float("inf"), -1.0)]
    costs += [{**costs[0], "event_date": day("2020-05-31")}]
    return tables


def test_spark_finds_what_duckdb_finds(spark: Engine, tmp_path: Path) -> None:
    folder = written(tmp_path / "set", spoilt(), pieces=2)

    theirs = sound_tables(spark, folder, AS_AT)
    with engine_of("duckdb", tmp_path / "duckdb", threads=1) as duckdb:
        ours = sound_tables(duckdb, folder, AS_AT)
        for name in ("persons", "gp_events", "costs"):
            order = sorted(ours[name].columns)
            expected = [repr(row) for row in duckdb.rows(ours[name].select(order))]
            assert sorted(repr(row) for row in spark.rows(theirs[name].select(order))) == sorted(expected)

    assert theirs.report == ours.report
    assert ours.report.tables["persons"].set_aside == 7
    assert len({f.rule for table in ours.report.tables.values() for f in table.findings}) == 10


def test_a_damaged_file_is_named(spark: Engine, tmp_path: Path) -> None:
    tables = sound_set()
    tables["gp_events"] *= 5000
    folder = written(tmp_path / "set", tables)
    path = folder / "gp_events.parquet"
    pq.write_table(pq.read_table(path), path, compression="zstd", use_dictionary=False)
    raw = bytearray(path.read_bytes())
    for at in range(20, len(raw) - 3000, 7):
        raw[at] ^= 0xFF
    path.write_bytes(raw)
    read = spark.read("damaged", [path])

    with pytest.raises(FaultsFound) as rows:
        spark.rows(read.aggregate(top=read.code.max()))
    with pytest.raises(FaultsFound) as kept:
        spark.keep(read, "damaged_kept")
    with pytest.raises(FaultsFound) as wrote:
        spark.write(read, tmp_path / "out")

    for caught in (rows, kept, wrote):
        assert [fault.file for fault in caught.value.faults] == ["set/gp_events.parquet"]
