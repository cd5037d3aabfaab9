"""NHS numbers of nobody: those of the range for tests, 999…, and where it ends, of the rest of what is never issued."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from leftshift.population.invented.arrays import Ints

_BLOCK = 1_000_000
_HIGHEST, _LOWEST = 999, 900
_ALL_NINES = 9_999_999_999
_WEIGHTS = np.arange(10, 1, -1)


class TooManyNumbers(ValueError):
    """More numbers than the range that is never issued holds."""


def nhs_numbers(first: int, count: int) -> Ints:
    """The numbers at some places of one fixed order: each place has its own number, always the same.

    The first 909,000 or so begin with 999, the range for tests; those after it with 998 and so on down to 900, all
    of which are never issued. Raises TooManyNumbers.
    """
    found: list[Ints] = []
    start = 0
    for block in range(_HIGHEST, _LOWEST - 1, -1):
        if count <= 0:
            break
        if first < start + _how_many(block):
            taken = _valid(block)[first - start : first - start + count]
            found.append(taken)
            first, count = first + len(taken), count - len(taken)
        start += _how_many(block)
    if count > 0:
        raise TooManyNumbers("there are not so many numbers that are never issued")
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


@cache
def _how_many(block: int) -> int:
    return len(_valid(block))


@lru_cache(maxsize=4)
def _valid(block: int) -> Ints:
    """Every valid number that begins with three digits, in a scattered order."""
    scattered = (np.arange(_BLOCK, dtype=np.int64) * 618_033 + 271_828) % _BLOCK
    nine = block * _BLOCK + scattered
    total = np.zeros(_BLOCK, dtype=np.int64)
    for place, weight in enumerate(_WEIGHTS):
        total += nine // 10 ** (8 - place) % 10 * weight
    check = (11 - total % 11) % 11
    found: Ints = nine * 10 + check
    # ten digits that are all the same pass the check, and are refused all the same
    sound: Ints = found[(check != 10) & (found != _ALL_NINES)]
    return sound
