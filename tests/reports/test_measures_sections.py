"""Measures as reports tell them: charts and tables say the same, sections of a pack, nothing that is not a number."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from leftshift import read_place
from leftshift.cli.main import main
from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.periods import Period
from leftshift.measures.result import Measured, Measures
from leftshift.measures.words import headline, sentences
from leftshift.model import Model, from_document
from leftshift.place.reading import folder_texts
from leftshift.reports.assurance.assumptions_log import assumptions_log
from leftshift.reports.assurance.standing import Standing
from leftshift.reports.content import Block, Figure, Note, Table, texts_of
from leftshift.reports.measures.marks import LIMIT, LINE, MARKS, MEAN, TARGET, WHITE, contrast
from leftshift.reports.measures.one import measure_blocks
from leftshift.reports.measures.pictures import peers_chart
from leftshift.reports.measures.sections import measures_section, savings_section
from leftshift.reports.measures.sparklines import sparkline
from leftshift.reports.measures.summary import lead, opportunity_blocks, savings_blocks, summary_blocks
from leftshift.reports.pack import section_choices

ROOT = Path(__file__).parents[2]
SOUTHMOOR, NORTHMOOR = ROOT / "examples" / "southmoor", ROOT / "examples" / "northmoor"
DAY = date(2026, 11, 20)
JSON_PAGE = (ROOT / "docs" / "guide" / "json.md").read_text("utf-8")


@pytest.fixture(scope="module")
def model() -> Model:
    return read_place(SOUTHMOOR)


@pytest.fixture(scope="module")
def measures(model: Model) -> Measures:
    return model.measures(DAY)


def one(measures: Measures, measure: str, body: str) -> Measured:
    found = measures.of(measure, body)
    assert found is not None
    return found


def table(blocks: Iterator[Block], key: str) -> Table:
    return next(block for block in blocks if isinstance(block, Table) and block.key == key)


def every_number(part: Any) -> Iterator[float]:
    if isinstance(part, dict):
        for value in part.values():
            yield from every_number(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from every_number(value)
    elif isinstance(part, float):
        yield part


def test_every_figure_of_the_chart_stands_in_the_table(measures: Measures) -> None:
    for entry in measures.all:
        blocks = list(measure_blocks(measures, entry))
        shown = {row.cells[0].text: row.cells[1].number for row in table(iter(blocks), "figures").rows}
        assert list(shown) == [str(point.period) for point in reversed(entry.series.points)]
        assert entry.chart is not None
        for place, period in enumerate(entry.series.calendar):
            drawn = float(entry.chart.values[place])
            assert math.isnan(drawn) == (shown.get(str(period)) is None)
            if not math.isnan(drawn):
                assert shown[str(period)] == drawn


def test_no_page_and_no_specification_holds_what_is_no_number(measures: Measures) -> None:
    blocks: list[Block] = [
        *summary_blocks(measures),
        *savings_blocks(measures),
        *opportunity_blocks(measures),
    ]
    for entry in measures.all:
        blocks += measure_blocks(measures, entry)
    for block in blocks:
        words = " ".join(texts_of(block)).lower().split()
        assert not {"nan", "none", "inf", "nan%", "inf%"} & set(words)
        if isinstance(block, Figure):
            assert all(math.isfinite(number) for number in every_number(block.chart))
            json.dumps(block.chart, allow_nan=False)


def test_peers_stand_from_best_to_worst_on_one_scale(measures: Measures) -> None:
    for measure, body, better in (("theatre_time", "RS1", 1), ("follow_ups", "RS1", -1)):
        rows = table(measure_blocks(measures, one(measures, measure, body)), "peers").rows
        levels = [row.cells[1].number or 0.0 for row in rows]
        assert levels == sorted(levels, reverse=better > 0)
        assert [row.strong for row in rows].count(True) == 1


def test_the_lead_counts_what_the_rows_say(measures: Measures) -> None:
    words = lead(measures.all)
    charts = [entry.chart for entry in measures.all if entry.chart]

    improving = sum(chart.variation.startswith("improvement") for chart in charts)
    failing = sum(chart.assurance == "fails" for chart in charts)
    assert f"Of {len(measures.all)} series, {improving} " in words
    assert f"{failing} will not meet" in words


def test_small_charts_are_empty_only_where_there_is_no_value(measures: Measures) -> None:
    for entry in measures.all:
        assert entry.chart is not None
        drawn = sparkline(entry.chart)
        assert drawn.startswith("<svg")
        assert "nan" not in drawn


@pytest.mark.parametrize(
    "colour", [MEAN, LIMIT, LINE, TARGET, *(mark.outline for mark in MARKS.values()), "#12436d"]
)
def test_whatever_is_drawn_stands_out_from_white(colour: str) -> None:
    assert contrast(colour, WHITE) >= 3


def test_the_bodys_own_mark_differs_from_its_peers_in_shape(measures: Measures) -> None:
    entry = one(measures, "theatre_time", "RS1")
    figure = next(
        block
        for block in measure_blocks(measures, entry)
        if isinstance(block, Figure) and "beside its peers" in json.dumps(block.chart)
    )
    shapes = next(
        layer["encoding"]["shape"]["scale"]["range"]
        for layer in figure.chart["layer"]
        if "shape" in layer["encoding"]
    )

    assert len(set(shapes)) == 2
    assert peers_chart.__doc__


# ---------------------------------------------------------------------- packs and files
def test_a_pack_can_have_measures_and_savings(model: Model) -> None:
    assert {"measures", "savings"} <= {key for key, *_ in section_choices()}
    result = model.project()
    measures, savings = measures_section(result, DAY), savings_section(result, DAY)

    charts = [block for block in measures.blocks if isinstance(block, Figure)]
    assert 1 <= len(charts) <= 8
    assert any(isinstance(block, Table) and block.caption == "Urgent care" for block in measures.blocks)
    assert any(isinstance(block, Table) and block.key == "savings" for block in savings.blocks)


def test_a_place_without_measures_says_so() -> None:
    result = read_place(NORTHMOOR).project()

    for section in (measures_section(result, DAY), savings_section(result, DAY)):
        assert len(section.blocks) == 1
        assert isinstance(section.blocks[0], Note)


def test_what_was_observed_is_no_assumption(model: Model) -> None:
    result = model.project()
    log = assumptions_log(result, Standing(model.place, DAY), "2029/30")

    tables = {entry.table for entry in log}
    assert "measure_targets" in tables
    assert not {"observations", "observations_by_age", "areas", "peers"} & tables


def test_the_json_has_the_documented_keys(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("show", "savings"):
        assert main(["measures", command, str(SOUTHMOOR), "--json", "--as-of", "2026-11-20"]) == 0
        document = json.loads(capsys.readouterr().out)
        start = JSON_PAGE.index(f"## `leftshift measures {command} --json`")
        documented = JSON_PAGE[start : JSON_PAGE.index("## `leftshift spc --json`")]
        parts: list[dict[str, Any]] = [document]
        for part in document.values():
            if isinstance(part, list) and part and isinstance(part[0], dict):
                own = [value for value in part[0].values() if isinstance(value, dict)]
                # a control chart and an opportunity are told where their own keys are
                parts += [part[0], *(value for value in own if not {"series", "year_to"} & set(value))]
        assert not [
            key for part in parts for key in part if f"`{key}`" not in documented and not key.isupper()
        ]


def test_the_command_says_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, words in (
        (["measures", "show", str(NORTHMOOR)], "no measures.csv"),
        (["measures", "savings", str(NORTHMOOR)], "no measures.csv"),
        (["measures", "show", str(SOUTHMOOR), "--measure", "delayed_day"], "did you mean delayed_days?"),
        (["measures", "show", str(SOUTHMOOR), "--of", "RS3"], "did you mean"),
        (["measures", "show", str(SOUTHMOOR), "--as-of", "yesterday"], "yesterday"),
    ):
        assert main(arguments) == 2
        assert words in capsys.readouterr().err


def test_tables_are_written_as_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["measures", "show", str(SOUTHMOOR), "--out", str(out), "--as-of", "2026-11-20"]) == 0

    assert {path.name for path in out.iterdir()} == {
        "measures.csv", "points.csv", "targets.csv", "opportunities.csv", "savings.csv",
    }  # fmt: skip
    points = (out / "points.csv").read_text().splitlines()
    assert len(points) > 800
    assert "nan" not in (out / "points.csv").read_text().lower()


def test_of_what_small_numbers_leave_no_mean_limits_or_icons_are_drawn(measures: Measures) -> None:
    hiding = [entry for entry in measures.all if entry.hides_small_numbers]

    assert {entry.of for entry in hiding} == {"eastvale", "northgate", "westmere"}
    for entry in hiding:
        assert entry.chart is not None
        assert (entry.chart.variation, entry.chart.assurance) == ("not judged", "none")
        figures = table(measure_blocks(measures, entry), "figures")
        assert {row.cells[at].text for row in figures.rows for at in (7, 8, 9)} == {"–"}
        assert "which would be too high" in headline(entry)
        assert entry.forecast is None


def test_just_beyond_amber_is_said_to_the_hundredth() -> None:
    """10.04% off is red; said as 10.0% it would look like amber."""
    texts = {
        **folder_texts(SOUTHMOOR),
        "measure_targets.csv": "measure,of,since,until,target,source,basis\nsupported,SM1,2025/26,2025/26,73.366,A test,assumed\n",
        "efficiencies.csv": "",
    }
    entry = one(
        from_document({name: text for name, text in texts.items() if text}).measures(DAY), "supported", "SM1"
    )

    assert entry.rating is not None
    assert entry.rating.colour == "red"
    assert "10.04% off it" in " ".join(sentences(entry))


def test_the_register_adds_up_where_something_booked_cannot_be_worked_out() -> None:
    texts = dict(folder_texts(SOUTHMOOR))
    texts["efficiencies.csv"] += (
        "sup,Support,other,SM1,supported,level,70,10,A role,virtual_ward,no,,A test,assumed\n"
    )
    found = from_document(texts).measures(DAY)

    for key in ("savings", "savings-by-organisation"):
        *rows, last = table(savings_blocks(found), key).rows
        if key == "savings":
            sums = [sum(row.cells[at].number or 0.0 for row in rows) for at in (6, 7, 8)]
            assert [last.cells[at].number for at in (6, 7, 8)] == pytest.approx(sums)
            assert "no denominator is given" in " ".join(cell.text for row in rows for cell in row.cells)
        else:
            rows.append(last)
            assert sum(row.cells[3].number or 0.0 for row in rows) == pytest.approx(
                found.savings.total - found.savings.booked
            )


def test_a_target_is_checked_by_the_definition_of_its_time() -> None:
    """Per cent until March 2026, a share of one since: 78 in 2025/26 is right, and 78 in 2026/27 is not; a ratio may be below nought."""
    texts = dict(folder_texts(SOUTHMOOR))
    lines = texts["measure_definitions.csv"].splitlines()
    old = next(line for line in lines if line.startswith("four_hours"))
    new = old.replace("four_hours,first,,proportion,,", "four_hours,share,2026-04,proportion,1,")
    texts["measure_definitions.csv"] += new + "\n"
    head = texts["measure_targets.csv"].splitlines()[0]
    row = "four_hours,RS1,{},{},{},,,,A test,assumed\n"
    texts["efficiencies.csv"] = texts["efficiencies.csv"].splitlines()[0] + "\n"

    texts["measure_targets.csv"] = f"{head}\n" + row.format("2025-04", "2026-03", "78")
    assert from_document(texts).measures(DAY).targets.at("four_hours", "RS1", Period.parse("2025-05"))
    texts["measure_targets.csv"] += row.format("2026-04", "2027-03", "78")
    with pytest.raises(FaultsFound, match="at most 1"):
        from_document(texts)
    texts["measure_targets.csv"] = f"{head}\nback_office,RS1,2025/26,2025/26,-1,,,,A test,assumed\n"
    from_document(texts)
