"""The options of the commands about people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import PLACE, Lazy
from leftshift.cli.population_options import add_linked

if TYPE_CHECKING:
    from leftshift.cli.options import Verbs

_MODULE = "people"


def add_people(verbs: Verbs) -> None:
    """population, and its ways."""
    command = verbs.add_parser(
        "population",
        help="people by area and age, and linked records: invented people, risk scores, cohorts",
        description="People by area, age band and year, from published files; and people one by one, from linked records.",
    )
    ways = command.add_subparsers(title="ways", required=True, metavar="WAY")
    _add_read(ways)
    _add_show(ways)
    add_linked(ways)


def _add_read(ways: Verbs) -> None:
    command = ways.add_parser(
        "read",
        help="make rows of population.csv from a file of the Office for National Statistics",
        description="Read subnational projections, the detailed mid-year estimates (MYEB1) or a download of Nomis, as CSV, and "
        "add single ages up to bands. Without --out the rows are printed.",
    )
    command.add_argument("file", type=Path, metavar="FILE.csv", help="the file as published")
    command.add_argument(
        "--area", nargs="+", required=True, metavar="CODE", help="codes of areas, such as E06000016"
    )
    command.add_argument(
        "--bands", required=True, metavar="BANDS", help="age bands, such as 0-17,18-64,65-74,75-84,85+"
    )
    command.add_argument("--out", type=Path, metavar="FILE.csv", help="where to write the rows")
    command.set_defaults(verb=Lazy("read", _MODULE))


def _add_show(ways: Verbs) -> None:
    command = ways.add_parser("show", help="print people and their growth by area, band and year")
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("show", _MODULE))
