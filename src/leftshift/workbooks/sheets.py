"""Which sheets the workbook of a place has, and what stands in them: rows of text, one sheet row a line of its file."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.foundation.toml_text import NotToml, parse_toml
from leftshift.place.reading_rows import COMMENT
from leftshift.place.scenarios import FOLDER as SCENARIO_FOLDER
from leftshift.place.schema import Column, Table, schema

CONTENTS, NOTES, PLACE, SCENARIOS, CHOICES = "Contents", "Notes", "place", "scenarios", "Choices"
SCENARIO_COLUMNS = ("scenario", "line", "text")
_FACT = re.compile(r"^([a-z_]+) = (\".*\")$")
_NAME = re.compile(r"^[A-Za-z0-9_-]+$")
Record = list[str]


def records_of(table: Table, text: str) -> list[Record]:
    """Every record of a CSV text, comments and blank lines too, spelled as they are; raises FaultsFound."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as problem:
        faults = Faults()
        action = f"Save it again as CSV UTF-8: {problem}"
        faults.add(Fault("file not understood", table.file, None, None, "", "comma-separated values", action))
        raise FaultsFound(faults) from problem


def is_comment(record: Sequence[str]) -> bool:
    """Whether a record is a comment line."""
    return bool(record) and record[0].lstrip().startswith(COMMENT)


def is_blank(record: Sequence[str]) -> bool:
    """Whether nothing stands in a record."""
    return not any(cell.strip() for cell in record)


def header_at(records: Sequence[Sequence[str]]) -> int | None:
    """The position of the header: the first record that is neither blank nor a comment."""
    found = (at for at, record in enumerate(records) if not is_blank(record) and not is_comment(record))
    return next(found, None)


def columns_of(table: Table, header: Iterable[str]) -> list[Column | None]:
    """The column of the schema under each heading, read as generously as a CSV file's; None for a strange one."""
    return [table.columns.get(name.strip().lower().replace(" ", "_")) for name in header]


def csv_text_of(records: Sequence[Record]) -> str:
    """The records as a CSV file, each as wide as the header; comments and blank lines stay as they are."""
    at = header_at(records)
    width = len(_trimmed(records[at])) if at is not None else 0
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, record in enumerate(records):
        cells = _trimmed(record)
        if not cells:
            out.write("\n")
            continue
        is_fact = at is not None and number >= at and not is_comment(cells)
        writer.writerow(cells + [""] * (width - len(cells)) if is_fact else cells)
    return out.getvalue()


def _trimmed(record: Record) -> Record:
    last = max((at for at, cell in enumerate(record, 1) if cell), default=0)
    return record[:last]


def place_rows(text: str) -> list[Record]:
    """``place.toml`` as rows of name and value; a line of any other form stands whole in the first cell.

    Strings that run over several lines are put on one.
    """
    rows = _rows_of_lines(text)
    if place_text(rows) == text or _parsed(place_text(rows)) == _parsed(text):
        return rows
    comments = list(itertools.takewhile(lambda line: line.startswith(COMMENT), text.split("\n")))
    facts = [_fact_line(name, str(value)) for name, value in (_parsed(text) or {}).get("place", {}).items()]
    return _rows_of_lines("\n".join([*comments, "[place]", *facts]) + "\n")


def _rows_of_lines(text: str) -> list[Record]:
    rows = []
    for line in text.split("\n"):
        match = _FACT.match(line)
        value = _toml_value(line) if match else None
        fits = match is not None and value is not None and _fact_line(match.group(1), value) == line
        rows.append([match.group(1), value] if match and value is not None and fits else [line])
    return rows


def place_text(rows: Iterable[Sequence[str]]) -> str:
    """The rows of the sheet ``place`` as TOML."""
    lines = []
    for row in rows:
        name, value = [*row, "", ""][:2]
        lines.append(_fact_line(name.strip(), value) if value or _NAME.match(name.strip()) else name)
    return "\n".join(lines).rstrip("\n") + "\n"


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return parse_toml(text)
    except NotToml:
        return None


def _toml_value(line: str) -> str | None:
    found = list((_parsed(line) or {}).values())
    return found[0] if found and isinstance(found[0], str) else None


def _fact_line(name: str, value: str) -> str:
    return f"{name} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")


def scenario_rows(texts: Mapping[str, str]) -> list[Record]:
    """Each line of each scenario: which one, the number of the line, and the line."""
    rows = []
    for name in sorted(texts):
        if name.startswith(f"{SCENARIO_FOLDER}/"):
            code = name.removeprefix(f"{SCENARIO_FOLDER}/").removesuffix(".toml")
            rows += [[code, str(number), line] for number, line in enumerate(texts[name].split("\n"), 1)]
    return rows


def scenario_texts(rows: Iterable[Sequence[str]]) -> dict[str, str]:
    """The files of the sheet ``scenarios``; a line without a name belongs to the scenario above it."""
    lines: dict[str, list[str]] = {}
    code = ""
    for row in rows:
        named, _, text = [*row, "", "", ""][:3]
        code = named.strip() or code
        if named.strip() or text.strip():
            lines.setdefault(f"{SCENARIO_FOLDER}/{code}.toml", []).append(text)
    return {name: "\n".join(found) for name, found in lines.items()}


def is_written(table: Table, records: Sequence[Record]) -> bool:
    """Whether the sheet of a table becomes a file: a header alone says no more than no file, where none is needed."""
    says = any(is_comment(record) for record in records) or len([r for r in records if not is_blank(r)]) > 1
    return says or (table.required and header_at(records) is not None)


def sheet_names() -> dict[str, str]:
    """Folded name of every sheet of ours to its name."""
    names = (CONTENTS, NOTES, PLACE, *schema().tables, SCENARIOS, CHOICES)
    return {folded(name): name for name in names}


def folded(name: str) -> str:
    """The name of a sheet as it is compared."""
    return re.sub(r"[ _-]+", "_", name.strip().casefold()).removesuffix(".csv").removesuffix(".toml")
