"""What a model predicts and from what, as data: ``outcomes.toml`` beside this file, or a site's own of the same shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, cast

from leftshift.foundation.reading_toml import TomlReader, TomlTable, toml_reader
from leftshift.population.defining.formulas import Asking, Formula
from leftshift.population.scores.reading import formula_at, is_free, refuse_repeats

Kind = Literal["chance", "amount"]
PREDICTED = "predicted_"
CONSTANT = "constant"
_FEATURE = re.compile(r"[a-z][a-z0-9_-]{0,40}")
_COUNTS: Mapping[str, tuple[int, int]] = {
    "folds": (2, 20),
    "inner_folds": (2, 20),
    "most_people": (100, 10_000_000),
    "bins": (2, 1_000),
    "events_a_feature": (1, 1_000),
}
"""Parameters that are whole numbers: from, to."""


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
    file: str

    def of(self, target: Target) -> Outcomes:
        """The same with one target alone."""
        return replace(self, targets={target.name: target})

    def asking(self) -> Asking:
        """Every formula, with its place."""
        features = ((f"features, {feature.name}", feature.value) for feature in self.features)
        targets = ((f"{target.name}.outcome", target.outcome) for target in self.targets.values())
        return Asking(self.file, (*features, *targets))


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
    features = tuple(_feature(one) for one in table.tables("features"))
    targets = {name: _target(table, name) for name in names}
    if not features:
        table.refuse("nothing to count", "features", "at least one feature", "Add one")
    if not targets:
        table.refuse("nothing to predict", "", "a table such as [admission]", "Add one")
    refuse_repeats(table, [feature.name for feature in features], "features")
    parameters = _parameters(table.table("parameters"))
    reader.faults.raise_if_any()
    return Outcomes(targets, features, parameters, reader.file)


def _parameters(given: TomlTable) -> dict[str, float]:
    given.known((*_COUNTS, "flagged_share", "source", "dated"))
    found = dict[str, float]()
    for name, (least, most) in _COUNTS.items():
        if name not in given:
            given.missing(name, f"a whole number from {least:,} to {most:,}")
        found[name] = given.whole(name, least=least, most=most) or least
    share = given.share("flagged_share")
    if "flagged_share" not in given:
        given.missing("flagged_share", "a share such as 5% or 0.05")
    elif share is not None and not 0 < share < 1:
        given.refuse(
            "share out of range",
            "flagged_share",
            "more than nobody, less than everybody",
            "Correct it",
            found=share,
        )
    return {**found, "flagged_share": float(share or 0)}


def _feature(given: TomlTable) -> Feature:
    given.known(("name", "value"))
    name = given.text("name", needed=True)
    if name == CONSTANT:
        given.refuse(
            "name taken",
            "name",
            "another name: each model has a constant of its own",
            "Rename it",
            found=name,
        )
    elif name and not _FEATURE.fullmatch(name):
        given.refuse(
            "bad name", "name", "small letters, digits, _ and -, at most 41", "Rename it", found=name
        )
    return Feature(name, formula_at(given, "value", "number"))


def _target(table: TomlTable, name: str) -> Target:
    given = table.table(name)
    given.known(("title", "kind", "outcome"))
    if not is_free(PREDICTED + name):
        table.refuse(
            "bad name", name[:80], "small letters, digits and _, at most 31, not …_band: the score is named predicted_…",
            "Rename it", found=name,
        )  # fmt: skip
    kind = cast(Kind, given.choice("kind", ("chance", "amount"), "chance"))
    outcome = formula_at(given, "outcome", "yes" if kind == "chance" else "number")
    if outcome.scores:
        given.refuse(
            "scores of an outcome", "outcome", "what came in the twelve months, without score() and item()",
            "Write out what they count", found=outcome.text,
        )  # fmt: skip
    return Target(name, given.text("title", needed=True), kind, outcome)
