"""How demand for beds lies over the year."""

from __future__ import annotations

from calendar import monthrange

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.place.place import Place

_USUAL_YEAR = 2023  # any year that is no leap year
DAYS = np.array([monthrange(_USUAL_YEAR, month)[1] for month in range(1, 13)], dtype=np.float64)
"""Days of each calendar month."""


def monthly_factors(place: Place, bed_type: str) -> Floats:
    """Bed days a day in each calendar month, relative to the year's mean [month]; 1 without a profile."""
    profile = next((row.seasonal_profile for row in place.bed_types if row.bed_type == bed_type), None)
    factors = np.ones(len(DAYS))
    for row in place.seasonal_profiles:
        if row.profile == profile:
            factors[row.month - 1] = float(row.factor)
    return factors


def peak_factor(place: Place, bed_type: str) -> float:
    """The factor of the fullest month."""
    return float(monthly_factors(place, bed_type).max())


def mean_factor(factors: Floats) -> float:
    """The mean over the days of a year."""
    return float((factors * DAYS).sum() / DAYS.sum())
