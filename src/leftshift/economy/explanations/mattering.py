"""Which inputs matter most to a figure: each is moved by a little, and the model runs again.

A value of the base year, a rate in every year that it is given for and the delivery of an intervention are moved by
what ``place/nudges.toml`` says. The parts of the figure say which inputs are worth
trying; the moves are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeVar, get_args

from leftshift.economy.arrays import name_of
from leftshift.economy.explanations.explaining import Explaining
from leftshift.economy.explanations.terms import Figure, terms_of
from leftshift.economy.explanations.tracing import Tracing
from leftshift.economy.explanations.words import Words
from leftshift.economy.growth import Growth
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.foundation.sources import Basis, Origin, weakest
from leftshift.place.place import Place
from leftshift.place.rows import Assumption, Contract, Effect, Intervention, Line, Row, StatedEffect
from leftshift.place.schema import catalogue

_Flow = TypeVar("_Flow", Contract, Line)
Kind = Literal["value", "rate", "intervention"]
_NOTHING = 5e-4  # £000: less than half a pound is not told


@dataclass(frozen=True)
class Matters:
    """An input, the small move of it that was tried, and what that moves; ``part`` is its part of the figure. £000."""

    input: str
    kind: Kind
    nudge: str
    move: float
    part: float
    rows: tuple[Row, ...]

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where it stands, the first few rows of it."""
        return tuple(row.origin for row in self.rows)

    @property
    def basis(self) -> Basis:
        """The weakest basis of its rows."""
        return weakest({row.basis for row in self.rows})

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it came from, each source once."""
        return tuple(dict.fromkeys(row.source for row in self.rows))


def _by(kind: str) -> float:
    """By how much a kind of input is moved."""
    return float(catalogue("nudges")[kind]["by"])


@dataclass(frozen=True)
class _Candidate:
    input: str
    kind: Kind
    rows: tuple[Row, ...]
    part: float
    guess: float


def what_matters(tracing: Tracing, figure: Figure, most: int = 8) -> tuple[Matters, ...]:
    """The inputs that move a figure most, largest first; raises FigureNotKnown."""
    place = tracing.economy.place
    now = _value(place, figure)
    tried = sorted(_candidates(tracing, figure), key=lambda entry: (-entry.guess, entry.input))[
        : int(_by("tried"))
    ]
    found = []
    for entry in tried:
        move = _value(_nudged(place, entry), figure) - now
        if abs(move) >= _NOTHING:
            found.append(
                Matters(
                    entry.input,
                    entry.kind,
                    str(catalogue("nudges")[entry.kind]["said"]),
                    move,
                    entry.part,
                    entry.rows,
                )
            )
    return tuple(sorted(found, key=lambda entry: (-abs(entry.move), entry.input))[:most])


def _value(place: Place, figure: Figure) -> float:
    projection = project(prepare(place))
    return Explaining(Tracing(Growth(projection))).amount(terms_of(projection.economy, figure))


def _candidates(tracing: Tracing, figure: Figure) -> list[_Candidate]:
    """Every input with a guess of its move: parts move in proportion, rates by their slopes, also those of nought."""
    words = Words(tracing.economy)
    groups: dict[tuple[str, str], list[tuple[Row, float]]] = {}
    for row, part in tracing.inputs(figure):
        groups.setdefault(_group(row, words), []).append((row, part))
    slopes = tracing.rate_slopes(figure)
    by_rate: dict[tuple[str, str], list[Row]] = {}
    for rate in tracing.economy.place.assumptions:
        if (rate.organisation, rate.assumption) in slopes and rate.follows is None:
            by_rate.setdefault((rate.organisation, rate.assumption), []).append(rate)
    found = []
    for key, rows in by_rate.items():
        name = words.rate(*key)
        part = sum(amount for _, amount in groups.pop(("rate", name), ()))
        found.append(_Candidate(name, "rate", tuple(rows), part, abs(slopes[key]) * _by("rate")))
    for (kind, name), entries in groups.items():
        part = sum(amount for _, amount in entries)
        if kind in get_args(Kind):
            size = abs(part) * (1.0 if kind == "rate" else _by(kind))
            found.append(_Candidate(name, kind, tuple(row for row, _ in entries), part, size))  # type: ignore[arg-type]
    return found


def _group(row: Row, words: Words) -> tuple[str, str]:
    match row:
        case Contract() | Line():
            return "value", f"{words.flow(row)} ({name_of(row)})"
        case Assumption():
            return "rate", words.rate(row.organisation, row.assumption)
        case Effect() | StatedEffect():
            return "intervention", words.intervention(row.intervention)
        case _:
            return "other", ""


def _nudged(place: Place, entry: _Candidate) -> Place:
    chosen = {id(row) for row in entry.rows}
    if entry.kind == "value":
        return place.with_tables(
            contracts=tuple(_more(row) if id(row) in chosen else row for row in place.contracts),
            lines=tuple(_more(row) if id(row) in chosen else row for row in place.lines),
        )
    if entry.kind == "rate":
        raised = (
            replace(row, percent=(row.percent or 0.0) + _by("rate")) if id(row) in chosen else row
            for row in place.assumptions
        )
        return place.with_tables(assumptions=tuple(raised))
    named = {row.intervention for row in entry.rows if isinstance(row, Effect | StatedEffect)}
    return place.with_tables(
        interventions=tuple(_less(row) if row.intervention in named else row for row in place.interventions)
    )


def _more(row: _Flow) -> _Flow:
    return replace(row, value=row.value * (1 + _by("value")))


def _less(row: Intervention) -> Intervention:
    return replace(row, delivery=row.delivery * (1 - _by("intervention")))
