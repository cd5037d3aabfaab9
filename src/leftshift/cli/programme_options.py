"""The options of the commands about programmes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import Lazy

if TYPE_CHECKING:
    import argparse

    from leftshift.cli.options import Verbs

_MODULE = "programme"
_REPORTS = "programme_reports"
_PLACE = "the folder of a place with its programme in the folder programme"


def add_programme(verbs: Verbs) -> None:
    """programme and its ways: check, appraise, report, highlight, calendar, schema."""
    command = verbs.add_parser(
        "programme",
        help="the programme of a place: what slips and what that costs, what is overdue, gates, risks, benefits, appraisals",
        description="The programme that delivers a plan: the folder programme of its place.",
    )
    ways = command.add_subparsers(title="ways", required=True, metavar="WAY")
    _add_check(ways)
    _add_appraise(ways)
    _add_report(ways)
    _add_highlight(ways)
    _add_calendar(ways)
    command = ways.add_parser("schema", help="print the documentation of the tables of a programme")
    command.set_defaults(verb=Lazy("schema", _MODULE))


def _add_check(ways: Verbs) -> None:
    command = ways.add_parser(
        "check",
        help="how everything stands on a day: overdue, slips, and what they do to the bridge",
        description="Check a programme on a day: what is overdue, what slips and what that does to the plan's bridge, gates, risks, benefits, and every fault.",
    )
    _add_common(command)
    _add_fund(command)
    command.add_argument("--strict", action="store_true", help="exit with 1 where anything is wrong with it")
    command.add_argument(
        "--scenario-out",
        type=Path,
        metavar="FILE",
        help="write the slips as a scenario of the place (scenarios/NAME.toml)",
    )
    command.set_defaults(verb=Lazy("check", _MODULE))


def _add_appraise(ways: Verbs) -> None:
    command = ways.add_parser(
        "appraise", help="rank the options of an appraisal, and say how firm the ranking is"
    )
    _add_common(command)
    command.add_argument("--appraisal", metavar="NAME", help="which one (default: all)")
    command.add_argument(
        "--seed", type=int, default=1, help="seed of the random weights (default %(default)s)"
    )
    command.set_defaults(verb=Lazy("appraise_all", _MODULE))


def _add_calendar(ways: Verbs) -> None:
    command = ways.add_parser(
        "calendar", help="write milestones, actions, reviews and gates as a calendar feed (.ics)"
    )
    _add_common(command)
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    command.set_defaults(verb=Lazy("calendar", _MODULE))


def _add_report(ways: Verbs) -> None:
    command = ways.add_parser(
        "report",
        help="write the report of a programme: HTML, PDF or Word",
        description="Write the report of a programme on a day: where it stands, what slips and what that costs, risks, benefits, gates, choices, engagement.",
    )
    _add_common(command)
    _add_fund(command)
    command.add_argument(
        "--title", default="", metavar="TEXT", help="its title (default: the name of the programme)"
    )
    command.add_argument(
        "--seed", type=int, default=1, help="seed of the random weights of appraisals (default %(default)s)"
    )
    _add_out(command)
    command.set_defaults(verb=Lazy("report", _REPORTS))


def _add_highlight(ways: Verbs) -> None:
    command = ways.add_parser(
        "highlight",
        help="write the highlight report of a project for a month",
        description="Make the highlight report of a project for a month from the record, with what its author wrote in highlights.csv.",
    )
    _add_common(command)
    _add_fund(command)
    command.add_argument("project", metavar="PROJECT", help="short name of the project")
    command.add_argument("month", metavar="MONTH", help="the month, as 2015-05")
    _add_out(command, needed=False)
    command.set_defaults(verb=Lazy("highlight", _REPORTS))


def _add_out(command: argparse.ArgumentParser, *, needed: bool = True) -> None:
    command.add_argument(
        "--out",
        type=Path,
        required=needed,
        metavar="FILE",
        help="the file to write: it ends in .html, .pdf or .docx",
    )


def _add_fund(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--fund",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="a pooled fund whose ledger shows what benefits brought",
    )


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("place", type=Path, metavar="PLACE", help=_PLACE)
    command.add_argument("--as-of", metavar="DATE", help="the day to look from (default: today)")
    command.add_argument("--json", action="store_true", help="print JSON for a program")
