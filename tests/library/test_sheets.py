"""Sheets: what nobody touched stays as it was written, and no change is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.fund.plan.plan import plan_kind
from leftshift.place.schema import schema
from leftshift.place.sheets import (
    AddRow,
    Change,
    Clash,
    NotASheet,
    RemoveRow,
    SetCell,
    apply_changes,
    change_of_document,
    document_of_change,
    inverse,
    sheet_of_document,
    sheet_of_text,
)

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(EXAMPLES.glob("*/*.csv"))
CONTRACTS = schema().tables["contracts"]
TEXT = (
    '# what is paid for\npayer,payee,service,base_value\nNM1,RN1,acute,60000\n\n"NM2",RN1,"acute",  40000\n'
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_file_of_the_examples_comes_back_as_it_was(file: Path) -> None:
    text = file.read_text("utf-8-sig")
    of = plan_kind().schema if (file.parent / plan_kind().file).exists() else schema()

    assert sheet_of_text(of.tables[file.stem], text).text() == text


def test_a_changed_cell_changes_its_line_alone() -> None:
    sheet, clashes = apply_changes(
        sheet_of_text(CONTRACTS, TEXT), [SetCell("r1", "base_value", "60000", "61000")]
    )

    assert clashes == ()
    assert sheet.text() == TEXT.replace("60000", "61000")
    assert [line for line, _ in sheet.numbered()] == [3, 5]


def test_rows_are_added_below_and_removed() -> None:
    sheet, clashes = apply_changes(
        sheet_of_text(CONTRACTS, TEXT),
        [
            AddRow("n1", "r1", {"payer": "NM1", "payee": "RN2", "service": "community, mixed"}),
            RemoveRow("r3", {"payer": "NM2", "base_value": "40000"}),
        ],
    )

    assert clashes == ()
    assert (
        sheet.text()
        == TEXT.partition('\n"NM2"')[0].replace("60000\n", '60000\nNM1,RN2,"community, mixed",\n') + "\n"
    )


def test_a_new_column_is_written_for_every_row() -> None:
    sheet, _ = apply_changes(sheet_of_text(CONTRACTS, TEXT), [SetCell("r3", "form", "", "block")])

    assert sheet.text().splitlines() == [
        "# what is paid for",
        "payer,payee,service,base_value,form",
        "NM1,RN1,acute,60000,",
        "",
        "NM2,RN1,acute,40000,block",
    ]


def test_a_cell_that_somebody_else_changed_clashes() -> None:
    changed, _ = apply_changes(
        sheet_of_text(CONTRACTS, TEXT), [SetCell("r1", "base_value", "60000", "61000")]
    )
    _, clashes = apply_changes(changed, [SetCell("r1", "base_value", "60000", "62000")])
    _, same = apply_changes(changed, [SetCell("r1", "base_value", "60000", "61000")])
    _, removed = apply_changes(changed, [RemoveRow("r1", {"base_value": "60000"})])
    _, gone = apply_changes(changed, [SetCell("r9", "base_value", "", "1")])

    assert clashes == (Clash("r1", "base_value", "61000", "62000"),)
    assert same == ()
    assert removed == (Clash("r1", "base_value", "61000", ""),)
    assert gone == (Clash("r9", "base_value", None, "1"),)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(NotASheet):
        sheet_of_text(CONTRACTS, 'payer,payee\n"NM1,RN1\n')


def test_a_table_that_the_place_does_not_have_starts_empty() -> None:
    sheet, _ = apply_changes(sheet_of_text(CONTRACTS, None), [AddRow("n1", "", {"payer": "NM1"})])

    assert sheet.text().splitlines()[0].startswith("contract,payer,")
    assert len(sheet.text().splitlines()) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {}, {"do": "move"}, {"do": "set", "row": "r1", "column": "payer", "before": "x"}, {"do": "add", "row": 1, "below": "", "cells": {}},
        {"do": "remove", "row": "r1", "cells": []}, {"do": "set", "row": "r1", "column": "payer", "before": "x", "after": "y" * 10_001},
        {"do": "add", "row": "n", "below": "", "cells": {"payer": 5}}, {"do": "set", "row": "r", "column": "c", "before": "", "after": "\x00"},
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"change|cell"):
        change_of_document(wrong)


CELLS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from(',"\n #='), max_size=8
).map(str.strip)
COLUMNS = st.sampled_from(["payer", "payee", "service", "base_value", "form", "source"])


@st.composite
def changes(draw: st.DrawFn) -> list[Change]:
    """Changes in order, each made by somebody who sees what stands there."""
    sheet, found = sheet_of_text(CONTRACTS, TEXT), list[Change]()
    for number in range(draw(st.integers(1, 8))):
        rows = [row for _, row in sheet.numbered()]
        kind = draw(st.sampled_from(["set", "add", "remove"] if rows else ["add"]))
        change: Change
        if kind == "add":
            below = draw(st.sampled_from(["", *(row.key for row in sheet.rows)]))
            cells = draw(st.dictionaries(COLUMNS, CELLS, max_size=4))
            change = AddRow(f"n{number}", below, cells)
        else:
            row = draw(st.sampled_from(rows))
            column = draw(COLUMNS)
            change = (
                SetCell(row.key, column, sheet.cell(row, column), draw(CELLS))
                if kind == "set"
                else RemoveRow(row.key, sheet.facts(row))
            )
        sheet, clashes = apply_changes(sheet, [change])
        assert clashes == ()
        found.append(change)
    return found


@given(changes())
def test_what_is_changed_is_what_is_read_again(made: list[Change]) -> None:
    sheet, clashes = apply_changes(sheet_of_text(CONTRACTS, TEXT), made)
    again = sheet_of_text(CONTRACTS, sheet.text())

    def facts(one: object) -> list[dict[str, str]]:
        found = [one_sheet.facts(row) for one_sheet in [one] for _, row in one_sheet.numbered()]  # type: ignore[attr-defined]
        return [row for row in found if row and not next(iter(row.values())).startswith("#")]

    assert clashes == ()
    assert sheet_of_document(sheet.document()) == sheet
    assert [change_of_document(document_of_change(change)) for change in made] == made
    shown = [
        {name: sheet.cell(row, name) for name in sheet.columns}
        for _, row in sheet.numbered()
        if any(row.cells or ()) and not (row.cells or ("",))[0].startswith("#")
    ]
    read = [{name: again.cell(row, name) for name in sheet.columns} for _, row in again.numbered()]
    assert read == shown


@given(changes())
def test_taking_changes_back_brings_every_fact_back(made: list[Change]) -> None:
    start = sheet_of_text(CONTRACTS, TEXT)
    sheet = start
    undo: list[Change] = []
    for change in made:
        back = inverse(sheet, [change])
        sheet, _ = apply_changes(sheet, [change])
        undo = [*back, *undo]
    back_again, clashes = apply_changes(sheet, undo)

    assert clashes == ()
    assert [back_again.facts(row) for _, row in back_again.numbered()] == [
        start.facts(row) for _, row in start.numbered()
    ]
