"""Where a number comes from: its source, its basis, its row of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Basis = Literal["published", "derived", "estimate", "calibrated", "assumed"]
BASES: tuple[Basis, ...] = get_args(Basis)

# From the firmest to the weakest: a figure is only as firm as the weakest thing it rests on.
_WEAKNESS: dict[Basis, int] = {"published": 0, "derived": 1, "assumed": 2, "estimate": 3, "calibrated": 4}


def weakest(bases: set[Basis]) -> Basis:
    """The basis to show for a figure that rests on all of these; ``derived`` for none."""
    return max(bases, key=_WEAKNESS.__getitem__, default="derived")


@dataclass(frozen=True, slots=True)
class Origin:
    """The row of the file that a fact was read from; rows count from 1, the header included."""

    file: str = ""
    row: int = 0

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}" if self.row else self.file
