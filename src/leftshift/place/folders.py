"""Folders of tables below a heading, as rounds and plans are kept: read whole, with every fault at once, and written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.toml_text import NotToml, parse_toml
from leftshift.foundation.years import FinancialYear, YearNotUnderstood
from leftshift.place.cells import sorted_rows, table_text
from leftshift.place.checking import dangling
from leftshift.place.reading_rows import Reading
from leftshift.place.reading_tables import read_table, text_opener
from leftshift.place.schema import Schema, schema_of
from leftshift.place.seen import Seen

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Kind:
    """A kind of folder: what it is called, its heading and its tables."""

    whole: str
    file: str
    heading: Mapping[str, Mapping[str, Any]]
    schema: Schema
    row_types: Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class FolderRead:
    """What reading gave: the heading, the rows of every table, what was seen, and the faults."""

    heading: Mapping[str, Any]
    tables: Mapping[str, Any]
    seen: Seen
    faults: Faults


def kind_of(
    whole: str, package: str, files: Sequence[str], row_types: Mapping[str, Callable[..., Any]]
) -> Kind:
    """A kind of folder whose schema stands in data files of a package; the first of them has the heading."""
    documents = [_document(package, file) for file in files]
    tables = [entry for document in documents for entry in document["table"]]
    first = documents[0]
    return Kind(
        whole, f"{whole}.toml", first["heading"], schema_of(tables, first["provenance"]), dict(row_types)
    )


@cache
def _document(package: str, file: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files(package).joinpath(file).read_text("utf-8"))


def texts_of(folder: Path, kind: Kind) -> tuple[dict[str, str], Faults]:
    """File name to text of a folder; what cannot be read is a fault, and so is a table that nothing would read."""
    faults = Faults()
    if not folder.is_dir():
        expected, action = f"a folder with {kind.file} and tables", f"Name the folder of a {kind.whole}"
        faults.add(Fault("missing file", folder.name or str(folder), None, None, "", expected, action))
        return {}, faults
    known = {kind.file, *(table.file for table in kind.schema.tables.values())}
    texts: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.name in known and path.is_file():
            _read_into(texts, path, kind, faults)
        elif path.suffix.lower() in {".csv", ".tsv"}:
            action = "Rename it or move it out of the folder: nothing would read it"
            hint = near_miss(path.name, known)
            expected = "one of the tables of the schema"
            faults.add(Fault("unknown file", path.name, None, None, "", expected, action, hint))
    return texts, faults


def _read_into(texts: dict[str, str], path: Path, kind: Kind, faults: Faults) -> None:
    most, size = kind.schema.file_megabytes, path.stat().st_size
    if size > most * _MEGABYTE:
        found = f"{size / _MEGABYTE:,.0f} MB"
        faults.add(Fault("file too large", path.name, None, None, found, f"at most {most} MB", "Split it"))
        return
    try:
        texts[path.name] = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        action = "Save it as 'CSV UTF-8 (comma delimited)'"
        faults.add(Fault("wrong encoding", path.name, None, None, "", "text in UTF-8", action))


def read_texts(texts: Mapping[str, str], kind: Kind) -> FolderRead:
    """Read the texts of a folder: its heading, then every table, then what cells refer to."""
    reading = Reading(Faults(), kind.schema, kind.row_types, kind.whole)
    heading = _read_heading(texts.get(kind.file), kind, reading)
    for table in kind.schema.tables.values():
        text = texts.get(table.file)
        opener = None if text is None else text_opener(text)
        read_table(table, opener, len(text or ""), reading)
    tables: dict[str, tuple[Any, ...]] = {name: tuple(found) for name, found in reading.tables.items()}
    reading.faults.add_all(_references(tables, kind, reading.seen))
    return FolderRead(heading, tables, reading.seen, reading.faults)


def _references(tables: Mapping[str, tuple[Any, ...]], kind: Kind, seen: Seen) -> Iterator[Fault]:
    for table in kind.schema.tables.values():
        for name, column in table.columns.items():
            target = column.refers
            if not target or target in seen.unread:
                continue
            key = kind.schema.tables[target].key[0]
            keys = {getattr(row, key) for row in tables[target]} | seen.mentioned.get(target, set())
            kept = ((row.origin, getattr(row, name)) for row in tables[table.name])
            refused = ((row.origin, row.values.get(name)) for row in seen.refused.get(table.name, ()))
            yield from dangling([*kept, *refused], column, target, keys)


def _read_heading(text: str | None, kind: Kind, reading: Reading) -> dict[str, Any]:
    if text is None:
        needed = ", ".join(name for name, entry in kind.heading.items() if entry["required"])
        reading.refuse("missing file", kind.file, f"a file with {needed}", "Add it")
        return {}
    try:
        document = parse_toml(text).get(kind.whole, {})
    except NotToml as problem:
        reading.refuse("file not understood", kind.file, "TOML", f"Mend it: {problem}")
        return {}
    given = document if isinstance(document, dict) else {}
    for name in sorted(set(given) - set(kind.heading)):
        expected = "one of " + ", ".join(kind.heading)
        hint = near_miss(name, kind.heading)
        reading.refuse(
            "unknown column", kind.file, expected, "Remove or rename it", column=name, suggestion=hint
        )
    return {
        name: value
        for name, entry in kind.heading.items()
        if (value := _heading_value(name, entry, given.get(name), kind, reading)) is not None
    }


def _heading_value(name: str, entry: Mapping[str, Any], value: Any, kind: Kind, reading: Reading) -> Any:
    if value is None or value == "":
        if entry["required"]:
            expected = f"{name}: {entry['description']}"
            reading.refuse(
                "missing value", kind.file, expected, f"Add {name} under [{kind.whole}]", column=name
            )
        return None
    if name == "years":
        return _years(value, kind, reading)
    wanted = bool if name == "plan" else str
    if not isinstance(value, wanted) or (isinstance(value, str) and not value.strip()):
        expected = "true or false" if wanted is bool else "a text in quotes"
        reading.refuse("text not understood", kind.file, expected, f"Correct {name}", column=name)
        return None
    if isinstance(value, str) and "\0" in value:
        reading.refuse("text not understood", kind.file, "text", "Remove control characters", column=name)
        return None
    if isinstance(value, str) and value.strip() not in entry.get("choices", [value.strip()]):
        reading.refuse(
            "not one of the choices", kind.file, "one of " + ", ".join(entry["choices"]), f"Correct {name}",
            column=name, found=shown(value), suggestion=near_miss(value, entry["choices"]),
        )  # fmt: skip
        return None
    return value.strip() if isinstance(value, str) else value


def _years(value: Any, kind: Kind, reading: Reading) -> tuple[FinancialYear, ...] | None:
    try:
        years = tuple(FinancialYear.parse(str(entry)) for entry in value) if isinstance(value, list) else ()
    except YearNotUnderstood as problem:
        found, action = shown(str(value)), str(problem).capitalize()
        reading.refuse(
            "year not understood", kind.file, 'years such as ["2016/17"]', action, column="years", found=found
        )
        return None
    follow = all(later == year.plus(1) for year, later in pairwise(years))
    if not years or not follow:
        reading.refuse(
            "year not understood", kind.file, "one or more years, one after the other", "Correct years", column="years"
        )  # fmt: skip
        return None
    return years


def texts_to_write(
    kind: Kind, heading: Mapping[str, Any], tables: Mapping[str, Sequence[Any]]
) -> dict[str, str]:
    """File name to text; empty tables that may be left out are left out. Rows keep their order."""
    texts = {kind.file: _heading_text(kind, heading)}
    for table in kind.schema.tables.values():
        found = tables.get(table.name, ())
        if found or table.required:
            texts[table.file] = table_text(table, found)
    return texts


def canonical_text(kind: Kind, heading: Mapping[str, Any], tables: Mapping[str, Sequence[Any]]) -> str:
    """What is signed, as one text that does not depend on the order of rows or the spelling of cells."""
    signed = (table for table in kind.schema.tables.values() if not table.beside_the_plan)
    texts = (
        f"{table.name}\n{table_text(table, sorted_rows(table, found))}"
        for table in signed
        if (found := tables.get(table.name, ()))
    )
    return "\0".join([_heading_text(kind, heading), *texts])


def _heading_text(kind: Kind, heading: Mapping[str, Any]) -> str:
    lines = [f"[{kind.whole}]"]
    for name in kind.heading:
        value = heading.get(name)
        if value is None or value == "":
            continue
        plain = [str(entry) for entry in value] if isinstance(value, tuple) else value
        # A JSON text is a TOML basic string; delete (0x7f) is the one character that TOML wants escaped besides.
        lines.append(f"{name} = {json.dumps(plain, ensure_ascii=False)}".replace("\x7f", "\\u007f"))
    return "\n".join(lines) + "\n"
