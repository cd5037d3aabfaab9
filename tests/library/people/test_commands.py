"""The commands about linked records, as they are typed: what they print, write and refuse."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from leftshift import read_place
from leftshift.cli.main import main
from leftshift.population.linked.dataset import paths_of
from tests.library.people.made import people, write_set
from tests.library.people.runs import lists_text, scored

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
    validated = {part["name"]: part["validated_for"] for part in record["scores"] if part["validated_for"]}
    assert validated == {"efi": "age >= 65", "hfrs": "age >= 75"}
    assert record["counts"]["outside_validated"].keys() == validated.keys()
    assert record["counts"]["outside_validated"]["hfrs"] > record["counts"]["outside_validated"]["efi"] > 3000
    assert record["counts"]["counted"] == pytest.approx(6000, abs=50)  # the practices, each rounded
    assert record["counts"]["opted_out"] > 100
    assert record["check"]["clean"]
    assert record["inputs"]["gp_events"][0]["footer"]
    assert [entry["file"] for entry in record["code_lists"]["files"]] == ["code_lists.csv"]
    assert "opt_outs" not in {**record["inputs"], **record["check"]["tables"]}  # how many said no, exactly
    assert record["counts"]["not_counted"].keys() == {"died", "not_yet_born", "not_registered"}
    assert record["bases"] == []
    assert record["began"]
    assert record["seconds"].keys() >= {"checking", "scores", "writing"}


def test_a_run_keeps_why_people_have_their_scores_where_it_is_asked_for(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    record = answer(
        capsys,
        "score",
        str(folder / "set"),
        "--out",
        str(run),
        "--items",
        "--scores",
        "efi",
        "--cohorts",
        "llr_2016",
    )
    people = pl.read_parquet(run / "people" / "*.parquet").filter("in_llr_2016").select("person_id", "efi")
    items = pl.read_parquet(run / "items" / "*.parquet").filter(pl.col("score") == "efi")

    counted = items.group_by("person_id").agg(pl.col("item").n_unique().cast(pl.Float64).alias("efi"))
    assert counted.sort("person_id").equals(people.filter(pl.col("efi") > 0).sort("person_id"))
    (efi,) = (score for score in record["scores"] if score["name"] == "efi")
    assert efi["items"]["anaemia"] == "Anaemia"
    assert set(items["item"]) <= set(efi["items"])
    assert not (folder / "run" / "items").exists()


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
    assert outcomes["not_known"] == []
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
    assert {attempt["verdict"] for attempt in found["attempts"]} == {"works"}


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
        "--as-at",
        "2016-04-01",
    ]
    register = tmp_path / "register.toml"
    register.write_text(
        '[[basis]]\ntables = ["persons", "registrations", "practices"]\npurpose = "case finding"\nauthority = "CAG"\n'
        'reference = "CAG 1"\nvalid_from = 2020-01-01\n'
        'conditions = "Details go back to the practice alone"\n[[basis]]\ntables = ["diagnoses", "admissions"]\npurpose = "case finding"\nauthority = "CAG"\nreference = "CAG 1"\nvalid_from = 2010-01-01\n'
        "valid_to = 2011-01-01\n",
        "utf-8",
    )
    grounds = ["--purpose", "case finding", "--basis", "CAG 1", "--register", str(register)]

    without = answer(capsys, *score, code=1)
    expired = answer(capsys, *score, *grounds, code=1)
    register.write_text(register.read_text("utf-8").replace("valid_to = 2011-01-01\n", ""), "utf-8")
    allowed = answer(capsys, *score, *grounds)

    assert [fault["kind"] for fault in without["faults"]] == ["no purpose"]
    assert [(fault["kind"], fault["column"]) for fault in expired["faults"]] == [
        ("no legal basis", "admissions"),
        ("no legal basis", "diagnoses"),
    ]
    assert "expired" in expired["faults"][0]["found"]
    assert (allowed["purpose"], allowed["basis"]) == ("case finding", "CAG 1")
    assert [basis["conditions"] for basis in allowed["bases"]] == [
        "",
        "Details go back to the practice alone",
    ]
    # social care has no basis, and was not opened
    assert allowed["inputs"].keys() == {"persons", "registrations", "practices", "admissions", "diagnoses"}
    assert allowed["check"]["tables"].keys() == allowed["inputs"].keys()


def test_a_run_is_used_on_the_basis_of_what_it_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(tmp_path / "set", people(80, 40))
    register = tmp_path / "register.toml"
    register.write_text(
        '[[basis]]\ntables = ["persons", "registrations", "practices"]\npurpose = "case finding"\nauthority = "CAG"\n'
        'reference = "CAG 1"\nvalid_from = 2020-01-01\n',
        "utf-8",
    )
    grounds = ["--purpose", "case finding", "--basis", " CAG 1 , CAG 2", "--register", str(register)]
    define = tmp_path / "old.toml"
    define.write_text(
        'name = "old"\ntitle = "t"\nversion = "1"\nsource = "s"\ndated = 2026-01-01\n[[criteria]]\nname = "old"\ntitle = "t"\nwhen = "age > 60"\n',
        "utf-8",
    )
    score = [
        "score",
        str(tmp_path / "set"),
        "--out",
        str(tmp_path / "run"),
        "--scores",
        "",
        "--cohorts",
        "old",
    ]
    answer(capsys, *score, "--define", str(define), "--as-at", "2016-04-01", *grounds)
    run = str(tmp_path / "run")

    for way in (["cohort", run], ["compare", run, run], ["check", str(tmp_path / "set")]):
        refused = answer(capsys, *way, code=1)
        assert [fault["kind"] for fault in refused["faults"]] == ["no purpose"]
        answer(capsys, *way, *grounds)

    register.write_text(register.read_text("utf-8").replace('"registrations", ', ""), "utf-8")
    for way in (["cohort", run], ["compare", run, run], ["check", str(tmp_path / "set")]):
        refused = answer(capsys, *way, *grounds, code=1)
        assert [(fault["kind"], fault["column"]) for fault in refused["faults"]] == [
            ("no legal basis", "registrations")
        ]


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
        (["cohort", "run", "--opt-outs", "x"], "--opt-outs and --cleared need --records"),
        (["compare", "run", "run", "--cleared", "x"], "--opt-outs and --cleared need --outcomes"),
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


def test_numbers_are_written_to_be_checked_and_come_back(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the check takes them; of those that come back, everybody is counted who did not say no, and nobody else."""
    sent, back = tmp_path / "sent.dat", tmp_path / "back.dat"

    written = answer(capsys, "to-check", str(folder / "set"), "--out", str(sent))
    lines = sent.read_bytes().split(b"\n")
    back.write_bytes(b"\n".join(lines[: len(lines) // 2]) + b"\n")
    cleared = ["--cleared", str(back), "--scores", "", "--cohorts", "llr_2016"]
    run = answer(capsys, "score", str(folder / "set"), "--out", str(tmp_path / "run"), *cleared)

    assert sent.stat().st_mode & 0o777 == 0o600
    assert lines[-1] == b""
    assert all(len(line) == 11 and line.endswith(b",") for line in lines[:-1])
    assert written["numbers"] == len(lines) - 1 > 6000
    assert 2500 < run["counts"]["counted"] < 3500
    assert (
        main(["population", "to-check", str(folder / "set"), "--out", str(sent)]) == 1
    )  # not over what is there
    refused = answer(
        capsys, "score", str(folder / "set"), "--out", str(tmp_path / "no"), "--opt-outs", str(back), code=1
    )
    assert "those who may be counted" in refused["faults"][0]["action"]


def test_a_set_that_does_not_say_its_day_is_scored_as_at_a_day_that_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(tmp_path / "set", people(80))

    assert main(["population", "score", str(tmp_path / "set"), "--out", str(tmp_path / "run")]) == 2

    assert "say as at which day with --as-at" in capsys.readouterr().err


def test_what_happened_after_the_day_of_a_run_is_sound(tmp_path: Path) -> None:
    """Half of the people died since, and nobody is set aside for it: a run as at an earlier day would count survivors alone."""
    rows = people(*[80] * 40)
    for row in rows["persons"][:20]:
        row["death_date"] = date(2016, 4, 20)
    result = scored(tmp_path, rows, lists_text([("gp", "x", "1")]), cohorts=[])

    assert result.record["counts"]["counted"] == 40
    assert result.record["check"]["tables"]["persons"]["set_aside"] == 0


def test_rows_for_a_place_are_of_the_records_that_were_scored(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate = ["population", "generate", "--people", "500", "--seed", "9", "--out", str(tmp_path / "other")]
    assert main([*generate, "--workers", "1"]) == 0

    refused = answer(
        capsys, "cohort", str(folder / "run"), "--cohort", "llr_2016", "--records", str(tmp_path / "other"), "--out",
        str(tmp_path / "rows"), code=1,
    )  # fmt: skip

    assert [fault["kind"] for fault in refused["faults"]] == ["other records"]
    assert "persons" in refused["faults"][0]["found"]


def test_who_is_behind_a_pseudonym_that_is_nobodys(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, log = tmp_path / "key", tmp_path / "log.jsonl"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    ask = [
        "reidentify",
        "12345",
        "--register",
        str(folder / "set"),
        "--key",
        str(key),
        "--purpose",
        "case finding",
        "--log",
        str(log),
    ]
    ask += ["--who", "GP practice", "--reason", "planned care", "--reference", "CAG 1"]

    found = answer(capsys, *ask, code=1)
    whole = answer(capsys, "reidentify", "--log", str(log), "--verify")

    assert found == {"numbers": {}, "unknown": ["12345"]}
    assert whole["whole"]
    assert len(whole["digest"]) == 64


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
