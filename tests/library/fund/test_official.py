"""Official workbooks: written and read back cell for cell, for every round and kind, with nothing lost either way."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.fund.plan.differences import differences
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.record_rows import ConditionStatus, Forecast, IncomeComment, MetricStatus
from leftshift.fund.returns.building import Return, blocks_of, build, columns_of
from leftshift.fund.returns.content import Actuals, Record
from leftshift.fund.rounds.round import Round
from leftshift.workbooks.official.filling import fill_official
from leftshift.workbooks.official.reading import Official, read_official
from leftshift.workbooks.official.taking_in import take_in
from leftshift.workbooks.official.writing import NoRoom, first_row, places_of, write_official
from tests.library.fund.plans import ABOUT, CODES, clean, day_of, round_of, with_row

KINDS = ("plan", "quarterly", "year_end")
DAY = date(2026, 2, 3)


def period_of(kind: str, code: str) -> Period | None:
    year = round_of(code).years[0]
    return {"plan": None, "quarterly": Period.parse(f"{year} Q2"), "year_end": Period.of_year(year)}[kind]


def made_of(plan: FundPlan, kind: str, found: Round | None = None) -> Return:
    """The workbook's content, with a little money in the ledger."""
    found = found or round_of(plan.round)
    period = period_of(kind, found.code) if found.code in CODES else None
    line = plan.income[0]
    actuals = Actuals(
        {(line.line, line.partner): Money(12_345)},
        {(plan.spend[0].scheme, plan.spend[0].source_of_funding): Money(1)},
    )
    return build(kind, Record(plan, found, DAY, period, actuals))


@cache
def full(code: str) -> FundPlan:
    """The clean plan with two returns in its record."""
    plan, found = clean(code), round_of(code)
    rows: dict[str, list[Any]] = {
        "condition_status": [],
        "metric_status": [],
        "forecasts": [],
        "income_comments": [],
    }
    for period in (period_of("quarterly", code), period_of("year_end", code)):
        assert period is not None
        about: dict[str, Any] = {"period": period, **ABOUT}
        rows["condition_status"].append(
            ConditionStatus(
                condition=found.conditions[0].condition, answer="no", by=date(2026, 3, 31), comment="Not yet", **about
            )
        )  # fmt: skip
        rows["metric_status"].append(
            MetricStatus(metric=found.metrics[0].metric, actual=Decimal("12.5"), status="not_on_track", challenges="Winter", **about)
        )  # fmt: skip
        rows["forecasts"].append(
            Forecast(scheme=plan.spend[0].scheme, source_of_funding=plan.spend[0].source_of_funding, amount=Money(99), comment="Less", **about)
        )  # fmt: skip
        rows["income_comments"].append(
            IncomeComment(line=plan.income[0].line, partner=plan.income[0].partner, comment="Late", **about)
        )
    return plan.with_tables(**rows)


def written(plan: FundPlan, kind: str) -> bytes:
    return write_official(made_of(plan, kind), round_of(plan.round), plan)


def read(content: bytes, plan: FundPlan, kind: str) -> Official:
    return read_official(content, "book.xlsx", round_of(plan.round), kind, plan)


def cells_of(content: bytes, *, values: bool = True) -> dict[tuple[str, str], Any]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=values)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", CODES)
def test_every_value_stands_in_its_cell_and_comes_back(code: str, kind: str) -> None:
    plan, found = full(code), round_of(code)
    made = made_of(plan, kind)
    content = write_official(made, found, plan)
    official = read(content, plan, kind)

    for block in blocks_of(found, kind):
        columns = [column for column in columns_of(found, block) if column.holds != "worked_out"]
        wanted = [{column.item: row.get(column.item) for column in columns} for row in made.blocks[block.block]]  # fmt: skip
        wanted = [row for row in wanted if any(value not in (None, "") for value in row.values())]
        assert [
            {name: value if value is not None else "" for name, value in row.items()}
            for row in official.blocks[block.block]
        ] == [{name: value if value is not None else "" for name, value in row.items()} for row in wanted]
        assert official.rows[block.block][:1] == [first_row(block)][: len(wanted)]
    for cell in (row for row in found.cells if row.template == kind and row.holds != "label"):
        assert official.cells[cell.what] in (
            made.cells[cell.what], "" if made.cells[cell.what] is None else None
        ), cell  # fmt: skip
    assert official.notes == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", CODES)
def test_reading_what_was_written_changes_nothing_and_unsigns_nobody(code: str, kind: str) -> None:
    plan = full(code)
    taken = take_in(read(written(plan, kind), plan, kind), plan, round_of(code), period_of(kind, code))

    assert [change.words for change in differences(plan, taken, signed_only=False)] == []
    assert taken.fingerprint == plan.fingerprint


def test_what_was_changed_says_from_which_row_of_the_workbook_it_comes() -> None:
    plan = clean("2025-26")
    changed = with_row(with_row(plan, "narrative", text="Other"), "capacity_demand", number=Decimal(9))
    taken = take_in(read(written(changed, "plan"), plan, "plan"), plan, round_of("2025-26"))

    assert taken.narrative[0].source == "book.xlsx, sheet 9. Narrative, row 6"
    assert taken.narrative[1] == plan.narrative[1]
    assert {row.source for row in taken.capacity_demand if row.number == 9} == {
        "book.xlsx, sheet 8. Capacity and Demand, row 6"
    }


@pytest.mark.parametrize("code", CODES)
def test_the_same_return_gives_the_same_bytes(code: str) -> None:
    assert written(clean(code), "plan") == written(clean(code), "plan")


def test_a_penny_a_date_and_a_text_that_begins_like_a_formula_stay_what_they_are() -> None:
    plan = clean("2025-26")
    plan = with_row(plan, "income", amount=Money(100_000_001), comment="=SUM(A1:A9)")
    plan = with_row(plan, "narrative", text="x" * 32_767)
    plan = with_row(plan, "conditions", answer="no", by=date(2025, 2, 28), action="@home\n+1, -2")
    taken = take_in(read(written(plan, "plan"), plan, "plan"), plan, round_of("2025-26"))

    assert (taken.income[0].amount, taken.income[0].comment) == (Money(100_000_001), "=SUM(A1:A9)")
    assert taken.narrative[0].text == plan.narrative[0].text
    assert (taken.conditions[0].by, taken.conditions[0].action) == (date(2025, 2, 28), "@home\n+1, -2")


@pytest.mark.parametrize("fill", [False, True])
def test_a_text_that_no_cell_can_hold_is_refused_and_not_cut_off(fill: bool) -> None:
    plan = with_row(clean("2025-26"), "narrative", text="x" * 32_768)
    with pytest.raises(NoRoom, match="32,768"):
        _made(plan, fill=fill)


@pytest.mark.parametrize("fill", [False, True])
def test_more_rows_than_there_is_room_for_are_refused(fill: bool) -> None:
    plan = clean("2025-26")
    many = [replace(plan.income[0], income=f"line_{at}") for at in range(61)]
    more = plan.with_tables(income=many)
    with pytest.raises(NoRoom, match=r"4\. Income has room for 60 rows.*61"):
        _made(more, fill=fill)


def _made(plan: FundPlan, *, fill: bool) -> bytes:
    """The workbook of a plan, written anew or filled into one that was handed out."""
    if not fill:
        return written(plan, "plan")
    template = written(clean(plan.round), "plan")
    return fill_official(template, "t.xlsx", made_of(plan, "plan"), round_of(plan.round), plan)


# "x005F_" is how a workbook escapes itself, and openpyxl takes it away wherever it stands
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60).filter(
    lambda text: text.strip() == text and "x005F_" not in text
)


@settings(max_examples=8, phases=[Phase.explicit, Phase.generate])
@given(st.lists(st.tuples(texts, st.integers(0, 10**13).map(Money)), min_size=40, max_size=40))
def test_any_text_and_any_penny_comes_back(rows: list[tuple[str, Money]]) -> None:
    known = ["=1", "_x0041_", "http://a", "00123", "1e5", "TRUE", "#REF!", "'x", "1/2/2025"]
    rows += [(text, Money(at)) for at, text in enumerate(known)]
    plan = clean("2025-26")
    income = [
        replace(plan.income[0], income=f"line_{at}", comment=text, amount=amount)
        for at, (text, amount) in enumerate(rows)
    ]
    plan = plan.with_tables(income=income)
    taken = take_in(read(written(plan, "plan"), plan, "plan"), plan, round_of("2025-26"))

    assert [(row.comment, row.amount) for row in taken.income] == rows


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", CODES)
def test_filling_a_template_changes_cells_for_entry_and_no_other(code: str, kind: str) -> None:
    plan, found = full(code), round_of(code)
    empty = plan.with_tables(income=plan.income[:1], narrative=(), sign_offs=())
    handed_out = write_official(made_of(empty, kind), found, empty)
    made = made_of(plan, kind)
    filled = fill_official(handed_out, "t.xlsx", made, found, plan)

    entry = {(sheet, cell) for sheet, cell, _ in places_of(found, kind)}
    given_cells = {(row.sheet, row.cell) for row in found.cells if row.template == kind and row.holds == "given"}  # fmt: skip
    for block in blocks_of(found, kind):
        given_cells |= {
            (block.sheet, f"{column.column}{row}")
            for column in columns_of(found, block)
            if column.holds == "given"
            for row in range(first_row(block), first_row(block) + block.rows)
        }
    before, after = cells_of(handed_out, values=False), cells_of(filled, values=False)
    changed = {place for place in before | after if before.get(place) != after.get(place)}
    assert changed <= entry | given_cells
    assert {place: value for place, value in before.items() if place not in entry | given_cells} == {
        place: value for place, value in after.items() if place not in entry | given_cells
    }
    # and it holds what one written anew holds, in every cell that is read
    again = read(filled, plan, kind)
    assert again.blocks == read(write_official(made, found, plan), plan, kind).blocks


def test_sheets_are_protected_and_only_cells_for_entry_are_open() -> None:
    found = round_of("2025-26")
    book = openpyxl.load_workbook(io.BytesIO(written(clean("2025-26"), "plan")))
    entry = {(sheet, cell) for sheet, cell, _ in places_of(found, "plan")}
    for sheet in (sheet for sheet in book.worksheets if sheet.sheet_state == "visible"):
        assert sheet.protection.sheet
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.protection.locked is ((sheet.title, cell.coordinate) not in entry), cell


def test_formulas_give_what_the_ledger_of_the_plan_gives() -> None:
    # each formula carries its value, so that programs that do not calculate show it too
    plan, found = clean("2025-26"), round_of("2025-26")
    content = written(plan, "plan")
    values, formulas = cells_of(content), cells_of(content, values=False)
    (block,) = (row for row in blocks_of(found, "plan") if row.of == "balances")
    for at, line in enumerate(made_of(plan, "plan").blocks[block.block]):
        for column in (row for row in columns_of(found, block) if row.holds == "worked_out"):
            place = (block.sheet, f"{column.column}{first_row(block) + at}")
            value = line[column.item]
            assert isinstance(value, Money)
            assert str(formulas[place]).startswith("=")
            assert values[place] == value.pence / 100


def test_the_day_of_the_plan_is_the_day_it_was_asked_for() -> None:
    assert day_of(round_of("2025-26")) == date(2025, 3, 31)
    assert made_of(clean("2025-26"), "plan").cells["completed_on"] == DAY
