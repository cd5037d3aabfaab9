"""The rules of a round of the Quality Premium, from a file of its own: a new round is a new file and no code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from leftshift.foundation.faults import near_miss
from leftshift.foundation.reading_toml import TomlReader, TomlTable, toml_reader

LABELS = {
    "S": "sourced",
    "K": "background knowledge, not verified",
    "I": "an inference, not verified",
    "own": "of this file, not of the round",
}
COMBINING = ("additive", "multiplicative")


class RoundNotKnown(LookupError):
    """No file of rules has this round."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A number of a round: ``label`` is a key of LABELS."""

    value: Decimal
    label: str
    source: str
    dated: date | None

    @property
    def is_verified(self) -> bool:
        """Whether a source was read that says it."""
        return self.label == "S"

    @property
    def told(self) -> str:
        """Where it comes from, in words."""
        day = f", {self.dated}" if self.dated else ""
        return f"[{self.label}] {LABELS[self.label]}: {self.source}{day}"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that earns a share of the premium; its tests, where the round states them, are two ways to meet it."""

    code: str
    name: str
    weight: Rule
    is_local: bool = False
    unit: str = ""
    at_least: Decimal | None = None
    improved_by: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """A standard of the NHS Constitution; missing it takes a share off what the measures earned."""

    code: str
    name: str
    standard: Rule
    unit: str
    reduction: Rule


@dataclass(frozen=True, slots=True)
class WholeGateway:
    """A gateway that leaves only a share of everything when it is failed, as a rule nothing."""

    code: str
    name: str
    meaning: str
    left: Rule


@dataclass(frozen=True, slots=True)
class Round:
    """The rules of one year."""

    year: str
    name: str
    guidance: str
    value_per_head: Rule
    combine: str
    combine_told: str
    floor: Rule
    measures: tuple[Measure, ...]
    gateways: tuple[Gateway, ...]
    whole_gateways: tuple[WholeGateway, ...]


@cache
def known_rounds() -> tuple[str, ...]:
    """The years that rules are there for, in order."""
    folder = resources.files("leftshift.fund.premium").joinpath("rounds")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(name.removesuffix(".toml").replace("-", "/") for name in names)


@cache
def round_of(year: str) -> Round:
    """The rules of a year, as 2016/17. Raises RoundNotKnown."""
    if year not in known_rounds():
        near = near_miss(year, known_rounds())
        hint = f"; did you mean {near}?" if near else ""
        raise RoundNotKnown(f"no rules of a Quality Premium of {year} are known{hint}")
    file = f"{year.replace('/', '-')}.toml"
    text = resources.files("leftshift.fund.premium").joinpath("rounds", file).read_text("utf-8")
    return read_round(text, file)


def read_round(text: str, file: str) -> Round:
    """The rules in a text; raises FaultsFound with everything that is wrong with it."""
    reader = toml_reader(text, file)
    found = _round(reader)
    reader.faults.raise_if_any()
    return found


def _round(reader: TomlReader) -> Round:
    top = reader.table
    top.known(
        (
            "year",
            "name",
            "guidance",
            "value_per_head",
            "combine",
            "floor",
            "measures",
            "gateways",
            "whole_gateways",
        )
    )
    per_head, combine, floor = (top.table(name) for name in ("value_per_head", "combine", "floor"))
    year = top.year("year", needed=True)
    return Round(
        year=str(year),
        name=top.text("name", needed=True),
        guidance=top.text("guidance"),
        value_per_head=_rule(per_head, "value"),
        combine=combine.choice("value", COMBINING),
        combine_told=_rule_of(combine, Decimal(0)).told,
        floor=_rule(floor, "value", share=True),
        measures=tuple(_measure(entry) for entry in top.tables("measures")),
        gateways=tuple(_gateway(entry) for entry in top.tables("gateways")),
        whole_gateways=tuple(_whole(entry) for entry in top.tables("whole_gateways")),
    )


def _rule(entry: TomlTable, name: str, *, share: bool = False, prefix: str = "") -> Rule:
    number = entry.share(name) if share else entry.number(name)
    if number is None and name not in entry:
        entry.missing(name, "a number")
    return _rule_of(entry, number or Decimal(0), prefix)


def _rule_of(entry: TomlTable, value: Decimal, prefix: str = "") -> Rule:
    label = entry.choice(f"{prefix}label", [name for name in LABELS if name != "own"])
    return Rule(value, label, entry.text(f"{prefix}source", needed=True), entry.day("date"))


def _measure(entry: TomlTable) -> Measure:
    return Measure(
        code=entry.text("code", needed=True),
        name=entry.text("name", needed=True),
        weight=_rule(entry, "weight", share=True),
        is_local=entry.yes("local", otherwise=False),
        unit=entry.text("unit"),
        at_least=entry.number("at_least"),
        improved_by=entry.number("improved_by"),
    )


def _gateway(entry: TomlTable) -> Gateway:
    return Gateway(
        code=entry.text("code", needed=True),
        name=entry.text("name", needed=True),
        standard=_rule(entry, "standard"),
        unit=entry.text("unit"),
        reduction=_rule(entry, "reduction", share=True, prefix="reduction_"),
    )


def _whole(entry: TomlTable) -> WholeGateway:
    return WholeGateway(
        code=entry.text("code", needed=True),
        name=entry.text("name", needed=True),
        meaning=entry.text("meaning", needed=True),
        left=_rule(entry, "left", share=True),
    )
