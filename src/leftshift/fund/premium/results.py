"""What a commissioner states of its year: measures, gateways, population, and the rules it replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from leftshift.foundation.reading_toml import Provenance
from leftshift.fund.premium.rounds import Round

NOT_KNOWN = "not yet known"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether something was met, None where it is not yet known, and the sentence that says why."""

    met: bool | None
    why: str
    provenance: Provenance = field(default_factory=Provenance)
    name: str = ""
    """What a local measure is called, where the file says so."""


@dataclass(frozen=True, slots=True)
class Override:
    """A rule of the round that a file replaces: which, what the round says, what the file says, and why."""

    what: str
    of_the_round: str
    own: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class PremiumFile:
    """A file as it was read; ``round`` is the round with the file's own rules in it, all outcomes by code."""

    title: str
    organisation: str
    round: Round
    overrides: tuple[Override, ...]
    population: int
    population_provenance: Provenance
    measures: Mapping[str, Outcome]
    gateways: Mapping[str, Outcome]
    whole_gateways: Mapping[str, Outcome]
    file: str = ""

    @property
    def potential(self) -> Decimal:
        """What all measures and gateways together would earn, in pounds."""
        return self.round.value_per_head.value * self.population

    def outcomes(self) -> dict[str, Outcome]:
        """Every outcome by its path, as ``measures.antibiotics``."""
        kinds = {
            "measures": self.measures,
            "gateways": self.gateways,
            "whole_gateways": self.whole_gateways,
        }
        return {f"{kind}.{code}": outcome for kind, rows in kinds.items() for code, outcome in rows.items()}
