"""A folder of linked records: which files hold which table, what the set is for, and whether it is still the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from leftshift.foundation.faults import Fault, Faults, FaultsFound, shown
from leftshift.foundation.json_text import parse_json
from leftshift.population.linked.tables import linked_tables

SYNTHETIC = "synthetic test data"
MANIFEST = "manifest.json"
CHECKED = "checked.json"
CODE_LISTS = "code_lists.csv"
_MAGIC = b"PAR1"
_TAIL = 8  # four bytes that say how long the footer is, then the magic


@dataclass(frozen=True, slots=True)
class FileMark:
    """What is cheaply known of a Parquet file: its size, its rows, and a digest of its footer."""

    name: str
    size: int
    rows: int
    footer: str


Fingerprint = Mapping[str, tuple[FileMark, ...]]


@dataclass(frozen=True, slots=True)
class LinkedData:
    """A folder that holds ``<table>.parquet`` or ``<table>/*.parquet`` for each table of linked records."""

    folder: Path

    def paths(self, table: str) -> tuple[Path, ...]:
        """The files of a table in the order of their names; none where the table is not there."""
        return paths_of(self.folder, table)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that are there, in the order in which they are described."""
        return tuple(name for name in linked_tables() if self.paths(name))

    @property
    def purpose(self) -> str:
        """What the manifest says the set is for; empty where it says nothing."""
        return str(manifest_of(self.folder).get("purpose", ""))

    def fingerprint(self) -> Fingerprint:
        """Size, rows and digest of every file, by table."""
        return fingerprint_of(self.folder)


def paths_of(folder: Path, table: str) -> tuple[Path, ...]:
    """The files of a table in the order of their names; none where the table is not there."""
    alone = folder / f"{table}.parquet"
    several = sorted((folder / table).glob("*.parquet"))
    return tuple(([alone] if alone.is_file() else []) + several)


def file_name(folder: Path, path: Path) -> str:
    """The name of a file within its set, as ``gp_events/part-1.parquet``."""
    return path.relative_to(folder).as_posix()


def manifest_of(folder: Path) -> Mapping[str, Any]:
    """What ``manifest.json`` says of the set; nothing where there is none. Raises FaultsFound where it is no such file."""
    path = folder / MANIFEST
    if not path.exists():
        return {}
    try:
        given = parse_json(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise _no_manifest("not JSON") from None
    if not isinstance(given, dict):
        raise _no_manifest("no object of JSON")
    if not isinstance(given.get("purpose", ""), str):
        raise _no_manifest("a purpose that is no text")
    return given


def _no_manifest(found: str) -> FaultsFound:
    faults = Faults()
    expected = f'an object of JSON such as {{"purpose": "{SYNTHETIC}"}}'
    faults.add(Fault("manifest not understood", MANIFEST, None, None, found, expected, "Write it so"))
    return FaultsFound(faults)


def fingerprint_of(folder: Path) -> Fingerprint:
    """Size, rows and digest of every file, by table, without reading a row.

    The digest is the SHA-256 of the footer and the size. The footer holds the schema, the place, size, smallest and largest
    value of every column of every group of rows: to write a file anew with other rows changes it. It does not prove that
    nothing was altered: bytes that were flipped inside pages, or a change made on purpose that keeps all of that, go
    unseen. Damaged pages show when they are read; whoever distrusts the place where the set lies needs a digest of whole files.
    Raises FaultsFound where a file has no footer.
    """
    faults = Faults()
    found = {}
    for table in linked_tables():
        marks = [_mark(folder, path, faults) for path in paths_of(folder, table)]
        if marks:
            found[table] = tuple(mark for mark in marks if mark)
    faults.raise_if_any()
    return found


def _mark(folder: Path, path: Path, faults: Faults) -> FileMark | None:
    try:
        footer = footer_bytes(path)
        rows = pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException, NotParquet) as problem:
        faults.add(not_readable(file_name(folder, path), problem))
        return None
    size = path.stat().st_size
    digest = hashlib.sha256(footer + size.to_bytes(8, "big")).hexdigest()
    return FileMark(file_name(folder, path), size, rows, digest)


class NotParquet(ValueError):
    """A file that is no Parquet file, or only a part of one; says which."""


def footer_bytes(path: Path) -> bytes:
    """The footer of a Parquet file as it stands in the file. Raises NotParquet."""
    size = path.stat().st_size
    if size == 0:
        raise NotParquet("an empty file")
    with path.open("rb") as stream:
        begins = stream.read(4)
        if begins == b"PARE":
            raise NotParquet("an encrypted file")
        if begins != _MAGIC:
            raise NotParquet("a file that is not Parquet")
        if size < 4 + _TAIL:
            raise NotParquet("a file that is cut off")
        stream.seek(size - _TAIL)
        tail = stream.read(_TAIL)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != _MAGIC or length > size - 4 - _TAIL:
            raise NotParquet("a file that is cut off")
        stream.seek(size - _TAIL - length)
        return stream.read(length)


def not_readable(name: str, problem: Exception) -> Fault:
    """The fault of a file that cannot be opened as Parquet."""
    said = problem.args[0] if isinstance(problem, NotParquet) else "a footer that cannot be read"
    if isinstance(problem, OSError) and problem.strerror and problem.filename:
        said = f"a file that cannot be opened ({shown(problem.strerror)})"
    action = "Write it again as Parquet, or copy it again from where it came from"
    return Fault("file not readable", name, None, None, str(said), "a whole Parquet file", action)


def marks_document(marks: Fingerprint) -> dict[str, list[dict[str, Any]]]:
    """A fingerprint as plain values, for JSON."""
    return {table: [asdict(mark) for mark in files] for table, files in marks.items()}
