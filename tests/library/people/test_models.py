"""Models: what is fitted is what was there, what is said of it is of people it had not seen, and it scores as it predicts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from leftshift.cli.main import main
from leftshift.foundation.faults import FaultsFound
from leftshift.population.engines.engine import engine_of
from leftshift.population.models.drifting import (
    calibration_now,
    drifts,
    predictions,
    read_model,
    stability_index,
)
from leftshift.population.models.fitting import NothingToLearn, fit
from leftshift.population.models.judging import judge
from leftshift.population.models.keeping import reference_of, shares_of
from leftshift.population.models.outcomes import Outcomes, packaged_outcomes, read_outcomes
from leftshift.population.models.preparing import GROUPS, Prepared, prepare
from leftshift.population.privacy.rounding import figures
from leftshift.population.scores.definitions import in_order
from leftshift.population.scores.reading import packaged_lists, packaged_scores, score_of
from tests.library.people.drawn import lists_for
from tests.library.people.made import people, records_of

KNOWN = (-2.0, 1.2, -0.7, 0.0)  # constant, then of three features


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    path = tmp_path_factory.mktemp("outcomes") / "mine.toml"
    path.write_text(
        "[parameters]\nfolds = 4\ninner_folds = 2\nmost_people = 50_000\nflagged_share = 0.05\nbins = 10\nevents_a_feature = 10\n"
        '[admission]\ntitle = "Admitted"\nkind = "chance"\noutcome = "admissions(months=12) >= 1"\n'
        '[cost]\ntitle = "Cost"\nkind = "amount"\noutcome = "cost(months=12)"\n'
        + "".join(f'[[features]]\nname = "{name}"\nvalue = "{text}"\n' for name, text in
                  (("one", "age"), ("two", "imd_decile"), ("none", "attendances(months=12)"))),
        "utf-8",
    )  # fmt: skip
    return read_outcomes(path)


def drawn(kind: str, count: int, seed: int = 4) -> Prepared:
    """Features and outcomes that follow the known coefficients."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(count, 3)) * [1.0, 2.0, 1.0] + [5.0, 0.0, 0.0]
    line = KNOWN[0] + features[:, 0] * KNOWN[1] - 5 * KNOWN[1] + features[:, 1] * KNOWN[2]
    if kind == "chance":
        outcome = (draw.random(count) < 1 / (1 + np.exp(-line))).astype(float)
    else:
        outcome = draw.gamma(0.7, np.exp(line) / 0.7) * 100
    groups = pl.DataFrame({name: draw.choice(["a", "b"], count) for name in GROUPS})
    groups = groups.with_columns(
        pl.when(pl.int_range(count) < 5).then(pl.lit("few")).otherwise(pl.col("sex")).alias("sex")
    )
    return Prepared(features, outcome, groups, count)


@pytest.mark.parametrize("kind", ["chance", "amount"])
def test_known_coefficients_are_found(kind: str, outcomes: Outcomes) -> None:
    prepared = drawn(kind, 20_000)
    target = outcomes.targets["admission" if kind == "chance" else "cost"]

    fitted = fit(prepared, target, outcomes, seed=1)

    constant = KNOWN[0] - 5 * KNOWN[1] + (np.log(100) if kind == "amount" else 0)
    assert fitted.coefficients == pytest.approx(KNOWN[1:], abs=0.1)
    assert fitted.constant == pytest.approx(constant, abs=0.4)
    report = judge(fitted, prepared)
    assert report["calibration"]["observed_over_predicted"] == pytest.approx(1, abs=0.03)
    assert report["calibration"]["slope"] == pytest.approx(1, abs=0.1)


def test_a_report_is_worked_out_on_people_it_had_not_seen(outcomes: Outcomes) -> None:
    """Where outcomes are noise there is nothing to find, however well people who were seen can be told apart."""
    prepared = drawn("chance", 1_000)
    noise = Prepared(
        np.random.default_rng(5).normal(size=(1_000, 3)),
        np.random.default_rng(6).integers(0, 2, 1_000).astype(float),
        prepared.groups,
        1_000,
    )

    report = judge(fit(noise, outcomes.targets["admission"], outcomes, seed=1), noise)

    assert 0.43 < report["discrimination"]["auc"] < 0.55


def test_discrimination_by_hand(outcomes: Outcomes) -> None:
    prepared = drawn("chance", 3_000)
    fitted = fit(prepared, outcomes.targets["admission"], outcomes, seed=1)

    report = judge(fitted, prepared)

    yes, no = fitted.unseen[prepared.outcome > 0], fitted.unseen[prepared.outcome == 0]
    pairs = (yes[:, None] > no[None, :]).mean() + (yes[:, None] == no[None, :]).mean() / 2
    brier = ((fitted.unseen - prepared.outcome) ** 2).mean()
    assert report["discrimination"]["auc"] == pytest.approx(pairs, abs=0.0005)  # three figures
    assert report["discrimination"]["brier"] == pytest.approx(brier, rel=0.005)
    assert [row["people"] for row in report["tenths"]] == [300] * 10
    predicted = [row["predicted"] for row in report["tenths"]]
    assert predicted == sorted(predicted)


def test_groups_of_few_are_hidden(outcomes: Outcomes) -> None:
    prepared = drawn("chance", 3_000)

    report = judge(fit(prepared, outcomes.targets["admission"], outcomes, seed=1), prepared)

    few = next(row for row in report["groups"]["sex"] if row["sex"] == "few")
    assert (few["people"], few["predicted"], few["observed"], few["observed_over_predicted"]) == (
        0,
        None,
        None,
        None,
    )
    counts = [
        row[name]
        for rows in report["groups"].values()
        for row in rows
        for name in ("people", "flagged", "events")
    ]
    assert all(count == 0 or count > 7 for count in counts)


def with_groups(prepared: Prepared, sizes: list[int]) -> Prepared:
    """The same people in ethnic groups of these sizes, and the rest in one more."""
    names = [name for name, size in zip("ABCDEFGH", sizes, strict=False) for _ in range(size)]
    names += ["Z"] * (prepared.people - len(names))
    return replace(prepared, groups=prepared.groups.with_columns(ethnicity=pl.Series(names)))


@pytest.mark.parametrize("sizes", [[500, 20, 9, 3], [8, 9, 10, 11, 12], [7, 7, 7, 7]])
def test_no_true_count_is_behind_a_rate(outcomes: Outcomes, sizes: list[int]) -> None:
    """Every true pair of people and events that agrees with a row as it is shown gives the row: a rate adds nothing."""
    prepared = with_groups(drawn("chance", 3_000), sizes)

    report = judge(fit(prepared, outcomes.targets["admission"], outcomes, seed=1), prepared)

    rows = report["groups"]["ethnicity"]
    for row in [*rows, *report["tenths"], {**report["calibration"], "people": 3_000, "events": None}]:
        if row["events"] and row["people"]:
            assert row["observed"] == figures(row["events"] / row["people"])
            assert row["people"] - row["events"] > 7 + 4  # whoever it did not come to are not few either
        elif row["events"] is not None:
            assert row["observed"] is None
    told = [row["people"] for row in rows if row["people"]]
    hidden = [row for row in rows if not row["people"]]
    assert len(hidden) != 1
    assert not hidden or 2_998 - sum(told) - 2 * len(told) > 7
    observed = report["calibration"]["observed"]
    assert observed == figures(5 * round(prepared.outcome.sum() / 5) / 3_000)
    for figure in (
        *report["calibration"].values(),
        *report["discrimination"].values(),
        report["flagged_from"],
    ):
        assert figure == figures(figure)


def test_of_amounts_no_mean_tells_of_one_person(outcomes: Outcomes) -> None:
    prepared = with_groups(drawn("amount", 3_000), [20, 30])
    costly = prepared.outcome.copy()
    costly[5] = 90_000.0
    fitted = fit(prepared, outcomes.targets["cost"], outcomes, seed=1)

    rows = judge(fitted, replace(prepared, outcome=costly))["groups"]["ethnicity"]

    assert rows[0]["observed"] == 5_000  # 90,000 of 20 people: steps of 5,000
    assert all("events" not in row for row in rows)


def test_a_reference_has_no_bin_of_few_and_no_value_of_a_person() -> None:
    values = np.array([0.0] * 960 + [1.0] * 20 + [2.0] * 13 + [1_234.56] * 7)

    found = reference_of(values, 10)
    spread = reference_of(np.arange(1_000, dtype=np.float64) * 1.23456, 300)

    assert found == {"edges": [0.0], "shares": [0.96, 0.04]}
    assert min(spread["shares"]) * 1_000 > 7
    assert all(edge == figures(edge) for edge in spread["edges"])
    assert sum(spread["shares"]) == pytest.approx(1)
    assert len(spread["shares"]) == len(spread["edges"]) + 1


def test_the_same_seed_gives_the_same_model(outcomes: Outcomes) -> None:
    prepared = drawn("chance", 2_000)
    one, same, other = (
        fit(prepared, outcomes.targets["admission"], outcomes, seed=seed) for seed in (1, 1, 2)
    )

    assert np.array_equal(one.unseen, same.unseen)
    assert not np.array_equal(one.unseen, other.unseen)


def test_nothing_can_be_learnt_where_nothing_came(outcomes: Outcomes) -> None:
    prepared = drawn("chance", 2_000)
    nothing = Prepared(prepared.features, np.zeros(2_000), prepared.groups, 2_000)

    with pytest.raises(NothingToLearn, match="needs at least 30"):
        fit(nothing, outcomes.targets["admission"], outcomes, seed=1)


def test_the_stability_index_by_hand() -> None:
    # (0.6-0.5)·ln(0.6/0.5) + (0.4-0.5)·ln(0.4/0.5)
    assert stability_index(np.array([0.5, 0.5]), np.array([0.6, 0.4])) == pytest.approx(0.040547, abs=1e-6)


def test_drift_is_seen(outcomes: Outcomes) -> None:
    prepared = drawn("chance", 4_000)
    fitted = fit(prepared, outcomes.targets["admission"], outcomes, seed=1)
    model = {
        "kind": "chance", "features": {f.name: f.value.text for f in outcomes.features},
        "coefficients": {"constant": fitted.constant, **dict(zip(("one", "two", "none"), fitted.coefficients, strict=True))},
        "reference": {
            "score": reference_of(fitted.unseen, 10),
            "features": {f.name: reference_of(prepared.features[:, at], 10) for at, f in enumerate(outcomes.features)},
        },
    }  # fmt: skip
    again, moved = drawn("chance", 4_000, seed=9), drawn("chance", 5_000, seed=9)
    moved = Prepared(moved.features + np.array([0, 2.0, 0]), moved.outcome, moved.groups, 4_000)

    steady = drifts(model, again, predictions(model, again.features))
    shifted = drifts(model, moved, predictions(model, moved.features))

    assert {one.verdict for one in steady} == {"steady"}
    assert {one.name: one.verdict for one in shifted} == {
        "score": "fit anew",
        "two": "fit anew",
        "one": "steady",
        "none": "steady",
    }
    assert (
        calibration_now("chance", predictions(model, again.features), again.outcome)["verdict"]
        == "calibrated"
    )
    assert (
        calibration_now("chance", predictions(model, moved.features), moved.outcome)["verdict"]
        == "out of calibration"
    )


@pytest.mark.parametrize("kind", ["chance", "amount"])
def test_what_is_said_of_drift_is_a_number_or_nothing(kind: str) -> None:
    """Of nobody, of one person, and of features beyond any measure."""
    reference = {"edges": [0.5], "shares": [0.5, 0.5]}
    model = {
        "kind": kind, "features": {"one": "age"}, "coefficients": {"constant": 0.0, "one": -1.0},
        "reference": {"score": reference, "features": {"one": reference}},
    }  # fmt: skip
    for values in ([], [1.0], [1e9], [-1e9, -1e9]):
        features = np.array(values, dtype=np.float64).reshape(-1, 1)
        groups = pl.DataFrame({name: ["a"] * len(values) for name in GROUPS})
        prepared = Prepared(features, np.ones(len(values)), groups, len(values))
        predicted = predictions(model, features)

        calibration = calibration_now(kind, predicted, prepared.outcome)
        said = [calibration, *(one.document() for one in drifts(model, prepared, predicted))]

        assert json.loads(json.dumps(said, allow_nan=False))
        assert calibration["observed_over_predicted"] is None  # of nobody, and of few


def test_nothing_predicted_of_anybody_is_not_called_calibrated() -> None:
    nothing = np.zeros(3)

    assert calibration_now("chance", nothing, nothing) == {
        "observed_over_predicted": None,
        "verdict": "not known",
    }


def test_shares_are_those_of_the_bins() -> None:
    assert shares_of(np.array([1.0, 2.0, 3.0, 3.0]), np.array([1.0, 2.5])).tolist() == [0.25, 0.25, 0.5]


def test_who_died_in_the_year_counts_with_what_came_before(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = people(80, 80, 80)
    rows["persons"][0]["death_date"] = date(2015, 9, 1)
    rows["persons"][2]["death_date"] = date(2015, 3, 1)
    rows["registrations"][1]["to_date"] = date(2015, 8, 1)
    rows["admissions"] = [
        {"admission_id": at, "person_id": person, "event_date": day, "method": "21"}
        for at, (person, day) in enumerate(
            [(1, date(2015, 8, 1)), (2, date(2015, 12, 1)), (2, date(2014, 12, 1))]
        )
    ]
    scores = in_order(packaged_scores(), ["long_term_conditions", "efi", "charlson", "hfrs"])
    known = packaged_outcomes()
    with engine_of("duckdb", tmp_path / "scratch") as engine:
        records = records_of(engine, tmp_path / "set", rows)
        lists = lists_for(scores, packaged_lists())
        found = prepare(
            engine, records, known, known.targets["admission"], scores, lists, date(2015, 4, 1), seed=1
        )

    emergencies = [feature.name for feature in known.features].index("emergencies")
    assert found.outcome.tolist() == [1.0, 1.0]  # the third had died before
    assert found.features[:, emergencies].tolist() == [0.0, 1.0]  # and nothing that came later is a feature


def test_a_model_that_is_kept_scores_as_it_predicts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records, model, run = tmp_path / "set", tmp_path / "model", tmp_path / "run"
    assert main(["population", "generate", "--people", "9000", "--out", str(records), "--workers", "1"]) == 0
    assert main(["population", "fit", str(records), "--out", str(model)]) == 0
    capsys.readouterr()
    document = read_model(model)
    score = ["score", str(records), "--out", str(run), "--as-at", document["index"], "--cohorts", ""]
    assert (
        main(["population", *score, "--scores", "predicted_admission", "--define", str(model / "score.toml")])
        == 0
    )
    assert main(["population", "drift", str(model), str(records), "--json"]) == 0
    printed = capsys.readouterr().out
    drift = json.loads(printed[printed.index("{") :])

    scored = pl.read_parquet(run / "people" / "*.parquet")["predicted_admission"]
    assert scored.mean() == pytest.approx(document["report"]["calibration"]["predicted"], rel=0.02)
    assert scored.is_between(0, 1, closed="none").all()
    assert document["report"]["discrimination"]["auc"] > 0.7
    assert {one["verdict"] for one in drift["drift"]} == {"steady"}
    card = (model / "card.md").read_text("utf-8")
    assert "A score proposes; a clinician decides" in card
    assert "## Whether it is as right for one group as for another" in card
    assert score_of((model / "score.toml").read_text("utf-8"), "score.toml").link == "logistic"


def test_drift_of_few_people_is_not_worked_out(
    tmp_path: Path, outcomes: Outcomes, capsys: pytest.CaptureFixture[str]
) -> None:
    records, model = tmp_path / "set", tmp_path / "model"
    assert main(["population", "generate", "--people", "300", "--out", str(records), "--workers", "1"]) == 0
    known = packaged_outcomes()
    document = {
        "kind": "chance", "target": "admission", "fitted": "2016-04-01", "index": "2015-04-01", "reference": {}, "coefficients": {},
        "features": {feature.name: feature.value.text for feature in known.features},
    }  # fmt: skip
    model.mkdir()
    (model / "model.json").write_text(json.dumps(document), "utf-8")
    capsys.readouterr()

    assert main(["population", "drift", str(model), str(records), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["fewest"], found["calibration"], found["drift"]) == (
        "too few people",
        500,
        None,
        [],
    )
    assert main(["population", "drift", str(model), str(records)]) == 1
    assert "500 people or more" in " ".join(capsys.readouterr().out.split())


def test_calibration_of_few_events_is_not_told() -> None:
    came = np.zeros(600)
    came[:7] = 1

    assert calibration_now("chance", np.full(600, 0.01), came) == {
        "observed_over_predicted": None,
        "verdict": "too few events",
    }


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultsFound, match="no model"):
        read_model(tmp_path)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "nothing to predict"),
        ('[a]\ntitle = "t"\nkind = "chance"\noutcome = "age"\n', "formula not understood"),
        ('[a]\ntitle = "t"\nkind = "guess"\noutcome = "male"\n', "not one of the choices"),
    ],
)
def test_outcomes_that_cannot_be_read(text: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(text, "utf-8")

    with pytest.raises(FaultsFound) as found:
        read_outcomes(tmp_path / "mine.toml")

    assert kind in found.value.faults.counts_by_kind
