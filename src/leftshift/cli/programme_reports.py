"""What ``leftshift programme report`` and ``leftshift programme highlight`` do."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path

from leftshift.cli import showing
from leftshift.cli.assuring import day
from leftshift.cli.programme import read_checked
from leftshift.cli.verbs import OK, print_json
from leftshift.foundation.periods import Period, PeriodNotUnderstood
from leftshift.place.writing import write_whole
from leftshift.reports.content import Report

_ENDINGS = (".html", ".pdf", ".docx")


def report(options: Namespace) -> int:
    """Write the report of a programme."""
    from leftshift.reports.programme import programme_report

    as_of = day(options.as_of)
    _refuse_wrong_name(options.out)
    model, checked = read_checked(options, as_of)
    programme = checked.programme
    with showing.working("Working out what slips"):
        cost = model.slip_cost(programme, as_of)
    with showing.working("Drawing the report"):
        _write(options.out, programme_report(checked, cost, options.title, options.seed), as_of)
    if options.json:
        print_json({"file": str(options.out), "as_of": str(as_of), "fingerprint": programme.fingerprint})
    else:
        showing.say(f"Wrote {options.out}")
    return OK


def highlight(options: Namespace) -> int:
    """Make the highlight report of a project for a month; print it as JSON, or write it."""
    from leftshift.reports.programme import highlight_report
    from leftshift.reports.programme.highlights import highlight_document

    as_of, period = day(options.as_of), _month(options.month)
    if options.out is None and not options.json:
        raise ValueError("say where to write it with --out FILE, or print it with --json")
    if options.out is not None:
        _refuse_wrong_name(options.out)
    _, checked = read_checked(options, as_of)
    document = highlight_document(checked, options.project, period)
    if options.out is not None:
        with showing.working("Drawing the report"):
            _write(options.out, highlight_report(document), date.fromisoformat(document["as_of"]))
    if options.json:
        print_json(document)
    else:
        showing.say(f"Wrote {options.out}")
    return OK


def _month(text: str) -> Period:
    try:
        return Period.parse(text)
    except PeriodNotUnderstood:
        raise ValueError(f"MONTH is a month as 2015-05, and {text!r} is none") from None


def _refuse_wrong_name(path: Path) -> None:
    if path.suffix.lower() not in _ENDINGS:
        raise ValueError(f"--out writes a file that ends in {', '.join(_ENDINGS)}, and {path} does not")
    if path.is_dir():
        raise ValueError(f"{path} is a folder: name a file in it")


def _write(path: Path, report: Report, as_of: date) -> None:
    from leftshift.reports.html import html_of
    from leftshift.reports.pdf import pdf_of
    from leftshift.reports.word import word_of

    makers = {
        ".html": lambda: html_of(report).encode(),
        ".pdf": lambda: pdf_of(report),
        ".docx": lambda: word_of(report, dated=as_of),
    }
    write_whole({path: makers[path.suffix.lower()]()})
