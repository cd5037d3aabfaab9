"""What a report says, beside what the model says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.synthetic import synthetic_place
from leftshift import read_place
from leftshift.economy.drivers import DRIVERS
from leftshift.economy.result import YearNotInPlan
from leftshift.foundation.money import round_half_up, thousands
from leftshift.place.rows import UNATTRIBUTED
from leftshift.reports import charts
from leftshift.reports.content import (
    Block,
    Cards,
    Figure,
    Items,
    Paragraph,
    Report,
    Row,
    Section,
    Table,
    texts_of,
)
from leftshift.reports.report import report_of
from leftshift.reports.report.amounts import in_runs, percent
from leftshift.reports.shades import SHADES, colours, shade
from leftshift.reports.words import amount, millions
from tests.reports.places import CASES, LLR, NORTHMOOR, example, report, result_of

both = pytest.mark.parametrize("name", [LLR, NORTHMOOR])

EXAMPLES = Path(__file__).parents[2] / "examples"


def section(found: Report, key: str) -> Section:
    return next(each for each in found.sections if each.key == key)


def tables(part: Section) -> dict[str, Table]:
    return {block.caption: block for block in part.blocks if isinstance(block, Table)}


def table(part: Section, beginning: str) -> dict[str, list[str]]:
    """The rows of a table by their names."""
    found = next(each for caption, each in tables(part).items() if caption.startswith(beginning))
    return {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in found.rows}


def figure(part: Section) -> Figure:
    return next(block for block in part.blocks if isinstance(block, Figure))


def said(part: Section) -> str:
    return "\n".join(texts_of(part))


def test_the_sections_stand_in_the_order_in_which_a_board_asks() -> None:
    assert [each.key for each in report(LLR).sections] == [
        "plan-on-a-page", "drivers", "bridge", "organisations", "impact", "certainty", "capacity", "what-ties", "assumptions",
        "limits",
    ]  # fmt: skip


@both
def test_the_first_page_says_gap_plan_and_close(name: str) -> None:
    result = result_of(example(name))
    year = result.place.last_year
    cards = next(block for block in report(name).sections[0].blocks if isinstance(block, Cards)).cards
    counts = result.tie_out().counts()

    assert cards[0].figure == millions(result.gap(year))
    assert cards[1].figure == millions(sum(result.bridge(year).values()))
    assert cards[2].figure == millions(abs(result.perimeter_position(year)))
    assert cards[3].figure == f"{counts['ties'] + counts['differs by rounding']} of {sum(counts.values())}"


@both
def test_the_first_page_names_who_ends_in_deficit_and_what_does_not_tie(name: str) -> None:
    result = result_of(example(name))
    year, page = result.place.last_year, report(name).sections[0]

    for code in result.place.shares:
        short = code != UNATTRIBUTED and round_half_up(result.position(code, year)) < 0
        assert (f"{result.names[code]}: a deficit of" in said(page)) == short
    assert ": a surplus of" not in said(page)
    for tie in result.tie_out().ties:
        if tie.counted and tie.verdict == "does not tie":
            assert f"{tie.name} {tie.row.year}: does not tie" in said(page)


def test_each_driver_of_llr_is_a_bar_of_its_own_with_the_investments_and_the_opening_position() -> None:
    result = result_of(example(LLR))
    year = result.place.last_year
    bars = {bar["name"]: bar for bar in figure(section(report(LLR), "drivers")).chart["data"]["values"]}
    invested = -sum(sum(row.values()) for row in result.impact(year, stage="do_nothing").values())

    assert bars["Planned investments"]["label"] == millions(invested) == millions(160_000)
    assert bars["Opening position"]["label"] == millions(result.drivers(year)["opening_position"])
    assert bars["Do-nothing gap"]["label"] == millions(result.gap(year))
    assert next(iter(bars)) == "Opening position"
    assert set(bars) - {"Do-nothing gap"} == {
        DRIVERS[driver] for driver, value in result.drivers(year).items() if round_half_up(value)
    }


@both
def test_the_drivers_run_into_the_gap(name: str) -> None:
    bars = figure(section(report(name), "drivers")).chart["data"]["values"]

    for before, after in pairwise(bars[:-1]):
        assert before["high"] == after["low"]
    assert bars[-2]["high"] == pytest.approx(bars[-1]["high"], abs=0.002)


@both
def test_the_waterfall_tables_hold_the_figures_of_the_model(name: str) -> None:
    result = result_of(example(name))
    year = result.place.last_year
    names = {step.step: step.name for step in result.place.steps}

    drivers = table(section(report(name), "drivers"), "Drivers")
    bridge = table(section(report(name), "bridge"), "Bridge")

    assert {row: cells[0] for row, cells in drivers.items()} == {
        **{DRIVERS[driver]: amount(value) for driver, value in result.drivers(year).items()},
        "Do-nothing gap": amount(result.gap(year)),
    }
    for step, value in result.bridge(year).items():
        assert bridge[names[step]] == [amount(value)]


@both
def test_organisations_stand_with_every_year_with_the_plan_and_without(name: str) -> None:
    result = result_of(example(name))
    part = section(report(name), "organisations")
    plan, nothing = table(part, "Position with the plan"), table(part, "Position doing nothing")

    total = f"Perimeter: {result.place.perimeter}"
    assert plan[total][2:] == [amount(result.perimeter_position(year)) for year in result.years]
    assert nothing[total][2:] == [
        amount(result.perimeter_position(year, do_nothing=True)) for year in result.years
    ]
    for code in result.place.shares:
        assert plan[result.names[code]][-len(result.years) :] == [
            amount(result.position(code, year)) for year in result.years
        ]
        assert nothing[result.names[code]][-len(result.years) :] == [
            amount(result.do_nothing_position(code, year)) for year in result.years
        ]


@both
def test_the_impact_matrix_is_the_model_s(name: str) -> None:
    result = result_of(example(name))
    year = result.place.last_year
    found = tables(section(report(name), "impact"))[f"Impact of the plan {year}, £000"]
    names = {entry.intervention: entry.name for entry in result.place.interventions}
    rows = {row.cells[0].text: row for row in found.rows}
    headings = {column.name: at for at, column in enumerate(found.columns)}

    for intervention, by_code in result.impact(year).items():
        for code, value in by_code.items():
            if value and code != UNATTRIBUTED:
                assert cell_of(rows[names[intervention]], headings[result.names[code]]) == amount(value)
    total = sum(result.impact_total(year, intervention) for intervention in result.impact(year))
    assert cell_of(rows["Total"], headings["Total"]) == amount(total)


def cell_of(row: Row, at: int) -> str:
    return row.cells[at].text


@both
def test_the_heat_map_shows_each_amount_with_its_sign(name: str) -> None:
    result = result_of(example(name))
    year = result.place.last_year
    cells = figure(section(report(name), "impact")).chart["data"]["values"]
    in_millions = "Amounts in £m" in figure(section(report(name), "impact")).sentence
    names = {entry.intervention: entry.name for entry in result.place.interventions}
    shown = {
        (" ".join(cell["down"].split("\t")[1].split()), " ".join(cell["across"].split("\t")[1].split())): cell
        for cell in cells
    }

    least = 50 if in_millions else 0.5
    for intervention, by_code in result.impact(year).items():
        for code, value in by_code.items():
            if abs(value) >= least and code != UNATTRIBUTED:
                cell = shown[names[intervention], result.names[code]]
                label = thousands(value / 1000, 1) if in_millions else thousands(value)
                assert cell["label"] == label
                assert cell["fill"] in {
                    fill
                    for key, (fill, _) in SHADES.items()
                    if key.startswith("gain" if value > 0 else "loss")
                }


def test_what_does_not_tie_stands_with_its_reason_and_source() -> None:
    result = result_of(example(LLR))
    part = section(report(LLR), "what-ties")
    found = result.tie_out()
    differing = tables(part)["What does not tie, is a known conflict, or differs by rounding"]
    expected = [tie for tie in found.ties if tie.counted and tie.verdict != "ties"]

    assert len(differing.rows) == len(expected)
    for tie in expected:
        line = next(
            row
            for row in differing.rows
            if row.cells[0].text.startswith(tie.name) and tie.row.source == row.cells[-1].text
        )
        assert line.cells[-2].text
    assert [cell.text for row in differing.rows for cell in row.cells].count(
        "Does not tie"
    ) == found.counts()["does not tie"]


def test_every_figure_that_ties_stands_as_it_was_published() -> None:
    result = result_of(example(LLR))
    text = said(section(report(LLR), "what-ties"))
    tying = [tie for tie in result.tie_out().ties if tie.counted and tie.verdict == "ties"]

    assert len(tying) > 100
    for tie in tying:
        assert f"{tie.row.value:,}".replace("-", "−") in text
        assert tie.name in text


@both
def test_every_source_of_every_assumption_is_named(name: str) -> None:
    place = example(name)
    text = said(section(report(name), "assumptions"))
    inputs = (
        *place.assumptions, *place.derivations, *place.services, *place.settings, *place.rules, *place.contracts,
        *place.lines, *place.interventions,
    )  # fmt: skip

    assert [row for row in inputs if row.source not in text] == []


@both
def test_each_assumption_has_its_years_in_one_row(name: str) -> None:
    place, result = example(name), result_of(example(name))
    years = place.years[1:]
    rates = tables(section(report(name), "assumptions"))[f"Rates by organisation, {years[0]} to {years[-1]}"]
    given = {(row.organisation, row.assumption) for row in place.assumptions}

    assert len(rates.rows) == len(given)
    assert [column.name for column in rates.columns if column.numeric] == [str(year) for year in years]
    found = {(row.cells[0].text, row.cells[1].text.partition(",")[0]): row for row in rates.rows}
    for organisation, assumption in given - {pair for pair in given if pair[0] in {"all", "outside"}}:
        line = found[assumption.replace("_", " ").capitalize(), result.names[organisation].partition(",")[0]]
        expected = result.projection.economy.rates.of(organisation, assumption)[1:]
        assert [cell.text for cell in line.cells[2 : 2 + len(years)]] == [percent(rate) for rate in expected]


def test_a_rate_of_one_year_stands_before_the_rate_of_every_year() -> None:
    place = example(NORTHMOOR)
    common = next(row for row in place.assumptions if row.assumption == "pay_inflation" and row.year is None)
    own = replace(common, year=place.years[2], percent=0.0725, source="another source", basis="published")
    changed = result_of(place.with_tables(assumptions=(*place.assumptions, own)))

    rows = tables(section(report_of(changed), "assumptions"))[
        "Rates by organisation, 2025/26 to 2027/28"
    ].rows
    line = next([cell.text for cell in row.cells] for row in rows if row.cells[0].text == "Pay inflation")

    usual = percent(common.percent or 0.0)
    assert line[2:5] == [usual, "7.25%", usual]
    assert line[5:] == ["Assumed; Published", f"{common.source}; another source"]


def test_the_limits_come_from_the_plan() -> None:
    place, result = example(LLR), result_of(example(LLR))
    text = said(section(report(LLR), "limits"))
    calibrated = sum(row.basis == "calibrated" for row in place.flow_rows)

    assert f"{calibrated} of {len(place.flow_rows)} values of the base year are calibrated estimates" in text
    assert "not a forecast" in text
    for check in result.checks():
        assert (f"{check.verdict}: {check.check}" in text) == (not check.passed)
    assert "adult social care" in text
    assert "balance cannot be tested" in text
    assert "Position after interventions: University Hospitals of Leicester NHS Trust" in text


def test_the_limits_say_nothing_of_calibration_where_there_is_none() -> None:
    assert "calibrat" not in said(section(report(NORTHMOOR), "limits"))


def test_a_plan_without_published_figures_says_so() -> None:
    found = report("without published figures")

    assert "No published figure is held against this plan." in said(found.sections[0])
    assert not tables(section(found, "what-ties"))
    assert "No published figure" in said(section(found, "limits"))


def test_a_plan_without_interventions_has_a_bridge_of_nothing() -> None:
    found = report("without interventions")

    assert "No intervention of the plan has an effect" in said(section(found, "impact"))
    assert not tables(section(found, "impact"))
    assert "The plan has no interventions." in said(section(found, "assumptions"))


def test_any_year_of_the_plan_can_be_asked_for_and_no_other() -> None:
    result = result_of(example(LLR))
    first = result.years[1]

    assert millions(result.gap(first)) in said(report_of(result, first).sections[0])
    assert report_of(result, "14-15") == report_of(result, first)
    with pytest.raises(YearNotInPlan):
        report_of(result, "2030/31")


def test_no_sentence_is_empty_and_no_number_is_unreadable() -> None:
    kinds: tuple[type[Block], ...] = (Paragraph, Items)
    for name in (LLR, NORTHMOOR):
        for text in texts_of(report(name)):
            assert text.strip() == text
            assert "nan" not in text.split()
            assert "None of" not in text
        assert any(isinstance(block, kinds) for each in report(name).sections for block in each.blocks)


@pytest.mark.parametrize(
    ("count", "length", "sizes"), [(0, 8, []), (8, 8, [8]), (9, 8, [5, 4]), (25, 8, [7, 6, 6, 6])]
)
def test_long_runs_are_shared_evenly(count: int, length: int, sizes: list[int]) -> None:
    runs = in_runs(range(count), length)

    assert [len(run) for run in runs] == sizes
    assert [item for run in runs for item in run] == list(range(count))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["", *SHADES])
def test_the_ink_is_legible_on_every_shade(name: str) -> None:
    light, dark = sorted(map(luminance, colours(name)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("kind", ["gain", "loss"])
def test_a_larger_amount_is_darker_in_black_and_white(kind: str) -> None:
    grey = [luminance(fill) for name, (fill, _) in SHADES.items() if name.startswith(kind)]

    assert grey == sorted(grey, reverse=True)


# How red-blind and green-blind people see (Machado, Oliveira and Fernandes 2009, severity 1), on linear colours.
BLIND = {
    "red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


@pytest.mark.parametrize("blind", BLIND)
@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_the_colour_blind_tell_gain_from_loss(blind: str, step: int) -> None:
    def seen(name: str) -> list[float]:
        rgb = [(int(SHADES[name][0][at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5)]
        return [sum(weight * part for weight, part in zip(row, rgb, strict=True)) for row in BLIND[blind]]

    gain, loss = seen(f"gain-{step}"), seen(f"loss-{step}")

    assert gain[2] - gain[0] > 0.08, "bluer than yellow"
    assert loss[0] - loss[2] > 0.08, "yellower than blue"


@pytest.mark.parametrize(
    ("value", "largest", "expected"),
    [(0.4, 100, ""), (0, 0, ""), (1, 100, "gain-1"), (-100, 100, "loss-4"), (50, 100, "gain-3")],
)
def test_shades_go_by_the_root(value: float, largest: float, expected: str) -> None:
    assert shade(value, largest) == expected


def test_two_of_the_same_name_stay_two_in_every_chart() -> None:
    found = report("with hostile words")
    drawn = {
        key: next(block for block in section(found, key).blocks if isinstance(block, Figure)).chart
        for key in ("bridge", "organisations", "impact")
    }
    place = CASES["with hostile words"]()

    assert len({bar["key"] for bar in drawn["bridge"]["data"]["values"]}) == len(place.steps) + 2
    assert len({point["organisation"] for point in drawn["organisations"]["data"]["values"]}) == len(
        place.shares
    )
    touched = {
        intervention
        for intervention, row in result_of(place).impact(place.last_year).items()
        if any(row.values())
    }
    assert len({cell["down"] for cell in drawn["impact"]["data"]["values"]}) == len(touched)


@pytest.mark.parametrize(("value", "marks"), [(300_000.0, ",.0f"), (3_000.0, ",.1f"), (300.0, ",.2f")])
def test_the_marks_of_an_axis_can_be_told_apart(value: float, marks: str) -> None:
    document = {
        **result_of(example(NORTHMOOR)).document(),
        "gap": {"2027/28": value},
        "drivers": {"2027/28": {"opening_position": value}},
    }

    axes = [
        layer["encoding"]["x"]["axis"]["format"]
        for layer in charts.drivers(document, "2027/28")["layer"]
        if "axis" in layer["encoding"]["x"]
    ]

    assert set(axes) == {marks}


def test_a_run_under_scenarios_says_so_and_names_their_changes() -> None:
    result = read_place(EXAMPLES / "northmoor").scenario("block-contracts").project()
    texts = list(texts_of(report_of(result)))

    assert "Block contracts (Both commissioners pay the hospital a block)" in texts
    assert any(text.startswith("East pays the hospital a block (scenario") for text in texts)
    assert "Blended" in texts
    assert any("paid by tariff from -2% to +2%" in text for text in texts)


def test_the_drivers_say_what_the_gap_moves_most_with_and_where_it_came_from() -> None:
    result = read_place(EXAMPLES / "llr-2014").project()
    texts = list(texts_of(report_of(result)))
    most = result.matters("gap", "2018/19", most=1)[0]

    assert "What the gap of 2018/19 moves most with" in texts
    assert most.input in texts
    assert most.nudge in texts


def test_the_limits_say_what_calibration_could_not_determine() -> None:
    result = read_place(EXAMPLES / "llr-2014").project()
    ranges = result.ranges()

    assert ranges is not None
    assert ranges.sentence() in list(texts_of(report_of(result)))
    assert "They do not determine any of the 36 estimates" in ranges.sentence()


def test_of_a_large_plan_only_what_moves_most_is_drawn_and_the_table_holds_all() -> None:
    place = synthetic_place(organisations=60, contracts=400, interventions=120, years=10)
    result = result_of(place)
    part = section(report_of(result), "impact")
    figures = [block for block in part.blocks if isinstance(block, Figure)]
    rows = {row.cells[0].text for each in part.blocks if isinstance(each, Table) for row in each.rows}

    assert len(figures) == 3 * 2
    assert "Drawn are the 60 interventions and 20 organisations that move most" in figures[0].sentence
    assert {
        entry.name
        for entry in place.interventions
        if result.impact_total(place.last_year, entry.intervention)
    } <= rows
    sizes = {name: sum(map(abs, row.values())) for name, row in result.impact(place.last_year).items()}
    drawn = {
        " ".join(cell["down"].split("\t")[1].split())
        for each in figures
        for cell in each.chart["data"]["values"]
    }
    names = {entry.intervention: entry.name for entry in place.interventions}
    assert drawn == {names[name] for name in sorted(sizes, key=lambda name: (-sizes[name], name))[:60]}
