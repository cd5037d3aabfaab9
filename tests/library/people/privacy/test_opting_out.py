"""Who said no is taken out and counted, by whichever list; a list that cannot be read stops the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import polars as pl
import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.population.engines.engine import Engine, engine_of
from leftshift.population.linked.soundness import sound_tables
from leftshift.population.privacy.opting_out import Choices, without_opted_out
from tests.library.people.linked.sets import AS_AT, NUMBERS, sound_set, written
from tests.library.people.quiet import says_nothing_of

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

FIRST, SECOND, OTHER = "9990000050", "9990000069", "9990000077"
TYPES = {"person_id": "int64", "nhs_number": "string"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_of("duckdb", tmp_path_factory.mktemp("opting"), threads=1) as found:
        yield found


def records(engine: Engine, *opted: int | None) -> dict[str, ir.Table]:
    """Four people, the last without a number; the number of the first took the place of two others, one after the other."""
    identifiers = [
        (1, NUMBERS[0], None),
        (1, FIRST, SECOND),
        (1, SECOND, NUMBERS[0]),
        (2, NUMBERS[1], None),
        (2, "X1", None),
    ]
    columns: dict[str, list[Any]] = {
        "person_id": [person for person, _, _ in identifiers],
        "system": ["local" if value == "X1" else "nhs-number" for _, value, _ in identifiers],
        "value": [value for _, value, _ in identifiers],
        "superseded_by": [later for _, _, later in identifiers],
    }
    numbers: dict[str, list[Any]] = {"person_id": [1, 2, 3, 4], "nhs_number": [*NUMBERS[:3], None]}
    return {
        "persons": engine.table("people", numbers, TYPES),
        "opt_outs": engine.table("outs", {"person_id": list(opted)}, {"person_id": "int64"}),
        "identifiers": engine.table(
            "numbers",
            columns,
            {"person_id": "int64"} | dict.fromkeys(("system", "value", "superseded_by"), "string"),
        ),
    }


def left(engine: Engine, choices: Choices | None, *opted: int | None) -> tuple[set[int], int, int]:
    given = records(engine, *opted)
    found = without_opted_out(engine, given["persons"], given, choices)
    return {row["person_id"] for row in engine.rows(found.persons)}, found.taken_out, found.lines_of_others


def file(tmp_path: Path, text: str, name: str = "list.csv") -> Path:
    (tmp_path / name).write_text(text, "utf-8")
    return tmp_path / name


def test_the_table(engine: Engine) -> None:
    assert left(engine, None) == ({1, 2, 3, 4}, 0, 0)
    assert left(engine, None, 2, 2, 99) == ({1, 3, 4}, 1, 0)


@pytest.mark.parametrize(
    "text",
    [
        f"nhs_number\n{NUMBERS[0]}\n{NUMBERS[2]}\n",
        f'"name","nhs_number"\n"Smith, ""J""","999 000 0018"\n\ny,{NUMBERS[2]}\n',
        f'name,nhs_number,name\n"two\nlines",{NUMBERS[0]},x\ny, {NUMBERS[2]} ,\n',
        "\ufeffperson_id,since\n1,2024-01-01\n3,\n",
    ],
)
def test_a_list_of_people_who_said_no(engine: Engine, tmp_path: Path, text: str) -> None:
    assert left(engine, Choices(file(tmp_path, text)), 2) == ({4}, 3, 0)


@pytest.mark.parametrize("column", [{"person_id": [1, 3]}, {"nhs_number": [NUMBERS[0], NUMBERS[2]]}])
def test_a_list_of_parquet(engine: Engine, tmp_path: Path, column: dict[str, list[int | str]]) -> None:
    pl.DataFrame(column).write_parquet(tmp_path / "list.parquet")

    assert left(engine, Choices(tmp_path / "list.parquet"), 2) == ({4}, 3, 0)


@pytest.mark.parametrize("number", [FIRST, SECOND, NUMBERS[0]])
def test_who_said_no_under_a_number_of_before_is_taken_out(
    engine: Engine, tmp_path: Path, number: str
) -> None:
    assert left(engine, Choices(file(tmp_path, f"nhs_number\n{number}\n"))) == ({2, 3, 4}, 1, 0)


def test_who_said_no_under_a_number_that_has_since_been_replaced(engine: Engine, tmp_path: Path) -> None:
    """The records still hold the old number, and the list the new one."""
    given = records(engine)
    given["persons"] = engine.table(
        "old people", {"person_id": [1, 2], "nhs_number": [FIRST, NUMBERS[1]]}, TYPES
    )
    choices = Choices(file(tmp_path, f"nhs_number\n{NUMBERS[0]}\n"))

    found = without_opted_out(engine, given["persons"], given, choices)

    assert [row["person_id"] for row in engine.rows(found.persons)] == [2]


@pytest.mark.parametrize("number", [FIRST, NUMBERS[0]])
def test_two_records_of_one_person_are_both_taken_out(engine: Engine, tmp_path: Path, number: str) -> None:
    """The number of the first took the place of one of the fourth: both are records of whoever said no under either."""
    given = records(engine)
    columns: dict[str, list[Any]] = {
        "person_id": [4], "system": ["nhs-number"], "value": [FIRST], "superseded_by": [NUMBERS[0]],
    }  # fmt: skip
    types = {"person_id": "int64"} | dict.fromkeys(("system", "value", "superseded_by"), "string")
    given["identifiers"] = engine.table("merged", columns, types)

    found = without_opted_out(
        engine, given["persons"], given, Choices(file(tmp_path, f"nhs_number\n{number}\n"))
    )

    assert {row["person_id"] for row in engine.rows(found.persons)} == {2, 3}


def test_people_of_a_run_have_no_number_and_are_found_all_the_same(engine: Engine, tmp_path: Path) -> None:
    given, people = (
        records(engine, 3),
        engine.table("of a run", {"person_id": [1, 2, 3]}, {"person_id": "int64"}),
    )

    found = without_opted_out(engine, people, given, Choices(file(tmp_path, f"nhs_number\n{NUMBERS[0]}\n")))

    assert [row["person_id"] for row in engine.rows(found.persons)] == [2]


def test_lines_of_people_of_other_places_are_counted(engine: Engine, tmp_path: Path) -> None:
    text = f"nhs_number\n{NUMBERS[0]}\n{OTHER}\n{OTHER}\n"

    assert left(engine, Choices(file(tmp_path, text))) == ({2, 3, 4}, 1, 1)


@pytest.mark.parametrize("text", [f"nhs_number\n{OTHER}\n", "person_id\n77\n-1\n"])
def test_a_list_of_nobody_in_the_set_stops_the_run(engine: Engine, tmp_path: Path, text: str) -> None:
    with pytest.raises(FaultsFound, match="list of other people"):
        left(engine, Choices(file(tmp_path, text)))


def test_an_empty_list_takes_nobody_out(engine: Engine, tmp_path: Path) -> None:
    assert left(engine, Choices(file(tmp_path, "\n"))) == ({1, 2, 3, 4}, 0, 0)


# ------------------------------------------------------------------- lists that were cleared
@pytest.mark.parametrize(
    "text",
    [
        f"{NUMBERS[0]},\n{NUMBERS[2]},\n",
        f"{NUMBERS[0]}\r\n\r\n999 000 0034",
        f"nhs_number\n{NUMBERS[0]}\n{NUMBERS[2]}\n",
    ],
)
def test_of_a_cleared_list_nobody_else_is_counted(engine: Engine, tmp_path: Path, text: str) -> None:
    """Who has no number cannot be checked, and is taken out as well."""
    assert left(engine, Choices(cleared=file(tmp_path, text))) == ({1, 3}, 2, 0)
    assert left(engine, Choices(cleared=file(tmp_path, text)), 3) == ({1}, 3, 0)


def test_both_lists_hold(engine: Engine, tmp_path: Path) -> None:
    choices = Choices(
        file(tmp_path, "person_id\n1\n"), file(tmp_path, f"{NUMBERS[0]}\n{NUMBERS[2]}\n", "c.dat")
    )

    assert left(engine, choices) == ({3}, 3, 0)


def test_a_number_that_was_cleared_before_it_was_replaced_clears_nobody(
    engine: Engine, tmp_path: Path
) -> None:
    assert left(engine, Choices(cleared=file(tmp_path, f"{FIRST}\n{NUMBERS[1]}\n"))) == ({2}, 3, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cleared list empty"),
        ("\n", "cleared list empty"),
        ("person_id\n1\n", "not a cleared list"),
        (f"name,nhs_number\nx,{NUMBERS[0]}\n", "not a cleared list"),
        (f"{NUMBERS[0]},{NUMBERS[1]}\n", "no nhs_number"),
        (f"{OTHER}\n", "list of other people"),
    ],
)
def test_what_is_no_cleared_list_stops_the_run(engine: Engine, tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(FaultsFound, match=says) as caught:
        left(engine, Choices(cleared=file(tmp_path, text)))
    says_nothing_of(sound_set(), str(caught.value))


def test_a_cleared_list_is_not_taken_for_people_who_said_no(engine: Engine, tmp_path: Path) -> None:
    """It would leave in exactly those who said no."""
    with pytest.raises(FaultsFound, match="those who may be counted") as caught:
        left(engine, Choices(file(tmp_path, f"{NUMBERS[0]},\n{NUMBERS[2]},\n")))
    says_nothing_of(sound_set(), str(caught.value))


# ------------------------------------------------------------------- lists that name nobody
@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("list.csv", b"nhs_number\n9990000019\n9990000018\n\xd9\xa9\n", [2, 4]),
        (
            "list.csv",
            b"person_id,x\n1,\nabc,\n,2\n99999999999999999999,\n9999999999999999999,\n",
            [3, 4, 5, 6],
        ),
        ("list.csv", b"number\n1\n", [1]),
        ("list.csv", b'nhs_number\n"9990000018\n', [None]),
        ("list.csv", b"\xff\xfe", [None]),
        ("list.parquet", b"x", [None]),
        ("none.csv", None, [None]),
    ],
)
def test_a_line_that_names_nobody_stops_the_run(
    engine: Engine, tmp_path: Path, name: str, content: bytes | None, rows: list[int | None]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(FaultsFound) as caught:
        left(engine, Choices(tmp_path / name))

    assert [(fault.file, fault.row) for fault in caught.value.faults] == [(name, row) for row in rows]
    says_nothing_of(sound_set(), str(caught.value))


def test_an_opt_out_of_nobody_stops_the_run(engine: Engine) -> None:
    with pytest.raises(FaultsFound, match="1 rows that name nobody"):
        left(engine, None, 1, None)


def test_on_a_set(engine: Engine, tmp_path: Path) -> None:
    data = sound_tables(engine, written(tmp_path / "set", sound_set()), AS_AT)

    assert without_opted_out(engine, data["persons"], data.tables).taken_out == 1
