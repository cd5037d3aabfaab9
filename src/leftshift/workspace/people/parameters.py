"""The parameters of the slice."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def parameter(name: str) -> int:
    """A parameter; its unit stands beside it."""
    text = resources.files("leftshift.workspace.people").joinpath("parameters.toml").read_text("utf-8")
    return int(tomllib.loads(text)[name]["value"])
