"""The options of the commands for a Quality Premium and a business case, which read a file and need no place."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import Lazy

if TYPE_CHECKING:
    from leftshift.cli.options import Verbs

_MODULE = "fund_cases"


def add_fund_cases(verbs: Verbs) -> None:
    """premium and case."""
    premium = verbs.add_parser(
        "premium",
        help="work out a Quality Premium: the award, each deduction, what each result is worth",
        description="Read a file (TOML) of measures, gateways and population, and work out the Quality Premium by the rules of its round. "
        "Results that are not yet known make the award a range.",
    )
    _add_file(premium, "a Quality Premium")
    premium.add_argument(
        "--round", metavar="YEAR", default="", help="with --new: the round, as 2016/17 (default: the latest)"
    )
    premium.set_defaults(verb=Lazy("premium", module=_MODULE))
    case = verbs.add_parser(
        "case",
        help="appraise a business case: net present value, ratio, payback, who bears and who gains",
        description="Read a file (TOML) of costs and benefits, share and discount them, and say what would change the answer. With --out "
        "the whole is written as a document of the five cases.",
    )
    _add_file(case, "a business case")
    case.add_argument(
        "--out", type=Path, metavar="FILE", help="write the document of the five cases: .html, .pdf or .docx"
    )
    case.add_argument("--title", default="A business case", help="with --new: its title")
    case.add_argument(
        "--base-year",
        default="2026/27",
        metavar="YEAR",
        help="with --new: the year it starts from (default %(default)s)",
    )
    case.set_defaults(verb=Lazy("case", module=_MODULE))


def _add_file(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument("file", type=Path, metavar="FILE.toml", help=what)
    command.add_argument(
        "--new",
        action="store_true",
        help="write a file to start from, which can be run as it stands",
    )
    command.add_argument(
        "--as-of", metavar="DATE", help="the day for which it is asked, as 2026-04-01 (default: today)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
