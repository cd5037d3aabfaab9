"""What ``leftshift report`` does."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from leftshift.cli import showing
from leftshift.cli.verbs import OK, run_of
from leftshift.place.writing import write_whole
from leftshift.reports.html import html_of
from leftshift.reports.pdf import pdf_of
from leftshift.reports.report import report_of
from leftshift.reports.words import listed


def report(options: Namespace) -> int:
    """Write the report of a place as HTML, as PDF, or as both: whole or not at all."""
    _refuse_wrong_names(options.out, options.pdf)
    result = run_of(options.place, options.scenario)
    found = report_of(result, options.year)
    wanted = _wanted(options, found.code)
    with showing.working("Drawing the report"):
        makers = {".html": lambda: html_of(found).encode(), ".pdf": lambda: pdf_of(found)}
        contents = {path: makers[path.suffix.lower()]() for path in wanted}
    _write(contents)
    showing.say(f"Wrote {listed([str(path) for path in wanted])}")
    return OK


def _wanted(options: Namespace, code: str) -> list[Path]:
    named = [path for path in (options.out, options.pdf) if path]
    return named or [Path(f"{code}.html"), Path(f"{code}.pdf")]


def _refuse_wrong_names(page: Path | None, pdf: Path | None) -> None:
    """A slip of the keyboard may not write a report over something else."""
    for option, path, ending in (("--out", page, ".html"), ("--pdf", pdf, ".pdf")):
        if path is not None and path.suffix.lower() != ending:
            raise ValueError(f"{option} writes a file that ends in {ending}, and {path} does not")
        if path is not None and path.is_dir():
            raise ValueError(f"{path} is a folder: name a file that ends in {ending}")


def _write(contents: dict[Path, bytes]) -> None:
    try:
        write_whole(contents)
    except OSError as problem:
        folders = listed(list(dict.fromkeys(str(path.parent.resolve()) for path in contents)))
        words = f"the report was not written, {(problem.strerror or str(problem)).lower()}"
        raise OSError(problem.errno, words, folders) from problem
