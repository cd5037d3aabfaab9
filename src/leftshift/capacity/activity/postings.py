"""The postings of activity: what every row starts with, and what every effect takes from one row and gives to another.

A posting is so much of a row in the base year, times a product of what changes from year to year: the growth of a
series, the level of an effect, and where beds are back-filled the share that goes into them. Any figure is a sum of
postings, in one draw or many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from leftshift.capacity.activity.growing import Growth
from leftshift.capacity.activity.selecting import Chosen
from leftshift.economy.arrays import Codes, Floats
from leftshift.place.capacity_rows import Activity, ActivityEffect, PointOfDelivery

Step = Literal["start", "length_of_stay", "day_case", "avoided", "shifted_out", "shifted_in"]
STEPS: tuple[Step, ...] = ("start", "length_of_stay", "day_case", "avoided", "shifted_out", "shifted_in")
NO_EFFECT = -1
_WHOLE, _BACK_FILLED, _OVERFLOW = 0, 1, 2


@dataclass(frozen=True, order=True)
class Product:
    """What postings are multiplied by: a series of growth, an effect's level, and which side of a back-fill."""

    series: int
    effect: int = NO_EFFECT
    side: int = _WHOLE


@dataclass(frozen=True)
class Postings:
    """All postings: row, product, effect and step of each, and what it is in the base year [posting]."""

    products: tuple[Product, ...]
    row: Codes
    product: Codes
    effect: Codes
    step: Codes
    activity: Floats
    bed_days: Floats


@dataclass(frozen=True)
class _Posting:
    row: int
    product: Product
    step: Step
    activity: float
    bed_days: float


class Poster:
    """Makes the postings of rows and effects."""

    def __init__(
        self, rows: tuple[Activity, ...], growth: Growth, points_of_delivery: tuple[PointOfDelivery, ...]
    ) -> None:
        self.rows, self.growth = rows, growth
        self.at = {row.activity: number for number, row in enumerate(rows)}
        self.kinds = {row.point_of_delivery: row.kind for row in points_of_delivery}

    def postings(self, effects: tuple[ActivityEffect, ...], chosen: tuple[Chosen, ...]) -> Postings:
        """Everything: base postings first, then effect by effect."""
        found = [*self._base()]
        for number, (effect, what) in enumerate(zip(effects, chosen, strict=True)):
            for row, share, of_days in what.both:
                found += self._of_effect(number, effect, row, (share, of_days))
        products = tuple(sorted({posting.product for posting in found}))
        place_of = {product: at for at, product in enumerate(products)}
        return Postings(
            products,
            np.array([posting.row for posting in found], dtype=np.int64),
            np.array([place_of[posting.product] for posting in found], dtype=np.int64),
            np.array([posting.product.effect for posting in found], dtype=np.int64),
            np.array([STEPS.index(posting.step) for posting in found], dtype=np.int64),
            np.array([posting.activity for posting in found], dtype=np.float64),
            np.array([posting.bed_days for posting in found], dtype=np.float64),
        )

    def _series(self, row: int) -> int:
        return int(self.growth.of_row[row])

    def _base(self) -> Iterator[_Posting]:
        for at, row in enumerate(self.rows):
            count = float(row.count)
            yield _Posting(at, Product(self._series(at)), "start", count, count * self._stay(at))

    def _stay(self, row: int) -> float:
        return float(self.rows[row].length_of_stay or 0)

    def _of_effect(
        self, number: int, effect: ActivityEffect, row: int, shares: tuple[float, float]
    ) -> Iterator[_Posting]:
        """What an effect takes of a row, by its shares of activity and of bed days, and where it goes."""
        product = Product(self._series(row), number)
        whole = float(self.rows[row].count)
        count, days = whole * shares[0], whole * shares[1] * self._stay(row)
        if effect.change == "length_of_stay":
            yield _Posting(row, product, "length_of_stay", 0.0, -days)
            return
        if effect.to_activity is None:
            yield _Posting(row, product, "avoided", -count, -days)
            return
        step = self._step_out(effect)
        yield _Posting(row, product, step, -count, -days)
        targets = [(effect.to_activity, _WHOLE)]
        if effect.backfills:
            targets = [(effect.to_activity, _BACK_FILLED), (str(effect.overflow_to), _OVERFLOW)]
        for target, side in targets:
            activity, bed_days = self._arriving(effect, self.at[target], count, days)
            arriving = Product(product.series, number, side)
            yield _Posting(self.at[target], arriving, "shifted_in", activity, bed_days)

    def _step_out(self, effect: ActivityEffect) -> Step:
        target = self.rows[self.at[str(effect.to_activity)]]
        return "day_case" if self.kinds[target.point_of_delivery] == "day_case" else "shifted_out"

    def _arriving(
        self, effect: ActivityEffect, target: int, count: float, days: float
    ) -> tuple[float, float]:
        """What arrives: between providers the same bed days; otherwise so many of the new for one of the old."""
        ratio, stay = float(effect.ratio), self._stay(target)
        if effect.change == "shift_provider" and stay and days:
            return days * ratio / stay, days * ratio
        return count * ratio, count * ratio * stay
