"""Open what strangers send: a zip of a place folder, or the zip that a workbook is. Nothing is written, and memory is bounded."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.place.reading import PLACE_FILE, read_document
from leftshift.place.reading_tables import encoding_fault
from leftshift.place.scenarios import FOLDER as SCENARIOS
from leftshift.place.schema import catalogue, schema

BESIDE = ("programme",)
"""Folders beside the tables of a place that have readers of their own."""
_MEGABYTE = 1_000_000
_CHUNK = 1 << 16
_ENCRYPTED = 0x1
_PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DRIVE = re.compile(r"^[A-Za-z]:")
_TABLES = {".csv", ".tsv", ".xlsx", ".xls"}
_NOT_A_ZIP = "Send a zip of the place folder, or its workbook (.xlsx)"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an upload may be; the reasons stand in upload_limits.toml. Megabytes are of a million bytes."""

    upload_megabytes: int
    inflated_megabytes: int
    part_megabytes: int
    entries: int
    ratio: int
    small_megabytes: int
    sheet_rows: int
    cells: int
    live_formulas: int


@cache
def upload_limits() -> Limits:
    """The limits of the data file."""
    given = catalogue("upload_limits")
    return Limits(**{entry.name: int(given[entry.name]["value"]) for entry in fields(Limits)})


def refuse_large(size: int, name: str, limits: Limits) -> None:
    """Raise FaultsFound when a file of so many bytes is too large to be sent in."""
    if size > limits.upload_megabytes * _MEGABYTE:
        expected = f"at most {limits.upload_megabytes} MB"
        raise _refused(
            "file too large", name, expected, "Leave out what it does not need", f"{size / _MEGABYTE:,.0f} MB"
        )


def beside_in_archive(content: bytes, name: str, folder: str) -> dict[str, bytes]:
    """File name to content of a folder that stands beside the tables of a place in its zip, such as its programme.

    Nothing where the zip has none. Raises FaultsFound for a zip that is not safe to open.
    """
    members = members_of(content, name, upload_limits())
    files = _in_place_folder({path: data for path, data in members.items() if not _is_rubbish(path)}, name)
    inside = {
        path.removeprefix(f"{folder}/"): data for path, data in files.items() if path.startswith(f"{folder}/")
    }
    return {path: data for path, data in inside.items() if "/" not in path}


def read_archive(content: bytes, name: str) -> dict[str, str]:
    """File name to text of the place folder in a zip; ``name`` is the zip's, for faults.

    The folder may stand inside one other, or at the top. Raises FaultsFound: at once for a zip that is not safe to
    open, else with everything that is wrong with its files and, beside it, with the place.
    """
    members = members_of(content, name, upload_limits())
    files = {path: data for path, data in members.items() if not _is_rubbish(path)}
    faults = Faults()
    texts = _texts(_in_place_folder(files, name), faults)
    if faults:
        told = {fault.file for fault in faults}
        faults.add_all(fault for fault in read_document(texts).faults if fault.file not in told)
        raise FaultsFound(faults)
    return texts


# ------------------------------------------------------------------ the zip
def members_of(
    content: bytes, name: str, limits: Limits, *, each: Callable[[str], int] | None = None
) -> dict[str, bytes]:
    """Name to content of every file in a zip; ``each`` gives the most megabytes of one, by its name.

    Sizes are checked as the zip states them before anything is unpacked, and as they are while it is. Raises
    FaultsFound for whatever could do harm.
    """
    refuse_large(len(content), name, limits)
    most = each or (lambda _: limits.inflated_megabytes)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            _refuse_unsafe(entries, name, limits, most)
            return _inflated(opened, entries, name, limits, most)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, ValueError, OSError) as problem:
        raise _refused("file not understood", name, "a zip that can be unpacked", _NOT_A_ZIP) from problem


def _refuse_unsafe(
    entries: list[zipfile.ZipInfo], name: str, limits: Limits, most: Callable[[str], int]
) -> None:
    faults = Faults()
    if len(entries) > limits.entries:
        expected = f"at most {limits.entries:,} files"
        faults.add(
            _fault("file too large", name, expected, "Send the place folder alone", f"{len(entries):,}")
        )
    total = sum(entry.file_size for entry in entries)
    if total > limits.inflated_megabytes * _MEGABYTE:
        faults.add(_too_large(name, limits.inflated_megabytes, total))
    seen = set[str]()
    for entry in entries[: limits.entries]:
        if problem := _problem(entry, limits, most) or _twice(entry, seen):
            kind, expected, action = problem
            faults.add(_fault(kind, f"{name}: {_printed(entry.filename)}", expected, action))
        seen.add(entry.filename.casefold())
    faults.raise_if_any()


def _problem(
    entry: zipfile.ZipInfo, limits: Limits, most: Callable[[str], int]
) -> tuple[str, str, str] | None:
    """Kind, what was expected and what to do, when an entry may not be unpacked."""
    # zipfile cuts a name at a NUL and turns backslashes on Windows only: look at what was written
    path = entry.orig_filename.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path) or ".." in path.split("/") or "\0" in path:
        return "not safe", "files inside their folder", "Make the zip again from the place folder"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "not safe", "files, and no links to files", "Put the file itself in place of the link"
    if entry.flag_bits & _ENCRYPTED:
        return "encrypted", "a zip without a password", "Make the zip again without a password"
    if entry.compress_type not in _PLAIN_METHODS:
        return "file not understood", "a plain zip", "Make the zip again with the usual compression"
    if entry.file_size > most(entry.filename) * _MEGABYTE:
        return "file too large", f"at most {most(entry.filename)} MB", "Leave out what it does not need"
    if entry.file_size > limits.small_megabytes * _MEGABYTE and entry.file_size > limits.ratio * max(
        entry.compress_size, 1
    ):
        return (
            "not safe",
            f"files that pack at most {limits.ratio} to 1",
            "Make the zip again from the place folder",
        )
    return None


def _twice(entry: zipfile.ZipInfo, seen: set[str]) -> tuple[str, str, str] | None:
    if entry.filename.casefold() in seen:
        return "duplicate file", "each file once", "Make the zip again: a file stands in it twice"
    return None


def _inflated(
    opened: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    name: str,
    limits: Limits,
    most: Callable[[str], int],
) -> dict[str, bytes]:
    found, total = {}, 0
    for entry in entries:
        parts, size = [], 0
        with opened.open(entry) as file:
            while part := file.read(_CHUNK):
                size, total = size + len(part), total + len(part)
                if size > most(entry.filename) * _MEGABYTE or total > limits.inflated_megabytes * _MEGABYTE:
                    raise FaultsFound(_only(_too_large(name, limits.inflated_megabytes, total)))
                parts.append(part)
        found[entry.filename] = b"".join(parts)
    return found


# ------------------------------------------------------------------ the place folder in it
def _is_rubbish(path: str) -> bool:
    """Whether a system put the file there, and no person."""
    parts = path.split("/")
    return (
        "__MACOSX" in parts
        or any(part.startswith(".") for part in parts)
        or parts[-1]
        in {
            "Thumbs.db",
            "desktop.ini",
        }
    )


def _in_place_folder(files: dict[str, bytes], name: str) -> dict[str, bytes]:
    """The files of the place, named from its folder; raises FaultsFound when there is no one place."""
    headings = [path for path in files if path.split("/")[-1] == PLACE_FILE]
    if len(headings) > 1:
        found = ", ".join(_printed(path) for path in sorted(headings)[:3])
        raise _refused("more than one place", name, f"one {PLACE_FILE}", "Send one place at a time", found)
    if not headings:
        expected = f"a place folder, with {PLACE_FILE} and its tables"
        raise _refused("missing file", name, expected, "Make the zip from the place folder")
    top = headings[0].removesuffix(PLACE_FILE)
    outside = sorted(path for path in files if not path.startswith(top))
    if outside:
        faults = Faults()
        for path in outside:
            action = "Take it out of the zip: nothing would read it"
            faults.add(
                _fault("unknown file", f"{name}: {_printed(path)}", f"files in {_printed(top)}", action)
            )
        raise FaultsFound(faults)
    return {path.removeprefix(top): data for path, data in files.items()}


def _texts(files: dict[str, bytes], faults: Faults) -> dict[str, str]:
    tables = {table.file for table in schema().tables.values()}
    texts = {}
    for path in sorted(files):
        if path == PLACE_FILE or path in tables or _is_scenario(path):
            try:
                texts[path] = _unix(files[path].decode("utf-8-sig"))
            except UnicodeDecodeError as problem:
                faults.add(encoding_fault(path, problem))
        elif _looks_meant(path) and path.partition("/")[0] not in BESIDE:
            expected = (
                "files of scenarios, which end in .toml" if "/" in path else "one of the tables of the schema"
            )
            action = "Rename it or move it out of the folder: nothing would read it"
            faults.add(
                _fault("unknown file", _printed(path), expected, action, suggestion=near_miss(path, tables))
            )
    return texts


def _is_scenario(path: str) -> bool:
    folder, _, file = path.partition("/")
    return folder == SCENARIOS and file.endswith(".toml") and "/" not in file


def _looks_meant(path: str) -> bool:
    """Whether somebody would expect the file to be read: a table, or anything among the scenarios."""
    ending = "." + path.rpartition(".")[2].lower()
    return ending in _TABLES or path.startswith(f"{SCENARIOS}/")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# ------------------------------------------------------------------ faults
def _printed(path: str) -> str:
    return shown(path).strip("'")


def _fault(
    kind: str, file: str, expected: str, action: str, found: str = "", *, suggestion: str | None = None
) -> Fault:
    return Fault(kind, file, None, None, found, expected, action, suggestion)


def _too_large(name: str, megabytes: int, total: int) -> Fault:
    found = f"more than {total // _MEGABYTE:,} MB when unpacked"
    return _fault(
        "file too large",
        name,
        f"at most {megabytes} MB when unpacked",
        "Leave out what it does not need",
        found,
    )


def _only(fault: Fault) -> Faults:
    faults = Faults()
    faults.add(fault)
    return faults


def _refused(kind: str, name: str, expected: str, action: str, found: str = "") -> FaultsFound:
    return FaultsFound(_only(_fault(kind, name, expected, action, found)))
