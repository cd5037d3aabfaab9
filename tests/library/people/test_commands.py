"""The commands about linked records, as they are typed: what they print, write and refuse."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from leftshift import read_place
from leftshift.cli.main import main
from leftshift.population.linked.dataset import paths_of
from tests.library.people.made import people, write_set

LLR = Path(__file__).parents[3] / "examples" / "llr-2016"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented population of 6,000 and a run on it."""
    folder = tmp_path_factory.mktemp("commands")
    generate = ["population", "generate", "--people", "6,000", "--seed", "3", "--out", str(folder / "set")]
    assert main([*generate, "--workers", "1"]) == 0
    assert main(["population", "check", str(folder / "set")]) == 0
    assert main(["population", "score", str(folder / "set"), "--out", str(folder / "run")]) == 0
    return folder


def answer(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["population", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_manifest_says_what_the_set_is(folder: Path) -> None:
    manifest = json.loads((folder / "set" / "manifest.json").read_text("utf-8"))

    assert manifest["purpose"] == "synthetic test data"
    assert manifest["people"] == 6000


def test_a_run_leaves_what_went_in(folder: Path) -> None:
    record = json.loads((folder / "run" / "run.json").read_text("utf-8"))

    assert record["purpose"] == "synthetic test data"
    assert record["engine"] == "duckdb"
    assert record["as_at"] == "2016-04-01"
    assert {entry["name"] for entry in record["cohorts"]} == {"llr_2016", "leicester_city_2014"}
    assert len(record["scores"]) == 13
    assert record["counts"]["counted"] == pytest.approx(6000, abs=50)  # the practices, each rounded
    assert record["counts"]["opted_out"] > 100
    assert record["check"]["clean"]
    assert record["inputs"]["gp_events"][0]["footer"]
    assert record["code_lists"]["files"].keys() == {"code_lists.csv"}
    assert record["began"]
    assert record["seconds"].keys() >= {"checking", "scores", "writing"}


def test_the_cohort_by_locality_is_near_what_was_published(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answer(
        capsys, "cohort", str(folder / "run"), "--cohort", "llr_2016", "--overlap", "leicester_city_2014"
    )
    with (LLR / "cohorts.csv").open(encoding="utf-8", newline="") as stream:
        published = {row["locality"]: float(row["people"]) * 6000 / 1061800 for row in csv.DictReader(stream)}

    assert {row["locality"] for row in found["places"]} == published.keys()
    for row in found["places"]:
        assert row["people"] == pytest.approx(published[row["locality"]], abs=20)
    assert sum(row["people"] for row in found["places"]) == found["people"]
    assert {row["where"] for row in found["overlap"]} >= {"both", "neither"}


def test_no_number_that_is_shown_is_small(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for by in ("practice", "locality", "commissioner"):
        found = answer(capsys, "cohort", str(folder / "run"), "--cohort", "llr_2016", "--by", by)
        shown = [row[name] for row in found["places"] for name in ("people", "counted")]
        shown += [row["people"] for row in found["reasons"]]
        assert shown
        assert all(number == 0 or (number > 7 and number % 5 == 0) for number in shown)


def test_rows_for_a_place_run_in_the_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(
        capsys, "cohort", str(folder / "run"), "--cohort", "llr_2016", "--records", str(folder / "set"), "--out", str(folder / "rows"),
    )  # fmt: skip
    assert found["files"] == [
        "cohorts.csv", "risk_groups.csv", "workforce_effects.csv", "measures.csv", "measure_definitions.csv", "observations.csv",
    ]  # fmt: skip
    place = folder / "place"
    shutil.copytree(LLR, place)
    for name in found["files"]:
        _put(place / name, folder / "rows" / name, replace=name in ("cohorts.csv", "risk_groups.csv"))

    plans = place / "avoidance_plans.csv"  # of a place that is smaller
    plans.write_text(plans.read_text("utf-8").replace(",29845,", ",169,"), "utf-8")

    result = read_place(place).project()

    groups = {row.risk_group: row for row in result.place.risk_groups}
    assert float(groups["very_high"].unplanned_admissions) == pytest.approx(18147 * 6000 / 1061800, abs=20)
    assert sum(float(row.people) for row in result.place.cohorts) == pytest.approx(
        233136 * 6000 / 1061800, rel=0.05
    )
    rate = next(row for row in result.place.observations if row.measure == "llr_2016_emergency_admissions")
    assert float(rate.numerator or 0) > 0


def _put(target: Path, rows: Path, *, replace: bool) -> None:
    """Put rows into a table of a place: in the place of those that are there, or after them."""
    with rows.open(encoding="utf-8", newline="") as stream:
        new = list(csv.DictReader(stream))
    with target.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        old, columns = list(reader), list(reader.fieldnames or ())
    columns += [name for name in new[0] if name not in columns]
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows([*([] if replace else old), *new])


def test_two_runs_are_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earlier = folder / "earlier"
    assert (
        main(["population", "score", str(folder / "set"), "--out", str(earlier), "--as-at", "2015-04-01"])
        == 0
    )

    changes = answer(capsys, "compare", str(earlier), str(folder / "run"), "--cohort", "llr_2016")
    outcomes = answer(
        capsys, "compare", str(earlier), "--outcomes", str(folder / "set"), "--cohort", "llr_2016"
    )

    assert {row["change"] for row in changes["changes"]} >= {"stayed", "came to meet it"}
    assert len(changes["changes"]) == 10 * 7  # a locality where nobody came has no gap
    assert {one["name"] for one in outcomes["outcomes"]} == {
        "emergency_admissions",
        "attendances",
        "bed_days",
        "cost",
    }
    assert all(one["low"] <= one["difference"] <= one["high"] for one in outcomes["outcomes"])


def test_definitions_are_tried_without_records(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "cohort", "--try", "--codes", str(folder / "set" / "code_lists.csv"))

    assert len(found["attempts"]) == 8
    assert all(attempt["works"] for attempt in found["attempts"])


def test_the_tables_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "tables")

    assert found["persons"]["columns"]["birth_date"]["type"] == "date"
    assert main(["population", "tables"]) == 0
    assert "birth_date" in capsys.readouterr().out


def test_real_records_are_refused_without_a_basis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path / "set", {**people(80, 40), "social_care": [], "diagnoses": [], "admissions": []})
    score = [
        "score",
        str(tmp_path / "set"),
        "--out",
        str(tmp_path / "run"),
        "--scores",
        "charlson",
        "--cohorts",
        "",
    ]
    register = tmp_path / "register.toml"
    register.write_text(
        '[[basis]]\ntables = ["persons", "registrations", "practices"]\npurpose = "case finding"\nauthority = "CAG"\n'
        'reference = "CAG 1"\nvalid_from = 2020-01-01\n'
        '[[basis]]\ntables = ["diagnoses"]\npurpose = "case finding"\nauthority = "CAG"\nreference = "CAG 1"\nvalid_from = 2010-01-01\n'
        "valid_to = 2011-01-01\n",
        "utf-8",
    )
    grounds = ["--purpose", "case finding", "--basis", "CAG 1", "--register", str(register)]

    without = answer(capsys, *score, code=1)
    expired = answer(capsys, *score, *grounds, code=1)
    register.write_text(register.read_text("utf-8").replace("valid_to = 2011-01-01\n", ""), "utf-8")
    allowed = answer(capsys, *score, *grounds, "--as-at", "2016-04-01")

    assert [fault["kind"] for fault in without["faults"]] == ["no purpose"]
    assert [(fault["kind"], fault["column"]) for fault in expired["faults"]] == [
        ("no legal basis", "diagnoses")
    ]
    assert "expired" in expired["faults"][0]["found"]
    assert (allowed["purpose"], allowed["basis"]) == ("case finding", "CAG 1")


def test_what_is_printed_and_kept_names_nobody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not a key and not an NHS number of anybody stands in what commands print, or in any file but the Parquet of people."""
    persons = pq.read_table(folder / "set" / "persons")
    numbers = set(persons["nhs_number"].drop_null().to_pylist())
    keys = {str(key) for key in persons["person_id"].to_pylist() if key > 100_000}
    capsys.readouterr()
    for way in (
        ["check", str(folder / "set")],
        ["cohort", str(folder / "run"), "--cohort", "llr_2016"],
        ["cohort", str(folder / "run"), "--cohort", "llr_2016", "--by", "practice", "--json"],
        ["score", str(folder / "set"), "--out", str(folder / "again"), "--json"],
        ["score", str(folder / "set"), "--out", str(folder / "again")],
    ):
        main(["population", *way])
    printed = capsys.readouterr()
    texts = [printed.out, printed.err]
    texts += [path.read_text("utf-8") for path in [*folder.rglob("*.json"), *folder.rglob("rows/*.csv")]]

    words = {word.strip('",:') for text in texts for word in text.split()}
    assert len(numbers) > 5000
    assert not words & numbers
    assert not words & keys


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cohort"], "name the folder of a run"),
        (["compare", "run"], "give a later run, or --outcomes"),
        (["check", "nowhere"], "nowhere"),
        (["cohort", "nowhere"], "no run"),
        (["score", "nowhere", "--out", "x"], "nowhere"),
        (["cohort", "--try", "--spark", "spark.x=1"], "--engine spark"),
        (["cohort", "--try", "--spark", "x", "--engine", "spark"], "takes a setting"),
    ],
)
def test_misuse_is_answered(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["population", *arguments]) in (1, 2)

    printed = capsys.readouterr()
    assert said in printed.out + printed.err
    assert "Traceback" not in printed.err
    assert list(tmp_path.iterdir()) == []


def test_pseudonyms_are_made_and_a_few_undone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, log, out = tmp_path / "key", tmp_path / "log.jsonl", tmp_path / "set"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    written = answer(
        capsys,
        "pseudonymise",
        str(folder / "set"),
        "--out",
        str(out),
        "--key",
        str(key),
        "--purpose",
        "case finding",
    )
    persons = pq.read_table([str(path) for path in paths_of(out, "persons")])
    pseudonym = persons["person_id"][0].as_py()
    ask = [
        "reidentify",
        str(pseudonym),
        "--register",
        str(folder / "set"),
        "--key",
        str(key),
        "--purpose",
        "case finding",
    ]
    ask += ["--log", str(log)]

    assert main(["population", *ask]) == 2  # without a permission
    assert not log.exists()
    found = answer(capsys, *ask, "--who", "GP practice", "--reason", "planned care", "--reference", "CAG 1")
    assert main(["population", "reidentify", "--log", str(log), "--verify"]) == 0
    log.write_text(log.read_text("utf-8").replace("planned care", "curiosity"), "utf-8")

    assert written["rows"]["persons"] > 5000
    assert "nhs_number" not in persons.column_names or not persons["nhs_number"].drop_null().to_pylist()
    assert set(found["numbers"].values()) <= set(
        pq.read_table(folder / "set" / "persons")["nhs_number"].to_pylist()
    )
    assert main(["population", "reidentify", "--log", str(log), "--verify"]) == 1


def test_without_spark_it_is_said_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("leftshift.population.engines.spark.find_spec", lambda name: None)

    code = main(
        ["population", "score", str(folder / "set"), "--out", str(tmp_path / "run"), "--engine", "spark"]
    )

    assert code == 2
    assert "requirements/spark.txt" in capsys.readouterr().err
