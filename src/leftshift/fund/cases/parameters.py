"""The parameters of business cases: editions of the Green Book, optimism bias, the parts of the five cases."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from leftshift.foundation.discounting import ExactRate
from leftshift.foundation.faults import near_miss

LEVELS = ("none", "lower", "upper")


class EditionNotKnown(LookupError):
    """No edition of the Green Book of that name, or none that early."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the Green Book: its rates, from when it is in force, and how well that is known."""

    edition: str
    name: str
    in_force_from: date
    label: str
    source: str
    dated: date
    rates: tuple[ExactRate, ...]
    health_rates: tuple[ExactRate, ...]
    warns_from: date | None = None
    warning: str = ""

    def rates_in_words(self, *, health: bool = False) -> str:
        """The rates as people read them: 3.5%, after year 30 3%."""
        rows = self.health_rates if health else self.rates
        said = [
            f"{_percent(row.rate)}" if row.after == 0 else f"after year {row.after} {_percent(row.rate)}"
            for row in rows
        ]
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class OptimismBias:
    """By how much costs and durations of a kind of work were underestimated: shares of one, None where nothing is stated."""

    code: str
    name: str
    cost: Mapping[str, Decimal]
    duration: Mapping[str, Decimal] | None

    def uplift(self, level: str) -> Decimal:
        """The share that a level (none, lower, upper) adds to a cost."""
        return self.cost[level] if level != "none" else Decimal(0)


def parameter(name: str) -> Any:
    """The value of a setting that a case may replace."""
    return parameters()["settings"][name]["value"]


def share(text: str) -> Decimal:
    """A share of these files, written as 3.5%."""
    return Decimal(text.removesuffix("%")) / 100


def _percent(value: Decimal) -> str:
    return f"{(value * 100).normalize():f}%"


@cache
def parameters() -> Mapping[str, Any]:
    """Every parameter: its value and unit, what it is, and where it comes from."""
    return tomllib.loads(_text("parameters.toml"))


@cache
def five_cases() -> Mapping[str, Any]:
    """The five cases in their order: name, question, and the parts that each is expected to have."""
    return tomllib.loads(_text("five_cases.toml"))


def _text(file: str) -> str:
    return resources.files("leftshift.fund.cases").joinpath(file).read_text("utf-8")


@cache
def editions() -> tuple[Edition, ...]:
    """Every edition, the oldest first."""
    return tuple(_edition(row) for row in parameters()["editions"])


def _edition(row: Mapping[str, Any]) -> Edition:
    rates, health = (
        tuple(ExactRate(entry["after"], share(entry["rate"])) for entry in row[name])
        for name in ("rates", "health_rates")
    )
    warns = row.get("warns_from")
    return Edition(
        edition=row["edition"],
        name=row["name"],
        in_force_from=date.fromisoformat(row["in_force_from"]),
        label=row["label"],
        source=row["source"],
        dated=date.fromisoformat(row["date"]),
        rates=rates,
        health_rates=health,
        warns_from=date.fromisoformat(warns) if warns else None,
        warning=row.get("warning", ""),
    )


def edition_of(name: str, as_of: date) -> Edition:
    """The edition of a name; without one, the edition in force on a day. Raises EditionNotKnown."""
    if name:
        known = {entry.edition: entry for entry in editions()}
        if name not in known:
            near = near_miss(name, known)
            hint = f"; did you mean {near}?" if near else ""
            raise EditionNotKnown(f"no edition {name} of the Green Book, only {', '.join(known)}{hint}")
        return known[name]
    in_force = [entry for entry in editions() if entry.in_force_from <= as_of]
    if not in_force:
        raise EditionNotKnown(f"no edition of the Green Book is known that was in force on {as_of}")
    return in_force[-1]


@cache
def optimism_biases() -> Mapping[str, OptimismBias]:
    """Every kind of work by its code."""
    rows = {code: row for code, row in parameters()["optimism_bias"].items() if isinstance(row, dict)}
    return {
        code: OptimismBias(
            code,
            row["name"],
            {level: share(text) for level, text in row["cost"].items()},
            {level: share(text) for level, text in row["duration"].items()} if "duration" in row else None,
        )
        for code, row in rows.items()
    }
