"""Features and outcomes of a site: what cannot be fitted is refused by place, and what is fitted is scored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leftshift.cli.main import main
from leftshift.foundation.faults import FaultsFound
from leftshift.population.invented.generating import generate_people
from leftshift.population.models.fitting import NothingToLearn, fit
from leftshift.population.models.outcomes import read_outcomes
from tests.library.people.test_models import drawn

PARAMETERS = {
    "folds": "2",
    "inner_folds": "2",
    "most_people": "5000",
    "flagged_share": "0.05",
    "bins": "5",
    "events_a_feature": "10",
}
TARGET = "[admission]\ntitle = '''An \"emergency\" \\admission'''\noutcome = \"admissions(how='emergency', months=12) >= 1\"\n"
FEATURE = '[[features]]\nname = "{}"\nvalue = {}\n'
AGE = FEATURE.format("age", '"age / 10"')


def text_of(**parameters: str) -> str:
    given = {**PARAMETERS, **parameters}
    return "[parameters]\n" + "".join(f"{name} = {value}\n" for name, value in given.items() if value)


def refused(tmp_path: Path, text: str) -> list[tuple[str, str | None]]:
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    with pytest.raises(FaultsFound) as found:
        read_outcomes(tmp_path / "mine.toml")
    assert {fault.file for fault in found.value.faults} == {"mine.toml"}
    return [(fault.kind, fault.column) for fault in found.value.faults]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TARGET + AGE, [("missing value", f"parameters.{name}") for name in ("folds", "inner_folds", "most_people", "bins", "events_a_feature", "flagged_share")]),
        (text_of(folds="1") + TARGET + AGE, [("number not understood", "parameters.folds")]),
        (text_of(folds="2.5") + TARGET + AGE, [("number not understood", "parameters.folds")]),
        (text_of(inner_folds="0") + TARGET + AGE, [("number not understood", "parameters.inner_folds")]),
        (text_of(bins="0") + TARGET + AGE, [("number not understood", "parameters.bins")]),
        (text_of(most_people="1") + TARGET + AGE, [("number not understood", "parameters.most_people")]),
        (text_of(flagged_share="2") + TARGET + AGE, [("share out of range", "parameters.flagged_share")]),
        (text_of(flagged_share="0") + TARGET + AGE, [("share out of range", "parameters.flagged_share")]),
        (text_of() + TARGET + AGE + AGE, [("said twice", "features")]),
        (text_of() + TARGET + FEATURE.format("constant", '"age"'), [("name taken", "features 1.name")]),
        (text_of() + TARGET + FEATURE.format('a\\"b', '"age"'), [("bad name", "features 1.name")]),
        (text_of() + TARGET.replace("[admission]", '["Ad mission"]') + AGE, [("bad name", "Ad mission")]),
        (text_of() + TARGET.replace("[admission]", "[my_band]") + AGE, [("bad name", "my_band")]),
        (text_of() + TARGET.replace("admission]", "a" * 32 + "]") + AGE, [("bad name", "a" * 32)]),
        (
            text_of() + '[x]\ntitle = "t"\noutcome = "score(\'hfrs\') > 5"\n[y]\ntitle = "t"\noutcome = "item(\'efi\', \'falls\')"\n' + AGE,
            [("scores of an outcome", "x.outcome"), ("scores of an outcome", "y.outcome")],
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted(text: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    assert refused(tmp_path, text) == expected


def test_fewer_people_than_parts_to_leave_out(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        text_of(folds="20") + TARGET + "".join(FEATURE.format(name, '"age"') for name in "a"), "utf-8"
    )
    outcomes = read_outcomes(tmp_path / "mine.toml")
    prepared = drawn("chance", 2_000)
    few = type(prepared)(prepared.features[:38, :1], prepared.outcome[:38] * 0, prepared.groups[:38], 38)
    few.outcome[::2] = 1.0

    with pytest.raises(NothingToLearn, match="at least 20"):
        fit(few, outcomes.targets["admission"], outcomes, seed=1)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outcomes") / "set"
    generate_people(folder, 4_000, seed=5)
    return folder


def test_a_feature_asks_for_what_is_not_there(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a list that nobody gives, nobody would have a code, and the model would say so with a number."""
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in records.iterdir():
        if path.name not in ("costs", "appointments"):
            (bare / path.name).symlink_to(path)
    features = tmp_path / "mine.toml"
    features.write_text(
        text_of() + TARGET + '[cost]\ntitle = "Cost"\nkind = "amount"\noutcome = "cost(months=12)"\n' + AGE
        + FEATURE.format("listed", "\"1 if coded('no.such.list') else 0\"")
        + FEATURE.format("visits", '"appointments(months=12)"')
        + FEATURE.format("scored", "\"score('nope') + (1 if item('efi', 'fals') else 0)\""),
        "utf-8",
    )  # fmt: skip

    fit_it = ["population", "fit", str(bare), "--out", str(tmp_path / "model"), "--features", str(features)]
    assert main([*fit_it, "--json"]) == 1

    found = json.loads(capsys.readouterr().out)["faults"]
    assert {fault["file"] for fault in found} == {"mine.toml"}
    assert sorted((fault["kind"], fault["column"] or "") for fault in found) == [
        ("missing code list", "features, listed"), ("missing table", ""), ("unknown item", ""), ("unknown score", "features, scored"),
    ]  # fmt: skip
    assert "appointments" in next(fault["expected"] for fault in found if fault["kind"] == "missing table")
    assert not (tmp_path / "model").exists()


def test_the_features_that_come_with_leftshift_need_their_tables(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in records.iterdir():
        if path.name not in ("costs", "attendances"):
            (bare / path.name).symlink_to(path)

    assert main(["population", "fit", str(bare), "--out", str(tmp_path / "model"), "--json"]) == 1

    found = json.loads(capsys.readouterr().out)["faults"]
    assert {(fault["kind"], fault["file"]) for fault in found} == {("missing table", "outcomes.toml")}
    assert len(found) == 2


def test_quotes_and_averages_are_fitted_kept_and_scored(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the kept definition says of people is what drift says of them."""
    features = tmp_path / "mine.toml"
    features.write_text(
        text_of() + TARGET + FEATURE.format("relative-age", '"age / average(age)"')
        + FEATURE.format("stays", "'admissions(how=\"emergency\", months=12)'"),
        "utf-8",
    )  # fmt: skip
    model, run = tmp_path / "model", tmp_path / "run"

    assert (
        main(["population", "fit", str(records), "--out", str(model), "--features", str(features), "--json"])
        == 0
    )
    document = json.loads(capsys.readouterr().out)
    assert document["title"] == 'An "emergency" \\admission'
    score = ["score", str(records), "--out", str(run), "--define", str(model / "score.toml"), "--cohorts", ""]
    assert main(["population", *score, "--scores", "predicted_admission", "--json"]) == 0
    capsys.readouterr()
    assert main(["population", "drift", str(model), str(records), "--features", str(features), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["calibration"]["verdict"] == "calibrated"


def test_a_model_of_few_values_has_not_drifted_on_what_it_was_fitted_on(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Models of folds say something a little different of the same people."""
    features = tmp_path / "mine.toml"
    features.write_text(text_of() + TARGET + FEATURE.format("stays", '"admissions(months=12)"'), "utf-8")
    asked = ["--features", str(features), "--json"]
    assert main(["population", "fit", str(records), "--out", str(tmp_path / "model"), *asked]) == 0
    capsys.readouterr()

    assert main(["population", "drift", str(tmp_path / "model"), str(records), *asked]) == 0

    assert [row["index"] for row in json.loads(capsys.readouterr().out)["drift"]] == [0.0, 0.0]
