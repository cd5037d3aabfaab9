"""Apply scenarios to a place: every change is read against the place as it was, so that scenarios add in any order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.money import NumberNotUnderstood, parse_number
from leftshift.foundation.sources import Origin
from leftshift.foundation.years import FinancialYear
from leftshift.place.assurance import ASSURANCE_TABLES
from leftshift.place.cells import CellRefused, cell_text, parse_cell
from leftshift.place.place import Place
from leftshift.place.rows import ALL, Assumption, Row, Setting
from leftshift.place.scenarios import Scenario, ScenarioChange
from leftshift.place.schema import Column, Table, schema

NOT_INPUTS = ("organisations", "published", *ASSURANCE_TABLES)
_NUMBERS = {"amount", "number", "percent", "share", "whole"}
_HUNDRED = Decimal(100)

_Key = tuple[Any, ...]


@dataclass(frozen=True)
class _Edit:
    """What one change makes of one row."""

    scenario: Scenario
    change: ScenarioChange
    values: Mapping[str, Any]

    @property
    def words(self) -> str:
        """Why, and where that comes from."""
        said = "; ".join(filter(None, (self.scenario.name, self.change.source or self.scenario.source)))
        return f"{self.change.why} (scenario {said})"


@dataclass
class _Written:
    """What scenarios write: rows by table and key with their edits, who wrote which cell, and who read which row."""

    rows: dict[tuple[str, _Key], tuple[Row, list[_Edit]]] = field(default_factory=dict)
    cells: dict[tuple[str, _Key, str], tuple[Scenario, ScenarioChange]] = field(default_factory=dict)
    read: dict[tuple[str, _Key], tuple[Scenario, ScenarioChange]] = field(default_factory=dict)


def apply(place: Place, scenarios: Sequence[Scenario]) -> tuple[Place, Faults]:
    """The place under scenarios, and what is wrong with them; with faults the place is not to be used."""
    faults, written = Faults(), _Written()
    for scenario in scenarios:
        for change in scenario.changes:
            faults.add_all(_Applying(place, scenario, change, written).faults())
    faults.add_all(_read_and_written(written))
    return _with_rows(place, written), faults


def key_of(table: Table, row: Row) -> _Key:
    """What makes a row unique in its table."""
    return tuple(getattr(row, name) for name in table.key)


def key_words(table: Table, key: _Key) -> str:
    """The key of a row as people read it."""
    return ", ".join(str(part) for part in key if part is not None and part != "")


@dataclass
class _Applying:
    """One change of one scenario."""

    place: Place
    scenario: Scenario
    change: ScenarioChange
    written: _Written

    def fault(self, kind: str, column: str | None, expected: str, action: str, **more: str | None) -> Fault:
        found = more.get("found") or ""
        return Fault(
            kind,
            self.scenario.file,
            self.change.line,
            column,
            found,
            expected,
            action,
            more.get("suggestion"),
        )

    def faults(self) -> Iterator[Fault]:
        """Write the change's rows; yield what is wrong with it."""
        tables = {name for name in schema().tables if name not in NOT_INPUTS}
        if self.change.table not in tables:
            yield self.fault(
                "unknown table",
                "table",
                "a table of inputs: " + ", ".join(sorted(tables)),
                "Correct it",
                found=shown(self.change.table),
                suggestion=near_miss(self.change.table, tables),
            )
            return
        table = schema().tables[self.change.table]
        wrong = [*self._unknown_columns(table), *self._years_fit(table)]
        yield from wrong
        if wrong:
            return
        wanted, refused = self._where(table)
        yield from refused
        if refused:
            return
        try:
            rows = self._rows(table, wanted)
            changed = sum(self._write(table, key, row) for key, row in rows)
        except _Refused as problem:
            yield problem.fault
            return
        if not rows:
            yield self._no_row(table, wanted)
        if rows and not changed:
            yield self.fault(
                "nothing changes",
                None,
                "a value that differs from what stands there",
                "Correct or remove the change",
            )

    # ------------------------------------------------------------------ what it names
    def _unknown_columns(self, table: Table) -> Iterator[Fault]:
        for part, names in (("where", self.change.where), *self.change.operations.items()):
            for name in names:
                if name not in table.columns or name in {"source", "basis"}:
                    yield self.fault(
                        "unknown column",
                        f"{part} {name}",
                        f"a column of {table.file}: "
                        + ", ".join(column for column in table.columns if column not in {"source", "basis"}),
                        "Correct it",
                        found=shown(name),
                        suggestion=near_miss(name, table.columns),
                    )
                elif part != "where" and name in table.key:
                    yield self.fault(
                        "key cannot change",
                        f"{part} {name}",
                        "a column that does not name the row",
                        "Change another column",
                    )
                elif part in {"add", "times"} and table.columns[name].type not in _NUMBERS:
                    yield self.fault("no number", f"{part} {name}", "a column of numbers", "Use set instead")

    def _years_fit(self, table: Table) -> Iterator[Fault]:
        if self.change.years is None:
            return
        if "year" not in table.key:
            expected = "no in, from or to: rows of this table are not of a year"
            yield self.fault("nothing uses it", "from", expected, "Remove it")
        for year in self.change.years:
            if year is not None and year not in self.place.years[1:]:
                yield self.fault(
                    "year outside the plan",
                    "from",
                    f"a year of growth, {self.place.years[1]} to {self.place.last_year}",
                    "Correct it",
                    found=str(year),
                )

    def _where(self, table: Table) -> tuple[dict[str, Any], list[Fault]]:
        wanted, refused = {}, []
        for name, text in self.change.where.items():
            try:
                wanted[name] = parse_cell(table.columns[name], text) if text else None
            except CellRefused as problem:
                refused.append(self._refused(f"where {name}", text, problem))
        return wanted, refused

    def _refused(self, column: str, text: str, problem: CellRefused) -> Fault:
        return self.fault(
            problem.kind,
            column,
            problem.expected,
            problem.action,
            found=shown(text),
            suggestion=near_miss(text, problem.candidates) if problem.candidates else None,
        )

    def _years(self) -> list[FinancialYear]:
        first, last = self.change.years or (None, None)
        return [
            year
            for year in self.place.years[1:]
            if (first is None or year >= first) and (last is None or year <= last)
        ]

    # ------------------------------------------------------------------ which rows
    def _rows(self, table: Table, wanted: dict[str, Any]) -> list[tuple[_Key, Row]]:
        matching = [
            row
            for row in self.place.table(table.name)
            if all(getattr(row, name) == value for name, value in wanted.items())
        ]
        named = table.name == "assumptions" and wanted.keys() == {"organisation", "assumption"}
        if table.name == "settings" and not matching and wanted.keys() == {"setting"}:
            name = str(wanted["setting"])
            standing = Setting(
                setting=name, value=self.place.setting(name), source="the default", basis="assumed"
            )
            return [((name,), standing)]
        follows = any(isinstance(row, Assumption) and row.follows is not None for row in matching)
        if named and (self.change.years is not None or not matching or follows):
            return self._rates(table, wanted["organisation"], wanted["assumption"])
        if self.change.years is not None:
            years = self._years()
            matching = [row for row in matching if getattr(row, "year", None) in years]
        return [(key_of(table, row), row) for row in matching]

    def _rates(self, table: Table, organisation: str, assumption: str) -> list[tuple[_Key, Row]]:
        """The rate of an organisation year by year, as a row of its own: taken from the row that gives it today."""
        known = {key_of(table, row): row for row in self.place.assumptions}
        sets_it = "percent" in self.change.operations.get("set", {})
        names = {row.assumption for row in self.place.assumptions} | {
            row.assumption for row in self.place.derivations
        }
        codes = {row.code for row in self.place.organisations} | {ALL, "outside"}
        if assumption not in names or organisation not in codes:
            return []
        found: list[tuple[_Key, Row]] = []
        for year in self._years():
            row = given_rate(known, organisation, assumption, year)
            if row is None and not sets_it:
                raise _Refused(
                    self.fault(
                        "rate is worked out",
                        "where assumption",
                        f"{assumption} is worked out by a formula",
                        "Change what the formula names, or use set to give it a rate",
                    )
                )
            key = (organisation, assumption, year)
            if row is not None and key_of(table, row) != key:
                self.written.read.setdefault((table.name, key_of(table, row)), (self.scenario, self.change))
            base = row or Assumption(
                organisation=organisation,
                assumption=assumption,
                year=year,
                percent=0.0,
                source="",
                basis="assumed",
            )
            found.append((key, replace(base, organisation=organisation, year=year)))
        return found

    def _no_row(self, table: Table, wanted: dict[str, Any]) -> Fault:
        words = ", ".join(f"{name} {cell_text(table.columns[name], value)}" for name, value in wanted.items())
        guess = None
        for name, text in self.change.where.items():
            names = {
                cell_text(table.columns[name], getattr(row, name)) for row in self.place.table(table.name)
            }
            target = table.columns[name].refers
            if target:
                names |= {
                    str(getattr(row, schema().tables[target].key[0])) for row in self.place.table(target)
                }
            if text not in names:
                guess = guess or near_miss(text, names)
        years = " in those years" if self.change.years else ""
        return self.fault(
            "no such row",
            "where",
            f"a row of {table.file} with {words}{years}",
            "Correct it, or add the row",
            suggestion=guess,
        )

    # ------------------------------------------------------------------ what becomes of them
    def _write(self, table: Table, key: _Key, row: Row) -> bool:
        values: dict[str, Any] = {}
        for operation, name, text in self.change.writes():
            column = table.columns[name]
            value = self._value(column, operation, text, getattr(row, name))
            other = self.written.cells.get((table.name, key, name))
            if other is not None:
                raise _Refused(self._twice(table, key, name, other))
            self.written.cells[table.name, key, name] = (self.scenario, self.change)
            if value != getattr(row, name):
                values[name] = value
        if isinstance(row, Assumption) and "percent" in values and row.follows is not None:
            values["follows"] = None
        if not values:
            return False
        self.written.rows.setdefault((table.name, key), (row, []))[1].append(
            _Edit(self.scenario, self.change, values)
        )
        return True

    def _value(self, column: Column, operation: str, text: str, now: Any) -> Any:
        where = f"{operation} {column.name}"
        try:
            if operation == "set":
                return parse_cell(column, text) if text else None
            if now is None:
                raise CellRefused(
                    "missing value", "a row that has a value there", "Use set, or name another row"
                )
            return _within(column, _moved(column, operation, text, now))
        except CellRefused as problem:
            raise _Refused(self._refused(where, text, problem)) from problem

    def _twice(self, table: Table, key: _Key, name: str, other: tuple[Scenario, ScenarioChange]) -> Fault:
        scenario, change = other
        return self.fault(
            "set twice",
            name,
            f"one change of {name} of {key_words(table, key)}; {scenario.file}, row {change.line} changes it too",
            "Keep one of the two, or choose one of the scenarios",
        )


class _Refused(Exception):
    """A change that cannot be made."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def given_rate(
    known: dict[_Key, Assumption], organisation: str, assumption: str, year: FinancialYear
) -> Assumption | None:
    """The row that gives a rate, through the organisations that it follows; None where a formula gives it."""
    for _ in range(len(known) + 1):
        keys = [(who, assumption, when) for who in (organisation, ALL) for when in (year, None)]
        row = next((known[key] for key in keys if key in known), None)
        if row is None or row.follows is None:
            return row
        organisation = row.follows
    return None


def _moved(column: Column, operation: str, text: str, now: Any) -> Any:
    try:
        signed = text.rstrip().endswith("%")
        number = parse_number(text.rstrip().removesuffix("%"))
    except NumberNotUnderstood as problem:
        raise CellRefused("text in a number", "a number", "Write digits, with % for per cent") from problem
    exact = Decimal(str(now)) if not isinstance(now, Decimal) else now
    if operation == "times":
        found = exact * (number / _HUNDRED if signed else number)
    else:
        in_percent = signed or column.type == "percent"
        found = exact + (number / _HUNDRED if in_percent and column.type in {"percent", "share"} else number)
        if signed and column.type not in {"percent", "share"}:
            raise CellRefused(
                "percentage in doubt", "an amount to add", "Use times to change it in proportion"
            )
    if column.type == "whole":
        return int(found.to_integral_value())
    return found if column.type == "number" else float(round(found, 12))


def _within(column: Column, value: Any) -> Any:
    """The value as its column may hold it; raises CellRefused."""
    text = cell_text(column, value)
    try:
        return parse_cell(column, text)
    except CellRefused as problem:
        raise CellRefused(
            "value out of range", problem.expected, f"It would become {text}: correct it"
        ) from problem


def _read_and_written(written: _Written) -> Iterator[Fault]:
    """A rate that one change takes from a row that another changes would depend on which comes first."""
    table = schema().tables["assumptions"]
    for (name, key), (scenario, change) in written.read.items():
        other = written.cells.get((name, key, "percent"))
        if other is not None:
            yield Fault(
                "set twice",
                scenario.file,
                change.line,
                "where",
                key_words(table, key),
                f"a rate that no other change moves; {other[0].file}, row {other[1].line} changes the row that it takes its rate from",
                "Keep one of the two, or use set",
            )


def _with_rows(place: Place, written: _Written) -> Place:
    tables: dict[str, tuple[Row, ...]] = {}
    for name in {name for name, _ in written.rows}:
        table = schema().tables[name]
        new = {key: _edited(*found) for (of, key), found in written.rows.items() if of == name}
        kept = [new.pop(key_of(table, row), row) for row in place.table(name)]
        tables[name] = tuple(
            _without_idle(place, [*kept, *new.values()]) if name == "assumptions" else (*kept, *new.values())
        )
    return place.with_tables(**tables)


def _edited(row: Row, edits: Sequence[_Edit]) -> Row:
    """A row under all edits of it, in an order of their own, so that no order of scenarios shows."""
    ordered = sorted(edits, key=lambda edit: (edit.scenario.code, edit.change.line))
    values = {name: value for edit in ordered for name, value in edit.values.items()}
    was = f". Before: {row.source}" if row.source else ""
    first = ordered[0]
    return replace(
        row,
        **values,
        source="; ".join(edit.words for edit in ordered) + was,
        basis="assumed",
        origin=Origin(first.scenario.file, first.change.line),
    )


def _without_idle(place: Place, rows: Iterable[Row]) -> list[Row]:
    """Without a rate for every year whose body now has a row for each: nothing would use it."""
    found = [row for row in rows if isinstance(row, Assumption)]
    by_year = {(row.organisation, row.assumption, row.year) for row in found}
    return [
        row
        for row in found
        if row.year is not None
        or not all((row.organisation, row.assumption, year) in by_year for year in place.years[1:])
    ]
