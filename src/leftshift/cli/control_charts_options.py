"""The options of the command that charts series."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import Lazy

if TYPE_CHECKING:
    from leftshift.cli.options import Verbs


def add_spc(verbs: Verbs) -> None:
    """spc."""
    command = verbs.add_parser(
        "spc",
        help="control charts of series: limits, which rule fired, icons in words",
        description="Read a CSV file with a row for each period of a series, and say whether each series changed and whether it will meet its "
        "target. Columns: period and value, and where wanted series, target, rebase (a reason, or yes), author, better (higher, "
        "lower, neither) and provisional. A value that is left out is a gap.",
    )
    command.add_argument("file", metavar="FILE.csv", help="a tidy table, or - for what is piped in")
    command.add_argument(
        "--rules",
        default="making_data_count",
        metavar="NAME",
        help="making_data_count (the default), six_point or plotthedots",
    )
    command.add_argument(
        "--better",
        default="neither",
        metavar="WAY",
        help="higher, lower or neither, for series whose column better does not say it (default: neither)",
    )
    command.add_argument("--series", metavar="NAME", help="show this series alone, with its points")
    command.add_argument(
        "--fix",
        type=int,
        metavar="N",
        help="take mean and limits from the first N values of a stretch (12 or more)",
    )
    command.add_argument(
        "--unit", default="", help="what values are counted in, for sentences and charts, such as %%"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="write points.csv, summary.csv and a chart (SVG) of each series",
    )
    command.set_defaults(verb=Lazy("spc", "control_charts"))
