"""A published workbook meets what government asks of published spreadsheets, item by item, on the file itself."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import PatternFill

from leftshift.cli.main import main
from leftshift.model import read_place
from leftshift.reports.published import workbook_of_run
from leftshift.workbooks.publishing import (
    PublishedColumn,
    PublishedTable,
    publish_tables,
    sheet_names_of,
    shorthand,
)
from leftshift.workspace.shared.tables import Cell, Row, Table, published
from tests.library.test_workbook import LLR, NORTHMOOR

AS_OF = date(2026, 4, 1)
ABOUT: dict[str, Any] = {
    "title": "Beds of Northmoor", "notes": ["Beds at midnight", "All of it is invented"], "source": "Bed census", "contact": "beds@example.org", "as_of": AS_OF,
}  # fmt: skip
TABLES = [
    PublishedTable(
        "beds/wards: of every hospital of the place", "Beds by ward [note 1]",
        [PublishedColumn("Ward"), PublishedColumn("Beds (number)", 0), PublishedColumn("Occupied (%)", 1), PublishedColumn("Counted on")],
        [["A", 20, 91.25, AS_OF], ["=1+1", None, "[c]", AS_OF], ["+44", -3, 0.1 + 0.2, ""], ["@x", 1e15, float("nan"), "-"]],
    ),
    PublishedTable("beds/wards: of every hospital of the county", "Nothing yet", [PublishedColumn("Ward")], []),
]  # fmt: skip


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def broken_rules(content: bytes) -> Iterator[str]:
    """Each item of the guidance that the file does not meet."""
    book, xml = opened(content), parts(content)
    rules = {
        "contents come first, then notes": book.sheetnames[:2] == ["Contents", "Notes"],
        "sheet names are shorter than 31 characters": all(len(name) < 31 for name in book.sheetnames),
        "sheet names are unique": len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames),
        "no sheet is hidden": all(sheet.sheet_state == "visible" for sheet in book),
        "no macros": not any("vba" in name.lower() for name in xml),
        "no links to other files": not any("externalLink" in name for name in xml),
        "no formulas": not any("<f" in xml[name] for name in xml if name.startswith("xl/worksheets/sheet")),
        "no fill but none": set(re.findall(r'patternType="(\w+)"', xml["xl/styles.xml"])) <= {"none", "gray125"},
        "the title of the document is set": bool(book.properties.title),
        "its language is set": book.properties.language == "en-GB",
        "its author is set": bool(book.properties.creator),
        "the contents are what opens": book.active.title == "Contents",
        "every mark has its note": _marks(book) <= {row[0].value for row in book["Notes"].iter_rows()},
        "every note is marked": {f"note {n}" for n in range(1, 9)} & {r[0].value for r in book["Notes"].iter_rows()} <= _marks(book),
        "every sign is explained": _signs(book) <= {row[0].value for row in book["Notes"].iter_rows()},
        "contents list every sheet": set(book.sheetnames) - {"Contents"} <= {row[0].value for row in book["Contents"].iter_rows()},
    }  # fmt: skip
    yield from (rule for rule, holds in rules.items() if not holds)
    for sheet in book:
        yield from (f"{sheet.title}: {rule}" for rule, holds in _of_sheet(sheet).items() if not holds)


def _of_sheet(sheet: Any) -> dict[str, bool]:
    tables = list(sheet.tables.values())
    header, *facts = list(sheet[tables[0].ref]) if tables else [(), ()]
    before = sheet.iter_rows(max_row=header[0].row - 1) if header else ()
    return {
        "the title stands in A1": isinstance(sheet["A1"].value, str) and sheet["A1"].font.bold,
        "one table, marked up": len(tables) == 1,
        "the table ends the sheet": bool(tables) and tables[0].ref.split(":")[1] == sheet.dimensions.split(":")[1],
        "one row of headings, each its own": len({cell.value.casefold() for cell in header}) == len(header),
        "headings are text": all(isinstance(cell.value, str) and cell.value.strip() for cell in header),
        "no blank cells": all(cell.value not in {None, ""} for row in facts for cell in row),
        "no blank rows": all(row[0].value for row in before),
        "no merged cells": not sheet.merged_cells.ranges,
        "the cursor stands at A1": sheet.sheet_view.selection[0].activeCell == "A1" and sheet.sheet_view.selection[0].sqref == "A1",
        "nothing frozen, grouped or filtered": sheet.freeze_panes is None and not sheet.auto_filter.ref and not any(t.autoFilter for t in tables),
        "no pictures or comments": not sheet._images and not any(cell.comment for row in facts for cell in row),
    }  # fmt: skip


def _values(book: Any) -> Iterator[str]:
    yield from (
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    )


def _marks(book: Any) -> set[str]:
    return {mark.strip("[]") for text in _values(book) for mark in re.findall(r"\[note \d+\]", text)}


def _signs(book: Any) -> set[str]:
    return {sign for text in _values(book) for sign in re.findall(r"\[[a-z]+\]", text)}


# ------------------------------------------------------------------ item by item
@pytest.mark.parametrize("example", [LLR, NORTHMOOR], ids=lambda path: path.name)
def test_the_tables_of_a_run_meet_the_guidance(example: Path) -> None:
    content = workbook_of_run(read_place(example).project(), as_of=AS_OF, contact="plans@example.org")

    assert list(broken_rules(content)) == []


def test_tables_of_every_kind_meet_the_guidance() -> None:
    assert list(broken_rules(publish_tables(TABLES, **ABOUT))) == []


def test_the_checker_sees_what_is_wrong() -> None:
    book = opened(publish_tables(TABLES, **ABOUT))
    sheet = book[book.sheetnames[2]]
    sheet.merge_cells("A1:B1")
    sheet["A4"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["B5"].value = "=1+1"
    sheet.sheet_view.selection[0].activeCell = "C3"
    sheet["A5"].value = None
    book["Notes"]["A4"].value = "note 7"
    book.create_sheet("Working").sheet_state = "hidden"
    book.properties.language = None
    out = io.BytesIO()
    book.save(out)

    found = " | ".join(broken_rules(out.getvalue()))

    for words in ("merged", "fill", "formulas", "cursor", "blank cells", "every mark", "hidden", "language", "marked up", "contents list"):  # fmt: skip
        assert words in found


def test_numbers_are_numbers_and_texts_are_texts() -> None:
    sheet = opened(publish_tables(TABLES, **ABOUT))["beds wards of every hospital o"]

    rows = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows(min_row=4)]

    assert rows[0][:3] == [("A", "s"), (20, "n"), (91.25, "n")]
    assert rows[1][:3] == [("=1+1", "s"), ("[x]", "s"), ("[c]", "s")]
    assert rows[2][0:4] == [("+44", "s"), (-3, "n"), (0.3, "n"), ("[z]", "s")]
    assert rows[3][2] == ("[x]", "s")
    assert sheet["B4"].number_format == "#,##0"
    assert sheet["C4"].number_format == "#,##0.0"
    assert sheet["D4"].is_date


def test_sheets_that_would_have_one_name_have_two() -> None:
    names = sheet_names_of(
        [*TABLES, *TABLES, PublishedTable("notes", "", [], []), PublishedTable("''", "", [], [])]
    )

    assert names[:4] == [
        "beds wards of every hospital o", "beds wards of every hospital 2", "beds wards of every hospital 3", "beds wards of every hospital 4",
    ]  # fmt: skip
    assert names[4:] == ["notes 2", "Table"]


@given(
    texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=40), min_size=1, max_size=5, unique_by=lambda t: t.casefold().strip()),
    numbers=st.lists(st.floats(), min_size=1, max_size=4),
)  # fmt: skip
def test_whatever_stands_in_the_tables_the_guidance_is_met(texts: list[str], numbers: list[float]) -> None:
    texts = [re.sub(r"\[[a-z]+( \d+)?\]", "", text) for text in texts]
    tables = [
        PublishedTable(text, text or "x", [PublishedColumn(f"{at} {text}") for at in range(2)], [[text, number] for number in numbers])
        for text in texts
        if text.strip()
    ]  # fmt: skip
    if tables:
        assert list(broken_rules(publish_tables(tables, **ABOUT))) == []


def test_the_same_tables_give_the_same_bytes_and_another_date_others() -> None:
    result = read_place(NORTHMOOR).project()

    assert workbook_of_run(result, as_of=AS_OF) == workbook_of_run(
        read_place(NORTHMOOR).project(), as_of=AS_OF
    )
    assert workbook_of_run(result, as_of=AS_OF) != workbook_of_run(result, as_of=date(2026, 4, 2))


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([], "no table"),
        ([PublishedTable("a", "A [note 3]", [PublishedColumn("x")], [])], "no note 3"),
        ([PublishedTable("a", "A", [PublishedColumn("x"), PublishedColumn("X")], [])], "heading of its own"),
        ([PublishedTable("a", "A", [PublishedColumn("x")], [[1, 2]])], "a value for each column"),
        ([PublishedTable("a", "A", [PublishedColumn("x" * 256)], [])], "255"),
    ],
)
def test_what_cannot_be_published_is_said(tables: list[PublishedTable], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        publish_tables(tables, **ABOUT)


def test_every_sign_of_the_guidance_has_its_meaning() -> None:
    assert set(shorthand()) == {"[c]", "[e]", "[low]", "[p]", "[r]", "[x]", "[z]"}


def test_a_table_of_a_page_is_published_with_its_exact_numbers() -> None:
    page = Table(
        "t",
        "Positions, £000",
        ["Body", "2026/27", "Why"],
        [Row([Cell("=A"), Cell("1.5", 1.4999), Cell("–")])],
        1,
        2,
    )

    table = published(page)

    assert table.columns[1] == PublishedColumn("2026/27", 1)
    assert list(table.rows[0]) == ["=A", 1.4999, "[z]"]
    assert list(broken_rules(publish_tables([table], **ABOUT))) == []


# ------------------------------------------------------------------ on the command line
def test_run_writes_a_workbook_whose_figures_are_those_of_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "tables.xlsx"

    assert main(["run", str(LLR), "--out", str(out), "--as-of", "2026-04-01", "--brief"]) == 0

    assert "as of 2026-04-01" in capsys.readouterr().out
    assert list(broken_rules(out.read_bytes())) == []
    rows = list(opened(out.read_bytes())["bridge"].iter_rows(min_row=4, values_only=True))
    last = [row[3] for row in rows if row[0] == "2018/19"]
    assert last[0] + sum(last[1:-1]) == pytest.approx(last[-1], abs=1e-3)
    assert -last[0] == pytest.approx(read_place(LLR).project().gap("2018/19"), abs=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == ["tables.xlsx"]
