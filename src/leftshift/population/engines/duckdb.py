"""DuckDB: in this process, on as many cores as there are, out of core where memory does not suffice."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

from leftshift.population.engines.engine import Engine


class DuckDb(Engine):
    """A database of its own in memory, which spills into the scratch folder where memory does not suffice."""

    name = "duckdb"

    def __init__(self, scratch: Path, *, memory: str | None = None, threads: int | None = None) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._spill = scratch / "duckdb-spill"
        settings: dict[str, Any] = {
            "temp_directory": str(self._spill),
            "autoinstall_known_extensions": "false",
            "preserve_insertion_order": "false",
        }
        if memory:
            settings["memory_limit"] = memory
        if threads:
            settings["threads"] = threads
        self._read: set[Path] = set()
        self._few: dict[tuple[str, ...], Any] = {}
        super().__init__(ibis.duckdb.connect(":memory:", **settings), scratch)
        # it writes to where the answer of a command goes
        self._backend.raw_sql("SET enable_progress_bar = false")

    def read(self, name: str, paths: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files, as a view."""
        self._read |= set(paths)
        with self._reading():
            found: ir.Table = self._backend.read_parquet([str(path) for path in paths], table_name=name)
        return found

    def keep(self, expression: ir.Table, name: str) -> ir.Table:
        """Work it out into a table of the database."""
        # Ibis's own overwriting drops a table in words that sqlglot 30.30 leaves the name out of
        with self._reading():
            self._backend.raw_sql(f'CREATE OR REPLACE TABLE "{name}" AS {self._backend.compile(expression)}')
        found: ir.Table = self._backend.table(name)
        return found

    def view(self, expression: ir.Table, name: str) -> ir.Table:
        """A view of the database."""
        self._backend.raw_sql(f'CREATE OR REPLACE VIEW "{name}" AS {self._backend.compile(expression)}')
        found: ir.Table = self._backend.table(name)
        return found

    def write(self, expression: ir.Table, folder: Path) -> None:
        """Write one Parquet file into the folder."""
        folder.mkdir(parents=True)
        with self._reading():
            self._backend.to_parquet(expression, str(folder / "part-00001.parquet"), compression="zstd")

    def table(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> ir.Table:
        """A small table from values in memory."""
        schema = ibis.schema(dict(types))
        given = pa.table({column: list(columns[column]) for column in types}, schema=schema.to_pyarrow())
        self._backend.con.register(f"{name} in memory", given)
        self._backend.raw_sql(f'CREATE OR REPLACE TABLE "{name}" AS FROM "{name} in memory"')
        self._backend.con.unregister(f"{name} in memory")
        found: ir.Table = self._backend.table(name)
        return found

    def few(self, text: ir.StringValue, values: Collection[str]) -> ir.StringValue:
        """As an enumeration: a byte or two instead of sixteen, and a dictionary in Parquet that need not be found."""
        known = tuple(sorted(set(values)))
        if not known:
            return text
        if known not in self._few:
            name = f"few_{len(self._few)}"
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in known)
            self._backend.raw_sql(f"CREATE TYPE {name} AS ENUM ({listed})")
            # Ibis has no word for it: a function of that name is one
            self._backend.raw_sql(f"CREATE MACRO as_{name}(value) AS CAST(value AS {name})")
            self._few[known] = ibis.udf.scalar.builtin(
                lambda value: value, name=f"as_{name}", signature=((dt.string,), dt.string)
            )
        found: ir.StringValue = self._few[known](text)
        return found

    def close(self) -> None:
        """Close the database and delete what it wrote into the scratch folder."""
        self._backend.disconnect()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _unreadable(self, problem: Exception) -> Collection[str]:
        # DuckDB mostly leaves the name out, so each file that was read is tried by itself
        if not isinstance(problem, duckdb.Error):
            return ()
        return ["/".join(path.parts[-2:]) for path in sorted(self._read) if not self._is_whole(path)]

    def _is_whole(self, path: Path) -> bool:
        quoted = str(path).replace("'", "''")
        try:
            self._backend.con.cursor().execute(
                f"SELECT bit_xor(hash(COLUMNS(*))) FROM read_parquet('{quoted}')"
            ).fetchall()
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            return True
        except duckdb.Error:
            return False
        return True
