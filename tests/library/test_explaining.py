"""Why a figure is what it is: every tree sums to its root, and backward and forward traces agree."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift import read_place
from leftshift.economy.drivers import DRIVERS
from leftshift.economy.explanations.explaining import Explained
from leftshift.economy.explanations.terms import Figure, FigureNotKnown
from leftshift.economy.formulas import addends_of, parse_formula
from leftshift.economy.result import Result, YearNotInPlan, run
from leftshift.model import PlanResult
from leftshift.place.place import Place
from leftshift.place.rows import Assumption, Contract, Line, Row
from tests.library.places import places
from tests.library.slow_economy import Slow

EXAMPLES = Path(__file__).parents[2] / "examples"


def figures_of(result: Result) -> list[Figure]:
    """Every figure of a result."""
    bodies = ["", *result.organisations]
    planned = ["", *(row.intervention for row in result.place.interventions)]
    found = []
    for year in result.years:
        found += [Figure("gap", year)]
        found += [Figure(name, year, body) for name in ("position", "do_nothing_position") for body in bodies]
        found += [Figure("driver", year, body, driver) for driver in DRIVERS for body in bodies]
        found += [Figure("impact", year, body, item) for item in planned for body in bodies]
        found += [
            Figure("bridge", year, "", step) for step in ["", *(row.step for row in result.place.steps)]
        ]
    return found


def value_of(result: Result, figure: Figure) -> float:
    """The figure as the result's own methods give it."""
    match figure.name:
        case "gap":
            return result.gap(figure.year)
        case "position" | "do_nothing_position":
            nothing = figure.name == "do_nothing_position"
            if not figure.organisation:
                return result.perimeter_position(figure.year, do_nothing=nothing)
            ask = result.do_nothing_position if nothing else result.position
            return ask(figure.organisation, figure.year)
        case "driver":
            return result.drivers(figure.year, figure.organisation or None)[figure.item]
        case "impact":
            return result.impact_total(figure.year, figure.item or None, figure.organisation or None)
        case _:
            steps = result.bridge(figure.year)
            return steps[figure.item] if figure.item else sum(steps.values())


def every_branch_sums(tree: Explained, scale: float) -> None:
    """Each branch is the sum of its children."""
    if tree.children:
        assert abs(sum(child.amount for child in tree.children) - tree.amount) <= 1e-3 + 1e-9 * scale
    for child in tree.children:
        every_branch_sums(child, scale)


def scale_of(place: Place) -> float:
    return sum(abs(row.value) for row in place.flow_rows) + 1e6


def by_row(leaves: list[tuple[str, int, float]]) -> dict[tuple[str, int], float]:
    found: dict[tuple[str, int], float] = {}
    for file, row, amount in leaves:
        found[file, row] = found.get((file, row), 0.0) + amount
    return found


def with_origins(place: Place) -> Place:
    """The place as it is read from its own texts, so that each row knows its file and number."""
    from leftshift.model import from_document
    from leftshift.place.writing import document

    return from_document(document(place)).place


@given(places(), st.data())
def test_every_tree_sums_to_its_root_which_is_the_figure(place: Place, data: st.DataObject) -> None:
    result = run(place)

    for figure in data.draw(st.lists(st.sampled_from(figures_of(result)), min_size=1, max_size=6)):
        tree = result.explain(figure.name, figure.year, organisation=figure.organisation, item=figure.item)
        assert abs(tree.amount - value_of(result, figure)) <= 1e-3 + 1e-9 * scale_of(place)
        every_branch_sums(tree, scale_of(place))


@given(places(), st.data())
def test_the_inputs_of_a_figure_are_the_ends_of_its_tree_and_sum_to_it(
    place: Place, data: st.DataObject
) -> None:
    result = run(with_origins(place))
    figure = data.draw(st.sampled_from(figures_of(result)))

    tree = result.explain(figure.name, figure.year, organisation=figure.organisation, item=figure.item)
    inputs = result.inputs(figure.name, figure.year, organisation=figure.organisation, item=figure.item)

    ends = by_row([(leaf.origin.file, leaf.origin.row, leaf.amount) for leaf in tree.leaves()])
    rows = by_row([(row.origin.file, row.origin.row, amount) for row, amount in inputs])
    allowed = 1e-3 + 1e-9 * scale_of(place)
    assert abs(sum(rows.values()) - tree.amount) <= allowed
    for key in ends.keys() | rows.keys():
        if key != ("", 0):
            assert abs(ends.get(key, 0.0) - rows.get(key, 0.0)) <= allowed, key


@given(places(), st.data())
def test_backward_and_forward_traces_agree(place: Place, data: st.DataObject) -> None:
    result = run(place)
    figures = figures_of(result)
    rows: list[Row] = [*place.contracts, *place.lines, *place.assumptions, *place.derivations, *place.effects]
    rows += place.stated_effects
    row, some = (
        data.draw(st.sampled_from(rows)),
        data.draw(st.lists(st.sampled_from(figures), min_size=1, max_size=12)),
    )

    forward = {fed.figure: fed.amount for fed in result.feeds(row) if fed.how == "part"}

    for figure in some:
        inputs = result.inputs(figure.name, figure.year, organisation=figure.organisation, item=figure.item)
        backward = sum(amount for entry, amount in inputs if entry is row)
        assert abs(forward.get(figure, 0.0) - backward) <= 1e-3 + 1e-9 * scale_of(place), figure
    assert forward.keys() <= set(figures)


@given(places())
def test_the_root_is_what_the_slow_implementation_gives(place: Place) -> None:
    result, slow = run(place), Slow(place).run()

    for organisation in result.organisations:
        tree = result.explain("position", place.last_year, organisation=organisation)
        expected = slow.plan[organisation, place.last_year]
        assert abs(sum(leaf.amount for leaf in tree.leaves()) - expected) <= 1e-3 + 1e-9 * scale_of(place)


@given(places(), st.randoms(use_true_random=False))
def test_shuffling_rows_changes_no_part(place: Place, chance: random.Random) -> None:
    tables = (
        "organisations",
        "services",
        "assumptions",
        "contracts",
        "lines",
        "interventions",
        "effects",
        "stated_effects",
    )
    mixed = place.with_tables(
        **{name: tuple(chance.sample(place.table(name), len(place.table(name)))) for name in tables}
    )
    left, right = run(place), run(mixed)

    for figure in (Figure("gap", place.last_year), Figure("position", place.last_year, "P0A")):
        parts = [
            sorted(
                (repr(row), amount)
                for row, amount in result.inputs(figure.name, figure.year, organisation=figure.organisation)
            )
            for result in (left, right)
        ]
        assert parts[0] == parts[1]


# ---------------------------------------------------------------------- by hand
@pytest.fixture(scope="module")
def northmoor() -> PlanResult:
    return read_place(EXAMPLES / "northmoor").project()


def child(tree: Explained, *labels: str) -> Explained:
    """The branch that one finds by following labels, each the start of one."""
    for label in labels:
        tree = next(entry for entry in tree.children if entry.label.startswith(label))
    return tree


def test_a_contract_opens_down_to_the_rate_of_a_year_and_its_row(northmoor: PlanResult) -> None:
    tree = northmoor.explain("position", "2025/26", organisation="RN1")

    paid = child(tree, "Do nothing", "What comes in", "Northmoor East Commissioning Board: acute")
    price = child(paid, "Tariff deflator", "into 2025/26: 2.00%")
    # 60,000 × (1 + 1% + 1%) × (1 + 3% − 1%): each of two growths takes half of what acts with the price
    assert child(paid, "Value in 2024/25").amount == 60_000
    assert child(paid, "Demographic growth").amount == pytest.approx(60_000 * 0.01 * (1 + 0.02 / 2))
    assert price.amount == pytest.approx(60_000 * 0.02 * (1 + 0.02 / 2))
    assert child(price, "Inflation").amount == pytest.approx(60_000 * 0.03 * 1.01)
    assert child(price, "Provider efficiency").amount == pytest.approx(-60_000 * 0.01 * 1.01)
    assert str(child(price, "Provider efficiency").origin) == "assumptions.csv, row 6"
    assert price.detail == "= inflation + provider efficiency"


def test_a_cost_opens_to_the_contracts_whose_activity_it_follows(northmoor: PlanResult) -> None:
    tree = northmoor.explain("do_nothing_position", "2025/26", organisation="RN1")

    followed = child(tree, "What goes out", "Hospital cost", "Growth of the activity")
    west = child(followed, "as Northmoor West", "Demographic growth")
    # NM2 pays 40,000 of the 110,000 that the hospital is paid for, and grows by 2%; net inflation is 3%
    assert west.amount == pytest.approx(-108_000 * 40_000 / 110_000 * 0.02 * (1 + 0.03 / 2))


def test_an_effect_opens_to_its_size_and_what_has_been_added_since(northmoor: PlanResult) -> None:
    tree = northmoor.explain("impact", "2025/26", organisation="RN1", item="referral_management")

    paid = child(tree, "Northmoor East Commissioning Board pays")
    size = child(paid, "In volumes and prices of 2024/25")
    assert size.amount == pytest.approx(-1000 * 0.8)
    assert size.detail == "1,000 × -100% × 80% of a full year"
    assert {rest.words for rest in paid.rests_on} == {"cost share 70%", "start, profile and delivery"}


def test_what_a_formula_adds_up_has_the_parts_and_what_weighs_them_scales(northmoor: PlanResult) -> None:
    tree = northmoor.explain("do_nothing_position", "2025/26", organisation="RN1")
    year = child(tree, "What goes out", "Hospital cost", "Net inflation", "into 2025/26: 3.00%")

    # half of cost is pay at 2%, half non-pay at 4%: a third and two thirds of the 3%
    grown = (60_000 * 0.02 + 40_000 * 0.03 + 10_000 * 0.02) / 110_000
    whole = -108_000 * 0.03 * (1 + grown / 2)
    assert year.amount == pytest.approx(whole)
    assert child(year, "Pay inflation").amount == pytest.approx(whole * 0.5 * 0.02 / 0.03)
    assert child(year, "Non pay inflation").amount == pytest.approx(whole * 0.5 * 0.04 / 0.03)
    assert [rest.words for rest in year.rests_on] == [
        "Pay share of Northmoor Hospitals NHS Trust 50.0%, which weighs its parts"
    ]
    share = next(row for row in northmoor.place.assumptions if row.assumption == "pay_share")
    fed = {(entry.figure, entry.how): entry.amount for entry in northmoor.feeds(share)}
    assert fed[Figure("do_nothing_position", northmoor.years[1], "RN1"), "scales"] == pytest.approx(whole)


@pytest.mark.parametrize(
    ("formula", "adds"),
    [
        ("inflation + efficiency", {"inflation", "efficiency"}),
        ("share * pay + (1 - share) * other", {"pay", "other"}),
        ("0.9 * inflation + 0.01", {"inflation"}),
        ("(pay + other) / 2", {"pay", "other"}),
        ("one * other", None),
        ("pay / other", None),
        ("pay * pay + other", None),
        ("0.02", None),
    ],
)
def test_a_formula_says_what_it_adds_up(formula: str, adds: set[str] | None) -> None:
    found = addends_of(parse_formula(formula))

    assert (set(found) if found is not None else None) == adds


def test_a_rate_of_nought_may_matter_most() -> None:
    result = read_place(EXAMPLES / "llr-2014").project()
    named = {entry.input: entry.move for entry in result.matters("gap", "2018/19")}

    # the area team's resource limit does not grow in two of five years: no part of the gap, and yet a point of it moves it
    assert (
        named["Revenue recurrent resource limit of NHS England Leicestershire and Lincolnshire Area Team"]
        < -20_000
    )


def test_what_matters_is_what_moves_when_every_rate_is_tried(northmoor: PlanResult) -> None:
    place, year = northmoor.place, northmoor.years[-1]
    tried = {}
    for row in place.assumptions:
        if row.follows is None:
            names = (row.organisation, row.assumption)
            raised = tuple(
                replace(entry, percent=(entry.percent or 0.0) + 0.01)
                if (entry.organisation, entry.assumption) == names and entry.follows is None
                else entry
                for entry in place.assumptions
            )
            tried[names] = run(place.with_tables(assumptions=raised)).gap(year) - northmoor.gap(year)
    largest = sorted((abs(move) for move in tried.values()), reverse=True)[:3]
    found = [abs(entry.move) for entry in northmoor.matters("gap", year, most=16) if entry.kind == "rate"][:3]

    assert found == pytest.approx(largest)


def test_a_row_says_what_it_feeds_and_what_it_scales(northmoor: PlanResult) -> None:
    contract = next(row for row in northmoor.place.contracts if row.contract == "C01")
    share = next(row for row in northmoor.place.rules if row.rule == "length_of_stay")

    fed = {(entry.figure, entry.how): entry.amount for entry in northmoor.feeds(contract)}
    last = northmoor.years[-1]
    assert fed[Figure("position", last, "RN1"), "part"] == 60_000
    assert fed[Figure("position", last, "NM1"), "part"] == -60_000
    assert (Figure("gap", last), "part") not in fed  # it cancels inside
    scaled = {entry.figure: entry.amount for entry in northmoor.feeds(share)}
    assert scaled[Figure("impact", last, "RN1", "shorter_stays")] == pytest.approx(
        northmoor.impact(last)["shorter_stays"]["RN1"]
    )


def test_an_effect_feeds_the_total_of_a_body_and_of_all(northmoor: PlanResult) -> None:
    effect = next(row for row in northmoor.place.effects if row.effect == "E04")
    last = northmoor.years[-1]

    fed = {entry.figure: entry.amount for entry in northmoor.feeds(effect)}

    for body in ("", "RN1", "NM2"):
        of_one = fed.get(Figure("impact", last, body, "ward_closure"), 0.0)
        assert fed[Figure("impact", last, body)] == pytest.approx(of_one)
        assert of_one != 0.0


def test_an_effect_priced_before_its_contract_starts_grows_only_as_the_contract_does() -> None:
    place = read_place(EXAMPLES / "northmoor").place
    later = tuple(
        replace(row, year=place.years[2]) if row.contract == "C02" else row for row in place.contracts
    )
    result = run(place.with_tables(contracts=later))

    for body in ("RN1", "NM2"):
        tree = result.explain("impact", place.last_year, organisation=body, item="ward_closure")
        parts = result.inputs("impact", place.last_year, organisation=body, item="ward_closure")
        every_branch_sums(tree, 0.0)
        assert sum(leaf.amount for leaf in tree.leaves()) == pytest.approx(tree.amount)
        assert sum(amount for _, amount in parts) == pytest.approx(tree.amount)


def test_an_effect_in_prices_of_a_later_year_is_traced_both_ways(northmoor: PlanResult) -> None:
    place = northmoor.place
    later = tuple(
        replace(row, price_year=place.last_year) if row.effect in {"E04", "E07"} else row
        for row in place.effects
    )
    result = run(place.with_tables(effects=later))

    for item in ("ward_closure", "referral_management"):
        figure = Figure("impact", place.years[2], "RN1", item)
        inputs = result.inputs(figure.name, figure.year, organisation="RN1", item=item)
        assert len(inputs) > 2
        for row, part in inputs:
            fed = sum(
                entry.amount for entry in result.feeds(row) if (entry.figure, entry.how) == (figure, "part")
            )
            assert fed == pytest.approx(part, abs=1e-6), row


def test_a_published_figure_feeds_nothing(northmoor: PlanResult) -> None:
    assert northmoor.feeds(northmoor.place.published[0]) == ()


def test_every_row_of_the_example_that_may_move_money_feeds_something() -> None:
    for name in ("llr-2014", "northmoor"):
        result = read_place(EXAMPLES / name).project()
        place = result.place
        named = {row.item for row in place.published if row.figure == "assumption"}
        off = {"adult_social_care", "double_running"}
        for row in (*place.contracts, *place.lines, *place.effects):
            if not (isinstance(row, Contract | Line) and row.service in off):
                assert result.feeds(row), row
        for stated in place.stated_effects:
            assert result.feeds(stated) or not stated.amount, stated
        idle = [row for row in place.assumptions if row.percent and not result.feeds(row)]
        # a rate may be there for a form at hand, or to be held against a published one
        assert all(
            row.assumption in {"outcomes_achieved", *named} or not _pays(place, row) for row in idle
        ), idle


def _pays(place: Place, row: Assumption) -> bool:
    """Whether the row is a rate by which money of its body grows."""
    growers = {
        name
        for service in place.services
        for name in (service.demographic_growth, service.other_growth, service.price_change)
    }
    own = {(entry.payer, entry.service) for entry in place.contracts}
    own |= {(entry.organisation, entry.service) for entry in place.lines}
    services = {service.service: service for service in place.services}
    used = {
        (body, name)
        for body, service in own
        for name in (
            services[service].demographic_growth,
            services[service].other_growth,
            services[service].price_change,
        )
    }
    return row.assumption in growers and (row.organisation, row.assumption) in used


@pytest.mark.parametrize(
    ("name", "organisation", "item", "words"),
    [
        ("positoin", "", "", "did you mean position?"),
        ("position", "RN9", "", "there is no organisation RN9: did you mean RN"),
        ("gap", "RN1", "", "leave out the organisation"),
        ("bridge", "", "left_shft", "did you mean left_shift?"),
        ("driver", "RN1", "", "name a driver"),
        ("gap", "", "cip", "has no item"),
    ],
)
def test_a_figure_that_is_not_there_is_answered(
    northmoor: PlanResult, name: str, organisation: str, item: str, words: str
) -> None:
    with pytest.raises(FigureNotKnown, match=words.replace("?", r"\?")):
        northmoor.explain(name, "2027/28", organisation=organisation, item=item)
    with pytest.raises(YearNotInPlan):
        northmoor.explain("gap", "2031/32")
