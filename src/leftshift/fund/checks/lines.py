"""Checks of lines of expenditure: what is asked for, lists, shares, outputs, numbers, codes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from leftshift.foundation.faults import near_miss
from leftshift.fund.checks.findings import Finding, Question, at_row, of_plan
from leftshift.fund.checks.money import INCOME, SPEND
from leftshift.fund.plan.rows import Scheme, Spend
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import AskedColumn, Rule

LISTED = (
    "scheme_type",
    "sub_type",
    "activity",
    "objective",
    "area_of_spend",
    "commissioner",
    "provider",
    "new_or_existing",
)
_OF_SCHEME = ("name", "description")
_JOINT = "joint"
_HUNDRED = Decimal(100)


def is_asked(found: Round, row: Spend, column: AskedColumn) -> bool:
    """Whether a line must fill a column in: always, or because another column asks for it."""
    if column.needed != "when":
        return column.needed == "always"
    if column.column in ("nhs_percent", "council_percent"):
        return row.commissioner == _JOINT
    if column.column == "sub_type":
        return bool(row.scheme_type and found.values("sub_type", row.scheme_type))
    if column.column == "outputs":
        kind = found.value("scheme_type", row.scheme_type)
        return bool(kind and kind.unit and row.amount.pence)
    of = {"type_other": "scheme_type", "area_other": "area_of_spend"}[column.column]
    value = found.value(of, getattr(row, of))
    sub = found.value("sub_type", row.sub_type, row.scheme_type) if of == "scheme_type" else None
    return bool((value and value.other) or (sub and sub.other))


def filled_in(asked: Question) -> Iterator[Finding]:
    """V01 for lines: every column that the round asks of a line; name and description are its scheme's.

    Outputs are V07's, shares V05's, Other V06's.
    """
    skipped = {"outputs", "nhs_percent", "council_percent", "type_other", "area_other", "amount", *_OF_SCHEME}
    names = {row.scheme: row.name for row in asked.plan.schemes}
    for row in asked.plan.spend:
        for column in asked.round.columns:
            empty = column.column not in skipped and getattr(row, column.column) in ("", None)
            if empty and is_asked(asked.round, row, column):
                yield _nothing(row, column, names.get(row.scheme, row.spend))
    used = {row.scheme for row in asked.plan.spend}
    for wanted in (asked.round.asked[name] for name in _OF_SCHEME if name in asked.round.asked):
        for scheme in asked.plan.schemes:
            if wanted.needed == "always" and scheme.scheme in used and not getattr(scheme, wanted.column):
                yield _nothing(scheme, wanted, scheme.name or scheme.scheme)


def _nothing(row: Spend | Scheme, column: AskedColumn, name: str) -> Finding:
    sheet = SPEND if isinstance(row, Spend) else "schemes"
    return at_row(row, column.column, "not filled in", sheet, found=f"nothing for {name}", expected=column.heading, action="Fill it in")  # fmt: skip


def joint_shares(asked: Question, _: Rule) -> Iterator[Finding]:
    """V05: shares of what is commissioned jointly make 100."""
    for row in asked.plan.spend:
        parts = (row.nhs_percent, row.council_percent)
        if row.commissioner == _JOINT and (
            None in parts or sum(part or Decimal(0) for part in parts) != _HUNDRED
        ):
            said = " and ".join("nothing" if part is None else f"{part:f}%" for part in parts)
            yield at_row(
                row, "nhs_percent", "shares do not make 100", SPEND, found=said,
                expected="the NHS's and the council's share, 100 together", action="Correct the shares",
            )  # fmt: skip


def in_lists(asked: Question, _: Rule) -> Iterator[Finding]:
    """V06: values are those of the round; a sub type belongs to its type; Other is said in words."""
    found = asked.round
    for row in asked.plan.spend:
        for name in LISTED:
            if (value := getattr(row, name)) and name in found.asked:
                yield from _in_list(found, row, name, value)
        yield from _other(found, row)
    yield from _told(asked)
    for sheet, rows, column in (
        (SPEND, asked.plan.spend, "source_of_funding"),
        (INCOME, asked.plan.income, "line"),
    ):
        for entry in rows:
            value = getattr(entry, column)
            known = [line.line for line in found.lines_in(entry.year)]
            if value and value not in known:
                yield at_row(
                    entry, column, "not in the round", sheet, suggestion=near_miss(value, known),
                    expected="a source of funding of the round: " + ", ".join(known), action="Choose one of them",
                )  # fmt: skip
            if entry.year not in found.years:
                years = " and ".join(map(str, found.years))
                yield at_row(
                    entry, "year", "year not in the round", sheet, expected=years, action="Correct the year"
                )


def _told(asked: Question) -> Iterator[Finding]:
    known = [row.minimum for row in asked.round.minimums]
    known += [row.line for row in asked.round.income_lines if row.mandated]
    for row in asked.plan.required_spend:
        if row.minimum not in known:
            yield at_row(
                row, "minimum", "not in the round", "summary", suggestion=near_miss(row.minimum, known),
                expected="a minimum or a mandated source of the round: " + ", ".join(known), action="Remove it, or correct its name",
            )  # fmt: skip


def _in_list(found: Round, row: Spend, name: str, value: str) -> Iterator[Finding]:
    parent = row.scheme_type if name == "sub_type" else ""
    values = found.values(name, parent)
    if value not in {entry.value for entry in values}:
        of = f" of {parent.replace('_', ' ')}" if parent else ""
        yield at_row(
            row, name, "not in the list", SPEND, suggestion=near_miss(value, [entry.value for entry in values]),
            expected=f"a {name.replace('_', ' ')}{of} of the round", action="Choose one of the list",
        )  # fmt: skip


def _other(found: Round, row: Spend) -> Iterator[Finding]:
    for name in ("type_other", "area_other"):
        column = found.asked.get(name)
        if column and is_asked(found, row, column) and not getattr(row, name):
            yield at_row(
                row, name, "other not said", SPEND, expected="what it is, in words", action="Say what it is"
            )


def outputs(asked: Question, _: Rule) -> Iterator[Finding]:
    """V07: outputs are planned where the type has a unit."""
    column = asked.round.asked.get("outputs")
    for row in asked.plan.spend:
        if column and is_asked(asked.round, row, column) and not row.outputs:
            kind = asked.round.value("scheme_type", row.scheme_type)
            unit = kind.unit.lower() if kind else "units"
            yield at_row(
                row, "outputs", "outputs not planned", SPEND, expected=unit, action="Say how many are planned"
            )


def numbers(asked: Question, _: Rule) -> Iterator[Finding]:
    """V10: a number means one scheme."""
    first: dict[int, Scheme] = {}
    for row in asked.plan.schemes:
        if row.number is None:
            continue
        other = first.setdefault(row.number, row)
        if (other.name, other.description) != (row.name, row.description):
            yield at_row(
                row, "number", "number of two schemes", SPEND,
                expected=f"a number that {other.name} does not have", action="Give it another number",
            )  # fmt: skip


@cache
def _replaced() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("leftshift.fund.checks").joinpath("codes.toml").read_text("utf-8"))


def codes(asked: Question, _: Rule) -> Iterator[Finding]:
    """V21: codes hold on the day of the plan."""
    known = {code: entry for code, entry in _replaced().items() if entry["replaced_on"] <= asked.as_of}
    rows = [(asked.plan.area, None), *((row.partner, row) for row in asked.plan.partners)]
    for code, row in rows:
        entry = known.get(code)
        if entry is None:
            continue
        expected, action = f"{entry['now']} for {entry['name']}", f"Use {entry['now']}: {entry['source']}"
        if row is None:
            yield of_plan(
                "plan.toml", "code was replaced", "cover", found=code, expected=expected, action=action
            )
        else:
            yield at_row(row, "partner", "code was replaced", "partners", expected=expected, action=action)
