"""A set of linked records under pseudonyms: one key and one purpose give one set, whose keys are no keys of another purpose.

A pseudonym is HMAC-SHA256 of the purpose and the NHS number (of the person's key, for who has none), cut to 63 bits. Numbers
and the table of identifiers are left out, births are moved to the first of their month, keys of stays and attendances become
pseudonyms too, and the rows of each table are put into the order of their keys: otherwise rows of two sets could be laid side by side.

Keys alone are hidden. Month of birth, sex, area, practice and a date or two are the same in every set, and together they are nearly
everybody's own: whoever holds two sets can link most people by them. Such a set is personal data and is held as such.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.population.engines.engine import unreadable
from leftshift.population.linked.dataset import (
    CODE_LISTS,
    MANIFEST,
    SYNTHETIC,
    file_name,
    manifest_of,
    paths_of,
)
from leftshift.population.linked.numbers import normalised
from leftshift.population.linked.structure import check_structure
from leftshift.population.linked.tables import ColumnType, linked_tables
from leftshift.population.privacy.keys import Key

LEFT_OUT_TABLES = ("identifiers",)
LEFT_OUT_COLUMNS = {"persons": ("nhs_number",)}
ROW_KEYS = {"admissions": "admission_id", "attendances": "attendance_id", "appointments": "appointment_id"}
NUMBER, PERSON = "nhs-number", "person"
_TYPES: Mapping[ColumnType, type[pl.DataType]] = {
    "integer": pl.Int64,
    "decimal": pl.Float64,
    "text": pl.String,
    "date": pl.Date,
    "boolean": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Pseudonymised:
    """Rows written by table, and the opt-outs of people who are not in the set, which are left out."""

    rows: Mapping[str, int]
    opt_outs_of_others: int


def pseudonymise(
    folder: Path, out: Path, *, purpose: str, key: Key, rows_at_once: int = 250_000
) -> Pseudonymised:
    """Write a set under pseudonyms into a new folder, whole or not at all.

    Raises FaultsFound for what is wrong with the files, where rows refer to nobody, and where two people would share a pseudonym.
    """
    check_structure(folder)
    _refuse(out, purpose)
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        done = _Writing(folder, partial, purpose, key, rows_at_once).run()
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return done


def _refuse(out: Path, purpose: str) -> None:
    faults = Faults()
    if out.exists():
        faults.add(
            Fault("already there", out.name, None, None, "a folder or file", "a new folder", "Choose another")
        )
    if not purpose.strip() or "\0" in purpose or purpose == SYNTHETIC:
        found = "the purpose of invented people" if purpose == SYNTHETIC else "no purpose"
        expected = "what the set is for, as the register of legal bases names it"
        faults.add(Fault("purpose missing", MANIFEST, None, "purpose", found, expected, "Name the purpose"))
    faults.raise_if_any()


def pseudonyms_of(
    folder: Path, purpose: str, key: Key, rows_at_once: int = 250_000
) -> Iterator[pl.DataFrame]:
    """The people of a set piece by piece: person_id, nhs_number (null for who has none) and pseudonym."""
    for path in paths_of(folder, "persons"):
        for rows in _pieces(folder, path, rows_at_once):
            people = rows.select("person_id", _number(rows))
            found = [
                key.pseudonym(purpose, *((NUMBER, number) if number else (PERSON, str(person))))
                for person, number in people.iter_rows()
            ]
            yield people.with_columns(pl.Series("pseudonym", found, pl.Int64))


def _number(rows: pl.DataFrame) -> pl.Expr:
    if "nhs_number" not in rows.columns:
        return pl.lit(None, pl.String).alias("nhs_number")
    plain = pl.col("nhs_number").cast(pl.String)
    return plain.map_elements(lambda text: normalised(text) or None, return_dtype=pl.String)


class _Writing:
    def __init__(self, folder: Path, out: Path, purpose: str, key: Key, rows_at_once: int) -> None:
        self._folder, self._out, self._purpose, self._key = folder, out, purpose, key
        self._at_once = rows_at_once
        self._faults = Faults()
        self._strangers: dict[str, int] = {}
        self._rows: dict[str, int] = {}

    def run(self) -> Pseudonymised:
        people = list(pseudonyms_of(self._folder, self._purpose, self._key, self._at_once))
        self._people = pl.concat([piece.select("person_id", "pseudonym") for piece in people])
        self._told_apart("persons", self._people["person_id"], self._people["pseudonym"])
        self._faults.raise_if_any()
        for name in linked_tables():
            if name not in LEFT_OUT_TABLES and paths_of(self._folder, name):
                self._table(name)
        for name, column in ROW_KEYS.items():
            self._keys_told_apart(name, column)
        others = self._strangers.pop("opt_outs", 0)
        for name, rows in self._strangers.items():
            found, expected = f"{rows:,} rows of nobody in persons", "a person for every row"
            self._refuse(
                "refers to nothing", name, "person_id", found, expected, "Write the sound rows alone"
            )
        self._faults.raise_if_any()
        self._manifest()
        if (self._folder / CODE_LISTS).is_file():  # of codes, and of nobody
            shutil.copyfile(self._folder / CODE_LISTS, self._out / CODE_LISTS)
        return Pseudonymised(self._rows, others)

    def _table(self, name: str) -> None:
        """Write the rows of all files of a table as they come, then in the order of their columns: which file held them, is gone."""
        unordered, self._rows[name] = self._out / f".{name}.parquet", 0
        writer: pq.ParquetWriter | None = None
        try:
            for path in paths_of(self._folder, name):
                for rows in _pieces(self._folder, path, self._at_once):
                    written = self._under_pseudonyms(name, rows).to_arrow(
                        compat_level=pl.CompatLevel.oldest()
                    )
                    writer = writer or pq.ParquetWriter(unordered, written.schema, compression="zstd")
                    writer.write_table(written.cast(writer.schema))
                    self._rows[name] += written.num_rows
        finally:
            if writer:
                writer.close()
        _put_in_order(unordered, self._out / f"{name}.parquet", self._out / ".spill")

    def _under_pseudonyms(self, name: str, rows: pl.DataFrame) -> pl.DataFrame:
        columns = linked_tables()[name].columns
        left_out = LEFT_OUT_COLUMNS.get(name, ())
        found = rows.select(
            pl.col(column).cast(_TYPES[columns[column].type])
            for column in columns
            if column in rows.columns and column not in left_out
        )
        order = found.columns
        if "person_id" in order:
            found = self._people_replaced(name, found)
        for column in set(ROW_KEYS.values()) & set(order):
            found = found.with_columns(self._replaced(found[column], column))
        if "birth_date" in order:
            found = found.with_columns(pl.col("birth_date").dt.truncate("1mo"))
        return found.select(order)

    def _people_replaced(self, name: str, rows: pl.DataFrame) -> pl.DataFrame:
        joined = rows.join(self._people, on="person_id", how="left")
        if strangers := joined["pseudonym"].null_count():
            self._strangers[name] = self._strangers.get(name, 0) + strangers
        return joined.filter(pl.col("pseudonym").is_not_null()).with_columns(person_id="pseudonym")

    def _replaced(self, values: pl.Series, kind: str) -> pl.Series:
        found = [
            None if value is None else self._key.pseudonym(self._purpose, kind, str(value))
            for value in values
        ]
        return pl.Series(kind, found, pl.Int64)

    # ------------------------------------------------------------------- collisions
    def _told_apart(self, name: str, before: pl.Series, after: pl.Series) -> None:
        self._compare(name, before.len(), before.n_unique(), after.n_unique())

    def _keys_told_apart(self, name: str, column: str) -> None:
        if not paths_of(self._folder, name):
            return
        before, after = (
            pl.scan_parquet(list(paths_of(folder, name)))
            .select(pl.len().alias("rows"), pl.col(column).n_unique().alias("keys"))
            .collect(engine="streaming")
            .row(0)
            for folder in (self._folder, self._out)
        )
        if before[0] == after[0]:  # otherwise rows of nobody are refused anyway
            self._compare(name, before[1], before[1], after[1])

    def _compare(self, name: str, rows: int, keys: int, pseudonyms: int) -> None:
        if keys < rows:
            found, expected = f"{rows - keys:,} rows whose key stands twice", "each key once"
            self._refuse("key twice", name, None, found, expected, "Check the set, and write its sound rows")
        if pseudonyms < keys:
            found = f"{keys - pseudonyms:,} pseudonyms that would stand for two"
            expected = "a pseudonym of its own for each"
            action = "See whether two people carry one NHS number; otherwise draw another key"
            self._refuse("pseudonyms collide", name, None, found, expected, action)

    def _refuse(
        self, kind: str, name: str, column: str | None, found: str, expected: str, action: str
    ) -> None:
        self._faults.add(Fault(kind, name, None, column, found, expected, action))

    def _manifest(self) -> None:
        given = manifest_of(self._folder)
        document: dict[str, Any] = {"purpose": self._purpose, "pseudonyms": True}
        document |= {"made_from": given.get("purpose", "")}
        document |= {name: given[name] for name in ("as_at", "drawn_on") if name in given}
        (self._out / MANIFEST).write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def _put_in_order(given: Path, target: Path, spill: Path) -> None:
    """Write the rows of a file in the order of all their columns, out of core, and delete the file."""
    with duckdb.connect(
        config={"temp_directory": str(spill), "autoinstall_known_extensions": "false"}
    ) as database:
        rows = database.read_parquet(str(given))
        rows.order(", ".join(f'"{column}"' for column in rows.columns)).write_parquet(
            str(target), compression="zstd"
        )
    given.unlink()
    shutil.rmtree(spill, ignore_errors=True)


def _pieces(folder: Path, path: Path, rows_at_once: int) -> Iterator[pl.DataFrame]:
    """The rows of a file, some at a time; of a file without rows one piece without rows."""
    try:
        file = pq.ParquetFile(path)
        if file.metadata.num_rows == 0:
            yield _frame(file.schema_arrow.empty_table())
        for batch in file.iter_batches(batch_size=rows_at_once):
            yield _frame(pa.Table.from_batches([batch]))
    except (OSError, pa.ArrowException) as problem:
        raise _damaged(file_name(folder, path)) from problem


def _damaged(name: str) -> FaultsFound:
    return unreadable([name])


def _frame(table: pa.Table) -> pl.DataFrame:
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found
