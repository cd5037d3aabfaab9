"""A place goes into one workbook and comes back without loss; what a person types into it comes back as it was meant."""

from __future__ import annotations

import csv
import datetime
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from leftshift.cli.main import main
from leftshift.foundation.faults import FaultsFound
from leftshift.model import from_document, read_place
from leftshift.place import writing
from leftshift.place.place import Place
from leftshift.place.reading import folder_texts, read_document
from leftshift.place.rows import SUBJECTS
from leftshift.place.schema import Column, schema
from leftshift.workbooks.calculated import agreement
from leftshift.workbooks.live.building import CALCULATED_SHEETS
from leftshift.workbooks.opening import texts_of
from leftshift.workbooks.reading import read_workbook
from leftshift.workbooks.sheets import sheet_names
from leftshift.workbooks.spelling import is_holdable, spelled, typed
from leftshift.workbooks.writing import write_workbook
from tests.library.places import places

ROOT = Path(__file__).parents[2]
LLR, NORTHMOOR = ROOT / "examples" / "llr-2014", ROOT / "examples" / "northmoor"
NUMERIC = ("amount", "number", "percent", "share", "whole")


def there_and_back(texts: dict[str, str]) -> dict[str, str]:
    """Through a workbook with formulas, where the texts are a sound place."""
    return read_workbook(write_workbook(texts), "place.xlsx")


def records(texts: dict[str, str]) -> dict[str, list[list[str]]]:
    """Every cell of every table as it is spelled, comments and blank lines too."""
    return {
        name: list(csv.reader(io.StringIO(text))) for name, text in texts.items() if name.endswith(".csv")
    }


def edited(texts: dict[str, str], change: Callable[[Any], object], *, live: bool = False) -> bytes:
    """The workbook after a person, or a program, has changed it; the formulas left out unless they are asked for."""
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(texts, live=live)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# ------------------------------------------------------------------ without loss
@pytest.mark.parametrize("example", [LLR, NORTHMOOR], ids=lambda path: path.name)
def test_an_example_comes_back_cell_for_cell(example: Path) -> None:
    texts = folder_texts(example)

    back = there_and_back(texts)

    assert set(back) == set(texts)
    assert records(back) == records(texts)
    assert {name: text for name, text in back.items() if name.endswith(".toml")} == {
        name: text for name, text in texts.items() if name.endswith(".toml")
    }
    assert from_document(back).place == from_document(texts).place
    assert from_document(back).place.fingerprint == from_document(texts).place.fingerprint


def test_llr_comes_back_to_the_letter() -> None:
    """Its files are in the form that the CSV writer makes, comment lines included."""
    texts = folder_texts(LLR)

    assert there_and_back(texts) == texts
    assert texts["interventions.csv"].startswith("#")


@settings(max_examples=settings().max_examples // 3)  # each writes a workbook of every sheet
@given(place=places())
def test_any_place_comes_back_to_the_letter(place: Place) -> None:
    texts = writing.document(place)
    assume(all(is_holdable(line) for text in texts.values() for line in text.split("\n")))

    back = there_and_back(texts)

    assert back == texts
    read = read_document(back)
    assert not read.faults
    assert read.place is not None
    assert read.place.fingerprint == place.fingerprint


@pytest.mark.parametrize("example", [LLR, NORTHMOOR], ids=lambda path: path.name)
def test_another_program_may_save_it_in_between(example: Path) -> None:
    texts = folder_texts(example)

    assert read_workbook(edited(texts, lambda book: None, live=True), "place.xlsx") == there_and_back(texts)


CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.integers(-(10**20), 10**20).map(lambda number: f"{number:,}"),
    st.floats(allow_nan=False).map(repr),
    st.sampled_from([
        "60,000.50", "4.00", "0.30%", "-0", "-0.0", "007", "£5", "(12)", "1e3", "=1+1", "@x", "+4", "-4.10%", "12,34", " 5",
        "5 ", "TRUE", "2016-04-01", "1899-12-31", "0001-01-01", "#", "#REF!", "²", "١", "1_000", ".5", "5.", "%", "0.1234567890123456",
    ]),
)  # fmt: skip


@given(kind=st.sampled_from([*NUMERIC, "date", "text", "year", "month", "yes_no"]), text=CELLS)
def test_any_spelling_of_a_cell_comes_back(kind: str, text: str) -> None:
    column = Column("a", kind, "A column")

    value, number_format = typed(column, text)

    assert spelled(column, value, number_format) == text


@given(rows=st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=1, max_size=6))
def test_any_cells_come_back_through_a_file(rows: list[list[str]]) -> None:
    assume(all(is_holdable(cell) for row in rows for cell in row))
    out = io.StringIO()
    columns = list(schema().tables["contracts"].columns)[:9]
    csv.writer(out, lineterminator="\n").writerows([columns, *(["C", *row[1:]] for row in rows)])
    texts = {
        "contracts.csv": out.getvalue(),
        "place.toml": "[place]\n",
        "services.csv": "service\n",
        **_required(),
    }

    assert there_and_back(texts)["contracts.csv"] == out.getvalue()


def _required() -> dict[str, str]:
    return {
        table.file: next(iter(table.columns)) + "\n"
        for table in schema().tables.values()
        if table.required and table.name not in {"contracts", "services"}
    }


def test_comments_blank_lines_and_quotes_stay_where_they_are(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "place")]) == 0
    texts = folder_texts(tmp_path / "place")
    texts["steps.csv"] = (
        '# one, two,three\n"# one, two"\n\nstep,name,order,source,basis\n\ncip,"A, b",1,"say ""so""",assumed\n# end\n'
    )
    texts["contracts.csv"] = (
        '# £000\n\ncontract,payer,value,recurrent,source\nC1,A,"60,000.50",yes,me\n#\nC2,B,4.00,no,me\n'
    )
    texts["place.toml"] = (
        '# A comment\n[place]\n\ncode = "a"\nname = "Ä \\"b\\" \\\\ \\n"\nbase_year = \'2025/26\' # odd\ndescription = ""\n'
    )

    back = there_and_back(texts)

    assert back == texts


def test_a_fact_over_several_lines_keeps_what_it_says() -> None:
    texts = folder_texts(NORTHMOOR)
    texts["place.toml"] += 'description = """\none\ntwo"""\n'
    texts["place.toml"] = "\n".join(
        line
        for line in texts["place.toml"].split("\n")
        if not line.startswith('description = "') or line.endswith('"""')
    )
    place = read_document(texts).place

    back = read_document(there_and_back(texts)).place

    assert place is not None
    assert back is not None
    assert back.fingerprint == place.fingerprint


def test_the_same_place_gives_the_same_bytes() -> None:
    assert write_workbook(folder_texts(LLR)) == write_workbook(folder_texts(LLR))


@pytest.mark.parametrize("text", ["a\x01b", "_x000D_", "x005F_", "\ufffe", "a" * 32_768], ids=repr)
def test_what_no_workbook_can_hold_is_refused(text: str) -> None:
    texts = folder_texts(NORTHMOOR)
    texts["steps.csv"] += f"more,{text},5,a test,assumed\n"

    with pytest.raises(FaultsFound) as caught:
        write_workbook(texts)

    assert [(fault.file, fault.row, fault.column) for fault in caught.value.faults] == [
        ("steps.csv", 6, "name")
    ]


# ------------------------------------------------------------------ its form
def test_the_workbook_is_one_to_work_in() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(folder_texts(LLR))))

    without_measures = [name for name in sheet_names().values() if name not in SUBJECTS["measures"]]
    assert book.sheetnames == [*without_measures, *CALCULATED_SHEETS]
    assert book.sheetnames[:3] == ["Contents", "Notes", "place"]
    assert book["contracts"].freeze_panes == "B2"
    assert book["interventions"].freeze_panes == "B3", "its first line is a comment"
    assert isinstance(book["contracts"]["E2"].value, float)
    assert book["contracts"]["F2"].number_format == "@", "a financial year is never taken for a date"
    rules = {str(rule.sqref).split(":")[0]: rule for rule in book["lines"].data_validations.dataValidation}
    assert rules["C2"].type == "list"
    assert "Choices" in rules["C2"].formula1
    assert "organisations" in rules["B2"].formula1
    words = {cell.value for row in book["Notes"].iter_rows() for cell in row}
    assert "Who pays" in words


def test_formulas_stand_on_calculated_sheets_alone() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(folder_texts(NORTHMOOR))))

    found = {
        sheet.title for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    }

    assert found == {"Contents", *CALCULATED_SHEETS}
    assert all(sheet.sheet_state == "visible" for sheet in book)
    plain = openpyxl.load_workbook(io.BytesIO(write_workbook(folder_texts(NORTHMOOR), live=False)))
    of_subjects = {name for tables in SUBJECTS.values() for name in tables}
    assert plain.sheetnames == [name for name in sheet_names().values() if name not in of_subjects]


# ------------------------------------------------------------------ what a person types
def rate_of(content: bytes) -> str:
    return records(read_workbook(content, "place.xlsx"))["assumptions.csv"][1][3]


@pytest.mark.parametrize(
    ("value", "number_format", "spelling"),
    [
        (4, "General", "4"),
        (0.04, "0%", "4%"),
        (0.045, "0%", "4.5%"),
        (0.1 + 0.2, "General", "0.3"),
        (0.035000000000000003, "0.0%", "3.5%"),
        (1.1 * 3, "0.00", "3.30"),
        (1234.5, "£#,##0.00;[Red]-£#,##0.00", "1,234.50"),
        ("4% ", "@", "4% "),
        (-2, '0" per cent (100%)"', "-2"),
    ],
)
def test_numbers_come_back_as_they_were_meant(value: Any, number_format: str, spelling: str) -> None:
    def change(book: Any) -> None:
        book["assumptions"]["D2"].value = value
        book["assumptions"]["D2"].number_format = number_format

    assert rate_of(edited(folder_texts(NORTHMOOR), change)) == spelling


def test_dates_months_and_yes_or_no_come_back_as_they_were_meant() -> None:
    def change(book: Any) -> None:
        assert book["interventions"]["E2"].value == "2025-04"
        book["interventions"]["E2"].value = datetime.date(2025, 4, 1)
        book["contracts"]["G2"].value = True
        book["contracts"]["G3"].value = False
        book["organisations"]["G1"].value = "valid_from"
        book["organisations"]["G2"].value = datetime.datetime(2013, 4, 1)  # noqa: DTZ001

    texts = read_workbook(edited(folder_texts(NORTHMOOR), change), "place.xlsx")

    assert texts["interventions.csv"].splitlines()[1].split(",")[4] == "2025-04"
    assert [line.split(",")[6] for line in texts["contracts.csv"].splitlines()[1:3]] == ["yes", "no"]
    assert texts["organisations.csv"].splitlines()[1].endswith(",2013-04-01")
    assert not read_document(texts).faults


def test_empty_rows_and_rows_added_below_are_read() -> None:
    def change(book: Any) -> None:
        for position, value in enumerate(
            ["C90", "NM1", "RN2", "community", 5, "2024/25", True, "me", "assumed"], 1
        ):
            book["contracts"].cell(20, position).value = value
        book["contracts"].cell(60, 3).value = "  "

    place = from_document(read_workbook(edited(folder_texts(NORTHMOOR), change), "place.xlsx")).place

    assert place.contracts[-1].contract == "C90"
    assert place.contracts[-1].origin.row == 20


def test_a_scenario_can_be_written_in_the_workbook() -> None:
    def change(book: Any) -> None:
        last = book["scenarios"].max_row
        lines = ['name = "New"', 'description = "New"', 'source = "me"', "", "[[change]]", 'why = "so"', 'table = "assumptions"',
                 'where = { assumption = "pay_inflation" }', 'add = { percent = "1%" }']  # fmt: skip
        for number, line in enumerate(lines, 1):
            book["scenarios"].cell(last + number, 1).value = "brand-new" if number == 1 else None
            book["scenarios"].cell(last + number, 3).value = line

    texts = read_workbook(edited(folder_texts(NORTHMOOR), change), "place.xlsx")

    assert from_document(texts).scenario("brand-new").project().gap("2027/28") != from_document(
        texts
    ).project().gap("2027/28")


def with_part(content: bytes, sheet: str, change: Callable[[str], str]) -> bytes:
    """The workbook with the XML of a sheet changed."""
    import zipfile

    number = list(sheet_names().values()).index(sheet) + 1
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == f"xl/worksheets/sheet{number}.xml":
                changed = change(data.decode())
                assert changed != data.decode()
                data = changed.encode()
            new.writestr(entry.filename, data)
    return out.getvalue()


# ------------------------------------------------------------------ on the command line
def test_change_a_rate_in_the_workbook_and_the_gap_moves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, folder = tmp_path / "llr.xlsx", tmp_path / "back"
    assert main(["workbook", "write", str(LLR), str(book)]) == 0
    assert main(["run", str(book), "--brief"]) == 0
    assert "a gap of £398.1m in 2018/19" in capsys.readouterr().out
    opened = openpyxl.load_workbook(book)
    row = next(row for row in opened["assumptions"].iter_rows() if row[1].value == "demographic_growth")
    row[3].value, row[3].number_format = float(str(row[3].value)) + 0.01, "0%"
    opened.save(book)

    assert main(["workbook", "read", str(book), str(folder)]) == 0

    assert read_place(book).project().gap("2018/19") == read_place(folder).project().gap("2018/19")
    assert read_place(book).project().gap("2018/19") > read_place(LLR).project().gap("2018/19")
    assert main(["compare", str(LLR), str(book), "--inputs"]) == 0


def test_reading_back_says_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    folder, book = Path(shutil.copytree(NORTHMOOR, tmp_path / "nm")), tmp_path / "nm.xlsx"
    assert main(["workbook", "write", str(folder), str(book)]) == 0
    opened = openpyxl.load_workbook(book)
    opened["contracts"]["E2"].value = 61000
    opened.save(book)
    capsys.readouterr()

    assert main(["workbook", "read", str(book), str(folder)]) == 0
    said = capsys.readouterr().out
    assert main(["workbook", "read", str(book), str(tmp_path / "new"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)

    assert "60000" in said
    assert "61000" in said
    assert "Written: contracts.csv" in said
    assert "No program has worked its formulas out" in said
    assert document["new"]
    assert document["changes"] == []
    assert document["version"] == read_place(folder).place.fingerprint


def test_reading_back_says_whether_the_formulas_agreed(tmp_path: Path) -> None:
    """As a program stores them that worked them out; and as it does not, or cannot."""
    texts = folder_texts(NORTHMOOR)
    content = write_workbook(texts)
    written = agreement(content, texts)
    moved = {**texts, "contracts.csv": texts["contracts.csv"].replace("60000", "61000")}
    added = {
        **texts,
        "contracts.csv": texts["contracts.csv"] + "C90,NM1,RN2,community,5,2024/25,yes,me,assumed,\n",
    }

    assert written is not None
    assert written.agrees
    stale = agreement(content, moved)
    assert stale is not None
    assert not stale.structure_moved
    assert stale.largest is not None
    assert stale.largest > 1
    grown = agreement(content, added)
    assert grown is not None
    assert grown.structure_moved
    assert agreement(write_workbook(texts, live=False), texts) is None


def test_a_folder_that_says_the_same_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    folder, book = Path(shutil.copytree(NORTHMOOR, tmp_path / "nm")), tmp_path / "nm.xlsx"
    main(["workbook", "write", str(folder), str(book)])
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}

    assert main(["workbook", "read", str(book), str(folder)]) == 0

    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before
    assert "nothing differs" in capsys.readouterr().out


def test_a_workbook_with_faults_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, folder = tmp_path / "nm.xlsx", tmp_path / "back"
    book.write_bytes(
        edited(folder_texts(NORTHMOOR), lambda book: setattr(book["contracts"]["B2"], "value", "NM9"))
    )

    assert main(["workbook", "read", str(book), str(folder)]) == 1

    assert "contracts.csv, row 2, column payer" in capsys.readouterr().err
    assert not folder.exists()


@pytest.mark.parametrize("out", ["other.xlsx", "."], ids=str)
def test_a_workbook_goes_into_a_new_folder_or_its_own(
    tmp_path: Path, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "nm.xlsx"
    book.write_bytes(write_workbook(folder_texts(NORTHMOOR)))

    assert main(["workbook", "read", str(book), str(tmp_path / out)]) == 2

    assert "folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["nm.xlsx"]


def test_another_place_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    folder, book = Path(shutil.copytree(LLR, tmp_path / "llr")), tmp_path / "nm.xlsx"
    book.write_bytes(write_workbook(folder_texts(NORTHMOOR)))

    assert main(["workbook", "read", str(book), str(folder)]) == 2

    assert "another place" in capsys.readouterr().err
    assert folder_texts(folder) == folder_texts(LLR)


def test_every_form_of_a_place_reads_the_same(tmp_path: Path) -> None:
    import shutil

    book = tmp_path / "nm.xlsx"
    book.write_bytes(write_workbook(folder_texts(NORTHMOOR)))
    packed = Path(shutil.make_archive(str(tmp_path / "nm"), "zip", NORTHMOOR.parent, "northmoor"))

    assert texts_of(packed) == folder_texts(NORTHMOOR)
    assert read_place(book).place == read_place(packed).place == read_place(NORTHMOOR).place
    assert main(["tie", str(packed), "--json"]) == 0
    assert main(["explain", str(book), "--input", "contracts.csv:2", "--json"]) == 0


def test_a_run_loads_no_workbook_library() -> None:
    code = (
        "import sys; from leftshift.cli.main import main; "
        f"main(['run', {str(NORTHMOOR)!r}, '--brief']); sys.exit(bool({{'openpyxl', 'xlsxwriter'}} & {{*sys.modules}}))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
