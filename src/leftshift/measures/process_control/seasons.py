"""Whether series repeat themselves a year apart, so that a high month is a season and no signal."""

from __future__ import annotations

import numpy as np

from leftshift.measures.process_control.laying_out import Bools, Floats
from leftshift.measures.process_control.rule_sets import parameter


def are_seasonal(rest: Floats, cycle: int) -> Bools:
    """Which series [series] have a season, from what is left of their values above the mean of their segment [series, period].

    A straight line is taken off first, so that a rise is no season. Then the autocorrelation a cycle apart, over the pairs there are:
    the sum of products over the root of the product of the sums of squares. It is a season where that lies above so many standard
    errors of 1 over the root of the number of pairs (Bartlett 1946). Series with too few values or pairs have none.
    """
    series, periods = rest.shape
    pairs_there = periods - cycle
    if pairs_there < parameter("season_pairs"):
        return np.zeros(series, dtype=bool)
    there = ~np.isnan(rest)
    whole = bool(there.all())
    residual = _without_line(rest if whole else np.where(there, rest, 0.0), None if whole else there)
    late, early = residual[:, cycle:], residual[:, :-cycle]
    both = there[:, cycle:] & there[:, :-cycle]
    pairs = both.sum(axis=1)
    if not whole:
        late, early = np.where(both, late, 0.0), np.where(both, early, 0.0)
    product = np.einsum("ij,ij->i", late, early)
    size = np.sqrt(np.einsum("ij,ij->i", late, late)) * np.sqrt(np.einsum("ij,ij->i", early, early))
    enough = (there.sum(axis=1) >= parameter("season_least_points")) & (pairs >= parameter("season_pairs"))
    found: Bools = enough & (product * np.sqrt(np.maximum(pairs, 1)) > parameter("season_errors") * size)
    return found


def _without_line(rest: Floats, there: Bools | None) -> Floats:
    """What a straight line by least squares leaves; ``there`` says where a value is, None where one is everywhere.

    Values are divided by the largest, and what is then within rounding of nought becomes nought.
    """
    largest = np.maximum(rest.max(axis=1, initial=0.0), -rest.min(axis=1, initial=0.0))[:, None]
    level: Floats = rest / np.where(largest > 0, largest, 1.0)
    periods = np.arange(rest.shape[1], dtype=np.float64)
    if there is None:
        time = periods - periods.mean()
        level -= level.mean(axis=1)[:, None]
        level -= (level @ time / max(time @ time, 1.0))[:, None] * time
    else:
        many = np.maximum(there.sum(axis=1), 1)[:, None]
        middle = np.where(there, periods, 0.0).sum(axis=1)[:, None] / many
        times = np.where(there, periods - middle, 0.0)
        level = np.where(there, level - level.sum(axis=1)[:, None] / many, 0.0)
        spread = np.einsum("ij,ij->i", times, times)
        level -= (np.einsum("ij,ij->i", times, level) / np.where(spread > 0, spread, 1.0))[:, None] * times
    level[np.abs(level) < parameter("tolerance") * rest.shape[1]] = 0.0
    return level
