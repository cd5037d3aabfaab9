"""Activity: a million people in 20 bands, 30 specialties, 8 points of delivery, 6 providers, 10 years, 1,000 draws.

The engine stands beside the bare arithmetic in NumPy: every cell of every year and draw worked out once, in blocks that fit the cache, and
summed to points of delivery and providers. Both get the same draws and give the same totals before any time is printed. What is
uncertain: other growth and what an intervention avoids among the old, one number each for a point of delivery.

The engine adds up what shares its growth and its effects before it multiplies, so it is no race of like with like: the second yardstick does
by hand what can be added up first, and nothing else.

    OMP_NUM_THREADS=1 python -m benchmarks.activity [DRAWS]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.activity_place import Floats, Inputs, Sizes, avoiding, growth_of, inputs, place_of
from benchmarks.timing import in_turns, show
from leftshift.capacity.activity.projecting import Plan, plan_of
from leftshift.economy.arrays import Codes
from leftshift.economy.uncertainty.streams import BLOCK

DRAWS, REPEATS, BLOCKS, ENGINE_BLOCK = 1_000, 3, (8, 16, 32, 64), BLOCK


def bare(given: Inputs, block: int) -> Floats:
    """Activity and bed days [figure, point, provider, year, draw], every cell once, in blocks of so many draws."""
    sizes, draws = given.sizes, given.growth.shape[1]
    found = np.empty((2, sizes.points, sizes.providers, sizes.years + 1, draws))
    cells = sizes.bands * sizes.specialties * sizes.providers
    old = np.repeat(given.old, sizes.specialties * sizes.providers)
    demography = given.people / given.people[:, :1]
    for point in range(sizes.points):
        stay = given.stay[point].reshape(cells)
        for year in range(sizes.years + 1):
            base = (given.base[point] * demography[:, year, None, None]).reshape(cells)
            for start in range(0, draws, block):
                some = slice(start, min(start + block, draws))
                growth = (1.0 + given.growth[point, some]) ** year
                kept = 1.0 - np.multiply.outer(given.avoided[point, some] * given.ramp[year], old)
                kept *= base
                kept *= growth[:, None]
                found[0, point, :, year, some] = _by_provider(kept, sizes)
                kept *= stay
                found[1, point, :, year, some] = _by_provider(kept, sizes)
    return found


def _by_provider(cells: Floats, sizes: Sizes) -> Floats:
    """Cells [draw, cell] summed to providers [provider, draw]."""
    found: Floats = cells.reshape(len(cells), -1, sizes.providers).sum(axis=1).T
    return found


def added_first(given: Inputs) -> Floats:
    """The same, with specialties added up before anything is drawn: what can be done by hand for this case."""
    demography = given.people / given.people[:, :1]
    years = np.arange(given.sizes.years + 1)
    growth = (1.0 + given.growth[:, None, :]) ** years[None, :, None]
    kept = 1.0 - given.avoided[:, None, None] * given.ramp[:, None] * given.old[:, None, None]
    found = [
        np.einsum("pbr,by,pbyd,pyd->pryd", base, demography, kept, growth, optimize=["einsum_path", (0, 1), (0, 2), (0, 1)])
        for base in (given.base.sum(axis=2), (given.base * given.stay).sum(axis=2))
    ]  # fmt: skip
    return np.stack(found)


def engine(given: Inputs) -> Callable[[], Floats]:
    """The activity engine on the same draws: gives what ``bare`` gives, from a plan that is ready."""
    plan = plan_of(place_of(given))
    keys = np.array([_point_and_provider(plan, row, given.sizes) for row in range(len(plan.rows))])[
        plan.postings.row
    ]
    return partial(_engine, given, plan, keys)


def _point_and_provider(plan: Plan, row: int, sizes: Sizes) -> int:
    found = plan.rows[row]
    point, provider = int(found.point_of_delivery.removeprefix("pod_")), int(found.provider[1:])
    return point * sizes.providers + provider


def _engine(given: Inputs, plan: Plan, keys: Codes) -> Floats:
    sizes, draws = given.sizes, given.growth.shape[1]
    found = np.empty((2, sizes.points, sizes.providers, sizes.years + 1, draws))
    for start in range(0, draws, ENGINE_BLOCK):
        some = slice(start, min(start + ENGINE_BLOCK, draws))
        values = {growth_of(point): line[some] for point, line in enumerate(given.growth)}
        values |= {avoiding(point): line[some] for point, line in enumerate(given.avoided)}
        levels = plan.levels(values, some.stop - some.start)
        for at, bed_days in enumerate((False, True)):
            sums = levels.by(keys, sizes.points * sizes.providers, bed_days=bed_days)
            found[at, ..., some] = np.moveaxis(sums, 0, 1).reshape(
                sizes.points, sizes.providers, sizes.years + 1, -1
            )
    return found


def main() -> None:
    """The engine beside the bare arithmetic."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    given = inputs(Sizes(), draws)
    cells, place = given.base.size, place_of(given)
    numbers = cells * (given.sizes.years + 1) * draws
    print(
        f"{cells:,} cells, {given.sizes.years} years after the base year, {draws:,} draws: {numbers:,} numbers"
    )
    found = engine(given)
    wanted = bare(given, BLOCKS[0])
    np.testing.assert_allclose(found(), wanted, rtol=1e-9)
    np.testing.assert_allclose(added_first(given), wanted, rtol=1e-9)
    ways: dict[str, Callable[[], object]] = {
        f"bare NumPy, blocks of {size}": partial(bare, given, size) for size in BLOCKS
    }
    ways |= {"what can be added first, by hand": partial(added_first, given), "the engine": found}
    ways["plan_of, once for a place"] = partial(plan_of, place)
    times = in_turns(ways, repeats=REPEATS)
    show(times, beside=min(list(ways)[: len(BLOCKS)], key=lambda name: min(times[name])))


if __name__ == "__main__":
    main()
