"""Write a place folder: whole, or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from leftshift.foundation.toml_text import toml_string
from leftshift.place.cells import sorted_rows, table_text
from leftshift.place.place import Place
from leftshift.place.scenarios import FOLDER as SCENARIOS
from leftshift.place.schema import schema


def document(place: Place, *, in_canonical_order: bool = False) -> dict[str, str]:
    """File name to text for every file of the place; empty optional tables are left out."""
    texts = {"place.toml": _heading(place)}
    for table in schema().tables.values():
        found = place.table(table.name)
        if found or table.required:
            texts[table.file] = table_text(table, sorted_rows(table, found) if in_canonical_order else found)
    return texts | {scenario.file: scenario.text for scenario in place.scenarios}


def _heading(place: Place) -> str:
    facts = {
        "code": place.code,
        "name": place.name,
        "base_year": str(place.base_year),
        "last_year": str(place.last_year),
        "perimeter": place.perimeter,
        "description": place.description,
    }
    lines = [f"{name} = {toml_string(value)}" for name, value in facts.items()]
    return "\n".join(["[place]", *lines]) + "\n"


def write_place(place: Place, folder: Path) -> None:
    """Write every file of the place, each by renaming a finished copy; tables it does not have are removed."""
    write_files(document(place), folder)
    for table in schema().tables.values():
        if not place.table(table.name) and not table.required:
            (folder / table.file).unlink(missing_ok=True)
    for path in (folder / SCENARIOS).glob("*.toml"):
        if f"{SCENARIOS}/{path.name}" not in {scenario.file for scenario in place.scenarios}:
            path.unlink()


def write_files(texts: dict[str, str], folder: Path) -> None:
    """Write texts as files: all are finished beside the folder's own before the first takes its place."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole({folder / name: text.encode() for name, text in texts.items()})


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files, in whichever folders: all are finished beside where they belong before the first takes its place.

    Raises OSError, before anything is written where a folder stands in the place of a file.
    """
    for path in contents:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with ExitStack() as stack:
        copies = {}
        for folder in dict.fromkeys(path.parent for path in contents):
            folder.mkdir(parents=True, exist_ok=True)
            scratch = tempfile.TemporaryDirectory(dir=folder, prefix=".writing-")
            copies[folder] = Path(stack.enter_context(scratch))
        for path, content in contents.items():
            (copies[path.parent] / path.name).write_bytes(content)
        for path in contents:
            (copies[path.parent] / path.name).replace(path)


def write_tables(place: Place, folder: Path, names: tuple[str, ...]) -> None:
    """Write only these tables; the comment lines that their files hold are kept, above the header."""
    texts = {}
    for name in names:
        table = schema().tables[name]
        texts[table.file] = _comments(folder / table.file) + table_text(table, place.table(name))
    write_files(texts, folder)


def _comments(path: Path) -> str:
    if not path.is_file():
        return ""
    return "".join(
        line
        for line in path.read_text("utf-8-sig").splitlines(keepends=True)
        if line.lstrip('"').startswith("#")
    )
