"""The file of a backup: a zip of the dump, the secrets needed to read it, and a manifest that says what must be in it."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FORM = 1
DUMP, SECRETS, MANIFEST = "database.dump", "secrets.json", "manifest.json"
SCRATCH = ".leftshift-"
"""How the names of private folders begin."""
_CHUNK = 1 << 20
_LARGEST_TEXT = 64_000_000


class BackupRefused(RuntimeError):
    """A backup that cannot be made or restored; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class TableContent:
    """What a table holds: how many rows, and a sum over their texts that changes when any of them does."""

    rows: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``at`` is when it was made, ``migrations`` the schema of the workspace as (app, name)."""

    leftshift: str
    at: datetime
    server: str
    migrations: tuple[tuple[str, str], ...]
    tables: Mapping[str, TableContent]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables.values())


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A backup that was found whole: its manifest, its secrets, and its dump as a file that only this user can read."""

    manifest: Manifest
    secrets: Mapping[str, str]
    dump: Path


@contextmanager
def private_folder(beside: Path) -> Iterator[Path]:
    """A folder that only this user can enter, gone afterwards; in the folder where the result will stand."""
    is_new = not beside.exists()
    beside.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=beside, prefix=SCRATCH) as scratch:
            yield Path(scratch)
    finally:
        if is_new and not any(beside.iterdir()):
            beside.rmdir()


def write_backup(file: Path, *, dump: Path, secrets: Mapping[str, str], manifest: Manifest) -> None:
    """Write the file, readable by this user only: whole or not at all. ``dump`` stands on the same disk."""
    texts = {SECRETS: json.dumps(dict(secrets))}
    sums = {DUMP: _sum_of_file(dump), SECRETS: _sum_of(texts[SECRETS].encode())}
    texts[MANIFEST] = json.dumps(_as_document(manifest, sums), indent=1)
    whole = dump.with_name("whole.zip")
    handle = os.open(whole, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as out:
        with zipfile.ZipFile(out, "w") as packed:
            packed.write(dump, DUMP)  # it is compressed already
            for name, text in texts.items():
                packed.writestr(name, text)
        out.flush()
        os.fsync(out.fileno())
    _put(whole, file)


def _put(whole: Path, file: Path) -> None:
    """Give a finished file its name, unless another has it."""
    try:
        os.link(whole, file)  # unlike a rename, it never takes the place of another file
    except FileExistsError as problem:
        raise BackupRefused(f"{file} is already there: name another file") from problem
    except OSError:  # a disk that knows no links
        whole.rename(file)


def _as_document(manifest: Manifest, sums: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {"form": FORM, **asdict(manifest), "at": manifest.at.isoformat(), "files": dict(sums)}


def unpack_backup(file: Path, folder: Path) -> Unpacked:
    """Take a backup apart in a private folder and check every sum; raises BackupRefused when it is not whole."""
    try:
        with zipfile.ZipFile(file) as packed:
            document = json.loads(_small(packed, MANIFEST))
            if document["form"] > FORM:
                raise BackupRefused(
                    f"{file} was made by a newer leftshift ({document['leftshift']}): use that one"
                )
            secrets = _small(packed, SECRETS)
            dump = folder / DUMP
            sums = {DUMP: _copied(packed, dump), SECRETS: _sum_of(secrets)}
            manifest = _manifest_of(document)
    except BackupRefused:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
    ) as problem:
        raise BackupRefused(f"{file} is damaged, or no backup: take another copy of it") from problem
    for name, expected in document["files"].items():
        if sums.get(name) != expected:
            raise BackupRefused(
                f"{file} is damaged: {name} in it is not what was written. Take another copy of it"
            )
    return Unpacked(manifest, json.loads(secrets), dump)


def _manifest_of(document: Mapping[str, Any]) -> Manifest:
    tables = {name: TableContent(**content) for name, content in document["tables"].items()}
    migrations = tuple((str(app), str(name)) for app, name in document["migrations"])
    if set(document["files"]) != {DUMP, SECRETS}:
        raise KeyError("files")
    at = datetime.fromisoformat(document["at"])
    return Manifest(document["leftshift"], at, document["server"], migrations, tables)


def _small(packed: zipfile.ZipFile, name: str) -> bytes:
    if packed.getinfo(name).file_size > _LARGEST_TEXT:
        raise ValueError(f"{name} is too large")
    return packed.read(name)


def _copied(packed: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with packed.open(DUMP) as source, os.fdopen(handle, "wb") as out:
        while part := source.read(_CHUNK):
            out.write(part)
    return _sum_of_file(path)


def _sum_of_file(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            digest.update(part)
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def _sum_of(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
