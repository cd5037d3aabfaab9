"""Wrong workbooks and zips are answered: with every fault, at its sheet, row and column, and without harm."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from defusedxml import EntitiesForbidden
from hypothesis import given, settings
from hypothesis import strategies as st

from leftshift.cli.main import main
from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.model import from_document
from leftshift.place import archives
from leftshift.place.archives import members_of, read_archive, upload_limits
from leftshift.place.reading import folder_texts
from leftshift.workbooks.opening import texts_of_upload
from leftshift.workbooks.writing import write_workbook
from tests.library.test_workbook import LLR, NORTHMOOR, edited, with_part

TEXTS = folder_texts(NORTHMOOR)
BOOK = write_workbook(TEXTS, live=False)
MEGABYTE = 1_000_000


def faults_of(name: str, content: bytes) -> list[Fault]:
    with pytest.raises(FaultsFound) as caught:
        from_document(texts_of_upload(name, content))
    return list(caught.value.faults)


def only(name: str, content: bytes) -> Fault:
    found = faults_of(name, content)
    assert len(found) == 1, [str(fault) for fault in found]
    return found[0]


@contextmanager
def at_most(*, megabytes: int) -> Iterator[None]:
    """What happens within may take so much memory."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * MEGABYTE
    finally:
        tracemalloc.stop()


def zipped(files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def put(sheet: str, cell: str, value: Any, **others: Any) -> Callable[[Any], object]:
    def change(book: Any) -> None:
        for name, wanted in {"value": value, **others}.items():
            setattr(book[sheet][cell], name, wanted)

    return change


def in_part(part: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    content = parts[part]
    assert isinstance(content, bytes)
    assert old in content
    return zipped({**parts, part: content.replace(old, new, 1)})


# ------------------------------------------------------------------ slips in a workbook
SLIPS: list[tuple[str, Callable[[Any], object], tuple[str, str, int | None, str | None], str]] = [
    ("unknown body", put("contracts", "C3", "RN9"), ("unknown organisation", "contracts.csv", 3, "payee"), "RN9"),
    ("text in a number", put("contracts", "E2", "about sixty"), ("text in a number", "contracts.csv", 2, "value"), "about sixty"),
    ("a share for a rate", put("assumptions", "D2", 0.04, number_format="General"), ("percentage in doubt", "assumptions.csv", 2, "percent"), "Write 4%"),
    ("a year turned into a date", put("contracts", "F2", __import__("datetime").date(2026, 1, 1)), ("year not understood", "contracts.csv", 2, "year"), "spreadsheet"),
    ("a formula nobody worked out", put("contracts", "E2", "=E3*2"), ("formula without a value", "contracts.csv", 2, "value"), "put the value in place of the formula"),
    ("a formula in a heading", put("contracts", "E1", '="value"'), ("formula without a value", "contracts.csv", 1, "E"), "formula"),
    ("an error", put("contracts", "A2", "#REF!", data_type="e"), ("error in a cell", "contracts.csv", 2, "contract"), "#REF!"),
    ("a line break", put("contracts", "H3", "one\ntwo"), ("text not understood", "contracts.csv", 3, "source"), "one line"),
    ("a strange sheet", lambda b: b.create_sheet("contract"), ("unknown sheet", "place.xlsx", None, None), "contracts"),
    ("a strange hidden sheet", lambda b: setattr(b.create_sheet("Working"), "sheet_state", "hidden"), ("unknown sheet", "place.xlsx", None, None), "Working"),
    ("a hidden sheet", lambda b: setattr(b["lines"], "sheet_state", "hidden"), ("hidden sheet", "lines.csv", None, None), "Unhide"),
    ("merged cells", lambda b: b["contracts"].merge_cells("J5:J6"), ("merged cells", "contracts.csv", None, None), "Unmerge"),
    ("a sheet twice", lambda b: setattr(b.create_sheet("x"), "title", "Contracts "), ("duplicate sheet", "place.xlsx", None, None), "Contracts"),
    ("a date for a code", put("contracts", "B3", __import__("datetime").date(2026, 3, 1)), ("date in place of text", "contracts.csv", 3, "payer"), "as text"),
    ("a date for a name", put("effects", "A2", __import__("datetime").date(2026, 3, 1)), ("date in place of text", "effects.csv", 2, "effect"), "as text"),
    ("a renamed column", put("effects", "G1", "amount"), ("unknown column", "effects.csv", 1, "amount"), "Rename"),
    ("a table gone", lambda b: b.remove(b["effects"]), ("missing sheet", "effects.csv", None, None), "Bring it back"),
    ("the scenarios gone", lambda b: b.remove(b["scenarios"]), ("missing sheet", "scenarios", None, None), "Bring it back"),
    ("a sheet gone", lambda b: b.remove(b["services"]), ("missing file", "services.csv", None, None), "services"),
    ("the facts gone", lambda b: b.remove(b["place"]), ("missing file", "place.toml", None, None), "base_year"),
    ("a base year as a date", put("place", "B4", __import__("datetime").date(2024, 4, 1)), ("year not understood", "place.toml", None, "base_year"), "spreadsheet"),
    ("a cell beside the table", put("contracts", "Z4", "a remark"), ("too many cells", "contracts.csv", 4, None), "cells"),
    ("an unknown column", put("contracts", "C1", "payeee"), ("unknown column", "contracts.csv", 1, "payeee"), "payee"),
    ("a scenario that climbs", lambda b: setattr(b["scenarios"]["A2"], "value", "../../up"), ("unknown file", "'scenarios/../../up.toml'", None, "scenario"), "hyphens"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("do", "where", "words"), [slip[1:] for slip in SLIPS], ids=[slip[0] for slip in SLIPS]
)
def test_each_slip_is_answered(
    do: Callable[[Any], object], where: tuple[str, str, int | None, str | None], words: str
) -> None:
    content = edited(TEXTS, do)

    faults = faults_of("place.xlsx", content)

    matching = [fault for fault in faults if (fault.kind, fault.file, fault.row, fault.column) == where]
    assert matching, [str(fault) for fault in faults]
    assert words in str(matching[0])


def test_a_formula_where_a_number_should_be_is_answered_with_what_it_shows() -> None:
    content = with_part(
        BOOK, "assumptions", lambda xml: xml.replace("<v>0.01</v>", "<f>1%+2%</f><v>0.03</v>", 1)
    )

    fault = only("place.xlsx", content)

    assert (fault.kind, fault.file, fault.row, fault.column) == (
        "formula in a cell",
        "assumptions.csv",
        2,
        "percent",
    )
    assert "Put '3%' in place of the formula" in str(fault)


def test_faults_of_the_workbook_and_of_the_place_are_told_at_once() -> None:
    def change(book: Any) -> None:
        book["contracts"]["E2"].value = "=E3*2"
        book["contracts"]["C3"].value = "RN9"
        book["lines"]["D4"].value = "nothing"
        book["lines"].sheet_state = "hidden"
        book.create_sheet("Sheet1")

    found = {(fault.kind, fault.file, fault.row) for fault in faults_of("place.xlsx", edited(TEXTS, change))}

    assert found >= {
        ("formula without a value", "contracts.csv", 2),
        ("unknown organisation", "contracts.csv", 3),
        ("unknown service", "lines.csv", 4),
        ("unknown sheet", "place.xlsx", None),
        ("hidden sheet", "lines.csv", None),
    }
    assert ("missing value", "contracts.csv", 2) not in found, "one fault a cell"


def test_the_faults_are_those_that_the_folder_gives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {
        **TEXTS,
        "contracts.csv": TEXTS["contracts.csv"].replace("C03,NM1", "C03,NM8").replace("60000", "6O000"),
    }

    from_book = faults_of("place.xlsx", write_workbook(texts))

    with pytest.raises(FaultsFound) as caught:
        from_document(texts)
    assert from_book == list(caught.value.faults)
    (tmp_path / "nm.xlsx").write_bytes(write_workbook(texts))
    assert main(["check", str(tmp_path / "nm.xlsx")]) == 1
    assert "✗ contracts.csv, row 4, column payer" in capsys.readouterr().err


def test_a_workbook_of_something_else_is_one_fault() -> None:
    def change(book: Any) -> None:
        for name in book.sheetnames[1:]:
            book.remove(book[name])
        book["Contents"].title = "Sheet1"

    assert "leftshift workbook" in str(only("place.xlsx", edited(TEXTS, change)))


@settings(max_examples=settings().max_examples // 3)  # each writes a workbook of every sheet
@given(cells=st.lists(st.tuples(
    st.sampled_from(["contracts", "lines", "assumptions", "place", "scenarios", "published"]), st.integers(1, 12), st.integers(1, 10),
    st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=5), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.datetimes(), st.just("=A1")),
), min_size=1, max_size=6))  # fmt: skip
def test_whatever_is_typed_there_are_faults_or_a_place(cells: list[tuple[str, int, int, Any]]) -> None:
    def change(book: Any) -> None:
        for sheet, row, position, value in cells:
            book[sheet].cell(row, position).value = value

    try:
        content = edited(TEXTS, change)
    except (ValueError, OverflowError):
        return  # openpyxl itself cannot write it
    try:
        from_document(texts_of_upload("place.xlsx", content)).project()
    except FaultsFound as found:
        assert all(fault.expected and fault.action for fault in found.faults)  # noqa: PT017


# ------------------------------------------------------------------ files that are no workbook, or a harmful one
@pytest.mark.parametrize(
    ("name", "content", "kind", "words"),
    [
        ("a.xlsx", b"", "file not understood", "empty"),
        ("a.xlsx", b"hello", "file not understood", "Excel Workbook"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 40, "file not understood", "Excel Workbook"),
        ("a.xlsx", BOOK[: len(BOOK) // 2], "file not understood", "Excel Workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file not understood", "password"),
        ("a.xlsx", zipped({"a.txt": "x"}), "file not understood", "workbook"),
        ("a.xlsx", zipped({"xl/workbook.bin": "x"}), "file not understood", "xlsb"),
        ("a.xlsm", BOOK, "macros", "without macros"),
        ("a.xls", BOOK, "file not understood", "xlsx"),
        ("a.csv", b"a,b", "file not understood", "zip"),
        ("a", b"a,b", "file not understood", "zip"),
        ("a.zip", b"hello", "file not understood", "zip"),
        ("a.zip", BOOK, "missing file", "place.toml"),
        ("a.zip", zipped({}), "missing file", "place.toml"),
    ],
)  # fmt: skip
def test_what_is_no_place_is_one_fault(name: str, content: bytes, kind: str, words: str) -> None:
    fault = only(name, content)

    assert fault.kind == kind
    assert words in str(fault)


def test_macros_are_refused_whatever_the_file_is_called() -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}

    assert only("a.xlsx", zipped({**parts, "xl/vbaProject.bin": "x"})).kind == "macros"
    types = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert only("a.xlsx", in_part("[Content_Types].xml", plain, types)).kind == "macros"


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet3.xml", "xl/styles.xml"]
)
def test_a_billion_laughs_are_not_laughed(part: str, encoding: str) -> None:
    """Whatever the encoding, and whether openpyxl would give the part to defusedxml or, for some, to lxml."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    text = zipfile.ZipFile(io.BytesIO(BOOK)).read(part).decode()
    _, _, body = text.partition("?>")
    bomb = (
        f'<?xml version="1.0" encoding="{encoding.upper()}"?>'
        + LAUGHS
        + body.replace("<v>", "<v>&a11;").replace("<t>", "<t>&a11;")
    )

    with at_most(megabytes=60):
        fault = only("a.xlsx", zipped({**parts, part: bomb.encode(encoding, "xmlcharrefreplace")}))

    assert fault.kind == "not safe"


def test_the_parser_of_sheets_refuses_entities_by_itself() -> None:
    """The second lock: openpyxl reads sheets and texts with defusedxml."""
    from openpyxl.xml.functions import iterparse

    with pytest.raises(EntitiesForbidden):
        list(iterparse(io.BytesIO(f"{LAUGHS}<x>&a11;</x>".encode())))


def test_a_cell_far_away_costs_no_time_and_no_memory() -> None:
    far = with_part(
        BOOK,
        "contracts",
        lambda xml: xml.replace(
            "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
    )
    beyond = with_part(
        BOOK,
        "contracts",
        lambda xml: xml.replace(
            "</sheetData>", '<row r="900000000"><c r="A900000000"><v>1</v></c></row></sheetData>'
        ),
    )

    assert "too many cells" in {fault.kind for fault in faults_of("a.xlsx", far)}
    assert "file too large" in {fault.kind for fault in faults_of("a.xlsx", beyond)}


def test_a_broken_sheet_is_told_in_words() -> None:
    broken = with_part(
        BOOK, "contracts", lambda xml: xml.replace("</sheetData>", "<row><c t='s'><v>999999</v></c></row>")
    )

    assert only("a.xlsx", broken).kind == "file not understood"


# ------------------------------------------------------------------ zips
def test_a_zip_of_a_folder_reads_wherever_the_folder_stands() -> None:
    files: dict[str, bytes | str] = dict(TEXTS)
    rubbish: dict[str, bytes | str] = {
        "__MACOSX/a/._place.toml": b"\0",
        "a/.DS_Store": b"\0",
        "a/Thumbs.db": b"\0",
        "a/README.md": "x",
    }

    nested: dict[str, bytes | str] = {f"a/{name}": text for name, text in files.items()}
    deeper: dict[str, bytes | str] = {
        f"x/y/{name}": "\ufeff" + str(text).replace("\n", "\r\n") for name, text in files.items()
    }

    assert read_archive(zipped(files), "a.zip") == TEXTS
    assert read_archive(zipped({**nested, **rubbish}), "a.zip") == TEXTS
    assert read_archive(zipped(deeper), "a.zip") == TEXTS


def entry(name: str, *, link: bool = False) -> Callable[[zipfile.ZipFile], object]:
    info = zipfile.ZipInfo(name)
    info.external_attr = ((stat.S_IFLNK if link else stat.S_IFREG) | 0o644) << 16
    return lambda archive: archive.writestr(info, "/etc/passwd")


@pytest.mark.parametrize(
    ("do", "kind"),
    [
        (entry("../up.csv"), "not safe"),
        (entry("a/../../up.csv"), "not safe"),
        (entry("/etc/passwd"), "not safe"),
        (entry("C:\\up.csv"), "not safe"),
        (entry("..\\up.csv"), "not safe"),
        (entry("contracts2.csv", link=True), "not safe"),
        (entry("Contracts.csv"), "duplicate file"),
    ],
    ids=["up", "up from within", "from the root", "a drive", "up in Windows", "a link", "twice"],
)
def test_what_could_do_harm_is_refused(do: Callable[[zipfile.ZipFile], object], kind: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in TEXTS.items():
            archive.writestr(name, text)
        do(archive)

    assert only("a.zip", out.getvalue()).kind == kind


def test_a_zip_with_a_password_is_refused_in_words() -> None:
    content = bytearray(zipped({"place.toml": "x"}))
    content[6] |= 1
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1

    assert "password" in str(only("a.zip", bytes(content)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing_is_refused(method: int) -> None:
    assert "usual compression" in str(only("a.zip", zipped({"place.toml": "x"}, method)))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({**TEXTS, "contracts.csv": b"0" * (50 * MEGABYTE)})
    many = zipped({f"{number}.txt": b"0" * (5 * MEGABYTE) for number in range(13)})

    with at_most(megabytes=20):
        packed = only("a.zip", bomb)
        faults = faults_of("a.zip", many)

    assert (packed.kind, packed.file) == ("not safe", "a.zip: contracts.csv")
    assert "60 MB when unpacked" in str(faults[0])


def test_a_zip_that_lies_about_its_sizes_is_refused_while_it_is_unpacked() -> None:
    content = bytearray(zipped({"place.toml": b"0" * (30 * MEGABYTE)}))
    directory = content.index(b"PK\x01\x02")
    for at in (directory + 24, 22):  # the size after unpacking, in the directory and before the file
        content[at : at + 4] = struct.pack("<I", 900_000)

    with at_most(megabytes=20):
        fault = only("a.zip", bytes(content))

    assert fault.kind == "file not understood"


def test_what_is_unpacked_is_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(upload_limits(), inflated_megabytes=1)
    content = zipped({"a": b"0" * 900_000, "b": b"0" * 900_000})

    monkeypatch.setattr(archives, "_refuse_unsafe", lambda *_: None)
    with pytest.raises(FaultsFound) as caught:
        members_of(content, "a.zip", small)

    assert "when unpacked" in str(caught.value)


def test_too_many_files_and_too_large_a_file_are_refused() -> None:
    limits = upload_limits()

    assert "2,000 files" in str(
        faults_of("a.zip", zipped({str(n): b"" for n in range(limits.entries + 1)}))[0]
    )
    assert "at most 10 MB" in str(only("a.zip", b"0" * (limits.upload_megabytes * MEGABYTE + 1)))


def test_every_fault_of_the_files_in_a_zip_is_told_at_once() -> None:
    files: dict[str, bytes | str] = {
        **TEXTS, "lines.csv": TEXTS["lines.csv"].encode("utf-16"), "contract.csv": "a,b", "scenarios/x.txt": "x",
        "contracts.csv": TEXTS["contracts.csv"].replace("60000", "many"),
    }  # fmt: skip

    found = {(fault.kind, fault.file) for fault in faults_of("a.zip", zipped(files))}

    assert found >= {
        ("wrong encoding", "lines.csv"), ("unknown file", "contract.csv"), ("unknown file", "scenarios/x.txt"), ("text in a number", "contracts.csv"),
    }  # fmt: skip


def test_two_places_in_a_zip_and_files_beside_the_folder_are_refused() -> None:
    two: dict[str, bytes | str] = {f"{top}/{name}": text for top in "ab" for name, text in TEXTS.items()}
    beside: dict[str, bytes | str] = {**{f"a/{name}": text for name, text in TEXTS.items()}, "lines.csv": "x"}

    assert only("a.zip", zipped(two)).kind == "more than one place"
    assert only("a.zip", zipped(beside)).kind == "unknown file"


@given(
    content=st.binary(max_size=300),
    name=st.sampled_from(["a.zip", "a.xlsx"]),
    at=st.floats(0, 1),
    flips=st.binary(min_size=1, max_size=8),
)
def test_no_bytes_break_it(content: bytes, name: str, at: float, flips: bytes) -> None:
    sound = BOOK if name == "a.xlsx" else zipped(dict(TEXTS))
    start = int(at * (len(sound) - len(flips)))
    for wrong in (content, sound[:start] + flips + sound[start + len(flips) :]):
        try:
            from_document(texts_of_upload(name, wrong))
        except FaultsFound as found:
            assert found.faults  # noqa: PT017


def test_the_largest_example_is_far_within_the_limits() -> None:
    content = write_workbook(folder_texts(LLR))

    assert len(content) * 25 < upload_limits().upload_megabytes * MEGABYTE
    assert texts_of_upload("llr.xlsx", content)
