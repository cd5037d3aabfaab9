"""Capacity in the report and in board packs: figures from the model, every block in every rendering, hostile words, noughts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest

from leftshift.foundation.money import round_half_up
from leftshift.foundation.years import FinancialYear
from leftshift.model import Model
from leftshift.place.place import Place
from leftshift.reports.capacity import pictures
from leftshift.reports.capacity.words import count
from leftshift.reports.content import Figure, Report, Row, Section, Table, texts_of
from leftshift.reports.drawing import draw
from leftshift.reports.html import html_of
from leftshift.reports.pack.choosing import CHOICES
from leftshift.reports.report import report_of
from leftshift.reports.report.capacity import capacity_section, control_section
from tests.reports.places import LLR, NORTHMOOR, SOUTHMOOR, example, result_of, with_hostile_words

YEAR = "2029/30"
_BED_TABLES = ("bed-bridge", "beds-by-year", "beds-by-site", "left-shift", "beds-suffice")


@cache
def told(name: str) -> Report:
    return report_of(result_of(example(name)))


def section(found: Report, key: str) -> Section:
    return next(each for each in found.sections if each.key == key)


def table(part: Section, key: str) -> Table:
    return next(block for block in part.blocks if isinstance(block, Table) and block.key == key)


def rows(part: Section, key: str) -> dict[str, Row]:
    return {found.cells[0].text: found for found in table(part, key).rows}


def numbers(found: Row) -> list[float | None]:
    return [cell.number for cell in found.cells[1:]]


def figures(part: Section) -> list[Figure]:
    return [block for block in part.blocks if isinstance(block, Figure)]


def capacity(name: str = SOUTHMOOR) -> Section:
    return section(told(name), "capacity")


def test_only_a_place_that_says_something_has_the_sections() -> None:
    assert [each.key for each in told(SOUTHMOOR).sections if each.key in ("capacity", "control")] == [
        "capacity",
        "control",
    ]
    assert [each.key for each in told(LLR).sections if each.key in ("capacity", "control")] == ["capacity"]
    assert not {each.key for each in told(NORTHMOOR).sections} & {"capacity", "control"}


def test_the_bed_bridge_adds_up_and_is_the_models() -> None:
    found = table(capacity(), "bed-bridge")
    model = Model(example(SOUTHMOOR)).capacity()
    steps = {line.cells[0].text: numbers(line) for line in found.rows}
    bridge = model.bed_bridge()

    assert len(found.columns) == 1 + len(bridge)
    for at, (pool, expected) in enumerate(bridge.items()):
        column = [
            values[at] or 0.0
            for name, values in steps.items()
            if name not in ("Needed at the end", "Basis") and "opened" not in name
        ]
        assert sum(column) == pytest.approx(expected["end"]) == steps["Needed at the end"][at]
        assert steps["Beds opened (+) or closed (−)"][at] == model.beds_closed()[pool]


def test_the_bridge_of_llr_is_as_published() -> None:
    part = capacity(LLR)
    acute = next(
        at for at, column in enumerate(table(part, "bed-bridge").columns) if column.name == "Acute beds, RWE"
    )
    said = {name: line.cells[acute].text for name, line in rows(part, "bed-bridge").items()}

    assert said["Needed at the start"] == "1,773"
    assert (said["Shorter stays"], said["Shifted out"], said["Needed at the end"]) == (
        "−177",
        "−250",
        "1,346",
    )
    assert said["Beds opened (+) or closed (−)"] == "−427"
    assert any(
        figure.sentence.startswith("Acute beds, RWE: 1,773 needed in 2013/14 become 1,346")
        for figure in figures(part)
    )


def test_the_waterfall_runs_from_start_to_end_with_what_is_open_beside() -> None:
    model = Model(example(SOUTHMOOR)).capacity()
    pool, steps = next(iter(model.bed_bridge().items()))
    bars = pictures.bed_bridge(steps, (745.0, 640.0))["data"]["values"]

    running = [bar for bar in bars if bar["kind"] in ("more", "fewer")]
    assert running[0]["low"] == bars[0]["high"]
    assert all(before["high"] == after["low"] for before, after in pairwise(running))
    assert running[-1]["high"] == pytest.approx(steps["end"], abs=0.002)
    assert [bar["label"] for bar in bars[-2:]] == ["−105", "640"]
    assert pool.provider == "RS1"


def test_beds_by_year_show_need_the_fullest_month_and_what_is_open() -> None:
    beds = Model(example(SOUTHMOOR)).capacity().beds
    found = rows(capacity(), "beds-by-year")

    assert numbers(found["Acute beds, RS1: needed with the plan"]) == beds.needed[:, 0, 0].tolist()
    assert numbers(found["Acute beds, RS1: in the fullest month"]) == beds.peak[:, 0, 0].tolist()
    assert numbers(found["Acute beds, RS1: open"]) == beds.open[:, 0].tolist()
    assert "Places with community teams, RS2: open" not in found


def test_what_moves_by_pathway_and_setting_sums_to_what_moves_by_point_of_delivery() -> None:
    whole = numbers(rows(capacity(), "pathways")["All pathways"])[-1]
    moved = [numbers(line)[4] or 0.0 for line in table(capacity(), "activity").rows]

    assert whole == pytest.approx(sum(moved))
    assert rows(capacity(), "pathways")["Planned care"].cells[-2].shade.startswith("loss")


def test_avoidable_admissions_show_both_allocations_flags_and_worth() -> None:
    plan = Model(example(SOUTHMOOR)).capacity().avoidable_admissions[0]
    found = rows(capacity(), f"avoidable-{plan.row.plan}")
    text = "\n".join(texts_of(capacity()))

    assert [cell.text for cell in found["Very high risk"].cells[3:7]] == [
        "42",
        "180",
        "4.4",
        "yes",
    ]
    assert [cell.text for cell in found["All groups"].cells[3:5]] == ["400", "400"]
    assert all(flag in text for flag in plan.flags())
    assert (
        numbers(rows(capacity(), f"worth-{plan.row.plan}")["By target (counted)"])[-1]
        == plan.worth_of("target").marginal_net
    )


def test_staff_balance_by_flow_and_the_pyramid_has_every_age() -> None:
    for line in table(capacity(), "staff-flows").rows:
        start, *flows, end = (value or 0.0 for value in numbers(line))
        assert start + sum(flows) == pytest.approx(end)
    pyramid = next(figure for figure in figures(capacity()) if figure.alternative.startswith("Pyramid")).chart
    bands = {value["band"] for value in pyramid["data"]["values"]}
    assert bands == {"18-34", "35-54", "55+"}


def test_sites_say_what_closes_and_what_moves() -> None:
    assert [cell.text for cell in rows(capacity(), "sites-by-year")["Old Infirmary"].cells[-2:]] == [
        "closed",
        "closed",
    ]
    assert rows(capacity(), "services-that-move")["Planned surgery"].cells[2].text == "General Hospital"


def test_capital_adds_up_by_source_with_the_ask() -> None:
    for programme in Model(example(SOUTHMOOR)).capacity().capital:
        key = f"capital-{programme.row.programme}"
        found = rows(capacity(), key)
        funds = [numbers(line) for name, line in found.items() if name.startswith("Funds: ")]
        for at, net in enumerate(numbers(found["Net of what is sold"])):
            assert sum(values[at] or 0.0 for values in funds) + (
                numbers(found["Still to be found"])[at] or 0.0
            ) == pytest.approx(net)
        stated = rows(capacity(), f"return-{programme.row.programme}")[
            f"On {programme.row.basis_of_return} cost"
        ]
        assert stated.cells[2].number == pytest.approx(100 * (programme.return_on_investment or 0.0))
        assert stated.cells[4].text == "stated"


def test_control_totals_envelopes_and_pool_are_those_of_the_run() -> None:
    run = result_of(example(SOUTHMOOR))
    part = section(told(SOUTHMOOR), "control")

    assert [numbers(line)[1:4] for line in table(part, "control-totals").rows] == [
        [held.row.amount, held.position, held.difference] for held in run.control_totals()
    ]
    assert "Southmoor Commissioning Board is £1,598k short" in "\n".join(texts_of(part))
    assert [numbers(line)[4] for line in table(part, "risk-pool").rows] == [
        each.closing for each in run.risk_pool().quarters
    ]


def test_every_row_has_as_many_cells_as_its_table_has_columns_and_every_table_a_name_of_its_own() -> None:
    for part in (capacity(), section(told(SOUTHMOOR), "control"), capacity(LLR)):
        found = [block for block in part.blocks if isinstance(block, Table)]
        assert all(len(line.cells) == len(each.columns) for each in found for line in each.rows)
        keys = [each.key for each in found]
        assert len(set(keys)) == len(keys)
        assert all(keys)


def test_a_count_in_a_cell_is_its_exact_number_rounded_half_up() -> None:
    for key in ("bed-bridge", "beds-by-year", "left-shift", "activity", "staff-by-year"):
        for line in table(capacity(), key).rows:
            for cell in line.cells:
                if cell.number is not None and not cell.text.endswith("%"):
                    assert cell.text.lstrip("+") == count(cell.number)
                    assert (
                        cell.text.replace(",", "").replace("−", "-").lstrip("+")
                        == f"{round_half_up(cell.number)}"
                    )


# ---------------------------------------------------------------------- what the drawing has to bear
def only_beds(place: Place) -> Place:
    """A place of which nothing but its open beds is known."""
    kept = {"bed_types": place.bed_types, "sites": place.sites, "beds": place.beds}
    empty = dict.fromkeys(
        ("activity", "activity_effects", "age_weights", "avoidance_plans", "risk_groups", "staff_groups", "workforce", "staff_needed",
         "workforce_effects", "site_services", "capital_programmes", "capital", "capital_funding", "control_totals", "envelopes",
         "risk_pool", "uncertainty", "correlations"),
        (),
    )  # fmt: skip
    return place.with_tables(**kept, **empty)


def of_noughts(place: Place) -> Place:
    """The place with nought of everything that is counted."""
    nought = Decimal(0)
    return place.with_tables(
        activity=tuple(replace(row, count=nought) for row in place.activity),
        activity_effects=(),
        uncertainty=(),
        correlations=(),
        beds=tuple(replace(row, beds=nought) for row in place.beds),
        risk_groups=tuple(replace(row, unplanned_admissions=nought) for row in place.risk_groups),
        workforce=tuple(replace(row, wte=nought, joiners=nought) for row in place.workforce),
        staff_needed=tuple(replace(row, wte=nought) for row in place.staff_needed),
        workforce_effects=(),
        sites=tuple(
            replace(row, area=None, utilisation=None, running_cost=None, backlog=None) for row in place.sites
        ),
        capital=tuple(replace(row, amount=0.0) for row in place.capital),
        capital_funding=tuple(replace(row, amount=0.0) for row in place.capital_funding),
        control_totals=tuple(replace(row, amount=0.0, funding=0.0) for row in place.control_totals),
        risk_pool=tuple(replace(row, amount=0.0) for row in place.risk_pool),
    )


def sections(place: Place) -> Iterator[Section]:
    run = result_of(place)
    for year in (place.base_year.label, place.last_year.label):
        yield capacity_section(run, year)
    yield control_section(run)


@pytest.mark.parametrize("change", [only_beds, of_noughts, with_hostile_words])
def test_whatever_a_place_holds_every_chart_is_drawn(change: object) -> None:
    place = change(example(SOUTHMOOR))  # type: ignore[operator]
    assert isinstance(place, Place)
    for part in sections(place):
        assert part.blocks
        for figure in figures(part):
            assert draw(figure.chart).startswith("<svg")
            assert "nan" not in figure.sentence
        assert not any("nan" in text.split() for text in texts_of(part))


def test_a_place_with_only_beds_has_no_other_subject() -> None:
    part = capacity_section(result_of(only_beds(example(SOUTHMOOR))), YEAR)

    keys = [block.key for block in part.blocks if isinstance(block, Table)]
    assert set(keys) <= {*_BED_TABLES, "sites", "sites-by-year", "estate-by-year"}
    assert "bed-bridge" in keys


def test_hostile_words_are_words_on_the_page() -> None:
    report = report_of(result_of(with_hostile_words(example(SOUTHMOOR))))
    page = html_of(report)

    assert "<script>alert" not in page
    assert "Capacity: beds" in page


def test_a_pack_says_where_there_is_nothing_to_show() -> None:
    run = result_of(example(NORTHMOOR))

    assert "no table of activity" in "\n".join(texts_of(capacity_section(run, "2027/28")))
    assert "no control totals" in "\n".join(texts_of(control_section(run)))
    assert {"capacity", "control"} <= set(CHOICES)


def test_what_capacity_contributes_is_counted_once_in_every_section() -> None:
    place = example(SOUTHMOOR)
    plan = result_of(place).perimeter_position(FinancialYear.parse(YEAR))
    by_year = next(
        block
        for block in section(told(SOUTHMOOR), "certainty").blocks
        if isinstance(block, Table) and block.caption.startswith("Closing position by year")
    )

    assert by_year.rows[-1].cells[1].number == pytest.approx(plan)
