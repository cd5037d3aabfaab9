"""A score as data: items that count where a formula is true, terms that count a number, bands, or segments in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from leftshift.population.defining.codelists import ListKey
from leftshift.population.defining.formulas import Fact, Formula

Link = Literal["identity", "logistic", "exponential"]
MOST_DECIMALS, MOST_POINTS = 6, 1_000_000
"""Of the points of an item: sums of them are whole numbers of 64 bits."""


@dataclass(frozen=True, slots=True)
class Item:
    """Points for whom a formula is true."""

    name: str
    title: str
    points: float
    when: Formula


@dataclass(frozen=True, slots=True)
class Term:
    """Points from a number: by so much each, or by steps of (from, points)."""

    name: str
    title: str
    value: Formula
    times: float = 1.0
    steps: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A band that begins at a bound, or above it; the lowest has none."""

    name: str
    bound: float | None = None
    includes_bound: bool = True

    def holds(self, value: float) -> bool:
        """Whether a value is in this band or a higher one."""
        if self.bound is None:
            return True
        return value >= self.bound if self.includes_bound else value > self.bound


@dataclass(frozen=True, slots=True)
class BandRule:
    """A named way to cut a score into bands, of the score divided by ``per``."""

    name: str
    source: str
    bands: tuple[Band, ...]
    per: float = 1.0

    def band_of(self, value: float) -> str:
        """The band of a score."""
        return next(band.name for band in reversed(self.bands) if band.holds(value / self.per))


@dataclass(frozen=True, slots=True)
class Element:
    """One reason to be in a segment."""

    title: str
    when: Formula


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: whoever meets one of its elements and none of a segment before; without elements, everybody left."""

    name: str
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A definition that was read whole; ``digest`` is of its text and of the tables it names.

    It is worked out for everybody, or for those of ``only_where``; ``validated_for`` says of whom its authors showed that it holds.
    """

    name: str
    title: str
    version: str
    source: str
    dated: date
    digest: str
    items: tuple[Item, ...] = ()
    terms: tuple[Term, ...] = ()
    segments: tuple[Segment, ...] = ()
    constant: float = 0.0
    link: Link = "identity"
    least: float | None = None
    only_where: Formula | None = None
    validated_for: Formula | None = None
    band_rules: tuple[BandRule, ...] = ()
    notes: tuple[str, ...] = ()
    may_lack: tuple[str, ...] = field(default=())
    file: str = field(default="", compare=False)

    def formulas(self) -> Iterator[Formula]:
        """Every formula of it."""
        return (formula for _, formula in self.parts())

    def parts(self) -> Iterator[tuple[str, Formula]]:
        """Every formula of it, with the place where it stands in the definition."""
        yield from ((f"items, {item.name}", item.when) for item in self.items)
        yield from ((f"terms, {term.name}", term.value) for term in self.terms)
        for segment in self.segments:
            yield from ((f"segments, {segment.name}, {part.title}", part.when) for part in segment.elements)
        if self.only_where is not None:
            yield "only_where", self.only_where
        if self.validated_for is not None:
            yield "validated_for", self.validated_for

    def facts(self) -> frozenset[Fact]:
        """What it asks of a person."""
        return frozenset[Fact]().union(*(formula.facts for formula in self.formulas()))

    def needs(self) -> frozenset[str]:
        """The scores that it builds on."""
        return frozenset[str]().union(*(formula.scores for formula in self.formulas()))

    def lists(self) -> set[ListKey]:
        """The code lists that it names."""
        return set[ListKey]().union(*(formula.lists() for formula in self.formulas()))

    def lists_needed(self) -> set[ListKey]:
        """Those without which it cannot be worked out."""
        return {key for key in self.lists() if not self.does_without(key)}

    def does_without(self, key: ListKey) -> bool:
        """Whether it may be worked out though a list lacks; a pattern may begin with the system and a colon."""
        system, name = key
        return any(
            fnmatchcase(name if ":" not in pattern else f"{system}:{name}", pattern)
            for pattern in self.may_lack
        )


class ScoresGoRound(ValueError):
    """Scores that build on one another in a circle, from a score back to itself."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        super().__init__(" → ".join(names))


def in_order(scores: Mapping[str, Score], wanted: Collection[str]) -> tuple[Score, ...]:
    """The wanted scores and all that they build on, each after what it needs; raises ScoresGoRound, KeyError."""
    found: dict[str, Score] = {}

    def add(name: str, above: Sequence[str]) -> None:
        if name in above:
            raise ScoresGoRound([*above[above.index(name) :], name])
        if name not in found:
            for need in sorted(scores[name].needs()):
                add(need, [*above, name])
            found[name] = scores[name]

    for name in wanted:
        add(name, [])
    return tuple(found.values())
