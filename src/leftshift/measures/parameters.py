"""The parameters of measures, from parameters.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


def parameter(name: str) -> float:
    """The value of a parameter."""
    return float(parameters()[name]["value"])


@cache
def parameters() -> Mapping[str, Any]:
    """Every parameter: its value and unit, what it is, and where it comes from."""
    text = resources.files("leftshift.measures").joinpath("parameters.toml").read_text("utf-8")
    return tomllib.loads(text)
