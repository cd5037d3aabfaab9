"""The parameters of accounts, read from the data file beside this one."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def _all() -> dict[str, dict[str, int]]:
    text = resources.files("leftshift.workspace.accounts").joinpath("parameters.toml").read_text("utf-8")
    return tomllib.loads(text)


def parameter(section: str, name: str) -> int:
    """A parameter; its unit is in its name."""
    return _all()[section][name]
