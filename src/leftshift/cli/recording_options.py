"""The options of the command that projects records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import Lazy, add_scenario

if TYPE_CHECKING:
    from leftshift.cli.options import Verbs


def add_records(verbs: Verbs) -> None:
    """records."""
    command = verbs.add_parser(
        "records",
        help="project a file of spells or attendances, one row each, under the plan",
        description="Resample the rows of a Parquet file in the folder records of a place by what the plan makes of their activity in a year, "
        "times the tables of factors that are named, any number of draws, and print records and bed days by any columns. The same seed "
        "gives the same figures.",
    )
    command.add_argument("place", type=Path, help="a place folder with records.csv and a folder records")
    command.add_argument(
        "--file", default="", metavar="NAME", help="which file of records.csv (default: the only one)"
    )
    command.add_argument("--year", help="the year of the plan (default: the last)")
    add_scenario(command)
    command.add_argument(
        "--factors",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.csv",
        help="columns of the records and factor, to multiply by on top of the plan; give it again for another table",
    )
    command.add_argument(
        "--stays",
        type=Path,
        action="append",
        default=[],
        metavar="FILE.csv",
        help="the same of length of stay: bed days are multiplied, records are not",
    )
    command.add_argument(
        "--by",
        default="",
        metavar="COLUMNS",
        help="columns of the result, such as age_band,site (default: all in one)",
    )
    command.add_argument("--draws", type=int, metavar="N", help="how many draws (default: 100)")
    command.add_argument("--seed", type=int, metavar="S", help="which draws (default: 1)")
    command.add_argument(
        "--no-randomness", action="store_true", help="what is expected alone: the product of the factors"
    )
    command.add_argument("--out", type=Path, metavar="FILE.csv", help="write the groups as CSV")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("records", "recording"))
