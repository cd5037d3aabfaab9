"""What a position is measured by: its mean over the draws, or the mean of the worst share of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.economy.arrays import Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """The mean of the worst ``share`` of the draws; all of them, which is the expected value, for a share of 1."""

    share: float = 1.0

    def weights(self, values: Floats) -> Floats:
        """What each draw counts [draw], of these values [draw]: the weights under which their sum is lowest."""
        draws = len(values)
        most = 1.0 / max(self.share * draws, 1.0)
        order = np.argsort(values, kind="stable")
        found = np.zeros(draws)
        left = 1.0 - most * np.arange(draws)
        found[order] = np.clip(left, 0.0, most)
        return found

    def of(self, values: Floats) -> float:
        """The measure of values [draw]."""
        return float(self.weights(values) @ values)


EXPECTED = Measured()
