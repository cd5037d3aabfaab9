"""The parameters of programmes, from parameters.toml."""

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
    return _document("parameters.toml")


@cache
def _document(file: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("leftshift.programme").joinpath(file).read_text("utf-8"))


def catalogue(name: str) -> Mapping[str, Any]:
    """One of the data files beside this module: scales, gates or characteristics."""
    return _document(f"{name}.toml")
