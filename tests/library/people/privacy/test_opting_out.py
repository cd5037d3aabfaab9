"""Who said no is taken out and counted, by whichever list; a list that cannot be read stops the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.population.engines.engine import Engine, engine_of
from leftshift.population.linked.soundness import sound_tables
from leftshift.population.privacy.opting_out import without_opted_out
from tests.library.people.linked.sets import AS_AT, NUMBERS, sound_set, written
from tests.library.people.quiet import says_nothing_of

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

TYPES = {"person_id": "int64", "nhs_number": "string"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_of("duckdb", tmp_path_factory.mktemp("opting"), threads=1) as found:
        yield found


def left(engine: Engine, extra: Path | None, *opted: int | None) -> tuple[set[int], int]:
    persons = engine.table("people", {"person_id": [1, 2, 3, 4], "nhs_number": [*NUMBERS[:3], None]}, TYPES)
    opt_outs = engine.table("outs", {"person_id": list(opted)}, {"person_id": "int64"})
    found = without_opted_out(engine, persons, opt_outs, extra=extra)
    return {row["person_id"] for row in engine.rows(found.persons)}, found.taken_out


def test_the_table(engine: Engine) -> None:
    assert left(engine, None) == ({1, 2, 3, 4}, 0)
    assert left(engine, None, 2, 2, 99) == ({1, 3, 4}, 1)


@pytest.mark.parametrize(
    "text",
    [
        f"{NUMBERS[0]},\n{NUMBERS[2]},\n",
        f"{NUMBERS[0]}\n\n{NUMBERS[2]}",
        f"nhs_number\n{NUMBERS[0]}\n{NUMBERS[2]}\n",
        f'"name","nhs_number"\nx,"999 000 0018"\ny,{NUMBERS[2]}\n',
        "\ufeffperson_id,since\n1,2024-01-01\n3,\n",
    ],
)
def test_a_list_besides(engine: Engine, tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)

    assert left(engine, path, 2) == ({4}, 3)


@pytest.mark.parametrize("column", [{"person_id": [1, 3]}, {"nhs_number": [NUMBERS[0], NUMBERS[2]]}])
def test_a_list_of_parquet(engine: Engine, tmp_path: Path, column: dict[str, list[int | str]]) -> None:
    pl.DataFrame(column).write_parquet(tmp_path / "list.parquet")

    assert left(engine, tmp_path / "list.parquet", 2) == ({4}, 3)


def test_an_empty_list_takes_nobody_out(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("\n")

    assert left(engine, tmp_path / "list.csv") == ({1, 2, 3, 4}, 0)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("list.csv", b"9990000019,\n", "1 lines that are no nhs_number"),
        ("list.csv", b"nhs_number\n9990000018\n\xd9\xa9\n", "1 lines"),
        ("list.csv", b"person_id,x\n1,\nabc,\n,2\n", "2 lines that are no person_id"),
        ("list.csv", b"number\n1\n", "column missing"),
        ("list.csv", b"\xff\xfe", "file not readable"),
        ("list.parquet", b"x", "file not readable"),
        ("none.csv", None, "file not readable"),
    ],
)
def test_a_list_that_names_nobody_stops_the_run(
    engine: Engine, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(FaultsFound, match=says) as caught:
        left(engine, tmp_path / name)
    says_nothing_of(sound_set(), str(caught.value))


def test_an_opt_out_of_nobody_stops_the_run(engine: Engine) -> None:
    with pytest.raises(FaultsFound, match="1 rows that name nobody"):
        left(engine, None, 1, None)


def test_on_a_set(engine: Engine, tmp_path: Path) -> None:
    data = sound_tables(engine, written(tmp_path / "set", sound_set()), AS_AT)

    assert without_opted_out(engine, data["persons"], data["opt_outs"]).taken_out == 1
