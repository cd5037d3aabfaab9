"""What ``leftshift premium`` and ``leftshift case`` do."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path

from leftshift.cli import showing
from leftshift.cli.showing_fund_cases import show_case, show_premium
from leftshift.cli.verbs import OK, print_json
from leftshift.foundation.years import FinancialYear
from leftshift.fund.cases.appraising import Appraisal, appraise
from leftshift.fund.cases.reading import read_case
from leftshift.fund.cases.starting import new_case
from leftshift.fund.cases.telling import document as case_document
from leftshift.fund.premium.awarding import premium as premium_of_file
from leftshift.fund.premium.reading import read_premium
from leftshift.fund.premium.starting import new_premium
from leftshift.fund.premium.telling import document as premium_document
from leftshift.place.writing import write_whole

_ENDINGS = (".html", ".pdf", ".docx")


def premium(options: Namespace) -> int:
    """Work out a Quality Premium, or write the file that one begins from."""
    as_of = _as_of(options)
    if options.new:
        return _new(options.file, new_premium(options.round), "premium")
    found = premium_of_file(read_premium(options.file))
    if options.json:
        print_json({**premium_document(found), "as_of": str(as_of)})
    else:
        show_premium(found)
    return OK


def case(options: Namespace) -> int:
    """Appraise a business case; print it, and write it as a document where asked."""
    as_of = _as_of(options)
    if options.new:
        return _new(options.file, new_case(options.title, FinancialYear.parse(options.base_year)), "case")
    if options.out:
        _refuse_wrong_name(options.out)
    found = appraise(read_case(options.file), as_of=as_of)
    if options.out:
        with showing.working("Drawing the document"):
            content = _written(found, options.out.suffix.lower())
        write_whole({options.out: content})
    if options.json:
        print_json(case_document(found))
        return OK
    show_case(found)
    if options.out:
        showing.say(f"Wrote {options.out}")
    return OK


def _as_of(options: Namespace) -> date:
    if not options.as_of:
        return date.today()  # noqa: DTZ011  (the day where the person is)
    try:
        return date.fromisoformat(options.as_of)
    except ValueError:
        raise ValueError(f"--as-of takes a day as 2026-04-01, and {options.as_of!r} is none") from None


def _new(path: Path, text: str, verb: str) -> int:
    if path.suffix.lower() != ".toml":
        raise ValueError(f"--new writes a file that ends in .toml, and {path} does not")
    if path.exists():
        raise ValueError(f"{path} is there already: name another file, or remove it")
    write_whole({path: text.encode()})
    showing.say(f"{path} holds a file to change. Then: leftshift {verb} {path}")
    return OK


def _refuse_wrong_name(path: Path) -> None:
    if path.suffix.lower() not in _ENDINGS:
        raise ValueError(f"--out writes a file that ends in {', '.join(_ENDINGS)}, and {path} does not")
    if path.is_dir():
        raise ValueError(f"{path} is a folder: name a file in it")


def _written(found: Appraisal, ending: str) -> bytes:
    from leftshift.reports.cases import case_report
    from leftshift.reports.html import html_of
    from leftshift.reports.pdf import pdf_of
    from leftshift.reports.word import word_of

    report = case_report(found)
    if ending == ".html":
        return html_of(report).encode()
    if ending == ".pdf":
        return pdf_of(report)
    return word_of(report, author=found.case.author or "leftshift", dated=found.as_of)
