"""A small place with measures, made from texts, into which files are loaded."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from leftshift.foundation.years import FinancialYear
from leftshift.measures.loading.choices import Choices
from leftshift.measures.loading.loading import Loaded, load
from leftshift.measures.loading.sources import csv_source
from leftshift.model import from_document
from leftshift.place.describing import write_new_place
from leftshift.place.place import Place
from leftshift.place.reading import folder_texts

BY = "invented,assumed"
MEASURES = f"""measure,name,better,owner,every,due_after,source,basis
four_hours,Within four hours,higher,Director,month,15,{BY}
visits,Visits,lower,Director,month,,{BY}
falls,Falls,lower,Director,year,,{BY}
theatre,Theatre time,higher,Director,quarter,30,{BY}
calls,Calls,neither,Director,week,,{BY}
"""
DEFINITIONS = f"""measure,version,since,kind,numerator,denominator,source,basis
four_hours,first,,proportion,Ended in time,Attendances,{BY}
visits,first,,count,Visits,,{BY}
visits,new,2025-04,count,Visits counted anew,,{BY}
falls,first,,rate,Admissions,People,{BY}
theatre,first,,proportion,Minutes used,Minutes planned,{BY}
calls,first,,count,Calls,,{BY}
"""
AREAS = f"""area,name,part_of,people,source,basis
hillside,Hillside,,1000,{BY}
dale,Dale,,2000,{BY}
E06999999,Invented council,,3000,{BY}
R9Z,Invented trust,,,{BY}
"""
OBSERVATIONS = """# counted by hand
measure,of,period,numerator,denominator,value,version,revision,provisional,released,source,basis
visits,hillside,2024-04,10,,,,0,no,,invented,assumed
four_hours,hillside,2024-04,90,100,,,0,yes,,invented,assumed
"""


@cache
def base_texts() -> dict[str, str]:
    """The texts of the place."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "place"
        write_new_place(
            folder,
            code="small",
            name="Small",
            base_year=FinancialYear(2024),
            last_year=FinancialYear(2026),
            subjects=[],
        )
        texts = folder_texts(folder)
    return {
        **texts,
        "measures.csv": MEASURES,
        "measure_definitions.csv": DEFINITIONS,
        "areas.csv": AREAS,
        "observations.csv": OBSERVATIONS,
    }


@cache
def base_place() -> Place:
    """The place, which has no fault."""
    return from_document(base_texts()).place


def write_base(folder: Path) -> Path:
    """The folder of the place."""
    folder.mkdir(parents=True)
    for name, text in base_texts().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def loaded(text: str | bytes, *, place: Place | None = None, file: str = "f.csv", **choices: Any) -> Loaded:
    """One file loaded into the place."""
    return load([csv_source(text, file)], place=place or base_place(), choices=Choices(**choices))


def figures(found: Loaded) -> list[tuple[Any, ...]]:
    """Measure, body, period, numerator, denominator, value and revision of every row."""
    return [
        (
            row.measure,
            row.of,
            str(row.period),
            *map(_plain, (row.numerator, row.denominator, row.value)),
            row.revision,
        )
        for row in found.rows
    ]


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)


def kinds(found: Loaded) -> list[str]:
    """The kinds of the faults."""
    return [fault.kind for fault in found.faults]


def workbook(sheets: dict[str, Iterable[Sequence[Any]]], formats: dict[str, str] | None = None) -> bytes:
    """A workbook with these rows; ``formats`` is cell of the first sheet to number format."""
    book = openpyxl.Workbook(write_only=False)
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for cell, shape in (formats or {}).items():
        book.worksheets[0][cell].number_format = shape
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


APRIL = date(2024, 4, 1)
