"""The options of the commands that measure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import Lazy

if TYPE_CHECKING:
    from leftshift.cli.options import Verbs


def add_intervals(verbs: Verbs) -> None:
    """intervals."""
    command = verbs.add_parser(
        "intervals",
        help="give counts, rates, proportions, means and ratios of a CSV file with their intervals",
        description="Read a CSV file with the columns kind (count, rate, proportion, mean, ratio), numerator and denominator, and where "
        "wanted multiplier, confidence (0.95, 95 or 95%%; 95%% where none is given) and standard_deviation (of a mean), and print value, "
        "lower and upper limit of each row, how they were made, or why they are withheld.",
    )
    command.add_argument("file", type=Path, metavar="FILE.csv", help="the CSV file, or - for standard input")
    command.add_argument(
        "--out", type=Path, metavar="FILE.csv", help="write the rows with their intervals as CSV"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("intervals", "measuring"))
