"""What somebody types on a calculated sheet of a workbook is never lost in silence: it is told, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.place.archives import upload_limits
from leftshift.workbooks.live.building import CALCULATED_SHEETS
from leftshift.workbooks.opening import texts_of_upload
from leftshift.workbooks.writing import write_workbook
from tests.library.test_workbook import edited
from tests.library.test_wrong_workbook import BOOK, TEXTS, faults_of, only, put

TYPED_OVER: list[tuple[str, Callable[[Any], object], tuple[str, str, int | None, str | None], str]] = [
    ("a figure over a formula", put("Output positions", "M9", 123), ("calculated cell changed", "Output positions", 9, "M"), "123"),
    ("another formula", put("Output positions", "M9", "=M8*1.1"), ("calculated cell changed", "Output positions", 9, "M"), "M8*1.1"),
    ("a formula taken away", put("Output positions", "M9", None), ("calculated cell changed", "Output positions", 9, "M"), "the formula"),
    ("a remark beside", put("Checks", "Z3", "to be discussed"), ("calculated cell changed", "Checks", 3, "Z"), "to be discussed"),
    ("rows moved", lambda b: b["Calc flows"].insert_rows(9, 3), ("calculated sheet changed", "Calc flows", None, None), "Undo"),
    ("the contents gone", lambda b: b.remove(b["Contents"]), ("missing sheet", "place.xlsx", None, None), "Contents"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("do", "where", "words"), [slip[1:] for slip in TYPED_OVER], ids=[slip[0] for slip in TYPED_OVER]
)
def test_what_is_typed_on_a_calculated_sheet_is_not_lost_in_silence(
    do: Callable[[Any], object], where: tuple[str, str, int | None, str | None], words: str
) -> None:
    fault = only("place.xlsx", edited(TEXTS, do, live=True))

    assert (fault.kind, fault.file, fault.row, fault.column) == where
    assert words in str(fault)


def test_a_cell_typed_over_is_told_beside_an_added_row() -> None:
    def change(book: Any) -> None:
        for position, value in enumerate(
            ["C90", "NM1", "RN2", "community", 5, "2024/25", "yes", "me", "assumed", "tariff"], 1
        ):
            book["contracts"].cell(13, position).value = value
        book["Output positions"]["M9"].value = 123

    assert {fault.file for fault in faults_of("place.xlsx", edited(TEXTS, change, live=True))} == {
        "Output positions"
    }


def test_calculated_sheets_may_go_and_the_year_may_be_chosen() -> None:
    def without(book: Any) -> None:
        for name in CALCULATED_SHEETS:
            book.remove(book[name])

    assert texts_of_upload("place.xlsx", edited(TEXTS, without, live=True)) == texts_of_upload(
        "place.xlsx", BOOK
    )
    chosen = edited(TEXTS, put("Output impact", "B4", "2025/26"), live=True)
    assert texts_of_upload("place.xlsx", chosen) == texts_of_upload("place.xlsx", BOOK)


def test_more_formulas_than_are_sensible_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(upload_limits(), live_formulas=100)
    monkeypatch.setattr("leftshift.workbooks.writing.upload_limits", lambda: few)

    with pytest.raises(FaultsFound) as caught:
        write_workbook(TEXTS)

    assert "at most 100 live formulas" in str(caught.value)
    assert "--inputs-only" in str(caught.value)
    assert write_workbook(TEXTS, live=False)
