"""The parameters of the ledger, from parameters.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


def parameter(name: str) -> int:
    """The value of a parameter; those of the ledger are whole numbers."""
    return int(parameters()[name]["value"])


@cache
def parameters() -> Mapping[str, Any]:
    """Every parameter: its value and unit, what it is, and where it comes from."""
    text = resources.files("leftshift.fund.ledger").joinpath("parameters.toml").read_text("utf-8")
    return tomllib.loads(text)
