"""The options of the commands about boards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli.options import Lazy

if TYPE_CHECKING:
    import argparse

    from leftshift.cli.options import Verbs

_MODULE = "boards"
_FILE = "a file (TOML) with the tables of boards, or the folder of a place with its programme"


def add_boards(verbs: Verbs) -> None:
    """board and its ways: check, pack, minutes, register, record, schema."""
    command = verbs.add_parser(
        "board",
        help="boards: check quorum, deadlines and interests; write packs, minutes and the register",
        description="Boards from one file (TOML): who has to be there, what is due when, who may not take part, what stands.",
    )
    ways = command.add_subparsers(title="ways", required=True, metavar="WAY")
    check = ways.add_parser("check", help="quorum, deadlines, exclusions, decisions and every fault")
    _add_file(check)
    check.add_argument("--strict", action="store_true", help="exit with 1 where there is any fault")
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(verb=Lazy("check", _MODULE))
    pack = ways.add_parser(
        "pack",
        help="write the pack of a meeting as HTML and PDF with the same page numbers, the exempt part apart",
    )
    _add_file(pack)
    _add_meeting(pack)
    pack.add_argument("--out", type=Path, metavar="FOLDER", required=True, help="the folder to write into")
    pack.set_defaults(verb=Lazy("pack", _MODULE))
    minutes = ways.add_parser("minutes", help="write a draft of the minutes: .html, .pdf or .docx")
    _add_file(minutes)
    _add_meeting(minutes)
    minutes.add_argument("--exempt", action="store_true", help="with what the public may not read")
    _add_out(minutes)
    minutes.set_defaults(verb=Lazy("minutes", _MODULE))
    register = ways.add_parser("register", help="write the register of interests: .html, .pdf or .docx")
    _add_file(register)
    _add_out(register)
    register.set_defaults(verb=Lazy("register", _MODULE))
    record = ways.add_parser(
        "record", help="write the public record (forward plan, decisions, attendance): .html, .pdf or .docx"
    )
    _add_file(record)
    _add_out(record)
    record.set_defaults(verb=Lazy("record", _MODULE))
    schema = ways.add_parser("schema", help="print the documentation of the tables")
    schema.set_defaults(verb=Lazy("schema", _MODULE))


def _add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help=_FILE)
    command.add_argument("--as-of", metavar="DATE", help="the day for which it is asked (default: today)")


def _add_meeting(command: argparse.ArgumentParser) -> None:
    command.add_argument("--meeting", required=True, metavar="NAME", help="short name of the meeting")


def _add_out(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, metavar="FILE", required=True, help="the file to write")
