"""For any place and anything uncertain in it: every draw is the model run with that draw's values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.economy.uncertainty.drawing import Drawing
from leftshift.economy.uncertainty.outputs import Output, Outputs
from leftshift.economy.uncertainty.program import Program
from leftshift.economy.uncertainty.streams import Streams
from leftshift.model import read_place
from leftshift.place.place import Place
from tests.library.test_economy_properties import close
from tests.library.uncertain import SlowDraw, uncertain_places

DRAWS = 3
EXAMPLES = Path(__file__).parents[2] / "examples"


def drawn(place: Place) -> dict[str, np.ndarray]:
    names = tuple(row.quantity for row in place.uncertainty)
    block = Drawing(place, Streams(1, names)).block(0)
    return {name: line[:DRAWS] for name, line in block.items()}


@given(uncertain_places())
def test_every_draw_agrees_with_the_slow_implementation(place: Place) -> None:
    projection = project(prepare(place))
    outputs = Outputs(projection.economy)
    values = drawn(place)

    found = Program(projection, outputs).run(values)

    for draw in range(DRAWS if values else 0):
        slow = SlowDraw(place, {name: float(line[draw]) for name, line in values.items()}).run()
        for at, year in enumerate(place.years):
            for row in place.organisations:
                nothing, plan = (
                    found[outputs.row[Output(kind, row.code)], at, draw]
                    for kind in ("do_nothing", "position")
                )
                assert close(float(nothing), slow.do_nothing[row.code, year], 1e6)
                assert close(float(plan), slow.plan[row.code, year], 1e6)


def northmoor_bent() -> Place:
    """Northmoor with a contract between cap and collar, on which the do-nothing case and the plan both act, and one that starts late."""
    place = read_place(EXAMPLES / "northmoor").place
    contracts = tuple(
        replace(row, form="blended") if row.contract == "C01" else row for row in place.contracts
    )
    late = replace(contracts[1], contract="C99", year=place.base_year.plus(2))
    staged = tuple(
        replace(row, stage="do_nothing") if row.intervention == "virtual_ward" else row
        for row in place.interventions
    )
    return place.with_tables(contracts=(*contracts, late), interventions=staged)


@pytest.mark.parametrize("name", ["llr-2014", "northmoor", "bent"])
def test_draws_of_the_examples_agree_with_the_slow_implementation(name: str) -> None:
    place = northmoor_bent() if name == "bent" else read_place(EXAMPLES / name).place
    projection = project(prepare(place))
    outputs = Outputs(projection.economy)
    values = drawn(place)

    found = Program(projection, outputs).run(values)

    for draw in range(1 if name == "llr-2014" else DRAWS):
        slow = SlowDraw(place, {name: float(line[draw]) for name, line in values.items()}).run()
        for at, year in enumerate(place.years):
            for row in place.organisations:
                nothing = float(found[outputs.row[Output("do_nothing", row.code)], at, draw])
                plan = float(found[outputs.row[Output("position", row.code)], at, draw])
                assert close(nothing, slow.do_nothing[row.code, year], 1e6), (row.code, year)
                assert close(plan, slow.plan[row.code, year], 1e6), (row.code, year)
