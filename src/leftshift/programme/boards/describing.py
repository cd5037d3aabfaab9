"""The tables of boards in words: a page of the guide."""

from __future__ import annotations

from leftshift.place.describing import table_section
from leftshift.programme.boards.parameters import paper_templates, parameters
from leftshift.programme.boards.reading_file import schema

_KINDS = ("decision", "assurance", "note")


def tables_page() -> str:
    """The documentation of every table, of the parts of a paper and of the parameters, as Markdown."""
    head = (
        "# The tables of boards\n\n"
        "Written from `src/leftshift/programme/boards/schema.toml` by `leftshift board schema`; a test fails when the two differ.\n\n"
        "In a file that `leftshift board` reads, each row is an entry `[[table]]`; `source` and `basis` may stand once at its head. "
        "In the folder of a programme each table is a CSV file, and every row has both.\n"
    )
    tables = [
        table_section(table).replace(f"## {table.file}", f"## {table.name}", 1)
        for table in schema().tables.values()
    ]
    return "\n".join([head, *tables, _parts(), _parameters()])


def _parts() -> str:
    rows = [
        "## The parts of a paper\n",
        "| part | heading | needed for | label |",
        "| --- | --- | --- | --- |",
    ]
    template = paper_templates()
    for name, entry in template["part"].items():
        needed = ", ".join(kind for kind in _KINDS if kind in entry["needed_for"])
        rows.append(f"| `{name}` | {entry['name']} | {needed} | {entry['label']} |")
    headings = ", ".join(template["risks"]["headings"])
    rows.append(f"\nA paper for a decision also rates its risk low, medium or high under: {headings}.\n")
    return "\n".join(rows)


def _parameters() -> str:
    rows = [
        "## Parameters\n",
        "S: a source says it. K: not verified. I: a rule of the model.\n",
        "| parameter | value | what it is | label | source |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, entry in parameters().items():
        value = _value(entry["value"], entry["unit"])
        rows.append(f"| `{name}` | {value} | {entry['name']} | {entry['label']} | {entry['source']} |")
    return "\n".join(rows) + "\n"


def _value(value: object, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if unit == "year" else f"{value:,} {unit}"
