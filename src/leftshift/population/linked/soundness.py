"""Which rows of linked records are sound. What is not is set aside and counted: nothing is dropped in silence.

A row is set aside whole. Rows that are the same in every column are one row that was delivered twice: one is kept. Rows of
one key that differ are all set aside, since nothing says which of them holds. Of two people under one NHS number both are
set aside: the records of each may hold some of the other's, and a score of such a record would be nobody's. What refers to
a row that is set aside is set aside with it, so that sound tables always join.

Opt-outs are the exception: setting one aside would let a person be counted who said no, so all hold but those of nobody.
Tables without a key (such as prescriptions) may hold the same row twice, and both are sound; whether they count once, the words say
that are asked of people (``vocabulary.toml``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from leftshift.population.engines.engine import Engine
from leftshift.population.linked.dataset import file_name, paths_of
from leftshift.population.linked.report import (
    CheckReport,
    Finding,
    TableReport,
    clean_report,
    marks_when_checked,
)
from leftshift.population.linked.rules import Flag, any_of, reference_flags, row_flags, soundness_rules
from leftshift.population.linked.structure import check_structure
from leftshift.population.linked.tables import OPT_OUTS, ColumnType, LinkedTable, linked_tables, with_parents

TYPES: Mapping[ColumnType, str] = {
    "integer": "int64",
    "decimal": "float64",
    "text": "string",
    "date": "date",
    "boolean": "boolean",
}
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class SoundData:
    """The sound rows of tables of linked records; of a table that is not there, an empty one of the right columns."""

    tables: Mapping[str, ir.Table]
    report: CheckReport

    def __getitem__(self, table: str) -> ir.Table:
        return self.tables[table]


def sound_tables(
    engine: Engine,
    folder: Path,
    as_at: date,
    *,
    tables: Collection[str] | None = None,
    prefix: str = "linked",
) -> SoundData:
    """The sound rows of a set that was drawn on a day: of ``tables`` and all that they refer to, otherwise of every table.

    No other table is opened. ``prefix`` keeps sets of one engine apart. Files of a set that was found clean (``is_checked``) are read as
    they are. Otherwise every row is checked, and the tables of which rows were set aside are filtered whenever they are used:
    ``engine.keep`` what is used often. Raises FaultsFound for what is wrong with files; what is wrong with rows stands in the report.
    """
    check_structure(folder)
    described = linked_tables()
    names = [name for name in described if tables is None or name in with_parents(tables)]
    marks = marks_when_checked(folder, as_at)
    if marks is not None:
        rows = {name: typed_rows(engine, folder, described[name], prefix) for name in names}
        return SoundData(rows, clean_report(marks, as_at, names))
    return _Checking(engine, folder, as_at, prefix, names).run()


def check(engine: Engine, folder: Path, as_at: date, *, prefix: str = "linked") -> CheckReport:
    """Check every row of a set, whatever was found before. Raises FaultsFound for what is wrong with files."""
    check_structure(folder)
    return _Checking(engine, folder, as_at, prefix, list(linked_tables())).run().report


def typed_rows(engine: Engine, folder: Path, table: LinkedTable, prefix: str = "linked") -> ir.Table:
    """The rows of a table as they stand, each column of the type that is described; an optional text of nothing is null."""
    name, paths = f"{prefix}_{table.name}", paths_of(folder, table.name)
    types = {column.name: TYPES[column.type] for column in table.columns.values()}
    if not paths:
        # a name of its own: in DuckDB the view of another set's files would go before a table
        return engine.table(f"{name}_none", {column: [] for column in types}, types)
    rows = engine.read(name, paths)
    columns = {}
    for column in table.columns.values():
        kind = types[column.name]
        value = rows[column.name].cast(kind) if column.name in rows.columns else ibis.null(kind)
        columns[column.name] = value.nullif("") if column.optional and column.type == "text" else value
    return rows.select(**columns)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Rows with what is needed to judge them; ``copies`` and ``variants`` where some rows share a key."""

    table: LinkedTable
    rows: ir.Table
    flags: Sequence[Flag]
    has_doubles: bool

    @property
    def broken(self) -> ir.BooleanValue:
        return any_of([flag.broken for flag in self.flags]).fill_null(False)

    @property
    def copies(self) -> ir.IntegerValue:
        return self.rows.copies if self.has_doubles else ibis.literal(1, "int64")

    def sound(self) -> ir.Table:
        return self.rows.filter(~self.broken).select(*self.table.columns)


class _Checking:
    """One check: tables in the order in which they refer to each other."""

    def __init__(
        self, engine: Engine, folder: Path, as_at: date, prefix: str, names: Collection[str]
    ) -> None:
        self._engine, self._folder, self._as_at, self._prefix = engine, folder, as_at, prefix
        self._described = {name: linked_tables()[name] for name in names}
        self._parents: dict[str, ir.Table] = {}

    def run(self) -> SoundData:
        tables, reports = dict[str, ir.Table](), dict[str, TableReport]()
        described = self._described
        referred = {column.refers_to for table in described.values() for column in table.columns.values()}
        for name in sorted(described, key=lambda name: name not in referred):
            rows = typed_rows(self._engine, self._folder, described[name], self._prefix)
            tables[name] = rows
            if not paths_of(self._folder, name):
                if name in referred:
                    self._parents[name] = self._verdicts(_Judged(described[name], rows, [_never()], False))
                continue
            judged = self._judged(described[name], rows)
            reports[name] = self._report(judged)
            if reports[name].set_aside:
                tables[name] = judged.sound()
            if name in referred:
                self._parents[name] = self._verdicts(judged)
        return SoundData(
            {name: tables[name] for name in described},
            CheckReport(self._as_at, {name: reports[name] for name in described if name in reports}),
        )

    # ------------------------------------------------------------ rows and what is known beside them
    def _judged(self, table: LinkedTable, rows: ir.Table) -> _Judged:
        if table.name == OPT_OUTS:
            return _Judged(table, rows, [Flag("value missing", "person_id", rows.person_id.isnull())], False)
        given, has_doubles = self._with_doubles(table, rows)
        given = self._with_parents(table, given)
        shared = self._shared_numbers(given) if table.name == "persons" else None
        if shared is not None:
            given = given.left_join(shared, given.nhs_number == shared.shared_number)
        flags = [*row_flags(given, table, self._as_at), *reference_flags(given, table)]
        if shared is not None:
            flags.append(Flag("number of two people", "nhs_number", given.shared_number.notnull()))
        if has_doubles:
            flags.append(Flag("rows of one key differ", _said(table.key), given.variants > 1))
        return _Judged(table, given, flags, has_doubles)

    def _with_doubles(self, table: LinkedTable, rows: ir.Table) -> tuple[ir.Table, bool]:
        """The rows, each once, with how often it was given and how many different rows have its key."""
        if not table.key:
            return rows, False
        named = rows.filter(*(rows[column].notnull() for column in table.key))
        several = named.group_by(list(table.key)).aggregate(times=named.count())
        several = self._keep(several.filter(several.times > 1).drop("times"), f"{table.name}_several")
        if not self._engine.rows(several.limit(1)):
            return rows, False
        among = rows.semi_join(several, list(table.key))
        doubles = among.group_by(list(table.columns)).aggregate(copies=among.count())
        variants = doubles.group_by(list(table.key)).aggregate(variants=doubles.count())
        doubles = doubles.join(variants, list(table.key)).select(*table.columns, "copies", "variants")
        doubles = self._keep(doubles, f"{table.name}_doubles")
        one = ibis.literal(1, "int64")
        single = rows.anti_join(several, list(table.key)).mutate(copies=one, variants=one)
        return single.union(doubles), True

    def _with_parents(self, table: LinkedTable, rows: ir.Table) -> ir.Table:
        for column in table.columns.values():
            if column.refers_to is None:
                continue
            parent = self._parents[column.refers_to]
            renamed = parent.rename({f"{column.name}_{name}": name for name in parent.columns})
            rows = rows.left_join(renamed, rows[column.name] == renamed[f"{column.name}_of"])
        return rows

    def _shared_numbers(self, persons: ir.Table) -> ir.Table | None:
        """The NHS numbers that two or more people carry; None where there is none."""
        having = persons.filter(persons.nhs_number.notnull())
        people = having.group_by("nhs_number").aggregate(people=having.person_id.nunique())
        shared = people.filter(people.people > 1).select(shared_number="nhs_number")
        shared = self._keep(shared, "shared_numbers")
        return shared if self._engine.rows(shared.limit(1)) else None

    def _verdicts(self, judged: _Judged) -> ir.Table:
        """Key by key whether a row of it is sound and, of people, between which days their events lie."""
        rows, (key, *_) = judged.rows.mutate(is_sound=~judged.broken), judged.table.key
        rows = rows.filter(rows[key].notnull())
        known: dict[str, Any] = {"sound": rows.is_sound.max()}
        if judged.table.name == "persons":
            grace = ibis.interval(days=soundness_rules().days_after_death)
            # sets under pseudonyms hold no finer birth than its month, and costs are dated to the first of theirs
            known |= {
                "earliest": rows.birth_date.truncate("M").cast("date").min(),
                "latest": (rows.death_date + grace).cast("date").max(),
            }
        return self._keep(rows.group_by(of=rows[key]).aggregate(**known), f"{judged.table.name}_verdicts")

    def _keep(self, expression: ir.Table, name: str) -> ir.Table:
        return self._engine.keep(expression, f"{self._prefix}_{name}")

    # ------------------------------------------------------------------------------- counting
    def _report(self, judged: _Judged) -> TableReport:
        copies, broken, rows = judged.copies, judged.broken, judged.rows
        counts = {
            "given": copies.sum() if judged.has_doubles else rows.count(),
            "aside": broken.ifelse(copies, copies - 1).sum(),
        }
        if judged.has_doubles:
            counts["repeated"] = (rows.variants == 1).ifelse(copies - 1, 0).sum()
        for at, flag in enumerate(judged.flags):
            counts[f"flag_{at}"] = flag.broken.fill_null(False).ifelse(copies, 0).sum()
        (found,) = self._engine.rows(rows.aggregate(**counts))
        findings = [
            Finding(flag.rule, flag.column, int(found[f"flag_{at}"]), self._examples(judged, flag))
            for at, flag in enumerate(judged.flags)
            if found[f"flag_{at}"]
        ]
        if found.get("repeated"):
            findings.append(Finding("row repeated", _said(judged.table.key), int(found["repeated"])))
        files = tuple(file_name(self._folder, path) for path in paths_of(self._folder, judged.table.name))
        return TableReport(
            judged.table.name, files, int(found["given"] or 0), int(found["aside"] or 0), tuple(findings)
        )

    def _examples(self, judged: _Judged, flag: Flag) -> tuple[str, ...]:
        """The first keys of rows that break a rule, of a table that is not about people: a stay has one patient."""
        key = judged.table.key
        if not key or "person_id" in judged.table.columns:
            return ()
        broken = judged.rows.filter(flag.broken.fill_null(False)).select(*key).distinct()
        rows = self._engine.rows(broken.order_by(list(key)).limit(_EXAMPLES))
        return tuple(" ".join(f"{column} {row[column]}" for column in key) for row in rows)


def _said(key: Sequence[str]) -> str:
    return ", ".join(key)


def _never() -> Flag:
    return Flag("value missing", "", ibis.literal(False))
