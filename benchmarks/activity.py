"""Activity: a million people in 20 bands, 30 specialties, 8 points of delivery, 6 providers, 10 years, 1,000 draws.

The engine stands beside the bare arithmetic in NumPy: every cell of every year and draw worked out once, in blocks that fit the cache, and
summed to points of delivery and providers. Both get the same draws and give the same totals before any time is printed. What is
uncertain: other growth and what an intervention avoids among the old, one number each for a point of delivery.

    OMP_NUM_THREADS=1 python -m benchmarks.activity [DRAWS]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import in_turns, show
from leftshift.foundation.ages import AgeBand
from leftshift.foundation.years import FinancialYear
from leftshift.place.capacity_rows import Activity, People, PointOfDelivery
from leftshift.place.place import Place
from leftshift.place.rows import Membership, Organisation

Floats = NDArray[np.float64]
DRAWS, REPEATS, BLOCKS = 1_000, 3, (8, 16, 32, 64)
BASE = FinancialYear(2024)
AREA = "Everywhere"
BY: dict[str, Any] = {"source": "Invented for a benchmark", "basis": "assumed"}
_KINDS = (
    "non_elective",
    "elective",
    "day_case",
    "outpatient_first",
    "outpatient_follow_up",
    "emergency_department",
    "community_contact",
    "other",
)


@dataclass(frozen=True)
class Sizes:
    """How many there are of each."""

    bands: int = 20
    specialties: int = 30
    points: int = 8
    providers: int = 6
    years: int = 10
    people: int = 1_000_000


@dataclass(frozen=True)
class Inputs:
    """What activity is worked out from.

    ``base`` and ``stay`` [point, band, specialty, provider]; ``people`` [band, year], the base year first; ``growth``, other growth a year,
    and ``avoided``, the share of activity of the old that is avoided in the last year, [point, draw]; ``ramp`` [year], from 0 to 1;
    ``old`` [band], 1 for those whom the intervention reaches.
    """

    sizes: Sizes
    base: Floats
    stay: Floats
    people: Floats
    growth: Floats
    avoided: Floats
    ramp: Floats
    old: Floats


def inputs(sizes: Sizes, draws: int, seed: int = 1) -> Inputs:
    """Invented inputs."""
    numbers = np.random.default_rng(seed)
    shape = (sizes.points, sizes.bands, sizes.specialties, sizes.providers)
    ageing = np.linspace(-0.002, 0.02, sizes.bands)[:, None] * np.arange(sizes.years + 1)
    return Inputs(
        sizes,
        base=np.round(numbers.gamma(2.0, 30.0, shape)) + 1.0,
        stay=np.round(numbers.gamma(2.0, 2.0, shape), 1),
        people=sizes.people / sizes.bands * (1.0 + ageing),
        growth=numbers.normal(0.01, 0.004, (sizes.points, draws)),
        avoided=numbers.uniform(0.0, 0.1, (sizes.points, draws)),
        ramp=np.linspace(0.0, 1.0, sizes.years + 1),
        old=(np.arange(sizes.bands) >= sizes.bands * 3 // 4).astype(np.float64),
    )


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


def place_of(given: Inputs) -> Place:
    """The same as a place: its activity, its people and who provides. Draws are not part of it."""
    sizes = given.sizes
    return Place(
        code="activity",
        name="A million people",
        base_year=BASE,
        last_year=BASE.plus(sizes.years),
        perimeter="all",
        organisations=(
            Organisation(code="C01", name="Commissioner", kind="commissioner", **BY),
            *(
                Organisation(code=f"P{number:02}", name=f"Provider {number}", kind="provider", **BY)
                for number in range(sizes.providers)
            ),
        ),
        perimeters=(Membership(perimeter="all", organisation="C01", share=1.0, **BY),),
        points_of_delivery=tuple(
            PointOfDelivery(
                point_of_delivery=f"pod_{number}", name=f"Point {number}", kind=kind_of(number), **BY
            )
            for number in range(sizes.points)
        ),
        population=tuple(_people(given)),
        activity=tuple(_activity(given)),
    )


def kind_of(point: int) -> str:
    """The kind of a point of delivery, of points_of_delivery.toml."""
    return _KINDS[point % len(_KINDS)]


def band_of(number: int, bands: int) -> AgeBand:
    """Bands of five years, the last of them open."""
    return AgeBand(5 * number, None if number == bands - 1 else 5 * number + 4)


def _people(given: Inputs) -> Iterator[People]:
    for band, year in product(range(given.sizes.bands), range(given.sizes.years + 1)):
        yield People(
            area=AREA,
            age_band=band_of(band, given.sizes.bands),
            year=BASE.plus(year),
            people=Decimal(repr(float(given.people[band, year]))),
            **BY,
        )


def _activity(given: Inputs) -> Iterator[Activity]:
    for at in np.ndindex(given.base.shape):
        point, band, specialty, provider = at
        yield Activity(
            activity="A" + "-".join(map(str, at)),
            point_of_delivery=f"pod_{point}",
            specialty=f"specialty {specialty}",
            age_band=band_of(band, given.sizes.bands),
            provider=f"P{provider:02}",
            commissioner="C01",
            count=Decimal(repr(float(given.base[at]))),
            length_of_stay=Decimal(repr(float(given.stay[at]))),
            demographic_growth="population",
            **BY,
        )


def engine(given: Inputs) -> Callable[[], Floats] | None:
    """The activity engine on the same draws: gives what ``bare`` gives. None as long as it cannot be asked for draws.

    This is the one place to call ``leftshift.capacity``: prepare ``place_of(given)`` here, and return what works out
    ``given.growth`` and ``given.avoided``.
    """
    del given
    return None


def main() -> None:
    """The engine beside the bare arithmetic."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    given = inputs(Sizes(), draws)
    cells = given.base.size
    print(
        f"{cells:,} cells, {given.sizes.years} years after the base year, {draws:,} draws: {cells * (given.sizes.years + 1) * draws:,} numbers"
    )
    ways: dict[str, Callable[[], object]] = {
        f"bare NumPy, blocks of {size}": partial(bare, given, size) for size in BLOCKS
    }
    times = in_turns(ways, repeats=REPEATS)
    best = min(times, key=lambda name: min(times[name]))
    found = engine(given)
    if found is None:
        print("the activity engine cannot be asked for draws yet: the bare arithmetic alone")
    else:
        np.testing.assert_allclose(found(), bare(given, BLOCKS[0]), rtol=1e-9)
        times |= in_turns({best: ways[best], "the engine": found}, repeats=REPEATS)
    show(times, beside=best)


if __name__ == "__main__":
    main()
