"""The parameters of a projection of records, from parameters.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def parameters() -> Mapping[str, Any]:
    """Every parameter: its value and where it comes from."""
    text = resources.files("leftshift.capacity.records").joinpath("parameters.toml").read_text("utf-8")
    return tomllib.loads(text)


def parameter(name: str) -> Any:
    """The value of a parameter."""
    return parameters()[name]["value"]
