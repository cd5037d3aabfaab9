"""The options of the commands about pooled funds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import Lazy

if TYPE_CHECKING:
    import argparse

    from leftshift.cli.options import Verbs

_MODULE = "fund"
_PLAN = "the folder of a fund plan (plan.toml and its tables)"


def add_fund(verbs: Verbs) -> None:
    """fund and its ways: check, roll, return, read, ledger, reconcile, rounds, schema."""
    command = verbs.add_parser(
        "fund",
        help="pooled funds such as the Better Care Fund: check a plan, roll it forward, make and read returns, the ledger",
        description="Pooled funds: the plan by the rules of its planning round, its returns as the official workbooks, its ledger.",
    )
    ways = command.add_subparsers(title="ways", required=True, metavar="WAY")
    _add_check(ways)
    _add_roll(ways)
    _add_return(ways)
    _add_read(ways)
    _add_ledger(ways)
    _add_rounds(ways)


def _add_check(ways: Verbs) -> None:
    command = ways.add_parser("check", help="totals, balances, minimums and every rule of the round")
    command.add_argument("plan", type=Path, metavar="FOLDER", help=_PLAN)
    command.add_argument(
        "--signed",
        type=Path,
        metavar="FOLDER",
        help="the plan as it was signed last: shows what changed since",
    )
    command.add_argument("--strict", action="store_true", help="exit with 1 where the plan cannot be sent")
    _add_common(command)
    command.set_defaults(verb=Lazy("check", _MODULE))


def _add_roll(ways: Verbs) -> None:
    command = ways.add_parser(
        "roll",
        help="roll a plan forward into the round that follows: lines mapped, the rest listed",
        description="Write the plan as a draft of the round that follows its own, and list what was mapped, what somebody has to choose, what ends and what is new.",
    )
    command.add_argument("plan", type=Path, metavar="FOLDER", help=_PLAN)
    command.add_argument(
        "out", type=Path, metavar="OUT", help="the new folder; it must not exist, or be empty"
    )
    command.add_argument("--to", metavar="ROUND", help="the round (default: the one that follows)")
    command.add_argument("--name", default="", help="name of the new plan")
    _add_common(command)
    command.set_defaults(verb=Lazy("roll", _MODULE))


def _add_return(ways: Verbs) -> None:
    command = ways.add_parser(
        "return",
        help="make a quarterly or year-end return, or the round's planning template, from the record",
        description="Build a return from the plan and the ledger of its folder, check it by the round's rules, and write the official workbook.",
    )
    command.add_argument("plan", type=Path, metavar="FOLDER", help=_PLAN)
    command.add_argument(
        "--kind",
        choices=["plan", "quarterly", "year_end"],
        help="which (default: by the period; plan without one)",
    )
    command.add_argument("--period", help="a quarter (2016/17 Q2) or a year (2016/17)")
    command.add_argument("--out", type=Path, metavar="FILE.xlsx", help="write the workbook")
    command.add_argument(
        "--template",
        type=Path,
        metavar="FILE.xlsx",
        help="fill in this official workbook instead of writing one",
    )
    command.add_argument(
        "--last", type=Path, metavar="FILE.json", help="the last return (its --json): shows what differs"
    )
    _add_common(command)
    command.set_defaults(verb=Lazy("make_return", _MODULE))


def _add_read(ways: Verbs) -> None:
    command = ways.add_parser(
        "read",
        help="read a filled-in official workbook into a plan: every fault with sheet and cell, or all of it",
    )
    command.add_argument("workbook", type=Path, metavar="FILE.xlsx", help="the official workbook")
    command.add_argument("plan", type=Path, metavar="FOLDER", help=_PLAN)
    command.add_argument(
        "--kind", choices=["plan", "quarterly", "year_end"], default="plan", help="which workbook it is"
    )
    command.add_argument("--period", help="for a return: its period")
    command.add_argument("--save", action="store_true", help="write what was read into the folder")
    _add_common(command)
    command.set_defaults(verb=Lazy("read", _MODULE))


def _add_ledger(ways: Verbs) -> None:
    command = ways.add_parser(
        "ledger", help="print the ledger's statement, trial balance and what is held back"
    )
    command.add_argument("plan", type=Path, metavar="FOLDER", help=_PLAN)
    command.add_argument("--trial", action="store_true", help="list every account of the trial balance")
    _add_common(command)
    command.set_defaults(verb=Lazy("ledger", _MODULE))
    command = ways.add_parser(
        "reconcile",
        help="match the ledger with a bank or ledger extract (CSV: date, reference, words, amount)",
    )
    command.add_argument("plan", type=Path, metavar="FOLDER", help=_PLAN)
    command.add_argument("extract", type=Path, metavar="FILE.csv", help="the extract")
    command.add_argument("--account", default="bank", help="the account it is of (default: bank)")
    _add_common(command)
    command.set_defaults(verb=Lazy("reconcile_extract", _MODULE))


def _add_rounds(ways: Verbs) -> None:
    command = ways.add_parser(
        "rounds", help="list the planning rounds at hand, or show one: its rules, lists and deadlines"
    )
    command.add_argument("round", nargs="?", metavar="ROUND", help="code of a round, such as 2016-17")
    _add_common(command, place=False)
    command.set_defaults(verb=Lazy("show_rounds", _MODULE))
    command = ways.add_parser(
        "schema", help="print the documentation of the folders of a plan and of a round"
    )
    command.set_defaults(verb=Lazy("schema", _MODULE))


def _add_common(command: argparse.ArgumentParser, *, place: bool = True) -> None:
    if place:
        command.add_argument("--as-of", metavar="DATE", help="the day for which it is asked (default: today)")
        command.add_argument(
            "--place",
            type=Path,
            help="the place whose measures its metrics name (default: beside the plan, by its code)",
        )
    command.add_argument(
        "--rounds",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="a folder with packs of rounds of your own",
    )
    command.add_argument("--json", action="store_true", help="print JSON")
