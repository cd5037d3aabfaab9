"""What no single cell of a round shows: parts of it that do not fit together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from leftshift.foundation.faults import Fault, near_miss, shown
from leftshift.fund.rounds.rows import Block, BlockColumn, RoundRow, TemplateCell

if TYPE_CHECKING:
    from leftshift.fund.rounds.round import Round

_CELL = re.compile(r"^[A-Z]{1,3}[1-9][0-9]{0,4}$")
_LETTERS = re.compile(r"^[A-Z]{1,3}$")
OF = (
    "income", "spend", "balances", "minimums", "conditions", "metrics", "narrative", "signatories", "pathways",
    "income_actual", "spend_actual", "condition_status", "metric_status",
)  # fmt: skip
"""What the rows of a table of a workbook may be."""
NEEDED = {
    "income": ("line", "partner"), "spend": ("name",), "conditions": ("condition",), "metrics": ("metric", "period"),
    "narrative": ("section",), "pathways": ("setting", "pathway", "kind", "year"), "income_actual": ("line", "partner"),
    "spend_actual": ("scheme", "line"), "condition_status": ("condition",), "metric_status": ("metric",),
}  # fmt: skip
"""The columns without which nobody could tell what a row of a table is about."""
TEMPLATES = ("plan", "quarterly", "year_end")
_NO_SHEET = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET = 31


@cache
def rule_words() -> Mapping[str, Any]:
    """The checks that leftshift knows: what each is called, and what the page says of it."""
    return tomllib.loads(resources.files("leftshift.fund.rounds").joinpath("rules.toml").read_text("utf-8"))


def round_faults(found: Round) -> Iterator[Fault]:
    """Every fault of a round whose files could be read."""
    yield from _lists(found)
    yield from _minimums(found)
    yield from _rules(found)
    yield from _workbooks(found)
    yield from _crosswalk(found)


def _fault(
    row: RoundRow, column: str, kind: str, expected: str, action: str, hint: str | None = None
) -> Fault:
    value = shown(str(getattr(row, column)))
    return Fault(kind, row.origin.file, row.origin.row or None, column, value, expected, action, hint)


def _lists(found: Round) -> Iterator[Fault]:
    types = {row.value for row in found.lists if row.list == "scheme_type"}
    for row in found.lists:
        if row.list == "sub_type" and row.parent not in types:
            hint = near_miss(row.parent, types)
            yield _fault(
                row, "parent", "unknown scheme type", "a scheme type of this table", "Correct it", hint
            )


def _minimums(found: Round) -> Iterator[Fault]:
    areas = {row.value for row in found.lists if row.list == "area_of_spend"}
    for row in found.minimums:
        for part in row.areas.split(",") if row.areas else ():
            name = part.strip().removeprefix("-")
            if name not in areas:
                expected = "areas of spend of lists.csv, separated by commas"
                yield _fault(
                    row, "areas", "unknown area of spend", expected, "Correct it", near_miss(name, areas)
                )
    known = {row.minimum for row in found.minimums} | set(found.line)
    for entry in found.allocations:
        if entry.line not in known:
            expected = "a line of income_lines.csv or a minimum"
            yield _fault(
                entry, "line", "unknown income line", expected, "Correct it", near_miss(entry.line, known)
            )


def _rules(found: Round) -> Iterator[Fault]:
    known = rule_words()
    for row in found.rules:
        if row.rule not in known:
            expected = "a check that leftshift knows: " + ", ".join(known)
            yield _fault(row, "rule", "unknown rule", expected, "Correct it", near_miss(row.rule, known))


def _workbooks(found: Round) -> Iterator[Fault]:
    rows: tuple[TemplateCell | Block, ...] = (*found.cells, *found.blocks)
    for row in rows:
        yield from _sheet(row)
    for cell in found.cells:
        if not _CELL.match(cell.cell):
            yield _fault(cell, "cell", "cell not understood", "a place such as B4", "Correct it")
    for block in found.blocks:
        if block.of not in OF:
            expected = "one of " + ", ".join(OF)
            yield _fault(block, "of", "unknown rows", expected, "Correct it", near_miss(block.of, OF))
        yield from _room(found, block)
    blocks = {(row.template, row.block) for row in found.blocks}
    for column in found.block_columns:
        if (column.template, column.block) not in blocks:
            yield _fault(
                column, "block", "unknown block", "a block of blocks.csv of that template", "Correct it"
            )
        yield from _column(column)


def _sheet(row: TemplateCell | Block) -> Iterator[Fault]:
    if len(row.sheet) > _LONGEST_SHEET or _NO_SHEET.search(row.sheet):
        expected = f"at most {_LONGEST_SHEET} characters, none of [ ] : * ? / \\"
        yield _fault(row, "sheet", "no name of a sheet", expected, "Correct it")
    if row.template not in TEMPLATES:
        hint = near_miss(row.template, TEMPLATES)
        yield _fault(
            row, "template", "unknown template", "one of " + ", ".join(TEMPLATES), "Correct it", hint
        )


def _column(column: BlockColumn) -> Iterator[Fault]:
    if not _LETTERS.match(column.column):
        yield _fault(column, "column", "column not understood", "letters such as B", "Correct it")
    if column.holds == "worked_out" and not column.formula:
        yield _fault(column, "formula", "missing value", "a formula for what is worked out", "Add it")
    if column.formula and not _can_be_filled_in(column.formula):
        expected = "a formula with no other names in braces than row, first and last"
        yield _fault(column, "formula", "formula not understood", expected, "Correct it")


def _can_be_filled_in(formula: str) -> bool:
    try:
        formula.format(row=1, first=1, last=1)
    except (LookupError, ValueError, AttributeError):
        return False
    return True


def _room(found: Round, block: Block) -> Iterator[Fault]:
    """A table that lacks what tells its rows apart, or reaches into the next one of its sheet."""
    items = {
        row.item for row in found.block_columns if (row.template, row.block) == (block.template, block.block)
    }
    if missing := [name for name in NEEDED.get(block.of, ()) if name not in items]:
        yield _fault(
            block, "block", "columns are missing", "columns in block_columns.csv that hold " + ", ".join(missing), "Add them"
        )  # fmt: skip
    for other in found.blocks:
        same = (other.template, other.sheet) == (block.template, block.sheet)
        if same and block.heading_row < other.heading_row <= block.heading_row + block.rows:
            expected = f"at most {other.heading_row - block.heading_row - 1}: {other.block} begins in row {other.heading_row}"
            yield _fault(block, "rows", "tables overlap", expected, "Take rows away, or move a table")


def _crosswalk(found: Round) -> Iterator[Fault]:
    known = {row.value for row in found.lists} | set(found.line)
    known |= {row.condition for row in found.conditions} | {row.metric for row in found.metrics}
    known |= {row.section for row in found.narrative}
    for row in found.crosswalk:
        if row.becomes and row.becomes not in known:
            expected = "a value of this round"
            yield _fault(
                row, "becomes", "unknown value", expected, "Correct it", near_miss(row.becomes, known)
            )
