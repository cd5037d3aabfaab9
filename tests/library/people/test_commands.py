"""The commands about linked records, as they are typed: what they print, write and refuse."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from leftshift import read_place
from leftshift.cli.main import main
from tests.library.people.asking import answer
from tests.library.people.made import people, write_set
from tests.library.people.runs import grounds_options, lists_text, scored

LLR = Path(__file__).parents[3] / "examples" / "llr-2016"


@pytest.fixture
def folder(scored_set: Path) -> Path:
    """An invented population of 6,000 and a run on it."""
    return scored_set


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


def test_a_set_that_does_not_say_its_day_is_scored_as_at_a_day_that_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(tmp_path / "set", people(80))
    score = ["score", str(tmp_path / "set"), "--out", str(tmp_path / "run"), *grounds_options(tmp_path)]

    assert main(["population", *score]) == 2

    assert "say as at which day with --as-at" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["score", "fit", "drift"])
def test_nobody_is_counted_as_at_a_day_after_the_records(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    """What happened in between is not in them: a model would learn of a year of which months lack."""
    model = tmp_path / "model"
    if verb == "drift":
        answer(capsys, "fit", str(folder / "set"), "--out", str(model))
    where = (
        [str(model), str(folder / "set")]
        if verb == "drift"
        else [str(folder / "set"), "--out", str(tmp_path / "out")]
    )

    refused = answer(capsys, verb, *where, "--as-at", "2016-07-01", code=1)

    assert [(fault["kind"], fault["found"]) for fault in refused["faults"]] == [
        ("date after the records", "as at 2016-07-01")
    ]
    assert not (tmp_path / "out").exists()


def test_an_overlap_is_with_another_cohort(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["population", "cohort", str(folder / "run"), "--cohort", "llr_2016", "--overlap", "llr_2016"])
        == 2
    )
    assert "another cohort than llr_2016" in capsys.readouterr().err


def test_what_is_hidden_is_said_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of 6,000 people some localities are too small for four numbers, and the sums would seem to be of all."""
    found = answer(
        capsys, "cohort", str(folder / "run"), "--cohort", "llr_2016", "--overlap", "leicester_city_2014"
    )
    left_out = max(row["hidden"] for row in found["overlap"])
    assert (
        main(
            [
                "population",
                "cohort",
                str(folder / "run"),
                "--cohort",
                "llr_2016",
                "--overlap",
                "leicester_city_2014",
            ]
        )
        == 0
    )

    printed = " ".join(capsys.readouterr().out.split())
    assert left_out > 0
    assert f"one of them might be small there: {left_out}." in printed
    rest = next(row["people"] for row in found["reasons"] if row["reason"] == "rest")
    assert ("A reason that is hidden" in printed) is (rest > 0)


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


def test_without_spark_it_is_said_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("leftshift.population.engines.spark.find_spec", lambda name: None)

    code = main(
        ["population", "score", str(folder / "set"), "--out", str(tmp_path / "run"), "--engine", "spark"]
    )

    assert code == 2
    assert "requirements/spark.txt" in capsys.readouterr().err
