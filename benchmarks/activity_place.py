"""What the benchmark of activity is worked out from: invented numbers in arrays, and the same numbers as a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leftshift.foundation.ages import AgeBand
from leftshift.foundation.years import FinancialYear
from leftshift.place.capacity_rows import Activity, ActivityEffect, People, PointOfDelivery
from leftshift.place.place import Place
from leftshift.place.rows import (
    Assumption,
    Contract,
    Intervention,
    Membership,
    Moves,
    Organisation,
    ProfilePoint,
    Service,
    Setting,
    Step,
    Uncertainty,
)

Floats = NDArray[np.float64]
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


def place_of(given: Inputs) -> Place:
    """The same as a place: its activity and people, contracts whose services grow, and an intervention for each point of delivery.

    What is drawn is uncertain in it: the rate by which the services of a point grow, and what its intervention delivers.
    """
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
        settings=(Setting(setting="growth", value="multiplied", **BY),),
        **_money(sizes),
        **_plans(given),
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
            contract=f"K{point}-{provider}",
            demographic_growth="population",
            **BY,
        )


def _money(sizes: Sizes) -> dict[str, Any]:
    """A service and a rate for each point of delivery, and a contract for it with each provider."""
    points = range(sizes.points)
    return {
        "services": tuple(
            Service(service=f"service_{point}", name=f"Point {point}", other_growth=growth_of(point), **BY)
            for point in points
        ),
        "assumptions": tuple(
            Assumption(organisation="all", assumption=growth_of(point), percent=0.01, **BY) for point in points
        ),
        "contracts": tuple(
            Contract(contract=f"K{point}-{provider}", payer="C01", payee=f"P{provider:02}", service=f"service_{point}", value=1.0, year=BASE, **BY)
            for point, provider in product(points, range(sizes.providers))
        ),
    }  # fmt: skip


def _plans(given: Inputs) -> dict[str, Any]:
    """An intervention for each point of delivery, which avoids activity of the old as far as it is delivered."""
    sizes, points = given.sizes, range(given.sizes.points)
    old = AgeBand(band_of(int(given.old.argmax()), sizes.bands).first)
    moved: list[tuple[Moves, str]] = [("rate", growth_of(point)) for point in points] + [
        ("delivery", avoiding(point)) for point in points
    ]
    return {
        "steps": (Step(step="avoid", name="Avoided", order=1, **BY),),
        "profiles": tuple(ProfilePoint(profile="ramp", period=BASE.plus(year), share=float(share), **BY) for year, share in enumerate(given.ramp)),
        "interventions": tuple(Intervention(intervention=avoiding(point), name=avoiding(point), step="avoid", profile="ramp", **BY) for point in points),
        "activity_effects": tuple(
            ActivityEffect(effect=avoiding(point), intervention=avoiding(point), change="reduce", point_of_delivery=f"pod_{point}", age_band=old, percent=1.0, posted=False, **BY)
            for point in points
        ),
        "uncertainty": tuple(
            Uncertainty(quantity=item, moves=moves, item=item, how="set", distribution="uniform", **BY) for moves, item in moved
        ),
    }  # fmt: skip


def growth_of(point: int) -> str:
    """The rate by which a point of delivery grows."""
    return f"growth_{point}"


def avoiding(point: int) -> str:
    """The intervention that avoids activity of a point of delivery."""
    return f"avoid_{point}"
