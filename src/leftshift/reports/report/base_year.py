"""The contracts and lines that a plan starts from."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.economy.forms import in_words
from leftshift.place.place import Place
from leftshift.place.rows import TARIFF, Contract, Line
from leftshift.reports.content import Column, Table, row
from leftshift.reports.report.amounts import begun, name_of, spaced
from leftshift.reports.words import BASES, amount

_TYPES = {"allocation": "Allocation", "other_income": "Other income", "cost": "Cost"}


def contracts(place: Place, names: dict[str, str]) -> Iterator[Table]:
    """What one body pays another."""
    services = {entry.service: entry.name for entry in place.services}
    found = sorted(place.contracts, key=lambda entry: entry.contract)
    columns = (
        Column("Contract", weight=0),
        Column("Payer", weight=2),
        Column("Payee", weight=2),
        Column("Service", weight=1.8),
        *([Column("Form", weight=1.1)] if _has_forms(found) else []),
        *_amount_columns(found),
        Column("Basis", weight=1.1),
        Column("Source", weight=2.8),
    )
    rows = tuple(
        row(
            entry.contract,
            name_of(names, entry.payer),
            name_of(names, entry.payee),
            services[entry.service] + _once(entry, place),
            *([spaced(entry.form)] if _has_forms(found) else []),
            *_amounts(entry, found),
            BASES[entry.basis],
            entry.source,
        )
        for entry in found
    )
    if rows:
        yield Table(f"Contracts from {place.base_year}, £000", columns, rows)


def forms(place: Place) -> Iterator[Table]:
    """The forms of contract that are not plain tariff or block, and what each does."""
    used = {entry.form for entry in place.contracts}
    columns = (
        Column("Form", weight=1.2),
        Column("What it does", weight=4),
        Column("Used", weight=0),
        Column("Basis", weight=1.1),
        Column("Source", weight=2.8),
    )
    rows = tuple(
        row(
            spaced(entry.form),
            begun(in_words(entry)),
            "Yes" if entry.form in used else "No",
            BASES[entry.basis],
            entry.source,
        )
        for entry in sorted(place.forms, key=lambda entry: entry.form)
    )
    if rows:
        yield Table("Forms of contract", columns, rows)


def _has_forms(found: list[Contract]) -> bool:
    return any(entry.form != TARIFF for entry in found)


def lines(place: Place, names: dict[str, str]) -> Iterator[Table]:
    """Allocations, other income and costs."""
    found = sorted(place.lines, key=lambda entry: entry.line)
    columns = (
        Column("Line", weight=0),
        Column("Organisation", weight=2.2),
        Column("Type", weight=0),
        Column("Name", weight=2.2),
        *_amount_columns(found),
        Column("Basis", weight=1.1),
        Column("Source", weight=2.8),
    )
    services = {entry.service: entry.name for entry in place.services}
    rows = tuple(
        row(
            entry.line,
            name_of(names, entry.organisation),
            _TYPES[entry.type],
            (entry.name or services[entry.service]) + _once(entry, place),
            *_amounts(entry, found),
            BASES[entry.basis],
            entry.source,
        )
        for entry in found
    )
    if rows:
        yield Table(f"Allocations, other income and costs from {place.base_year}, £000", columns, rows)


def _once(entry: Contract | Line, place: Place) -> str:
    """When a row does not simply hold from the base year on, when it does."""
    if entry.year == place.base_year and entry.recurrent:
        return ""
    return f" (from {entry.year})" if entry.recurrent else f" (in {entry.year} only)"


def _has_estimates(found: list[Contract] | list[Line]) -> bool:
    return any(entry.estimate is not None for entry in found)


def _amount_columns(found: list[Contract] | list[Line]) -> tuple[Column, ...]:
    value = Column("£000", numeric=True, weight=0)
    return (value, Column("Estimate", numeric=True, weight=0)) if _has_estimates(found) else (value,)


def _amounts(entry: Contract | Line, found: list[Contract] | list[Line]) -> list[str]:
    estimate = "–" if entry.estimate is None else amount(entry.estimate)
    return [amount(entry.value), *([estimate] if _has_estimates(found) else [])]
