"""What the options of several commands share."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

PLACE = "a place: its folder, a zip of the folder, or its workbook (.xlsx)"


def add_scenario(command: argparse.ArgumentParser) -> None:
    """The scenarios that a command runs under."""
    command.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="NAME",
        help="a scenario of the place; give it again to add another",
    )


class Lazy:
    """A verb that is imported when it is called, so that ``--help`` is instant."""

    def __init__(self, name: str, module: str = "verbs") -> None:
        self.name, self.module = name, module

    def __call__(self, options: argparse.Namespace) -> int:
        verbs = import_module(f"leftshift.cli.{self.module}")
        found: int = getattr(verbs, self.name)(options)
        return found
