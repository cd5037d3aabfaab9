"""Fill in an official workbook that was handed out: only the cells that people enter, everything else as it came."""

from __future__ import annotations

import io
import warnings
from decimal import Decimal
from typing import Any

from leftshift.foundation.money import Money
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.returns.building import Return, blocks_of, columns_of
from leftshift.fund.returns.content import Value
from leftshift.fund.rounds.round import Round
from leftshift.workbooks.official.inspecting import check_sheets
from leftshift.workbooks.official.names import Names
from leftshift.workbooks.official.reading import open_official
from leftshift.workbooks.official.writing import NoRoom, first_row, fitting


def fill_official(content: bytes, name: str, made: Return, found: Round, plan: FundPlan) -> bytes:
    """The workbook with the values of a return in the cells for entry. Raises FaultsFound for a workbook that is not the
    official one or cannot be filled in, with every sheet and cell; NoRoom where a table has too few rows.
    """
    book = open_official(content, name)
    check_sheets(book, found, made.kind)
    book.faults.raise_if_any()
    names, sheets = Names(found, plan), book.formulas
    for cell in found.cells:
        if cell.template == made.kind and cell.holds in ("entered", "given"):
            _put(sheets[cell.sheet], cell.cell, made.cells.get(cell.what))
    for block in blocks_of(found, made.kind):
        rows = made.blocks[block.block]
        if len(rows) > block.rows:
            raise NoRoom(f"sheet {block.sheet} has room for {block.rows} rows, and there are {len(rows)}")
        for at in range(block.rows):
            for column in columns_of(found, block):
                if column.holds != "worked_out":
                    value = rows[at].get(column.item) if at < len(rows) else None
                    shown = (
                        names.printed(column.list, value) if isinstance(value, str) and column.list else value
                    )
                    _put(sheets[block.sheet], f"{column.column}{first_row(block) + at}", shown)
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not keep
        sheets.save(out)
    book.close()
    return out.getvalue()


def _put(sheet: Any, place: str, value: Value) -> None:
    cell = sheet[place]
    if isinstance(value, Money):
        cell.value = value.pence / 100
    elif isinstance(value, Decimal):
        cell.value = float(value)
    elif isinstance(value, str):
        # a text that begins like a formula stays a text
        cell.value = fitting(value, place) or None
        if value.startswith("="):
            cell.data_type = "s"
    else:
        cell.value = value
