"""The command ``leftshift``: reads the arguments and hands over to one function a verb."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.boards_options import add_boards
from leftshift.cli.capacity_options import add_capacity
from leftshift.cli.control_charts_options import add_spc
from leftshift.cli.deciding_options import add_deciding
from leftshift.cli.fund_cases_options import add_fund_cases
from leftshift.cli.fund_options import add_fund
from leftshift.cli.measures_options import add_measures
from leftshift.cli.measuring_options import add_intervals
from leftshift.cli.options import PLACE, Lazy, add_scenario
from leftshift.cli.people_options import add_people
from leftshift.cli.programme_options import add_programme
from leftshift.cli.recording_options import add_records
from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.years import YearNotUnderstood

if TYPE_CHECKING:
    from leftshift.cli.options import Verbs

OK, REFUSED, MISUSED, FAILED = 0, 1, 2, 70


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 for input that was refused, 2 for a misused command."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.verb(options))
    except FaultsFound as found:
        from leftshift.cli.showing import show_faults

        show_faults(found.faults, as_json=getattr(options, "json", False))
        return REFUSED
    except (YearNotUnderstood, LookupError, ValueError) as problem:
        if os.environ.get("LEFTSHIFT_DEBUG"):
            raise
        print(f"leftshift: {problem}", file=sys.stderr)
        return MISUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as problem:
        print(f"leftshift: {problem.strerror or problem}: {problem.filename or ''}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return 130
    except Exception as problem:
        if os.environ.get("LEFTSHIFT_DEBUG"):
            raise
        print(
            f"leftshift made a mistake, and wrote nothing: {type(problem).__name__}: {problem}",
            file=sys.stderr,
        )
        print(
            "Please report it, with what LEFTSHIFT_DEBUG=1 shows when you run the command again.",
            file=sys.stderr,
        )
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="leftshift",
        description="One connected plan of a local health and care system that always adds up.",
    )
    verbs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_new(verbs)
    _add_check(verbs)
    _add_run(verbs)
    _add_tie(verbs)
    _add_explain(verbs)
    _add_scenarios(verbs)
    _add_compare(verbs)
    add_deciding(verbs)
    add_capacity(verbs)
    add_people(verbs)
    add_records(verbs)
    add_measures(verbs)
    add_fund(verbs)
    add_programme(verbs)
    add_intervals(verbs)
    add_spc(verbs)
    add_fund_cases(verbs)
    add_boards(verbs)
    _add_calibrate(verbs)
    _add_portfolio(verbs)
    _add_report(verbs)
    _add_workbook(verbs)
    _add_qa(verbs)
    _add_pack(verbs)
    _add_schema(verbs)
    _add_serve(verbs)
    _add_keeping(verbs)
    _add_backup(verbs)
    _add_restore(verbs)
    _add_operating(verbs)
    return parser


def _add_new(verbs: Verbs) -> None:
    command = verbs.add_parser("new", help="write a new place folder with commented tables")
    command.add_argument("folder", type=Path, help="an empty or new folder")
    command.add_argument("--name", default="A new place", help="the name people use")
    command.add_argument(
        "--base-year", default="2025/26", help="the year the plan starts from (default %(default)s)"
    )
    command.add_argument(
        "--last-year", default="2030/31", help="the last year of the plan (default %(default)s)"
    )
    command.add_argument(
        "--capacity",
        action="store_true",
        help="with the tables of people, activity, beds, staff, estate and capital",
    )
    command.add_argument("--measures", action="store_true", help="with the tables of measures")
    command.set_defaults(verb=Lazy("new"))


def _add_check(verbs: Verbs) -> None:
    command = verbs.add_parser("check", help="read a place, list every fault, run the consistency checks")
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("check"))


def _add_run(verbs: Verbs) -> None:
    command = verbs.add_parser("run", help="project every organisation: gap, bridge, impact, what ties")
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--year", help="the year to show (default: the last of the plan)")
    command.add_argument("--json", action="store_true", help="print the whole result as JSON")
    command.add_argument(
        "--out",
        type=Path,
        metavar="PATH",
        help="write the tables of the result: FILE.xlsx as a workbook to publish, else a folder of CSV files",
    )
    command.add_argument(
        "--as-of",
        type=date.fromisoformat,
        metavar="DATE",
        help="the date that the workbook names, as 2026-04-01 (default: today)",
    )
    command.add_argument("--contact", default="", metavar="TEXT", help="whom the workbook says to ask")
    command.add_argument("--brief", action="store_true", help="print the headline only")
    command.add_argument(
        "--fund",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="join the money of a pooled fund's plan, once",
    )
    add_scenario(command)
    command.set_defaults(verb=Lazy("run"))


def _add_tie(verbs: Verbs) -> None:
    command = verbs.add_parser("tie", help="hold every published figure beside the modelled one")
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--all", action="store_true", help="list what ties as well")
    add_scenario(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("tie"))


def _add_explain(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "explain",
        help="say why a figure is what it is, down to rows of files; or which figures a row feeds",
        description="Figures: gap, position, do_nothing_position, bridge, impact, driver.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("figure", nargs="?", default="gap", help="which figure (default: gap)")
    command.add_argument(
        "--organisation", default="", metavar="CODE", help="whose (default: the perimeter's)"
    )
    command.add_argument(
        "--item",
        default="",
        metavar="NAME",
        help="the step of a bridge, the intervention of an impact, or the driver",
    )
    command.add_argument("--year", help="the year (default: the last of the plan)")
    command.add_argument("--depth", type=int, default=3, help="how many levels to open (default %(default)s)")
    command.add_argument(
        "--most", type=int, default=8, help="how many inputs that matter to list (default %(default)s)"
    )
    command.add_argument(
        "--input",
        metavar="FILE:ROW",
        help="the other way round: every figure that a row feeds, as contracts.csv:2",
    )
    add_scenario(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("explain", "asking"))


def _add_scenarios(verbs: Verbs) -> None:
    command = verbs.add_parser("scenarios", help="list the scenarios of a place, or what some of them change")
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument(
        "names", nargs="*", metavar="NAME", help="scenarios whose changes to show, before any run"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("scenarios", "asking"))


def _add_compare(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "compare", help="hold two runs side by side: what differs, what moved, because of what"
    )
    command.add_argument("place", type=Path, help=f"{PLACE}: the run before")
    command.add_argument(
        "other", type=Path, nargs="?", help="another place: the run after (default: the same)"
    )
    command.add_argument("--year", help="the year to show (default: the last of the plan)")
    command.add_argument(
        "--inputs", action="store_true", help="print what differs in the inputs, and run nothing"
    )
    add_scenario(command)
    command.add_argument(
        "--against", action="append", default=[], metavar="NAME", help="a scenario of the run before"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("compare", "asking"))


def _add_calibrate(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "calibrate", help="move estimates as little as possible so that marked totals are met"
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--save", action="store_true", help="write the calibrated values into the place")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("calibrate"))


def _add_portfolio(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "portfolio",
        help="choose interventions, starts and scale within limits, for the best position",
        description="Choose which interventions, when and how much of each, for the best position within limits; say what binds "
        "and what one more unit would be worth. Without --question no organisation may be worse off than in the plan as it stands.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--question", type=Path, metavar="FILE.toml", help="what is asked")
    command.add_argument("--new", type=Path, metavar="FILE.toml", help="write a question to start from")
    add_scenario(command)
    command.add_argument(
        "--seconds", type=float, help="how long each search may take (default: parameters.toml, a minute)"
    )
    command.add_argument(
        "--draws", type=int, metavar="N", help="how many draws of what is uncertain (default: 500)"
    )
    command.add_argument("--seed", type=int, metavar="S", help="which draws (default: 1)")
    command.add_argument("--one-run", action="store_true", help="leave out what is uncertain")
    command.add_argument("--frontier", action="store_true", help="print what can be expected against risk")
    command.add_argument("--points", type=int, help="how many points of the frontier to look for")
    command.add_argument(
        "--save",
        type=Path,
        metavar="NAME.toml",
        help="write the portfolio as a scenario: into the place, or where a folder is named",
    )
    command.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write tables as CSV, and the frontier as SVG"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("portfolio", module="choosing"))


def _add_report(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "report",
        help="write the plan as one HTML page and a PDF",
        description="Write the plan as one HTML page and a PDF of the same content. Without --out and --pdf "
        "both are written into the current folder, named after the place; with one of them, that one only.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--out", type=Path, metavar="FILE.html", help="where to write the HTML page")
    command.add_argument("--pdf", type=Path, metavar="FILE.pdf", help="where to write the PDF")
    command.add_argument("--year", help="the year to report on (default: the last of the plan)")
    add_scenario(command)
    command.set_defaults(verb=Lazy("report", module="reporting"))


def _add_workbook(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "workbook",
        help="write a place as one workbook with live formulas, or take an edited copy back",
        description="A place as one workbook (.xlsx): its tables, the projection as live formulas on them, and checks.",
    )
    ways = command.add_subparsers(title="ways", required=True, metavar="WAY")
    write = ways.add_parser(
        "write",
        help="write a place as a workbook",
        description="Write inputs, formulas and outputs. Recalculated, every organisation and year agrees with leftshift to £1.",
    )
    write.add_argument("place", type=Path, help=PLACE)
    write.add_argument("file", type=Path, metavar="FILE.xlsx", help="the workbook to write")
    write.add_argument("--inputs-only", action="store_true", help="leave the formulas out")
    write.set_defaults(verb=Lazy("write", module="books"))
    read = ways.add_parser(
        "read",
        help="take an edited copy back: what changed, or every fault",
        description="Write the place that a workbook holds to a folder, and say what changed; or list every fault with sheet, row and "
        "column, and write nothing. The folder is new, empty, or holds the same place.",
    )
    read.add_argument("file", type=Path, metavar="FILE.xlsx", help="the workbook to read")
    read.add_argument("folder", type=Path, metavar="DIR", help="where to write the place")
    read.add_argument("--json", action="store_true", help="print JSON")
    read.set_defaults(verb=Lazy("read", module="books"))


def _add_qa(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "qa",
        help="quality assurance: one master check, who verified what, limits, assumptions log",
        description="Say whether the master check of quality assurance is green, and exactly what keeps it from green. "
        "With --out the whole of it is written as an HTML page, a PDF and CSV tables.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--out", type=Path, metavar="FOLDER", help="where to write page, PDF and tables")
    _add_as_of(command)
    command.add_argument(
        "--year", help="the year whose closing position is traced (default: the last of the plan)"
    )
    add_scenario(command)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(verb=Lazy("qa", module="assuring"))


def _add_pack(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "pack",
        help="write a board pack: one PDF, one Word document and one HTML page of the same content",
        description="Write a board pack from a file of words: a front sheet, chosen sections and what you say around them. "
        "The same pack of the same version gives the same bytes.",
    )
    command.add_argument("place", type=Path, help=PLACE)
    command.add_argument("--words", type=Path, metavar="FILE.toml", help="the words of the pack")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="where to write the three files")
    command.add_argument("--new", type=Path, metavar="FILE.toml", help="write a file of words to start from")
    add_scenario(command)
    _add_as_of(command)
    command.set_defaults(verb=Lazy("pack", module="assuring"))


def _add_as_of(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", metavar="DATE", help="the day for which it is asked (default: today)")


def _add_schema(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "schema", help="describe every table and column of the place folder, as Markdown"
    )
    command.set_defaults(verb=Lazy("schema"))


def _add_serve(verbs: Verbs) -> None:
    command = verbs.add_parser("serve", help="open places in the web workspace on this machine")
    command.add_argument("places", type=Path, nargs="+", help="places: folders, zips of them, or workbooks")
    command.add_argument("--port", type=int, default=8000, help="port on this machine (default %(default)s)")
    _add_state(command)
    command.set_defaults(verb=Lazy("serve"))


def _add_keeping(verbs: Verbs) -> None:
    link = verbs.add_parser("link", help="print a link that signs you in to the workspace you serve")
    invite = verbs.add_parser("invite", help="print an invitation to the workspace you serve")
    invite.add_argument("email", help="e-mail address of the person")
    invite.add_argument("--role", required=True, help="viewer, analyst, finance_lead, programme_director, …")
    invite.add_argument("--organisation", help="code of the organisation that a finance lead speaks for")
    invite.add_argument("--only", metavar="PLACE", help="code of the one place that the role is for")
    trail = verbs.add_parser("trail", help="say whether the trail of events of the workspace is whole")
    trail.add_argument("--noted", help="what this command printed before, kept elsewhere")
    for name, command in (("link", link), ("invite", invite), ("trail", trail)):
        _add_state(command)
        command.set_defaults(verb=Lazy(name, module="inviting"))


def _add_backup(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "backup",
        help="write everything that the workspace keeps into one file",
        description="Write everything that the workspace keeps into one file that only you can read: of the server that "
        "LEFTSHIFT_DATABASE_URL names, else of the state folder. The workspace may be running.",
    )
    command.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="a new file (default: named after the time)"
    )
    _add_state(command)
    command.set_defaults(verb=Lazy("backup", module="keeping"))


def _add_operating(verbs: Verbs) -> None:
    migrate = verbs.add_parser(
        "migrate",
        help="bring the database of a server of your own up to date",
        description="Bring the database that LEFTSHIFT_OWNER_DATABASE_URL names up to date, and let the roles of the workspace "
        "in. Run it before servers of a new release start; those of the release before may go on meanwhile.",
    )
    migrate.set_defaults(verb=Lazy("migrate", module="operating"))
    digest = verbs.add_parser(
        "digest",
        help="send the digests of programmes that are due",
        description="Send what people have subscribed to, each once a day or week, by the mail that LEFTSHIFT_MAIL names. Run it "
        "each day from a timer; run again, it sends what could not be sent before, and nothing twice.",
    )
    _add_as_of(digest)
    _add_state(digest)
    digest.set_defaults(verb=Lazy("digest", module="mailing"))
    work = verbs.add_parser("work", help="do the jobs of a workspace, and serve no pages")
    _add_state(work)
    work.set_defaults(verb=Lazy("work", module="operating"))


def _add_restore(verbs: Verbs) -> None:
    command = verbs.add_parser(
        "restore",
        help="make a backup the workspace again, all of it or nothing",
        description="Restore a backup into the state folder, or into the server that LEFTSHIFT_DATABASE_URL names. "
        "The workspace must not be running. Restore only files that you trust.",
    )
    command.add_argument("file", type=Path, metavar="FILE", help="a file that leftshift backup wrote")
    command.add_argument(
        "--replace", action="store_true", help="restore where there is data: it is kept aside, not deleted"
    )
    _add_state(command)
    command.set_defaults(verb=Lazy("restore", module="keeping"))


def _add_state(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--state",
        type=Path,
        default=Path("var"),
        help="folder for the database and the log (default %(default)s)",
    )


if __name__ == "__main__":
    sys.exit(main())
