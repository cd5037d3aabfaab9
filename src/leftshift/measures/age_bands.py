"""The age bands by which observations are standardised."""

from __future__ import annotations

from leftshift.foundation.ages import AgeBand
from leftshift.measures.statistics.parameters import standard_population


def standard_bands() -> tuple[str, ...]:
    """The age bands of the standard population, the youngest first, as observations write them."""
    return tuple(str(AgeBand.parse(name)) for name in standard_population())
