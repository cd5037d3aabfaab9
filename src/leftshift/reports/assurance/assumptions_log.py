"""The assumptions log: every input that could be argued about, row by row, with who verified it and what rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from leftshift.economy.forms import in_words
from leftshift.foundation.sources import Basis, Origin
from leftshift.model import PlanResult
from leftshift.place import rows
from leftshift.place.applying import key_of, key_words
from leftshift.place.cells import cell_text, number_text
from leftshift.place.rows import Row, table_of
from leftshift.place.schema import catalogue, schema
from leftshift.place.uncertain import in_words as in_words_of_uncertainty
from leftshift.place.uncertain import target_words
from leftshift.reports.assurance.standing import Standing

ALWAYS = (
    "settings",
    "derivations",
    "assumptions",
    "forms",
    "rules",
    "profiles",
    "uncertainty",
    "correlations",
)
"""Tables that are assumptions by what they are, however well published; of the others, only what is not published."""
_NEVER = (
    "organisations", "published", "assurance_roles", "verifications", "limits", "steps",
    "areas", "peers", "observations", "observations_by_age", "measure_rebases", "measure_events",
)  # fmt: skip
"""Tables that state what is, or what was seen or decided, and assume nothing."""
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class LogEntry:
    """One row of the log.

    ``part`` is its part of the perimeter's closing position in the year asked, £000; None where it scales others
    instead of being a part. ``verified`` says by whom and when, empty where nobody did.
    """

    table: str
    key: str
    value: str
    unit: str
    basis: Basis
    source: str
    origin: Origin
    verified: str
    part: float | None

    @property
    def where(self) -> str:
        """The file and its row; without a row where the place does not hold it in a file."""
        return str(self.origin)

    def document(self) -> dict[str, Any]:
        """As plain values."""
        plain = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "origin"}
        return {**plain, "file": self.origin.file, "row": self.origin.row or None}


def assumptions_log(result: PlanResult, standing: Standing, year: str) -> tuple[LogEntry, ...]:
    """Every row of the log in the order of the tables and of their keys, and each switch that stands at its default."""
    parts = {id(row): part for row, part in result.inputs("position", year)}
    found: list[LogEntry] = []
    for table in schema().tables.values():
        if table.name not in _NEVER:
            verified = _verified(standing, table.name)
            keyed = [(key_words(table, key_of(table, row)), row) for row in _kept(result, table.name)]
            for key, row in sorted(keyed, key=lambda entry: entry[0]):
                found.append(_entry(table.name, key, row, verified, parts.get(id(row))))
            found += _defaults(result) if table.name == "settings" else ()
    return tuple(found)


def _kept(result: PlanResult, table: str) -> Iterator[Row]:
    for row in result.place.written.table(table):
        if table in ALWAYS or row.basis != "published":
            yield row


def _verified(standing: Standing, table: str) -> str:
    row = standing.verified("table", table)
    return f"{row.holder}, {row.verified_on}" if row and not standing.refuted("table", table) else ""


def _entry(table: str, key: str, row: Row, verified: str, part: float | None) -> LogEntry:
    value, unit = _value(row)
    return LogEntry(table, key, value, unit, row.basis, row.source, row.origin, verified, part)


def _defaults(result: PlanResult) -> Iterator[LogEntry]:
    """The switches that the place says nothing about."""
    given = {row.setting for row in result.place.settings}
    for name, about in catalogue("settings").items():
        if name not in given:
            origin = Origin("settings.csv")
            source = f"Default of the model. {about['source']}"
            yield LogEntry("settings", name, str(about["default"]), "", "assumed", source, origin, "", None)


def _value(row: Row) -> tuple[str, str]:
    """The value of a row as its log shows it, and its unit."""
    match row:
        case rows.Assumption():
            return (f"as {row.follows}", "") if row.follows else (_percent(row.percent or 0.0), "%")
        case rows.Contract() | rows.Line():
            return _number(row.value), "£000"
        case rows.StatedEffect():
            return _number(row.amount), "£000"
        case rows.Need():
            return number_text(row.amount), row.resource.replace("_", " ")
        case rows.Effect():
            return (
                (_number(row.value), "£000") if row.value is not None else (_percent(row.percent or 0.0), "%")
            )
        case rows.RuleShare():
            return _percent(row.value), "%"
        case rows.ProfilePoint() | rows.Membership():
            return _percent(row.share), "%"
        case rows.Intervention():
            return _percent(row.delivery), "% delivered"
        case _:
            return _words(row), ""


def _words(row: Row) -> str:
    match row:
        case rows.Setting():
            return row.value
        case rows.Derivation():
            return row.formula
        case rows.Form():
            return in_words(row)
        case rows.Uncertainty():
            return f"{in_words_of_uncertainty(row)}; {target_words(row)}"
        case rows.Correlation():
            return f"rank correlation {row.correlation}"
        case rows.Service():
            names = (row.demographic_growth, row.other_growth, row.price_change)
            return "grows by " + ", ".join(name for name in names if name) if any(names) else "does not grow"
        case _:
            return _cells(row)


def _cells(row: Row) -> str:
    """What a row says besides its key and where it comes from."""
    table = schema().tables[table_of(row)]
    beside = (name for name in table.columns if name not in {*table.key, "source", "basis"})
    written = ((name, cell_text(table.columns[name], getattr(row, name))) for name in beside)
    return "; ".join(f"{name.replace('_', ' ')} {text}" for name, text in written if text)


def _percent(share: float) -> str:
    return number_text(Decimal(repr(share)) * _HUNDRED)


def _number(value: float) -> str:
    return number_text(Decimal(repr(value)))
