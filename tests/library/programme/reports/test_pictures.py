"""The pictures of the report: they draw without a warning, and stay readable where there is much."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
import vl_convert

from leftshift.programme.appraising import appraise
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.programme import Programme
from leftshift.programme.work_rows import Project
from leftshift.reports.content import Block, Figure
from leftshift.reports.programme import blocks, cost_pictures
from tests.library.programme.programmes import ABOUT, DAY, after, milestone, programme
from tests.library.programme.reports.example import example, table

CHECKED, COST = example()


def figures(found: Iterable[Block]) -> list[Figure]:
    return [block for block in found if isinstance(block, Figure)]


def names_drawn(figure: Figure) -> list[str]:
    """The names of the rows of a picture, from its axis of names."""
    text = json.dumps(figure.chart)
    assert "names_axis" not in text
    keys: list[str] = figure.chart["layer"][0]["encoding"]["y"]["sort"]
    return [key.split("\t")[1] for key in keys]


def test_every_picture_draws_without_a_warning(capfd: pytest.CaptureFixture[str]) -> None:
    found = [
        *figures(blocks.slips(CHECKED, COST)),
        *figures(blocks.timeline(CHECKED)),
        *figures(blocks.timeline(CHECKED, "bed_moves")),
        *figures(blocks.risks(CHECKED)),
        *figures(blocks.benefits(CHECKED)),
        *figures(blocks.choice(appraise(CHECKED.programme, "hub_sites"), 1)),
    ]
    assert len(found) == 8
    for figure in found:
        svg = vl_convert.vegalite_to_svg(figure.chart, allowed_base_urls=[])
        assert svg.startswith("<svg")
        assert "NaN" not in svg
        assert "undefined" not in svg
        assert figure.sentence.endswith(".")
        assert figure.sentence in figure.alternative
    told = capfd.readouterr()
    assert told.err == ""
    assert told.out == ""


def many(projects: int, steps: int) -> Programme:
    """Projects in a row, each with steps that wait for each other; every third has slipped a week."""
    names = [f"p{number:03d}" for number in range(projects)]
    rows, edges = [], []
    for at, project in enumerate(names):
        for step in range(steps):
            baseline = DAY + timedelta(days=30 + at + 20 * step)
            due = baseline + timedelta(days=7 if at % 3 == 0 else 0)
            rows.append(milestone(f"{project}_{step}", baseline, project=project, due=due))
            edges += [after(f"{project}_{step - 1}", f"{project}_{step}")] if step else []
    work = tuple(
        Project(project=name, name=name.upper(), workstream="home", owner="Lead", **ABOUT) for name in names
    )
    return programme(*rows, projects=work, dependencies=tuple(edges))


def test_a_timeline_of_300_projects_draws_forty_and_lists_all() -> None:
    checked = CheckedProgramme(many(300, 2), DAY)
    found = list(blocks.timeline(checked))
    (figure,) = figures(found)
    drawn = names_drawn(figure)
    assert len(drawn) == 40
    # those that have slipped a week are at risk: every third, and no other while there are enough of them
    assert drawn == [f"P{number:03d}" for number in range(0, 120, 3)]
    assert "40 of 300 projects are drawn: those off track first, then those at risk." in figure.sentence
    assert len(table(found, "milestones")) == 600


def test_a_timeline_of_a_long_project_draws_forty_that_are_open() -> None:
    rows = [milestone(f"m{number:02d}", DAY + timedelta(days=number), done=DAY if number < 30 else None, evidence="Paper") for number in range(60)]  # fmt: skip
    found = list(blocks.timeline(CheckedProgramme(programme(*rows), DAY + timedelta(days=29)), "work"))
    (figure,) = figures(found)
    drawn = names_drawn(figure)
    assert len(drawn) == 40
    assert {f"M{number}" for number in range(30, 60)} <= set(drawn)
    assert "The 40 that are open or were reached last are drawn, of 60." in figure.sentence
    assert len(table(found, "milestones")) == 60


def test_critical_and_reached_are_told_by_more_than_colour() -> None:
    (figure,) = figures(blocks.timeline(CHECKED, "bed_moves"))
    text = json.dumps(figure.chart)
    assert "275 days late, critical" in text
    thick = [
        layer
        for layer in figure.chart["layer"]
        if isinstance(layer["mark"], dict) and layer["mark"].get("strokeWidth") == 3.5
    ]
    assert [bar["critical"] for layer in thick for bar in layer["data"]["values"]] == [True, True]


def test_many_interventions_are_drawn_as_the_largest_and_the_others() -> None:
    year = next(iter(COST.bridge))
    amounts = [(f"Intervention {number}", {year: -float(number)}) for number in range(1, 10)]
    chart: dict[str, Any] = cost_pictures.cost_by_year([year], amounts)
    parts = [(row["part"].split("\t")[1], round(row["value"] * 1000)) for row in chart["data"]["values"]]
    # 9 + 8 + 7 + 6 + 5 stand alone, 4 + 3 + 2 + 1 together
    assert parts == [("Intervention 9", 9), ("Intervention 8", 8), ("Intervention 7", 7), ("Intervention 6", 6), ("Intervention 5", 5), ("4 others", 10)]  # fmt: skip


def test_the_day_of_the_report_stands_in_the_timeline() -> None:
    (figure,) = figures(blocks.timeline(CheckedProgramme(many(2, 1), date(2025, 5, 2))))
    assert '"2\\u00a0May\\u00a02025"' in json.dumps(figure.chart)
