"""What a model predicts and from what, as data: ``outcomes.toml`` beside this file, or a site's own of the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, cast

from leftshift.foundation.reading_toml import TomlReader, TomlTable, toml_reader
from leftshift.population.defining.formulas import Formula
from leftshift.population.scores.reading import formula_at

Kind = Literal["chance", "amount"]
_PARAMETERS = ("folds", "inner_folds", "most_people", "flagged_share", "bins")


@dataclass(frozen=True, slots=True)
class Feature:
    """A number that is known at the date from which one looks ahead."""

    name: str
    value: Formula


@dataclass(frozen=True, slots=True)
class Target:
    """What is predicted: a chance, or an amount."""

    name: str
    title: str
    kind: Kind
    outcome: Formula


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Targets by name, features, and how a model is fitted and judged."""

    targets: Mapping[str, Target]
    features: tuple[Feature, ...]
    parameters: Mapping[str, float]


@cache
def packaged_outcomes() -> Outcomes:
    """Those that come with leftshift."""
    text = resources.files("leftshift.population.models").joinpath("outcomes.toml").read_text("utf-8")
    return _outcomes(toml_reader(text, "outcomes.toml"))


def read_outcomes(path: Path) -> Outcomes:
    """A site's own. Raises FaultsFound with all faults."""
    return _outcomes(toml_reader(path.read_text("utf-8-sig"), path.name))


def _outcomes(reader: TomlReader) -> Outcomes:
    table = reader.table
    names = [name for name in table.given if name not in ("parameters", "features")]
    given = table.table("parameters")
    given.known((*_PARAMETERS, "source", "dated"))
    features = tuple(_feature(one) for one in table.tables("features"))
    targets = {name: _target(name, table.table(name)) for name in names}
    if not features:
        table.refuse("nothing to count", "features", "at least one feature", "Add one")
    if not targets:
        table.refuse("nothing to predict", "", "a table such as [admission]", "Add one")
    parameters = {name: float(given.number(name) or 0) for name in _PARAMETERS}
    reader.faults.raise_if_any()
    return Outcomes(targets, features, parameters)


def _feature(given: TomlTable) -> Feature:
    given.known(("name", "value"))
    return Feature(given.text("name", needed=True), formula_at(given, "value", "number"))


def _target(name: str, given: TomlTable) -> Target:
    given.known(("title", "kind", "outcome"))
    kind = cast(Kind, given.choice("kind", ("chance", "amount"), "chance"))
    wanted: Literal["yes", "number"] = "yes" if kind == "chance" else "number"
    return Target(name, given.text("title", needed=True), kind, formula_at(given, "outcome", wanted))
