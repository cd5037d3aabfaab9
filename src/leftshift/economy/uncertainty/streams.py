"""Uniform numbers by name: every quantity has a stream of its own, in blocks that anybody can draw again.

A block follows from the seed, the name of the quantity and the number of the block alone, so neither the
order of work nor the number of workers shows in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from leftshift.economy.arrays import Floats
from leftshift.foundation.streams import named_generator

Method = Literal["sobol", "latin_hypercube"]
METHODS: tuple[Method, ...] = ("sobol", "latin_hypercube")
BLOCK = 1024  # draws; a power of two, so that every block of Sobol points is as even as can be

_BITS = 32
_LOG_BLOCK = BLOCK.bit_length() - 1
_LEAST_SLOTS = 32
_Words = NDArray[np.uint32]


class TooManyQuantities(ValueError):
    """More uncertain quantities than a Sobol sequence has good dimensions for."""


def block_count(draws: int) -> int:
    """How many blocks hold so many draws."""
    return -(-draws // BLOCK)


@dataclass(frozen=True)
class Streams:
    """The uniform numbers of some quantities, strictly between 0 and 1."""

    seed: int
    names: tuple[str, ...]
    method: Method = "sobol"

    def uniform(self, name: str, block: int) -> Floats:
        """The numbers of a quantity in a block [draw]."""
        if self.method == "sobol":
            offset = _offset(self._directions[name], self._shifts[name], block)
            return _between(self._first_blocks[name] ^ offset)
        return self._latin(name, block)

    def _latin(self, name: str, block: int) -> Floats:
        """One number in each of as many equal strata as the block has draws, in an order of their own."""
        numbers = named_generator(self.seed, name, f"latin {block}")
        found: Floats = (numbers.permutation(BLOCK) + numbers.random(BLOCK)) / BLOCK
        return np.clip(found, 2.0**-54, 1 - 2.0**-53)

    @cached_property
    def _directions(self) -> Mapping[str, _Words]:
        slots = slots_of(self.names)
        directions = direction_numbers(max(slots.values(), default=0) + 1)
        return {name: self._scrambled(name, directions[slot]) for name, slot in slots.items()}

    def _scrambled(self, name: str, directions: _Words) -> _Words:
        """The directions under a random lower-triangular matrix: Matoušek's linear scrambling."""
        numbers = named_generator(self.seed, name, "scrambling")
        below = numbers.integers(0, 2, (_BITS, _BITS), dtype=np.uint32)
        matrix = np.tril(below, -1) | np.eye(_BITS, dtype=np.uint32)
        weights = np.uint32(1) << np.arange(_BITS - 1, -1, -1, dtype=np.uint32)
        rows = (matrix * weights).sum(axis=1, dtype=np.uint32)
        parity = np.bitwise_count(rows[None, :] & directions[:, None]).astype(np.uint32) & np.uint32(1)
        found: _Words = (parity * weights).sum(axis=1, dtype=np.uint32)
        return found

    @cached_property
    def _first_blocks(self) -> Mapping[str, _Words]:
        return {name: _first_block(directions) for name, directions in self._directions.items()}

    @cached_property
    def _shifts(self) -> Mapping[str, np.uint32]:
        return {
            name: named_generator(self.seed, name, "shift").integers(0, 2**_BITS, dtype=np.uint32)
            for name in self.names
        }


def slots_of(names: Sequence[str]) -> dict[str, int]:
    """The Sobol dimension of each name: a place of its own in a table twice as long as the names.

    Where the first dimensions go by the order of names, one more quantity would move all of them; so they go by
    a hash of the name, and one more moves only a quantity whose place it takes, or all when the table doubles.
    Low dimensions only, for those of a high number pair badly. Raises TooManyQuantities.
    """
    size = _LEAST_SLOTS
    while size < 2 * len(names):
        size *= 2
    most = _MOST_SLOTS
    if size > most:
        raise TooManyQuantities(
            f"{len(names)} uncertain quantities are more than a Sobol sequence has good dimensions for "
            f"({most // 2}): draw by latin_hypercube"
        )
    found: dict[str, int] = {}
    taken: set[int] = set()
    for mark, name in sorted((_mark(name), name) for name in names):
        slot = mark % size
        while slot in taken:
            slot = (slot + 1) % size
        taken.add(slot)
        found[name] = slot
    return found


_MOST_SLOTS = 1024  # beyond it too many dimensions pair badly: decision 0028


def direction_numbers(dimensions: int) -> _Words:
    """The direction numbers of Sobol sequences [dimension, bit], of Joe and Kuo (2008), as SciPy carries them."""
    found = find_spec("scipy")
    assert found is not None
    assert found.origin is not None
    with np.load(Path(found.origin).parent / "stats" / "_sobol_direction_numbers.npz") as kept:
        polynomials, initial = kept["poly"][:dimensions], kept["vinit"][:dimensions]
    return np.array(
        [
            _directions(int(poly), [int(m) for m in row])
            for poly, row in zip(polynomials, initial, strict=True)
        ],
        dtype=np.uint32,
    )


def _directions(polynomial: int, initial: list[int]) -> list[int]:
    degree = polynomial.bit_length() - 1
    if degree == 0:
        return [1 << (_BITS - 1 - bit) for bit in range(_BITS)]
    numbers = initial[:degree]
    for at in range(degree, _BITS):
        number = numbers[at - degree] ^ (numbers[at - degree] << degree)
        for back in range(1, degree):
            if polynomial >> (degree - back) & 1:
                number ^= numbers[at - back] << back
        numbers.append(number)
    return [number << (_BITS - 1 - bit) for bit, number in enumerate(numbers)]


def _first_block(directions: _Words) -> _Words:
    """The first points of a sequence; those of any other block differ from them by one word."""
    points = np.zeros(1, dtype=np.uint32)
    for bit in range(_LOG_BLOCK):
        points = np.concatenate([points, points ^ directions[bit]])
    return points


def _offset(directions: _Words, shift: np.uint32, block: int) -> np.uint32:
    for bit in range(_LOG_BLOCK, _BITS):
        if block >> (bit - _LOG_BLOCK) & 1:
            shift ^= directions[bit]
    return shift


def _between(words: _Words) -> Floats:
    return (words.astype(np.float64) + 0.5) * 2.0**-_BITS


def _mark(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
