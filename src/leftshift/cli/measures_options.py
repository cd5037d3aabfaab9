"""The options of the commands about measures of a place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.loading_measures_options import add_loading
from leftshift.cli.options import PLACE, Lazy, add_scenario

if TYPE_CHECKING:
    import argparse

    from leftshift.cli.options import Verbs

_MODULE = "measures"


def add_measures(verbs: Verbs) -> None:
    """measures, and its ways show, savings, load, layouts and new."""
    command = verbs.add_parser(
        "measures",
        help="what is measured: is it working, is it on target, where will the year end; and the savings register",
        description="The measures of a place: their figures with intervals, control charts, targets and ratings, forecasts, what "
        "reaching others would be worth.",
    )
    ways = command.add_subparsers(title="ways", required=True, metavar="WAY")
    _add_show(ways)
    _add_savings(ways)
    add_loading(ways)


def _add_show(ways: Verbs) -> None:
    command = ways.add_parser(
        "show",
        help="print every measure with its icons, target and forecast, or one of them in full",
        description="Print a line for every measure of every body; with --measure all that is to be said of one.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--measure", metavar="NAME", help="one measure in full")
    command.add_argument("--of", metavar="CODE", help="only of this organisation or area")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="write the tables as CSV files")
    _add_common(command)
    command.set_defaults(verb=Lazy("show", _MODULE))


def _add_savings(ways: Verbs) -> None:
    command = ways.add_parser(
        "savings",
        help="print the savings register: what each efficiency is worth, who answers for it, what the plan books",
    )
    command.add_argument("place", type=Path, help=PLACE)
    _add_common(command)
    command.set_defaults(verb=Lazy("savings", _MODULE))


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", metavar="DATE", help="the day for which it is asked (default: today)")
    add_scenario(command)
    command.add_argument("--json", action="store_true", help="print JSON")
