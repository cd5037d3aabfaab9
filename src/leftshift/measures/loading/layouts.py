"""Which layouts of files are known, from layouts.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Figure:
    """One figure that a row of a published table holds; terms that begin with a minus are taken away."""

    name: str
    value: str = ""
    lower: str = ""
    upper: str = ""
    numerator: Sequence[str] = ()
    denominator: Sequence[str] = ()


@dataclass(frozen=True)
class Filter:
    """Which rows are taken by what one of their columns says: only ``keep``, or all but ``drop``; folded."""

    column: str
    keep: frozenset[str] | None = None
    drop: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Layout:
    """A layout: what its columns are called and what they become."""

    name: str
    title: str
    version: str
    source: str
    not_verified: str
    shape: str
    needs: Sequence[str]
    columns: Mapping[str, Sequence[str]]
    figures: Sequence[Figure] = ()
    filters: Sequence[Filter] = ()
    measure: str = ""
    measure_name: str = ""
    body: str = ""
    body_name: str = ""
    period: str = ""
    periods: str = "plain"
    period_prefix: str = ""
    period_label: str = ""
    sheet: str = ""
    adds_up: str = ""
    decimals: int | None = None

    @property
    def identified_by(self) -> tuple[str, ...]:
        """The headers that tell it, in their first spelling."""
        return tuple(self.columns[role][0] if role in self.columns else role for role in self.needs)

    @property
    def told_by(self) -> str:
        """What a heading of it has, in words."""
        return ", ".join(self.identified_by) or "measure or of (or area, code), and periods as headings"

    def document(self) -> dict[str, Any]:
        """The layout as plain values."""
        return {
            "layout": self.name,
            "title": self.title,
            "version": self.version,
            "source": self.source,
            "not_verified": self.not_verified or None,
            "identified_by": list(self.identified_by),
            "figures": [figure.name for figure in self.figures if figure.name],
        }


def folded(text: str) -> str:
    """A header by its letters and digits alone: ``Area Code``, ``area_code`` and ``AreaCode`` are one."""
    return _SIGNS.sub("", text).casefold()


def folded_value(text: str) -> str:
    """What a cell says, without regard to case and space at its ends."""
    return " ".join(text.split()).casefold()


@cache
def layouts() -> Mapping[str, Layout]:
    """Every layout, in the order in which they are tried."""
    return {name: _layout(name, dict(given)) for name, given in data_file("layouts").items()}


@cache
def data_file(name: str) -> Mapping[str, Any]:
    """One of the data files beside this module."""
    text = resources.files("leftshift.measures.loading").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _layout(name: str, given: dict[str, Any]) -> Layout:
    figures = tuple(Figure(**entry) for entry in given.pop("figures", ()))
    keeping = [
        Filter(entry["column"], frozenset(map(folded_value, entry["keep"])))
        for entry in given.pop("only", ())
    ]
    dropping = [
        Filter(entry["column"], None, frozenset(map(folded_value, entry["values"])))
        for entry in given.pop("without", ())
    ]
    columns = given.pop("columns", {})
    return Layout(name=name, columns=columns, figures=figures, filters=(*dropping, *keeping), **given)
