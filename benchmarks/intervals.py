"""10,000 rates with two intervals each, beside the same arithmetic in bare NumPy and SciPy, and beside packages that exist.

The bare arithmetic is what a person writes who knows that every number is in order: Byar's limits for all, exact ones from SciPy's
gamma distribution below 10 events. Ours also looks for gaps, zeros and what is too large, and says of each how it was made: at most
three times as long is the aim. From a frame the text of kinds is sorted and every cell checked, too. PHStatsMethods (GPL-3), and statsmodels
for the exact limits alone, are timed where the environment has them; neither is a dependency, and no lock of this repository holds them:
``pip install PHStatsMethods statsmodels`` into an environment of one's own that has leftshift.

Run it with ``python -m benchmarks.intervals``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.timing import in_turns, show
from leftshift.measures.statistics.frames import intervals
from leftshift.measures.statistics.intervals import estimate

ROWS, REPEATS = 10_000, 21
LEVELS = (0.95, 0.998)
MULTIPLIER = 100_000.0
BARE = "bare NumPy and SciPy"
Floats = NDArray[np.float64]


def main() -> None:
    """Time each, and print them side by side."""
    counts, people = rates(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
    frame = pl.DataFrame(
        {"kind": "rate", "numerator": counts, "denominator": people, "multiplier": MULTIPLIER}
    )
    frames = [frame.with_columns(confidence=pl.lit(level)) for level in LEVELS]
    ways: dict[str, Callable[[], object]] = {
        BARE: lambda: [bare(counts, people, level) for level in LEVELS],
        "ours, on arrays": lambda: [ours(counts, people, level) for level in LEVELS],
        "ours, on frames of polars": lambda: [intervals(entry) for entry in frames],
    }
    print(f"{counts.size:,} rates, intervals of {' and '.join(f'{100 * level:g}%' for level in LEVELS)}")
    show(in_turns(ways, repeats=REPEATS), beside=BARE)
    others = {**statsmodels_way(counts, people), **phstats_way(counts, people)}
    if others:
        show(in_turns({BARE: ways[BARE], **others}, repeats=1), beside=BARE)
    else:
        print("neither PHStatsMethods nor statsmodels is in this environment")


def rates(size: int) -> tuple[Floats, Floats]:
    """Counts, a third of them below 10, and people."""
    chance = np.random.default_rng(1)
    counts, people = chance.poisson(chance.gamma(0.7, 60, size)), chance.integers(500, 90_000, size)
    return counts.astype(np.float64), people.astype(np.float64)


def ours(counts: Floats, people: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Value and limits by the library."""
    found = estimate("rate", counts, people, multiplier=MULTIPLIER, confidence=confidence)
    return found.value, found.lower, found.upper


def bare(counts: Floats, people: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """The same arithmetic, with nothing looked at."""
    from scipy.special import gammaincinv, ndtri

    tail = (1 - confidence) / 2
    z = ndtri(1 - tail)
    x, up = np.maximum(counts, 1), counts + 1
    low = 1 - 1 / (9 * x) - z / (3 * np.sqrt(x))
    high = 1 - 1 / (9 * up) + z / (3 * np.sqrt(up))
    lower, upper = x * low * low * low, up * high * high * high
    few = counts < 10
    lower[few] = np.where(counts[few] == 0, 0.0, gammaincinv(counts[few], tail))
    upper[few] = gammaincinv(counts[few] + 1, 1 - tail)
    factor = MULTIPLIER / people
    return counts * factor, lower * factor, upper * factor


def statsmodels_way(counts: Floats, people: Floats) -> dict[str, Callable[[], object]]:
    """Exact limits of every count, where statsmodels is there."""
    if find_spec("statsmodels") is None:
        return {}
    limits = import_module("statsmodels.stats.rates").confint_poisson
    return {
        "statsmodels, exact limits alone": lambda: [
            limits(counts, people, method="exact-c", alpha=1 - level) for level in LEVELS
        ]
    }


def phstats_way(counts: Floats, people: Floats) -> dict[str, Callable[[], object]]:
    """Rates by PHStatsMethods, where it is there; without zeros, which it refuses."""
    if find_spec("PHStatsMethods") is None:
        return {}
    package, pandas = import_module("PHStatsMethods"), import_module("pandas")
    areas = np.arange(counts.size)
    frame = pandas.DataFrame({"area": areas, "x": np.maximum(counts, 1), "n": people})
    return {"PHStatsMethods": lambda: package.ph_rate(frame, "x", "n", ["area"], confidence=list(LEVELS))}


if __name__ == "__main__":
    main()
