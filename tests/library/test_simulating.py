"""Draws, distributions, streams, and what a simulation says of a real plan."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import qmc

from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.economy.uncertainty.distributions import quantile
from leftshift.economy.uncertainty.drawing import Drawing
from leftshift.economy.uncertainty.drawn import DrawOutOfRange
from leftshift.economy.uncertainty.figures import figures_of
from leftshift.economy.uncertainty.outputs import Output, Outputs
from leftshift.economy.uncertainty.program import Program
from leftshift.economy.uncertainty.simulating import Asked, NothingUncertain, Stopped, simulate
from leftshift.economy.uncertainty.streams import BLOCK, Method, Streams, direction_numbers, slots_of
from leftshift.model import Model, read_place
from leftshift.place.place import Place
from leftshift.place.rows import Correlation, Level, Uncertainty
from leftshift.place.uncertain import how_of
from tests.library.places import BY
from tests.library.uncertain import uncertain_places

LLR, NORTHMOOR = (Path(__file__).parents[2] / "examples" / name for name in ("llr-2014", "northmoor"))
NAMES = tuple(f"quantity_{number}" for number in range(20))
UNIFORM = (np.arange(100_000) + 0.5) / 100_000


def uncertain(
    quantity: str, distribution: Any, moves: Any = "delivery", item: str = "x", **more: Any
) -> Uncertainty:
    levels: dict[str, Any] = {
        name: Level(value) for name, value in more.items() if isinstance(value, int | float)
    }
    rest = {name: value for name, value in more.items() if name not in levels}
    return Uncertainty(
        quantity=quantity, moves=moves, item=item, distribution=distribution, **levels, **rest, **BY
    )


@pytest.fixture(scope="module")
def llr() -> Model:
    return read_place(LLR)


# ---------------------------------------------------------------------- streams
def test_unscrambled_directions_are_those_of_a_sobol_sequence() -> None:
    dimensions, block = 40, 1024
    directions = direction_numbers(dimensions)
    points = np.zeros((block, dimensions), dtype=np.uint32)
    for bit in range(10):
        points[(np.arange(block) >> bit & 1) == 1] ^= directions[:, bit]

    theirs = qmc.Sobol(dimensions, scramble=False).random(block)

    mine = points / 2.0**32
    assert np.array_equal(mine[np.lexsort(mine.T)], theirs[np.lexsort(theirs.T)])


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube"])
def test_every_block_has_one_number_in_each_stratum(method: Method) -> None:
    streams = Streams(7, NAMES, method)

    for name in NAMES[:5]:
        for block in (0, 1, 9):
            strata = np.sort((streams.uniform(name, block) * BLOCK).astype(int))
            assert np.array_equal(strata, np.arange(BLOCK))


def test_latin_streams_follow_from_their_names_alone() -> None:
    few, many = Streams(7, NAMES[:2], "latin_hypercube"), Streams(7, NAMES, "latin_hypercube")

    assert np.array_equal(few.uniform(NAMES[0], 3), many.uniform(NAMES[0], 3))
    assert not np.array_equal(
        many.uniform(NAMES[0], 3), Streams(8, NAMES, "latin_hypercube").uniform(NAMES[0], 3)
    )


@given(
    st.sets(st.text("abcdefgh_", min_size=1, max_size=8), min_size=1, max_size=60),
    st.text("abcdefgh_", min_size=1),
)
def test_one_more_quantity_moves_few_sobol_streams(names: set[str], more: str) -> None:
    before, after = slots_of(tuple(names)), slots_of(tuple(names | {more}))

    assert len(set(before.values())) == len(names)
    grew = max(32, 1 << (2 * len(names) - 1).bit_length()) < 2 * len(names | {more})
    assert grew or sum(before[name] != after[name] for name in names) <= max(3, len(names) // 4)


def test_pairs_of_sobol_streams_are_as_even_as_chance_and_evener() -> None:
    streams = Streams(1, NAMES)
    normal = stats.norm.ppf([np.concatenate([streams.uniform(name, b) for b in range(8)]) for name in NAMES])

    pairs = np.corrcoef(normal)[np.triu_indices(len(NAMES), 1)]

    assert np.abs(pairs).max() < 4 / math.sqrt(8 * BLOCK)
    assert pairs.std() < 1 / math.sqrt(8 * BLOCK)  # the spread that chance alone would give


# ---------------------------------------------------------------------- distributions
@pytest.mark.parametrize(
    ("row", "mean", "sd"),
    [
        (uncertain("q", "triangular", low=1.0, mode=2.0, high=6.0), (1 + 2 + 6) / 3, math.sqrt((1 + 4 + 36 - 2 - 6 - 12) / 18)),
        (uncertain("q", "pert", low=0.0, mode=2.0, high=4.0), (0 + 4 * 2 + 4) / 6, math.sqrt((2 - 0) * (4 - 2) / 7)),
        (uncertain("q", "normal", mean=3.0, sd=0.5), 3.0, 0.5),
        (uncertain("q", "log_normal", mean=2.0, sd=1.0), 2.0, 1.0),
        (uncertain("q", "uniform", low=-1.0, high=3.0), 1.0, 4 / math.sqrt(12)),
        (uncertain("q", "discrete", values="0: 50%; 6: 30%; 12: 20%"), 0.3 * 6 + 0.2 * 12, math.sqrt(0.3 * 36 + 0.2 * 144 - 4.2**2)),
        (uncertain("q", "empirical", values="1; 2; 2; 5"), 10 / 4, math.sqrt(34 / 4 - 2.5**2)),
    ],
    ids=lambda value: value.distribution if isinstance(value, Uncertainty) else "",
)  # fmt: skip
def test_moments_match_the_request(row: Uncertainty, mean: float, sd: float) -> None:
    values = quantile(row, UNIFORM)

    assert values.mean() == pytest.approx(mean, rel=1e-4)
    assert values.std() == pytest.approx(sd, rel=2e-3)
    assert (np.diff(values) >= 0).all()


def test_bounds_cut_a_normal_off() -> None:
    values = quantile(uncertain("q", "normal", mean=0.0, sd=1.0, low=-1.0, high=0.5), UNIFORM)

    cut = stats.truncnorm(-1.0, 0.5)
    assert values.min() >= -1.0
    assert values.max() <= 0.5
    assert values.mean() == pytest.approx(cut.mean(), abs=1e-4)


@pytest.mark.parametrize(
    "row",
    [
        uncertain("q", "triangular", low=0.85, mode=0.85, high=0.85),
        uncertain("q", "pert", low=0.1, mode=0.1, high=0.1),
        uncertain("q", "normal", mean=0.3, sd=0.0),
        uncertain("q", "log_normal", mean=1.1, sd=0.0),
        uncertain("q", "uniform", low=0.7, high=0.7),
        uncertain("q", "discrete", values="0.3: 100%"),
        uncertain("q", "empirical", values="0.3; 0.3"),
    ],
    ids=lambda row: row.distribution,
)
def test_a_distribution_without_width_is_its_value_to_the_bit(row: Uncertainty) -> None:
    wanted = next(level.value for level in (row.mode, row.mean, row.low, Level(0.3)) if level)

    assert set(quantile(row, UNIFORM[::97]).tolist()) == {wanted}


def correlated(*pairs: tuple[str, str, str]) -> Place:
    place = read_place(NORTHMOOR).place
    rows = [
        uncertain(f"q{number}", "normal", mean=1.0, sd=0.1, group="g" if number < 3 else None)
        for number in range(5)
    ]
    return replace(
        place,
        uncertainty=(*rows, uncertain("q5", "triangular", low=0.0, mode=0.0, high=1.0)),
        correlations=tuple(
            Correlation(one=one, other=other, correlation=Decimal(value), **BY) for one, other, value in pairs
        ),
    )


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube"])
def test_rank_correlations_match_the_request(method: Method) -> None:
    place = correlated(("g", "g", "0.5"), ("q0", "q1", "0.8"), ("q3", "q5", "-0.6"))
    drawing = Drawing(place, Streams(1, tuple(row.quantity for row in place.uncertainty), method))
    blocks = [drawing.block(number) for number in range(32)]
    drawn = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}

    def rank(one: str, other: str) -> float:
        return float(stats.spearmanr(drawn[one], drawn[other]).statistic)

    assert rank("q0", "q1") == pytest.approx(0.8, abs=0.01)
    assert rank("q0", "q2") == pytest.approx(0.5, abs=0.015)
    assert rank("q3", "q5") == pytest.approx(-0.6, abs=0.015)
    assert rank("q0", "q4") == pytest.approx(0.0, abs=0.02)
    assert drawn["q1"].mean() == pytest.approx(1.0, abs=1e-4)
    assert drawn["q1"].std() == pytest.approx(0.1, rel=0.01)


# ---------------------------------------------------------------------- simulations
@given(uncertain_places())
def test_without_variance_a_simulation_is_the_run_to_the_bit(place: Place) -> None:
    still = replace(place, uncertainty=tuple(row for row in map(without_width, place.uncertainty) if row))
    if not still.uncertainty:
        return
    projection = project(prepare(still))

    found = simulate(projection, Asked(draws=5))

    assert np.array_equal(
        found.values, np.repeat(Outputs(projection.economy).planned(projection)[:, :, None], 5, axis=2)
    )


def without_width(row: Uncertainty) -> Uncertainty | None:
    """The quantity held at what changes nothing; None for one that is set, as the plan may have several values."""
    how = how_of(row)
    if how == "set":
        return None
    still = Level(0.0 if how == "add" else 1.0)
    return replace(row, low=still, high=still)


def test_set_to_the_plans_own_values_a_simulation_is_the_run_to_the_bit(llr: Model) -> None:
    still = (
        uncertain("pay", "normal", "rate", "pay_share", organisation="RWE", how="set", mean=0.666667, sd=0.0),
        uncertain("cip", "triangular", "delivery", "cip", low=1.0, mode=1.0, high=1.0),
        uncertain("late", "discrete", "delay", "transformation_interventions", values="0: 100%"),
    )
    place = llr.place.with_tables(uncertainty=still, correlations=())
    projection = project(prepare(place))

    found = simulate(projection, Asked(draws=300))

    assert (found.values == Outputs(projection.economy).planned(projection)[:, :, None]).all()


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube"])
def test_workers_do_not_show(llr: Model, method: Method) -> None:
    one = llr.simulate(draws=5000, seed=3, method=method)
    four = llr.simulate(draws=5000, seed=3, method=method, workers=4)
    other = llr.simulate(draws=5000, seed=4, method=method)

    assert one.values.tobytes() == four.values.tobytes()
    assert one.document() == four.document()
    assert one.values.tobytes() != other.values.tobytes()


def test_fewer_draws_are_the_first_of_more(llr: Model) -> None:
    many, few = llr.simulate(draws=3000, seed=3), llr.simulate(draws=1500, seed=3)

    assert np.array_equal(many.values[:, :, :1500], few.values)


def test_scenarios_share_their_luck(llr: Model) -> None:
    plan, slow = llr.simulate(draws=2000), llr.scenario("allocation-cut").simulate(draws=2000)
    closing = plan.figure("position")

    moved = (slow.of(closing) - plan.of(closing))[-1]

    assert abs(moved.mean()) > 20 * moved.std()


def test_a_sum_of_normals_is_the_normal_that_theory_gives() -> None:
    """One allocation of 100, one cost of 60: with factors of sd 3% and 5% their difference has sd √(3² + 3²)."""
    place = read_place(NORTHMOOR).place
    allocation = next(row for row in place.lines if row.type == "allocation")
    cost = next(
        row for row in place.lines if row.type == "cost" and row.organisation == allocation.organisation
    )
    rows = (
        uncertain("income", "normal", "value", allocation.line, mean=1.0, sd=0.03),
        uncertain("spending", "normal", "value", cost.line, mean=1.0, sd=0.05),
    )
    projection = project(prepare(replace(place, uncertainty=rows, correlations=())))
    found = simulate(projection, Asked(draws=64 * BLOCK))
    figure = found.figure("position", allocation.organisation)
    planned = float(found.planned(figure)[0])
    sd = math.hypot(0.03 * allocation.value, 0.05 * cost.value)

    values = found.of(figure)[0]

    assert values.mean() == pytest.approx(planned, abs=1e-3 * sd)
    assert values.std() == pytest.approx(sd, rel=1e-3)
    for percent in (5, 25, 50, 75, 95):
        assert np.percentile(values, percent) == pytest.approx(
            planned + sd * stats.norm.ppf(percent / 100), abs=5e-3 * sd
        )
    assert float(found.balances(figure)[0]) == pytest.approx(stats.norm.sf(-planned / sd), abs=2e-3)


def test_the_bridge_leads_from_do_nothing_to_closing_in_every_draw(llr: Model) -> None:
    found = llr.simulate(draws=2000)
    figures = figures_of(found.outputs)
    bodies = sum(
        found.of(figure) * llr.place.shares.get(figure.organisation, 0.0)
        for figure in figures.values()
        if figure.name == "position" and figure.organisation
    )
    assert np.allclose(bodies, found.of(figures["position"]), atol=1e-6)
    steps = sum(found.of(figure) for figure in figures.values() if figure.name == "bridge")

    assert np.allclose(
        found.of(figures["position"]) - found.of(figures["do_nothing_position"]), steps, atol=1e-6
    )
    assert np.array_equal(found.of(figures["gap"]), -found.of(figures["do_nothing_position"]))


def test_it_stops_on_the_block_where_the_interval_is_stable(llr: Model) -> None:
    stopped, whole = llr.simulate(draws=50_000, until_stable=True), llr.simulate(draws=20_000)

    assert stopped.is_stable
    assert stopped.draws < 20_000
    assert stopped.draws % BLOCK == 0
    assert [step.is_stable for step in stopped.steps[:-1]] == [False] * (len(stopped.steps) - 1)
    low, high = whole.interval("position", "2018/19")
    assert stopped.interval("position", "2018/19")[0] == pytest.approx(low, abs=0.02 * (high - low))


def test_stable_is_when_no_end_moved_by_a_hundredth_of_the_width_in_three_blocks(llr: Model) -> None:
    steps = llr.simulate(draws=12 * BLOCK).steps

    told = []
    for at, step in enumerate(steps):
        last = [entry.ends for entry in steps[max(0, at - 3) : at + 1]]
        moves = [abs(b - a) for one, two in pairwise(last) for a, b in zip(one, two, strict=True)]
        told.append(len(last) == 4 and max(moves) <= 0.01 * (step.ends[-1] - step.ends[0]))

    assert [step.is_stable for step in steps] == told
    assert len(set(told[3:])) == 2  # some are and some are not


def test_it_stops_when_asked_and_tells_how_far_it_came(llr: Model) -> None:
    told: list[int] = []

    with pytest.raises(Stopped):
        llr.simulate(
            draws=50_000,
            report=lambda step, _: told.append(step.draws),
            is_stopped=lambda: len(told) == 3,
            workers=2,
        )

    assert told == [BLOCK, 2 * BLOCK, 3 * BLOCK]


def test_an_exceedance_curve_falls_from_all_to_none(llr: Model) -> None:
    found = llr.simulate(draws=4096)
    closing = found.figure("position")

    values, reached = found.exceedance(closing, -1)

    assert (np.diff(values) >= 0).all()
    assert (reached[0], reached[-1]) == (1.0, 0.0)
    for value, share in zip(values[1:-1], reached[1:-1], strict=True):
        assert (found.of(closing)[-1] >= value).mean() == pytest.approx(share, abs=1e-3)


def test_nothing_uncertain_is_said(llr: Model) -> None:
    certain = Model(llr.place.with_tables(uncertainty=(), correlations=()))

    with pytest.raises(NothingUncertain, match=r"uncertainty\.csv"):
        certain.simulate()


def test_a_rate_that_falls_to_nothing_is_refused(llr: Model) -> None:
    wild = uncertain("pay", "normal", "rate", "pay_inflation", organisation="RWE", mean=0.0, sd=0.6)

    with pytest.raises(DrawOutOfRange, match=r"(net|pay)_inflation"):
        Model(llr.place.with_tables(uncertainty=(wild,), correlations=())).simulate(draws=1024)


def test_lines_and_cells_are_kept_when_asked(llr: Model) -> None:
    projection = llr.project().projection
    figures = simulate(projection, Asked(draws=200))
    lines = simulate(projection, Asked(draws=200), keep="lines")
    cells = simulate(projection, Asked(draws=200), keep="cells")
    economy = projection.economy

    paid = lines.values[: len(economy.flows.rows)]
    income = sum(paid[at] for at in np.flatnonzero(economy.flows.payee == economy.node["RT5"]))
    spent = sum(paid[at] for at in np.flatnonzero(economy.flows.payer == economy.node["RT5"]))
    rows = [
        at
        for label, at in cells.outputs.row.items()
        if label.kind == "cell" and label.node == "RT5" and _in_plan(economy, label.name)
    ]
    nothing = figures.values[figures.outputs.row[Output("do_nothing", "RT5")]]

    assert np.allclose(income - spent, nothing, atol=1e-6)
    position = figures.values[figures.outputs.row[Output("position", "RT5")]]
    assert np.allclose(cells.values[rows].sum(axis=0), position - nothing, atol=1e-6)


def _in_plan(economy: Any, name: str) -> bool:
    return bool(economy.interventions[economy.number[name]].stage == "plan")


def test_nothing_is_prepared_twice(llr: Model) -> None:
    """One program gives the same figures again: no block leaves anything behind for the next."""
    projection = llr.project().projection
    program = Program(projection, Outputs(projection.economy))
    drawing = Drawing(llr.place, Streams(1, tuple(row.quantity for row in llr.place.uncertainty)))
    first, second = drawing.block(0), drawing.block(1)

    once = program.run(first)
    program.run(second)

    assert np.array_equal(program.run(first), once)


def test_a_run_loads_no_scipy_and_a_simulation_no_statistics() -> None:
    code = (
        "import sys; from leftshift.cli.main import main; main(sys.argv[1:]);"
        "print(sorted(name for name in ('scipy.stats', 'ibis', 'polars', 'openpyxl') if name in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "simulate", str(LLR), "--draws", "100", "--json"], capture_output=True, text=True, check=True
    )  # fmt: skip

    assert done.stderr.strip().splitlines()[-1] == "[]"
