"""The options of the commands that ask how sure a plan is, and what would have to be true."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import PLACE, Lazy, add_scenario

if TYPE_CHECKING:
    from leftshift.cli.options import Verbs

_MODULE = "deciding"


def add_deciding(verbs: Verbs) -> None:
    """simulate, sensitivity, stress and goal."""
    _add_simulate(verbs)
    _add_sensitivity(verbs)
    _add_stress(verbs)
    _add_goal(verbs)


def _add_simulate(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "simulate",
        help="how sure is the plan: intervals, and the chance that each organisation balances",
        description="Draw what uncertainty.csv says is uncertain, work out the whole plan for every draw, and print "
        "intervals by organisation, year and step. The same seed gives the same figures with any number of workers.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--draws", type=int, metavar="N", help="how many draws (default: 10,000)")
    command.add_argument("--seed", type=int, metavar="S", help="which draws (default: 1)")
    command.add_argument(
        "--method",
        choices=["sobol", "latin_hypercube"],
        default="sobol",
        help="how draws are spread (default %(default)s)",
    )
    command.add_argument(
        "--until-stable",
        action="store_true",
        help="stop at the first block after which the interval of the closing position is stable",
    )
    command.add_argument("--workers", type=int, default=1, metavar="N", help="threads (default %(default)s)")
    command.add_argument("--year", help="the year to show (default: the last of the plan)")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="write the tables as CSV files")
    add_scenario(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("simulate", _MODULE))


def _add_sensitivity(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "sensitivity",
        help="what matters: each uncertain quantity moved alone, and its share in how far the plan varies",
    )
    command.add_argument("place", type=Path, help=PLACE)
    _add_whose(command)
    command.add_argument(
        "--draws",
        type=int,
        metavar="N",
        help="draws of each sample, rounded up to whole blocks of 1,024 (default: 4,096)",
    )
    command.add_argument("--seed", type=int, metavar="S", help="which draws (default: 1)")
    command.add_argument(
        "--tornado", action="store_true", help="only move each quantity alone, which takes no draws"
    )
    add_scenario(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("sensitivity", _MODULE))


def _add_stress(verbs: Verbs) -> None:
    command = verbs.add_parser("stress", help="the plan under shocks: each alone, and all together")
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--year", help="the year to show (default: the last of the plan)")
    command.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="NAME",
        help="a shock; give it again to add another (default: every scenario of kind stress)",
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("stress", _MODULE))


def _add_goal(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "goal",
        help="what would have to be true: which value of one input closes the gap",
        description="Turn one input until a position is no deficit. Inputs are named as rate.RWE.pay_inflation, "
        "delivery.cip, delay.virtual_ward or value.C01; delivery alone turns that of every intervention.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument(
        "input", nargs="?", default="delivery", help="which input to turn (default: delivery, of all alike)"
    )
    _add_whose(command)
    command.add_argument("--low", type=_number, help="the lowest value to try, in the unit that is shown")
    command.add_argument("--high", type=_number, help="the highest value to try")
    command.add_argument("--list", action="store_true", help="list the inputs that can be turned")
    add_scenario(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("goal", _MODULE))


def _number(text: str) -> float:
    """A number, with or without a per cent sign."""
    return float(text.strip().removesuffix("%").replace("\u2212", "-"))


def _add_whose(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--organisation", default="", metavar="CODE", help="whose closing position (default: the perimeter's)"
    )
    command.add_argument("--year", help="the year (default: the last of the plan)")
