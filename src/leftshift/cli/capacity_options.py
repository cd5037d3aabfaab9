"""The options of the commands about activity, beds, staff, estate and capital, and about what organisations are held to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import PLACE, Lazy, add_scenario

if TYPE_CHECKING:
    from leftshift.cli.options import Verbs

_MODULE = "capacity"
SUBJECTS = ("beds", "activity", "admissions", "workforce", "estate", "capital")


def add_capacity(verbs: Verbs) -> None:
    """capacity and control."""
    _add_capacity(verbs)
    _add_control(verbs)


def _add_control(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "control",
        help="control totals with the funding tied to them, envelopes, and the risk pool with its forward review",
    )
    command.add_argument("place", type=Path, help=PLACE)
    add_scenario(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("control", "control"))


def _add_capacity(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "capacity",
        help="activity, beds, staff, estate and capital: what must be treated, where, by whom and in which building",
        description="Project activity from the people and the interventions of a place, and what follows from it: beds by bed days, "
        "length of stay and occupancy, admissions to be avoided by group of risk, staff, buildings and capital.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--year", help="the year to show (default: the last of the plan)")
    command.add_argument(
        "--subject",
        choices=SUBJECTS,
        action="append",
        default=[],
        help="show only this; give it again for another",
    )
    command.add_argument(
        "--suffice",
        action="store_true",
        help="the chance that beds suffice on a day, from draws of what uncertainty.csv says",
    )
    command.add_argument(
        "--draws", type=int, metavar="N", help="with --suffice: how many draws (default: 10,000)"
    )
    command.add_argument("--seed", type=int, metavar="S", help="with --suffice: which draws (default: 1)")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="write the tables as CSV files")
    add_scenario(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("capacity", _MODULE))
