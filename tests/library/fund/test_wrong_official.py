"""Wrong templates are answered with sheet and cell, and nothing of them is taken."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.styles import Protection

from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.workbooks.official.filling import fill_official
from leftshift.workbooks.official.inspecting import merged_cells
from leftshift.workbooks.official.reading import read_official
from leftshift.workbooks.official.taking_in import take_in
from leftshift.workbooks.official.writing import sheets_of
from tests.library.fund.plans import clean, round_of
from tests.library.fund.test_official import made_of, written

PLAN, FOUND = clean("2025-26"), round_of("2025-26")
BOOK = written(PLAN, "plan")
INCOME, SPEND, COVER, SUMMARY = "4. Income", "5. Expenditure", "2. Cover", "3. Summary"
NAME = "returned.xlsx"


def faults_of(content: bytes) -> list[Fault]:
    with pytest.raises(FaultsFound) as caught:
        read_official(content, NAME, FOUND, "plan", PLAN)
    found = list(caught.value.faults)
    assert all(fault.expected and fault.action for fault in found)
    return found


def edited(change: Callable[[Any], None]) -> bytes:
    """The workbook as somebody sends it back."""
    book = openpyxl.load_workbook(io.BytesIO(BOOK))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def places(found: list[Fault], kind: str) -> list[tuple[str, int | None, str | None]]:
    """Where faults of a kind stand: sheet, row, column."""
    return [
        (fault.file.removeprefix(f"{NAME}, sheet "), fault.row, fault.column)
        for fault in found
        if fault.kind == kind
    ]


def put(sheet: str, cell: str, value: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        # openpyxl does not calculate: a formula without a value is what it writes
        book[sheet][cell].value = value

    return change


def without_formulas(found: list[Fault]) -> list[Fault]:
    """openpyxl saves formulas without values; those are told, and are not what a test is about."""
    return [fault for fault in found if fault.kind != "formula without a value"]


@pytest.mark.parametrize(
    ("cell", "value", "kind"),
    [
        ("E6", "12,000 approx", "text in a number"),
        ("E6", "£1,000", "text in a number"),
        ("E6", "1000", "text in a number"),
        ("E6", True, "not a number"),
        ("E6", 12.345, "parts of a penny"),
        ("E6", 1e300, "amount not taken"),
        ("E6", 10**30, "amount not taken"),
        ("C6", "NHS Minimum Contributon", "not in the list"),
        ("D6", "Nobody", "not in the list"),
    ],
)
def test_a_wrong_value_is_answered_with_its_sheet_and_cell(cell: str, value: object, kind: str) -> None:
    found = faults_of(edited(put(INCOME, cell, value)))

    assert [(fault.kind, fault.file, fault.row, fault.column) for fault in found] == [
        (kind, f"{NAME}, sheet {INCOME}", 6, cell[0])
    ]


def test_what_to_type_and_what_is_near_is_said() -> None:
    (amount,) = faults_of(edited(put(INCOME, "E6", "£1,000")))
    (line,) = faults_of(edited(put(INCOME, "C6", "NHS Minimum Contributon")))

    assert "Type 1000 as a number" in amount.action
    assert line.suggestion == "NHS Minimum Contribution"


def test_an_inserted_row_is_seen_by_what_moved() -> None:
    found = faults_of(edited(lambda book: book[INCOME].insert_rows(3)))

    moved = [fault for fault in found if fault.kind == "cells were moved"]
    assert {(fault.file, fault.row, fault.column) for fault in moved} >= {
        (f"{NAME}, sheet {INCOME}", 5, column) for column in "BCDEF"
    }
    assert "stands in C6" in next(fault.found for fault in moved if (fault.row, fault.column) == (5, "C"))


def test_an_inserted_column_is_seen_by_what_moved() -> None:
    found = faults_of(edited(lambda book: book[INCOME].insert_cols(4)))

    moved = {fault.column: fault for fault in found if fault.kind == "cells were moved"}
    assert set(moved) == {"D", "E", "F"}
    assert moved["D"].action == "Move it back from E5: cells were moved"


def test_merged_cells_are_answered_at_the_cell_that_people_fill_in() -> None:
    found = faults_of(edited(lambda book: book[INCOME].merge_cells("B7:D8")))

    assert places(found, "merged cells") == [(INCOME, 7, "B")]
    assert "B7:D8" in next(fault.found for fault in found if fault.kind == "merged cells")


def test_merged_cells_among_those_that_come_filled_in_break_nothing() -> None:
    content = edited(lambda book: book[COVER].merge_cells("C4:C6"))
    assert places(faults_of(content), "merged cells") == [(COVER, 4, "C")]
    with pytest.raises(FaultsFound):
        fill_official(content, NAME, made_of(PLAN, "plan"), FOUND, PLAN)


def test_another_round_is_answered_where_it_says_so() -> None:
    other = written(clean("2023-25"), "plan")
    found = faults_of(other)

    assert places(found, "wrong round") == [(COVER, 4, "C")] or places(found, "missing sheet")
    (fault,) = faults_of(edited(put(COVER, "C4", "2024-25")))
    assert (fault.kind, fault.row, fault.column) == ("wrong round", 4, "C")
    assert "2025-26" in fault.expected


def test_a_protected_sheet_with_locked_cells_cannot_have_been_filled_in() -> None:
    def lock(book: Any) -> None:
        for row in book[INCOME].iter_rows():
            for cell in row:
                cell.protection = Protection(locked=True)

    (fault,) = faults_of(edited(lock))
    assert (fault.kind, fault.file, fault.row, fault.column) == (
        "protected sheet", f"{NAME}, sheet {INCOME}", 6, "B",
    )  # fmt: skip
    assert "more cannot be filled in" in fault.found


def test_a_pasted_total_is_answered_with_the_formula_that_belongs_there() -> None:
    block = next(
        row for row in FOUND.block_columns if (row.template, row.block) == ("plan", "metrics") and row.holds == "worked_out"
    )  # fmt: skip
    found = without_formulas(faults_of(edited(put("6. Metrics", f"{block.column}6", 5000))))

    assert [(fault.kind, fault.row, fault.column) for fault in found] == [("pasted total", 6, block.column)]
    assert found[0].expected.startswith("the formula =")
    balance = next(
        row for row in FOUND.block_columns if (row.template, row.block) == ("plan", "balances") and row.holds == "worked_out"
    )  # fmt: skip
    for typed in (12, "=5000"):
        found = without_formulas(faults_of(edited(put(SUMMARY, f"{balance.column}7", typed))))
        assert places(found, "pasted total") == [(SUMMARY, 7, balance.column)]


def test_a_missing_sheet_is_answered_with_the_nearest_name() -> None:
    def rename(book: Any) -> None:
        book[INCOME].title = "4. Incomes"

    fault = next(fault for fault in faults_of(edited(rename)) if fault.kind == "missing sheet")
    assert (fault.file, fault.suggestion) == (f"{NAME}, sheet {INCOME}", "4. Incomes")


def test_a_chart_in_place_of_a_sheet_is_a_missing_sheet() -> None:
    def swap(book: Any) -> None:
        book.remove(book[INCOME])
        book.create_chartsheet(INCOME).add_chart(BarChart())

    assert places(faults_of(edited(swap)), "missing sheet") == [(INCOME, None, None)]


def test_rows_below_a_table_are_not_left_out_in_silence() -> None:
    last = next(row for row in FOUND.blocks if row.sheet == INCOME)
    below = last.heading_row + last.rows + 1
    for row in (below, below + 30):
        found = faults_of(edited(put(INCOME, f"C{row}", "Disabled Facilities Grant")))
        assert places(found, "more rows than there is room for") == [(INCOME, row, "C")]


def test_rows_between_two_tables_of_a_sheet_are_seen_too() -> None:
    content = written(PLAN, "quarterly")
    book = openpyxl.load_workbook(io.BytesIO(content))
    book[SPEND]["B47"].value = "A row more"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(FaultsFound) as caught:
        read_official(out.getvalue(), NAME, FOUND, "quarterly", PLAN)

    assert places(list(caught.value.faults), "more rows than there is room for") == [(SPEND, 47, "B")]


def test_a_formula_without_a_value_and_one_with_an_error() -> None:
    (fault,) = faults_of(edited(put(INCOME, "E6", "=1+1")))
    assert (fault.kind, fault.row, fault.column) == ("formula without a value", 6, "E")
    (fault,) = faults_of(edited(put(INCOME, "F6", "#REF!")))
    assert (fault.kind, fault.row, fault.column) == ("error in a cell", 6, "F")


def test_a_formula_with_a_value_is_taken_and_said() -> None:
    content = replaced_part(BOOK, r'(<c r="E6"[^>]*>)<v>[^<]*</v>', r"\1<f>900000+100000</f><v>1000000</v>")
    official = read_official(content, NAME, FOUND, "plan", PLAN)

    assert official.notes == [
        f"{NAME}, sheet {INCOME}, cell E6: taken as 1000000, which the formula =900000+100000 gives"
    ]


def replaced_part(content: bytes, pattern: str, by: str, part: str = "sheet3.xml") -> bytes:
    """The workbook with a piece of the XML of a sheet replaced; by default of the sheet of income."""
    out, hits = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.endswith(f"worksheets/{part}"):
                text, hits = re.subn(pattern, by, data.decode())
                data = text.encode()
            new.writestr(entry.filename, data)
    assert hits
    return out.getvalue()


def test_every_fault_is_told_at_once() -> None:
    def several(book: Any) -> None:
        book[INCOME]["E6"].value = "about a million"
        book[SPEND]["B9"].value = "ok"
        book["7. National Conditions"]["D6"].value = "Perhaps"
        book[COVER]["C4"].value = "2023-25"
        book["9. Narrative"].merge_cells("C6:C7")

    kinds = {fault.kind for fault in faults_of(edited(several))}
    assert kinds >= {"text in a number", "not in the list", "wrong round", "merged cells"}


def with_part(name: str, data: bytes) -> bytes:
    out = io.BytesIO(BOOK)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "file not understood"),  # .xls, or a workbook with a password
        (b"", "file not understood"),
        (b"area,amount\n", "file not understood"),
        (BOOK[: len(BOOK) // 2], "file not understood"),
        (with_part("xl/vbaProject.bin", b"x"), "macros"),
        (with_part("xl/worksheets/sheet99.xml", b"\0" * 300_000_000), "file too large"),
    ],
    ids=["xls-or-password", "empty", "csv", "truncated", "macros", "bomb"],
)
def test_files_that_are_no_workbooks_are_answered(content: bytes, kind: str) -> None:
    assert kind in {fault.kind for fault in faults_of(content)}


def test_a_merged_area_of_the_whole_sheet_is_refused_before_anything_makes_its_cells() -> None:
    part = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert merged_cells(part) == 16_384 * 1_048_576

    content = replaced_part(BOOK, "</sheetData>", "</sheetData>" + part.decode())
    (fault,) = faults_of(content)
    assert fault.kind == "file too large"


@pytest.mark.parametrize("at", range(0, len(BOOK), max(1, len(BOOK) // 12)))
def test_a_file_that_breaks_off_anywhere_is_answered(at: int) -> None:
    assert faults_of(BOOK[:at])


@pytest.mark.parametrize("at", range(1, 13))
def test_a_file_with_a_broken_byte_is_answered_or_read(at: int) -> None:
    place = len(BOOK) * at // 13
    content = BOOK[:place] + bytes([BOOK[place] ^ 0x55]) + BOOK[place + 1 :]
    try:
        read_official(content, NAME, FOUND, "plan", PLAN)
    except FaultsFound:
        return  # told, and nothing taken


@pytest.mark.parametrize(
    ("sheet", "item", "text"),
    [
        ("6. Metrics", "period", "some time"),
        ("8. Capacity and Demand", "year", "next year"),
        ("8. Capacity and Demand", "kind", "plenty"),
    ],
)
def test_what_came_filled_in_and_was_changed_is_answered_at_its_cell(sheet: str, item: str, text: str) -> None:  # fmt: skip
    block = next(row for row in FOUND.blocks if (row.template, row.sheet) == ("plan", sheet))
    column = next(row.column for row in FOUND.block_columns if (row.template, row.block, row.item) == ("plan", block.block, item))  # fmt: skip
    part = next(f"sheet{at}.xml" for at, name in enumerate(sheets_of(FOUND, "plan"), 1) if name == sheet)
    content = replaced_part(
        BOOK, rf'<c r="{column}6"( s="\d+") t="s"><v>\d+</v></c>', rf'<c r="{column}6"\1 t="inlineStr"><is><t>{text}</t></is></c>', part
    )  # fmt: skip
    official = read_official(content, NAME, FOUND, "plan", PLAN)
    with pytest.raises(FaultsFound) as caught:
        take_in(official, PLAN, FOUND)

    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == (f"{NAME}, sheet {sheet}", 6, column)


@pytest.mark.parametrize(("of", "item"), [("spend", "spend"), ("income", "income")])
def test_a_reference_in_two_rows_is_answered_and_no_row_is_lost(of: str, item: str) -> None:
    """Somebody copied a row: taking the last of the two would lose the money of the other."""
    official = read_official(BOOK, NAME, FOUND, "plan", PLAN)
    block = next(name for name, lines in official.blocks.items() if lines and item in lines[0])
    lines = list(official.blocks[block])
    lines[1] = {**lines[1], item: lines[0][item]}
    changed = replace(official, blocks={**official.blocks, block: lines})
    with pytest.raises(FaultsFound) as caught:
        take_in(changed, PLAN, FOUND)
    (fault,) = caught.value.faults
    assert (fault.kind, fault.row) == ("reference twice", official.rows[block][1])
    assert fault.column is not None
    assert f"that of row {official.rows[block][0]}" in fault.action
    # emptied, the row gets a reference of its own, which no other row has
    lines[1] = {**lines[1], item: None}
    lines[0] = {**lines[0], item: "line_2"} if of == "spend" else lines[0]
    taken = take_in(replace(official, blocks={**official.blocks, block: lines}), PLAN, FOUND)
    rows = taken.spend if of == "spend" else taken.income
    keys = [(getattr(row, item), row.year) for row in rows]
    assert len(keys) == len(set(keys)) == len(PLAN.spend if of == "spend" else PLAN.income)
