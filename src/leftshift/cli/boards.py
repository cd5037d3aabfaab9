"""The commands about boards."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.cli import showing
from leftshift.cli.assuring import day, known_until
from leftshift.cli.verbs import OK, REFUSED, print_json
from leftshift.place.writing import write_whole
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.checking import check_boards
from leftshift.programme.boards.reading_file import read_boards

if TYPE_CHECKING:
    from datetime import date

    from leftshift.reports.content import Report

_ENDINGS = (".html", ".pdf", ".docx")


def _read(path: Path) -> Boards:
    """The boards of a file, or of the programme in a folder. Raises FaultsFound."""
    if not path.is_dir():
        return read_boards(path)
    from leftshift.programme.programme import read_programme

    return read_programme(path).boards


def check(options: Namespace) -> int:
    """Check boards: quorum, deadlines, exclusions, decisions and faults."""
    from leftshift.cli.showing_boards import show_checked

    as_of = day(options.as_of)
    checked = check_boards(_read(options.file), as_of, known_until(as_of))
    if options.json:
        print_json(checked.document())
    else:
        show_checked(checked)
    return REFUSED if options.strict and checked.faults else OK


def pack(options: Namespace) -> int:
    """Write the pack of a meeting as HTML and PDF, and its exempt part as two more files."""
    from leftshift.reports.boards import board_pack, has_exempt_part, lay_out

    boards = _read(options.file)
    kinds = [False, True] if has_exempt_part(boards, options.meeting) else [False]
    contents: dict[Path, bytes] = {}
    with showing.working("Setting the pages"):
        for exempt in kinds:
            made = lay_out(board_pack(boards, options.meeting, exempt=exempt))
            name = f"{options.meeting}-exempt" if exempt else options.meeting
            contents[options.out / f"{name}.html"] = made.html.encode()
            contents[options.out / f"{name}.pdf"] = made.pdf
    options.out.mkdir(parents=True, exist_ok=True)
    write_whole(contents)
    for path in contents:
        showing.say(f"Wrote {path}")
    return OK


def minutes(options: Namespace) -> int:
    """Write the minutes of a meeting."""
    from leftshift.reports.boards import minutes_report

    report = minutes_report(_read(options.file), options.meeting, exempt=options.exempt)
    return _write(report, options.out, day(options.as_of))


def register(options: Namespace) -> int:
    """Write the register of interests."""
    from leftshift.reports.boards import register_report

    as_of = day(options.as_of)
    return _write(register_report(_read(options.file), as_of), options.out, as_of)


def record(options: Namespace) -> int:
    """Write the public record: forward plan, decisions, attendance."""
    from leftshift.reports.boards import record_report

    as_of = day(options.as_of)
    return _write(record_report(_read(options.file), as_of), options.out, as_of)


def schema(_: Namespace) -> int:
    """Print the documentation of the tables."""
    from leftshift.programme.boards.describing import tables_page

    print(tables_page(), end="")
    return OK


def _write(report: Report, path: Path, as_of: date) -> int:
    if path.suffix.lower() not in _ENDINGS:
        raise ValueError(f"--out writes a file that ends in {', '.join(_ENDINGS)}, and {path} does not")
    if path.is_dir():
        raise ValueError(f"{path} is a folder: name a file in it")
    with showing.working("Drawing the document"):
        content = _content(report, path.suffix.lower(), as_of)
    write_whole({path: content})
    showing.say(f"Wrote {path}")
    return OK


def _content(report: Report, ending: str, as_of: date) -> bytes:
    from leftshift.reports.html import html_of
    from leftshift.reports.pdf import pdf_of
    from leftshift.reports.word import word_of

    if ending == ".html":
        return html_of(report).encode()
    return pdf_of(report) if ending == ".pdf" else word_of(report, author="leftshift", dated=as_of)
