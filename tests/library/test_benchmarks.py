"""The yardstick of the benchmarks gives what the engine gives; how fast either is, no test asks."""

from __future__ import annotations

import numpy as np

from benchmarks.by_hand import by_hand
from benchmarks.synthetic import synthetic_place
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project


def test_positions_by_hand_are_those_of_the_engine() -> None:
    economy = prepare(synthetic_place(organisations=12, contracts=90, interventions=60, years=4))
    projection = project(economy)

    do_nothing, with_plan = by_hand(economy)()

    np.testing.assert_allclose(do_nothing, projection.do_nothing[0], rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(with_plan, projection.with_plan[0], rtol=1e-9, atol=1e-6)
    assert np.abs(with_plan - do_nothing).max() > 1
