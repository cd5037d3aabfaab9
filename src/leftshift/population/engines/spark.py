"""Spark: in processes of its own, on this machine or on a cluster. Needs the extra ``spark`` and Java 17 or later."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from leftshift.population.engines.engine import Engine, SparkNotInstalled

_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    "spark.log.level": "ERROR",
}
_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}
_FILE_OF_AN_ERROR = re.compile(r"[Ee]rror while reading file (\S+?)\.?(?=\s)")


class Spark(Engine):
    """A session of Spark; ``spark.master`` among the options names a cluster, otherwise it runs on this machine."""

    name = "spark"

    def __init__(
        self,
        scratch: Path,
        *,
        memory: str | None = None,
        threads: int | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        given = dict(options or {})
        _refuse_without_spark()
        from pyspark.sql import SparkSession

        scratch.mkdir(parents=True, exist_ok=True)
        master = given.pop("spark.master", f"local[{threads or '*'}]")
        builder = SparkSession.builder.master(master).appName("leftshift")
        local = _LOCAL if master.startswith(("local", "spark://127.0.0.1")) else {}
        settings = {
            **_SETTINGS,
            **local,
            "spark.sql.warehouse.dir": str(scratch / "spark-warehouse"),
            "spark.local.dir": str(scratch / "spark-spill"),
            **({"spark.driver.memory": size_of_java(memory)} if memory else {}),
            **given,
        }
        for key, value in settings.items():
            builder = builder.config(key, value)
        self._session = _started(builder)
        self._kept = scratch / "spark-kept"
        super().__init__(ibis.pyspark.connect(self._session), scratch)

    def read(self, name: str, paths: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files, as a view."""
        with self._reading():
            frame = self._session.read.parquet(*(str(path) for path in paths))
        return self._view(frame, name)

    def keep(self, expression: ir.Table, name: str) -> ir.Table:
        """Work it out into Parquet files of the scratch folder."""
        folder = self._kept / name
        shutil.rmtree(folder, ignore_errors=True)
        with self._reading():
            self._frame(expression).write.parquet(str(folder))
        return self._view(self._session.read.parquet(str(folder)), name)

    def view(self, expression: ir.Table, name: str) -> ir.Table:
        """A view of the session."""
        return self._view(self._frame(expression), name)

    def write(self, expression: ir.Table, folder: Path) -> None:
        """Write Parquet files into the folder."""
        with self._reading():
            self._frame(expression).write.parquet(str(folder), mode="error", compression="zstd")

    def table(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> ir.Table:
        """A small table from values in memory."""
        from ibis.backends.pyspark.datatypes import PySparkSchema

        schema = PySparkSchema.from_ibis(ibis.schema(dict(types)))
        rows = list(zip(*(columns[column] for column in types), strict=True))
        return self._view(self._session.createDataFrame(rows, schema), name)

    def close(self) -> None:
        """Stop the session and delete what it kept."""
        self._session.stop()
        for folder in ("spark-kept", "spark-warehouse", "spark-spill"):
            shutil.rmtree(self._scratch / folder, ignore_errors=True)

    def _unreadable(self, problem: Exception) -> Collection[str]:
        return {
            "/".join(found.split("/")[-2:]).replace("%20", " ")
            for found in _FILE_OF_AN_ERROR.findall(str(problem))
        }

    def _frame(self, expression: ir.Table) -> Any:
        return self._session.sql(self._backend.compile(expression))

    def _view(self, frame: Any, name: str) -> ir.Table:
        frame.createOrReplaceTempView(name)
        found: ir.Table = self._backend.table(name)
        return found


def size_of_java(memory: str) -> str:
    """A size such as 4GB as Java has it: 4g."""
    return re.sub(r"i?b$", "", memory.lower())


def _refuse_without_spark() -> None:
    if find_spec("pyspark") is None:
        raise SparkNotInstalled(
            "Spark is an extra: install leftshift with it (requirements/spark.txt), or leave --engine duckdb"
        )


def _started(builder: Any) -> Any:
    from pyspark.errors import PySparkRuntimeError

    try:
        return builder.getOrCreate()
    except (PySparkRuntimeError, FileNotFoundError) as error:
        raise SparkNotInstalled(
            "Spark did not start: it needs Java 17 or later, on the path or at JAVA_HOME. "
            "On Debian: apt-get install openjdk-17-jre-headless"
        ) from error
