"""Rules on rows: each broken by hand and by no other rule; what is set aside and what is sound make up what was given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.population.engines.engine import Engine, engine_of
from leftshift.population.linked.report import CheckReport, is_checked, keep_check
from leftshift.population.linked.rules import RULES
from leftshift.population.linked.soundness import SoundData, check, sound_tables
from leftshift.population.linked.tables import linked_tables
from tests.library.people.linked.sets import AS_AT, NUMBERS, Tables, day, sound_set, written
from tests.library.people.quiet import says_nothing_of

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

Spoil = Callable[[Tables], Any]
Found = set[tuple[str, str, str, int]]  # table, rule, column, rows
NEXT_DAY = AS_AT + timedelta(days=1)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_of("duckdb", tmp_path_factory.mktemp("soundness"), threads=1) as found:
        yield found


def changed(table: str, at: int, **values: Any) -> Spoil:
    return lambda tables: tables[table][at].update(values)


def added(table: str, like: int, **values: Any) -> Spoil:
    return lambda tables: tables[table].append({**tables[table][like], **values})


def only(tables: Tables, names: set[str]) -> Tables:
    """Those, what they refer to, and what every set has: the fewer tables, the faster."""
    names = names | {"opt_outs"} | ({"admissions"} if "diagnoses" in names else set())
    return {name: rows for name, rows in tables.items() if name in names or linked_tables()[name].required}


def found_in(report: CheckReport) -> Found:
    return {
        (table.name, finding.rule, finding.column, finding.rows)
        for table in report.tables.values()
        for finding in table.findings
    }


def counted(engine: Engine, data: SoundData) -> dict[str, int]:
    return {
        name: engine.rows(table.count().as_table())[0].popitem()[1] for name, table in data.tables.items()
    }


def holds_together(engine: Engine, data: SoundData, tables: Tables) -> None:
    """Sound and set aside are given, by counting each of the three."""
    sound = counted(engine, data)
    assert {name: report.given for name, report in data.report.tables.items()} == {
        name: len(rows) for name, rows in tables.items()
    }
    assert {name: report.given - report.set_aside for name, report in data.report.tables.items()} == {
        name: sound[name] for name in tables
    }


def test_a_sound_set_is_clean(engine: Engine, tmp_path: Path) -> None:
    data = sound_tables(engine, written(tmp_path / "set", sound_set(), pieces=2), AS_AT)

    assert data.report.is_clean
    assert found_in(data.report) == set()
    holds_together(engine, data, sound_set())
    assert data.report.tables["persons"].files == ("persons/part-0.parquet", "persons/part-1.parquet")


def test_tables_that_are_not_there_are_empty_ones_of_the_right_columns(
    engine: Engine, tmp_path: Path
) -> None:
    few = {name: rows for name, rows in sound_set().items() if linked_tables()[name].required}

    data = sound_tables(engine, written(tmp_path / "set", few, missing=["lsoa", "network"]), AS_AT)

    assert list(data.tables) == list(linked_tables())
    for name, table in data.tables.items():
        assert list(table.columns) == list(linked_tables()[name].columns)
    assert counted(engine, data)["gp_events"] == 0
    assert data["persons"].lsoa.type().is_string()
    assert data.report.is_clean


CASES: list[tuple[str, Spoil, Found, dict[str, int]]] = [
    ("code missing", changed("gp_events", 0, code=None), {("gp_events", "value missing", "code", 1)}, {}),
    ("code empty", changed("gp_events", 0, code=""), {("gp_events", "value missing", "code", 1)}, {}),
    (
        "no such department",
        changed("attendances", 0, department="1"),
        {("attendances", "not among the values", "department", 1)},
        {},
    ),
    (
        "decile of nought",
        changed("persons", 2, imd_decile=0),
        {
            ("persons", "out of range", "imd_decile", 1),
            ("costs", "refers to a row set aside", "person_id", 1),
        },
        {"registrations": 1, "identifiers": 1, "costs": 1},
    ),
    ("cost below nought", changed("costs", 1, cost=-0.01), {("costs", "out of range", "cost", 1)}, {}),
    ("no number", changed("costs", 1, cost=float("nan")), {("costs", "value missing", "cost", 1)}, {}),
    (
        "an optional no number",
        changed("gp_events", 1, value=float("nan")),
        {("gp_events", "out of range", "value", 1)},
        {},
    ),
    ("without end", changed("costs", 1, cost=float("inf")), {("costs", "out of range", "cost", 1)}, {}),
    (
        "discharged before admitted",
        changed("admissions", 0, discharge_date=day("2025-05-04")),
        {
            ("admissions", "ends before it begins", "discharge_date", 1),
            ("diagnoses", "refers to a row set aside", "admission_id", 2),
        },
        {"diagnoses": 2},
    ),
    (
        "dead before born",
        changed("persons", 3, death_date=day("1930-12-31")),
        {
            ("persons", "ends before it begins", "death_date", 1),
            ("gp_events", "after death", "event_date", 1),
        },
        {"registrations": 1, "identifiers": 1, "gp_events": 1},
    ),
    (
        "tomorrow's prescription",
        changed("prescriptions", 0, event_date=NEXT_DAY, recorded_date=NEXT_DAY),
        {
            ("prescriptions", "in the future", "event_date", 1),
            ("prescriptions", "in the future", "recorded_date", 1),
        },
        {},
    ),
    (
        "entered before it happened",
        changed("contacts", 0, recorded_date=day("2025-05-04")),
        {("contacts", "recorded before it happened", "recorded_date", 1)},
        {},
    ),
    (
        "before birth",
        changed("costs", 0, event_date=day("2020-05-31")),
        {("costs", "before birth", "event_date", 1)},
        {},
    ),
    (
        "long after death",
        changed("gp_events", 3, event_date=day("2026-02-11"), recorded_date=day("2026-02-11")),
        {("gp_events", "after death", "event_date", 1)},
        {},
    ),
    (
        "nobody",
        changed("gp_events", 0, person_id=99),
        {("gp_events", "refers to nothing", "person_id", 1)},
        {},
    ),
    (
        "no such practice",
        changed("registrations", 0, practice="Y99999"),
        {("registrations", "refers to nothing", "practice", 1)},
        {},
    ),
    (
        "number invalid",
        changed("persons", 2, nhs_number="9990000035"),
        {("persons", "number invalid", "nhs_number", 1)},
        {"registrations": 1, "identifiers": 1, "costs": 1},
    ),
    (
        "old number invalid",
        changed("identifiers", 0, value="999"),
        {("identifiers", "number invalid", "value", 1)},
        {},
    ),
    (
        "one number for two",
        changed("persons", 2, nhs_number=NUMBERS[3]),
        {("persons", "number of two people", "nhs_number", 2)},
        {"persons": 2, "registrations": 2, "identifiers": 2, "costs": 1, "gp_events": 1},
    ),
    (
        "one row twice",
        added("persons", 0),
        {("persons", "row repeated", "person_id", 1)},
        {},
    ),
    (
        "one row three times, and wrong",
        lambda tables: (
            [added("attendances", 0, department="x")(tables) for _ in range(3)]
            + [tables["attendances"].pop(0)]
        ),
        {
            ("attendances", "not among the values", "department", 3),
            ("attendances", "row repeated", "attendance_id", 2),
        },
        {"attendances": 3},
    ),
    (
        "one key, two rows",
        added("practices", 1, locality="West"),
        {("practices", "rows of one key differ", "practice", 2)},
        {"practices": 2},
    ),
    (
        "one person, two births",
        added("persons", 1, birth_date=day("1980-12-01")),
        {("persons", "rows of one key differ", "person_id", 2)},
        {"persons": 2, "registrations": 1, "identifiers": 1, "admissions": 2, "diagnoses": 4, "gp_events": 1},
    ),
    ("an opt-out twice", added("opt_outs", 0, from_date=NEXT_DAY), set(), {}),
    ("an opt-out of a stranger", changed("opt_outs", 0, person_id=99), set(), {}),
    (
        "an opt-out of nobody",
        changed("opt_outs", 0, person_id=None),
        {("opt_outs", "value missing", "person_id", 1)},
        {},
    ),
    ("planned to end", changed("registrations", 0, to_date=NEXT_DAY), set(), {}),
    (
        "an empty text is nothing",
        changed("persons", 0, ethnic_category="", lsoa="", nhs_number=""),
        set(),
        {},
    ),
]


@pytest.mark.parametrize(
    ("spoil", "expected", "aside"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_row_that_breaks_a_rule_is_set_aside(
    engine: Engine, tmp_path: Path, spoil: Spoil, expected: Found, aside: dict[str, int]
) -> None:
    tables = sound_set()
    spoil(tables)
    tables = only(tables, {name for name, *_ in expected} | aside.keys())

    data = sound_tables(engine, written(tmp_path / "set", tables), AS_AT)

    found = found_in(data.report)
    assert expected <= found
    assert {row[1] for row in found - expected} <= {"refers to a row set aside"}
    holds_together(engine, data, tables)
    broken = {name for name, *_ in expected} | aside.keys()
    own = {name: report.set_aside for name, report in data.report.tables.items() if report.set_aside}
    assert own.keys() == broken
    assert aside.items() <= own.items()
    says_nothing_of(tables, str(data.report.faults().listed), json.dumps(data.report.document()))


def test_every_rule_has_a_case() -> None:
    assert {row[1] for case in CASES for row in case[2]} == set(RULES)


def test_the_report_names_rows_that_are_about_nobody(engine: Engine, tmp_path: Path) -> None:
    """A practice is named; of a diagnosis its stay would be, and a stay has one patient."""
    tables = sound_set()
    for row in tables["diagnoses"]:
        row["position"] = row["position"] + 99
    tables["practices"] += [
        {**tables["practices"][1], "practice": f"Y1000{at}", "locality": ""} for at in range(5)
    ]

    report = check(engine, written(tmp_path / "set", tables), AS_AT)

    assert report.tables["diagnoses"].findings[0].examples == ()
    assert report.tables["practices"].findings[0].examples == (
        "practice Y10000", "practice Y10001", "practice Y10002",
    )  # fmt: skip
    said = {str(fault) for fault in report.faults()}
    assert any(
        "practices.parquet, column locality: found 5 of 7 rows, such as practice Y10000" in one
        for one in said
    )
    assert not any("501" in one for one in said)
    document = report.document()["tables"]["diagnoses"]
    assert (document["given"], document["sound"], document["set_aside"]) == (6, 0, 6)


def test_a_check_is_kept_and_holds_for_these_files_and_later_days(engine: Engine, tmp_path: Path) -> None:
    folder = written(tmp_path / "set", sound_set())
    assert not is_checked(folder, AS_AT)

    keep_check(folder, check(engine, folder, AS_AT))

    assert is_checked(folder, AS_AT)
    assert is_checked(folder, NEXT_DAY)
    assert not is_checked(folder, AS_AT - timedelta(days=1))
    data = sound_tables(engine, folder, AS_AT)
    assert data.report == check(engine, folder, AS_AT)
    holds_together(engine, data, sound_set())
    checked = json.loads((folder / "checked.json").read_text())
    spoils: list[dict[str, Any]] = [{"clean": False}, {"rules": ""}, {"as_at": "soon"}, {"fingerprint": {}}]
    for spoilt in spoils:
        (folder / "checked.json").write_text(json.dumps({**checked, **spoilt}))
        assert not is_checked(folder, AS_AT)
    (folder / "checked.json").write_text("[]")
    assert not is_checked(folder, AS_AT)


def test_rows_written_anew_are_checked_anew(engine: Engine, tmp_path: Path) -> None:
    folder = written(tmp_path / "set", only(sound_set(), {"gp_events"}))
    keep_check(folder, check(engine, folder, AS_AT))
    tables = only(sound_set(), {"gp_events"})
    tables["gp_events"][1]["person_id"] = 99
    (written(tmp_path / "other", tables) / "gp_events.parquet").replace(folder / "gp_events.parquet")

    data = sound_tables(engine, folder, AS_AT)

    assert data.report.tables["gp_events"].set_aside == 1
    holds_together(engine, data, tables)


def test_what_is_wrong_with_files_is_said_before_rows(engine: Engine, tmp_path: Path) -> None:
    folder = written(tmp_path / "set", sound_set())
    (folder / "practices.parquet").unlink()

    with pytest.raises(FaultsFound, match=r"practices\.parquet"):
        sound_tables(engine, folder, AS_AT)
    with pytest.raises(FaultsFound, match=r"practices\.parquet"):
        check(engine, folder, AS_AT)


def test_two_sets_stand_side_by_side(engine: Engine, tmp_path: Path) -> None:
    tables = sound_set()
    tables["gp_events"].pop()
    one, two = (only(rows, {"gp_events"}) for rows in (sound_set(), tables))
    first = sound_tables(engine, written(tmp_path / "one", one), AS_AT, prefix="one")
    second = sound_tables(engine, written(tmp_path / "two", two), AS_AT, prefix="two")

    assert (counted(engine, first)["gp_events"], counted(engine, second)["gp_events"]) == (4, 3)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.sampled_from([None, -1, 0, 1, 2, 3, 99, 501]),
    "decimal": st.sampled_from([None, -1.0, 0.0, 5.0, float("nan"), float("inf")]),
    "text": st.sampled_from([None, "", "1", "01", "21", "A", "Y00001", *NUMBERS, "9990000019"]),
    "date": st.sampled_from([None, "1900-01-01", "2020-06-01", "2025-05-05", "2026-03-01", "2030-01-01"]).map(
        lambda text: text and day(text)
    ),
    "boolean": st.sampled_from([None, True]),
}


@st.composite
def spoilt_sets(draw: st.DrawFn) -> Tables:
    tables = only(sound_set(), {draw(st.sampled_from(list(linked_tables()))), "diagnoses"})
    for _ in range(draw(st.integers(1, 8))):
        name = draw(st.sampled_from(sorted(tables)))
        column = draw(st.sampled_from(list(linked_tables()[name].columns.values())))
        at = draw(st.integers(0, len(tables[name]) - 1))
        if draw(st.booleans()):
            tables[name].append(dict(tables[name][at]))
        if draw(st.booleans()):
            tables[name][at][column.name] = draw(VALUES[column.type])
    return tables


@given(spoilt_sets())
@settings(max_examples=6)
def test_whatever_is_spoilt_what_is_sound_is_a_clean_set(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, tables: Tables
) -> None:
    folder = written(tmp_path_factory.mktemp("spoilt") / "set", tables)
    data = sound_tables(engine, folder, AS_AT)
    holds_together(engine, data, tables)
    says_nothing_of(tables, str(data.report.faults().listed), json.dumps(data.report.document()))

    kept = {name: engine.rows(table) for name, table in data.tables.items() if name in tables}
    again = check(engine, written(folder.with_name("again"), kept), AS_AT, prefix="again")

    assert found_in(again) == set()
