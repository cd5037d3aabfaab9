"""Draw how many records there are, and their bed days: Poisson numbers by cell, in blocks that anybody can draw again.

Each group has a stream of its own: a block of it follows from the seed, the group and the number of the block alone.
"""

from __future__ import annotations

import numpy as np

from leftshift.capacity.records.reducing import Cells, Ints
from leftshift.economy.arrays import Floats
from leftshift.foundation.streams import named_generator

BLOCK = 50  # draws; another number gives other draws
_SPLITS = 2048  # at once: an array of 50 draws of them stays in the cache


def block_of(cells: Cells, group: int, label: str, seed: int, block: int) -> tuple[Ints, Ints]:
    """Records and bed days of a group in a block of draws, each [draw]."""
    numbers = named_generator(seed, label, f"records {block}")
    records, days = np.zeros(BLOCK, dtype=np.int64), np.zeros(BLOCK, dtype=np.int64)
    first, last = int(cells.starts[group]), int(cells.starts[group + 1])
    for start in range(first, last, _SPLITS):
        part = slice(start, min(start + _SPLITS, last))
        # of a block all draws are made, so that fewer draws are the first of more
        drawn: Ints = numbers.poisson(cells.expected[part, None], (part.stop - part.start, BLOCK))
        records += drawn.sum(axis=0)
        days += _bed_days(numbers, drawn, cells.stay[part], cells.stay_factor[part])
    return records, days


def _bed_days(numbers: np.random.Generator, drawn: Ints, stay: Ints, factor: Floats) -> Ints:
    """Bed days of some splits [draw]: every day stays, goes or is doubled by itself.

    A factor of 0.8 keeps each day with a chance of 0.8; one of 1.3 keeps it and adds another with a chance of 0.3. So stays remain
    whole days, and what is expected is the stay times the factor. Days of one factor are drawn together, which is the same.
    """
    if not stay.any():
        return np.zeros(drawn.shape[1], dtype=np.int64)
    runs = np.flatnonzero(np.append(True, factor[1:] != factor[:-1]))
    days: Ints = np.add.reduceat(drawn * stay[:, None], runs, axis=0)
    whole = np.floor(factor[runs])
    left = factor[runs] - whole
    kept = days * whole.astype(np.int64)[:, None]
    split = left > 0
    if split.any():
        kept[split] += numbers.binomial(days[split], left[split, None])
    found: Ints = kept.sum(axis=0)
    return found
