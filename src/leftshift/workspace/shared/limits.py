"""The parameters of what slices share, and the limits on how often one person may do something."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def parameter(section: str, name: str) -> int:
    """A parameter; its unit is in its name."""
    text = resources.files("leftshift.workspace.shared").joinpath("parameters.toml").read_text("utf-8")
    return int(tomllib.loads(text)[section][name])


def is_too_often(what: str, account: int) -> bool:
    """Count something that a person does; gives whether they have now done it more often than the limit of an hour."""
    from leftshift.workspace.accounts.throttle import count

    return count(f"{what} of {account}", minutes=60) > parameter("limits", f"{what}_an_hour")
