"""The options of the commands that bring figures of measures into a place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import PLACE, Lazy
from leftshift.foundation.sources import BASES

if TYPE_CHECKING:
    import argparse

    from leftshift.cli.options import Verbs

_MODULE = "loading_measures"


def add_loading(ways: Verbs) -> None:
    """measures load, layouts and new."""
    _add_load(ways)
    command = ways.add_parser(
        "layouts", help="list the layouts of files that can be loaded, with their sources"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("layouts", _MODULE))
    _add_new(ways)


def _add_load(ways: Verbs) -> None:
    command = ways.add_parser(
        "load",
        help="load figures from CSV files and workbooks: all of them, or none and every fault",
        description="Read files of figures, check the whole place with them, and write observations.csv. A figure that differs from the "
        "place's is a revision; loading a file twice changes nothing. leftshift measures layouts lists what can be read.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("files", type=Path, nargs="+", metavar="FILE", help="CSV or a workbook (.xlsx)")
    _add_reading(command)
    _add_telling(command)
    command.add_argument("--dry-run", action="store_true", help="read and check, and write nothing")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("load_files", _MODULE))


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--layout", metavar="NAME", help="the layout of the files (default: told by the heading)"
    )
    command.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
    command.add_argument(
        "--map",
        type=Path,
        metavar="FILE.toml",
        help="what codes of the files mean here: [measures], [bodies], [only]",
    )
    command.add_argument("--measure", metavar="NAME", help="the measure, where the files have only one")
    command.add_argument(
        "--of", metavar="CODE", help="the organisation or area, where the files have only one"
    )
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="take only rows with this value; again for another. figure=NAME chooses a figure of a published table",
    )
    command.add_argument(
        "--leave-out", action="append", default=[], metavar="COLUMN", help="leave a column unread"
    )
    command.add_argument(
        "--holds",
        choices=["value", "numerator"],
        default="value",
        help="what the cells of a wide table are (default: value)",
    )


def _add_telling(command: argparse.ArgumentParser) -> None:
    command.add_argument("--provisional", action="store_true", help="the figures are expected to be revised")
    command.add_argument("--released", metavar="DATE", help="when they were published")
    command.add_argument(
        "--source", metavar="TEXT", help="their source (default: layout and name of the file)"
    )
    command.add_argument(
        "--basis", choices=BASES, default="published", help="how firm they are (default: published)"
    )
    command.add_argument(
        "--owner", metavar="ROLE", help="who answers for measures that metadata of indicators describe"
    )


def _add_new(ways: Verbs) -> None:
    command = ways.add_parser(
        "new", help="write a table of the figures that are due, to be filled in and loaded"
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("file", type=Path, metavar="FILE.csv", help="the file to write")
    command.add_argument("--as-of", metavar="DATE", help="due by which day (default: today)")
    command.set_defaults(verb=Lazy("new", _MODULE))
