"""What every row of every table has."""

from __future__ import annotations

from dataclasses import dataclass, field

from leftshift.foundation.sources import Basis, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row has: a source, a basis, and the row of the file it was read from."""

    source: str
    basis: Basis
    origin: Origin = field(default_factory=Origin, compare=False)
