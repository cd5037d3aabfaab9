"""One face of two engines: read Parquet, keep an intermediate result, write a result, all of it Ibis expressions.

Ibis has no name for some functions that both engines know; they stand at the end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, get_args

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from leftshift.foundation.faults import Fault, Faults, FaultsFound

EngineName = Literal["duckdb", "spark"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)


class SparkNotInstalled(Exception):
    """Spark is asked for, and its extra or Java is not there."""


class Engine:
    """Runs expressions on tables that were read from Parquet. Use it as a context; it holds files in ``scratch``."""

    name: EngineName

    def __init__(self, backend: Any, scratch: Path) -> None:
        self._backend, self._scratch = backend, scratch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, name: str, paths: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files as a table of that name; the files are read when something asks."""
        raise NotImplementedError

    def keep(self, expression: ir.Table, name: str) -> ir.Table:
        """Work an expression out once and give what came as a table that later expressions may use."""
        raise NotImplementedError

    def view(self, expression: ir.Table, name: str) -> ir.Table:
        """Give an expression a name, so that what refers to its columns does not spell them out again and again."""
        raise NotImplementedError

    def write(self, expression: ir.Table, folder: Path) -> None:
        """Write the rows of an expression as Parquet files into a new folder."""
        raise NotImplementedError

    def table(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> ir.Table:
        """A small table from values in memory; ``types`` are Ibis types by column."""
        raise NotImplementedError

    def few(self, text: ir.StringValue, values: Collection[str]) -> ir.StringValue:
        """A text that is one of a few values or null, held and written as a number for each where the engine can."""
        return text

    def rows(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small result as plain values."""
        with self._reading():
            found: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
        return found

    def close(self) -> None:
        """Let go of everything."""
        raise NotImplementedError

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Whatever the engine cannot read is a fault that names the file; every other error stays what it is."""
        try:
            yield
        except FaultsFound:
            raise
        except Exception as problem:
            if files := self._unreadable(problem):
                raise unreadable(files) from problem
            raise

    def _unreadable(self, problem: Exception) -> Collection[str]:
        """The names of the files that an error is about; none where it is about something else."""
        raise NotImplementedError


def unreadable(files: Collection[str]) -> FaultsFound:
    """Files whose contents do not hold together, each as a fault."""
    faults = Faults()
    for name in sorted(files):
        action = "Copy it again from where it came from; the rows in it cannot be told"
        faults.add(Fault("damaged file", name, None, None, "damaged pages", "a whole Parquet file", action))
    return FaultsFound(faults)


def engine_of(
    name: EngineName,
    scratch: Path,
    *,
    memory: str | None = None,
    threads: int | None = None,
    options: Mapping[str, str] | None = None,
) -> Engine:
    """An engine by its name.

    ``scratch`` is a folder for what does not fit into memory; ``memory`` such as ``4GB`` bounds DuckDB, or the driver of Spark;
    ``options`` are Spark's own, such as ``spark.master``. Raises SparkNotInstalled.
    """
    if name == "duckdb":
        from leftshift.population.engines.duckdb import DuckDb

        return DuckDb(scratch, memory=memory, threads=threads)
    from leftshift.population.engines.spark import Spark

    return Spark(scratch, memory=memory, threads=threads, options=options or {})


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator]
def bit_or(word: int) -> int:  # type: ignore[empty-body]
    """Every bit that is set in any of the words."""


# of eight bits in DuckDB: cast it before it is reckoned with
@ibis.udf.scalar.builtin(signature=((dt.int64,), dt.int8))  # type: ignore[untyped-decorator]
def bit_count(word: int) -> int:  # type: ignore[empty-body]
    """How many bits of a word are set."""
