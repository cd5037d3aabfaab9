"""The question of a portfolio: read from a file with every fault at once, and asked at the terminal."""

from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from leftshift.cli.main import main
from leftshift.economy.choosing.asking import ask
from leftshift.economy.choosing.question import DEFAULT, Objective, PositionLimit, ResourceLimit
from leftshift.economy.choosing.reading import question_of
from leftshift.economy.choosing.starting import new_question
from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.foundation.years import FinancialYear
from leftshift.model import read_place

EXAMPLES = Path(__file__).parents[2] / "examples"
NORTHMOOR, LLR = EXAMPLES / "northmoor", EXAMPLES / "llr-2014"
QUESTION = NORTHMOOR / "portfolio.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NORTHMOOR, tmp_path / "northmoor"))


def refused(text: str) -> list[Fault]:
    """Everything that is wrong with a question about Northmoor."""
    place = read_place(NORTHMOOR).place
    with pytest.raises(FaultsFound) as caught:
        ask(question_of(text, "q.toml"), place)
    return caught.value.faults.listed


def test_a_question_is_read_with_its_lines() -> None:
    found = question_of(QUESTION.read_text(), "portfolio.toml")

    assert found.name == "Within the capital and the people there are"
    assert found.objective == Objective(whose="perimeter", years=(FinancialYear(2027),))
    assert (found.must_have, found.most_starts_a_year) == (("crisis_team",), 5)
    assert found.position_limits[1] == PositionLimit("RN1", FinancialYear(2026), 2000.0)
    assert found.resource_limits[0] == ResourceLimit("capital", "every", 700.0)
    lines = QUESTION.read_text().splitlines()
    assert lines[(found.line("position_limits 2.no_worse_than") or 0) - 1] == "no_worse_than = 2000"
    assert lines[(found.exclusions[0].line or 0) - 1] == "[[exclusions]]"


@pytest.mark.parametrize("folder", [NORTHMOOR, LLR], ids=lambda path: str(path.name))
def test_a_new_question_can_be_asked_as_it_stands_and_is_the_one_without_a_file(folder: Path) -> None:
    place = read_place(folder).place
    found = question_of(new_question(place))

    assert replace(ask(found, place).question, name="", file="", objective=Objective()) == replace(
        DEFAULT, name="", file=""
    )
    assert ask(found, place).options == ask(DEFAULT, place).options


def test_the_comments_of_a_new_question_can_be_used() -> None:
    place = read_place(NORTHMOOR).place
    rules = [
        line.removeprefix("# ") if re.match(r"# (\[|\w+ = )", line) else line
        for line in new_question(place).splitlines()
    ]

    found = ask(question_of("\n".join(rules)), place)

    assert found.question.exclusions
    assert found.question.prerequisites
    assert found.question.resource_limits
    assert found.question.choices


CASES = [
    ("no TOML", "a = [", "file not understood", None, "", "TOML"),
    ("unknown name", "must_haves = []", "unknown name", 1, "must_haves", "must_have"),
    ("unknown name in a table", "[objective]\nyear = '2027/28'", "unknown name", 2, "objective.year", "years"),
    ("measure", "[objective]\nmeasure = 'riks'", "not one of the choices", 2, "objective.measure", "expected, risk"),
    ("share", "[objective]\nshare = 0", "value out of range", 2, "objective.share", "above nought"),
    ("share in words", "[objective]\nshare = 'some'", "number not understood", 2, "objective.share", "a share"),
    ("whose", "[objective]\nwhose = 'RN9'", "unknown organisation", 2, "objective.whose", "organisations.csv"),
    ("base year", "[objective]\nyears = ['2024/25']", "year outside the plan", 2, "objective.years", "2025/26 to 2027/28"),
    ("no year", "[objective]\nyears = ['soon']", "year not understood", 2, "objective.years", "financial year"),
    ("a year as a text", "[objective]\nyears = '2027/28'", "value not understood", 2, "objective.years", "a list"),
    ("intervention", "interventions = ['virtual_wards']", "unknown intervention", 1, "interventions", "interventions.csv"),
    ("nothing to choose", "interventions = []", "nothing to choose", 1, "interventions", "an intervention"),
    ("twice", "must_have = ['medicines', 'medicines']", "duplicate key", 1, "must_have", "each once"),
    ("must-have", "must_have = ['medicine']", "unknown intervention", 1, "must_have", "interventions.csv"),
    ("must-have that is no choice", "interventions = ['medicines']\nmust_have = ['hospital_cip']", "no choice", 2, "must_have", "may be chosen"),
    ("of the gap", "must_have = ['pooled_fund_growth']", "no choice", 1, "must_have", "may be chosen"),
    ("count", "most_interventions = -1", "number not understood", 1, "most_interventions", "whole number"),
    ("half a start", "most_starts_a_year = 1.5", "number not understood", 1, "most_starts_a_year", "whole number"),
    ("start too early", "[[choices]]\nintervention = 'ward_closure'\nstarts = ['2025/26']", "start outside the plan", 3, "choices 1.starts", "from 2026/27"),
    ("start too late", "[[choices]]\nintervention = 'ward_closure'\nstarts = ['2028/29']", "start outside the plan", 3, "choices 1.starts", "to 2027/28"),
    ("no start left", "starts = ['2025/26']", "start outside the plan", 1, "starts", "ward_closure"),
    ("starts in words", "starts = 'later'", "value not understood", 1, "starts", "any, as_planned"),
    ("chosen twice", "[[choices]]\nintervention = 'medicines'\n[[choices]]\nintervention = 'medicines'", "duplicate key", 4, "choices 2.intervention", "each once"),
    ("a choice of none", "[[choices]]\nintervention = 'medicins'", "unknown intervention", 2, "choices 1.intervention", "interventions.csv"),
    ("scale", "[[choices]]\nintervention = 'medicines'\nlowest = '90%'\nhighest = '50%'", "value out of range", 3, "choices 1.lowest", "50%"),
    ("scale of all", "lowest = 1.2", "value out of range", 1, "lowest", "100%"),
    ("scale of nought", "[[choices]]\nintervention = 'medicines'\nscale = 0", "value out of range", 1, "choices 1.highest", "above nought"),
    ("scale twice", "[[choices]]\nintervention = 'medicines'\nscale = 1\nlowest = 1", "two values", 3, "choices 1.scale", "lowest and highest"),
    ("more than can be delivered", "[[choices]]\nintervention = 'medicines'\nscale = '250%'", "value out of range", 1, "choices 1.highest", "200%"),
    ("a limit of whom", "[[position_limits]]\nno_worse_than = 0", "missing value", 1, "position_limits 1.organisation", "organisation"),
    ("a limit of nobody", "[[position_limits]]\norganisation = 'RNX'\nno_worse_than = 0", "unknown organisation", 2, "position_limits 1.organisation", "organisations.csv"),
    ("a limit of what", "[[position_limits]]\norganisation = 'RN1'", "missing value", 1, "position_limits 1.no_worse_than", "as_it_stands"),
    ("a limit in words", "[[position_limits]]\norganisation = 'RN1'\nno_worse_than = 'bad'", "number not understood", 3, "position_limits 1.no_worse_than", "as_it_stands"),
    ("a limit outside", "[[position_limits]]\norganisation = 'RN1'\nyear = '2030/31'\nno_worse_than = 0", "year outside the plan", 3, "position_limits 1.year", "2025/26 to 2027/28"),
    ("a total of positions", "[[position_limits]]\norganisation = 'RN1'\nyear = 'total'\nno_worse_than = 0", "year not understood", 3, "position_limits 1.year", "every"),
    ("a resource that no row has", "[[resource_limits]]\nresource = 'capitol'\nat_most = 1", "unknown resource", 2, "resource_limits 1.resource", "resources.csv"),
    ("a negative limit", "[[resource_limits]]\nresource = 'capital'\nat_most = -5", "value out of range", 3, "resource_limits 1.at_most", "nought or more"),
    ("a limit without", "[[resource_limits]]\nresource = 'capital'", "missing value", 1, "resource_limits 1.at_most", "an amount"),
    ("an exclusion of one", "[[exclusions]]\nof = ['medicines']", "missing value", 2, "exclusions 1.of", "two interventions"),
    ("exclusion with must-haves", "must_have = ['medicines', 'hospital_cip']\n[[exclusions]]\nof = ['medicines', 'hospital_cip']", "rules that conflict", 3, "exclusions 1.of", "must_have"),
    ("prerequisite of itself", "[[prerequisites]]\nintervention = 'medicines'\nneeds = 'medicines'", "prerequisites in a circle", 3, "prerequisites 1.needs", "no circle"),
    ("circle", "[[prerequisites]]\nintervention = 'medicines'\nneeds = 'hospital_cip'\n[[prerequisites]]\nintervention = 'hospital_cip'\nneeds = 'medicines'", "prerequisites in a circle", 6, "prerequisites 2.needs", "no circle"),
    ("a need that is not there", "[[prerequisites]]\nintervention = 'medicines'\nneeds = 'hospital'", "unknown intervention", 3, "prerequisites 1.needs", "interventions.csv"),
    ("lag", "[[prerequisites]]\nintervention = 'medicines'\nneeds = 'hospital_cip'\nlag_years = 'one'", "number not understood", 4, "prerequisites 1.lag_years", "whole number"),
    ("one more", "[one_more]\nposition = 0", "value out of range", 2, "one_more.position", "above nought"),
    ("a table for a list", "[exclusions]\nof = []", "value not understood", 1, "exclusions", "a list"),
    ("a list for a table", "objective = []", "value not understood", 1, "objective", "a table"),
    ("a number for a name", "name = 5", "text not understood", 1, "name", "in quotes"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "line", "column", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])  # fmt: skip
def test_what_is_wrong_is_told_where_it_stands(
    text: str, kind: str, line: int | None, column: str, expected: str
) -> None:
    found = [fault for fault in refused(text) if fault.kind == kind]

    assert found, refused(text)
    assert (found[0].file, found[0].row, found[0].column or "") == ("q.toml", line, column)
    assert expected in f"{found[0].expected} {found[0].suggestion}"


def test_every_fault_is_told_at_once() -> None:
    text = "\n".join(
        [
            "must_have = ['nothing_like_it']",
            "[objective]",
            "whose = 'XXX'",
            "[[resource_limits]]",
            "resource = 'x'",
            "at_most = 1",
        ]
    )

    assert [fault.kind for fault in refused(text)] == [
        "unknown organisation", "unknown resource", "unknown intervention",
    ]  # fmt: skip


def test_a_file_that_is_no_text_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "q.toml").write_bytes(b"\xff\xfe\x00")

    assert main(["portfolio", str(NORTHMOOR), "--one-run", "--question", str(tmp_path / "q.toml")]) == 1
    assert "UTF-8" in capsys.readouterr().err
    assert main(["portfolio", str(NORTHMOOR), "--one-run", "--question", str(tmp_path / "none.toml")]) == 1
    assert "No such file" in capsys.readouterr().err


# ---------------------------------------------------------------------- at the terminal
def test_it_prints_what_is_chosen_what_is_not_and_what_binds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["portfolio", str(NORTHMOOR), "--one-run", "--question", str(QUESTION), "--frontier"]) == 0

    printed = capsys.readouterr().out
    for words in (
        "8 of 11 interventions",
        "Proven",
        "Virtual ward at home",
        "Not chosen, and what forcing it in would cost",
        "What binds",
        "programme managers wte in 2025/26 at most 6",
        "ward_closure needs virtual_ward, a year before it",
        "frontier is one point",
    ):
        assert words in printed


def test_without_a_question_no_organisation_is_worse_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["portfolio", str(NORTHMOOR), "--one-run", "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    place = read_place(NORTHMOOR)
    plan = place.project()
    assert document["expected"]["as_it_stands"] == pytest.approx(plan.perimeter_position("2027/28"))
    assert document["value"] > document["expected"]["as_it_stands"]
    assert document["proven"]
    assert all(row["room"] >= -1e-3 for row in document["limits"])


def test_a_saved_portfolio_is_a_scenario_of_the_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(
            [
                "portfolio",
                str(folder),
                "--one-run",
                "--question",
                str(QUESTION),
                "--save",
                "best.toml",
                "--json",
            ]
        )
        == 0
    )

    value = json.loads(capsys.readouterr().out)["value"]
    result = read_place(folder).scenario("best").project()
    assert result.perimeter_position("2027/28") == pytest.approx(value, abs=1e-6)
    assert main(["portfolio", str(folder), "--one-run", "--save", "best.toml"]) == 2
    assert "is there already" in capsys.readouterr().err


def test_under_a_scenario_it_is_saved_to_go_with_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["portfolio", str(folder), "--one-run", "--scenario", "higher-pay", "--question", str(QUESTION)]
    assert main([*asked, "--save", "best.toml", "--json"]) == 0

    value = json.loads(capsys.readouterr().out)["value"]
    result = read_place(folder).scenario("higher-pay", "best").project()
    assert result.perimeter_position("2027/28") == pytest.approx(value, abs=1e-6)


def test_what_would_set_a_cell_twice_is_not_saved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = folder / "later.toml"
    question.write_text(
        'must_have = ["virtual_ward"]\n[[choices]]\nintervention = "virtual_ward"\nstarts = ["2027/28"]\n'
    )
    asked = ["portfolio", str(folder), "--one-run", "--scenario", "late-wards", "--question", str(question)]

    assert main([*asked, "--save", "best.toml"]) == 1

    assert not (folder / "scenarios" / "best.toml").exists()
    assert "best.toml" in capsys.readouterr().err


def test_nothing_is_saved_where_the_plan_is_the_best(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [row.intervention for row in read_place(folder).place.interventions if row.stage == "plan"]
    question = folder / "all.toml"
    question.write_text(f'starts = "as_planned"\nmust_have = {json.dumps(names)}\n')

    assert (
        main(["portfolio", str(folder), "--one-run", "--question", str(question), "--save", "best.toml"]) == 0
    )

    assert "Nothing was saved" in capsys.readouterr().out
    assert not (folder / "scenarios" / "best.toml").exists()


def test_out_writes_tables_and_the_chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"

    assert (
        main(["portfolio", str(NORTHMOOR), "--one-run", "--question", str(QUESTION), "--out", str(out)]) == 0
    )

    assert "frontier.svg" in capsys.readouterr().out
    tables = {path.name: list(csv.DictReader(path.read_text().splitlines())) for path in out.glob("*.csv")}
    assert set(tables) == {"chosen.csv", "effects.csv", "left_out.csv", "limits.csv", "frontier.csv"}
    brought = sum(float(row["brings"]) for row in tables["chosen.csv"])
    last = [
        row
        for row in tables["effects.csv"]
        if row["year"] == "2027/28" and row["organisation"] != "E06000999"
    ]
    assert brought == pytest.approx(sum(float(row["value"]) for row in last), abs=1e-3)
    assert (out / "frontier.svg").read_text().startswith("<svg")


def test_a_conflict_is_told_and_nothing_is_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = tmp_path / "q.toml"
    question.write_text(
        'must_have = ["virtual_ward"]\n[[resource_limits]]\nresource = "capital"\nyear = "total"\nat_most = 599\n'
    )

    assert (
        main(
            [
                "portfolio",
                str(folder),
                "--one-run",
                "--question",
                str(question),
                "--save",
                "best.toml",
                "--json",
            ]
        )
        == 1
    )

    faults = json.loads(capsys.readouterr().out)["faults"]
    assert [(fault["row"], fault["kind"]) for fault in faults] == [
        (5, "rules that conflict"),
        (1, "rules that conflict"),
    ]
    assert "virtual_ward has to be chosen" in faults[0]["expected"]
    assert not (folder / "scenarios" / "best.toml").exists()


def test_new_writes_a_question_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "q.toml"

    assert main(["portfolio", str(LLR), "--new", str(path)]) == 0
    assert main(["portfolio", str(LLR), "--one-run", "--question", str(path), "--json"]) == 0
    assert main(["portfolio", str(LLR), "--new", str(path)]) == 2
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seconds", "0"], "above nought"),
        (["--points", "1"], "two ends"),
        (["--save", "best.txt"], "ends in .toml"),
        (["--seconds", "0.0000001"], "nothing was found within"),
    ],
)
def test_a_slip_of_the_keyboard_is_answered(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["portfolio", str(NORTHMOOR), "--one-run", *options]) == 2
    assert words in capsys.readouterr().err


def test_a_place_in_a_workbook_has_no_folder_for_a_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "northmoor.xlsx"
    main(["workbook", "write", str(NORTHMOOR), str(book)])

    assert main(["portfolio", str(book), "--one-run", "--save", "best.toml"]) == 2
    assert "name a folder" in capsys.readouterr().err
    assert main(["portfolio", str(book), "--one-run", "--save", str(tmp_path / "best.toml")]) == 0


@pytest.mark.parametrize("folder", [NORTHMOOR, LLR], ids=lambda path: str(path.name))
def test_the_questions_of_the_examples_have_an_answer(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["portfolio", str(folder), "--one-run", "--question", str(folder / "portfolio.toml")]) == 0
    assert "What binds" in capsys.readouterr().out
