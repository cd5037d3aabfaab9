"""Risks: scores on their scale, the band each falls in, how they moved, the heat map, and what has to be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from leftshift.programme.parameters import catalogue
from leftshift.programme.programme import Programme
from leftshift.programme.raid_rows import Risk, RiskScore

USUAL = "npsa"
Stage = Literal["inherent", "current", "target"]
STAGES: tuple[Stage, ...] = ("inherent", "current", "target")


@dataclass(frozen=True)
class Band:
    """What products from ``least`` to ``most`` are called, and their colour."""

    band: str
    name: str
    least: int
    most: int
    rag: str


@dataclass(frozen=True)
class Scale:
    """A scale: score to label on both sides, bands of products, and the band from which a risk is escalated."""

    scale: str
    name: str
    likelihood: Mapping[int, str]
    impact: Mapping[int, str]
    bands: tuple[Band, ...]
    escalate: str
    source: str

    def band(self, likelihood: int, impact: int) -> Band | None:
        """The band of a score; None where the scale has none for it."""
        product = likelihood * impact
        return next((band for band in self.bands if band.least <= product <= band.most), None)

    def has(self, likelihood: int, impact: int) -> bool:
        """Whether both scores are on the scale."""
        return likelihood in self.likelihood and impact in self.impact

    def is_escalated(self, likelihood: int, impact: int) -> bool:
        """Whether a risk of that score goes to a board."""
        band = self.band(likelihood, impact)
        first = next((each.least for each in self.bands if each.band == self.escalate), None)
        return band is not None and first is not None and band.least >= first

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Pairs of scores that fall in no band, or in two."""
        return tuple(
            (one, other)
            for one in self.likelihood
            for other in self.impact
            if sum(band.least <= one * other <= band.most for band in self.bands) != 1
        )


def scales(programme: Programme) -> Mapping[str, Scale]:
    """Every scale of a programme: those that come with leftshift, and its own."""
    found = {name: _shipped(name, entry) for name, entry in catalogue("scales").items()}
    for name in dict.fromkeys(row.scale for row in programme.scales):
        found[name] = _own(programme, name)
    return found


def _shipped(name: str, entry: Mapping[str, Any]) -> Scale:
    labels = [dict(enumerate(entry[side], start=1)) for side in ("likelihood", "impact")]
    bands = tuple(Band(**band) for band in entry["bands"])
    return Scale(name, entry["name"], labels[0], labels[1], bands, entry["escalate"], entry["source"])


def _own(programme: Programme, name: str) -> Scale:
    rows = [row for row in programme.scales if row.scale == name]
    bands = sorted((row for row in programme.bands if row.scale == name), key=lambda row: row.least)
    labels = [
        {row.score: row.label for row in rows if row.dimension == side} for side in ("likelihood", "impact")
    ]
    return Scale(
        name, name.replace("_", " "), labels[0], labels[1],
        tuple(Band(row.band, row.name, row.least, row.most, row.rag) for row in bands),
        bands[-1].band if bands else "", rows[0].source,
    )  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """A score with the scale it was given on and the band it falls in."""

    row: RiskScore
    scale: Scale

    @property
    def product(self) -> int:
        """Likelihood times impact."""
        return self.row.likelihood * self.row.impact

    @property
    def band(self) -> Band | None:
        """The band that it falls in."""
        return self.scale.band(self.row.likelihood, self.row.impact)

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "likelihood": self.row.likelihood,
            "impact": self.row.impact,
            "score": self.product,
            "band": self.band.band if self.band else None,
            "scale": self.scale.scale,
            "on": str(self.row.scored_on),
        }


@dataclass(frozen=True)
class RiskState:
    """A risk on a day: the latest score of each stage, every score before, and what is due."""

    risk: Risk
    as_of: date
    history: tuple[Scored, ...]

    def latest(self, stage: Stage) -> Scored | None:
        """The score that counts; None where there is none."""
        return next((entry for entry in reversed(self.history) if entry.row.stage == stage), None)

    @property
    def current(self) -> Scored | None:
        """How it stands: the current score, else the inherent one."""
        return self.latest("current") or self.latest("inherent")

    @property
    def is_open(self) -> bool:
        """Whether it is open on the day."""
        return self.risk.closed is None or self.risk.closed > self.as_of

    @property
    def move(self) -> int:
        """How the current score moved since the one before on the same scale; above 0: worse."""
        found = [entry for entry in self.history if entry.row.stage == "current"]
        if len(found) < 2 or found[-1].scale.scale != found[-2].scale.scale:
            return 0
        return found[-1].product - found[-2].product

    @property
    def is_review_overdue(self) -> bool:
        """Whether it should have been looked at."""
        return self.is_open and self.risk.review is not None and self.risk.review < self.as_of

    @property
    def to_escalate(self) -> bool:
        """Whether its score asks for a board that it was not brought to."""
        now = self.current
        asks = now is not None and now.scale.is_escalated(now.row.likelihood, now.row.impact)
        return self.is_open and asks and not self.escalated_to

    @property
    def escalated_to(self) -> str:
        """The board that it was brought to by the day; empty where to none."""
        is_later = self.risk.escalated_on is not None and self.risk.escalated_on > self.as_of
        return "" if is_later else self.risk.escalated_to

    @property
    def title(self) -> str:
        """What could happen, as people call it."""
        return self.risk.event

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "risk": self.risk.risk,
            "event": self.risk.event,
            "open": self.is_open,
            "owner": self.risk.owner,
            "threatens": f"{self.risk.threatens_kind}:{self.risk.threatens}" if self.risk.threatens else None,
            **{stage: entry.document() if (entry := self.latest(stage)) else None for stage in STAGES},
            "moved": self.move,
            "review": str(self.risk.review) if self.risk.review else None,
            "review_overdue": self.is_review_overdue,
            "to_escalate": self.to_escalate,
            "escalated_to": self.escalated_to or None,
        }


@dataclass(frozen=True)
class Register:
    """Every risk of a programme on a day."""

    programme: Programme
    as_of: date

    @cached_property
    def scales(self) -> Mapping[str, Scale]:
        """Every scale, by its name."""
        return scales(self.programme)

    @cached_property
    def risks(self) -> tuple[RiskState, ...]:
        """Every risk, the highest current score first."""
        usual = self.programme.scale or USUAL
        history: dict[str, list[Scored]] = {}
        for row in sorted(self.programme.risk_scores, key=lambda row: row.scored_on):
            scale = self.scales.get(row.scale or usual)
            if row.scored_on <= self.as_of and scale is not None:
                history.setdefault(row.risk, []).append(Scored(row, scale))
        found = [
            RiskState(row, self.as_of, tuple(history.get(row.risk, ())))
            for row in self.programme.risks
            if row.raised <= self.as_of
        ]
        return tuple(sorted(found, key=_by_score))

    @property
    def open(self) -> tuple[RiskState, ...]:
        """Risks that are open."""
        return tuple(state for state in self.risks if state.is_open)

    def heat_map(self, scale: str, stage: Stage = "current") -> Mapping[tuple[int, int], Sequence[RiskState]]:
        """(likelihood, impact) to the open risks that stand there on a scale."""
        found: dict[tuple[int, int], list[RiskState]] = {}
        for state in self.open:
            entry = state.current if stage == "current" else state.latest(stage)
            if entry is not None and entry.scale.scale == scale:
                found.setdefault((entry.row.likelihood, entry.row.impact), []).append(state)
        return found


def _by_score(state: RiskState) -> tuple[bool, int, str]:
    now = state.current
    return not state.is_open, -(now.product if now else 0), state.risk.risk
