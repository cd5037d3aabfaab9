"""The pieces of broken lines, for a programme that knows straight lines and whole numbers only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import Codes, Flags, Floats
from leftshift.economy.choosing.bending import Spots
from leftshift.economy.choosing.effects import Effects


@dataclass(frozen=True)
class Pieces:
    """Three pieces of the broken line of each spot, the first from the lowest change that options can make of it.

    ends [spot, 4] are changes of activity, £000: between them the payment is straight. For each piece there is a column of
    how much of it is gone through, from 0 to 1, and for each of the two bends one that says whether it is past.
    """

    spots: Spots
    ends: Floats

    @property
    def columns(self) -> int:
        """Three pieces and two bends for each spot."""
        return 5 * len(self.spots)

    @cached_property
    def paid(self) -> Floats:
        """What is paid at each end [spot, 4]."""
        return np.stack([self.spots.paid(self.ends[:, at]) for at in range(4)], axis=1)

    @property
    def first_paid(self) -> Floats:
        """What is paid at the first end [spot]."""
        found: Floats = self.paid[:, 0]
        return found

    @cached_property
    def whole(self) -> Codes:
        """Which columns are whole numbers."""
        return np.tile(np.array([0, 0, 0, 1, 1]), len(self.spots))

    def on_pieces(self, factor: Floats) -> Floats:
        """A row over the columns: what is paid at each spot, each by its factor [spot]."""
        row = np.zeros((len(self.spots), 5))
        row[:, :3] = np.diff(self.paid, axis=1) * factor[:, None]
        return row.ravel()

    def rows(self) -> Iterator[tuple[Floats, Floats, float, float]]:
        """(over scales, over columns, low, high): pieces add up to the change, and each is full before the next begins."""
        lengths, none = np.diff(self.ends, axis=1), np.zeros(self.spots.change.shape[1])
        for spot in range(len(self.spots)):
            row = self._row(spot, -lengths[spot], 0.0, 0.0)
            yield self.spots.change[spot], row, self.ends[spot, 0], self.ends[spot, 0]
            for bend in (0, 1):
                full, begun = np.eye(3)[bend], -np.eye(3)[bend + 1]
                past = np.eye(2)[bend]
                yield none, self._row(spot, full, *-past), 0.0, np.inf
                yield none, self._row(spot, begun, *past), 0.0, np.inf

    def _row(self, spot: int, pieces: Floats, first: float, second: float) -> Floats:
        row = np.zeros((len(self.spots), 5))
        row[spot] = [*pieces, first, second]
        return row.ravel()


def pieces_of(effects: Effects, matter: Flags) -> Pieces:
    """The pieces of every spot that bends within the reach of the options and that matters [spot]."""
    reach = effects.reach
    low, high = (side[reach.bends][matter][:, None] for side in (reach.low, reach.high))
    spots = effects.spots.only(matter)
    edges = np.clip(spots.edges(), low, high)
    return Pieces(spots, np.concatenate([low, edges, high], axis=1))
