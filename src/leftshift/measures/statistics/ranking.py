"""Groups of equal size by rank: quantiles that keep ties together, as Fingertips draws them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leftshift.measures.statistics.estimates import Floats

NO_GROUP = 0


def quantile_groups(values: ArrayLike, groups: int, *, highest_first: bool = False) -> NDArray[np.int64]:
    """The group of each value along the last axis, 1 to ``groups``; 0 where it is missing or there are fewer values than groups.

    Group 1 holds the lowest values, or with ``highest_first`` the highest. Ties share a rank, the least of theirs, and so a group. For
    rank r of n values in k groups the group is floor(k + 1 - ceiling((n + 1 - r) / (n / k))), and at least 1.
    """
    if groups < 2:
        raise ValueError("There are two groups at least")
    given = np.asarray(values, np.float64)
    signed = -given if highest_first else given
    missing = np.isnan(signed)
    count = (~missing).sum(axis=-1, keepdims=True)
    rank = least_ranks(signed)
    # (n + 1 - r) k / n in whole numbers: a quotient of floats could fall on the wrong side of its ceiling.
    up = -((-(count + 1 - rank) * groups) // np.maximum(count, 1))
    found = np.maximum(1, groups + 1 - up)
    return np.where(missing | (count < groups), NO_GROUP, found)


def least_ranks(values: Floats) -> NDArray[np.int64]:
    """Ranks from 1 along the last axis; ties share the least of theirs, and what is missing comes last."""
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    place = np.arange(values.shape[-1])
    starts = np.ones(values.shape, dtype=np.bool_)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=-1) + 1
    ranks = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, first, axis=-1)
    return ranks
