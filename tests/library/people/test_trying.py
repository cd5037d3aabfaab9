"""Definitions tried on invented people: sound ones work, those that nobody can meet fail, and the rest is said to be not tried."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.cli.main import main
from leftshift.population.cohorts.ranges import Range
from leftshift.population.cohorts.trying import NOBODY, Attempt, try_definitions
from leftshift.population.engines.engine import engine_of
from leftshift.population.runs.wanting import what_is_wanted

COHORT = 'name = "c{}"\ntitle = "T"\nversion = "1"\nsource = "test"\ndated = 2026-01-01\n[[criteria]]\nname = "a"\nwhen = "{}"\n'


def tried(folder: Path, *formulas: str) -> list[dict[str, Attempt]]:
    """Of each formula, as a cohort of one criterion: the attempt to meet it and the attempt to meet nothing."""
    for at, formula in enumerate(formulas):
        (folder / f"{at}.toml").write_text(COHORT.format(at, formula), "utf-8")
    names, files = zip(*((f"c{at}", folder / f"{at}.toml") for at in range(len(formulas))), strict=True)
    wanted = what_is_wanted(None, scores=[], cohorts=names, cohort_files=files, invent_lists=True)
    with engine_of("duckdb", folder / "scratch") as engine:
        found = try_definitions(engine, wanted)
    return [{one.criterion: one for one in found if one.cohort == name} for name in names]


SOUND = (
    "stay_days(days=30) >= 3 and stay_emergency(days=30)",
    "emergencies_before_stay(30, days=30) == 1 and emergencies_before_stay(365, days=30) == 3 and stay_days(days=30) == 4",
    "attendances_before_stay(183, days=30) >= 2 and not stay_emergency(days=30)",
    "age != 40",
    "age == 40",
    "age - 5 > 60",
    "130 - age > 100",
    "age * -2 < -100",
    "-age / 2 < -30",
    "(age if male else 50) > 60",
    "admissions(months=12) == 0",
    "admissions(months=12) == 2 and admissions(how='emergency', months=12) == 1 and diagnosed('own.list')",
    "attendances(months=12) == 1 and attended('own.list')",
    "medicines(months=12) == 3 and issues('own.list', months=12) == 1",
    "contacts(months=12) == 2 and contacts(service='mental_health', months=12) == 1",
    "cost(months=12) == 100 and cost(setting='social_care', months=12) == 60",
    "outside('risk_group') == 5",
    "score('charlson') == 0",
    "score('hfrs') > 15 and score('hfrs') < 18",
    "score('lace') >= 10",
    "score('lace') == 19",
    "score('parr30') > 0.3",
    "score('segment') <= 2",
    "score('segment') == 6",
    "score('cambridge') >= 2.96",
    "not male and not female",
    "cost(months=12) > 2 * average(cost(months=12))",
)  # fmt: skip


def test_sound_definitions_work(tmp_path: Path) -> None:
    found = tried(tmp_path, *SOUND)

    assert [
        (formula, one.criterion, one.problem)
        for formula, attempts in zip(SOUND, found, strict=True)
        for one in attempts.values()
        if not one.works
    ] == []


def test_one_stay_meets_all_that_is_asked_of_it(tmp_path: Path) -> None:
    (found,) = tried(tmp_path, "stay_days(days=30) == 3 and stay_emergency(days=30) and stay(days=7)")

    assert found["a"].rows["admissions"] == 1


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("age > imd_score", "depends on the person"),
        ("score('charlson') + score('efi') > 5", "worked out from others"),
        ("2 / age > 0.5", "worked out from others"),
        ("imd_decile > average(imd_decile)", "an average"),
        ("cost(months=12) > 1000000 * average(cost(months=12))", "an average"),
        ("lowest('x') > 50 and highest('x') < 60", "came to 0"),
        ("score('elixhauser') < 0", "no items of elixhauser"),
        ("coded('x', months=24) and not coded('x', months=12)", "beside the rest"),
    ],
)
def test_what_nobody_can_be_made_for_is_not_tried(formula: str, said: str, tmp_path: Path) -> None:
    """It may hold of somebody all the same, so that it is no failure."""
    (found,) = tried(tmp_path, formula)

    assert found["a"].verdict == "not tried"
    assert said in found["a"].problem


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("age > 5 and age < 3", "no way was found"),
        ("age > 40 and age < 41", "no way was found"),  # in whole years
        ("age == 40 and age != 40", "no way was found"),
        ("imd_decile >= 11", "no way was found"),
        ("admissions(months=12) < 0", "no way was found"),
        ("score('charlson') > 1000", "charlson lies between 0 and 33"),
        ("score('segment') > 6", "no way was found"),
    ],
)
def test_what_nobody_can_meet_fails(formula: str, said: str, tmp_path: Path) -> None:
    (found,) = tried(tmp_path, formula)

    assert (found["a"].verdict, found[NOBODY].verdict) == ("fails", "works")
    assert said in found["a"].problem


def test_what_everybody_meets_fails(tmp_path: Path) -> None:
    (found,) = tried(tmp_path, "1000000000000 * 1000000000000 > age")

    assert (found["a"].verdict, found[NOBODY].verdict) == ("works", "fails")
    assert found[NOBODY].problem == "everybody meets it"


def test_a_run_that_is_wrong_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person is as was asked for, and the run says otherwise."""
    from leftshift.population.defining import compiling

    monkeypatch.setitem(compiling._COMPARISONS, ast.Gt, lambda left, right: left < right)

    (found,) = tried(tmp_path, "age > 60")

    assert (found["a"].verdict, found[NOBODY].verdict) == ("fails", "fails")


def test_not_tried_is_said_and_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(COHORT.format(1, "age > imd_score"), "utf-8")
    asked = ["population", "cohort", "--try", "--cohort", "c1", "--define", str(path)]

    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "not tried: age is compared with" in " ".join(said.split())
    assert "Not tried is no failure" in said

    assert main([*asked, "--json"]) == 0
    attempts = json.loads(capsys.readouterr().out)["attempts"]
    assert {one["verdict"] for one in attempts} == {"not tried"}
    assert not any(one["works"] for one in attempts)

    path.write_text(COHORT.format(1, "age < 0"), "utf-8")
    assert main(asked) == 1
    assert "FAILS: no way was found" in " ".join(capsys.readouterr().out.split())


COMPARISONS = st.tuples(
    st.sampled_from([ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq]), st.integers(-3, 3)
)


@given(st.lists(COMPARISONS, max_size=6), st.booleans())
def test_a_number_is_picked_where_there_is_one(
    comparisons: list[tuple[type[ast.cmpop], int]], whole: bool
) -> None:
    def holds(value: float) -> bool:
        text = " and ".join(f"value {_SIGNS[op]} {bound}" for op, bound in comparisons) or "True"
        return bool(eval(text, {"value": value}))

    found: Range | None = Range(whole=whole)
    for op, bound in comparisons:
        found = found.narrowed(op, float(bound)) if found is not None else None

    picked = None if found is None else found.pick()
    halves = [at / 2 for at in range(-20, 21) if not (whole and at % 2)]
    assert (picked is not None) == any(holds(value) for value in halves)
    assert picked is None or (holds(picked) and not (whole and picked % 1))


_SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
