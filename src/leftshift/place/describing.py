"""The schema in words: the page of the guide, and the commented tables of a new place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping
from pathlib import Path

from leftshift.foundation.years import FinancialYear
from leftshift.place.rows import SUBJECTS
from leftshift.place.schema import Column, Table, catalogue, schema
from leftshift.place.writing import write_files

_SOURCE = "Where does it come from? Replace this"
_RULE_SOURCE = (
    "LLR five-year strategy, June 2014, where it states a share; otherwise assumed. Replace by your own"
)

_TYPES: Mapping[str, str] = {
    "text": "text", "code": "organisation code", "name": "lower-case name", "amount": "£000", "number": "number",
    "percent": "per cent: 4, 4.0 or 4%", "share": "share: 0.04 or 4%", "level": "number, or 4% for 0.04", "whole": "whole number", "yes_no": "yes or no",
    "year": "financial year: 2016/17", "month": "month: 2016-04", "period": "1, 2, 3 … or a financial year",
    "date": "date: 2013-04-01", "choice": "one of the choices", "ages": "age band: 65-74, 85+ or all", "quarter": "quarter: 2017/18 Q1",
    "calendar_period": "period: 2016-04, 2016/17 Q1, 2016/17", "prose": "text of several lines", "money": "pounds and pence",
}  # fmt: skip


def schema_page() -> str:
    """The documentation of every table and column, as Markdown."""
    parts = [
        "# The place folder\n",
        "Written from `src/leftshift/place/schema.toml`, `schema_capacity.toml` and `schema_measures.toml` by `leftshift schema`; a test fails when the two differ.\n",
        "A place is a folder with `place.toml` (code, name, base_year, last_year, perimeter, description) and the tables below: "
        "CSV in UTF-8, one fact a row. A line that begins with `#` is a comment. Columns may stand in any order.\n",
    ]
    parts += [table_section(table) for table in schema().tables.values()]
    parts += [_settings_section(), _figures_section()]
    return "\n".join(parts)


def table_section(table: Table) -> str:
    """The documentation of a table."""
    must = "needed" if table.required else "may be left out"
    head = [f"## {table.file}\n", f"{table.description} ({must}; one row for each {' + '.join(table.key)})\n"]
    rows = ["| column | holds | needed | what it is |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{column.name}` | {_holds(column)} | {'yes' if column.required else ''} | {_what(column)} |"
        for column in table.columns.values()
    ]
    return "\n".join([*head, *rows]) + "\n"


def column_words(column: Column) -> tuple[str, str]:
    """What the cells of a column hold, and what it is, in plain words."""
    return _holds(column).replace("`", ""), _what(column).replace("`", "").replace("\\|", "|")


def _holds(column: Column) -> str:
    if column.choices:
        return ", ".join(f"`{choice}`" for choice in column.choices)
    target = column.refers or column.refers_part
    words = f"{_TYPES[column.type]}, of `{target}.csv`" if target else _TYPES[column.type]
    return words + "".join(f", or `{name}`" for name in column.also)


def _what(column: Column) -> str:
    words = column.description
    if column.default:
        words += f". Empty: {column.default}"
    if column.example:
        words += f". Example: `{column.example}`"
    if column.minimum is not None or column.maximum is not None:
        low, high = column.minimum, column.maximum
        words += f". From {low:g}" if low is not None else "."
        words += f" to {high:g}" if high is not None else ""
    return words.replace("|", "\\|")


def _settings_section() -> str:
    rows = [
        "## The settings\n",
        "| setting | values | default | what it does | source of the default |",
        "| --- | --- | --- | --- | --- |",
    ]
    rows += [
        f"| `{name}` | {', '.join(entry['values'])} | `{entry['default']}` | {entry['description']} | {entry['source']} |"
        for name, entry in catalogue("settings").items()
    ]
    return "\n".join(rows) + "\n"


def _figures_section() -> str:
    rows = [
        "## The figures that can be held against published ones\n",
        "| figure | what it is | item | organisation |",
        "| --- | --- | --- | --- |",
    ]
    rows += [
        f"| `{name}` | {entry['name']} | {entry['item']} | {entry['organisation']} |"
        for name, entry in catalogue("figures").items()
    ]
    return "\n".join(rows) + "\n"


class FolderNotEmpty(ValueError):
    """A new place is not written over what is there."""


def write_new_place(
    folder: Path,
    *,
    code: str,
    name: str,
    base_year: FinancialYear,
    last_year: FinancialYear,
    subjects: Collection[str] = (),
) -> None:
    """Write a new place: the smallest that runs, each table with its columns explained in comments.

    ``subjects`` are those whose tables it gets as well: ``capacity`` (people, activity, beds, staff, estate, capital), ``measures``.

    Raises FolderNotEmpty when the folder holds anything, ValueError when the years do not follow.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(f"{folder} is not an empty folder")
    if not base_year < last_year:
        raise ValueError(f"the last year must come after {base_year}")
    left_out = {name for subject, tables in SUBJECTS.items() if subject not in subjects for name in tables}
    tables = [table for name, table in schema().tables.items() if name not in left_out]
    texts = {table.file: _new_table(table) for table in tables}
    heading = {
        "code": code,
        "name": name,
        "base_year": str(base_year),
        "last_year": str(last_year),
        "perimeter": "NHS",
        "description": "",
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in heading.items()]
    texts["place.toml"] = (
        "# What the place is called, which years it covers, and whose position is the system's.\n[place]\n"
        + "\n".join(lines)
        + "\n"
    )
    write_files(texts, folder)


def _new_table(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([f"# {table.description}"])
    for column in table.columns.values():
        writer.writerow([f"#   {column.name}{' (needed)' if column.required else ''}: {_comment(column)}"])
    writer.writerow(table.columns)
    source = _RULE_SOURCE if table.name == "rules" else _SOURCE
    for row in catalogue("starter").get(table.name, []):
        filled = {**row, "source": source, "basis": "assumed"}
        writer.writerow([filled.get(name, "") for name in table.columns])
    return out.getvalue()


def _comment(column: Column) -> str:
    choices = f" [{', '.join(column.choices)}]" if column.choices else f" [{_TYPES[column.type]}]"
    return column.description + choices
