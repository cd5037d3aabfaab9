"""Red, amber, green: how far a figure is off target on the wrong side, and what that is called. The rule is printed with the rating."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Colour = Literal["green", "amber", "red", ""]
COLOURS: Final[tuple[Colour, ...]] = ("", "green", "amber", "red")
_EXACT: Final = 1e-9
"""What the arithmetic of floating point may add to a share: 10% is not more than 10%, and 57 of 100 is 57%, not less."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A figure beside its target: its colour, and how far off it is on the wrong side as a share of the target.

    ``off`` is None where the target is nought, or next to it, of which there is no share.
    """

    colour: Colour
    off: float | None
    amber: float
    target: float
    is_strict: bool = False

    @property
    def word(self) -> str:
        """The colour as a word that does not need one."""
        return {"green": "On target", "amber": "Close to target", "red": "Off target", "": ""}[self.colour]

    @property
    def rule(self) -> str:
        """The rule in words."""
        beyond = f"amber up to {self.amber * 100:g}% off target" if self.amber else "no amber"
        return f"green on target, {beyond}, red beyond"


def rate(value: float, target: float, better: int, amber: float, *, is_strict: bool = False) -> Rating | None:
    """The rating of a figure; None where neither way is better.

    ``better`` is 1 where higher is better, −1 where lower is; ``amber`` the share of the target up to which a figure on the wrong side
    is amber. Of a target of nought there is no share: what misses it is red.
    """
    if not better:
        return None
    code = int(ratings(value, target, better, amber, is_strict=is_strict))
    return Rating(COLOURS[code], _off(value, target, better), amber, target, is_strict)


def _off(value: float, target: float, better: int) -> float | None:
    off = max(0.0, (target - value) * better / abs(target)) if target else inf
    return None if off == inf else off if off > _EXACT else 0.0


def ratings(
    values: ArrayLike,
    targets: ArrayLike,
    better: ArrayLike,
    amber: ArrayLike,
    *,
    is_strict: ArrayLike = False,
) -> NDArray[np.int8]:
    """The same of many: places in COLOURS; 0 where value or target is NaN or neither way is better."""
    value, target, sides = (np.asarray(given, np.float64) for given in (values, targets, better))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        short = (target - value) * sides
        short = np.where(np.abs(short) <= _EXACT * np.abs(target), 0.0, short)
        off = short / np.abs(target)
        met = (short < 0) | ((short == 0) & ~np.asarray(is_strict))
        near = (short == 0) | (off <= np.asarray(amber) + _EXACT)
    found = np.where(met, 1, np.where(near, 2, 3))
    known = ~np.isnan(value) & ~np.isnan(target) & (sides != 0)
    return np.where(known, found, 0).astype(np.int8)
