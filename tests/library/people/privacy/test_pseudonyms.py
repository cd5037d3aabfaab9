"""A set under pseudonyms: everybody replaced, nothing that names them left, nothing lost; the same again, and other for another purpose."""

from __future__ import annotations

import hashlib
import hmac
import json
import pickle
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.population.engines.engine import engine_of
from leftshift.population.linked.dataset import SYNTHETIC, paths_of
from leftshift.population.linked.soundness import check
from leftshift.population.privacy.keys import Key, read_key
from leftshift.population.privacy.pseudonyms import pseudonymise
from tests.library.people.linked.sets import AS_AT, NUMBERS, Tables, day, sound_set, written
from tests.library.people.quiet import says_nothing_of

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

SECRET = bytes(range(7, 47))
KEY = Key(SECRET)
PURPOSE = "risk stratification"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "set", sound_set())


def table(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(list(paths_of(folder, name)))


def by_hand(kind: str, value: str, purpose: str = PURPOSE, secret: bytes = SECRET) -> int:
    message = f"{purpose}\0{kind}\0{value}".encode()
    return int(hmac.new(secret, message, hashlib.sha256).hexdigest()[:16], 16) // 2


def test_everybody_is_replaced_and_nothing_else_is_lost(folder: Path, tmp_path: Path) -> None:
    done = pseudonymise(folder, tmp_path / "out", purpose=PURPOSE, key=KEY, rows_at_once=2)

    out = tmp_path / "out"
    tables = sound_set()
    assert dict(done.rows) == {name: len(rows) for name, rows in tables.items() if name != "identifiers"}
    assert not paths_of(out, "identifiers")
    persons = table(out, "persons")
    assert "nhs_number" not in persons.columns
    expected = {
        (by_hand("nhs-number", row["nhs_number"]), row["birth_date"].replace(day=1))
        for row in tables["persons"]
    }
    assert set(persons.select("person_id", "birth_date").rows()) == expected
    assert {*table(out, "gp_events")["person_id"]} <= {*persons["person_id"]}
    stays = {by_hand("admission_id", str(at)) for at in (501, 502, 503)}
    assert {*table(out, "admissions")["admission_id"]} == stays == {*table(out, "diagnoses")["admission_id"]}
    assert json.loads((out / "manifest.json").read_text()) == {
        "purpose": PURPOSE,
        "pseudonyms": True,
        "made_from": SYNTHETIC,
    }
    with engine_of("duckdb", tmp_path / "scratch", threads=1) as engine:
        assert check(engine, out, AS_AT).is_clean
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".partial")]


def test_no_number_of_the_set_stands_in_any_file(tmp_path: Path) -> None:
    tables = sound_set()
    for rows in tables.values():
        for row in rows:
            if row.get("person_id"):
                row["person_id"] += 770_000_000
    pseudonymise(written(tmp_path / "set", tables), tmp_path / "out", purpose=PURPOSE, key=KEY)

    for path in (tmp_path / "out").rglob("*.*"):
        held = path.read_bytes()
        assert not any(number.encode() in held for number in NUMBERS)
        if path.suffix == ".parquet":
            for values in pl.read_parquet(path).iter_columns():
                assert values.dtype != pl.Int64 or not values.is_between(770_000_000, 770_000_009).any()


def test_the_same_again_and_other_for_another_purpose_or_key(folder: Path, tmp_path: Path) -> None:
    for name, purpose, key in (
        ("one", PURPOSE, KEY),
        ("two", PURPOSE, KEY),
        ("three", "service planning", KEY),
        ("four", PURPOSE, Key(SECRET[::-1])),
    ):
        pseudonymise(folder, tmp_path / name, purpose=purpose, key=key)

    people = [{*table(tmp_path / name, "persons")["person_id"]} for name in ("one", "two", "three", "four")]
    stays = [{*table(tmp_path / n, "admissions")["admission_id"]} for n in ("one", "two", "three", "four")]
    assert people[0] == people[1]
    assert table(tmp_path / "one", "costs").equals(table(tmp_path / "two", "costs"))
    for sets in (people, stays):
        assert not sets[0] & sets[2] | sets[0] & sets[3] | sets[2] & sets[3]


def test_a_set_in_pieces_and_without_numbers(tmp_path: Path) -> None:
    folder = written(tmp_path / "set", sound_set(), pieces=3, missing=["nhs_number"])

    pseudonymise(folder, tmp_path / "out", purpose=PURPOSE, key=KEY)

    assert len(paths_of(tmp_path / "out", "persons")) == 1
    expected = {by_hand("person", str(at)) for at in (1, 2, 3, 4)}
    assert {*table(tmp_path / "out", "persons")["person_id"]} == expected


def test_where_a_row_stood_says_nothing(tmp_path: Path) -> None:
    """The rows of all files are in one order, so that those of one file are not side by side in sets of two purposes."""
    folder = written(tmp_path / "set", sound_set(), pieces=2)
    for name, purpose in (("one", PURPOSE), ("two", "service planning")):
        pseudonymise(folder, tmp_path / name, purpose=purpose, key=KEY, rows_at_once=1)

        for path in (tmp_path / name).glob("*.parquet"):
            rows = pl.read_parquet(path)
            assert rows.equals(rows.sort(rows.columns, nulls_last=True)), path.name
    assert not list((tmp_path / "one").glob(".*"))


def test_code_lists_go_with_the_set(tmp_path: Path) -> None:
    folder = written(tmp_path / "set", sound_set())
    (folder / "code_lists.csv").write_text("list,system,code\na,gp,C1\n", "utf-8")

    pseudonymise(folder, tmp_path / "out", purpose=PURPOSE, key=KEY)

    assert (tmp_path / "out" / "code_lists.csv").read_bytes() == (folder / "code_lists.csv").read_bytes()


def test_the_set_is_of_the_day_of_the_one_it_was_made_from(tmp_path: Path) -> None:
    folder = written(tmp_path / "set", sound_set())
    manifest = json.loads((folder / "manifest.json").read_text())
    dates = {"as_at": "2026-04-01", "drawn_on": "2026-05-01"}
    (folder / "manifest.json").write_text(json.dumps({**manifest, **dates, "seed": 3}))

    pseudonymise(folder, tmp_path / "out", purpose=PURPOSE, key=KEY)

    made = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert made == {"purpose": PURPOSE, "pseudonyms": True, "made_from": "synthetic test data", **dates}


def spoilt(tmp_path: Path, table: str, **values: Any) -> tuple[Path, Tables]:
    tables = sound_set()
    tables[table].append({**tables[table][0], **values})
    return written(tmp_path / "set", tables), tables


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("persons", {"person_id": 9}, "pseudonyms collide"),
        ("persons", {"sex": "1"}, "key twice"),
        ("gp_events", {"person_id": 99}, "refers to nothing"),
        ("gp_events", {"person_id": None}, "refers to nothing"),
    ],
)
def test_nothing_is_written_where_people_cannot_be_told_apart(
    tmp_path: Path, name: str, values: dict[str, Any], kind: str
) -> None:
    folder, tables = spoilt(tmp_path, name, **values)

    with pytest.raises(FaultsFound) as caught:
        pseudonymise(folder, tmp_path / "out", purpose=PURPOSE, key=KEY)

    assert [fault.kind for fault in caught.value.faults] == [kind]
    assert {path.name for path in tmp_path.iterdir()} == {"set"}
    says_nothing_of(tables, str(caught.value))


def test_two_stays_of_one_pseudonym_are_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truly = Key.pseudonym
    monkeypatch.setattr(
        Key,
        "pseudonym",
        lambda key, purpose, kind, value: truly(key, purpose, kind, "501" if value == "502" else value),
    )

    with pytest.raises(FaultsFound, match="1 pseudonyms that would stand for two"):
        pseudonymise(folder, tmp_path / "out", purpose=PURPOSE, key=KEY)


def test_an_opt_out_of_somebody_else_is_left_out_and_counted(tmp_path: Path) -> None:
    folder, _ = spoilt(tmp_path, "opt_outs", person_id=99)

    done = pseudonymise(folder, tmp_path / "out", purpose=PURPOSE, key=KEY)

    assert (done.opt_outs_of_others, done.rows["opt_outs"]) == (1, 1)


@pytest.mark.parametrize("purpose", ["", "  ", "a\0b", SYNTHETIC])
def test_a_purpose_is_named_and_the_folder_is_new(folder: Path, tmp_path: Path, purpose: str) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(FaultsFound) as caught:
        pseudonymise(folder, tmp_path / "out", purpose=purpose, key=KEY)

    assert [fault.kind for fault in caught.value.faults] == ["already there", "purpose missing"]


def test_damaged_pages_leave_nothing_behind(tmp_path: Path) -> None:
    tables = sound_set()
    tables["gp_events"] *= 2000
    folder = written(tmp_path / "set", tables)
    path = folder / "gp_events.parquet"
    pq.write_table(pq.read_table(path), path, compression="zstd", use_dictionary=False)
    raw = bytearray(path.read_bytes())
    for at in range(20, len(raw) - 3000, 7):
        raw[at] ^= 0xFF
    path.write_bytes(raw)

    with pytest.raises(FaultsFound, match=r"gp_events\.parquet: found damaged pages"):
        pseudonymise(folder, tmp_path / "out", purpose=PURPOSE, key=KEY)
    assert {path.name for path in tmp_path.iterdir()} == {"set"}


def test_a_key_is_read_from_a_file_of_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(SECRET)
    path.chmod(0o600)

    key = read_key(path)

    assert key.pseudonym(PURPOSE, "nhs-number", NUMBERS[0]) == by_hand("nhs-number", NUMBERS[0])
    assert SECRET.decode("latin1") not in repr(key) + str(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize(
    ("secret", "mode", "kinds"),
    [
        (SECRET, 0o644, ["key open to others"]),
        (SECRET, 0o604, ["key open to others"]),
        (SECRET, 0o620, ["key open to others"]),
        (SECRET[:31], 0o600, ["key too short"]),
        (bytes(40), 0o600, ["key not random"]),
        (SECRET * 2000, 0o600, ["key too long"]),
        (b"", 0o606, ["key open to others", "key too short"]),
    ],
)
def test_a_bad_key_is_refused(tmp_path: Path, secret: bytes, mode: int, kinds: list[str]) -> None:
    path = tmp_path / "key"
    path.write_bytes(secret)
    path.chmod(mode)

    with pytest.raises(FaultsFound) as caught:
        read_key(path)

    assert [fault.kind for fault in caught.value.faults] == kinds


def test_no_key(tmp_path: Path) -> None:
    with pytest.raises(FaultsFound, match="key missing"):
        read_key(tmp_path / "key")


def test_births_of_a_month_become_one(tmp_path: Path) -> None:
    tables = sound_set()
    tables["persons"][0]["birth_date"] = day("1950-02-28")
    tables["persons"][1]["birth_date"] = day("1950-02-01")
    pseudonymise(written(tmp_path / "set", tables), tmp_path / "out", purpose=PURPOSE, key=KEY)

    assert table(tmp_path / "out", "persons")["birth_date"].to_list().count(day("1950-02-01")) == 2
