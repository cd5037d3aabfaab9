"""The yardstick of intervals gives what the library gives; how fast either is, no test asks."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from benchmarks.intervals import LEVELS, MULTIPLIER, bare, ours, rates
from leftshift.measures.statistics.frames import intervals


@pytest.mark.parametrize("level", LEVELS)
def test_bare_arithmetic_is_what_the_library_gives(level: float) -> None:
    counts, people = rates(500)
    assert (counts == 0).any()
    assert (counts > 10).any()

    for plain, found in zip(bare(counts, people, level), ours(counts, people, level), strict=True):
        np.testing.assert_allclose(found, plain, rtol=1e-9)


def test_a_frame_gives_the_same() -> None:
    counts, people = rates(200)
    frame = pl.DataFrame(
        {"kind": "rate", "numerator": counts, "denominator": people, "multiplier": MULTIPLIER}
    )
    found = intervals(frame)

    for name, plain in zip(("value", "lower", "upper"), bare(counts, people, 0.95), strict=True):
        np.testing.assert_allclose(found[name].to_numpy(), plain, rtol=1e-9)
