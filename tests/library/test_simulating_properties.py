"""For any place and anything uncertain in it: every draw is the model run with that draw's values."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.economy.uncertainty.drawing import Drawing
from leftshift.economy.uncertainty.outputs import Output, Outputs
from leftshift.economy.uncertainty.program import Program
from leftshift.economy.uncertainty.streams import Streams
from leftshift.place.place import Place
from tests.library.test_economy_properties import close
from tests.library.uncertain import SlowDraw, uncertain_places

DRAWS = 3


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
