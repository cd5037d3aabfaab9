"""LibreOffice at work on workbooks: it works every formula out anew, from files that hold no result of any formula."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl

from leftshift.workbooks.live.building import CALCULATED_SHEETS

MISSING = "LibreOffice is not installed. make test installs it; on Debian: apt-get install libreoffice-calc"
_RESULT = re.compile(rb"(</f>)<v>[^<]*</v>")


def without_results(content: bytes) -> bytes:
    """The workbook with every formula, and no result of any: a program that shows a figure has worked it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                data = _RESULT.sub(rb"\1", data)
            new.writestr(entry.filename, data)
    return out.getvalue()


def recalculated(books: Mapping[str, bytes], work: Path) -> dict[str, bytes]:
    """Each workbook as LibreOffice saves it after working it out; one start for all, with a profile of its own."""
    office = shutil.which("soffice")
    assert office, MISSING
    given, saved = work / "given", work / "saved"
    given.mkdir(parents=True)
    for name, content in books.items():
        (given / f"{name}.xlsx").write_bytes(without_results(content))
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    files = [str(given / f"{name}.xlsx") for name in books]
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(saved), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {name: (saved / f"{name}.xlsx").read_bytes() for name in books}


def opened(content: bytes) -> Any:
    """A workbook with the formulas of its cells, to be changed."""
    return openpyxl.load_workbook(io.BytesIO(content))


@lru_cache(maxsize=256)
def values_of(content: bytes) -> dict[str, dict[str, Any]]:
    """Calculated sheet to cell to its value."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True)
    return {
        name: {
            cell.coordinate: cell.value
            for row in book[name].iter_rows()
            for cell in row
            if cell.value is not None
        }
        for name in CALCULATED_SHEETS
    }


def saved(book: Any) -> bytes:
    """A workbook as openpyxl saves it: formulas without results."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
