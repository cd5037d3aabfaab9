"""The parameters of boards, from parameters.toml, and the templates of papers, from paper_templates.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

_PACKAGE = "leftshift.programme.boards"


def parameter(name: str) -> Any:
    """The value of a parameter, in the unit that its entry names."""
    return parameters()[name]["value"]


@cache
def parameters() -> Mapping[str, Any]:
    """Every parameter: its value and unit, what it is, where it comes from and how sure that is."""
    return _read("parameters.toml")


@cache
def paper_templates() -> Mapping[str, Any]:
    """The parts of a paper in order, the headings of its risks, and which a decision and a note need."""
    return _read("paper_templates.toml")


def _read(file: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files(_PACKAGE).joinpath(file).read_text("utf-8"))
