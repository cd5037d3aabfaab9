"""From people to growth of activity: by the people of a band, or by how much each band uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leftshift.foundation.ages import ALL_AGES, AgeBand
from leftshift.place.capacity_rows import AgeWeight
from leftshift.population.counting import Floats
from leftshift.population.projecting import Population


class NoPeople(ValueError):
    """Nobody in a year from which activity is to grow."""


@dataclass(frozen=True)
class Weighing:
    """Growth of activity with people."""

    population: Population
    weights: Sequence[AgeWeight]

    def factors(self, area: str, band: AgeBand, point_of_delivery: str = "", specialty: str = "") -> Floats:
        """What activity is multiplied by for its people [year], 1 in the base year; an empty area is all of them.

        Activity of one band follows the people of it. Activity of all ages follows people times use by band, where
        ``age_weights`` says how much each band uses: that of the specialty, else that of the point of delivery.
        Raises AreaNotGiven, BandNotGiven and NoPeople.
        """
        found = self._weighted(area, band, point_of_delivery, specialty)
        if (found[:-1] == 0.0).any():
            year = self.population.years[int((found == 0.0).argmax())]
            raise NoPeople(f"nobody aged {band} who would use it in {year}")
        growth: Floats = found / found[0]
        return growth

    def _weighted(self, area: str, band: AgeBand, point_of_delivery: str, specialty: str) -> Floats:
        weights = self.weights_of(point_of_delivery, specialty) if band == ALL_AGES else ()
        if not weights:
            return self.population.by_year(area, band)
        found = np.zeros(len(self.population.years))
        for row in weights:
            found += float(row.use) * self.population.by_year(area, row.age_band)
        return found

    def weights_of(self, point_of_delivery: str, specialty: str) -> Sequence[AgeWeight]:
        """The weights that hold for activity of all ages, from the youngest; empty where there are none."""
        common = self._by_kind.get((point_of_delivery, ""), ())
        return self._by_kind.get((point_of_delivery, specialty), common)

    @cached_property
    def _by_kind(self) -> dict[tuple[str, str], list[AgeWeight]]:
        found: dict[tuple[str, str], list[AgeWeight]] = {}
        for row in sorted(self.weights, key=lambda row: row.age_band.first):
            found.setdefault((row.point_of_delivery, row.specialty), []).append(row)
        return found
